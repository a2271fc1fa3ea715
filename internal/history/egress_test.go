package history

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
)

// For two days the log says what came in and not who read it. The egress of one busy hour must not stand for all of them.
func TestEgressOfDaysThatWereReadBack(t *testing.T) {
	c := newClock(t0.Add(48 * time.Hour))
	s := openTest(t, testConfig(t.TempDir()), c)
	for h := range 48 {
		sample := ingressSample("prod", "kafka", t0.Add(time.Duration(h)*time.Hour), figure(100, 90, 110, workload.Estimated))
		sample.Window.End = sample.Window.Start.Add(time.Hour)
		appendAll(t, s, c, sample)
	}
	for m := range 60 {
		sample := ingressSample("prod", "kafka", t0.Add(48*time.Hour+time.Duration(m)*time.Minute), exactly(1000))
		sample.Totals.EgressBytesPerSec = workload.AtLeast(2000, workload.Estimated, "kafka: commits").Ptr()
		appendAll(t, s, c, sample)
	}
	window := workload.Window{Start: t0, End: t0.Add(49 * time.Hour)}
	w := workloadOf(t, s, "prod", window)
	e := w.EgressBytesPerSec
	if want := 2 * (48*100.0 + 1000) / 49; e == nil || !near(e.Value, want) || e.Method != workload.Estimated ||
		!math.IsInf(e.High, 1) {
		t.Fatalf("egress %+v, want a mean of %v, estimated, as a floor", e, want)
	}
	checkStatistic(t, "p50", e.P50, 200)
	checkStatistic(t, "peak", e.Peak, 2000)
	if !slices.ContainsFunc(w.Gaps, func(g workload.Gap) bool {
		return g.What == "egress of 2,880 of 2,940 minutes" &&
			g.Inherent
	}) {
		t.Errorf("gaps %v do not say what was assumed", w.Gaps)
	}

	// A few minutes without commits among many are left out, as ever.
	live := workloadOf(t, s, "prod", workload.Window{Start: window.End.Add(-time.Hour), End: window.End})
	if e := live.EgressBytesPerSec; e == nil || !near(e.Value, 2000) || e.Samples != 60 {
		t.Errorf("egress of the hour that was watched: %+v", e)
	}
}
