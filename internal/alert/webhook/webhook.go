// Package webhook delivers alerts as JSON to any HTTP endpoint. The body is an alert.Message; with a secret it is signed as
// in "X-Mskfit-Signature: sha256=…", the hex HMAC-SHA-256 of the time in X-Mskfit-Timestamp, a dot and the body.
package webhook

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/mskfit/mskfit/internal/alert"
	"github.com/mskfit/mskfit/internal/alert/post"
	"github.com/mskfit/mskfit/internal/secret"
	"github.com/mskfit/mskfit/internal/yamlfile"
)

// Config says where to post.
type Config struct {
	// URL, or URLFile with the URL as its content: many endpoints carry their secret in it.
	URL     secret.String `yaml:"url"`
	URLFile string        `yaml:"url_file"`
	// Secret signs the body; SecretFile holds it. Empty: not signed.
	Secret     secret.String `yaml:"secret"`
	SecretFile string        `yaml:"secret_file"`
	// Headers are added to every request, like an Authorization of the endpoint's own.
	Headers map[string]secret.String `yaml:"headers"`
	// Timeout bounds one attempt (default 10s, 1s–1m).
	Timeout time.Duration `yaml:"timeout"`
}

// SetDefaults fills in the defaults.
func (c *Config) SetDefaults() { c.Timeout = 10 * time.Second }

// Validate reports every value that cannot work. It reads no file.
func (c Config) Validate() error {
	errs := []error{post.OneURL("url", c.URL, c.URLFile)}
	if !c.Secret.IsZero() && c.SecretFile != "" {
		errs = append(errs, yamlfile.Invalid("secret_file", "the secret is given twice: keep secret or secret_file"))
	}
	if c.Timeout < time.Second || c.Timeout > time.Minute {
		errs = append(errs, yamlfile.Invalid("timeout", "%s is out of range: use 1s to 1m", c.Timeout))
	}
	return errors.Join(errs...)
}

// Target posts messages.
type Target struct {
	cfg    Config
	client *http.Client
	now    func() time.Time
}

var _ alert.Target = (*Target)(nil)

// New returns a target. Files are read for each message, so that a secret can be changed without a restart.
func New(cfg Config, now func() time.Time) *Target {
	return &Target{cfg: cfg, client: post.Client(cfg.Timeout), now: now}
}

// Send posts the message.
func (t *Target) Send(ctx context.Context, m alert.Message) error {
	to, err := secret.Resolve(t.cfg.URL, t.cfg.URLFile)
	if err != nil {
		return fmt.Errorf("webhook address: %w", err)
	}
	key, err := secret.Resolve(t.cfg.Secret, t.cfg.SecretFile)
	if err != nil {
		return fmt.Errorf("webhook secret: %w", err)
	}
	body, err := json.Marshal(m)
	if err != nil {
		return &alert.Refusal{Permanent: true, Err: fmt.Errorf("encode message: %w", err)}
	}
	header := http.Header{"Content-Type": {"application/json"}, "Idempotency-Key": {m.ID}, "User-Agent": {"mskfit"}}
	for name, value := range t.cfg.Headers {
		header.Set(name, value.Reveal())
	}
	if !key.IsZero() {
		at := strconv.FormatInt(t.now().Unix(), 10)
		header.Set("X-Mskfit-Timestamp", at)
		header.Set("X-Mskfit-Signature", Sign(key, at, body))
	}
	_, err = post.Send(ctx, t.client, to, header, body)
	return err
}

// Sign is the signature of a body that was sent at a Unix time, as receivers compute it to compare.
func Sign(key secret.String, at string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(key.Reveal()))
	mac.Write([]byte(at + ".")) // a hash never fails
	mac.Write(body)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}
