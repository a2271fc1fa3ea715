// Package pagerduty sends alerts to PagerDuty's Events API v2: every rule opens an incident of its own and closes it, and a
// changed choice is a change event, which pages no one.
package pagerduty

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/mskfit/mskfit/analyzer/drift"
	"github.com/mskfit/mskfit/internal/alert"
	"github.com/mskfit/mskfit/internal/alert/post"
	"github.com/mskfit/mskfit/internal/secret"
	"github.com/mskfit/mskfit/internal/yamlfile"
)

// Config says which service of PagerDuty.
type Config struct {
	// RoutingKey is the integration key of the service (Events API v2), 32 characters and a secret; RoutingKeyFile holds it
	// instead.
	RoutingKey     secret.String `yaml:"routing_key"`
	RoutingKeyFile string        `yaml:"routing_key_file"`
	// URL is the address of the API (default https://events.pagerduty.com; in the EU https://events.eu.pagerduty.com).
	URL string `yaml:"url"`
	// Timeout bounds one attempt (default 10s, 1s–1m).
	Timeout time.Duration `yaml:"timeout"`
}

// SetDefaults fills in the defaults.
func (c *Config) SetDefaults() { c.URL, c.Timeout = "https://events.pagerduty.com", 10*time.Second }

var routingKey = regexp.MustCompile(`^[A-Za-z0-9]{32}$`)

// Validate reports every value that cannot work. It reads no file.
func (c Config) Validate() error {
	errs := []error{post.OneURL("url", secret.New(c.URL), "")}
	switch {
	case c.RoutingKey.IsZero() && c.RoutingKeyFile == "":
		errs = append(errs, yamlfile.Invalid("routing_key", "missing: set the integration key here or in routing_key_file"))
	case !c.RoutingKey.IsZero() && c.RoutingKeyFile != "":
		errs = append(errs, yamlfile.Invalid("routing_key_file", "the key is given twice: keep routing_key or routing_key_file"))
	case !c.RoutingKey.IsZero() && !routingKey.MatchString(c.RoutingKey.Reveal()):
		errs = append(errs, yamlfile.Invalid("routing_key", "is not an integration key: use 32 letters and digits"))
	}
	if c.Timeout < time.Second || c.Timeout > time.Minute {
		errs = append(errs, yamlfile.Invalid("timeout", "%s is out of range: use 1s to 1m", c.Timeout))
	}
	return errors.Join(errs...)
}

// Target sends events.
type Target struct {
	cfg    Config
	client *http.Client

	mu sync.Mutex
	// partly is how many events were accepted of messages that are not through yet, by the message's ID.
	partly map[string]int
}

var _ alert.Target = (*Target)(nil)

// New returns a target. The file is read for each message, so that the key can be changed without a restart.
func New(cfg Config) *Target {
	return &Target{cfg: cfg, client: post.Client(cfg.Timeout), partly: map[string]int{}}
}

// Mirrors is true: PagerDuty has its own list of what is open, and needs every alert and every closing.
func (t *Target) Mirrors() bool { return true }

// event is one event of the API.
type event struct {
	RoutingKey  string   `json:"routing_key"`
	EventAction string   `json:"event_action,omitempty"`
	DedupKey    string   `json:"dedup_key,omitempty"`
	Client      string   `json:"client,omitempty"`
	ClientURL   string   `json:"client_url,omitempty"`
	Payload     *payload `json:"payload,omitempty"`
	Links       []link   `json:"links,omitempty"`
}

type payload struct {
	Summary       string         `json:"summary"`
	Source        string         `json:"source"`
	Severity      string         `json:"severity,omitempty"`
	Timestamp     string         `json:"timestamp"`
	Component     string         `json:"component,omitempty"`
	Group         string         `json:"group,omitempty"`
	Class         string         `json:"class,omitempty"`
	CustomDetails map[string]any `json:"custom_details"`
}

type link struct {
	Href string `json:"href"`
	Text string `json:"text"`
}

// Send sends an event for each item. When one fails, the next attempt goes on with it; a process that was started again sends all
// of them again, and PagerDuty knows them by their dedup_key. A report is not for PagerDuty: it is taken and dropped.
func (t *Target) Send(ctx context.Context, m alert.Message) error {
	key, err := secret.Resolve(t.cfg.RoutingKey, t.cfg.RoutingKeyFile)
	if err != nil {
		return fmt.Errorf("pagerduty routing key: %w", err)
	}
	for n := t.accepted(m.ID); n < len(m.Items); n++ {
		if err := t.send(ctx, key, m.Items[n], m); err != nil {
			t.keep(m.ID, n)
			return err
		}
	}
	t.keep(m.ID, 0)
	if m.Kind != alert.KindTest {
		return nil
	}
	test := alert.Item{Key: "test", State: alert.Raised, Level: drift.LevelWarning, Title: "test message",
		Reason: "it resolves itself"}
	if err := t.send(ctx, key, test, m); err != nil {
		return err
	}
	test.State = alert.Resolved
	return t.send(ctx, key, test, m)
}

// mostKept bounds what is remembered of messages that were given up.
const mostKept = 10_000

// accepted is how many events of a message PagerDuty has taken in earlier attempts.
func (t *Target) accepted(id string) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.partly[id]
}

// keep remembers how far a message has come; 0 forgets it.
func (t *Target) keep(id string, n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.partly) > mostKept {
		clear(t.partly)
	}
	t.partly[id] = n
	if n == 0 {
		delete(t.partly, id)
	}
}

func (t *Target) send(ctx context.Context, key secret.String, i alert.Item, m alert.Message) error {
	path, e := "/v2/enqueue", t.event(key, i, m)
	if i.State == alert.ChoiceChanged {
		path = "/v2/change/enqueue"
	}
	body, err := json.Marshal(e)
	if err != nil {
		return &alert.Refusal{Permanent: true, Err: fmt.Errorf("encode event: %w", err)}
	}
	header := http.Header{"Content-Type": {"application/json"}, "User-Agent": {"mskfit"}}
	_, err = post.Send(ctx, t.client, secret.New(strings.TrimRight(t.cfg.URL, "/")+path), header, body, key)
	return err
}

// Limits of the API: a summary of 1,024 characters, a dedup_key of 255.
const (
	maxSummary = 1024
	maxKey     = 255
)

func (t *Target) event(key secret.String, i alert.Item, m alert.Message) event {
	e := event{RoutingKey: key.Reveal(), EventAction: "trigger", Client: "mskfit", ClientURL: m.Link,
		DedupKey: dedupKey(m.Cluster, i.Key)}
	if m.Link != "" {
		e.Links = []link{{m.Link, "Open dashboard"}}
	}
	if i.State == alert.Resolved {
		e.EventAction = "resolve"
		return e
	}
	source := m.Cluster
	if source == "" {
		source = "mskfit"
	}
	p := payload{Summary: alert.Cut(source+": "+i.Title+": "+i.Reason, maxSummary), Source: source, Severity: string(i.Level),
		Timestamp: m.At.UTC().Format(time.RFC3339), Component: i.Key, Group: m.Region, Class: "mskfit", CustomDetails: details(i)}
	e.Payload = &p
	if i.State == alert.ChoiceChanged { // a change event has neither
		e.EventAction, e.DedupKey, e.Client, e.ClientURL = "", "", "", ""
		p.Severity, p.Component, p.Group, p.Class = "", "", "", ""
		e.Payload = &p
	}
	return e
}

// dedupKey names an incident. One that would be too long is hashed: cut off, all rules of a cluster would be one incident.
func dedupKey(cluster, key string) string {
	if whole := "mskfit/" + cluster + "/" + key; len(whole) <= maxKey {
		return whole
	}
	sum := sha256.Sum256([]byte(cluster + "/" + key))
	return "mskfit/" + hex.EncodeToString(sum[:])
}

func details(i alert.Item) map[string]any {
	out := map[string]any{"reason": i.Reason, "state": i.State}
	for name, text := range map[string]string{"action": i.Action, "when": i.When, "how_sure": i.Sure} {
		if text != "" {
			out[name] = text
		}
	}
	var why []string
	for _, m := range i.TopContributors {
		why = append(why, alert.Moved(m))
	}
	if len(why) > 0 {
		out["why"] = "moved most since " + i.MovedSince.UTC().Format(time.DateOnly) + ": " + strings.Join(why, ", ")
	}
	if i.Utilization != nil {
		out["utilization"] = *i.Utilization
	}
	if !i.Since.IsZero() {
		out["since"] = i.Since.UTC().Format(time.RFC3339)
	}
	return out
}
