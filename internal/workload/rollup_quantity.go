package workload

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"
)

// The least numbers of values from which a statistic is given: with fewer, nearest rank answers the largest value,
// which is the peak and should be called so.
const (
	leastForPeak = 2
	leastForP50  = 2
	leastForP95  = 20
	leastForP99  = 100
)

// bin is a run of windows that together make one value of the statistics.
type bin struct {
	start    time.Time
	from, to int // rated[from:to]
	// full is false for the rest at the end of a run: too short to are beside the others.
	full bool
	// weight is how many values of the resolution it counts as, at least one.
	weight int
}

// binned puts windows together until they are as near to the resolution as whole windows allow: six of 10 s make a
// minute, and a window of a minute or more is on its own. A bin that was seen for less than half is not full.
func binned(windows []*Sample, resolution time.Duration) []bin {
	var bins []bin
	var covered time.Duration
	for i, s := range windows {
		middle := s.Window.Start.Add(s.Window.Duration() / 2)
		if n := len(bins); n == 0 || !middle.Before(bins[n-1].start.Add(resolution)) {
			bins = append(bins, bin{start: s.Window.Start, from: i})
			covered = 0
		}
		b := &bins[len(bins)-1]
		covered += s.Window.Duration()
		b.to, b.full = i+1, covered >= resolution/2
		b.weight = max(1, int((covered+resolution/2)/resolution))
	}
	return bins
}

// mean adds up figures by weight, which is seconds but for record sizes. Its zero value is empty.
type mean struct {
	weight           float64
	value, low, high float64
	method           Method
	sources          []string
	last             string // the source last noted: mostly there is one
}

func (m *mean) add(f *Figure, d time.Duration) { m.addWeighted(f, d.Seconds()) }

func (m *mean) addWeighted(f *Figure, k float64) {
	if f == nil || k <= 0 {
		return
	}
	if m.method == "" {
		m.method = f.Method
	}
	m.weight += k
	m.value += f.Value * k
	m.low += f.Low * k
	m.high += f.High * k // +Inf stays: one unbounded window leaves the mean unbounded
	m.method = weaker(m.method, f.Method)
	if f.Source == m.last && len(m.sources) > 0 {
		return
	}
	m.last = f.Source
	for part := range strings.SplitSeq(f.Source, ", ") {
		if at, found := slices.BinarySearch(m.sources, part); !found {
			m.sources = slices.Insert(m.sources, at, part)
		}
	}
}

// figure returns the mean, or nil when nothing was added.
func (m *mean) figure() *Figure {
	if m.weight == 0 {
		return nil
	}
	return Between(m.value/m.weight, m.low/m.weight, m.high/m.weight, m.method, strings.Join(m.sources, ", ")).Ptr()
}

// quantity rolls up one figure of each rated window (nil where it is absent), and takes the mean of the whole
// reading where that is better.
func (r rollup) quantity(figures []*Figure, whole *Figure) *Quantity {
	var total mean
	for i, f := range figures {
		total.add(f, r.rated[i].Window.Duration())
	}
	best := Best(whole, total.figure())
	if best == nil {
		return nil
	}
	q := Quantity{Figure: *best}
	r.statistics(&q, figures)
	return &q
}

// statistics fills in what the values of the full bins allow. A quantity that was absent in more than half of a bin
// has no value there.
func (r rollup) statistics(q *Quantity, figures []*Figure) {
	var values []weighted
	peak, peakAt := math.Inf(-1), time.Time{}
	for _, b := range r.bins {
		v, known := r.valueOf(b, figures)
		if !known {
			continue
		}
		values = append(values, weighted{v, b.weight})
		if v > peak {
			peak, peakAt = v, b.start
		}
	}
	q.Samples = len(values)
	if len(values) >= leastForPeak {
		q.Peak, q.PeakAt = &peak, peakAt
		if peak < q.Value { // windows that fill no bin raised the mean: some minute was at least as busy, and no one can say which
			if peak < q.Value*(1-1e-9) {
				q.PeakAt = time.Time{}
			}
			peak = q.Value
		}
	}
	slices.SortFunc(values, func(a, b weighted) int { return cmp.Compare(a.v, b.v) })
	q.P50 = nearestRank(values, 0.50, leastForP50)
	q.P95 = nearestRank(values, 0.95, leastForP95)
	q.P99 = nearestRank(values, 0.99, leastForP99)
}

// valueOf returns the mean of the figures in a bin.
func (r rollup) valueOf(b bin, figures []*Figure) (v float64, known bool) {
	var sum, present, covered float64
	for i := b.from; i < b.to; i++ {
		d := r.rated[i].Window.Duration().Seconds()
		covered += d
		if f := figures[i]; f != nil {
			sum += f.Value * d
			present += d
		}
	}
	if !b.full || present == 0 || present < covered/2 {
		return 0, false
	}
	return sum / present, true
}

// weighted is a value that counts as several.
type weighted struct {
	v float64
	n int
}

// nearestRank returns the smallest of the sorted values that at least the share p of them does not exceed, or nil
// when there are fewer than least. Of 20 values the 95th percentile is the 19th; a value with weight sixty counts as
// sixty equal ones.
func nearestRank(sorted []weighted, p float64, least int) *float64 {
	if len(sorted) < least {
		return nil
	}
	n := 0
	for _, w := range sorted {
		n += w.n
	}
	// The product may come out a hair above a whole number (0.95 × 20 = 19.000000000000004 in some orders).
	rank := max(int(math.Ceil(p*float64(n)-1e-9)), 1)
	for _, w := range sorted {
		if rank -= w.n; rank <= 0 {
			return &w.v
		}
	}
	return nil
}

// pick draws one figure from every rated window.
func (r rollup) pick(get func(*Sample) *Figure) []*Figure {
	out := make([]*Figure, len(r.rated))
	for i, s := range r.rated {
		out[i] = get(s)
	}
	return out
}

// total rolls up a figure of the whole cluster.
func (r rollup) total(get func(*Totals) *Figure) *Quantity {
	var whole *Figure
	if r.whole != nil {
		whole = get(&r.whole.Totals)
	}
	return r.quantity(r.pick(func(s *Sample) *Figure { return get(&s.Totals) }), whole)
}
