package workload_test

import (
	"encoding/json"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/mskfit/mskfit/internal/workload"
)

func ptr[T any](v T) *T { return &v }

func TestQuantityAt(t *testing.T) {
	full := workload.Quantity{Figure: workload.Between(100, 90, 120, workload.Measured, "s"), P50: ptr(80.), P95: ptr(200.),
		P99: ptr(300.), Peak: ptr(400.)}
	peakOnly := workload.Quantity{Figure: full.Figure, Peak: ptr(400.)}
	tests := []struct {
		name string
		q    workload.Quantity
		s    workload.Statistic
		want workload.Figure
		used workload.Statistic
	}{
		{"mean", full, workload.Mean, full.Figure, workload.Mean},
		{"p50 in proportion", full, workload.P50, workload.Between(80, 72, 96, workload.Measured, "s"), workload.P50},
		{"p99 in proportion", full, workload.P99, workload.Between(300, 270, 360, workload.Measured, "s"), workload.P99},
		{"p95 falls back to the peak", peakOnly, workload.P95, workload.Between(400, 360, 480, workload.Measured, "s"),
			workload.Peak},
		{"nothing above is known: the mean", workload.Quantity{Figure: full.Figure}, workload.P99, full.Figure, workload.Mean},
		{"an exact mean has exact statistics",
			workload.Quantity{Figure: workload.Exactly(670e6, workload.Derived, "s"), Peak: ptr(804e6 + 0.1)}, workload.Peak,
			workload.Exactly(804e6+0.1, workload.Derived, "s"), workload.Peak},
		{"the mean is known to be zero, the peak is not",
			workload.Quantity{Figure: workload.Between(0, 0, 3, workload.Measured, "s"), Peak: ptr(9.)},
			workload.P99, workload.Between(9, 0, 9, workload.Measured, "s"), workload.Peak},
		{"unbounded stays unbounded", workload.Quantity{Figure: workload.AtLeast(10, workload.Derived, "s"), Peak: ptr(20.)},
			workload.P99, workload.AtLeast(20, workload.Derived, "s"), workload.Peak},
		{"a mean too small to divide by", workload.Quantity{Figure: workload.Between(5e-324, 0, 1, workload.Measured, "s"),
			Peak: ptr(1e3)},
			workload.Peak, workload.Between(1e3, 0, 1e3, workload.Measured, "s"), workload.Peak},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got, used := tt.q.At(tt.s); got != tt.want || used != tt.used {
				t.Errorf("got  %+v %s\nwant %+v %s", got, used, tt.want, tt.used)
			}
		})
	}
}

func TestQuantityScale(t *testing.T) {
	q := workload.Quantity{Figure: workload.Between(10, 9, 12, workload.Measured, "s"), P95: ptr(20.), Samples: 7}
	got := q.Scale(3)
	if got.Figure != workload.Between(30, 27, 36, workload.Measured, "s") || *got.P95 != 60 || got.P99 != nil || got.Samples != 7 {
		t.Errorf("got %+v", got)
	}
	if *q.P95 != 20 {
		t.Error("scaling changed the quantity that it scaled")
	}
}

func TestQuantityJSON(t *testing.T) {
	at := time.Date(2026, 3, 1, 12, 7, 0, 0, time.FixedZone("", 3600))
	q := workload.Quantity{Figure: workload.Between(2, 1, 3, workload.Measured, "kafka"), P95: ptr(4.), Peak: ptr(5.), PeakAt: at,
		Samples: 60}
	const want = `{"value":2,"low":1,"high":3,"method":"measured","source":"kafka","p95":4,"peak":5,"peak_at":"2026-03-01T11:07:00Z","samples":60}`
	got, err := json.Marshal(q)
	if err != nil || string(got) != want {
		t.Errorf("got  %s, error %v\nwant %s", got, err, want)
	}
	var back workload.Quantity
	if err := json.Unmarshal(got, &back); err != nil || *back.P95 != 4 || !back.PeakAt.Equal(at) || back.P50 != nil ||
		back.Samples != 60 {
		t.Errorf("read back %+v, error %v", back, err)
	}
	if declared, _ := json.Marshal(workload.Constantly(workload.Exactly(1, workload.Declared,
		"f"))); string(declared) != `{"value":1,"low":1,"high":1,"method":"declared","source":"f"}` {
		t.Errorf("a declared quantity is written as %s: unknown statistics must be left out", declared)
	}
	if err := json.Unmarshal([]byte(`{"value":5,"low":6,"high":7}`), &back); err == nil {
		t.Error("a quantity outside of its bounds was read, want an error")
	}
}

// Every statistic keeps Low ≤ Value ≤ High, and a higher statistic is never a smaller figure.
func TestQuantityStatisticsKeepTheirBounds(t *testing.T) {
	ladder := []workload.Statistic{workload.P50, workload.P95, workload.P99, workload.Peak}
	rapid.Check(t, func(t *rapid.T) {
		q := workload.Quantity{Figure: anyFigure(t)}
		last := 0.0
		for _, p := range []**float64{&q.P50, &q.P95, &q.P99, &q.Peak} {
			if last += rapid.Float64Range(0, 1e12).Draw(t, "step"); rapid.Bool().Draw(t, "known") {
				*p = ptr(last)
			}
		}
		if q.Peak == nil {
			q.Peak = ptr(last)
		}
		k := rapid.Float64Range(0, 1e6).Draw(t, "k")
		before := -1.0
		for _, s := range ladder {
			f, used := q.At(s)
			scaled, _ := q.Scale(k).At(s)
			if !holds(f) || !holds(scaled) {
				t.Fatalf("%s of %+v is %+v, scaled by %v it is %+v", s, q, f, k, scaled)
			}
			if f.Value < before || used == workload.Mean {
				t.Fatalf("%s is %v (%s) after %v", s, f.Value, used, before)
			}
			before = f.Value
		}
	})
}
