package kafka

import "time"

// unknownOffset is an offset that was not read.
const unknownOffset = -1

// pastLog is what reading back knows of one partition.
type pastLog struct {
	// end is the end offset when reading back began.
	end int64
	// first is the offset of the oldest record that is left, unknownOffset when there is none, and since its timestamp in
	// milliseconds since 1970.
	first, since int64
	// newer and older are the offsets of the first records at or after the two instants asked last.
	newer, older int64
	density      density
	// dense: bytes per record are known. blurred: the cleaner takes records out, so that those that are left stand for others, too.
	// skewed: its timestamps do not show when records came in.
	dense, blurred, skewed bool
}

// readable reports whether the log shows anything of the past.
func (l *pastLog) readable() bool { return l.first != unknownOffset && !l.skewed }

// note takes in the offset at the next older instant.
func (l *pastLog) note(offset int64) { l.newer, l.older = l.older, offset }

// pastFlow is what a partition took in between two instants.
type pastFlow struct {
	records, low, high float64
	// missing are records that came before the log begins, by the log's mean rate: they are not in records.
	missing float64
	// known is false when nothing is: then all is missing, and that may be zero because no rate is known.
	known bool
}

// The error of counting by timestamps.
const (
	// pastBlur is how far a record's timestamp may lie from when the broker took it in: linger, retries, and clocks.
	pastBlur = 5 * time.Second
	// missingPeak is how many times the mean rate what is missing may have been.
	missingPeak = 4
)

// flow counts the records between the instants a and b.
//
// Offset 1,300 at b and 1,000 at a make 300 records. A log that begins with offset 700 at a quarter past a holds three quarters of
// the interval; at a mean rate of 400 a interval 100 are missing. One that begins with offset 0 has had none before.
func (l *pastLog) flow(a, b, now time.Time) pastFlow {
	from, to := a.UnixMilli(), b.UnixMilli()
	switch {
	case l.end == 0:
		return pastFlow{known: true} // nothing was ever written to it
	case !l.readable() || l.newer == unknownOffset || l.older == unknownOffset:
		return pastFlow{missing: l.rate(now) * float64(to-from)}
	case l.since >= to && l.first > 0:
		return pastFlow{missing: l.rate(now) * float64(to-from)}
	}
	n := float64(max(0, l.newer-l.older))
	f := pastFlow{records: n, low: n, high: n, known: true}
	if l.since > from && l.first > 0 {
		f.missing = l.rate(now) * float64(l.since-from)
	}
	if l.blurred {
		f.low, f.high = 0, max(2*n, n+missingPeak*l.rate(now)*float64(to-from))
	}
	return f
}

// rate is the mean number of records a millisecond over the log as it is kept; 0 when it is not known.
func (l *pastLog) rate(now time.Time) float64 {
	if span := now.UnixMilli() - l.since; l.first != unknownOffset && span > 0 {
		return float64(l.end-l.first) / float64(span)
	}
	return 0
}
