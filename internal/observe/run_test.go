package observe

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mskfit/mskfit/analyzer"
	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// source answers sweep i (from 1) after took(i) with 10 MB/s, or with err(i).
type source struct {
	took    func(i int) time.Duration
	err     func(i int) error
	deaf    bool // does not listen to its context
	at      []time.Duration
	windows []workload.Window
	started time.Time
}

var _ Source = (*source)(nil)

// Whole knows the mean better than the windows do.
func (s *source) WholeWindow() (workload.Sample, bool) {
	if len(s.windows) < 2 {
		return workload.Sample{}, false
	}
	w := workload.Sample{Source: "kafka", Window: workload.Window{Start: s.windows[0].Start, End: s.windows[len(s.windows)-1].End}}
	w.Totals.IngressBytesPerSec = workload.Exactly(10.1e6, workload.Measured, "whole").Ptr()
	return w, true
}

func (s *source) Collect(ctx context.Context, w workload.Window) (workload.Sample, error) {
	if s.started.IsZero() {
		s.started = time.Now()
	}
	s.at = append(s.at, time.Since(s.started))
	s.windows = append(s.windows, w)
	i := len(s.at)
	if s.took != nil {
		if s.deaf {
			time.Sleep(s.took(i))
		} else {
			select {
			case <-ctx.Done():
				return workload.Sample{}, ctx.Err()
			case <-time.After(s.took(i)):
			}
		}
	}
	if s.err != nil && s.err(i) != nil {
		return workload.Sample{}, s.err(i)
	}
	sample := workload.Sample{Source: "kafka", Cluster: "c", Window: w}
	sample.Totals.Partitions = workload.Exactly(1204, workload.Measured, "metadata").Ptr()
	if w.Duration() > 0 {
		sample.Totals.IngressBytesPerSec = workload.Exactly(10e6, workload.Derived, "log sizes").Ptr()
	}
	return sample, nil
}

func seconds(at []time.Duration) (out []float64) {
	for _, d := range at {
		out = append(out, d.Seconds())
	}
	return out
}

func TestRunSweepsAsPlanned(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &source{}
		var last Progress
		lines := 0
		r, err := Run(t.Context(), s, Plan{For: time.Minute}, time.Now, func(p Progress) { last, lines = p, lines+1 })
		if err != nil || r.Interrupted || len(r.Failures) > 0 {
			t.Fatalf("got %+v, %v", r, err)
		}
		if want := []float64{0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60}; !slices.Equal(seconds(s.at), want) {
			t.Errorf("swept at %v, want %v", seconds(s.at), want)
		}
		for i := 1; i < len(s.windows); i++ {
			if !s.windows[i].Start.Equal(s.windows[i-1].End) {
				t.Errorf("window %d does not follow the one before", i)
			}
		}
		if r.Seen != r.Asked || r.Seen.Duration() != time.Minute || len(r.Samples) != 13 {
			t.Errorf("asked %v, seen %v, %d samples", r.Asked, r.Seen, len(r.Samples))
		}
		if want := "sweep 13 of 13 · 1,204 partitions · in 10 MB/s · 0 s left"; last.String() != want {
			t.Errorf("last progress %q, want %q", last, want)
		}
		v := Decide(r, input(t), time.Now())
		if q := v.Workload.IngressBytesPerSec; q == nil || q.Value != 10.1e6 || v.Region != "us-east-1" || v.Partial {
			t.Errorf("ingress: got %+v, want that of the whole observation; region %q, partial %v", q, v.Region, v.Partial)
		}
		if lines < 60 || lines > 120 {
			t.Errorf("%d lines of progress in a minute, want about one a second", lines)
		}
	})
}

func TestASlowClusterIsSweptLessOften(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &source{took: func(int) time.Duration { return 12 * time.Second }}
		r, err := Run(t.Context(), s, Plan{For: time.Minute}, time.Now, nil)
		if err != nil || r.Interrupted {
			t.Fatalf("got %+v, %v", r, err)
		}
		if want := []float64{0, 15, 30, 45, 60}; !slices.Equal(seconds(s.at), want) {
			t.Errorf("swept at %v, want %v", seconds(s.at), want)
		}
	})
}

// Even a first sweep that outlasts the whole plan is followed by a second: without it there would be no rate.
func TestThereAreAlwaysTwoSweeps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &source{took: func(int) time.Duration { return 5 * time.Minute }}
		r, err := Run(t.Context(), s, Plan{For: time.Minute}, time.Now, nil)
		if err != nil || len(r.Samples) != 2 {
			t.Fatalf("got %d samples, %v", len(r.Samples), err)
		}
	})
}

func TestAFailedSweepIsAGapAndNotTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &source{err: func(i int) error {
			if i == 3 || i == 4 {
				return errors.New("list offsets: broker 2 is down")
			}
			return nil
		}}
		r, err := Run(t.Context(), s, Plan{For: time.Minute}, time.Now, nil)
		if err != nil || len(r.Samples) != 11 || len(r.Failures) != 2 || r.Failures[1].Sweep != 4 {
			t.Fatalf("got %d samples, failures %v, %v", len(r.Samples), r.Failures, err)
		}
		if d := s.windows[4].Duration(); d != 15*time.Second {
			t.Errorf("the window after two failures is %s long, want 15s", d)
		}
		v := Decide(r, input(t), time.Now())
		if g := gapOf(v, "2 of 13 sweeps"); g == nil || !strings.Contains(g.Why, "broker 2 is down") {
			t.Errorf("gaps: %+v", v.Gaps)
		}
	})
}

func TestAFirstSweepThatFailsIsAnError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		want := errors.New("connect to kafka:9092: no such host")
		_, err := Run(t.Context(), &source{err: func(int) error { return want }}, Plan{For: time.Minute}, time.Now, nil)
		if !errors.Is(err, want) {
			t.Errorf("got %v", err)
		}
	})
}

func input(t *testing.T) analyzer.Input {
	t.Helper()
	c, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	return analyzer.Input{Workload: workload.Workload{Region: "us-east-1"}, Catalog: c,
		Options: analyzer.Options{MinWindow: time.Second}}
}

func gapOf(v verdict.Verdict, what string) *workload.Gap {
	for _, g := range v.Gaps {
		if g.What == what {
			return &g
		}
	}
	return nil
}

func TestInterruption(t *testing.T) {
	hangs := func(from int) func(int) time.Duration {
		return func(i int) time.Duration {
			if i >= from {
				return time.Hour
			}
			return 0
		}
	}
	for _, tt := range []struct {
		name    string
		source  *source
		after   time.Duration
		samples int
		gap     string
		effect  string
	}{
		{"between sweeps", &source{}, 23 * time.Second, 5, "the last 40 s of 60 s", "every rate covers 20 s only"},
		{"during a sweep", &source{took: hangs(4)}, 23 * time.Second, 3, "the last 50 s of 60 s", "every rate covers 10 s only"},
		{"during a sweep that does not listen", &source{took: hangs(4), deaf: true}, 23 * time.Second, 3, "the last 50 s of 60 s",
			"every rate covers 10 s only"},
		{"before the second sweep", &source{}, 3 * time.Second, 1, "every rate", "the cluster's traffic is unknown"},
		{"before the first answer", &source{took: hangs(1), deaf: true}, 3 * time.Second, 0, "the whole cluster",
			"everything about the cluster is unknown"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				pressed := time.Time{}
				time.AfterFunc(tt.after, func() { pressed = time.Now(); cancel() })
				r, err := Run(ctx, tt.source, Plan{For: time.Minute}, time.Now, nil)
				if err != nil || !r.Interrupted || len(r.Samples) != tt.samples {
					t.Fatalf("got %d samples, interrupted %v, %v; want %d", len(r.Samples), r.Interrupted, err, tt.samples)
				}
				if took := time.Since(pressed); took > time.Second/2 {
					t.Errorf("it took %s to stop", took)
				}
				in := input(t)
				in.Workload.Cluster = "named"
				v := Decide(r, in, time.Now())
				if !v.Partial || v.Cluster != "named" {
					t.Errorf("partial %v, cluster %q", v.Partial, v.Cluster)
				}
				if g := gapOf(v, tt.gap); g == nil || g.Effect != tt.effect {
					t.Errorf("gaps: got %+v, want %q: %q", v.Gaps, tt.gap, tt.effect)
				}
				if tt.samples < 2 && (v.Workload.IngressBytesPerSec != nil || v.Status != verdict.Undecided) {
					t.Errorf("without a rate: got %v, %v", v.Status, v.Workload.IngressBytesPerSec)
				}
				synctest.Wait()
				time.Sleep(2 * time.Hour) // a sweep that was left behind must be able to end
			})
		})
	}
}

func TestProgressLine(t *testing.T) {
	in, out := 12.3e6, 30.1e6
	for want, p := range map[string]Progress{
		"sweep 1 of 13 · 60 s left": {Sweep: 1, Sweeps: 13, Left: time.Minute},
		"sweep 3 of 13 · 1,204 partitions · in 12.3 MB/s · out 30.1 MB/s · 42 s left": {Sweep: 3, Sweeps: 13,
			Left:       42100 * time.Millisecond,
			Partitions: workload.Exactly(1204, workload.Measured, "").Ptr(), IngressBytesPerSec: &in, EgressBytesPerSec: &out},
		"sweep 2 of 1441 · 1440 min left": {Sweep: 2, Sweeps: 1441, Left: 24*time.Hour - time.Second},
	} {
		if got := fmt.Sprint(p); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
