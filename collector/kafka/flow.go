package kafka

import "math"

// flow is what one partition took in over a span of time, where it was measured. Bounds hold the error of bytes per
// record, not that of time.
type flow struct {
	records, bytes, low, high, seconds float64
	// unsized are records whose bytes are unknown; they are not in bytes.
	unsized float64
	// sized is true when all bytes come from log sizes or whole windows of batches.
	sized bool
}

// windowTotals is the sum of a partition's windows since the first sweep. Fields are small: there are as many as partitions.
type windowTotals struct {
	bytes   float64
	records int64
	// unsized are the records whose bytes were not known, or had no upper bound, when they came in.
	unsized     int64
	under, over float32 // bytes that it may be less, or more
	seconds     float32
	unseen      uint16 // seconds in which a log that is gone may have taken in more
	loose       bool   // some bytes are estimated
}

func (t *windowTotals) add(f flow) {
	t.records += int64(f.records)
	t.seconds += float32(f.seconds)
	t.loose = t.loose || !f.sized
	if math.IsInf(f.high, 1) {
		t.unsized += int64(f.records)
		return
	}
	t.bytes += f.bytes
	t.unsized += int64(f.unsized)
	t.under += float32(f.bytes - f.low)
	t.over += float32(f.high - f.bytes)
}

// flow returns the sum, with what is known by now of the bytes of records that were unsized when they came in.
func (t windowTotals) flow(d density, known bool) flow {
	f := flow{records: float64(t.records), bytes: t.bytes, low: t.bytes - float64(t.under), high: t.bytes + float64(t.over),
		seconds: float64(t.seconds), unsized: float64(t.unsized), sized: !t.loose}
	if known && t.unsized > 0 {
		f.bytes += f.unsized * d.mean
		f.low += f.unsized * d.low
		f.high += f.unsized * d.high
		f.unsized = 0
	}
	return f
}

// flowOf turns a span into bytes. A span that log sizes do not give is records × bytes per record, kept within what sizes do
// give; without a density its records are unsized.
//
// 80 records at 10 to 12 bytes each are 800 to 960 bytes; a log that holds all of them and has 900 bytes makes it 800 to 900.
func flowOf(sp span, seconds float64, d density, known bool) flow {
	f := flow{records: float64(sp.records), seconds: seconds, sized: sp.sized}
	switch {
	case sp.sized:
		f.bytes, f.low, f.high = float64(sp.bytes), float64(sp.bytes), float64(sp.bytes)
	case sp.records == 0:
		f.sized = true
	case !known:
		f.unsized = f.records
	default:
		f.bytes, f.low, f.high = f.records*d.mean, f.records*d.low, f.records*d.high
		f.keepWithin(sp)
	}
	return f
}

// keepWithin narrows an estimate by what log sizes leave possible.
func (f *flow) keepWithin(sp span) {
	if floor := float64(sp.floor); floor > 0 {
		f.low = max(f.low, floor)
	}
	if ceiling := float64(sp.ceiling); sp.ceiling >= 0 && ceiling >= f.low {
		f.high = min(f.high, ceiling)
	}
	f.high = max(f.high, f.low)
	f.bytes = min(max(f.bytes, f.low), f.high)
}
