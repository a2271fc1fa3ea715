package web

import (
	"crypto/subtle"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/mskfit/mskfit/internal/secret"
)

// guard lets a request that changes something through when it is known to come from someone who may:
//   - TLS has verified a client certificate, or basic authentication is on, which the server has asked for before this;
//   - it carries the token, when one is configured;
//   - none of these is configured, and it comes from this machine, directly: not through a proxy, not from another site's page in
//     a browser here, and not under a name that someone else's DNS points here.
func (s *server) guard(next http.HandlerFunc) http.HandlerFunc {
	cross := http.NewCrossOriginProtection()
	return func(w http.ResponseWriter, r *http.Request) {
		if err := cross.Check(r); err != nil {
			s.fail(w, http.StatusForbidden, "requests from another site's page cannot change anything: send the request from a program")
			return
		}
		switch code, why := s.mayChange(r); code {
		case http.StatusOK:
			next(w, r)
		case http.StatusTooManyRequests:
			s.refuse(w, code, s.guesses.blocked(r.RemoteAddr, s.Now()), why)
		case http.StatusUnauthorized:
			w.Header().Set("WWW-Authenticate", "Bearer")
			fallthrough
		default:
			s.fail(w, code, why)
		}
	}
}

func (s *server) mayChange(r *http.Request) (code int, why string) {
	if r.TLS != nil && len(r.TLS.VerifiedChains) > 0 {
		return http.StatusOK, ""
	}
	asked, err := asksForPassword(s.Config.WebConfigFile)
	if err != nil {
		return http.StatusInternalServerError, "web.web_config_file: " + err.Error()
	}
	if asked {
		return http.StatusOK, ""
	}
	want, err := secret.Resolve(s.Config.MaintenanceToken, s.Config.MaintenanceTokenFile)
	switch {
	case err != nil:
		return http.StatusInternalServerError, "web.maintenance_token_file: " + err.Error()
	case !want.IsZero():
		return s.hasToken(r, want)
	case !direct(r):
		return http.StatusForbidden, "without a password only this machine may change maintenance: set web.maintenance_token, or basic_auth_users in web.web_config_file"
	}
	return http.StatusOK, ""
}

// hasToken compares the token of the request. An address that guesses is refused for a while, whatever it sends.
func (s *server) hasToken(r *http.Request, want secret.String) (code int, why string) {
	if s.guesses.blocked(r.RemoteAddr, s.Now()) > 0 {
		return http.StatusTooManyRequests, "too many wrong tokens from this address: wait a minute"
	}
	given, found := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if found && subtle.ConstantTimeCompare([]byte(given), []byte(want.Reveal())) == 1 {
		return http.StatusOK, ""
	}
	if found {
		s.guesses.wrong(r.RemoteAddr, s.Now())
	}
	return http.StatusUnauthorized, "this needs the token of web.maintenance_token: send it as Authorization: Bearer TOKEN"
}

// asksForPassword reports whether the file, which the server reads at every request, names users. No file asks for none.
func asksForPassword(file string) (bool, error) {
	if file == "" {
		return false, nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return false, err
	}
	var c struct {
		Users map[string]any `yaml:"basic_auth_users"`
	}
	if err := yaml.Unmarshal(text, &c); err != nil {
		return false, fmt.Errorf("%s is not YAML", file)
	}
	return len(c.Users) > 0, nil
}

// direct reports whether a request comes from this machine itself.
func direct(r *http.Request) bool {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil || !loopback(host) {
		return false
	}
	for _, h := range []string{"Forwarded", "X-Forwarded-For", "X-Real-Ip", "Via"} {
		if r.Header.Get(h) != "" {
			return false
		}
	}
	name := r.Host
	if h, _, err := net.SplitHostPort(name); err == nil {
		name = h
	}
	return name == "localhost" || loopback(strings.Trim(name, "[]"))
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
