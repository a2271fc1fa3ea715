package msk

import (
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/internal/history"
	"github.com/mskfit/mskfit/internal/testbed/mskfake"
	"github.com/mskfit/mskfit/internal/workload"
)

// lateCluster has three brokers that take 1, 2 and 3 MB/s; the third one's datapoints for [from, to) come only once arrive is past.
type lateCluster struct {
	now              time.Time
	from, to, arrive time.Time
	server           *mskfake.Server
}

func newLateCluster() *lateCluster {
	l := &lateCluster{now: noon}
	l.server = &mskfake.Server{Now: func() time.Time { return l.now },
		Clusters: []*mskfake.Cluster{mskfake.Provisioned("late", "kafka.m5.large", 3)}}
	for id := 1; id <= 3; id++ {
		l.server.Metrics = append(l.server.Metrics, broker("late", "BytesInPerSec", id, func(at time.Time) []float64 {
			if id == 3 && !at.Before(l.from) && at.Before(l.to) && l.now.Before(l.arrive) {
				return nil
			}
			return []float64{float64(id) * 1e6}
		}))
	}
	return l
}

// run calls CollectAll every minute until the time is over and returns what came, with when it came.
func (l *lateCluster) run(t *testing.T, s *Source, d time.Duration) (samples []workload.Sample, came []time.Time) {
	t.Helper()
	for end := l.now.Add(d); l.now.Before(end); l.now = l.now.Add(time.Minute) {
		for _, one := range collectAll(t, s) {
			samples, came = append(samples, one), append(came, l.now)
		}
	}
	return samples, came
}

// everyMinuteOnce fails unless the samples follow each other without a hole or an overlap.
func everyMinuteOnce(t *testing.T, samples []workload.Sample) {
	t.Helper()
	for i := 1; i < len(samples); i++ {
		if !samples[i].Window.Start.Equal(samples[i-1].Window.End) {
			t.Errorf("after %v comes %v", samples[i-1].Window, samples[i].Window)
		}
	}
}

func TestLateDatapointsAreWaitedFor(t *testing.T) {
	l := newLateCluster()
	l.from, l.to, l.arrive = noon.Add(2*time.Minute), noon.Add(4*time.Minute), noon.Add(13*time.Minute)
	s := sourceOf(t, l.server, nil)
	samples, came := l.run(t, s, 40*time.Minute)
	everyMinuteOnce(t, samples)
	for i, one := range samples {
		exactly(t, "ingress at "+one.Window.Start.Format("15:04"), one.Totals.IngressBytesPerSec, 6e6)
		if one.Window.Start.Equal(l.from) && came[i].Before(l.arrive) {
			t.Errorf("the minute %v came at %v, before its datapoint", one.Window.Start, came[i])
		}
	}
	if gaps := last(samples).Gaps; len(of3(gaps, "BytesInPerSec")) > 0 {
		t.Errorf("what came late is a gap: %+v", gaps)
	}
}

func TestDatapointsThatNeverComeLeaveBounds(t *testing.T) {
	l := newLateCluster()
	l.from, l.to, l.arrive = noon.Add(2*time.Minute), noon.Add(4*time.Minute), noon.Add(1000*time.Hour)
	s := sourceOf(t, l.server, nil)
	samples, came := l.run(t, s, 40*time.Minute)
	everyMinuteOnce(t, samples)
	told := false
	for i, one := range samples {
		f := one.Totals.IngressBytesPerSec
		if one.Window.Start.Before(l.from) || !one.Window.Start.Before(l.to) {
			exactly(t, "ingress", f, 6e6)
			continue
		}
		if f == nil || f.Low != 3e6 || f.High != 6e6 || f.Value != 6e6 || f.Method != workload.Estimated {
			t.Errorf("without broker 3 ingress is %+v, want the last value, between nothing and its largest", f)
		}
		if waited := came[i].Sub(one.Window.End); waited < 15*time.Minute {
			t.Errorf("the minute %v was given up after %v", one.Window.Start, waited)
		}
		for _, g := range one.Gaps {
			told = told || g.What == "BytesInPerSec of broker 3"
		}
	}
	if !told {
		t.Error("no gap names broker 3")
	}
}

// A broker that is gone for hours carries nothing any more: what the others carry is the load, and the control plane's list makes
// it uncertain.
func TestBrokerThatIsGone(t *testing.T) {
	l := newLateCluster()
	l.from, l.to, l.arrive = noon, noon.Add(1000*time.Hour), noon.Add(1000*time.Hour)
	s := sourceOf(t, l.server, nil)
	samples, _ := l.run(t, s, 2*time.Hour)
	everyMinuteOnce(t, samples)
	f := last(samples).Totals.IngressBytesPerSec
	if f == nil || f.Value != 3e6 || f.Low != 3e6 || f.High != 5e6 || f.Method != workload.Estimated {
		t.Errorf("ingress %+v, want 3 MB/s, and up to the busiest broker's 2 MB/s more", f)
	}
	gapAbout(t, last(samples).Gaps, "BytesInPerSec of broker 3")
}

func TestClockSetBackAndForth(t *testing.T) {
	l := newLateCluster()
	s := sourceOf(t, l.server, nil)
	samples, _ := l.run(t, s, 20*time.Minute)
	l.now = l.now.Add(-3 * time.Hour)
	again, _ := l.run(t, s, 10*time.Minute)
	if len(again) > 0 {
		t.Errorf("minutes came twice after the clock went back: %v", again[0].Window)
	}
	l.now = noon.Add(50 * time.Hour)
	more, _ := l.run(t, s, time.Minute)
	if len(more) != 24*60 {
		t.Errorf("after two days of sleep %d minutes came, want the last day", len(more))
	}
	everyMinuteOnce(t, samples)
	everyMinuteOnce(t, more)
}

func of3(gaps []workload.Gap, prefix string) (out []workload.Gap) {
	for _, g := range gaps {
		if len(g.What) >= len(prefix) && g.What[:len(prefix)] == prefix {
			out = append(out, g)
		}
	}
	return out
}

// A datapoint that comes after it was given up replaces what was taken for it: its block is given out again, and whole.
func TestAMinuteThatComesTooLateReplacesTheGuess(t *testing.T) {
	l := newLateCluster()
	l.from, l.to, l.arrive = noon.Add(2*time.Minute), noon.Add(4*time.Minute), noon.Add(50*time.Minute)
	s := sourceOf(t, l.server, nil)
	samples, came := l.run(t, s, 90*time.Minute)
	latest, when := map[time.Time]workload.Sample{}, map[time.Time]time.Time{}
	times := map[time.Time]int{}
	for i, one := range samples {
		times[one.Window.Start]++
		latest[one.Window.Start], when[one.Window.Start] = one, came[i]
	}
	for at := noon; at.Before(noon.Add(5 * time.Minute)); at = at.Add(time.Minute) {
		exactly(t, "ingress at "+at.Format("15:04"), latest[at].Totals.IngressBytesPerSec, 6e6)
		if times[at] != 2 || when[at].Before(l.arrive) {
			t.Errorf("%s came %d times, at last at %v; want the guess, and then what came", at.Format("15:04"), times[at], when[at])
		}
		if got := of3(latest[at].Gaps, "BytesInPerSec"); len(got) > 0 {
			t.Errorf("%s has come, and is a gap: %+v", at.Format("15:04"), got)
		}
	}
	for at, n := range times {
		if n > 1 && !at.Before(noon.Add(5*time.Minute)) {
			t.Errorf("%v came %d times, and nothing was missing", at, n)
		}
	}
}

// CloudWatch publishes three minutes late. A first start that collects and reads back takes nothing for missing that is only
// not there yet.
func TestAFirstStartHasNoFalseGaps(t *testing.T) {
	l := newLateCluster()
	for _, m := range l.server.Metrics {
		raw := m.Raw
		m.Raw = func(at time.Time) []float64 {
			if l.now.Sub(at) < 3*time.Minute {
				return nil
			}
			return raw(at)
		}
	}
	s := sourceOf(t, l.server, nil)
	seen := map[time.Time]bool{}
	check := func(one workload.Sample) error {
		exactly(t, "ingress at "+one.Window.Start.Format("15:04"), one.Totals.IngressBytesPerSec, 6e6)
		if got := of3(one.Gaps, "BytesInPerSec"); len(got) > 0 {
			t.Errorf("%v: %+v", one.Window, got)
		}
		if seen[one.Window.Start] {
			t.Errorf("%v was read twice", one.Window)
		}
		seen[one.Window.Start] = true
		return nil
	}
	for _, one := range collectAll(t, s) {
		_ = check(one)
	}
	if err := s.ReadBack(t.Context(), workload.Window{Start: noon.Add(-6 * time.Hour), End: noon}, check); err != nil {
		t.Fatal(err)
	}
	for at := noon.Add(-6 * time.Hour); at.Before(noon.Add(-5 * time.Minute)); at = at.Add(time.Minute) {
		if !seen[at] {
			t.Errorf("%v was not read", at)
		}
	}
}

// What came late is in the history as if it had been in time: the guess is gone, and so is its gap.
func TestHistoryForgetsAGuessThatWasReplaced(t *testing.T) {
	l := newLateCluster()
	l.from, l.to, l.arrive = noon.Add(2*time.Minute), noon.Add(4*time.Minute), noon.Add(50*time.Minute)
	cfg := history.DefaultConfig()
	cfg.Dir = t.TempDir()
	store, err := history.Open(cfg, history.Options{Now: l.server.Now, Log: zerolog.Nop()})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	s := sourceOf(t, l.server, nil)
	keep := func(d time.Duration) workload.Workload {
		t.Helper()
		samples, _ := l.run(t, s, d)
		for _, one := range samples {
			if err := store.Append(t.Context(), one); err != nil {
				t.Fatal(err)
			}
		}
		w, err := store.Workload(t.Context(), "late", workload.Window{Start: noon.Add(-time.Hour), End: noon.Add(15 * time.Minute)})
		if err != nil {
			t.Fatal(err)
		}
		return w
	}
	if w := keep(40 * time.Minute); w.IngressBytesPerSec.Method != workload.Estimated || len(of3(w.Gaps, "BytesInPerSec")) == 0 {
		t.Fatalf("before it came: ingress %+v, gaps %+v; want an estimate, and why", w.IngressBytesPerSec, w.Gaps)
	}
	w := keep(40 * time.Minute)
	if f := w.IngressBytesPerSec; f.Method != workload.Measured || f.Value != 6e6 || !f.Exact() {
		t.Errorf("ingress %+v, want 6 MB/s, measured", f.Figure)
	}
	if got := of3(w.Gaps, "BytesInPerSec"); len(got) > 0 {
		t.Errorf("gaps %+v", got)
	}
}
