package history

import (
	"math"
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

// sums adds up the minutes of one quantity. Its zero value is empty.
type sums struct {
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
func (t *sums) add(c cell, n int, worth float64) {
	k := float64(n)
	t.minutes += k
	t.value, t.low, t.high = t.value+k*c.v, t.low+k*c.low, t.high+k*c.high
	t.rank = max(t.rank, c.rank)
	t.sources |= 1 << c.source
	t.values += k * worth
}

// top takes a one-minute value as a candidate for the peak.
func (t *sums) top(v float64, minute int64) {
	if t.peakAt == 0 || v > t.peak {
		t.peak, t.peakAt = v, minute
	}
}

// quantity returns the statistics; values are those of the minutes, and are put in another order. Nil when nothing was added.
func (t *sums) quantity(source string, values []float64) *workload.Quantity {
	if t.minutes == 0 {
		return nil
	}
	f := workload.Between(t.value/t.minutes, t.low/t.minutes, t.high/t.minutes, methods[t.rank-1], source)
	q := &workload.Quantity{Figure: f, Samples: max(1, int(math.Round(t.values)))}
	if q.Samples >= leastForPeak {
		q.Peak, q.PeakAt = &t.peak, time.UnixMilli(t.peakAt*minuteMillis).UTC()
	}
	from, total := 0, len(values)
	for _, s := range []struct {
		into  **float64
		p     float64
		least int
	}{{&q.P50, 0.50, leastForP50}, {&q.P95, 0.95, leastForP95}, {&q.P99, 0.99, leastForP99}} {
		if q.Samples >= s.least {
			k := nearestRank(total, s.p)
			v := selectRank(values[from:], k-from)
			*s.into, from = &v, k
		}
	}
	return q
}

// nearestRank is the place, from 0, of the smallest of n sorted values that at least the share p of them does not exceed: of
// 20 values
// the 95th percentile is the 19th.
func nearestRank(n int, p float64) int {
	// The product may come out a hair above a whole number (0.95 × 20 = 19.000000000000004 in some orders).
	return max(int(math.Ceil(p*float64(n)-1e-9)), 1) - 1
}

// selectRank puts the value that sorting would put at k there, no larger ones before it and no smaller ones behind it, and
// returns it
// (Hoare's selection, which takes a tenth of the time of sorting).
func selectRank(values []float64, k int) float64 {
	for low, high := 0, len(values)-1; low < high; {
		pivot := medianOfThree(values[low], values[(low+high)/2], values[high])
		i, j := low, high
		for i <= j {
			for values[i] < pivot {
				i++
			}
			for values[j] > pivot {
				j--
			}
			if i <= j {
				values[i], values[j] = values[j], values[i]
				i++
				j--
			}
		}
		switch {
		case k <= j:
			high = j
		case k >= i:
			low = i
		default:
			return values[k]
		}
	}
	return values[k]
}

func medianOfThree(a, b, c float64) float64 { return max(min(a, b), min(max(a, b), c)) }
