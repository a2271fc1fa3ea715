package kafka

import (
	"time"

	"github.com/mskfit/mskfit/internal/workload"
)

// scope says over which time a sample's rates are taken.
type scope uint8

const (
	lastWindow scope = iota // since the sweep before
	wholeTime               // since the first sweep
)

// replicationLag is how long a record may be in the leader's log before the end offset shows it: followers fetch it first.
// A log's size shows it at once.
const replicationLag = 50 * time.Millisecond

// edges tell how far the instants at which single brokers were read may lie from those of the sample's window, and so
// how much may have flowed unnoticed at the edges.
type edges struct {
	from, to *sweepTimes
	window   workload.Window
}

// of returns the edge error of a broker as a fraction of its rates: the time by which its own window may differ from the
// sample's, over the window. During that time there may have been nothing, or twice the mean.
//
// A window of 60 s whose first reading took 40 ms and lay 100 ms early, and whose last took 20 ms, has (20 + 100 + 10 +
// 2 × 50) ms ÷ 60 s = 0.4 %.
func (e edges) of(broker int32) float64 {
	seconds := e.window.Duration().Seconds()
	if e.from == nil || e.to == nil || seconds <= 0 {
		return 0
	}
	off := 2 * replicationLag
	off += apart(e.from.brokers[broker], e.window.Start) + apart(e.to.brokers[broker], e.window.End)
	return off.Seconds() / seconds
}

// apart is the farthest that an instant of the broker's reading may lie from t.
func apart(b brokerTimes, t time.Time) time.Duration {
	var off time.Duration
	for _, s := range []stamp{b.ends, b.sizes} {
		if !s.zero() {
			off = max(off, s.mid().Sub(t).Abs()+s.width()/2)
		}
	}
	return off
}

// ofCommits is the same for the commits that a coordinator answered.
func (e edges) ofCommits(coordinator int32) float64 {
	seconds := e.window.Duration().Seconds()
	if e.from == nil || e.to == nil || seconds <= 0 {
		return 0
	}
	return (e.from.brokers[coordinator].commits.width() + e.to.brokers[coordinator].commits.width()).Seconds() / 2 / seconds
}
