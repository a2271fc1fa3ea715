package history

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
)

const (
	// shortWindow: anything shorter waits for the rest of its minute.
	shortWindow = 55 * time.Second
	// leastOfMinute is how much of a minute must have been seen for it to count.
	leastOfMinute = 30 * time.Second
	// coarseWindow is how long the window behind a minute is at least for the minute to be coarse.
	coarseWindow = 90 * time.Second
)

// roller assigns the windows of one source of one cluster to whole minutes. It is not safe for concurrent use.
type roller struct {
	cluster, source string
	short           shortMinute
	next            int64     // the minute after the last whole window
	end             time.Time // where that window ended
	ids             []seriesID
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
	quantity Quantity
}

type weighted struct {
	seconds, value, low, high float64
	method                    workload.Method
}

// add takes one window's observations and returns the entries that they complete.
func (r *roller) add(w workload.Window, obs []observation) (out []*entry) {
	d := w.Duration()
	if d < shortWindow {
		return r.addShort(w, obs)
	}
	first, n := r.minutes(w)
	if r.short.means != nil && r.short.minute >= first { // this window has that minute too, and it counts once
		r.short = shortMinute{}
	}
	return append(r.finishShort(), r.entry(obs, first, n, d)...)
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

// entry makes the entries of a window. obs is its own to change.
func (r *roller) entry(obs []observation, first int64, n int, d time.Duration) (out []*entry) {
	for _, o := range obs {
		if o.level == ofCluster && (o.quantity == Ingress || o.quantity == Messages) {
			window := workload.Exactly(d.Round(time.Second).Seconds(), workload.Measured, "")
			obs = append(obs, observation{level: ofCluster, quantity: windowSeconds, figure: window})
			break
		}
	}
	isCoarse := d >= coarseWindow
	// Which partition is the busiest changes all the time: it has an entry of its own, so that the others share their series.
	rest := slices.DeleteFunc(slices.Clone(obs), func(o observation) bool { return o.level == ofPartition })
	busiest := slices.DeleteFunc(obs, func(o observation) bool { return o.level != ofPartition })
	if len(rest) > 0 {
		e := newEntry(rest, r.seriesOf(rest), first, n, isCoarse)
		if e.shared = slices.Equal(e.ids, r.ids); e.shared {
			e.ids = r.ids
		}
		r.ids = e.ids
		out = append(out, e)
	}
	if len(busiest) > 0 {
		out = append(out, newEntry(busiest, r.seriesOf(busiest), first, n, isCoarse))
	}
	return out
}

func (r *roller) seriesOf(obs []observation) []seriesID {
	ids := make([]seriesID, len(obs))
	for i, o := range obs {
		ids[i] = seriesID{r.cluster, r.source, o.level, o.name, o.quantity}
	}
	return ids
}

// flush returns the minute of short windows when it was over before minute.
func (r *roller) flush(minute int64) []*entry {
	if r.short.minute < minute {
		return r.finishShort()
	}
	return nil
}

func (r *roller) addShort(w workload.Window, obs []observation) (out []*entry) {
	minute := w.Start.Add(w.Duration()/2).UnixMilli() / minuteMillis
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
	m.seconds += k
	m.value, m.low, m.high = m.value+k*f.Value, m.low+k*f.Low, m.high+k*f.High
	if m.method.Better(f.Method) {
		m.method = f.Method
	}
}

// finishShort closes the minute that short windows were put into. Less than half a minute is not kept.
func (r *roller) finishShort() []*entry {
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
	return r.entry(obs, s.minute, 1, time.Minute)
}

func (a rollerID) compare(b rollerID) int {
	return cmp.Or(cmp.Compare(a.cluster, b.cluster), cmp.Compare(a.source, b.source))
}

// nearestMinute is the minute that starts nearest to a time.
func nearestMinute(millis int64) int64 { return int64(math.Floor(float64(millis)/minuteMillis + 0.5)) }
