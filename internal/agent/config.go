package agent

import (
	"errors"
	"time"

	"github.com/robfig/cron/v3"

	"github.com/mskfit/mskfit/analyzer"
	"github.com/mskfit/mskfit/analyzer/drift"
	"github.com/mskfit/mskfit/internal/yamlfile"
)

// Config says when the agent works and how it decides.
type Config struct {
	// Collect, Analyze and Report are cron expressions with five fields, or "@every 1m", "@hourly", "@daily". Times
	// are UTC unless the expression starts with "CRON_TZ=Europe/Berlin ". An empty one turns the job off.
	// Defaults: every minute, every quarter of an hour, Mondays at 06:00.
	Collect string `yaml:"collect"`
	Analyze string `yaml:"analyze"`
	Report  string `yaml:"report"`
	// Window is how much history a verdict uses (default 336h, 14 days).
	Window time.Duration `yaml:"window"`
	// DriftWindow is how much of it alerts use (default 15m): quota warnings follow the present, the choice of a cluster does not.
	// For a cluster with CloudWatch as its only source it is longer by the delay of CloudWatch.
	DriftWindow time.Duration `yaml:"drift_window"`
	// Parallel is how many clusters are decided at the same time, and in a single run collected (default 8, 1–256). Sweeps on
	// schedule are spread over half a minute, and one that waits for a slow broker holds up no other.
	Parallel int `yaml:"parallel"`
	// JobTimeout bounds a job whose interval is longer (default 5m). A job's deadline is 80 % of the time to its next turn, at most
	// this.
	JobTimeout time.Duration `yaml:"job_timeout"`
	// OnceInterval is the time between the two sweeps of a single run (default 30s).
	OnceInterval time.Duration `yaml:"once_interval"`

	// Sizing says how to decide.
	Sizing analyzer.Options `yaml:"sizing"`
	// Drift says what is worth a message.
	Drift drift.Policy `yaml:"drift"`
}

// DefaultConfig returns the configuration with every default.
func DefaultConfig() Config {
	return Config{
		Collect: "* * * * *", Analyze: "*/15 * * * *", Report: "0 6 * * 1",
		Window: 14 * 24 * time.Hour, DriftWindow: 15 * time.Minute,
		Parallel: 8, JobTimeout: 5 * time.Minute, OnceInterval: 30 * time.Second,
		Sizing: analyzer.DefaultOptions(), Drift: drift.DefaultPolicy(),
	}
}

// Validate reports every value that cannot work.
func (c Config) Validate() error {
	var errs []error
	for _, job := range []struct{ field, expression string }{
		{"collect", c.Collect}, {"analyze", c.Analyze}, {"report", c.Report},
	} {
		if _, err := parseSchedule(job.expression); job.expression != "" && err != nil {
			errs = append(errs, yamlfile.Invalid(job.field,
				"%q is not a schedule: %v; use five cron fields like \"*/5 * * * *\", or \"@every 1m\"", job.expression, err))
		}
	}
	for _, d := range []struct {
		field    string
		value    time.Duration
		smallest time.Duration
	}{{"window", c.Window, time.Minute}, {"drift_window", c.DriftWindow, time.Minute}, {"job_timeout", c.JobTimeout, time.Second},
		{"once_interval", c.OnceInterval, time.Second}} {
		if d.value < d.smallest {
			errs = append(errs, yamlfile.Invalid(d.field, "%s is too short: at least %s", d.value, d.smallest))
		}
	}
	if c.DriftWindow > c.Window {
		errs = append(errs, yamlfile.Invalid("drift_window", "%s is longer than window (%s)", c.DriftWindow, c.Window))
	}
	if c.Parallel < 1 || c.Parallel > 256 {
		errs = append(errs, yamlfile.Invalid("parallel", "%d must be from 1 to 256", c.Parallel))
	}
	errs = append(errs, yamlfile.Under("sizing", c.Sizing.Validate()), yamlfile.Under("drift", c.Drift.Validate()))
	return errors.Join(errs...)
}

func parseSchedule(expression string) (cron.Schedule, error) { return cron.ParseStandard(expression) }
