package history

import (
	"math"
	"testing"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
)

// What an admin client estimates and the brokers measure of one cluster stays comparable, minute by minute, and the workload
// has the measured figure where there is one.
func TestWorkloadComparesItsSources(t *testing.T) {
	clk := newClock(t0)
	s := openTest(t, testConfig(t.TempDir()), clk)
	egress := func(source string, at time.Time, f *workload.Figure) workload.Sample {
		return workload.Sample{Cluster: "orders", Source: source, Window: minuteWindow(at),
			Totals: workload.Totals{EgressBytesPerSec: f}}
	}
	for m := range 10 {
		at := t0.Add(time.Duration(m) * time.Minute)
		appendAll(t, s, clk, egress("kafka", at, workload.AtLeast(2000, workload.Estimated, "kafka: commits").Ptr()))
		if m < 5 { // afterwards no one measures
			appendAll(t, s, clk, egress("prometheus", at, exactly(4000)))
		}
	}
	w := workloadOf(t, s, "orders", workload.Window{Start: t0, End: t0.Add(5 * time.Minute)})
	if e := w.EgressBytesPerSec; e == nil || e.Value != 4000 || e.Method != workload.Measured || !e.Bounded() {
		t.Errorf("egress %+v, want the measured 4000", e)
	}
	w = workloadOf(t, s, "orders", workload.Window{Start: t0, End: t0.Add(10 * time.Minute)})
	if len(w.Comparisons) != 1 {
		t.Fatalf("comparisons %+v, want one", w.Comparisons)
	}
	c := w.Comparisons[0]
	if c.Quantity != "egress_bytes_per_second" || c.Topic != "" || math.Abs(c.Difference+0.5) > 1e-9 || c.Measured.Value != 4000 ||
		c.Estimated.Value != 2000 {
		t.Errorf("comparison %+v, want 2000 beside 4000", c)
	}
	if c.Estimated.Bounded() || !c.Agrees() {
		t.Errorf("the estimate %+v lost that it is a floor", c.Estimated)
	}
	appendAll(t, s, clk, ingressSample("alone", "kafka", t0.Add(9*time.Minute), exactly(1)))
	if w := workloadOf(t, s, "alone", workload.Window{Start: t0, End: clk.now()}); len(w.Comparisons) != 0 {
		t.Errorf("comparisons %+v of one source", w.Comparisons)
	}
}
