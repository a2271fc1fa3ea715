package analyzer

import (
	"errors"
	"time"

	"github.com/mskfit/mskfit/analyzer/forecast"
	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/internal/yamlfile"
)

// Input is everything that a verdict depends on.
type Input struct {
	Workload     workload.Workload
	Requirements workload.Requirements
	Catalog      *catalog.Catalog
	Options      Options
}

// Options say how to size. The zero value of a field other than Headroom and GrowthHorizon means its default.
type Options struct {
	// Profile names the sizing profile of the catalog (default mskfit; aws-script and aws-guide come with it).
	Profile string `yaml:"profile"`
	// Statistic of the one-minute values to size on (default p99; mean, p50, p95, peak).
	Statistic workload.Statistic `yaml:"statistic"`
	// Headroom is the share of what AWS enforces that the sized load leaves free where requirements.headroom does not say (default
	// 0.2, 0–0.9): of the throughput, request and connection quotas of a Serverless cluster, and of the most that a broker can
	// carry. The profiles' own reserves count towards it: Standard brokers are planned at 50 % of what they carry, Express brokers
	// at 50 to 70 % of the rates at which AWS throttles, so the default changes nothing there and keeps aws-script exact.
	Headroom float64 `yaml:"headroom"`
	// GrowthHorizon is how far ahead to size, by the trend of the daily peaks (default 0: for today; needs 7 days of data).
	GrowthHorizon time.Duration `yaml:"growth_horizon"`
	// MinWindow is how much data a decision needs (default 1m). With less of it an observed workload stays undecided; a verdict on
	// less than a day is marked as low confidence. It does not apply to declared workloads.
	MinWindow time.Duration `yaml:"min_window"`
}

// DefaultOptions returns the options with every default.
func DefaultOptions() Options {
	return Options{Profile: "mskfit", Statistic: workload.P99, Headroom: 0.2, MinWindow: time.Minute}
}

// withDefaults fills in what was left at its zero value, and replaces what Validate refuses.
func (o Options) withDefaults() Options {
	d := DefaultOptions()
	if o.Profile == "" {
		o.Profile = d.Profile
	}
	if !knownStatistic(o.Statistic) {
		o.Statistic = d.Statistic
	}
	if !(o.Headroom >= 0 && o.Headroom <= maxHeadroom) {
		o.Headroom = d.Headroom
	}
	o.GrowthHorizon = min(max(o.GrowthHorizon, 0), forecast.MaxHorizon)
	if o.MinWindow <= 0 {
		o.MinWindow = d.MinWindow
	}
	return o
}

// Validate reports every option that cannot work. Whether the profile exists is for the catalog to say: see [Validate].
func (o Options) Validate() error {
	var errs []error
	bad := func(field, format string, args ...any) { errs = append(errs, yamlfile.Invalid(field, format, args...)) }
	if o.Statistic != "" && !knownStatistic(o.Statistic) {
		bad("statistic", "%q is not a statistic: write mean, p50, p95, p99 or peak", o.Statistic)
	}
	if !(o.Headroom >= 0 && o.Headroom <= maxHeadroom) {
		bad("headroom", "%g must be a share from 0 to %g", o.Headroom, maxHeadroom)
	}
	if o.GrowthHorizon < 0 || o.GrowthHorizon > forecast.MaxHorizon {
		bad("growth_horizon", "%s must be between 0 and %s", o.GrowthHorizon, forecast.MaxHorizon)
	}
	if o.MinWindow < 0 {
		bad("min_window", "%s is negative", o.MinWindow)
	}
	return errors.Join(errs...)
}

func knownStatistic(s workload.Statistic) bool {
	switch s {
	case workload.Mean, workload.P50, workload.P95, workload.P99, workload.Peak:
		return true
	}
	return false
}

// maxHeadroom leaves a tenth to be used.
const maxHeadroom = 0.9
