package history

import (
	"cmp"
	"math"
	"slices"

	"github.com/mskfit/mskfit/internal/workload"
)

// part is one row of a topic or group: n minutes of which last is the last, their mean with bounds, and their maximum.
type part struct {
	cell
	n, maxMinute uint8
	t, last      int64
	max          float64
}

func (p part) block() int64         { return p.last / blockMinutes }
func (p part) peakAt() int64        { return p.block()*blockMinutes + int64(p.maxMinute) }
func (p *part) minuteIn(s span) int { return int(p.last - s.first) }

// blockReader reads one quantity after another; its memory is used again. It is not safe for concurrent use.
type blockReader struct {
	parts, merged []part
	keys, spare   []uint32
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
	if !b.ascending() { // some are in memory
		slices.SortStableFunc(b.parts, func(x, y part) int { return cmp.Compare(x.t, y.t) })
		b.parts = slices.CompactFunc(b.parts, func(x, y part) bool { return x.t == y.t })
	}
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
	if slices.ContainsFunc(b.parts, withoutMethod) {
		b.parts = slices.DeleteFunc(b.parts, withoutMethod)
	}
	return nil
}

func withoutMethod(p part) bool { return p.rank == 0 }

func (b *blockReader) ascending() bool {
	for i := 1; i < len(b.parts); i++ {
		if b.parts[i].t <= b.parts[i-1].t {
			return false
		}
	}
	return true
}

// mean takes a row. Without a maximum the minutes were all alike, and the first of them stands for the peak.
func (b *blockReader) mean(t int64, v float64) {
	last, n := splitBlockTime(t)
	n = min(max(n, 1), blockMinutes)
	first := max(0, last%blockMinutes-int64(n)+1)
	b.parts = append(b.parts, part{cell: cell{v: v}, t: t, last: last, n: uint8(n), max: v, maxMinute: uint8(first)})
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
// tells them, to within 0.05 %. worth is what a minute counts as a value of its own; nil: 1.
func (b *blockReader) statistics(parts []part, worth func(source uint8, p *part) float64, name func(sources uint64, rank uint8) string) *workload.Quantity {
	var t tally
	b.keys = slices.Grow(b.keys[:0], len(parts)*blockMinutes)
	for i := range parts {
		p := &parts[i]
		value := 1.0
		if worth != nil {
			value = worth(p.source, p)
		}
		t.add(p.cell, int(p.n), value)
		t.top(p.max, p.peakAt())
		b.keys = p.spread(b.keys)
	}
	if t.minutes == 0 {
		return nil
	}
	b.keys, b.spare = radixSort(b.keys, b.spare)
	return t.quantity(name(t.sources, t.rank), func(p float64) float64 { return keyValue(nearestRank(b.keys, p)) })
}

// spread adds the minutes of a part as its mean and maximum tell them. Up to twice the mean, they are taken to lie
// evenly between the maximum and its mirror image, as the order statistics of a noisy load do: a mean of 10 and a
// maximum of 14 make 6, 8, 10, 12, 14. A higher maximum is a spike, and the other minutes are alike: 10 and 30 make 30 and
// four times 5.
func (p *part) spread(keys []uint32) []uint32 {
	n := int(p.n)
	value, step := p.v, 0.0
	switch {
	case n == 1 || p.max <= p.v:
	case p.max > 2*p.v:
		keys = append(keys, sortKey(p.max))
		n--
		value = (p.v*float64(p.n) - p.max) / float64(n)
	default:
		value, step = p.max, 2*(p.max-p.v)/float64(n-1)
	}
	for range n {
		keys = append(keys, sortKey(value))
		value -= step
	}
	return keys
}

// sortKey cuts a value that is not negative to 21 significant bits: the bits of such floats sort like the numbers.
func sortKey(v float64) uint32 {
	if v <= 0 { // the mirror image of a maximum may fall a hair below
		return 0
	}
	return uint32(math.Float64bits(v) >> 32)
}

func keyValue(k uint32) float64 { return math.Float64frombits(uint64(k) << 32) }

// radixSort sorts keys by their upper 22 bits, which tell values 0.05 % apart, in two passes of 11; spare is memory to use. It
// returns the sorted keys and the other slice.
func radixSort(keys, spare []uint32) (sorted, other []uint32) {
	spare = slices.Grow(spare[:0], len(keys))[:len(keys)]
	for shift := uint32(10); shift < 32; shift += 11 {
		var at [1 << 11]uint32
		for _, k := range keys {
			at[k>>shift&(1<<11-1)]++
		}
		next := uint32(0)
		for i, n := range at {
			at[i], next = next, next+n
		}
		for _, k := range keys {
			d := k >> shift & (1<<11 - 1)
			spare[at[d]] = k
			at[d]++
		}
		keys, spare = spare, keys
	}
	return keys, spare
}
