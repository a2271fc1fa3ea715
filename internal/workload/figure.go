package workload

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
)

// Method says how a figure was obtained, from the strongest to the weakest evidence.
type Method string

const (
	// Measured figures were counted by the system that carries the traffic (a broker's own counter).
	Measured Method = "measured"
	// Derived figures were computed exactly from measured or declared ones (a difference of log sizes, rate × size).
	Derived Method = "derived"
	// Estimated figures rest on a sample or a model, and their bounds say how far they may be off.
	Estimated Method = "estimated"
	// Declared figures were stated by the owner and are taken as they are.
	Declared Method = "declared"
)

// rank orders methods for merging and combining: a combination is as weak as its weakest part.
func (m Method) rank() int {
	switch m {
	case Measured:
		return 0
	case Derived:
		return 1
	case Declared:
		return 2
	default:
		return 3
	}
}

// Better reports whether m is stronger evidence than o.
func (m Method) Better(o Method) bool { return m.rank() < o.rank() }

// Figure is one number with its evidence. Low ≤ Value ≤ High always holds; the true value is believed to lie in
// [Low, High]. High is +Inf when nothing bounds the value from above (egress of groups that never commit), which
// JSON shows as null. The zero Figure is not meaningful: a figure that is not there is a nil *Figure.
type Figure struct {
	// Value is the best estimate, in the base unit of the quantity.
	Value float64
	// Low and High bound the true value.
	Low, High float64
	// Method is how the value was obtained.
	Method Method
	// Source names where it came from, in words: "kafka: log sizes", "workload file".
	Source string
}

// Exactly returns a figure without error: a measured count or a declared value.
func Exactly(v float64, m Method, source string) Figure {
	return Figure{Value: v, Low: v, High: v, Method: m, Source: source}
}

// Between returns a figure with bounds. It widens the bounds to hold v, so that Low ≤ Value ≤ High.
func Between(v, low, high float64, m Method, source string) Figure {
	return Figure{Value: v, Low: math.Min(low, v), High: math.Max(high, v), Method: m, Source: source}
}

// AtLeast returns a figure with only a known floor: High is unbounded.
func AtLeast(v float64, m Method, source string) Figure {
	return Figure{Value: v, Low: v, High: math.Inf(1), Method: m, Source: source}
}

// Bounded reports whether the figure has a finite upper bound.
func (f Figure) Bounded() bool { return !math.IsInf(f.High, 1) }

// Exact reports whether the figure carries no error.
func (f Figure) Exact() bool { return f.Low == f.High }

// RelativeError returns the larger distance from Value to a bound as a fraction of Value: 0.02 is ±2 %. It reports
// false when the figure is unbounded, or when Value is zero and the bounds are not.
func (f Figure) RelativeError() (float64, bool) {
	d := math.Max(f.High-f.Value, f.Value-f.Low)
	switch {
	case d == 0:
		return 0, true
	case f.Value == 0 || math.IsInf(d, 1):
		return 0, false
	}
	return d / math.Abs(f.Value), true
}

// Plus returns the sum of two figures of different things (never of two sources of the same thing). Bounds add.
func (f Figure) Plus(o Figure) Figure {
	return Figure{Value: f.Value + o.Value, Low: f.Low + o.Low, High: f.High + o.High,
		Method: weaker(f.Method, o.Method), Source: joinSource(f.Source, o.Source)}
}

// Times returns the product of two non-negative figures. Bounds multiply; the method is at best Derived.
func (f Figure) Times(o Figure) Figure {
	return Figure{Value: f.Value * o.Value, Low: f.Low * o.Low, High: mulBound(f.High, o.High),
		Method: weaker(Derived, declaredIsDerived(weaker(f.Method, o.Method))), Source: joinSource(f.Source, o.Source)}
}

// Over returns the quotient of two non-negative figures, with the bounds of a quotient; the method is at best Derived. It is nil
// where nothing is divided by, and where the quotient is beyond what a number can hold.
func (f Figure) Over(o Figure, source string) *Figure {
	value, high := f.Value/o.Value, math.Inf(1)
	if o.Low > 0 {
		high = f.High / o.Low
	}
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return nil
	}
	return Between(value, f.Low/o.High, high, weaker(Derived, declaredIsDerived(weaker(f.Method, o.Method))), source).Ptr()
}

// Scale returns the figure multiplied by an exact k ≥ 0.
func (f Figure) Scale(k float64) Figure {
	f.Value, f.Low, f.High = f.Value*k, f.Low*k, mulBound(f.High, k)
	return f
}

// As returns the figure with another method and source.
func (f Figure) As(m Method, source string) Figure {
	f.Method, f.Source = m, source
	return f
}

// Ptr returns a pointer to a copy of f, for the optional fields of a Sample or a Workload.
func (f Figure) Ptr() *Figure { return &f }

// Sum adds figures of different things, leaving out the absent ones. It reports false when none is present.
func Sum(fs ...*Figure) (Figure, bool) {
	var total Figure
	found := false
	for _, f := range fs {
		switch {
		case f == nil:
		case !found:
			total, found = *f, true
		default:
			total = total.Plus(*f)
		}
	}
	return total, found
}

// Best returns the stronger of two figures of the same thing: by method, then by the width of the bounds, and of two
// that nothing bounds from above the one with the higher floor. Either may be nil; Best(nil, nil) is nil.
func Best(a, b *Figure) *Figure {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	case b.Method.Better(a.Method):
		return b
	case a.Method.Better(b.Method):
		return a
	case Tighter(b.Low, b.High, a.Low, a.High):
		return b
	}
	return a
}

// Tighter reports whether the bounds low and high are narrower than the other ones, or, where neither has an upper bound (+Inf),
// whether their floor is higher. Of equal bounds neither is tighter.
func Tighter(low, high, otherLow, otherHigh float64) bool {
	return high-low < otherHigh-otherLow || math.IsInf(high, 1) && math.IsInf(otherHigh, 1) && low > otherLow
}

func weaker(a, b Method) Method {
	if a.Better(b) {
		return b
	}
	return a
}

func declaredIsDerived(m Method) Method {
	if m == Declared {
		return Derived
	}
	return m
}

// joinSource lists each source once, in the order in which they came: a sum over 500 topics has no 500 sources.
func joinSource(a, b string) string {
	if a == "" || b == "" || a == b {
		return cmp.Or(a, b)
	}
	out := strings.Split(a, ", ")
	for source := range strings.SplitSeq(b, ", ") {
		if !slices.Contains(out, source) {
			out = append(out, source)
		}
	}
	return strings.Join(out, ", ")
}

// mulBound multiplies upper bounds, where 0 × unbounded is 0 and not NaN.
func mulBound(a, b float64) float64 {
	if a == 0 || b == 0 {
		return 0
	}
	return a * b
}

type figureJSON struct {
	Value  float64  `json:"value"`
	Low    float64  `json:"low"`
	High   *float64 `json:"high"`
	Method Method   `json:"method"`
	Source string   `json:"source,omitempty"`
}

func (f Figure) wire() figureJSON {
	w := figureJSON{Value: f.Value, Low: f.Low, Method: f.Method, Source: f.Source}
	if f.Bounded() {
		w.High = &f.High
	}
	return w
}

func (w figureJSON) figure() Figure {
	f := Figure{Value: w.Value, Low: w.Low, High: math.Inf(1), Method: w.Method, Source: w.Source}
	if w.High != nil {
		f.High = *w.High
	}
	return f
}

// MarshalJSON writes {"value","low","high","method","source"}; an unbounded high is null.
func (f Figure) MarshalJSON() ([]byte, error) {
	if math.IsNaN(f.Value) || math.IsInf(f.Value, 0) || math.IsNaN(f.Low) || math.IsInf(f.Low, 0) {
		return nil, fmt.Errorf("figure from %q is not finite", f.Source)
	}
	return json.Marshal(f.wire())
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (f *Figure) UnmarshalJSON(b []byte) error {
	var w figureJSON
	dec := json.NewDecoder(bytes.NewReader(b))
	if err := dec.Decode(&w); err != nil {
		return fmt.Errorf("figure: %w", err)
	}
	*f = w.figure()
	return f.check()
}

// check refuses bounds that do not hold the value, in figures that came from outside.
func (f Figure) check() error {
	if f.Low <= f.Value && f.Value <= f.High {
		return nil
	}
	return fmt.Errorf("figure from %q: value %v is outside its bounds %v and %v", f.Source, f.Value, f.Low, f.High)
}
