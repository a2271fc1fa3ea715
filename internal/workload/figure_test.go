package workload_test

import (
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/mskfit/mskfit/internal/workload"
)

var inf = math.Inf(1)

func TestFigureOperations(t *testing.T) {
	rate := workload.Between(100, 90, 120, workload.Measured, "kafka: offsets")
	size := workload.Between(10, 9, 11, workload.Estimated, "kafka: batch headers")
	said := workload.Exactly(3, workload.Declared, "workload file")
	floor := workload.AtLeast(5, workload.Derived, "kafka: commits")
	tests := []struct {
		name string
		got  workload.Figure
		want workload.Figure
	}{
		{"between widens to hold the value", workload.Between(5, 6, 4, workload.Measured, "s"),
			workload.Figure{Value: 5, Low: 5, High: 5, Method: workload.Measured, Source: "s"}},
		{"plus adds bounds and takes the weaker method", rate.Plus(size),
			workload.Figure{Value: 110, Low: 99, High: 131, Method: workload.Estimated,
				Source: "kafka: offsets, kafka: batch headers"}},
		{"plus names a source once", rate.Plus(size).Plus(rate).Plus(size),
			workload.Figure{Value: 220, Low: 198, High: 262, Method: workload.Estimated,
				Source: "kafka: offsets, kafka: batch headers"}},
		{"plus an unbounded one is unbounded", rate.Plus(floor),
			workload.Figure{Value: 105, Low: 95, High: inf, Method: workload.Derived, Source: "kafka: offsets, kafka: commits"}},
		{"times multiplies bounds", rate.Times(size),
			workload.Figure{Value: 1000, Low: 810, High: 1320, Method: workload.Estimated,
				Source: "kafka: offsets, kafka: batch headers"}},
		{"times of measured ones is derived", rate.Times(rate),
			workload.Figure{Value: 10000, Low: 8100, High: 14400, Method: workload.Derived, Source: "kafka: offsets"}},
		{"times of declared ones is derived", said.Times(said), workload.Exactly(9, workload.Derived, "workload file")},
		{"nothing times unbounded is nothing", workload.Exactly(0, workload.Declared, "f").Times(floor),
			workload.Exactly(0, workload.Derived, "f, kafka: commits")},
		{"scale keeps the method", rate.Scale(2),
			workload.Figure{Value: 200, Low: 180, High: 240, Method: workload.Measured, Source: "kafka: offsets"}},
		{"scale by nothing, unbounded", floor.Scale(0), workload.Exactly(0, workload.Derived, "kafka: commits")},
		{"as renames", said.As(workload.Derived, "sum"), workload.Exactly(3, workload.Derived, "sum")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.got != tt.want {
				t.Errorf("got  %+v\nwant %+v", tt.got, tt.want)
			}
		})
	}
}

func TestFigureOver(t *testing.T) {
	bytes := workload.Between(1000, 900, 1200, workload.Measured, "b")
	records := workload.Between(10, 8, 12, workload.Estimated, "r")
	none := workload.Exactly(0, workload.Measured, "r")
	for name, tt := range map[string]struct {
		of, by workload.Figure
		want   *workload.Figure
	}{
		"bounds are those of a quotient": {bytes, records,
			&workload.Figure{Value: 100, Low: 75, High: 150, Method: workload.Estimated, Source: "q"}},
		"of measured ones is derived": {bytes, bytes,
			&workload.Figure{Value: 1, Low: 0.75, High: 1200.0 / 900, Method: workload.Derived, Source: "q"}},
		"by what may be nothing": {bytes, workload.Between(10, 0, 12, workload.Measured, "r"),
			&workload.Figure{Value: 100, Low: 75, High: inf, Method: workload.Derived, Source: "q"}},
		"by a floor has no floor": {bytes, workload.AtLeast(10, workload.Measured, "r"),
			&workload.Figure{Value: 100, High: 1200.0 / 10, Method: workload.Derived, Source: "q"}},
		"of a floor is a floor": {workload.AtLeast(50, workload.Measured, "b"),
			workload.Exactly(10, workload.Declared, "r"), workload.AtLeast(5, workload.Derived, "q").Ptr()},
		"by nothing is not known":           {bytes, none, nil},
		"nothing by nothing is not known":   {none, none, nil},
		"what no number holds is not known": {bytes, workload.Exactly(math.SmallestNonzeroFloat64, workload.Measured, "r"), nil},
	} {
		if got := tt.of.Over(tt.by, "q"); !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s: %+v, want %+v", name, got, tt.want)
		}
	}
}

func TestRelativeError(t *testing.T) {
	tests := []struct {
		name  string
		f     workload.Figure
		want  float64
		known bool
	}{
		{"exact", workload.Exactly(7, workload.Measured, ""), 0, true},
		{"exactly zero", workload.Exactly(0, workload.Measured, ""), 0, true},
		{"the wider side", workload.Between(100, 98, 105, workload.Measured, ""), 0.05, true},
		{"the wider side below", workload.Between(100, 90, 105, workload.Measured, ""), 0.10, true},
		{"zero with bounds", workload.Between(0, 0, 5, workload.Measured, ""), 0, false},
		{"unbounded", workload.AtLeast(3, workload.Measured, ""), 0, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got, known := tt.f.RelativeError(); got != tt.want || known != tt.known {
				t.Errorf("got %v, %v, want %v, %v", got, known, tt.want, tt.known)
			}
		})
	}
}

func TestSumLeavesOutTheAbsent(t *testing.T) {
	a, b := workload.Exactly(1, workload.Measured, "a"), workload.Exactly(2, workload.Declared, "b")
	if _, ok := workload.Sum(nil, nil); ok {
		t.Error("a sum of nothing is known, want unknown: absent is not zero")
	}
	if got, ok := workload.Sum(nil, &a, nil, &b); !ok || got != workload.Exactly(3, workload.Declared, "a, b") {
		t.Errorf("got %+v, %v", got, ok)
	}
}

func TestBestTakesMethodThenWidth(t *testing.T) {
	measured := workload.Between(10, 0, 100, workload.Measured, "wide").Ptr()
	declared := workload.Exactly(10, workload.Declared, "exact").Ptr()
	narrow := workload.Between(10, 9, 11, workload.Measured, "narrow").Ptr()
	tests := []struct {
		name       string
		a, b, want *workload.Figure
	}{
		{"both absent", nil, nil, nil}, {"left absent", nil, declared, declared}, {"right absent", declared, nil, declared},
		{"method before width", declared, measured, measured}, {"method before width, turned", measured, declared, measured},
		{"width within a method", measured, narrow, narrow}, {"the first of equals", narrow, narrow, narrow},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := workload.Best(tt.a, tt.b); got != tt.want {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}

func TestMethodsFromStrongToWeak(t *testing.T) {
	order := []workload.Method{workload.Measured, workload.Derived, workload.Declared, workload.Estimated}
	for i, a := range order {
		for j, b := range order {
			if got := a.Better(b); got != (i < j) {
				t.Errorf("%s better than %s = %v, want %v", a, b, got, i < j)
			}
		}
	}
}

func TestFigureJSON(t *testing.T) {
	tests := []struct {
		f    workload.Figure
		want string
	}{
		{workload.Between(2, 1, 3, workload.Measured, "kafka"),
			`{"value":2,"low":1,"high":3,"method":"measured","source":"kafka"}`},
		{workload.AtLeast(2, workload.Estimated, ""), `{"value":2,"low":2,"high":null,"method":"estimated"}`},
	}
	for _, tt := range tests {
		got, err := json.Marshal(tt.f)
		if err != nil || string(got) != tt.want {
			t.Errorf("got %s, error %v, want %s", got, err, tt.want)
		}
		var back workload.Figure
		if err := json.Unmarshal(got, &back); err != nil || back != tt.f {
			t.Errorf("read back %+v, error %v, want %+v", back, err, tt.f)
		}
	}
	for _, f := range []workload.Figure{{Value: math.NaN()}, {Value: inf}, {Low: math.Inf(-1)}, {Low: math.NaN()},
		{High: math.NaN()}} {
		if out, err := json.Marshal(f); err == nil {
			t.Errorf("%+v was written as %s, want an error", f, out)
		}
	}
	for _, text := range []string{`{"value":5,"low":6,"high":7}`, `{"value":5,"low":1,"high":4}`, `{"value":"5"}`, `[]`} {
		var f workload.Figure
		if err := json.Unmarshal([]byte(text), &f); err == nil {
			t.Errorf("%s was read as %+v, want an error", text, f)
		}
	}
}

// anyFigure draws figures up to 1e24 (1,000 EB/s and more), bounded or not.
func anyFigure(t *rapid.T) workload.Figure {
	number := rapid.Float64Range(0, 1e24)
	method := rapid.SampledFrom([]workload.Method{workload.Measured, workload.Derived, workload.Estimated,
		workload.Declared}).Draw(t, "method")
	source := rapid.SampledFrom([]string{"", "a", "b", "a, b", "c"}).Draw(t, "source")
	v := number.Draw(t, "value")
	switch rapid.IntRange(0, 3).Draw(t, "form") {
	case 0:
		return workload.Exactly(v, method, source)
	case 1:
		return workload.AtLeast(v, method, source)
	}
	return workload.Between(v, number.Draw(t, "low"), number.Draw(t, "high"), method, source)
}

func holds(f workload.Figure) bool {
	return f.Low <= f.Value && f.Value <= f.High && f.Low >= 0 && !math.IsInf(f.Value, 0)
}

// Low ≤ Value ≤ High is kept by whatever is done with figures, and what comes out can be written and read back.
func TestFigureKeepsItsBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyFigure(t), anyFigure(t)
		sum, _ := workload.Sum(&a, nil, &b)
		all := map[string]workload.Figure{"a": a, "plus": a.Plus(b), "times": a.Times(b), "sum": sum,
			"as":    a.As(workload.Derived, "x"),
			"scale": a.Scale(rapid.Float64Range(0, 1e12).Draw(t, "k")), "best": *workload.Best(&a, &b)}
		if quotient := a.Over(b, "x"); quotient != nil {
			all["over"] = *quotient
		}
		for name, f := range all {
			if !holds(f) {
				t.Fatalf("%s of %+v and %+v is %+v", name, a, b, f)
			}
			if f.Method == "" || strings.Count(f.Source, "a") > 1 {
				t.Fatalf("%s has method %q and source %q", name, f.Method, f.Source)
			}
			text, err := json.Marshal(f)
			var back workload.Figure
			if err != nil || json.Unmarshal(text, &back) != nil || back != f {
				t.Fatalf("%+v was written as %s (error %v) and read back as %+v", f, text, err, back)
			}
		}
	})
}

// Sums and products do not depend on the order, and a combination is never better founded than its parts.
func TestFigureOrderDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyFigure(t), anyFigure(t)
		for name, pair := range map[string][2]workload.Figure{"plus": {a.Plus(b), b.Plus(a)}, "times": {a.Times(b), b.Times(a)}} {
			x, y := pair[0].As(pair[0].Method, ""), pair[1].As(pair[1].Method, "")
			if x != y {
				t.Fatalf("%s differs by order: %+v and %+v", name, x, y)
			}
		}
		if sum := a.Plus(b); sum.Method.Better(a.Method) || sum.Method.Better(b.Method) {
			t.Fatalf("a sum is %s of %s and %s", sum.Method, a.Method, b.Method)
		}
	})
}
