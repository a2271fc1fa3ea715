package history

import (
	"math/bits"
	"slices"

	"github.com/mskfit/mskfit/internal/workload"
)

// cell is a figure: its value, the bounds between which the truth lies, and the rank of the method. rank 0 is no figure.
type cell struct {
	v, low, high float64
	rank, source uint8
	// coarse: it is the mean of a window much longer than a minute.
	coarse bool
}

// rankOf returns 1 for the strongest method; the weakest for one that is not known.
func rankOf(m workload.Method) uint8 {
	if i := slices.Index(methods[:], m); i >= 0 {
		return uint8(i) + 1
	}
	return uint8(len(methods))
}

// better reports whether c is the stronger figure of the same thing, as workload.Best has it.
func (c cell) better(o cell) bool {
	switch {
	case c.rank == 0:
		return false
	case o.rank == 0 || c.rank != o.rank:
		return o.rank == 0 || c.rank < o.rank
	}
	return workload.Tighter(c.low, c.high, o.low, o.high)
}

// point is what is kept of one minute of a cluster, or of five minutes of a topic, group or partition: the mean of the minutes
// with data, and their maximum.
type point struct {
	cell
	max float64
	// mask has a bit for each minute with data, the first minute's lowest. peak is the minute of the maximum, counted from the
	// first.
	mask, peak uint8
}

func (p *point) minutes() int { return bits.OnesCount8(p.mask) }

// put takes the figure of a minute that the point does not have.
func (p *point) put(minute uint8, c cell) {
	p.join(point{cell: c, max: c.v, mask: 1 << minute, peak: minute})
}

// join takes a point of other minutes of the same slot.
func (p *point) join(q point) {
	if p.mask == 0 {
		*p = q
		return
	}
	a, b := float64(p.minutes()), float64(q.minutes())
	p.v, p.low, p.high = mean(p.v, a, q.v, b), mean(p.low, a, q.low, b), mean(p.high, a, q.high, b)
	p.rank, p.coarse, p.mask = max(p.rank, q.rank), p.coarse && q.coarse, p.mask|q.mask
	if q.max > p.max || q.max == p.max && q.peak < p.peak {
		p.max, p.peak = q.max, q.peak
	}
}

// mean is the mean of n times a and m times b; one of them may be infinite.
func mean(a, n, b, m float64) float64 {
	if a == b {
		return a
	}
	return (a*n + b*m) / (n + m)
}

// replace takes a newer point of the same slot. Of five minutes only the mean is kept: those that stay are taken to have been
// like it.
func (p *point) replace(q point) {
	p.mask &^= q.mask
	if p.mask != 0 && p.mask&(1<<p.peak) == 0 {
		p.max, p.peak = p.v, uint8(bits.TrailingZeros8(p.mask))
	}
	p.join(q)
}

// span is a stretch of points: [first, first+n) in units of res minutes since 1970.
type span struct {
	first int64
	n     int
	res   int64
}

// spanOf are the points of a level that a window touches; of a cluster those whose minute begins in it.
func spanOf(lv level, w workload.Window) span {
	res := lv.resolution()
	first := (w.Start.UnixMilli() + minuteMillis - 1) / minuteMillis
	end := (w.End.UnixMilli() + minuteMillis - 1) / minuteMillis
	s := span{first: first / res, res: res}
	s.n = int(max(0, (end+res-1)/res-s.first))
	return s
}

// dayOf is the span of a UTC day, counted from 1970.
func dayOf(lv level, day int64) span {
	res := lv.resolution()
	return span{day * minutesPerDay / res, int(minutesPerDay / res), res}
}

// minutes returns the minutes of the span as [from, to).
func (s span) minutes() (from, to int64) { return s.first * s.res, (s.first + int64(s.n)) * s.res }

// days returns the first and the last UTC day of the span.
func (s span) days() (first, last int64) {
	from, to := s.minutes()
	return from / minutesPerDay, (to - 1) / minutesPerDay
}

// run is one observation of every minute of [first, first+n).
type run struct {
	observed
	n     int32
	first int64
}

// putAll takes runs, oldest first, into the points of the span: of every minute the newest that is not coarse, else the
// newest; a coarse
// one does not replace one that is not, and with keep none replaces what is there. Points that change are rounded as they are
// stored, to the significant bits.
func (s span) putAll(points []point, runs []run, significant uint, keep bool) {
	from, to := s.minutes()
	low, high := to, from
	for _, r := range runs {
		low, high = min(low, max(r.first, from)), max(high, min(r.first+int64(r.n), to))
	}
	if low >= high {
		return
	}
	touched := points[low/s.res-s.first : (high-1)/s.res-s.first+1]
	fresh := make([]point, len(touched))
	for _, isCoarse := range []bool{false, true} {
		for _, r := range slices.Backward(runs) {
			c := r.cell()
			if c.coarse != isCoarse {
				continue
			}
			for m := max(r.first, from); m < min(r.first+int64(r.n), to); m++ {
				i, minute := m/s.res-low/s.res, uint8(m%s.res)
				known := fresh[i].mask
				if keep || isCoarse && !touched[i].coarse {
					known |= touched[i].mask
				}
				if known&(1<<minute) == 0 {
					fresh[i].put(minute, c)
				}
			}
		}
	}
	for i, p := range fresh {
		if p.mask != 0 {
			touched[i].replace(p)
			touched[i].round(significant)
		}
	}
}

// round makes the point what it is once it is stored.
func (p *point) round(significant uint) {
	p.v, p.max = keepBits(p.v, significant), keepBits(p.max, significant)
	if p.max <= p.v {
		p.max, p.peak = p.v, uint8(bits.TrailingZeros8(p.mask))
	}
	source := p.source
	p.cell = p.observed().cell()
	p.source = source
}
