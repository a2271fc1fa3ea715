package analyzer

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

func TestWithin(t *testing.T) {
	for _, c := range []struct {
		name string
		fig  fig
		want verdict.Outcome
	}{
		{"missing", fig{}, verdict.Unknown},
		{"all inside", fig{Figure: workload.Between(8, 7, 10, workload.Estimated, ""), ok: true}, verdict.Pass},
		{"at the limit", fig{Figure: workload.Exactly(10, workload.Measured, ""), ok: true}, verdict.Pass},
		{"astride", fig{Figure: workload.Between(9, 8, 11, workload.Estimated, ""), ok: true}, verdict.Unknown},
		{"unbounded", fig{Figure: workload.AtLeast(5, workload.Estimated, ""), ok: true}, verdict.Unknown},
		{"all beyond", fig{Figure: workload.Between(12, 10.1, 20, workload.Estimated, ""), ok: true}, verdict.Fail},
		{"floor beyond", fig{Figure: workload.AtLeast(11, workload.Estimated, ""), ok: true}, verdict.Fail},
	} {
		if got := within(c.fig, 10); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}

func TestSentences(t *testing.T) {
	f := func(v, low, high float64, s workload.Statistic) fig {
		return fig{Figure: workload.Between(v, low, high, workload.Estimated, ""), ok: true, stat: s}
	}
	for _, c := range []struct {
		check       check
		what, limit string
		want        string
	}{
		{check{observed: f(41.2e6, 41.2e6, 41.2e6, workload.P95), unit: "MBps", per: 1e6, limit: 50e6}, "ingress", quotaOf,
			"ingress p95 41.2 MB/s is 82 % of the quota of 50 MB/s"},
		{check{observed: f(4.5e9, 4.5e9, 4.5e9, ""), unit: "MBps", per: 1e6, limit: 200e6}, "ingress", quotaOf,
			"ingress 4.5 GB/s is 22.5 times the quota of 200 MB/s"},
		{check{observed: f(208e6, 208e6, 208e6, ""), unit: "MBps", per: 1e6, limit: 200e6}, "ingress", quotaOf,
			"ingress 208 MB/s is 4 % above the quota of 200 MB/s"},
		{check{observed: f(190e6, 180e6, 210e6, ""), unit: "MBps", per: 1e6, limit: 200e6}, "ingress", quotaOf,
			"ingress 190 MB/s (180 MB/s – 210 MB/s) may exceed the quota of 200 MB/s: measure"},
		{check{observed: f(20e6, 19e6, math.Inf(1), ""), unit: "MBps", per: 1e6, limit: 400e6}, "egress", quotaOf,
			"egress: at least 19 MB/s, upper bound unknown (quota of 400 MB/s): measure"},
		{check{observed: f(1, 1, 1, ""), unit: "groups", limit: 500}, "consumer groups", quotaOf,
			"consumer groups: 1, under 1 % of the quota of 500"},
		{check{observed: f(15e6, 15e6, 15e6, ""), unit: "MiB", per: 1 << 20, limit: 8 << 20}, "the largest message", quotaOf,
			"the largest message 15 MB is 1.79 times the quota of 8 MiB"},
		{check{unit: "connections", limit: 3000}, "client connections", quotaOf,
			"client connections: unknown (quota of 3,000): measure"},
		{check{observed: f(45e6, 45e6, 45e6, ""), unit: "MBps", per: 1e6, limit: 73.7e6}, "ingress", planned,
			"ingress 45 MB/s is 61 % of the 73.7 MB/s planned"},
		{check{observed: fig{Figure: f(0, 0, 10000, "").Figure, ok: true, ranged: true}, unit: "partitions", limit: 120},
			"compacted leader partitions", quotaOf, "compacted leader partitions: 0 to 10,000 (quota of 120): measure"},
		{check{observed: fig{Figure: f(0, 0, 100, "").Figure, ok: true, ranged: true}, unit: "partitions", limit: 120},
			"compacted leader partitions", quotaOf, "compacted leader partitions: 0 to 100, within the quota of 120"},
		{check{observed: fig{Figure: f(200, 200, 10000, "").Figure, ok: true, ranged: true}, unit: "partitions", limit: 120},
			"compacted leader partitions", quotaOf, "compacted leader partitions: 200 to 10,000, above the quota of 120"},
		{check{observed: f(360e6, 360e6, 360e6, workload.Peak), unit: "MBps", per: 1e6, limit: 369e6, recommended: 468e6,
			throttles: 702e6}, "ingress", planned,
			"ingress peak 360 MB/s is 98 % of the 369 MB/s planned; AWS recommends up to 468 MB/s sustained and throttles at 702 MB/s"},
	} {
		r := evaluation{kind: verdict.Serverless, words: true}
		r.measure(c.check, c.what, c.limit, "measure")
		if got := r.rules[0].Evidence; got != c.want {
			t.Errorf("got  %q\nwant %q", got, c.want)
		}
	}
}

// A figure with only known bounds is neither 0 nor 0 % of its limit.
func TestUnknownIsNotZeroPercent(t *testing.T) {
	in := plain(t, 1, 1, 10000)
	rule, ok := decide(&in, forVerdict).single().rule("serverless.partitions_compacted")
	if !ok || rule.Outcome != verdict.Unknown || rule.Observed != nil || rule.Utilization != nil || rule.Limit == nil {
		t.Errorf("got %+v", rule)
	}
}

// What binds is the rule with the highest use, for the option, the reasons and the table alike; where egress of Express brokers
// needs more of them than ingress, both say egress.
func TestWhatBindsHasTheHighestUse(t *testing.T) {
	in := plain(t, 14, 84, 540) // 14 ÷ 11.7 = 1.2 brokers, 84 ÷ 31.2 = 2.7
	no := false
	in.Requirements.OperationsTeam, in.Requirements.Authentication = &no, []string{"mtls"}
	v := Analyze(in, propertyNow)
	if v.Choice == nil || v.Choice.Size != "express.m7g.large" || v.Choice.Brokers != 3 {
		t.Fatalf("choice %+v", v.Choice)
	}
	for _, o := range v.Options {
		var highest verdict.Rule
		for _, r := range o.Rules {
			if (r.Outcome == verdict.Pass || r.Outcome == verdict.Unknown) && r.Utilization != nil &&
				(highest.Utilization == nil || *r.Utilization > *highest.Utilization*(1+hair)) {
				highest = r
			}
		}
		if o.Feasible != verdict.No && o.Binding != highest.ID {
			t.Errorf("%s %s: bound by %s, highest use %s", o.Kind, o.Size, o.Binding, highest.ID)
		}
		if o.Size == "express.m7g.large" && (o.Binding != "express.egress" || *o.Rule("express.egress").Recommended != 93.6 ||
			*o.Rule("express.egress").Throttles != 175.5) {
			t.Errorf("bound by %s, %+v", o.Binding, o.Rule("express.egress"))
		}
	}
	want := "3 × express.m7g.large: egress 84 MB/s ÷ 31.2 MB/s planned per broker = 2.69 brokers; the smallest cluster has 3"
	if !slices.Contains(v.Reasons, want) {
		t.Errorf("got %q", v.Reasons)
	}
}

func TestHeadroomRule(t *testing.T) {
	for _, c := range []struct {
		name                  string
		in                    float64 // MB/s of 200
		low, high             float64
		ingress, headroomRule verdict.Outcome
	}{
		{"room enough", 150, 150, 150, verdict.Pass, verdict.Pass},
		{"exactly 20 % left", 160, 160, 160, verdict.Pass, verdict.Pass},
		{"too near", 170, 170, 170, verdict.Pass, verdict.Fail},
		{"perhaps too near", 155, 150, 165, verdict.Pass, verdict.Unknown},
		{"perhaps beyond", 155, 150, 210, verdict.Unknown, verdict.NotApplicable},
		{"perhaps beyond, and too near for sure", 190, 170, 210, verdict.Unknown, verdict.Fail},
		{"beyond is its own rule", 210, 210, 210, verdict.Fail, verdict.Pass},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := plain(t, 1, 1, 100)
			in.Workload.IngressBytesPerSec = workload.Constantly(workload.Between(c.in*1e6, c.low*1e6, c.high*1e6,
				workload.Estimated, ""))
			o := decide(&in, forVerdict).single()
			a, _ := o.rule("serverless.ingress_per_cluster")
			b, _ := o.rule("serverless.headroom")
			if a.Outcome != c.ingress || b.Outcome != c.headroomRule {
				t.Errorf("got %s and %s, want %s and %s: %s", a.Outcome, b.Outcome, c.ingress, c.headroomRule, b.Evidence)
			}
		})
	}
}

func TestConfidence(t *testing.T) {
	for _, c := range []struct {
		name     string
		length   time.Duration
		coverage float64
		age      time.Duration
		declared bool
		level    string
	}{
		{"described", 0, 1, 0, true, "declared"},
		{"nothing", 0, 0, 0, false, "low"},
		{"a minute", time.Minute, 1, 0, false, "low"},
		{"a day", 24 * time.Hour, 1, 0, false, "medium"},
		{"two days, half of it missing", 48 * time.Hour, 0.4, 0, false, "low"},
		{"a week", 7 * 24 * time.Hour, 1, 0, false, "high"},
		{"two weeks with gaps", 14 * 24 * time.Hour, 0.8, 0, false, "medium"},
		{"a week, long ago", 7 * 24 * time.Hour, 1, 30 * 24 * time.Hour, false, "medium"},
	} {
		w := workload.Workload{Declared: c.declared, Coverage: c.coverage,
			Window: workload.Window{Start: propertyNow.Add(-c.age - c.length), End: propertyNow.Add(-c.age)}}
		if got := confidenceOf(&w, propertyNow); got.Level != c.level {
			t.Errorf("%s: %s (%s), want %s", c.name, got.Level, got.Why, c.level)
		}
	}
}

// What is missing is said, and when it will be there.
func TestUndecidedBelowTheMinimum(t *testing.T) {
	in := plain(t, 1, 1, 10)
	in.Workload.Declared = false
	in.Workload.Window = workload.Window{Start: propertyNow.Add(-12 * time.Minute), End: propertyNow}
	in.Options.MinWindow = time.Hour
	v := Analyze(in, propertyNow)
	want := "12 min of data is less than the 1 h that a decision rests on: it will be there at 2026-03-01 00:48 UTC at the earliest"
	if v.Status != verdict.Undecided || v.Choice != nil || len(v.Reasons) != 1 || v.Reasons[0] != want {
		t.Errorf("got %s %v", v.Status, v.Reasons)
	}
	in.Options.MinWindow = 10 * time.Minute
	if v := Analyze(in, propertyNow); v.Status != verdict.Decided {
		t.Errorf("12 minutes of 10 are enough: %v", v.Reasons)
	}
}

// A new daemon answers within a minute or two, and the answer says how little data it rests on.
func TestOneMinuteOfAFortnightDecidesWithLowConfidence(t *testing.T) {
	in := plain(t, 1, 1, 10)
	in.Workload.Declared, in.Options = false, DefaultOptions()
	in.Workload.Window = workload.Window{Start: propertyNow.AddDate(0, 0, -14), End: propertyNow}
	in.Workload.Coverage = 1.0 / (14 * 24 * 60)
	if v := Analyze(in, propertyNow); v.Status != verdict.Decided || v.Confidence.Level != "low" {
		t.Errorf("got %s with %s confidence: %v", v.Status, v.Confidence.Level, v.Reasons)
	}
}

func TestNoCatalogNoProfile(t *testing.T) {
	if v := Analyze(Input{}, propertyNow); v.Status != verdict.Undecided || len(v.Reasons) != 1 {
		t.Errorf("got %+v", v.Reasons)
	}
	in := plain(t, 1, 1, 10)
	in.Options.Profile = "spreadsheet"
	v := Analyze(in, propertyNow)
	const want = `"spreadsheet" is not a sizing profile of the catalog: choose one of aws-guide, aws-script, mskfit`
	if v.Status != verdict.Undecided || v.Reasons[0] != want {
		t.Errorf("got %v", v.Reasons)
	}
}
