package kafka

import (
	"sync"
	"time"
)

// clockMemory is how many sweeps back a reading may lie and still begin a window: a broker may be silent for that long and
// its partitions are then averaged over the longer span.
const clockMemory = 8

// clock remembers when each broker answered in the last few sweeps. It is safe for concurrent use while a sweep runs.
type clock struct {
	mu     sync.Mutex
	sweeps []sweepTimes // oldest first, the current one last
}

// sweepTimes are the instants of one sweep.
type sweepTimes struct {
	sweep   int32
	begun   time.Time
	brokers map[int32]brokerTimes
}

// brokerTimes are when one broker read its end offsets, its log sizes and its groups' commits.
type brokerTimes struct{ ends, sizes, commits stamp }

func (c *clock) begin(sweep int32, now time.Time) {
	c.sweeps = append(c.sweeps, sweepTimes{sweep, now, map[int32]brokerTimes{}})
	if len(c.sweeps) > clockMemory+1 {
		c.sweeps = append(c.sweeps[:0], c.sweeps[1:]...)
	}
}

// note changes the current sweep's times of a broker.
func (c *clock) note(broker int32, set func(*brokerTimes)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	current := c.sweeps[len(c.sweeps)-1].brokers
	t := current[broker]
	set(&t)
	current[broker] = t
}

// silent reports whether the broker has answered nothing in the current sweep.
func (c *clock) silent(broker int32) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	t := c.sweeps[len(c.sweeps)-1].brokers[broker]
	return t.ends.zero() && t.sizes.zero()
}

// of returns the times of a sweep, or nil when it is forgotten.
func (c *clock) of(sweep int32) *sweepTimes {
	for i := range c.sweeps {
		if c.sweeps[i].sweep == sweep {
			return &c.sweeps[i]
		}
	}
	return nil
}

// middle is the instant of the whole sweep: the mean of all instants at which brokers were read.
func (t *sweepTimes) middle() time.Time {
	var sum time.Duration
	n := 0
	for _, b := range t.brokers {
		for _, s := range []stamp{b.ends, b.sizes} {
			if !s.zero() {
				sum += s.mid().Sub(t.begun)
				n++
			}
		}
	}
	if n == 0 {
		return t.begun
	}
	return t.begun.Add(sum / time.Duration(n))
}

// jumped reports whether the wall clock was set, or the machine slept, between two sweeps. The monotonic clock stops
// while a machine sleeps, and is not touched when the clock is set; so the two disagree.
func jumped(a, b time.Time) bool {
	wall, steady := b.Round(0).Sub(a.Round(0)), b.Sub(a)
	if wall <= 0 || steady <= 0 {
		return true
	}
	return (wall - steady).Abs() > time.Second+steady/100
}
