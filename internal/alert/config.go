package alert

import (
	"errors"
	"fmt"
	"net/url"
	"path"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/robfig/cron/v3"

	"github.com/mskfit/mskfit/analyzer/drift"
	"github.com/mskfit/mskfit/internal/yamlfile"
)

// Config says who gets which message. Targets themselves are configured beside it.
type Config struct {
	// Routes say which target gets what; a message goes to every target of every route that matches. No routes: every
	// target gets everything.
	Routes []Route `yaml:"routes"`
	// Watch names the clusters whose limits are followed: current (the MSK cluster of today), recommended (the choice reported
	// last), serverless (the quotas of MSK Serverless, whatever the choice is). Default: the cluster of today or else the choice,
	// and serverless too for a workload that could run on it or prefers it, unless it runs on brokers of MSK.
	Watch []drift.Watch `yaml:"watch"`
	// RepeatInterval is how long an alert stays open before it is sent again (default 168h, a week; 0s: never again).
	RepeatInterval time.Duration `yaml:"repeat_interval"`
	// Resolved sends a closing message once an alert is over (default true).
	Resolved bool `yaml:"resolved"`
	// Maintenance are times in which no alert is sent. What is still open at their end is sent then.
	Maintenance []Maintenance `yaml:"maintenance"`
	// ExternalURL is how people reach the dashboard, for links: "https://mskfit.example.com". Empty: no links.
	ExternalURL string `yaml:"external_url"`
}

// Route sends messages that match to targets. Empty lists match everything.
type Route struct {
	// Targets are the names of those that get it; at least one.
	Targets []string `yaml:"targets"`
	// Clusters are names or patterns with * and ?: "prod-*".
	Clusters []string `yaml:"clusters"`
	// Severities are warning and critical. A closing message goes where the alert went.
	Severities []string `yaml:"severities"`
	// Kinds are drift and report.
	Kinds []string `yaml:"kinds"`
}

// Maintenance is a recurring or a single span of silence.
type Maintenance struct {
	// Schedule is a cron expression of the starts ("0 2 * * 0"); empty for a single span.
	Schedule string `yaml:"schedule" json:"schedule,omitempty"`
	// Duration is how long a scheduled span lasts.
	Duration time.Duration `yaml:"duration" json:"duration,omitempty"`
	// Start and End are a single span.
	Start time.Time `yaml:"start" json:"start,omitzero"`
	End   time.Time `yaml:"end" json:"end,omitzero"`
	// Clusters are names or patterns; empty: all.
	Clusters []string `yaml:"clusters" json:"clusters,omitempty"`
	// Reason says why alerts are silent (default: none; up to 500 characters).
	Reason string `yaml:"reason" json:"reason,omitempty"`
}

// MaxReason bounds the reason of a maintenance, in characters: it is shown in one line.
const MaxReason = 500

// DefaultConfig returns the configuration with every default.
func DefaultConfig() Config { return Config{RepeatInterval: 7 * 24 * time.Hour, Resolved: true} }

// Validate reports every value that cannot work. targets are the names of the configured targets.
func (c Config) Validate(targets []string) error {
	var errs []error
	for i, r := range c.Routes {
		errs = append(errs, yamlfile.Under(fmt.Sprintf("routes[%d]", i), r.validate(targets)))
	}
	if c.RepeatInterval != 0 && c.RepeatInterval < time.Minute {
		errs = append(errs, yamlfile.Invalid("repeat_interval", "%s is too short: at least 1m, or 0s for never", c.RepeatInterval))
	}
	if u, err := url.Parse(c.ExternalURL); c.ExternalURL != "" &&
		(err != nil || u.Host == "" || u.User != nil || u.Scheme != "http" && u.Scheme != "https") {
		errs = append(errs, yamlfile.Invalid("external_url",
			"is not the URL of the dashboard: write it as https://mskfit.example.com, without a password"))
	}
	errs = append(errs, drift.ValidateWatch(c.Watch))
	for i, m := range c.Maintenance {
		errs = append(errs, yamlfile.Under(fmt.Sprintf("maintenance[%d]", i), m.Validate()))
	}
	return errors.Join(errs...)
}

func (r Route) validate(targets []string) error {
	var errs []error
	if len(r.Targets) == 0 {
		errs = append(errs, yamlfile.Invalid("targets", "names no target"))
	}
	for i, name := range r.Targets {
		if !slices.Contains(targets, name) {
			errs = append(errs, yamlfile.Invalid(fmt.Sprintf("targets[%d]", i), "there is no target %q: the targets are %v", name,
				targets))
		}
	}
	errs = append(errs, patterns("clusters", r.Clusters),
		oneOf("severities", r.Severities, string(drift.LevelWarning), string(drift.LevelCritical)),
		oneOf("kinds", r.Kinds, string(KindDrift), string(KindReport)))
	return errors.Join(errs...)
}

func oneOf(field string, values []string, known ...string) error {
	var errs []error
	for i, v := range values {
		if !slices.Contains(known, v) {
			errs = append(errs, yamlfile.Invalid(fmt.Sprintf("%s[%d]", field, i), "%q is not one of %v", v, known))
		}
	}
	return errors.Join(errs...)
}

func patterns(field string, values []string) error {
	var errs []error
	for i, v := range values {
		if _, err := path.Match(v, ""); err != nil {
			errs = append(errs, yamlfile.Invalid(fmt.Sprintf("%s[%d]", field, i), "%q is not a pattern: use * and ?", v))
		}
	}
	return errors.Join(errs...)
}

// Validate reports every value that cannot work.
func (m Maintenance) Validate() error {
	errs := []error{patterns("clusters", m.Clusters)}
	if n := utf8.RuneCountInString(m.Reason); n > MaxReason {
		errs = append(errs, yamlfile.Invalid("reason", "%d characters are too many: at most %d", n, MaxReason))
	}
	switch {
	case m.Schedule != "" && (!m.Start.IsZero() || !m.End.IsZero()):
		errs = append(errs, yamlfile.Invalid("schedule", "cannot be combined with start and end: use one or the other"))
	case m.Schedule != "":
		if _, err := cron.ParseStandard(m.Schedule); err != nil {
			errs = append(errs, yamlfile.Invalid("schedule", "%q is not a schedule: %v", m.Schedule, err))
		}
		if m.Duration <= 0 || m.Duration > 7*24*time.Hour {
			errs = append(errs, yamlfile.Invalid("duration", "%s must be above 0 and at most 168h", m.Duration))
		}
	case m.Start.IsZero() || !m.End.After(m.Start):
		errs = append(errs, yamlfile.Invalid("end", "a maintenance needs a start and a later end, or a schedule and a duration"))
	}
	return errors.Join(errs...)
}

// covers reports whether the maintenance silences the cluster at the time.
func (m Maintenance) covers(cluster string, now time.Time) bool {
	return matches(m.Clusters, cluster) && m.Active(now)
}

// Active reports whether the maintenance silences its clusters at the time.
func (m Maintenance) Active(now time.Time) bool {
	if m.Schedule == "" {
		return !now.Before(m.Start) && now.Before(m.End)
	}
	schedule, err := cron.ParseStandard(m.Schedule)
	if err != nil {
		return false // Validate has refused it
	}
	start := schedule.Next(now.Add(-m.Duration))
	return !start.IsZero() && !start.After(now)
}

// Over reports whether the maintenance silences nothing from the time on.
func (m Maintenance) Over(now time.Time) bool { return m.Schedule == "" && !now.Before(m.End) }

// matches reports whether the value fits one of the patterns; no patterns match everything.
func matches(patterns []string, value string) bool {
	return len(patterns) == 0 || slices.ContainsFunc(patterns, func(p string) bool {
		ok, err := path.Match(p, value)
		return err == nil && ok
	})
}
