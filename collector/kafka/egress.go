package kafka

import (
	"math"
	"time"
)

const (
	// defaultCommitInterval is Kafka's auto.commit.interval.ms: how far behind its reading a consumer commits.
	defaultCommitInterval = 5 * time.Second
	// fastestPartition is more than one partition can be read by one group: faster is a jump of offsets. In bytes per second.
	fastestPartition = 2e9
)

// progress is a group's way through one partition.
type progress struct {
	partition        int32
	evaluated, fresh commit
	// moved is when the commit was last seen to have changed.
	moved time.Time
	// still is true when a sweep since then saw no change although there was something to commit.
	still bool
	// window is the last window, total the sum of all that counted.
	window, total consumption
	fault         fault
}

// consumption is what a group committed of one partition. Nothing bounds it from above: what was read and is not committed yet does
// not show, nor what is read again after a rebalance, a restart or an aborted transaction.
type consumption struct {
	records, bytes, low, seconds float64
	// begin is how many bytes at most were read before the window and committed in it.
	begin float64
}

// Faults of a group's progress, beyond those of partitions.
const (
	faultReset fault = iota + 100 // the commit went back
	faultJump                     // the commit moved further than anybody reads, or while no one was there to read
)

// cadence is the longest time that the group was seen not to commit although there was something to commit.
type cadence struct{ longest time.Duration }

// interval is how long the group may have read without committing.
func (c cadence) interval() time.Duration { return max(defaultCommitInterval, c.longest) }

// consumed compares two commits of one partition, a before b, seconds apart. dNew is the density of what came in during the
// window, dOld that of what was there before. active says whether the group has members.
//
// Of 600 records committed, 400 may have come in during the window and 200 before; each part has its own bytes per record.
func consumed(a, b commit, seconds float64, active bool, dNew, dOld density) (consumption, fault) {
	switch {
	case a.sweep == 0:
		return consumption{}, faultNew
	case b.sweep == 0 || a.end < 0 || b.end < 0 || seconds <= 0:
		return consumption{}, faultUnread
	case b.offset < a.offset:
		return consumption{}, faultReset
	}
	records := b.offset - a.offset
	fresh := max(0, b.offset-max(a.offset, a.end))
	old := records - fresh
	c := consumption{
		records: float64(records), seconds: seconds,
		bytes: float64(fresh)*dNew.mean + float64(old)*dOld.mean,
		low:   float64(fresh)*dNew.low + float64(old)*dOld.low,
	}
	switch {
	case c.bytes/seconds > fastestPartition:
		return consumption{}, faultJump
	case !active && old > 0 && a.lag() > 0 && b.lag() == 0 && old > 10*max(1, b.end-a.end):
		return consumption{}, faultJump // set to the end while no one reads: an administrator's reset
	}
	return c, faultNone
}

// uncommitted is how many records a group may have read beyond its commit: no more than there are, and no more than it
// reads between two commits.
func uncommitted(c commit, recordsPerSec float64, every time.Duration, active bool) float64 {
	if !active {
		return 0
	}
	return math.Min(float64(c.lag()), recordsPerSec*every.Seconds())
}
