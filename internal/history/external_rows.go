package history

import (
	"cmp"
	"maps"
	"math"
	"math/bits"
	"slices"

	"github.com/mskfit/mskfit/internal/workload"
)

// row is one value of one series of the external store. t is in milliseconds since 1970.
type row struct {
	id metricID
	t  int64
	v  float64
}

// blockID is five minutes of what a source says of topics, groups and partitions.
type blockID struct {
	cluster, source string
	index           int64
}

// blocks are the five minutes that are not over: an external store cannot replace a value that it has, and gets them whole.
type blocks map[blockID][]*entry

// mostBlocks is how many five minutes of one source may be open: more means that somebody reads back out of order.
const mostBlocks = 3

// add takes an entry and returns the rows that it completes.
func (b blocks) add(e *entry) (out []row, err error) {
	err = e.each(func(id seriesID, r run) {
		if id.level == ofCluster {
			for m := r.first; m < e.end(); m++ {
				p := point{cell: r.cell(), max: float64(r.value), mask: 1}
				out = p.rows(out, id, m)
			}
		}
	})
	if err != nil || !slices.ContainsFunc(e.ids, func(id seriesID) bool { return id.level != ofCluster }) {
		return out, err
	}
	source := e.ids[0].source
	for index := e.first / blockMinutes; index*blockMinutes < e.end(); index++ {
		id := blockID{e.cluster, source, index}
		b[id] = append(slices.Clip(b[id]), e)
	}
	indexes := []int64{}
	for id := range b {
		if id.cluster == e.cluster && id.source == source {
			indexes = append(indexes, id.index)
		}
	}
	slices.Sort(indexes)
	for i, index := range indexes {
		over := (index+1)*blockMinutes <= e.end()
		behind := len(indexes) > mostBlocks && i < len(indexes)-1
		if over || behind || e.n > 1 && index*blockMinutes < e.end() { // nothing more comes for what is read back in windows
			if out, err = b.finish(out, blockID{e.cluster, source, index}); err != nil {
				return out, err
			}
		}
	}
	return out, nil
}

// finish gives the rows of a block and lets go of it.
func (b blocks) finish(out []row, id blockID) ([]row, error) {
	runs := map[seriesID][]run{}
	var order []seriesID
	for _, e := range b[id] {
		err := e.each(func(s seriesID, r run) {
			if s.level == ofCluster {
				return
			}
			if runs[s] == nil {
				order = append(order, s)
			}
			runs[s] = append(runs[s], r)
		})
		if err != nil {
			return out, err
		}
	}
	delete(b, id)
	sp := span{id.index, 1, blockMinutes}
	for _, s := range order {
		points := make([]point, 1)
		sp.putAll(points, runs[s], bitsOf(s.quantity), false)
		if p := &points[0]; p.mask != 0 {
			out = p.rows(out, s, id.index)
		}
	}
	return out, nil
}

// before returns the rows of the blocks that end before a minute.
func (b blocks) before(minute int64) (out []row, err error) {
	for _, id := range slices.SortedFunc(maps.Keys(b), func(x, y blockID) int { return int(x.index - y.index) }) {
		if (id.index+1)*blockMinutes <= minute {
			if out, err = b.finish(out, id); err != nil {
				return out, err
			}
		}
	}
	return out, nil
}

// entries lists what is open of a cluster.
func (b blocks) entries(cluster string) (out []*entry) {
	for _, id := range slices.SortedFunc(maps.Keys(b), func(x, y blockID) int { return int(x.index - y.index) }) {
		if id.cluster == cluster {
			out = append(out, b[id]...)
		}
	}
	return out
}

// maskMillis is what marks the minutes with data of five: their bits are added to it and to the last minute's start.
// Timestamps are
// equidistant as long as blocks are full, and different for any two parts of a block. Below it, the milliseconds are the
// number of minutes with data,
// the timestamp's is the last of them: an earlier version wrote them so.
const maskMillis = 100

// rows gives the rows of the point in a slot.
func (p *point) rows(out []row, id seriesID, slot int64) []row {
	t, stat := slot*minuteMillis, ""
	if id.level != ofCluster {
		t, stat = ((slot+1)*blockMinutes-1)*minuteMillis+maskMillis+int64(p.mask), statMean
	}
	out = append(out, row{metricID{seriesID: id, stat: stat}, t, p.v})
	if stat != "" && p.max > p.v {
		out = append(out, row{metricID{seriesID: id, stat: statMax}, t, p.max},
			row{metricID{seriesID: id, stat: statMaxMinute}, t, float64(p.peak)})
	}
	if id.quantity == windowSeconds {
		return out
	}
	o := p.observed()
	low, high := fromUpperHalf(o.low), fromUpperHalf(o.high)
	bound := func(name string, ratio float64) {
		out = append(out, row{metricID{seriesID: id, method: methods[p.rank-1], bound: name}, t, ratio})
	}
	ceiling := p.v == 0 && !math.IsInf(high, 1) && high > 0
	switch {
	case low == high && !ceiling: // there is at least one, for it carries the method
		bound(boundBoth, low)
		return out
	case low > 0:
		bound(boundLow, low)
	}
	switch {
	case ceiling:
		bound(boundCeiling, high)
	case high > 0:
		bound(boundHigh, high)
	}
	return out
}

// remote is one series of an answer of the external store.
type remote struct {
	id      metricID
	replica string // the one that wrote it; empty: a process that shared with none
	t       []int64
	v       []float64
}

// remoteID names a series of the store with the one that wrote it.
type remoteID struct {
	metricID
	replica string
}

// remoteAt is a point of one writer: what is beside a value is the same one's.
type remoteAt struct {
	t       int64
	replica string
}

// storedRows reads the series of one figure into the points of a span.
func storedRows(sp span, all []*remote) func([]point) error {
	return func(into []point) error {
		found := map[remoteAt]*remotePoint{}
		for _, others := range []bool{false, true} { // values first
			for _, one := range all {
				for i := range one.t {
					if one.id.isValue() != others {
						takeRow(found, sp, one.id, remoteAt{one.t[i], one.replica}, one.v[i])
					}
				}
			}
		}
		order := func(a, b remoteAt) int { return cmp.Or(cmp.Compare(a.t, b.t), cmp.Compare(a.replica, b.replica)) }
		for _, key := range slices.SortedFunc(maps.Keys(found), order) {
			p := found[key].finish(all[0].id.quantity == windowSeconds)
			at := key.t/minuteMillis/sp.res - sp.first
			if p.rank > 0 && at >= 0 && at < int64(sp.n) {
				joinPart(&into[at], p)
			}
		}
		return nil
	}
}

// remotePoint is a point whose rows are still being read.
type remotePoint struct {
	point
	bounds observed
}

// maskOf are the minutes with data of the five minutes at t.
func maskOf(t int64) uint8 {
	if millis := t % minuteMillis; millis > maskMillis {
		return uint8(millis-maskMillis) & (1<<blockMinutes - 1)
	}
	last, n := t/minuteMillis%blockMinutes, min(max(t%minuteMillis, 1), blockMinutes)
	return uint8((1<<n - 1) << max(0, last-n+1) & (1<<blockMinutes - 1))
}

// joinPart takes a part of five minutes. Where a minute came twice, the part that knows more stays.
func joinPart(p *point, part point) {
	switch {
	case p.mask&part.mask == 0:
		p.join(part)
	case part.minutes() > p.minutes():
		*p = part
	}
}

// isValue distinguishes means and values from what is beside them.
func (id metricID) isValue() bool { return id.bound == "" && (id.stat == "" || id.stat == statMean) }

func takeRow(found map[remoteAt]*remotePoint, sp span, id metricID, at remoteAt, v float64) {
	p := found[at]
	if id.isValue() {
		p = &remotePoint{}
		p.v, p.max, p.mask = v, v, 1
		if sp.res > 1 {
			p.mask = maskOf(at.t)
		}
		p.peak = uint8(bits.TrailingZeros8(p.mask))
		found[at] = p
		return
	}
	if p == nil {
		return
	}
	switch code := upperHalf(v); {
	case id.stat == statMax:
		p.max = v
	case id.stat == statMaxMinute:
		p.peak = uint8(v)
	case id.bound == boundBoth:
		p.bounds.low, p.bounds.high = code, code
	case id.bound == boundLow:
		p.bounds.low = code
	case id.bound == boundHigh, id.bound == boundCeiling:
		p.bounds.high = code
	}
	if id.bound != "" {
		p.bounds.flags = max(p.bounds.flags, rankOf(id.method))
	}
}

// finish is what the rows come to; without a method it is no figure, except for the length of a window.
func (r *remotePoint) finish(length bool) point {
	p := r.point
	r.bounds.value = float32(p.v)
	p.cell = r.bounds.cell()
	if length {
		p.rank, p.coarse = rankOf(workload.Measured), p.v >= coarseWindow.Seconds()
	}
	return p
}
