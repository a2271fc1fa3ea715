package history

import (
	"context"
	"math"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/internal/workload"
)

// t0 is when the simulated worlds begin.
var t0 = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC) // a Monday

// clock is a clock that tests drive. It is safe for concurrent use.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func newClock(at time.Time) *clock { return &clock{at: at} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) set(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = at
}

// testConfig is the default in a folder of the test's own, on any disk.
func testConfig(dir string) Config {
	cfg := DefaultConfig()
	cfg.Dir, cfg.MinFree = dir, 0
	return cfg
}

// openTest opens a store that is closed with the test.
func openTest(t testing.TB, cfg Config, c *clock) *Store {
	t.Helper()
	s, err := Open(cfg, Options{Now: c.now, Log: zerolog.Nop()})
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	if st := s.Status(); st.Reason != "" {
		t.Fatalf("open: %s", st.Reason)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return s
}

// minuteWindow is the window of the minute that begins at the time.
func minuteWindow(at time.Time) workload.Window {
	return workload.Window{Start: at, End: at.Add(time.Minute)}
}

func figure(v, low, high float64, m workload.Method) *workload.Figure {
	return workload.Between(v, low, high, m, "test").Ptr()
}

func exactly(v float64) *workload.Figure { return workload.Exactly(v, workload.Measured, "test").Ptr() }

// ingressSample is a sample of one minute with nothing but the cluster's ingress.
func ingressSample(cluster, source string, at time.Time, f *workload.Figure) workload.Sample {
	return workload.Sample{Cluster: cluster, Source: source, Window: minuteWindow(at),
		Totals: workload.Totals{IngressBytesPerSec: f}}
}

func appendAll(t testing.TB, s *Store, c *clock, samples ...workload.Sample) {
	t.Helper()
	for _, sample := range samples {
		if end := sample.Window.End; end.After(c.now()) {
			c.set(end)
		}
		if err := s.Append(context.Background(), sample); err != nil {
			t.Fatalf("append %s: %v", sample.Window.Start, err)
		}
	}
}

func workloadOf(t testing.TB, s *Store, cluster string, w workload.Window) workload.Workload {
	t.Helper()
	got, err := s.Workload(context.Background(), cluster, w)
	if err != nil {
		t.Fatalf("workload: %v", err)
	}
	return got
}

// near compares within what rounding to 16 bits allows.
func near(a, b float64) bool {
	return a == b || math.Abs(a-b) <= 2e-5*math.Max(math.Abs(a), math.Abs(b))
}

func checkStatistic(t testing.TB, what string, got *float64, want float64) {
	t.Helper()
	switch {
	case got == nil:
		t.Errorf("%s: absent, want %v", what, want)
	case !near(*got, want):
		t.Errorf("%s = %v, want %v", what, *got, want)
	}
}

func valueOf(p *float64) any {
	if p == nil {
		return "absent"
	}
	return *p
}
