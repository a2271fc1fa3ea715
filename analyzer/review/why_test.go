package review

import (
	"slices"
	"strings"
	"testing"

	"github.com/mskfit/mskfit/analyzer"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// A verdict that added nothing to what it saw sized for what it saw, at whichever statistic a rule uses.
func TestNothingWasAdded(t *testing.T) {
	w := shop(july, 1.5, map[string]float64{"orders": 8, "clicks": 2})
	for _, q := range []*workload.Quantity{w.IngressBytesPerSec, w.EgressBytesPerSec} {
		p99, peak := 1.5*q.Value, 3*q.Value
		q.P99, q.Peak = &p99, &peak
	}
	for _, statistic := range []workload.Statistic{"", workload.P99, workload.Peak} {
		in := input(t, w)
		in.Options.Statistic = statistic
		v := analyzer.Analyze(in, decidedAt)
		c := comparison{predicted: v, in: Observed{Input: in}}
		var compared []string
		for i := range v.Options {
			for _, r := range v.Options[i].Rules {
				if times, of := c.added(r.ID, &r); times > 1.001 {
					t.Errorf("%q: the verdict sized %s for %v times the %s", statistic, r.ID, times, of)
				} else if times > 0 {
					compared = append(compared, r.ID)
				}
			}
		}
		for _, id := range []string{"serverless.ingress_per_cluster", "standard.egress", "express.ingress", "express.ingress_max",
			"express.egress_max"} {
			if !slices.Contains(compared, id) {
				t.Errorf("%q: %s was not compared", statistic, id)
			}
		}
	}
	twice := 2.0
	in := input(t, w)
	in.Requirements.SaleEventFactor = &twice
	v := analyzer.Analyze(in, decidedAt)
	r := v.Options[0].Rule("serverless.ingress_per_cluster")
	c := comparison{predicted: v, in: Observed{Input: in}}
	if r == nil {
		t.Fatalf("no rule on ingress in %v", v.Options[0].Kind)
	}
	if times, of := c.added(r.ID, r); times < 1.999 || times > 2.001 || of != workload.P99 {
		t.Errorf("a sale event of 2 times: %v times the %s", times, of)
	}
}

func TestLessIngressKeepsLess(t *testing.T) {
	r := rowOf(t, month(t, shop(july, 1.5, map[string]float64{"orders": 5, "clicks": 2})), "stored_bytes")
	if len(r.Why) == 0 || r.Why[0] != "ingress is 30 % below the prediction: with the same retention as much less is kept" {
		t.Errorf("why %q", r.Why)
	}
}

// A limit on replicas is moved by topics, and those have partitions.
func TestTopicsMoveByPartitions(t *testing.T) {
	before, after := shop(july, 1.5, map[string]float64{"orders": 8}), shop(july, 1.5, map[string]float64{"orders": 8, "clicks": 2})
	c := comparison{predicted: verdict.Verdict{Topics: analyzer.ObservedIn(before).Topics},
		seen: verdict.Observed{Topics: analyzer.ObservedIn(after).Topics},
		in:   Observed{Window: july, CountedAt: july.End}}
	was, is := 36.0, 72.0
	got := c.whyLimit("standard.partitions", &verdict.Rule{Observed: &was, Unit: "replicas"},
		&verdict.Rule{Observed: &is, Unit: "replicas"})
	if want := []string{"72 replicas instead of 36 replicas",
		"topic clicks is new: 12 partitions, 100 % of the increase"}; !slices.Equal(got, want) {
		t.Errorf("why %q, want %q", got, want)
	}
}

// What is stored is as unsure in the bill as it is in the workload, but for volumes that are billed whatever is on them.
func TestThePriceIsAsUnsureAsItsStorage(t *testing.T) {
	stored := verdict.Figures{StoredBytes: workload.Between(100, 50, 200, workload.Estimated, "test").Ptr()}
	usd := 30.0
	o := &verdict.Option{MonthlyUSD: &usd, Cost: []verdict.CostLine{{Item: "brokers", MonthlyUSD: 20},
		{Item: "storage", MonthlyUSD: 10}}}
	if f := priceOf(o, stored, false); f.Low != 25 || f.High != 40 || f.Method != workload.Estimated {
		t.Errorf("price of an estimate: %+v", f)
	}
	if f := priceOf(o, stored, true); !f.Exact() {
		t.Errorf("price of volumes: %+v", f)
	}
	if f := priceOf(o, verdict.Figures{}, false); f.Low != 20 || f.Bounded() ||
		!strings.HasSuffix(f.Source, "with an assumption for storage") {
		t.Errorf("price of an assumption: %+v", f)
	}
}

func TestTheSummarySaysWhatIsWithinTheError(t *testing.T) {
	figure := func(v, low, high float64) *workload.Figure {
		return workload.Between(v, low, high, workload.Estimated, "test").Ptr()
	}
	c := &comparison{}
	m := verdict.ReviewMonth{Window: july, Whole: true, Rows: []verdict.ReviewRow{
		c.row(Cost, "price a month", "usd", figure(100, 80, 140), figure(121, 110, 130), nil),
		c.row("ingress_bytes_per_second", "ingress", "bytes/s", figure(1e6, 1e6, 1e6), figure(1.5e6, 1.5e6, 1.5e6),
			func() []string { return nil }),
		c.row("egress_bytes_per_second", "egress", "bytes/s", figure(0, 0, 0), figure(2e6, 2e6, 2e6),
			func() []string { return nil }),
	}}
	want := []string{"July 2026: $121.00 a month at list price, 21 % above the predicted $100.00; the difference is within the error of the figures",
		"the largest difference is egress: 2 MB/s, predicted was 0 B/s"}
	if got := summary(&m); !slices.Equal(got, want) {
		t.Errorf("summary %q, want %q", got, want)
	}
}
