package history

import (
	"math"
	"slices"

	"github.com/mskfit/mskfit/internal/workload"
)

// methods are the methods in the order of their strength; a cell holds the index plus one.
var methods = [...]workload.Method{workload.Measured, workload.Derived, workload.Declared, workload.Estimated}

// rankOf returns 1 for the strongest method; the weakest for one that is not known.
func rankOf(m workload.Method) uint8 {
	if i := slices.Index(methods[:], m); i >= 0 {
		return uint8(i) + 1
	}
	return uint8(len(methods))
}

// cell is the figure of one minute, or of one part of five minutes. rank 0 is no figure.
type cell struct {
	v, low, high float64
	rank, source uint8
}

// better reports whether c is the stronger figure of the same thing, as workload.Best has it.
func (c cell) better(o cell) bool {
	switch {
	case c.rank == 0:
		return false
	case o.rank == 0 || c.rank != o.rank:
		return o.rank == 0 || c.rank < o.rank
	}
	return c.high-c.low < o.high-o.low || math.IsInf(c.high, 1) && math.IsInf(o.high, 1) && c.low > o.low
}

// finish turns the ratios that were read into bounds.
func (c *cell) finish() {
	low, high := c.low, c.high
	if c.low = c.v * (1 - low); low >= 1 {
		c.low = 0
	}
	switch {
	case math.IsInf(high, 1):
		c.high = high
	case c.v == 0:
		c.high = high // a ceiling
	default:
		c.high = c.v * (1 + high)
	}
}

// apply takes one bound of an error into the ratios of a cell.
func (c *cell) apply(id seriesID, ratio float64) {
	switch id.bound {
	case boundBoth:
		c.low, c.high = ratio, ratio
	case boundLow:
		c.low = ratio
	case boundHigh, boundCeiling:
		c.high = ratio
	}
	c.rank = max(c.rank, rankOf(id.method))
}

// span is the minutes of a window, [first, first+n).
type span struct {
	first int64
	n     int
}

// spanOf are the minutes that begin within the window.
func spanOf(w workload.Window) span {
	first := (w.Start.UnixMilli() + minuteMillis - 1) / minuteMillis
	end := (w.End.UnixMilli() + minuteMillis - 1) / minuteMillis
	return span{first, int(max(0, end-first))}
}

// index returns the minute's place in the span; false outside of it.
func (s span) index(t int64) (int, bool) {
	i := t/minuteMillis - s.first
	return int(i), i >= 0 && i < int64(s.n)
}

// track is one quantity of a cluster, minute by minute, merged over the sources.
type track struct {
	span
	cells []cell
}

// readTrack merges the series of one quantity. Sources are indexes into a list that the caller keeps.
func readTrack(sp span, all []series, sources []string) (track, error) {
	tr := track{sp, make([]cell, sp.n)}
	var one []cell
	for i, source := range sources {
		mine := slices.DeleteFunc(slices.Clone(all), func(s series) bool { return s.id.source != source })
		if len(mine) == 0 {
			continue
		}
		if one == nil {
			one = make([]cell, sp.n)
		}
		clear(one)
		if err := readCells(sp, mine, one); err != nil {
			return tr, err
		}
		for m := range one {
			if c := &one[m]; c.rank > 0 {
				c.finish()
				c.source = uint8(i)
				if c.better(tr.cells[m]) {
					tr.cells[m] = *c
				}
			}
		}
	}
	return tr, nil
}

// readCells reads values and errors of one source. A minute without a value, or without a method, stays without figure.
func readCells(sp span, mine []series, cells []cell) error {
	seen := make([]bool, sp.n)
	for _, s := range mine {
		if s.id.bound != "" {
			continue
		}
		err := s.each(func(t int64, v float64) {
			if i, ok := sp.index(t); ok {
				cells[i].v, seen[i] = v, true
			}
		})
		if err != nil {
			return err
		}
	}
	for _, s := range mine {
		if s.id.bound == "" {
			continue
		}
		err := s.each(func(t int64, ratio float64) {
			if i, ok := sp.index(t); ok && seen[i] {
				cells[i].apply(s.id, ratio)
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}
