// Package observe observes one cluster for a while, sweep by sweep, and turns what it saw into a verdict. Start with
// [Run], then [Decide]. It knows neither the cluster's protocol nor the terminal: a collector.Source comes in, and
// progress goes out as values.
package observe

import (
	"errors"
	"time"

	"github.com/mskfit/mskfit/internal/yamlfile"
)

const (
	// parts is how many windows an observation has unless configured otherwise: enough to see a burst and to lose one window
	// without losing the observation.
	parts = 12
	// The shortest and the longest interval chosen by itself. A minute is the resolution of statistics; more often costs
	// requests and shows no more.
	shortestInterval = time.Second
	longestInterval  = time.Minute
	// longestFor is where `mskfit run` is the better way: it keeps what it saw.
	longestFor = 24 * time.Hour
)

// Plan is how long to observe and how often.
type Plan struct {
	// For is the time from the first sweep to the last (1s–24h).
	For time.Duration
	// Interval is the time between sweeps, 1s or more; 0: a twelfth of For, between a second and a minute. It is
	// adjusted so that For is a whole number of intervals.
	Interval time.Duration
	// Past reads back what was before the observation while it goes on, Backfill far; what it has not reached when the
	// observation is over is left out. No Past, or a Backfill of 0: nothing is read back.
	Past     Past
	Backfill time.Duration
}

// Validate reports a plan that cannot give a rate, as errors about the fields "for" and "interval".
func (p Plan) Validate() error {
	var errs []error
	switch {
	case p.For < shortestInterval:
		errs = append(errs, yamlfile.Invalid("for", "%s is too short: a rate needs two sweeps, %s apart at least", p.For,
			shortestInterval))
	case p.For > longestFor:
		errs = append(errs, yamlfile.Invalid("for", "%s is too long: use at most %s, or mskfit run to watch for longer", p.For,
			longestFor))
	}
	switch {
	case p.Interval == 0:
	case p.Interval < shortestInterval:
		errs = append(errs, yamlfile.Invalid("interval", "%s is too short: use %s or more", p.Interval, shortestInterval))
	case p.Interval > p.For && len(errs) == 0:
		errs = append(errs, yamlfile.Invalid("for", "%s is shorter than two sweeps: they are %s apart (interval)", p.For,
			p.Interval))
	}
	return errors.Join(errs...)
}

// windows is the number of windows, at least one.
func (p Plan) windows() int {
	interval := p.Interval
	if interval == 0 {
		interval = min(max(p.For/parts, shortestInterval), longestInterval)
	}
	return max(1, int((p.For+interval/2)/interval))
}

// Sweeps is the number of sweeps: one more than there are windows between them.
func (p Plan) Sweeps() int { return p.windows() + 1 }

// mark is when sweep i is due, from the start; the last is due at For exactly.
func (p Plan) mark(i int) time.Duration {
	return time.Duration(float64(p.For) * float64(i) / float64(p.windows()))
}

// next is the first sweep after i that is due at or after elapsed. It skips what a slow cluster has made too late, but never
// the last: an observation ends with a sweep. After the last it returns Sweeps.
func (p Plan) next(i int, elapsed time.Duration) int {
	last := p.windows()
	if i >= last {
		return p.Sweeps()
	}
	for i++; i < last && p.mark(i) < elapsed; i++ {
	}
	return i
}
