package workload

import (
	"encoding/json"
	"math"
	"time"
)

// Statistic names one number drawn from the one-minute values of a window.
type Statistic string

// The statistics that a Quantity can carry. Percentiles are taken over the samples by nearest rank and never averaged.
const (
	Mean Statistic = "mean"
	P50  Statistic = "p50"
	P95  Statistic = "p95"
	P99  Statistic = "p99"
	Peak Statistic = "peak"
)

// Quantity is one quantity over a window: its mean as a Figure, and statistics of its one-minute values where
// there are enough of them. A nil statistic is not known. The error of a statistic is taken to be that of the mean,
// in proportion (see At).
type Quantity struct {
	// Figure is the mean over the window.
	Figure
	// P50, P95, P99 and Peak are statistics of the one-minute values, in the unit of the mean.
	P50, P95, P99, Peak *float64
	// PeakAt is the start of the minute of the peak; zero when unknown.
	PeakAt time.Time
	// LastAt is the end of the newest minute that has a value; zero when unknown. It is not written as JSON.
	LastAt time.Time
	// Samples is how many one-minute values the statistics rest on; 0 for declared figures.
	Samples int
}

// Constantly returns a quantity with only one known figure: every statistic falls back to it.
func Constantly(f Figure) *Quantity { return &Quantity{Figure: f} }

// At returns the statistic with bounds widened in the proportion of the mean's. Where it is not known, the next
// higher known one is taken (p99 falls back to the peak), and the mean when none is known; used names which one.
func (q Quantity) At(s Statistic) (f Figure, used Statistic) {
	ladder := []struct {
		s Statistic
		v *float64
	}{{Mean, &q.Value}, {P50, q.P50}, {P95, q.P95}, {P99, q.P99}, {Peak, q.Peak}}
	reached := false
	for _, step := range ladder {
		reached = reached || step.s == s
		if reached && step.v != nil {
			return q.scaledTo(*step.v), step.s
		}
	}
	return q.Figure, Mean
}

// scaledTo moves the mean's figure to v, keeping the relative width of its bounds.
func (q Quantity) scaledTo(v float64) Figure {
	k := v / q.Value
	if q.Value == 0 || v == q.Value || math.IsInf(k, 0) {
		return Between(v, q.Low, q.High, q.Method, q.Source)
	}
	if q.Exact() {
		return Exactly(v, q.Method, q.Source) // the product of a quotient may be off by its last bit
	}
	return Between(v, q.Low*k, mulBound(q.High, k), q.Method, q.Source)
}

// Scale multiplies the mean and every statistic by k ≥ 0.
func (q Quantity) Scale(k float64) Quantity {
	q.Figure = q.Figure.Scale(k)
	q.P50, q.P95, q.P99, q.Peak = scalePtr(q.P50, k), scalePtr(q.P95, k), scalePtr(q.P99, k), scalePtr(q.Peak, k)
	return q
}

func scalePtr(p *float64, k float64) *float64 {
	if p == nil {
		return nil
	}
	v := *p * k
	return &v
}

type quantityJSON struct {
	figureJSON
	P50     *float64   `json:"p50,omitempty"`
	P95     *float64   `json:"p95,omitempty"`
	P99     *float64   `json:"p99,omitempty"`
	Peak    *float64   `json:"peak,omitempty"`
	PeakAt  *time.Time `json:"peak_at,omitempty"`
	Samples int        `json:"samples,omitempty"`
}

// MarshalJSON writes the figure's fields followed by the known statistics.
func (q Quantity) MarshalJSON() ([]byte, error) {
	if _, err := q.Figure.MarshalJSON(); err != nil {
		return nil, err
	}
	w := quantityJSON{figureJSON: q.wire(), P50: q.P50, P95: q.P95, P99: q.P99, Peak: q.Peak, Samples: q.Samples}
	if !q.PeakAt.IsZero() {
		at := q.PeakAt.UTC()
		w.PeakAt = &at
	}
	return json.Marshal(w)
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (q *Quantity) UnmarshalJSON(b []byte) error {
	var w quantityJSON
	if err := json.Unmarshal(b, &w); err != nil {
		return err
	}
	*q = Quantity{Figure: w.figure(), P50: w.P50, P95: w.P95, P99: w.P99, Peak: w.Peak, Samples: w.Samples}
	if w.PeakAt != nil {
		q.PeakAt = *w.PeakAt
	}
	return q.check()
}

// LargestCredible is the largest figure that is taken as one: 10^21 (a zettabyte). Beyond it, and for what is negative or not a
// number, a figure counts as missing, so that no arithmetic overflows.
const LargestCredible = 1e21
