package msk

import (
	"errors"
	"fmt"
	"time"

	"github.com/mskfit/mskfit/internal/awsconf"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/internal/yamlfile"
)

// Config is one line of configuration: the clusters of some regions of one AWS account.
type Config struct {
	// AWS is the identity for the requests.
	AWS awsconf.Config `yaml:"aws"`
	// Regions to look in. Required.
	Regions []string `yaml:"regions"`
	// Filter takes some of the clusters there; without one, all.
	Filter `yaml:",inline"`
	// Refresh is how often the clusters are described again (default 1h, 5m–24h).
	Refresh time.Duration `yaml:"refresh"`
	// CloudWatch says how the metrics are read.
	CloudWatch CloudWatch `yaml:"cloudwatch"`
}

// CloudWatch says how metrics are read. They are billed by the metric requested, so the same minutes cost a third when read a third
// as often.
type CloudWatch struct {
	// Interval is how often the cluster's rates are read (default 5m, in steps of 5m up to 24h). It is longer where the budget
	// requires it.
	Interval time.Duration `yaml:"interval"`
	// DetailInterval is how often everything else is read: topics of Provisioned clusters, lag, disks, CPU (default 1h, as above).
	DetailInterval time.Duration `yaml:"detail_interval"`
	// Topics reads figures of each topic (default true). Serverless clusters have no others.
	Topics bool `yaml:"topics"`
	// Lag reads the lag of consumer groups by topic (default true).
	Lag bool `yaml:"lag"`
	// Delay is how old a minute must be to be read, because CloudWatch publishes late (default 3m, 1m–30m).
	Delay time.Duration `yaml:"delay"`
	// Late is how long to wait for a missing datapoint (default 15m, 0s–3h).
	Late time.Duration `yaml:"late"`
	// MonthlyBudget is how much one cluster's metrics may cost in a month of 730 hours, in US dollars (default 10, 0.1 and more).
	// The intervals are stretched to stay within it. What was requested is counted over restarts; once a calendar month's budget is
	// spent, reading stops until the next month.
	MonthlyBudget float64 `yaml:"monthly_budget_usd"`
	// Backfill is how far the first run reads back, and a run after a pause of more than three hours (default 63d, up to 63d; 0s:
	// not at all). What it is announced to cost comes once, beside the budget; what a repetition requests counts against the month.
	Backfill workload.Span `yaml:"backfill"`
}

// block is what windows are made of: history keeps topics by five minutes.
const block = 5 * time.Minute

const day = 24 * time.Hour

// DefaultConfig returns the defaults; Regions is left to the caller.
func DefaultConfig() Config {
	return Config{
		AWS: awsconf.DefaultConfig(), Refresh: time.Hour,
		CloudWatch: CloudWatch{
			Interval: 5 * time.Minute, DetailInterval: time.Hour, Topics: true, Lag: true, Delay: 3 * time.Minute,
			Late:          15 * time.Minute,
			MonthlyBudget: 10, Backfill: workload.Span(63 * day),
		},
	}
}

// SetDefaults fills in the defaults where a list of configurations is read.
func (c *Config) SetDefaults() { *c = DefaultConfig() }

// Validate returns every problem of the configuration, each a yamlfile.FieldError.
func (c Config) Validate() error {
	errs := []error{
		yamlfile.Under("aws", c.AWS.Validate()), c.Filter.validate(), yamlfile.Under("cloudwatch", c.CloudWatch.Validate()),
	}
	if len(c.Regions) == 0 {
		errs = append(errs, yamlfile.Invalid("regions", "set at least one region: [us-east-1]"))
	}
	for i, r := range c.Regions {
		errs = append(errs, awsconf.ValidRegion(fmt.Sprintf("regions[%d]", i), r))
	}
	if c.Refresh < 5*time.Minute || c.Refresh > day {
		errs = append(errs, yamlfile.Invalid("refresh", "%s is out of range: use 5m to 24h", c.Refresh))
	}
	return errors.Join(errs...)
}

// Oldest is how old the newest minute of the cluster's rates may be: whole blocks of five minutes are read once they are Delay old,
// and again an Interval later.
func (c CloudWatch) Oldest() time.Duration { return c.Delay + c.Interval + block }

// Validate returns every problem of the configuration, each a yamlfile.FieldError.
func (c CloudWatch) Validate() error {
	var errs []error
	bad := func(field, format string, args ...any) { errs = append(errs, yamlfile.Invalid(field, format, args...)) }
	for _, i := range []struct {
		field string
		value time.Duration
	}{{"interval", c.Interval}, {"detail_interval", c.DetailInterval}} {
		if i.value < block || i.value > day || i.value%block != 0 {
			bad(i.field, "%s is not possible: use a multiple of 5m, up to 24h", i.value)
		}
	}
	if c.DetailInterval < c.Interval {
		bad("detail_interval", "%s is shorter than interval (%s): details cannot be read more often than the cluster's rates",
			c.DetailInterval, c.Interval)
	}
	if c.Delay < time.Minute || c.Delay > 30*time.Minute {
		bad("delay", "%s is out of range: use 1m to 30m", c.Delay)
	}
	if c.Late < 0 || c.Late > 3*time.Hour {
		bad("late", "%s is out of range: use 0s to 3h", c.Late)
	}
	if !(c.MonthlyBudget >= 0.1) {
		bad("monthly_budget_usd", "%v is too small: allow at least 0.1", c.MonthlyBudget)
	}
	if c.Backfill < 0 || c.Backfill.Duration() > 63*day {
		bad("backfill", "it is out of range: use 0s to 63d; CloudWatch keeps 5-minute values no longer")
	}
	return errors.Join(errs...)
}
