package msk

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/mskfit/mskfit/internal/testbed/mskfake"
	"github.com/mskfit/mskfit/internal/workload"
)

func TestPlan(t *testing.T) {
	for name, c := range map[string]struct {
		change         func(*CloudWatch)
		rates, details int
		want           string // intervals, and dollars a month
	}{
		// 36 × 8,760 + 100 × 730 = 388,360 metrics.
		"small cluster": {nil, 36, 100, "5m 1h $3.88"},
		// 6,000 details every 6 hours would make $3.15 + $7.30.
		"6,000 details": {nil, 36, 6000, "5m 8h $8.63"},
		// 1,400 rates every hour alone are $10.22; every 2 hours they and 700 details make $5.11 + $2.56.
		"Serverless with 700 topics":   {nil, 1400, 700, "2h 2h $7.67"},
		"a larger budget":              {func(c *CloudWatch) { c.MonthlyBudget = 200 }, 1400, 700, "5m 1h $127.75"},
		"details are left out at last": {func(c *CloudWatch) { c.MonthlyBudget = 1 }, 36, 6000, "20m 0h $0.79"},
		"configured intervals are kept": {func(c *CloudWatch) { c.Interval, c.DetailInterval = 25*time.Minute, 2*time.Hour }, 36,
			100, "25m 2h $1.00"},
		"no details":                       {nil, 36, 0, "5m 1h $3.15"},
		"details as seldom as rates":       {func(c *CloudWatch) { c.MonthlyBudget = 0.5 }, 36, 36, "1h 2h $0.39"},
		"details only as often as allowed": {func(c *CloudWatch) { c.MonthlyBudget = 4 }, 36, 100, "5m 1h $3.88"},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := DefaultConfig().CloudWatch
			if c.change != nil {
				c.change(&cfg)
			}
			p, err := planFor(cfg, c.rates, c.details)
			if err != nil {
				t.Fatal(err)
			}
			got := strings.Join([]string{short(p.Rates.Interval), short(p.Details.Interval), workload.FormatUSD(p.MonthlyUSD)}, " ")
			if got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
			if p.MonthlyUSD > cfg.MonthlyBudget {
				t.Errorf("%g is over the budget of %g", p.MonthlyUSD, cfg.MonthlyBudget)
			}
		})
	}
	cfg := DefaultConfig().CloudWatch
	cfg.MonthlyBudget = 0.1
	_, err := planFor(cfg, 7200, 0)
	want := "the budget of $0.10 a month does not cover reading 7,200 metrics once a day: raise cloudwatch.monthly_budget_usd to $2.20 or more"
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func TestPlanInWords(t *testing.T) {
	cfg := DefaultConfig().CloudWatch
	p, err := planFor(cfg, 36, 6000)
	if err != nil {
		t.Fatal(err)
	}
	p.Backfill, p.BackfillMetrics, p.BackfillUSD = 63*day, 18042, 0.18042
	want := "36 metrics every 5m and 6,000 every 8h: about $8.63 a month of $10.00, at $0.01 for 1,000 metrics (unverified price from public pages); " +
		"intervals are longer than configured to stay within the budget; reading back 63d requests 18,042 metrics once: $0.18"
	if got := p.String(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// A day of reading asks for exactly what the plan says, and costs a thirtieth and a bit of it.
func TestADayCostsWhatThePlanSays(t *testing.T) {
	now := noon
	server := standardServer(func() time.Time { return now })
	for i := range 40 { // 40 topics on 3 brokers: 240 details more
		for _, name := range []string{"BytesInPerSec", "BytesOutPerSec"} {
			for _, id := range []string{"1", "2", "3"} {
				server.Metrics = append(server.Metrics,
					&mskfake.Metric{Name: name, Dimensions: dims("orders", dimBroker, id, dimTopic, "t"+string(rune('A'+i))),
						Raw: mskfake.Constant(1e4)})
			}
		}
	}
	s := sourceOf(t, server, func(c *Config) { c.CloudWatch.MonthlyBudget = 1.5 })
	plan, err := s.Plan(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if !plan.Stretched || plan.MonthlyUSD > 1.5 {
		t.Fatalf("plan %+v: the budget is not felt", plan)
	}
	t.Log(plan)
	collectAll(t, s) // the first reading, at noon
	before := s.Stats().Metrics
	minutes := 0
	for range 24 * 60 {
		now = now.Add(time.Minute)
		minutes += len(collectAll(t, s))
	}
	got := s.Stats()
	asked := float64(got.Metrics - before)
	if want := plan.Metrics * float64(day) / float64(month); math.Abs(asked-want) > 1e-6 {
		t.Errorf("a day asked for %g metrics, the plan says %g", asked, want)
	}
	if got.Metrics != int64(server.MetricsAsked()) {
		t.Errorf("counted %d metrics, AWS %d", got.Metrics, server.MetricsAsked())
	}
	if usd, ok := s.MonthlyCost(); !ok || usd != plan.MonthlyUSD {
		t.Errorf("monthly cost %g, %v, want the plan's %g", usd, ok, plan.MonthlyUSD)
	}
	// 24 hours of rates and of details, a minute each: the last reading of each may be yet to come.
	if least := 2*24*60 - int((plan.Rates.Interval+plan.Details.Interval)/time.Minute); minutes < least {
		t.Errorf("%d minutes came in a day, want at least %d: nothing may be lost by reading less often", minutes, least)
	}
}
