package workload

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// window is seconds [from, to) after noon.
func window(from, to float64) Window {
	at := func(s float64) time.Time { return noon.Add(time.Duration(s * float64(time.Second))) }
	return Window{Start: at(from), End: at(to)}
}

func ingress(w Window, v, low, high float64) Sample {
	return Sample{Source: "kafka", Cluster: "c", Window: w,
		Totals: Totals{IngressBytesPerSec: Between(v, low, high, Derived, "log sizes").Ptr()}}
}

func TestMeanIsWeightedByTime(t *testing.T) {
	w := FromSamples([]Sample{
		ingress(window(0, 20), 10e6, 9e6, 11e6),
		ingress(window(20, 60), 4e6, 3e6, 5e6),
	}, RollupOptions{Region: "us-east-1"})
	// (20 s × 10 + 40 s × 4) ÷ 60 s = 6; low (20 × 9 + 40 × 3) ÷ 60 = 5; high (20 × 11 + 40 × 5) ÷ 60 = 7
	want := Between(6e6, 5e6, 7e6, Derived, "log sizes")
	if w.IngressBytesPerSec == nil || w.IngressBytesPerSec.Figure != want {
		t.Errorf("mean: got %+v, want %+v", w.IngressBytesPerSec, want)
	}
	if w.Coverage != 1 || w.Cluster != "c" || w.Region != "us-east-1" || w.Window != window(0, 60) {
		t.Errorf("got coverage %v, cluster %q, region %q, window %v", w.Coverage, w.Cluster, w.Region, w.Window)
	}
}

func TestWholeReadingReplacesTheMeanWhereItIsBetter(t *testing.T) {
	samples := []Sample{ingress(window(0, 30), 10, 8, 12), ingress(window(30, 60), 10, 8, 12)}
	whole := ingress(window(0, 60), 10.2, 10, 10.4)
	w := FromSamples(samples, RollupOptions{Whole: &whole})
	if got := w.IngressBytesPerSec.Figure; got != *whole.Totals.IngressBytesPerSec {
		t.Errorf("narrow whole: got %+v", got)
	}
	whole = ingress(window(0, 60), 10.2, 0, 40)
	w = FromSamples(samples, RollupOptions{Whole: &whole})
	if got := w.IngressBytesPerSec.Figure; got.Low != 8 || got.High != 12 {
		t.Errorf("wide whole: got %+v, want the windows' mean", got)
	}
}

func TestUnboundedStaysUnbounded(t *testing.T) {
	one := Sample{Source: "kafka", Window: window(0, 60), Totals: Totals{EgressBytesPerSec: AtLeast(5, Estimated, "commits").Ptr()}}
	two := Sample{Source: "kafka", Window: window(60, 120), Totals: Totals{EgressBytesPerSec: Exactly(7, Measured, "jmx").Ptr()}}
	e := FromSamples([]Sample{one, two}, RollupOptions{}).EgressBytesPerSec
	if e == nil || e.Bounded() || e.Value != 6 || e.Low != 6 || e.Method != Estimated || e.Source != "commits, jmx" {
		t.Errorf("got %+v, want 6, low 6, unbounded, estimated from both", e)
	}
}

func TestStatisticsNeedEnoughMinutes(t *testing.T) {
	for _, tt := range []struct {
		minutes            int
		p50, p95, p99, max float64 // 0: absent
	}{
		{minutes: 1},
		{minutes: 2, p50: 1, max: 2},
		{minutes: 19, p50: 10, max: 19},
		{minutes: 20, p50: 10, p95: 19, max: 20},
		{minutes: 99, p50: 50, p95: 95, max: 99}, // ⌈0.95 × 99⌉ = ⌈94.05⌉ = 95
		{minutes: 100, p50: 50, p95: 95, p99: 99, max: 100},
	} {
		var samples []Sample
		for i := range tt.minutes {
			v := float64(i + 1)
			samples = append(samples, ingress(window(60*float64(i), 60*float64(i+1)), v, v, v))
		}
		q := FromSamples(samples, RollupOptions{}).IngressBytesPerSec
		for name, c := range map[string]struct {
			got  *float64
			want float64
		}{"p50": {q.P50, tt.p50}, "p95": {q.P95, tt.p95}, "p99": {q.P99, tt.p99}, "peak": {q.Peak, tt.max}} {
			if (c.got == nil) != (c.want == 0) || c.got != nil && *c.got != c.want {
				t.Errorf("%d minutes: %s: got %v, want %v", tt.minutes, name, deref(c.got), c.want)
			}
		}
		if q.Samples != tt.minutes {
			t.Errorf("%d minutes: samples: got %d", tt.minutes, q.Samples)
		}
		if want := noon.Add(time.Duration(tt.minutes-1) * time.Minute); tt.max != 0 && !q.PeakAt.Equal(want) {
			t.Errorf("%d minutes: peak at %v, want %v", tt.minutes, q.PeakAt, want)
		}
	}
}

func deref(p *float64) any {
	if p == nil {
		return "absent"
	}
	return *p
}

// Windows of 10 s make minutes, and what is left over is only part of the mean.
func TestShortWindowsArePutTogether(t *testing.T) {
	var samples []Sample
	for i := range 14 { // two minutes and 20 s
		v := 10.0
		if i >= 6 {
			v = 30
		}
		if i == 3 {
			v = 100 // a burst of 10 s is not a minute's peak
		}
		samples = append(samples, ingress(window(float64(10*i), float64(10*i+10)), v, v, v))
	}
	q := FromSamples(samples, RollupOptions{}).IngressBytesPerSec
	// minutes: (5 × 10 + 100) ÷ 6 = 25, then 30; the last 20 s count in the mean only: (150 + 8 × 30) ÷ 14
	if q.Samples != 2 || q.Peak == nil || *q.Peak != 30 || !q.PeakAt.Equal(noon.Add(time.Minute)) {
		t.Errorf("got %d values, peak %v at %v, want 2 values, 30 at 12:01", q.Samples, deref(q.Peak), q.PeakAt)
	}
	if want := (150 + 8*30.0) / 14; math.Abs(q.Value-want) > 1e-9 {
		t.Errorf("mean: got %v, want %v", q.Value, want)
	}
}

func TestClockJumpsAreDiscarded(t *testing.T) {
	samples := []Sample{
		{Source: "kafka", Window: window(0, 0), Totals: Totals{Partitions: Exactly(9, Measured, "metadata").Ptr()}},
		ingress(window(0, 60), 10, 10, 10),
		ingress(window(60, 30), 999, 999, 999),   // set back
		ingress(window(30, 90), 999, 999, 999),   // overlaps what was seen
		ingress(window(60, 120), 20, 20, 20),     // good again
		ingress(window(120, 900), 999, 999, 999), // slept
	}
	w := FromSamples(samples, RollupOptions{LongestWindow: 3 * time.Minute, Window: window(0, 240)})
	if got := w.IngressBytesPerSec.Value; got != 15 {
		t.Errorf("mean: got %v, want 15", got)
	}
	if w.Coverage != 0.5 {
		t.Errorf("coverage: got %v, want 120 s of 240 s", w.Coverage)
	}
	if w.Partitions == nil || w.Partitions.Value != 9 {
		t.Errorf("partitions: got %v, want those of the first reading", w.Partitions)
	}
	if len(w.Gaps) != 1 || w.Gaps[0].What != "3 of 5 windows" {
		t.Errorf("gaps: got %+v, want one over 3 of 5 windows", w.Gaps)
	}
}

func TestGapsAreMergedAndCounted(t *testing.T) {
	g := Gap{Source: "kafka", What: "log sizes of broker 2", Why: "it did not answer", Effect: "bytes in are estimated"}
	acl := Gap{Source: "kafka", What: "ACLs", Why: "not authorized", Effect: "unknown"}
	samples := []Sample{ingress(window(0, 60), 1, 1, 1), ingress(window(60, 120), 1, 1, 1), ingress(window(120, 180), 1, 1, 1)}
	samples[0].Gaps = []Gap{acl, g, g}
	samples[2].Gaps = []Gap{g}
	got := FromSamples(samples, RollupOptions{}).Gaps
	counted := g
	counted.Why += " (in 2 of 3 windows)"
	if want := []Gap{acl, counted}; !slices.Equal(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestGapsOfAFirstReadingAreOver(t *testing.T) {
	rates := Gap{Source: "kafka", What: "rates", Why: "rates need two sweeps", Effect: "the first sweep has no rates"}
	acl := Gap{Source: "kafka", What: "ACLs", Why: "not authorized", Effect: "unknown"}
	first := Sample{Source: "kafka", Window: window(0, 0), Gaps: []Gap{rates, acl}}
	second, third := ingress(window(0, 60), 1, 1, 1), ingress(window(60, 120), 1, 1, 1)
	second.Gaps, third.Gaps = []Gap{acl}, []Gap{acl}
	if got := FromSamples([]Sample{first, second, third}, RollupOptions{}).Gaps; !slices.Equal(got, []Gap{acl}) {
		t.Errorf("with windows: got %+v, want what they lack alone", got)
	}
	if got := FromSamples([]Sample{first}, RollupOptions{}).Gaps; !slices.Equal(got, []Gap{acl, rates}) {
		t.Errorf("with the first reading alone: got %+v, want both", got)
	}
}

func TestNothingGivesNothing(t *testing.T) {
	w := FromSamples(nil, RollupOptions{Region: "eu-west-1"})
	b, err := json.Marshal(w)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(b), `"value"`) || w.Coverage != 0 {
		t.Errorf("an empty history has no figures, got %s", b)
	}
}

// anySamples draws consecutive windows with two topics and a group, with quantities absent here and there; raw
// returns the bytes that truly came in, per window, and lie inside the window's bounds.
func anySamples(t *rapid.T) (samples []Sample, raw []float64) {
	at := 0.0
	for range rapid.IntRange(1, 40).Draw(t, "windows") {
		d := rapid.Float64Range(1, 90).Draw(t, "seconds")
		v := rapid.Float64Range(0, 1e7).Draw(t, "rate")
		off := rapid.Float64Range(-0.1, 0.1).Draw(t, "error")
		s := Sample{Source: "kafka", Cluster: "c", Window: window(at, at+d)}
		at += d
		seen := v * (1 + off)
		f := Between(seen, seen/1.2, seen/0.8, Estimated, "offsets").Ptr()
		s.Totals.IngressBytesPerSec = f
		s.Topics = []Topic{{Name: "a", Partitions: 3, IngressBytesPerSec: f, Config: map[string]ConfigValue{}},
			{Name: "b", Partitions: 1}}
		if rapid.Bool().Draw(t, "messages") {
			s.Totals.MessagesPerSec = Exactly(v/100, Derived, "offsets").Ptr()
			s.Topics[1].MessagesPerSec = s.Totals.MessagesPerSec
			s.Groups = []Group{{Name: "g", Topics: []string{"a"}, EgressBytesPerSec: AtLeast(v, Estimated, "commits").Ptr()}}
		}
		samples, raw = append(samples, s), append(raw, v*s.Window.Duration().Seconds())
	}
	return samples, raw
}

func TestMeanHoldsTheRawTruth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		samples, raw := anySamples(t)
		w := FromSamples(samples, RollupOptions{})
		total, counted := 0.0, 0.0
		for i, bytes := range raw {
			total += bytes
			counted += samples[i].Totals.IngressBytesPerSec.Value * samples[i].Window.Duration().Seconds()
		}
		seconds := w.Window.Duration().Seconds()
		q := w.IngressBytesPerSec
		if math.Abs(q.Value*seconds-counted) > 1e-6*counted+1e-6 {
			t.Fatalf("mean × time is %v, counted %v", q.Value*seconds, counted)
		}
		if truth := total / seconds; truth < q.Low*(1-1e-9) || truth > q.High*(1+1e-9) {
			t.Fatalf("truth %v outside [%v, %v]", truth, q.Low, q.High)
		}
		if q.Peak != nil && (*q.Peak < *q.P50 || *q.Peak < q.Value) {
			t.Fatalf("peak %v below p50 %v or mean %v", *q.Peak, *q.P50, q.Value)
		}
	})
}

func TestOrderOfSamplesDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		samples, _ := anySamples(t)
		shuffled := rapid.Permutation(samples).Draw(t, "order")
		a, errA := json.Marshal(FromSamples(samples, RollupOptions{}))
		b, errB := json.Marshal(FromSamples(shuffled, RollupOptions{}))
		if errA != nil || errB != nil || string(a) != string(b) {
			t.Fatalf("%v %v\n%s\n%s", errA, errB, a, b)
		}
	})
}

func TestAbsentStaysAbsent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		samples, _ := anySamples(t)
		seen := false
		for _, s := range samples {
			seen = seen || s.Totals.MessagesPerSec != nil
		}
		w := FromSamples(samples, RollupOptions{})
		if (w.MessagesPerSec != nil) != seen || (len(w.GroupList) > 0) != seen {
			t.Fatalf("messages seen: %v, got %v and %d groups", seen, w.MessagesPerSec, len(w.GroupList))
		}
		if w.EgressBytesPerSec != nil || w.StoredBytes != nil || w.Retention != nil || w.MaxMessageBytes != nil {
			t.Fatalf("what no sample has came out as %+v", w)
		}
	})
}

// A day that was read back hour by hour outweighs the minutes of a look: percentiles are those of the time.
func TestLongWindowsStandForTheirMinutes(t *testing.T) {
	start := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	var samples []Sample
	at := start
	add := func(d time.Duration, v float64) {
		s := Sample{Source: "kafka", Cluster: "c", Window: Window{Start: at, End: at.Add(d)}}
		s.Totals.IngressBytesPerSec = Exactly(v, Derived, "test").Ptr()
		samples = append(samples, s)
		at = at.Add(d)
	}
	for range 24 {
		add(time.Hour, 1e6)
	}
	for range 30 {
		add(time.Minute, 9e6)
	}
	q := FromSamples(samples, RollupOptions{}).IngressBytesPerSec
	if q == nil || q.Samples != 54 || *q.P50 != 1e6 || *q.P95 != 1e6 || *q.Peak != 9e6 || q.P99 != nil {
		t.Errorf("%+v, want 1 MB/s at p95, where the look is 2 %% of the time", q)
	}
}
