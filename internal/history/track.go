package history

import (
	"math/bits"
	"slices"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
)

// track is one quantity over a span, merged over the sources.
type track struct {
	span
	points []point
}

// sourceTracks reads the series of one quantity, one for each source; nil where a source has none.
func sourceTracks(sp span, all []series, sources []string) ([][]point, error) {
	out := make([][]point, len(sources))
	for _, s := range all {
		i := slices.Index(sources, s.id.source)
		if i < 0 {
			continue
		}
		var err error
		if out[i], err = s.read(sp, nil); err != nil {
			return nil, err
		}
		mark(out[i], uint8(i))
	}
	return out, nil
}

func mark(points []point, source uint8) {
	for i := range points {
		points[i].source = source
	}
}

// merge takes the best point of every slot. Sources are never added.
func merge(sp span, sources [][]point) track {
	tr := track{sp, make([]point, sp.n)}
	for _, points := range sources {
		mergeInto(tr.points, points)
	}
	return tr
}

func mergeInto(into, points []point) {
	for i := range points {
		if points[i].better(into[i].cell) {
			into[i] = points[i]
		}
	}
}

// trackReader reads one quantity after another in memory that is used again. It is not safe for concurrent use.
type trackReader struct {
	merged, one []point
	values      []float64
}

// read merges the series of one quantity. The answer is valid until the next call.
func (b *trackReader) read(sp span, all []series, sources []string) (track, error) {
	tr := track{span: sp}
	for _, s := range all {
		i := slices.Index(sources, s.id.source)
		if i < 0 {
			continue
		}
		memory := &b.merged
		if tr.points != nil {
			memory = &b.one
		}
		var err error
		if *memory, err = s.read(sp, *memory); err != nil {
			return tr, err
		}
		mark(*memory, uint8(i))
		if tr.points == nil {
			tr.points = b.merged
		} else {
			mergeInto(tr.points, b.one)
		}
	}
	return tr, nil
}

// minute is the last minute with data of the i-th point.
func (tr track) minute(i int) int64 {
	return (tr.first+int64(i))*tr.res + int64(bits.Len8(tr.points[i].mask)) - 1
}

// peakAt is the minute of the maximum of the i-th point.
func (tr track) peakAt(i int) int64 { return (tr.first+int64(i))*tr.res + int64(tr.points[i].peak) }

// statistics rolls up a track. worth returns what a minute of a source counts as a value of its own. Percentiles are over
// minutes: a cluster's as they were, a topic's or group's as spread estimates them.
func (b *trackReader) statistics(tr track, worth func(source uint8, minute int64) float64,
	name func(sources uint64, rank uint8) string) *workload.Quantity {
	var t sums
	b.values = b.values[:0]
	newest := int64(0)
	for i := range tr.points {
		p := &tr.points[i]
		if p.rank == 0 {
			continue
		}
		t.add(p.cell, p.minutes(), worth(p.source, tr.minute(i)))
		t.top(p.max, tr.peakAt(i))
		b.values = p.spread(b.values)
		newest = tr.minute(i)
	}
	if t.minutes == 0 {
		return nil
	}
	q := t.quantity(name(t.sources, t.rank), b.values)
	q.LastAt = time.UnixMilli((newest + 1) * minuteMillis).UTC()
	return q
}

// spread adds the minutes of a point by its mean and maximum. Up to twice the mean, they are taken to lie
// evenly between the maximum and its mirror image, as the order statistics of a noisy load do: a mean of 10 and a
// maximum of 14 make 6, 8, 10, 12, 14. A higher maximum is a spike, and the other minutes are alike: 10 and 30 make 30 and
// four times 5.
func (p *point) spread(values []float64) []float64 {
	n := p.minutes()
	value, step := p.v, 0.0
	switch {
	case n == 1 || p.max <= p.v:
	case p.max > 2*p.v:
		values = append(values, p.max)
		n--
		value = (p.v*float64(n+1) - p.max) / float64(n)
	default:
		value, step = p.max, 2*(p.max-p.v)/float64(n-1)
	}
	for range n {
		values = append(values, max(value, 0)) // the mirror image of a maximum may fall a hair below
		value -= step
	}
	return values
}

// last returns the newest figure of a track; nil when there is none.
func (tr track) last(name func(sources uint64, rank uint8) string) *workload.Figure {
	for _, p := range slices.Backward(tr.points) {
		if p.rank > 0 {
			return workload.Between(p.v, p.low, p.high, methods[p.rank-1], name(1<<p.source, p.rank)).Ptr()
		}
	}
	return nil
}
