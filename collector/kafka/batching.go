package kafka

import (
	"math"
	"slices"

	"github.com/mskfit/mskfit/internal/workload"
)

const (
	fromCounted = "kafka: record batches, counted in part of the log"
	fromRecords = "kafka: end offsets, a batch holds at least one record"
)

// fewMargin is how far a count of n batches may be off beyond its standard error, times 1/√n: a few equal batches do not show
// that all are equal. Batches of one fetch count once: a producer that stalled has filled all of them.
const fewMargin = 0.5

// staleFactor is how far batches ÷ records may have changed since an earlier window: a producer that waits linger.ms sends as many
// batches at half the load, each half as full.
const staleFactor = 2

// perRecord returns producers' batches ÷ records, with bounds; as density does for bytes. Of fewer than two batches the bounds are
// nothing and twice as many.
func (b *batches) perRecord() (density, bool) {
	if b == nil {
		return density{}, false
	}
	mean, relative, ok := b.sent.estimate()
	if !ok {
		return density{}, false
	}
	few := b.sent.n
	if b.fetches > 0 {
		few = min(few, b.fetches)
	}
	off := min(1, chance*relative+fewMargin/math.Sqrt(few))
	if mean == 0 { // nothing but transaction markers
		return density{0, 0, 1}, true
	}
	return density{mean, mean * (1 - off), mean * (1 + off)}, true
}

// habits are what the batches of a topic that were seen within one scope show.
type habits struct {
	pool batches
	// busiest is the highest rate of batches among the partitions that were seen, busiestHigh the highest that it may be.
	busiest, busiestHigh float64
	sampled              bool
}

// sampled reports whether the partition's batches were seen within the scope: in its last window, or ever.
func (v *view) sampled(p *partition) bool {
	return p.sample != nil && (v.scope == wholeWindowEdges || p.sample.sampled == v.sweep)
}

func (v *view) habitsOf(t *topic) (h habits) {
	for i := range t.parts {
		p := &t.parts[i]
		f, ok := p.flow(v.scope, t)
		if !ok || !v.sampled(p) {
			continue
		}
		h.sampled = true
		h.pool.merge(p.sample)
		if d, known := p.sample.perRecord(); known && f.seconds > 0 {
			rate := f.records / f.seconds
			h.busiest = max(h.busiest, d.mean*rate)
			h.busiestHigh = max(h.busiestHigh, min(1, d.high)*rate)
		}
	}
	return h
}

// sent returns how many record batches producers wrote of what a partition took in, and false where no batch of the topic was
// seen. There are never more than records, and never fewer than it takes to carry the bytes. A partition whose batches were never
// seen has only these bounds: other producers may write to it than to its neighbours.
//
// 100 records, 20 of them seen in 4 batches, are 20 batches; were each record 400 kB and the limit 1 MB, at least 40.
func (v *view) sent(p *partition, t *topic, h *habits, f flow) (value, low, high float64, known bool) {
	if v.scope == lastWindow && p.sample != nil && p.sample.sweep == v.sweep {
		n := float64(p.sample.coveredSent)
		return n, n, n, true
	}
	least := 0.0
	if limit, ok := t.largestAllowed(); ok && limit > 0 {
		least = min(f.records, f.low/limit)
	}
	own, seen := p.sample.perRecord()
	value, low, high = f.records*own.mean, f.records*own.low, f.records*own.high
	switch {
	case seen && v.sampled(p):
	case seen:
		low, high = low/staleFactor, high*staleFactor
		if h.sampled {
			low, high = h.extrapolate(low, high, f)
		}
	default:
		value, known = h.like(t, f)
		low, high, seen = least, f.records, known
	}
	if !seen {
		return f.records, least, f.records, false
	}
	low = min(f.records, max(least, low))
	high = max(low, min(f.records, high))
	return min(max(value, low), high), low, high, true
}

// extrapolate moves the bounds of a partition that was seen in an earlier window apart, so that it may have become like those
// seen in this one: its producers fill batches as full as theirs, or send as many a second.
func (h *habits) extrapolate(low, high float64, f flow) (lower, higher float64) {
	if d, ok := h.pool.perRecord(); ok {
		d = d.withMargin(otherMargin)
		low = min(low, f.records*d.low, h.busiest*f.seconds*(1-otherMargin))
		high = max(high, f.records*d.high, h.busiestHigh*f.seconds*(1+otherMargin))
	}
	return low, high
}

// like estimates a partition's batches by others: its producers fill batches as full as theirs, or send as many a second (linger.ms
// makes a batch of whatever came in, however little). The estimate lies between the two; false where no batch of the topic was
// seen.
func (h *habits) like(t *topic, f flow) (float64, bool) {
	if d, ok := h.pool.perRecord(); ok {
		return math.Sqrt(f.records * d.mean * min(f.records, h.busiest*f.seconds)), true
	}
	d, ok := t.pool.batches.perRecord()
	return f.records * d.mean, ok
}

// addSent adds a partition's batches to those of its topic, with its bounds times down and up.
func (v *view) addSent(p *partition, t *topic, f flow, down, up float64, n *topicSums) {
	value, low, high, known := v.sent(p, t, &n.habits, f)
	n.sent.add(value/f.seconds, low/f.seconds*down, high/f.seconds*up, known)
	if f.records > 0 {
		n.writing++
	}
}

// batches is the figure of a topic or the cluster: estimated at best, for the log is read in part.
func (s *sum) batches() *workload.Figure {
	source := fromCounted
	if !s.sized {
		source = fromRecords
	}
	return s.figure(workload.Estimated, source)
}

// codecNames are the compressions of a record batch, by number.
var codecNames = []string{"none", "gzip", "snappy", "lz4", "zstd"}

// compression lists the codecs of the batches that were seen; nil where none was.
func (t *topic) compression() []string {
	if t.batches == nil {
		return nil
	}
	var out []string
	for i, name := range codecNames {
		if t.batches.codecs&(1<<i) != 0 {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}
