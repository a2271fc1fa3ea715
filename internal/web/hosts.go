package web

import (
	"net"
	"net/http"
	"os"
	"path"
	"strings"

	"go.yaml.in/yaml/v3"
)

// ownHost refuses requests under a name that is not known to be this server's: a page of another site could point its own name at
// this address and read everything in a visitor's browser. Such a page has no password and no client certificate to send, so where
// one is asked for every name will do.
func (s *server) ownHost(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.knows(r) {
			next.ServeHTTP(w, r)
			return
		}
		s.fail(w, http.StatusForbidden, "the name "+hostOf(r.Host)+
			" is not allowed: add it to web.hosts, or use this machine's IP address")
	})
}

func (s *server) knows(r *http.Request) bool {
	if r.TLS != nil && len(r.TLS.VerifiedChains) > 0 {
		return true
	}
	if asked, err := asksForPassword(s.Config.WebConfigFile); err == nil && asked {
		return true
	}
	name := hostOf(r.Host)
	if name == "" || name == "localhost" || net.ParseIP(name) != nil {
		return true // no name that DNS gives: no other site's page is asking
	}
	known := append([]string{hostOf(s.Config.Listen)}, s.Config.Hosts...)
	if s.ExternalHost != nil {
		known = append(known, s.ExternalHost())
	}
	for _, k := range known {
		if fits, err := path.Match(strings.ToLower(k), name); err == nil && fits && k != "" {
			return true
		}
	}
	return false
}

// hostOf is the name or the IP address in host:port, in lower case, without brackets and a final dot.
func hostOf(address string) string {
	host := address
	if h, _, err := net.SplitHostPort(address); err == nil {
		host = h
	}
	return strings.ToLower(strings.TrimSuffix(strings.Trim(host, "[]"), "."))
}

// Exposed reports whether others than this machine can read the pages without a password or a client certificate. The error says
// why WebConfigFile cannot be read.
func (c Config) Exposed() (bool, error) {
	host := hostOf(c.Listen)
	if host == "localhost" || loopback(host) {
		return false, nil
	}
	asked, err := asksForPassword(c.WebConfigFile)
	if err != nil || asked {
		return false, err
	}
	certificates, err := asksForCertificate(c.WebConfigFile)
	return !certificates, err
}

// ExposedAdvice says what to do about pages that everybody can read.
const ExposedAdvice = "everyone who reaches this address can read topics, groups and prices: set basic_auth_users or client certificates " +
	"in web.web_config_file, or listen on 127.0.0.1"

// asksForCertificate reports whether the server refuses clients without a certificate that it can verify. No file asks for none.
func asksForCertificate(file string) (bool, error) {
	if file == "" {
		return false, nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return false, err
	}
	var c struct {
		TLS struct {
			ClientAuth string `yaml:"client_auth_type"`
		} `yaml:"tls_server_config"`
	}
	if err := yaml.Unmarshal(text, &c); err != nil {
		return false, err
	}
	return c.TLS.ClientAuth == "RequireAndVerifyClientCert", nil
}
