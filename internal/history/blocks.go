package history

import (
	"math"
	"slices"

	"github.com/mskfit/mskfit/internal/workload"
)

// part is one row of a topic or group: n minutes of which last is the last, their mean with bounds, and their maximum.
type part struct {
	cell
	t         int64
	max       float64
	maxMinute uint8
}

func (p part) block() int64  { last, _ := splitBlockTime(p.t); return last / blockMinutes }
func (p part) minutes() int  { _, n := splitBlockTime(p.t); return min(max(n, 1), blockMinutes) }
func (p part) peakAt() int64 { return p.block()*blockMinutes + int64(p.maxMinute) }
func (p part) rest() float64 {
	n := float64(p.minutes())
	return math.Max(0, (p.v*n-p.max)/math.Max(n-1, 1))
}
func (p part) single() bool { return p.minutes() == 1 }
func (p part) indexIn(s span) int {
	last, _ := splitBlockTime(p.t)
	return int(last - s.first)
}

// blockReader reads one quantity after another; its memory is used again. It is not safe for concurrent use.
type blockReader struct {
	parts, merged []part
	keys, spare   []uint64
}

// read merges the sources' series of one quantity of one topic or group.
func (b *blockReader) read(all []series, sources []string) ([]part, error) {
	b.merged = b.merged[:0]
	for i, source := range sources {
		b.parts = b.parts[:0]
		if err := b.readSource(all, source); err != nil {
			return nil, err
		}
		for k := range b.parts {
			b.parts[k].source = uint8(i)
		}
		b.merge()
	}
	return b.merged, nil
}

// readSource fills parts with the rows of one source, in order of time. Rows of one instant have the same timestamp in
// every series, so that two pointers join them.
func (b *blockReader) readSource(all []series, source string) error {
	for _, s := range all {
		if s.id.source == source && s.id.stat == statMean {
			if err := s.each(b.mean); err != nil {
				return err
			}
		}
	}
	slices.SortStableFunc(b.parts, func(x, y part) int { return int(x.t - y.t) })
	b.parts = slices.CompactFunc(b.parts, func(x, y part) bool { return x.t == y.t })
	for _, s := range all {
		if s.id.source != source || s.id.stat == statMean {
			continue
		}
		i := 0
		err := s.each(func(t int64, v float64) {
			for i < len(b.parts) && b.parts[i].t < t {
				i++
			}
			if i == len(b.parts) || b.parts[i].t != t {
				return
			}
			if p := &b.parts[i]; s.id.stat == statMax {
				peak, minute := splitMinute(v)
				p.max, p.maxMinute = peak, uint8(minute)
			} else {
				p.apply(s.id, v)
			}
		})
		if err != nil {
			return err
		}
	}
	for i := range b.parts {
		b.parts[i].finish()
	}
	b.parts = slices.DeleteFunc(b.parts, func(p part) bool { return p.rank == 0 })
	return nil
}

// mean takes a row. Without a maximum the minutes were all alike, and the first of them stands for the peak.
func (b *blockReader) mean(t int64, v float64) {
	last, n := splitBlockTime(t)
	first := last - int64(max(n, 1)) + 1
	b.parts = append(b.parts, part{cell: cell{v: v}, t: t, max: v, maxMinute: uint8(max(first%blockMinutes, 0))})
}

// merge puts the better of two sources for every five minutes into merged.
func (b *blockReader) merge() {
	if len(b.merged) == 0 {
		b.merged = append(b.merged, b.parts...)
		return
	}
	mine, theirs := b.merged, b.parts
	var out []part
	for len(mine) > 0 || len(theirs) > 0 {
		var a, c []part
		switch {
		case len(theirs) == 0 || len(mine) > 0 && mine[0].block() < theirs[0].block():
			a, mine = splitBlock(mine)
		case len(mine) == 0 || theirs[0].block() < mine[0].block():
			c, theirs = splitBlock(theirs)
		default:
			a, mine = splitBlock(mine)
			c, theirs = splitBlock(theirs)
		}
		if len(a) == 0 || len(c) > 0 && c[0].better(a[0].cell) {
			a = c
		}
		out = append(out, a...)
	}
	b.merged = out
}

// splitBlock takes the parts of the first block off.
func splitBlock(parts []part) (first, rest []part) {
	n := 1
	for n < len(parts) && parts[n].block() == parts[0].block() {
		n++
	}
	return parts[:n], parts[n:]
}

// statistics rolls up the parts. Mean and peak are those of the minutes, percentiles those of the minutes as spread
// tells them.
func (b *blockReader) statistics(parts []part, worth func(source uint8, p part) float64, name func(sources uint64, rank uint8) string) *workload.Quantity {
	var t tally
	b.keys = b.keys[:0]
	for _, p := range parts {
		t.add(p.cell, p.minutes(), worth(p.source, p))
		t.top(p.max, p.peakAt())
		p.spread(func(v float64, times int) { b.keys = append(b.keys, sortKey(v, times)) })
	}
	if t.minutes == 0 {
		return nil
	}
	b.keys, b.spare = radixSort(b.keys, b.spare)
	return t.quantity(name(t.sources, t.rank), func(p float64) float64 { return weightedRank(b.keys, int(t.minutes), p) })
}

// spread tells the minutes of a part from their mean and maximum. Up to twice the mean, they are taken to lie evenly between
// the maximum and its mirror image, as the order statistics of a noisy load do: a mean of 10 and a maximum of 14 make 6, 8,
// 10, 12, 14. A higher maximum is a spike, and the other minutes are alike: 10 and 30 make 30 and four times 5.
func (p part) spread(each func(v float64, times int)) {
	n := p.minutes()
	switch {
	case n == 1 || p.max <= p.v:
		each(p.v, n)
	case p.max > 2*p.v:
		each(p.max, 1)
		each((p.v*float64(n)-p.max)/float64(n-1), n-1)
	default:
		step := 2 * (p.max - p.v) / float64(n-1)
		for i := range n {
			each(p.max-step*float64(i), 1)
		}
	}
}

// sortKey packs a value that is not negative, cut to 21 significant bits, with how often it occurs: the bits of such
// floats sort like the numbers.
func sortKey(v float64, times int) uint64 {
	return math.Float64bits(v)&^(1<<32-1) | uint64(times)
}

// weightedRank is nearestRank over keys.
func weightedRank(keys []uint64, total int, p float64) float64 {
	rank := max(1, int(math.Ceil(p*float64(total)-1e-9)))
	for _, k := range keys {
		if rank -= int(k & (1<<32 - 1)); rank <= 0 {
			return math.Float64frombits(k &^ (1<<32 - 1))
		}
	}
	return math.Float64frombits(keys[len(keys)-1] &^ (1<<32 - 1))
}

// radixSort sorts keys by their upper 32 bits in three passes of 11; spare is memory to use. It returns the sorted keys
// and the other slice.
func radixSort(keys, spare []uint64) (sorted, other []uint64) {
	if cap(spare) < len(keys) {
		spare = make([]uint64, len(keys), cap(keys))
	}
	spare = spare[:len(keys)]
	for shift := uint(32); shift < 64; shift += 11 {
		var counts [1 << 11]int
		for _, k := range keys {
			counts[k>>shift&(1<<11-1)]++
		}
		at := 0
		for i, n := range counts {
			counts[i], at = at, at+n
		}
		for _, k := range keys {
			d := k >> shift & (1<<11 - 1)
			spare[counts[d]] = k
			counts[d]++
		}
		keys, spare = spare, keys
	}
	return keys, spare
}
