package kafka

import (
	"time"

	"github.com/mskfit/mskfit/internal/workload"
)

// scope says over which time a sample's rates are taken.
type scope uint8

const (
	lastWindow       scope = iota // since the sweep before
	wholeWindowEdges              // since the first sweep
)

// blur is how exactly an instant of a reading can be compared with anybody else's: traffic comes in batches and in
// bursts, and the end offset shows a record only once followers have it, while the log's size shows it at once.
const blur = 500 * time.Millisecond

// edges say how far the instants at which single brokers were read may lie from those of the sample's window, and so
// how much may have flowed unnoticed at the edges.
type edges struct {
	from, to *sweepTimes
	window   workload.Window
}

// of returns the edge error of a broker as a fraction of its rates: the time by which its own window may differ from the
// sample's, over the window. During that time there may have been nothing, or twice the mean.
//
// A window of 60 s whose first reading took 40 ms and lay 100 ms early, and whose last took 20 ms, has (20 + 100 + 10 +
// 2 × 500) ms ÷ 60 s = 1.9 %.
func (e edges) of(broker int32) float64 {
	seconds := e.window.Duration().Seconds()
	if e.from == nil || e.to == nil || seconds <= 0 {
		return 0
	}
	off := 2 * blur
	off += apart(e.from.brokers[broker], e.window.Start) + apart(e.to.brokers[broker], e.window.End)
	return off.Seconds() / seconds
}

// apart is the farthest that an instant of the broker's reading may lie from t.
func apart(b brokerTimes, t time.Time) time.Duration {
	return max(gapTo(b.ends, t), gapTo(b.sizes, t))
}

// ofCommits is the same for the commits that a coordinator answered.
func (e edges) ofCommits(coordinator int32) float64 {
	seconds := e.window.Duration().Seconds()
	if e.from == nil || e.to == nil || seconds <= 0 {
		return 0
	}
	off := 2*blur + gapTo(e.from.brokers[coordinator].commits, e.window.Start) +
		gapTo(e.to.brokers[coordinator].commits, e.window.End)
	return off.Seconds() / seconds
}

// gapTo is the farthest that the instant of a reading may lie from t.
func gapTo(s stamp, t time.Time) time.Duration {
	if s.zero() {
		return 0
	}
	return s.mid().Sub(t).Abs() + s.width()/2
}

// edgeOf is edges.of, worked out once for each broker.
func (v *view) edgeOf(broker int32) float64 { return once(v.edge, broker, v.edges.of) }

// commitEdgeOf is edges.ofCommits, worked out once for each coordinator.
func (v *view) commitEdgeOf(coordinator int32) float64 {
	return once(v.commitEdge, coordinator, v.edges.ofCommits)
}

func once(known map[int32]float64, id int32, work func(int32) float64) float64 {
	v, ok := known[id]
	if !ok {
		v = work(id)
		known[id] = v
	}
	return v
}
