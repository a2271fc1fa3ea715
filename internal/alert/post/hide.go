package post

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/mskfit/mskfit/internal/secret"
)

// hider takes what must not be shown out of texts: an address, the parts of it that may be the secret, and the values of headers.
// Answers and errors may quote any of them.
type hider struct{ secrets []string }

// shortest is the length from which a part of a path or a header counts as a secret: "api" and "v2" are none.
const shortest = 8

// public are the headers that hold no secret.
var public = []string{"Content-Type", "User-Agent", "Idempotency-Key"}

func secretsOf(to secret.String, header http.Header, more []secret.String) hider {
	raw := to.Reveal()
	h := hider{secrets: []string{raw}}
	if u, err := url.Parse(raw); err == nil {
		h.add(1, u.Path, u.EscapedPath(), u.RawQuery, u.User.String())
		if password, ok := u.User.Password(); ok {
			h.add(1, password)
		}
		h.add(shortest, strings.Split(u.Path, "/")...)
		for _, values := range u.Query() {
			h.add(1, values...)
		}
	}
	for name, values := range header {
		if slices.Contains(public, name) {
			continue
		}
		for _, v := range values {
			h.add(shortest, v)
			h.add(shortest, strings.Fields(v)...) // the token of "Bearer token"
		}
	}
	for _, one := range more {
		h.add(1, one.Reveal())
	}
	// The longest first: a part must not break up the whole.
	slices.SortFunc(h.secrets, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	return h
}

func (h *hider) add(least int, parts ...string) {
	for _, p := range parts {
		if len(p) >= least && strings.Trim(p, "/") != "" {
			h.secrets = append(h.secrets, p)
		}
	}
}

// text returns s without the secrets.
func (h hider) text(s string) string {
	for _, secretPart := range h.secrets {
		if secretPart != "" {
			s = strings.ReplaceAll(s, secretPart, secret.Redacted)
		}
	}
	return s
}

// err takes the secrets out of an error of the HTTP client, and the method and address that it begins with.
func (h hider) err(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	err = Explain(err)
	if text := h.text(err.Error()); text != err.Error() {
		return errors.New(text)
	}
	return err
}
