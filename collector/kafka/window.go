package kafka

// fault is why a partition's window does not count.
type fault uint8

const (
	faultNone      fault = iota
	faultNew             // there is no earlier reading
	faultUnread          // its offsets could not be read now, or not lately
	faultOffline         // it has no leader: nothing can flow
	faultWentBack        // the end offset went back: records were lost (unclean election) or the topic was made again
	faultClock           // the clock changed, or the machine was suspended
	faultForgotten       // the earlier reading is too old
)

// span is what one partition took in between two readings, before time is considered.
type span struct {
	// records is the difference of end offsets. It is what the brokers count as messages in: a transaction's marker
	// takes an offset and counts as one.
	records int64
	// bytes is exact when sized: nothing but appends changed the log. Otherwise bytes are in [floor, ceiling]; ceiling -1
	// is none.
	bytes          int64
	sized          bool
	floor, ceiling int64
	fault          fault
}

// between compares two readings of one partition, a before b.
//
// With deletion as the only policy, a log whose leader and start offset did not move grew by exactly what came in:
// size 1,000 then 1,700 means 700 bytes. When the start moved, whole segments went away: of start 0 → 50, end
// 100 → 180, size 1,000 → 900 only this is known for certain: 80 records, and not more bytes than the 900 that are there, for
// the old end is still in the log. A compacted log shows no more than that it took in at least what it grew by.
func between(a, b reading, p policy) span {
	switch {
	case b.leader < 0 && a.leader < 0 && a.sweep > 0:
		return span{fault: faultOffline}
	case a.sweep == 0:
		return span{fault: faultNew}
	case b.end < 0 || a.end < 0:
		return span{fault: faultUnread}
	case b.end < a.end:
		return span{fault: faultWentBack}
	}
	s := span{records: b.end - a.end, ceiling: -1}
	grown, comparable := b.size-a.size, a.size >= 0 && b.size >= 0 && a.leader == b.leader
	if comparable {
		s.floor = max(0, grown) // whatever shrinks a log, it grows only by appends
	}
	if p != policyDelete && p != policyRewritten || b.size < 0 {
		return s
	}
	if b.start >= 0 && b.start <= a.end {
		s.ceiling = b.size
	}
	if comparable && grown >= 0 && a.start >= 0 && a.start == b.start {
		return span{records: s.records, bytes: grown, sized: true, floor: grown, ceiling: grown}
	}
	return s
}

// segmentBytes is what a deletion takes away at the least, for it to be distinguished from the edges of the readings.
const segmentBytes = 256 << 10

// plausible reports whether a sized span fits what is known of the partition's records. It fails when a segment was
// deleted in the instant between reading start offset and size: the span then holds far fewer bytes than its records need.
func (s span) plausible(d density, known bool) bool {
	needed := d.low * float64(s.records)
	return !known || float64(s.bytes) >= 0.5*needed || needed-float64(s.bytes) < segmentBytes
}
