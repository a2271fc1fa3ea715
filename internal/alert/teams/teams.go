// Package teams posts alerts to a Microsoft Teams channel through the webhook of a workflow ("When a Teams webhook request is
// received"), as an Adaptive Card.
package teams

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sort"
	"time"

	"github.com/mskfit/mskfit/internal/alert"
	"github.com/mskfit/mskfit/internal/alert/post"
	"github.com/mskfit/mskfit/internal/secret"
	"github.com/mskfit/mskfit/internal/yamlfile"
)

// Config says where to post.
type Config struct {
	// URL is the workflow's address, and a secret; URLFile holds it instead.
	URL     secret.String `yaml:"url"`
	URLFile string        `yaml:"url_file"`
	// Timeout bounds one attempt (default 10s, 1s–1m).
	Timeout time.Duration `yaml:"timeout"`
}

// SetDefaults fills in the defaults.
func (c *Config) SetDefaults() { c.Timeout = 10 * time.Second }

// Validate reports every value that cannot work. It reads no file.
func (c Config) Validate() error {
	errs := []error{post.OneURL("url", c.URL, c.URLFile)}
	if c.Timeout < time.Second || c.Timeout > time.Minute {
		errs = append(errs, yamlfile.Invalid("timeout", "%s is out of range: use 1s to 1m", c.Timeout))
	}
	return errors.Join(errs...)
}

// Target posts cards.
type Target struct {
	cfg    Config
	client *http.Client
}

var _ alert.Target = (*Target)(nil)

// New returns a target. The file is read for each message, so that the address can be changed without a restart.
func New(cfg Config) *Target { return &Target{cfg: cfg, client: post.Client(cfg.Timeout)} }

// Send posts the message.
func (t *Target) Send(ctx context.Context, m alert.Message) error {
	to, err := secret.Resolve(t.cfg.URL, t.cfg.URLFile)
	if err != nil {
		return fmt.Errorf("teams webhook: %w", err)
	}
	body, err := fitting(m)
	if err != nil {
		return &alert.Refusal{Permanent: true, Err: err}
	}
	header := http.Header{"Content-Type": {"application/json"}, "User-Agent": {"mskfit"}}
	_, err = post.Send(ctx, t.client, to, header, body)
	return err
}

// maxBody is what Teams takes of one message: 28 KB, of which some is its own.
const maxBody = 26 << 10

// fitting is the card with as many items or rows as fit.
func fitting(m alert.Message) ([]byte, error) {
	parts := len(m.Items)
	if m.Report != nil {
		parts = len(m.Report.Clusters)
	}
	var body []byte
	var err error
	left := sort.Search(parts, func(less int) bool { // the fewest parts to leave out
		body, err = json.Marshal(Card(shortened(m, less)))
		return err != nil || len(body) <= maxBody
	})
	if body, err = json.Marshal(Card(shortened(m, left))); err != nil {
		return nil, fmt.Errorf("encode card: %w", err)
	}
	if len(body) > maxBody {
		return nil, fmt.Errorf("the message has %d bytes without its items, more than the %d that Teams accepts", len(body),
			maxBody)
	}
	return body, nil
}

// shortened leaves out the last rows of a report, or the last items.
func shortened(m alert.Message, less int) alert.Message {
	if m.Report == nil {
		m.Items, m.Omitted = m.Items[:len(m.Items)-less], m.Omitted+less
		return m
	}
	r := *m.Report
	r.Clusters, r.Omitted = r.Clusters[:len(r.Clusters)-less], r.Omitted+less
	m.Report = &r
	return m
}
