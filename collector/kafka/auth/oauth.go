package auth

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"sync"
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
	cfg   OAuth
	now   func() time.Time
	names Names

	mu   sync.Mutex
	kept *oauth2.Token
}

// withToken logs in with OAUTHBEARER.
func withToken(cfg OAuth, at Login) (beginLogin, error) {
	t := &tokens{cfg: cfg, now: at.Now, names: at.Names}
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
		return "", fmt.Errorf("get a token from %s: %s", hostOf(t.cfg.TokenURL), tokenReason(err, t.names))
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
	c := clientcredentials.Config{ClientID: t.cfg.ClientID, ClientSecret: password.Reveal(), TokenURL: t.cfg.TokenURL,
		Scopes: t.cfg.Scopes}
	return c.Token(ctx)
}

func (t *tokens) secret() (secret.String, error) {
	s, err := secret.Resolve(t.cfg.ClientSecret, t.cfg.ClientSecretFile)
	return s, t.names.wrap("sasl.oauth.client_secret_file", err)
}

func (t *tokens) fromFile() (string, error) {
	token, err := secret.Resolve(secret.String{}, t.cfg.TokenFile)
	if err != nil {
		return "", t.names.wrap("sasl.oauth.token_file", err)
	}
	return strings.TrimSpace(token.Reveal()), nil
}

func hostOf(address string) string {
	if u, err := url.Parse(address); err == nil {
		return u.Host + u.Path
	}
	return "the token server"
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
	return false, nil, &loginError{why: why +
		": check that it has not expired, that its issuer, audience and scope are those that the broker expects, and the clock of this machine"}
}

// isCode reports whether s is a code, and not something that could hold a part of the token.
func isCode(s string) bool {
	return s != "" && len(s) < 40 && !strings.ContainsFunc(s, func(r rune) bool { return r != '_' && (r < 'a' || r > 'z') })
}
