// Package alertmanager hands alerts to a Prometheus Alertmanager through its v2 API, so that its silences, inhibition and
// receivers serve them. Every rule becomes an alert named MskfitQuota, MskfitForecast, MskfitChoiceChanged, MskfitMissing or
// MskfitCatalog with the labels cluster, rule and severity.
package alertmanager

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/mskfit/mskfit/analyzer/drift"
	"github.com/mskfit/mskfit/internal/alert"
	"github.com/mskfit/mskfit/internal/alert/post"
	"github.com/mskfit/mskfit/internal/secret"
	"github.com/mskfit/mskfit/internal/yamlfile"
)

// Config says which Alertmanager.
type Config struct {
	// URL is the Alertmanager's address without /api: "http://127.0.0.1:9093"; URLFile holds it instead.
	URL     secret.String `yaml:"url"`
	URLFile string        `yaml:"url_file"`
	// Keep is how long an alert stays open without being repeated (default 192h: a day more than the default repeat interval).
	Keep time.Duration `yaml:"keep"`
	// Refresh is how often what is open is sent again: Alertmanager forgets alerts when it is restarted (default 1h, at least 1m;
	// 0s: only at alerts.repeat_interval).
	Refresh time.Duration `yaml:"refresh"`
	// Labels are added to every alert.
	Labels map[string]string `yaml:"labels"`
	// Headers are added to every request, like an Authorization.
	Headers map[string]secret.String `yaml:"headers"`
	// Timeout bounds one attempt (default 10s, 1s–1m).
	Timeout time.Duration `yaml:"timeout"`
}

// SetDefaults fills in the defaults.
func (c *Config) SetDefaults() {
	c.Keep, c.Refresh, c.Timeout = 192*time.Hour, time.Hour, 10*time.Second
}

// Validate reports every value that cannot work. It reads no file.
func (c Config) Validate() error {
	errs := []error{post.OneURL("url", c.URL, c.URLFile)}
	if c.Keep < 5*time.Minute {
		errs = append(errs, yamlfile.Invalid("keep", "%s is too short: at least 5m, and more than alerts.repeat_interval", c.Keep))
	}
	if c.Refresh != 0 && (c.Refresh < time.Minute || c.Refresh >= c.Keep) {
		errs = append(errs, yamlfile.Invalid("refresh", "%s is out of range: at least 1m and less than keep, or 0s", c.Refresh))
	}
	if c.Timeout < time.Second || c.Timeout > time.Minute {
		errs = append(errs, yamlfile.Invalid("timeout", "%s is out of range: use 1s to 1m", c.Timeout))
	}
	for name := range c.Labels {
		if !labelName(name) {
			errs = append(errs, yamlfile.Invalid("labels."+name, "is not a label name: use letters, digits and underscores"))
		}
	}
	return errors.Join(errs...)
}

func labelName(s string) bool {
	for i, r := range s {
		if r != '_' && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return s != ""
}

// Target posts alerts.
type Target struct {
	cfg    Config
	client *http.Client
}

var _ alert.Target = (*Target)(nil)

// Mirrors is true: Alertmanager has its own list of what is firing, and needs every alert and every closing.
func (t *Target) Mirrors() bool { return true }

// Refreshes is how often open alerts are sent again.
func (t *Target) Refreshes() time.Duration { return t.cfg.Refresh }

// New returns a target.
func New(cfg Config) *Target { return &Target{cfg: cfg, client: post.Client(cfg.Timeout)} }

// postable is one alert of the v2 API.
type postable struct {
	Labels       map[string]string `json:"labels"`
	Annotations  map[string]string `json:"annotations"`
	StartsAt     time.Time         `json:"startsAt"`
	EndsAt       time.Time         `json:"endsAt"`
	GeneratorURL string            `json:"generatorURL,omitempty"`
}

// Send posts the message's items. A report is not for Alertmanager: it is taken and dropped.
func (t *Target) Send(ctx context.Context, m alert.Message) error {
	alerts := t.alerts(m)
	if len(alerts) == 0 {
		return nil
	}
	base, err := secret.Resolve(t.cfg.URL, t.cfg.URLFile)
	if err != nil {
		return fmt.Errorf("alertmanager address: %w", err)
	}
	body, err := json.Marshal(alerts)
	if err != nil {
		return &alert.Refusal{Permanent: true, Err: fmt.Errorf("encode alerts: %w", err)}
	}
	header := http.Header{"Content-Type": {"application/json"}, "User-Agent": {"mskfit"}}
	for name, value := range t.cfg.Headers {
		header.Set(name, value.Reveal())
	}
	_, err = post.Send(ctx, t.client, secret.New(strings.TrimRight(base.Reveal(), "/")+"/api/v2/alerts"), header, body)
	return err
}

func (t *Target) alerts(m alert.Message) []postable {
	var out []postable
	for _, i := range m.Items {
		if i.State != alert.Resolved {
			out = append(out, t.alert(m, i, i.Level, true))
		}
		if i.Was != "" && i.Was != i.Level {
			out = append(out, t.alert(m, i, i.Was, false))
		}
	}
	if m.Kind == alert.KindTest {
		out = append(out, postable{Labels: map[string]string{"alertname": "MskfitTest", "severity": "none"},
			Annotations: map[string]string{"summary": m.Title}, StartsAt: m.At.UTC(), EndsAt: m.At.Add(time.Minute).UTC()})
	}
	return out
}

// alert is one item at one level. The severity is part of an alert's identity for Alertmanager: when a rule goes from one level
// to another, the alert of the level that it left is ended along with it.
func (t *Target) alert(m alert.Message, i alert.Item, level drift.Level, firing bool) postable {
	labels := map[string]string{"alertname": name(i.Key), "cluster": m.Cluster, "rule": i.Key, "severity": string(level)}
	for k, v := range t.cfg.Labels {
		labels[k] = v
	}
	// It starts when it is sent, as with Prometheus, and not when it was first seen: Alertmanager does not wait for the rest of a
	// group (group_wait) when an alert is older than that, and would send five rules in two notifications.
	a := postable{Labels: labels, Annotations: annotations(m, i), StartsAt: m.At.UTC(), EndsAt: m.At.UTC(), GeneratorURL: m.Link}
	switch {
	case firing && i.State == alert.ChoiceChanged: // it happened, and is not closed by anything
		a.EndsAt = m.At.Add(choiceShown).UTC()
	case firing:
		a.EndsAt = m.At.Add(t.cfg.Keep).UTC()
	}
	if !a.EndsAt.After(a.StartsAt) {
		a.StartsAt = a.EndsAt.Add(-time.Second) // the API refuses an alert that ends before it starts
	}
	return a
}

// choiceShown is how long a changed choice stays firing.
const choiceShown = 24 * time.Hour

func name(key string) string {
	switch drift.SubjectOf(key).Kind {
	case drift.OfForecast:
		return "MskfitForecast"
	case drift.OfMissing:
		return "MskfitMissing"
	case drift.OfChoice:
		return "MskfitChoiceChanged"
	case drift.OfRule, drift.OfDaemon, drift.OfTest:
	}
	if strings.HasPrefix(key, "catalog/") { // raised by versions before 1.0
		return "MskfitCatalog"
	}
	return "MskfitQuota"
}

func annotations(m alert.Message, i alert.Item) map[string]string {
	summary := i.Title
	if m.Cluster != "" {
		summary = m.Cluster + ": " + summary
	}
	out := map[string]string{"summary": summary, "description": i.Reason, "level": string(i.Level)}
	var why []string
	for _, contributor := range i.TopContributors {
		why = append(why, alert.Moved(contributor))
	}
	if len(why) > 0 {
		out["why"] = "moved most since " + i.MovedSince.UTC().Format(time.DateOnly) + ": " + strings.Join(why, ", ")
	}
	if !i.Since.IsZero() {
		out["since"] = i.Since.UTC().Format("2006-01-02 15:04 MST")
	}
	for key, text := range map[string]string{"action": i.Action, "how_sure": i.Sure, "when": i.When, "dashboard": m.Link} {
		if text != "" {
			out[key] = text
		}
	}
	return out
}
