// Package targets composes the alerts section of the configuration: who gets which message, and the targets by name, each of one
// kind. Start with [Config]; [Config.Build] opens the targets and [SendTest] tries them.
package targets

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/mskfit/mskfit/internal/alert"
	"github.com/mskfit/mskfit/internal/alert/alertmanager"
	"github.com/mskfit/mskfit/internal/alert/pagerduty"
	"github.com/mskfit/mskfit/internal/alert/slack"
	"github.com/mskfit/mskfit/internal/alert/sns"
	"github.com/mskfit/mskfit/internal/alert/teams"
	"github.com/mskfit/mskfit/internal/alert/webhook"
	"github.com/mskfit/mskfit/internal/awsconf"
	"github.com/mskfit/mskfit/internal/yamlfile"
)

// Config is the alerts section: routes, intervals and maintenance, and the targets.
type Config struct {
	alert.Config `yaml:",inline"`
	// Targets by name, as routes call them (default: none, and no alert is sent).
	Targets map[string]Target `yaml:"targets"`
}

// Target is one place that messages go to: exactly one of its fields is given.
type Target struct {
	// Slack posts to a channel, through an incoming webhook or as a bot.
	Slack *slack.Config `yaml:"slack"`
	// SNS publishes to a topic of Amazon SNS.
	SNS *sns.Config `yaml:"sns"`
	// Webhook posts JSON to an endpoint of your own.
	Webhook *webhook.Config `yaml:"webhook"`
	// Alertmanager hands alerts to a Prometheus Alertmanager, which routes them further.
	Alertmanager *alertmanager.Config `yaml:"alertmanager"`
	// Teams posts a card to a channel of Microsoft Teams.
	Teams *teams.Config `yaml:"teams"`
	// PagerDuty raises and resolves incidents of a service.
	PagerDuty *pagerduty.Config `yaml:"pagerduty"`
}

// DefaultConfig returns the configuration with every default and no targets.
func DefaultConfig() Config { return Config{Config: alert.DefaultConfig()} }

// Names are the names of the targets, sorted.
func (c Config) Names() []string { return slices.Sorted(maps.Keys(c.Targets)) }

var targetName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,49}$`)

// Validate reports every value that cannot work. Templates are read and tried; secrets are not read.
func (c Config) Validate() error {
	errs := []error{c.Config.Validate(c.Names())}
	for _, name := range c.Names() {
		at := "targets." + name
		if !targetName.MatchString(name) {
			errs = append(errs, yamlfile.Invalid(at, "cannot be a name: use up to 50 letters, digits, dashes and underscores"))
		}
		errs = append(errs, yamlfile.Under(at, c.Targets[name].validate()), yamlfile.Under(at, c.keeps(c.Targets[name])))
	}
	return errors.Join(errs...)
}

// kind is what a target is and how it checks itself.
type kind struct {
	name     string
	given    bool
	validate func() error
	template string
}

// kinds are all kinds in the order of their names.
func (t Target) kinds() []kind {
	all := []kind{
		{name: "alertmanager", given: t.Alertmanager != nil, validate: func() error { return t.Alertmanager.Validate() }},
		{name: "pagerduty", given: t.PagerDuty != nil, validate: func() error { return t.PagerDuty.Validate() }},
		{name: "slack", given: t.Slack != nil, validate: func() error { return t.Slack.Validate() }},
		{name: "sns", given: t.SNS != nil, validate: func() error { return t.SNS.Validate() }},
		{name: "teams", given: t.Teams != nil, validate: func() error { return t.Teams.Validate() }},
		{name: "webhook", given: t.Webhook != nil, validate: func() error { return t.Webhook.Validate() }},
	}
	if t.Slack != nil {
		all[2].template = t.Slack.TemplateFile
	}
	if t.SNS != nil {
		all[3].template = t.SNS.TemplateFile
	}
	return all
}

func (t Target) validate() error {
	var errs []error
	var given, known []string
	for _, k := range t.kinds() {
		known = append(known, k.name)
		if !k.given {
			continue
		}
		given = append(given, k.name)
		errs = append(errs, yamlfile.Under(k.name, k.validate()))
		if k.template != "" {
			if _, err := template(k.template); err != nil {
				errs = append(errs, yamlfile.Invalid(k.name+".template_file", "%v", err))
			}
		}
	}
	switch {
	case len(given) == 0:
		errs = append(errs, yamlfile.Invalid("", "sets no destination: give one of %s", strings.Join(known, ", ")))
	case len(given) > 1:
		errs = append(errs, yamlfile.Invalid("", "sets %s at once: give each its own target", strings.Join(given, " and ")))
	}
	return errors.Join(errs...)
}

// keeps checks that Alertmanager does not take an alert for over before it is repeated.
func (c Config) keeps(t Target) error {
	if t.Alertmanager == nil || c.RepeatInterval > 0 && c.RepeatInterval < t.Alertmanager.Keep {
		return nil
	}
	repeat := cmp.Or(c.RepeatInterval, 0)
	if repeat == 0 {
		return yamlfile.Invalid("alertmanager.keep",
			"an alert is never repeated (alerts.repeat_interval is 0s), and Alertmanager would resolve it after %s: set repeat_interval", t.Alertmanager.Keep)
	}
	return yamlfile.Invalid("alertmanager.keep",
		"%s is not longer than alerts.repeat_interval (%s): Alertmanager would resolve an alert before it is repeated",
		t.Alertmanager.Keep, repeat)
}

// template reads a template and tries it. No file: nil, and the target writes in its own form.
func template(file string) (*alert.Template, error) {
	if file == "" {
		return nil, nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err // names operation and path
	}
	t, err := alert.ParseTemplate(file, string(text))
	if err != nil {
		return nil, fmt.Errorf("cannot be used: %w", err)
	}
	return &t, nil
}

// Statements are the IAM policy statements that the targets need.
func (c Config) Statements() []awsconf.Statement {
	var out []awsconf.Statement
	for _, name := range c.Names() {
		if t := c.Targets[name]; t.SNS != nil {
			out = append(out, t.SNS.Statements()...)
		}
	}
	return out
}
