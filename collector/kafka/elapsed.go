package kafka

import "time"

// elapsed is the time between two readings of brokers, by what was read. It is the same for all partitions that the same brokers
// lead, and is worked out once for them.
type elapsed struct {
	sizes, ends float64 // seconds between the readings of log sizes and of end offsets; 0: one of the two is not known any more
	apart       float64 // seconds by which the two may differ at most
}

// seconds is the time of a span: by log sizes where they were read and the span rests on them, else by end offsets. It is 0 or less
// when that is not known.
func (e elapsed) seconds(sized bool) float64 {
	if sized && e.sizes != 0 {
		return e.sizes
	}
	return e.ends
}

// together reports whether log sizes and end offsets were read closely enough for the bytes of a window to be those of its records.
// A broker that stalls between the two makes a window of 4 s have the bytes of 4 s and the records of half a second.
func (e elapsed) together() bool {
	return e.sizes > 0 && e.ends > 0 && e.apart <= firstMargin*e.ends
}

// elapsedKey names two readings: the sweep and the leader of each.
type elapsedKey struct{ fromSweep, from, toSweep, to int32 }

// timeBetween is the time from reading a to reading b of a partition.
func (s *Source) timeBetween(a, b reading) elapsed {
	key := elapsedKey{a.sweep, a.leader, b.sweep, b.leader}
	e, known := s.result.elapsed[key]
	if !known {
		e = elapsedBetween(s.clock.of(a.sweep), s.clock.of(b.sweep), a.leader, b.leader)
		s.result.elapsed[key] = e
	}
	return e
}

func elapsedBetween(from, to *sweepTimes, a, b int32) (e elapsed) {
	if from == nil || to == nil {
		return elapsed{}
	}
	x, y := from.brokers[a], to.brokers[b]
	var sizes, ends time.Duration
	if !x.sizes.zero() && !y.sizes.zero() {
		sizes = y.sizes.mid().Sub(x.sizes.mid())
	}
	if !x.ends.zero() && !y.ends.zero() {
		ends = y.ends.mid().Sub(x.ends.mid())
	}
	blurred := (x.sizes.width() + y.sizes.width() + x.ends.width() + y.ends.width()) / 2
	return elapsed{sizes: sizes.Seconds(), ends: ends.Seconds(), apart: ((sizes - ends).Abs() + blurred).Seconds()}
}
