package kafka

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/twmb/franz-go/pkg/sasl"
	"github.com/twmb/franz-go/pkg/sasl/oauth"
	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"

	"github.com/mskfit/mskfit/internal/secret"
)

// tokenMargin is how long before its end a token is no longer used for a login.
const tokenMargin = 30 * time.Second

// tokens gets tokens from a token server, and keeps one for as long as it is good. It is safe for concurrent use.
type tokens struct {
	cfg OAuth
	now func() time.Time

	mu   sync.Mutex
	kept *oauth2.Token
}

// withToken logs in with OAUTHBEARER.
func withToken(cfg OAuth, now func() time.Time) (beginLogin, error) {
	t := &tokens{cfg: cfg, now: now}
	if cfg.TokenFile != "" {
		if _, err := t.fromFile(); err != nil {
			return nil, err
		}
	} else if _, err := t.secret(); err != nil {
		return nil, err
	}
	mechanism := oauth.Oauth(func(ctx context.Context) (oauth.Auth, error) {
		token, err := t.token(ctx)
		return oauth.Auth{Token: token, Extensions: cfg.Extensions}, err
	})
	return func(ctx context.Context, address string) (sasl.Session, []byte, error) {
		session, first, err := mechanism.Authenticate(ctx, address)
		if err != nil {
			return nil, nil, &loginError{err.Error(), err}
		}
		return tokenSession{session, t}, first, nil
	}, nil
}

func (t *tokens) token(ctx context.Context) (string, error) {
	if t.cfg.TokenFile != "" {
		return t.fromFile()
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.kept != nil && (t.kept.Expiry.IsZero() || t.now().Add(tokenMargin).Before(t.kept.Expiry)) {
		return t.kept.AccessToken, nil
	}
	token, err := t.fetch(ctx)
	if err != nil {
		return "", fmt.Errorf("get a token from %s: %s", hostOf(t.cfg.TokenURL), tokenReason(err))
	}
	t.kept = token
	return token.AccessToken, nil
}

// forget drops a token that a broker did not take.
func (t *tokens) forget() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.kept = nil
}

func (t *tokens) fetch(ctx context.Context) (*oauth2.Token, error) {
	password, err := t.secret()
	if err != nil {
		return nil, err
	}
	c := clientcredentials.Config{ClientID: t.cfg.ClientID, ClientSecret: password.Reveal(), TokenURL: t.cfg.TokenURL, Scopes: t.cfg.Scopes}
	return c.Token(ctx)
}

func (t *tokens) secret() (secret.String, error) {
	s, err := secret.Resolve(t.cfg.ClientSecret, t.cfg.ClientSecretFile)
	if err != nil {
		return s, fmt.Errorf("sasl.oauth.client_secret_file: %w", err)
	}
	return s, nil
}

func (t *tokens) fromFile() (string, error) {
	token, err := secret.Resolve(secret.String{}, t.cfg.TokenFile)
	if err != nil {
		return "", fmt.Errorf("sasl.oauth.token_file: %w", err)
	}
	return strings.TrimSpace(token.Reveal()), nil
}

func hostOf(address string) string {
	if u, err := url.Parse(address); err == nil {
		return u.Host + u.Path
	}
	return "the token server"
}

// tokenReason says why there is no token. What the server says is told by its code alone: its words may repeat what it was sent.
func tokenReason(err error) string {
	refused, ok := errors.AsType[*oauth2.RetrieveError](err)
	if !ok {
		if asked, ok := errors.AsType[*url.Error](err); ok {
			return noTokenServer(asked.Err) + ": check sasl.oauth.token_url, and that this machine reaches it"
		}
		return plainToken(err)
	}
	switch status := refused.Response.StatusCode; {
	case refused.ErrorCode == "invalid_client", refused.ErrorCode == "unauthorized_client", status == http.StatusUnauthorized:
		return "it does not accept the client: check sasl.oauth.client_id and sasl.oauth.client_secret"
	case refused.ErrorCode == "invalid_scope":
		return "it does not know a scope, or the client may not have it: check sasl.oauth.scopes"
	case refused.ErrorCode == "unsupported_grant_type":
		return "it does not allow client credentials: have the grant turned on for this client"
	case status == http.StatusNotFound, status == http.StatusMethodNotAllowed:
		return fmt.Sprintf("there is no token endpoint at this address (HTTP %d): check sasl.oauth.token_url", status)
	default:
		return fmt.Sprintf("it answers HTTP %d: check sasl.oauth.token_url, and the server's log", status)
	}
}

// noTokenServer says why a server could not be asked.
func noTokenServer(err error) string {
	var dns *net.DNSError
	var authority x509.UnknownAuthorityError
	var timeout net.Error
	switch {
	case errors.As(err, &dns):
		return "no such host " + dns.Name
	case errors.Is(err, syscall.ECONNREFUSED):
		return "nothing is listening there"
	case errors.As(err, &authority):
		return "its certificate is signed by an authority that this machine does not trust (SSL_CERT_FILE names others)"
	case errors.As(err, &timeout) && timeout.Timeout():
		return "no answer in time"
	}
	return err.Error()
}

// plainToken tells errors of reading the answer in our own words: the library's may hold a part of the answer.
func plainToken(err error) string {
	if strings.HasPrefix(err.Error(), "sasl.") { // our own
		return err.Error()
	}
	return "its answer holds no token: check that sasl.oauth.token_url is the token endpoint, and not a page for people"
}

// tokenSession lets a broker say that it does not take the token, and drops the token then.
type tokenSession struct {
	sasl.Session
	of *tokens
}

// Challenge takes the broker's answer: nothing when it takes the token, else why not (RFC 7628, 3.2.2).
func (s tokenSession) Challenge(answer []byte) (done bool, reply []byte, err error) {
	if len(bytes.TrimSpace(answer)) == 0 {
		return s.Session.Challenge(nil)
	}
	s.of.forget()
	var said struct{ Status string }
	why := "the broker does not accept the token"
	if json.Unmarshal(answer, &said) == nil && isCode(said.Status) {
		why += " (" + said.Status + ")"
	}
	return false, nil, &loginError{why: why + ": check that it has not expired, that its issuer, audience and scope are those that the broker expects, and the clock of this machine"}
}

// isCode reports whether s is a code, and not something that could hold a part of the token.
func isCode(s string) bool {
	return s != "" && len(s) < 40 && !strings.ContainsFunc(s, func(r rune) bool { return r != '_' && (r < 'a' || r > 'z') })
}
