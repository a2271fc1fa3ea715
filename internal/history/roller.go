package history

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
)

const (
	// shortWindow: anything shorter waits for the rest of its minute.
	shortWindow = 55 * time.Second
	// leastOfMinute is how much of a minute must have been seen for it to count.
	leastOfMinute = 30 * time.Second
	// openBlocks is how many five minutes of one source may be open: more means that somebody reads back out of order.
	openBlocks = 3
)

// roller turns the samples of one source of one cluster into rows: a minute each for the cluster, five minutes for topics
// and groups. It is not safe for concurrent use.
type roller struct {
	cluster, source string
	short           shortMinute
	next            int64     // the minute after the last whole window
	end             time.Time // where that window ended
	blocks          map[int64]*block
}

// block is five minutes that are not over.
type block struct {
	order []figureID
	sums  map[figureID]*sum
}

// shortMinute puts windows shorter than a minute together, weighted by time.
type shortMinute struct {
	minute int64
	seen   time.Duration
	order  []observation // the figures are not used
	means  map[observationID]*weighted
}

type observationID struct {
	level    level
	name     string
	quantity quantity
}

type weighted struct {
	seconds, value, low, high float64
	method                    workload.Method
}

func newRoller(cluster, source string) *roller {
	return &roller{cluster: cluster, source: source, blocks: map[int64]*block{}}
}

// add takes one window's observations and returns the rows that they complete.
func (r *roller) add(w workload.Window, obs []observation) []row {
	d := w.Duration()
	if d < shortWindow {
		return r.addShort(w, obs)
	}
	first, n := r.minutes(w)
	if r.short.means != nil && r.short.minute >= first { // the window tells of that minute, and it counts once
		r.short = shortMinute{}
	}
	out := r.finishShort()
	return r.addMinutes(out, obs, first, n, d)
}

// minutes assigns a window to whole minutes. A loop whose windows follow each other, but not quite on the minute, must
// not skip one of them now and then.
func (r *roller) minutes(w workload.Window) (first int64, n int) {
	first = nearestMinute(w.Start.UnixMilli())
	end := nearestMinute(w.End.UnixMilli())
	follows := !r.end.IsZero() && w.Start.Sub(r.end).Abs() < 10*time.Second
	if follows && first == r.next+1 {
		first = r.next
	}
	n = max(1, int(end-first))
	if w.End.After(r.end) {
		r.next, r.end = first+int64(n), w.End
	}
	return first, n
}

func (r *roller) addMinutes(out []row, obs []observation, first int64, n int, d time.Duration) []row {
	rated := false
	for _, o := range obs {
		id := figureID{r.cluster, r.source, o.level, o.name, o.quantity}
		if o.level == ofCluster {
			rated = rated || o.quantity == ingress || o.quantity == messages
			out = minuteRows(out, id, o, first, n)
			continue
		}
		r.addToBlocks(id, o.figure, first, n)
	}
	if rated {
		seconds := observation{figure: workload.Figure{Value: keepBits(d.Round(time.Second).Seconds(), countBits)}}
		out = minuteRows(out, figureID{r.cluster, r.source, ofCluster, "", windowSeconds}, seconds, first, n)
	}
	return r.closeBlocks(out, first+int64(n), d > 2*time.Minute)
}

func (r *roller) addToBlocks(id figureID, f workload.Figure, first int64, n int) {
	for end := first + int64(n); first < end; {
		index := first / blockMinutes
		until := min(end, (index+1)*blockMinutes)
		b := r.blocks[index]
		if b == nil {
			b = &block{sums: map[figureID]*sum{}}
			r.blocks[index] = b
		}
		s := b.sums[id]
		if s == nil {
			s = &sum{}
			b.sums[id] = s
			b.order = append(b.order, id)
		}
		s.add(f, first, int(until-first))
		first = until
	}
}

// closeBlocks writes the blocks that ended before minute; those that began before it, too, when whole is set (windows of
// several minutes are read back from somewhere, and nothing more comes for their blocks); and all but the newest when there
// are too many.
func (r *roller) closeBlocks(out []row, minute int64, whole bool) []row {
	indexes := slices.Sorted(maps.Keys(r.blocks))
	for i, index := range indexes {
		over := (index+1)*blockMinutes <= minute
		behind := len(indexes) > openBlocks && i < len(indexes)-1
		if over || behind || whole && index*blockMinutes < minute {
			out = r.blocks[index].rows(out)
			delete(r.blocks, index)
		}
	}
	return out
}

func (b *block) rows(out []row) []row {
	for _, id := range b.order {
		out = b.sums[id].rows(out, id)
	}
	return out
}

// flush writes everything that was over before minute.
func (r *roller) flush(minute int64) []row {
	var out []row
	if r.short.minute < minute {
		out = r.finishShort()
	}
	for _, index := range slices.Sorted(maps.Keys(r.blocks)) {
		if (index+1)*blockMinutes <= minute {
			out = r.blocks[index].rows(out)
			delete(r.blocks, index)
		}
	}
	return out
}

// open gives the rows of what is not over yet, for answers; it changes nothing.
func (r *roller) open() []row {
	var out []row
	for _, index := range slices.Sorted(maps.Keys(r.blocks)) {
		out = r.blocks[index].rows(out)
	}
	return out
}

func (r *roller) addShort(w workload.Window, obs []observation) []row {
	minute := w.Start.Add(w.Duration()/2).UnixMilli() / minuteMillis
	var out []row
	if r.short.means == nil || r.short.minute != minute {
		out = r.finishShort()
		r.short = shortMinute{minute: minute, means: map[observationID]*weighted{}}
	}
	r.short.seen += w.Duration()
	for _, o := range obs {
		id := observationID{o.level, o.name, o.quantity}
		m := r.short.means[id]
		if m == nil {
			m = &weighted{method: o.figure.Method}
			r.short.means[id] = m
			r.short.order = append(r.short.order, o)
		}
		m.add(o.figure, w.Duration().Seconds())
	}
	return out
}

func (m *weighted) add(f workload.Figure, k float64) {
	if f.Method == "" { // a place: the one that led the longest part would need them all, the last will do
		m.seconds, m.value = 1, f.Value
		return
	}
	m.seconds += k
	m.value, m.low, m.high = m.value+k*f.Value, m.low+k*f.Low, m.high+k*f.High
	if m.method.Better(f.Method) {
		m.method = f.Method
	}
}

// finishShort closes the minute that short windows were put into. Less than half a minute is not kept.
func (r *roller) finishShort() []row {
	s := r.short
	r.short = shortMinute{}
	if s.seen < leastOfMinute {
		return nil
	}
	obs := make([]observation, 0, len(s.order))
	for _, o := range s.order {
		m := s.means[observationID{o.level, o.name, o.quantity}]
		k := cmp.Or(m.seconds, 1)
		o.figure = workload.Figure{Value: m.value / k, Low: m.low / k, High: m.high / k, Method: m.method}
		obs = append(obs, o)
	}
	return r.addMinutes(nil, obs, s.minute, 1, time.Minute)
}

func (a rollerID) compare(b rollerID) int {
	return cmp.Or(cmp.Compare(a.cluster, b.cluster), cmp.Compare(a.source, b.source))
}
