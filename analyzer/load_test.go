package analyzer

import (
	"math"
	"testing"
	"time"

	"github.com/mskfit/mskfit/analyzer/forecast"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

func TestExtraReadersCloseTheBound(t *testing.T) {
	observed := func(v, low, high float64, m workload.Method) *workload.Quantity {
		return workload.Constantly(workload.Between(v, low, high, m, "test"))
	}
	three, none := 3.0, 0.0
	for _, c := range []struct {
		name             string
		egress           *workload.Quantity
		groups           []workload.GroupWorkload
		readers          *float64
		value, low, high float64
	}{
		{"not declared: no upper bound", observed(20, 19, math.Inf(1), workload.Estimated), nil, nil, 20, 19, math.Inf(1)},
		{"none: what is visible is all", observed(20, 19, math.Inf(1), workload.Estimated), nil, &none, 20, 19, 20},
		{"none, groups with bounds", observed(20, 19, math.Inf(1), workload.Estimated),
			[]workload.GroupWorkload{{Name: "a", EgressBytesPerSec: observed(20, 19, 22, workload.Estimated)}}, &none, 20, 19, 22},
		{"three of 10 each", observed(20, 19, math.Inf(1), workload.Estimated),
			[]workload.GroupWorkload{{Name: "a", EgressBytesPerSec: observed(20, 19, 22, workload.Estimated)}}, &three, 50, 46, 55},
		{"measured counts every reader", observed(20, 20, 20, workload.Measured), nil, &three, 20, 20, 20},
		{"declared counts every reader", observed(20, 20, 20, workload.Declared), nil, &three, 20, 20, 20},
		{"groups × ingress does not", observed(20, 20, 20, workload.Derived), nil, &three, 50, 47, 53},
		{"no group commits", nil, nil, &three, 30, 27, 33},
		{"groups could not be read", nil, nil, &three, -1, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := workload.Workload{IngressBytesPerSec: observed(10, 9, 11, workload.Derived), EgressBytesPerSec: c.egress,
				GroupList: c.groups}
			if c.name != "groups could not be read" {
				w.ConsumerGroups = figureOf(2)
			}
			got, _ := withReaders(&w, &workload.Requirements{ExtraReaders: c.readers})
			if c.value < 0 {
				if got != nil {
					t.Errorf("got %+v, want none", got)
				}
				return
			}
			if got == nil || got.Value != c.value || got.Low != c.low || got.High != c.high {
				t.Errorf("got %+v, want %g (%g–%g)", got, c.value, c.low, c.high)
			}
		})
	}
}

// Egress that is unknown is sized as one reader and stays unknown.
func TestUnknownEgressIsNotZero(t *testing.T) {
	in := plain(t, 10, 10, 100)
	in.Workload.EgressBytesPerSec = nil
	l := loadOf(&in)
	if !l.out.ok || l.out.Value != 10e6 || l.out.Low != 0 || l.out.Bounded() || l.out.Method != workload.Estimated {
		t.Errorf("got %+v", l.out)
	}
	d := decide(&in, forVerdict)
	if r, _ := d.single().rule("serverless.egress_per_cluster"); r.Outcome != verdict.Unknown ||
		r.Needs != "egress_bytes_per_second" {
		t.Errorf("got %+v", r)
	}
}

func TestGrowthFactor(t *testing.T) {
	days := func(n int, value func(int) float64) []workload.DailyPeak {
		var out []workload.DailyPeak
		for i := range n {
			out = append(out, workload.DailyPeak{Day: propertyNow.AddDate(0, 0, i-n), Complete: true,
				Values: map[string]float64{verdict.IngressKey: value(i)}})
		}
		return out
	}
	const month = 30 * 24 * time.Hour
	for _, c := range []struct {
		name    string
		peaks   []workload.DailyPeak
		horizon time.Duration
		want    float64
	}{
		{"no horizon", days(14, func(i int) float64 { return 10 + float64(i) }), 0, 1},
		{"six days are too few", days(6, func(i int) float64 { return 10 + float64(i) }), month, 1},
		// 10 to 23 by 1 a day, median 16.5: 1 + 30/16.5.
		{"one a day", days(14, func(i int) float64 { return 10 + float64(i) }), month, 1 + 30.0/16.5},
		{"one outlier changes nothing", days(15, func(i int) float64 {
			if i == 7 {
				return 1000
			}
			return 10
		}), month, 1},
		{"a falling load is sized for today", days(14, func(i int) float64 { return 100 - float64(i) }), month, 1},
		{"a launch is no trend", days(14, func(i int) float64 { return math.Pow(2, float64(i)) }), 12 * month,
			forecast.LargestGrowth},
		{"days with gaps do not count", func() []workload.DailyPeak {
			p := days(14, func(i int) float64 { return 10 + float64(i) })
			for i := range p {
				p[i].Complete = i < 6
			}
			return p
		}(), month, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := forecast.Growth(c.peaks, c.horizon); math.Abs(got-c.want) > 1e-9 {
				t.Errorf("got %g, want %g", got, c.want)
			}
		})
	}
}

func TestStoredAndTiered(t *testing.T) {
	day, month, unlimited := 24*time.Hour, 30*24*time.Hour, workload.RetentionUnlimited
	for _, c := range []struct {
		name               string
		retention, primary *time.Duration
		stored             *workload.Figure
		all, near, far     float64 // in days of ingress
		bounded            bool
	}{
		{"retention", &month, nil, nil, 30, 30, 0, true},
		// Segments are in the low-cost tier from when they close, so it holds all that is kept.
		{"tiered", &month, &day, nil, 30, 1, 30, true},
		{"measured, younger than its primary retention", &month, &day, figureOf(43200e6), 0.5, 0.5, 0.5, true},
		{"not given: Kafka's default of a week", nil, nil, nil, 7, 7, 0, false},
		{"unlimited: one month", &unlimited, nil, nil, 730.0 / 24, 730.0 / 24, 0, false},
		{"primary as long as retention", &day, &day, nil, 1, 1, 0, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := plain(t, 1, 1, 10)
			in.Workload.Retention, in.Workload.PrimaryRetention, in.Workload.StoredBytes = c.retention, c.primary, c.stored
			l := loadOf(&in)
			for _, f := range []struct {
				what string
				got  fig
				want float64
			}{{"stored", l.stored, c.all}, {"primary", l.primary, c.near}, {"remote", l.remote, c.far}} {
				if got := f.got.Value / 86400e6; math.Abs(got-f.want) > 1e-9 {
					t.Errorf("%s is %g days, want %g", f.what, got, f.want)
				}
			}
			if l.stored.Bounded() != c.bounded {
				t.Errorf("stored is bounded: %v, want %v", l.stored.Bounded(), c.bounded)
			}
		})
	}
}

// Where it is unknown how many partitions are compacted, the sum of both quotas still decides.
func TestPartitionsWithoutKnowingCompaction(t *testing.T) {
	for _, c := range []struct {
		partitions       float64
		plain, compacted verdict.Outcome
	}{
		{100, verdict.Pass, verdict.Pass},        // all of them may be either
		{500, verdict.Pass, verdict.Unknown},     // up to 500 compacted ones against 120
		{2450, verdict.Unknown, verdict.Unknown}, // 2,330 to 2,450 plain ones against 2,400
		{2600, verdict.Fail, verdict.Unknown},    // at least 2,480 plain ones, or the other quota breaks
	} {
		in := plain(t, 1, 1, c.partitions)
		d := decide(&in, forVerdict)
		p, _ := d.single().rule("serverless.partitions_non_compacted")
		k, _ := d.single().rule("serverless.partitions_compacted")
		if p.Outcome != c.plain || k.Outcome != c.compacted {
			t.Errorf("%g partitions: %s and %s, want %s and %s", c.partitions, p.Outcome, k.Outcome, c.plain, c.compacted)
		}
	}
}
