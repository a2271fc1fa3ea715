package msk

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
)

// month is the month of every cost in mskfit.
const month = 730 * time.Hour

// Plan is how often metrics are read and what that costs.
type Plan struct {
	// Rates are what the cluster's totals are made of, Details the rest.
	Rates, Details TierPlan
	// Metrics is how many are requested in a month, and MonthlyUSD what they cost. The price is not verified.
	Metrics, MonthlyUSD float64
	// Budget is what they may cost; Stretched is true when intervals are longer than configured because of it.
	Budget    float64
	Stretched bool
	// Backfill is how far back the first run reads, BackfillMetrics how many metrics that requests once, and BackfillUSD their
	// price.
	Backfill        time.Duration
	BackfillMetrics int
	BackfillUSD     float64
}

// TierPlan is how one group of metrics is read. An Interval of 0: not at all.
type TierPlan struct {
	Metrics  int
	Interval time.Duration
}

func (t TierPlan) monthly() float64 {
	if t.Interval == 0 {
		return 0
	}
	return float64(t.Metrics) * float64(month) / float64(t.Interval)
}

// steps are the intervals that a budget may lead to.
var steps = []time.Duration{
	5 * time.Minute, 10 * time.Minute, 15 * time.Minute, 20 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour,
	3 * time.Hour, 4 * time.Hour,
	6 * time.Hour, 8 * time.Hour, 12 * time.Hour, day,
}

// planFor stretches the intervals until a month costs at most the budget: first those of details, up to a day, then those of
// rates; at last details are left out. The error is for a budget that does not pay for rates once a day.
//
// With 36 rates every 5 minutes (315,360 metrics a month, $3.15) a budget of $10 leaves $6.85, and 6,000 details can be read every
// 8 hours (547,500 metrics, $5.48) but not every 6 ($7.30).
func planFor(cfg CloudWatch, nRates, nDetails int) (Plan, error) {
	p := Plan{Rates: TierPlan{nRates, 0}, Details: TierPlan{nDetails, 0}, Budget: cfg.MonthlyBudget}
	for _, withDetails := range []bool{true, false} {
		for _, p.Rates.Interval = range atLeast(cfg.Interval) {
			p.Details.Interval = 0
			longer := []time.Duration{0}
			if withDetails {
				longer = atLeast(max(cfg.DetailInterval, p.Rates.Interval))
			}
			for _, p.Details.Interval = range longer {
				p.Metrics = p.Rates.monthly() + p.Details.monthly()
				p.MonthlyUSD = price(p.Metrics)
				if p.MonthlyUSD <= cfg.MonthlyBudget {
					p.Stretched = p.Rates.Interval > cfg.Interval || p.Details.Interval != max(cfg.DetailInterval, cfg.Interval) &&
						nDetails > 0
					return p, nil
				}
			}
		}
	}
	return p, fmt.Errorf("the budget of %s a month does not cover reading %s metrics once a day: raise cloudwatch.monthly_budget_usd to %s or more",
		workload.FormatUSD(cfg.MonthlyBudget), workload.FormatNumber(float64(nRates)),
		workload.FormatUSD(price(TierPlan{nRates, day}.monthly())+0.01))
}

// atLeast returns the configured interval and the steps beyond it.
func atLeast(configured time.Duration) []time.Duration {
	out := []time.Duration{configured}
	for _, s := range steps {
		if s > configured {
			out = append(out, s)
		}
	}
	return out
}

// BudgetFor is the least monthly budget, in US dollars, with which rates are read every interval: details once a day.
func (p Plan) BudgetFor(interval time.Duration) float64 {
	metrics := TierPlan{p.Rates.Metrics, interval}.monthly() + TierPlan{p.Details.Metrics, max(interval, day)}.monthly()
	return math.Ceil(price(metrics)*100) / 100
}

// String says the plan in a few sentences, for people.
func (p Plan) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s every %s", metricsText(p.Rates.Metrics), short(p.Rates.Interval))
	switch {
	case p.Details.Metrics > 0 && p.Details.Interval > 0:
		fmt.Fprintf(&b, " and %s every %s", workload.FormatNumber(float64(p.Details.Metrics)), short(p.Details.Interval))
	case p.Details.Metrics > 0:
		fmt.Fprintf(&b, "; %s with details are not read: the budget does not cover them",
			workload.FormatNumber(float64(p.Details.Metrics)))
	}
	fmt.Fprintf(&b, ": about %s a month of %s, at %s for 1,000 metrics (unverified price from public pages)",
		workload.FormatUSD(p.MonthlyUSD), workload.FormatUSD(p.Budget), workload.FormatUSD(pricePerThousand))
	if p.Stretched {
		b.WriteString("; intervals are longer than configured to stay within the budget")
	}
	if p.Backfill > 0 {
		fmt.Fprintf(&b, "; reading back %s requests %s once: %s", short(p.Backfill), metricsText(p.BackfillMetrics),
			cents(p.BackfillUSD))
	}
	return b.String()
}

func cents(usd float64) string {
	if usd < 0.01 {
		return "less than a cent"
	}
	return workload.FormatUSD(usd)
}

func metricsText(n int) string {
	if n == 1 {
		return "1 metric"
	}
	return workload.FormatNumber(float64(n)) + " metrics"
}

// short writes 5m, 8h, 63d.
func short(d time.Duration) string {
	switch {
	case d >= 2*day && d%day == 0:
		return fmt.Sprintf("%dd", d/day)
	case d%time.Hour == 0:
		return fmt.Sprintf("%dh", d/time.Hour)
	}
	return fmt.Sprintf("%dm", d/time.Minute)
}
