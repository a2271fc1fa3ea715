package history

import (
	"math"

	"github.com/mskfit/mskfit/internal/workload"
)

// row is one value of one series: what a store writes. t is in milliseconds since 1970.
type row struct {
	id seriesID
	t  int64
	v  float64
}

const (
	minuteMillis   = 60_000
	blockMinutes   = 5 // what a row of a topic or group stands for
	minutesPerDay  = 24 * 60
	minutesPerWeek = 7 * minutesPerDay
)

// minuteRows gives the rows of a cluster's figure for every minute of [first, first+n).
func minuteRows(out []row, id figureID, o observation, first int64, n int) []row {
	v, bare := o.figure.Value, o.figure.Method == ""
	if !bare {
		v = keepBits(v, bitsOf(o.quantity))
	}
	for m := first; m < first+int64(n); m++ {
		out = append(out, row{seriesID{figureID: id}, m * minuteMillis, v})
		if !bare {
			out = accuracyRows(out, id, accuracyOf(o.figure, v), m*minuteMillis)
		}
	}
	return out
}

func accuracyRows(out []row, id figureID, a accuracy, t int64) []row {
	a.bounds(func(bound string, ratio float64) {
		out = append(out, row{seriesID{figureID: id, method: a.method, bound: bound}, t, ratio})
	})
	return out
}

// sum adds up the minutes of one figure of a topic or group. Its zero value is empty.
type sum struct {
	n                int
	value, low, high float64
	method           workload.Method
	max              float64
	maxMinute, last  int64
}

// add takes the figure for every minute of [first, first+n).
func (s *sum) add(f workload.Figure, first int64, n int) {
	if s.n == 0 {
		s.max, s.maxMinute, s.method, s.last = f.Value, first, f.Method, first
	}
	k := float64(n)
	s.value, s.low, s.high = s.value+k*f.Value, s.low+k*f.Low, s.high+k*f.High
	if f.Value > s.max {
		s.max, s.maxMinute = f.Value, first
	}
	if s.method.Better(f.Method) {
		s.method = f.Method
	}
	s.last = max(s.last, first+int64(n)-1)
	s.n += n
}

// mean returns the figure over the minutes that were added; bounds are taken to point the same way in all of them.
func (s *sum) mean() workload.Figure {
	n := float64(s.n)
	return workload.Between(s.value/n, s.low/n, s.high/n, s.method, "")
}

// blockTime is the timestamp of a row of n minutes of which last is the last: equidistant as long as blocks are full, and
// different for any two parts of a block.
func blockTime(last int64, n int) int64 { return last*minuteMillis + int64(n) }

// splitBlockTime is the inverse of blockTime.
func splitBlockTime(t int64) (last int64, n int) { return t / minuteMillis, int(t % minuteMillis) }

// rows gives the rows of one block of one figure.
func (s *sum) rows(out []row, id figureID) []row {
	f := s.mean()
	t := blockTime(s.last, s.n)
	v := keepBits(f.Value, rateBits)
	out = append(out, row{seriesID{figureID: id, stat: statMean}, t, v})
	if peak := keepBits(s.max, rateBits); peak > v {
		minute := int(s.maxMinute - s.maxMinute/blockMinutes*blockMinutes)
		out = append(out, row{seriesID{figureID: id, stat: statMax}, t, withMinute(peak, minute)})
	}
	return accuracyRows(out, id, accuracyOf(f, v), t)
}

// nearestMinute is the minute that starts nearest to t.
func nearestMinute(millis int64) int64 {
	return int64(math.Floor(float64(millis)/minuteMillis + 0.5))
}
