package history

import (
	"math"
	"slices"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
)

// The least numbers of values from which a statistic is given, as in [workload.FromSamples]: with fewer, nearest rank
// answers the largest value, which is the peak and should be called so.
const (
	leastForPeak = 2
	leastForP50  = 2
	leastForP95  = 20
	leastForP99  = 100
)

// tally adds up the minutes of one quantity. Its zero value is empty.
type tally struct {
	minutes          float64
	value, low, high float64
	rank             uint8
	sources          uint64 // one bit a source
	// values counts what was really seen: a minute is one, an hour read back as a mean is one as well.
	values float64
	peak   float64
	peakAt int64 // minute
}

// add takes c for n minutes; worth is what one of them counts as a value of its own, 0–1.
func (t *tally) add(c cell, n int, worth float64) {
	k := float64(n)
	t.minutes += k
	t.value, t.low, t.high = t.value+k*c.v, t.low+k*c.low, t.high+k*c.high
	t.rank = max(t.rank, c.rank)
	t.sources |= 1 << c.source
	t.values += k * worth
}

// top takes a one-minute value as a candidate for the peak.
func (t *tally) top(v float64, minute int64) {
	if t.peakAt == 0 || v > t.peak {
		t.peak, t.peakAt = v, minute
	}
}

// quantity returns the statistics; percentile answers for a share of the minutes. Nil when nothing was added.
func (t *tally) quantity(source string, percentile func(p float64) float64) *workload.Quantity {
	if t.minutes == 0 {
		return nil
	}
	f := workload.Between(t.value/t.minutes, t.low/t.minutes, t.high/t.minutes, methods[t.rank-1], source)
	q := &workload.Quantity{Figure: f, Samples: max(1, int(math.Round(t.values)))}
	if q.Samples >= leastForPeak {
		q.Peak, q.PeakAt = &t.peak, time.UnixMilli(t.peakAt*minuteMillis).UTC()
	}
	for _, s := range []struct {
		into  **float64
		p     float64
		least int
	}{{&q.P50, 0.50, leastForP50}, {&q.P95, 0.95, leastForP95}, {&q.P99, 0.99, leastForP99}} {
		if q.Samples >= s.least {
			v := percentile(s.p)
			*s.into = &v
		}
	}
	return q
}

// nearestRank returns the smallest of the sorted values that at least the share p of them does not exceed: of 20 values
// the 95th percentile is the 19th. There is at least one value.
func nearestRank[T any](sorted []T, p float64) T {
	// The product may come out a hair above a whole number (0.95 × 20 = 19.000000000000004 in some orders).
	rank := int(math.Ceil(p*float64(len(sorted)) - 1e-9))
	return sorted[max(rank, 1)-1]
}

// statistics rolls up a track. worth returns what a minute of a source counts as a value of its own.
func (tr track) statistics(worth func(source uint8, minute int) float64, name func(sources uint64, rank uint8) string) *workload.Quantity {
	var t tally
	values := make([]float64, 0, len(tr.cells))
	newest := 0
	for i, c := range tr.cells {
		if c.rank == 0 {
			continue
		}
		t.add(c, 1, worth(c.source, i))
		t.top(c.v, tr.first+int64(i))
		values = append(values, c.v)
		newest = i
	}
	slices.Sort(values)
	q := t.quantity(name(t.sources, t.rank), func(p float64) float64 { return nearestRank(values, p) })
	if q != nil {
		q.LastAt = time.UnixMilli((tr.first + int64(newest) + 1) * minuteMillis).UTC()
	}
	return q
}

// last returns the newest figure of a track; nil when there is none.
func (tr track) last(name func(sources uint64, rank uint8) string) *workload.Figure {
	for _, c := range slices.Backward(tr.cells) {
		if c.rank > 0 {
			return workload.Between(c.v, c.low, c.high, methods[c.rank-1], name(1<<c.source, c.rank)).Ptr()
		}
	}
	return nil
}
