package history

import (
	"hash/crc32"
	"math"

	"github.com/mskfit/mskfit/internal/workload"
)

// How many significant bits are kept; what is cut off is below every error that a collector states.
const (
	rateBits  = 16
	countBits = 24 // counts up to 16,777,216 are exact
	errorBits = 4
)

const mantissaBits = 52

// smallestNormal is the least positive number with all its significant bits. Below it a float64 has fewer.
const smallestNormal = 0x1p-1022

// keepBits rounds v to n significant bits, half to even: 1,000,003 to 16 bits is 1,000,000. NaN and infinities stay; what
// is too small to have n bits (under 2.3e-308: a byte in longer than the universe is old) becomes zero.
func keepBits(v float64, n uint) float64 {
	u := math.Float64bits(v)
	drop := mantissaBits + 1 - n
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return v
	}
	if math.Abs(v) < smallestNormal {
		return 0
	}
	u += 1<<(drop-1) - 1 + u>>drop&1
	return math.Float64frombits(u &^ (1<<drop - 1))
}

// keepBitsUp rounds a positive v up to n significant bits: an error may grow on its way to disk, never shrink. What is too
// small to have n bits stays as it is.
func keepBitsUp(v float64, n uint) float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) || v < smallestNormal {
		return v
	}
	drop := mantissaBits + 1 - n
	u := math.Float64bits(v) + 1<<drop - 1
	return math.Float64frombits(u &^ (1<<drop - 1))
}

func bitsOf(q quantity) uint {
	switch q {
	case topics, partitions, compacted, groups, connections:
		return countBits
	}
	return rateBits
}

// minuteShift places the three bits of a minute right below the bits that a rate keeps.
const minuteShift = mantissaBits + 1 - rateBits - 3

// withMinute puts the minute (0–7) of a maximum into bits that the rounded value does not use. Zero carries none.
func withMinute(v float64, minute int) float64 {
	if v == 0 {
		return 0
	}
	return math.Float64frombits(math.Float64bits(v) | uint64(minute&7)<<minuteShift)
}

func splitMinute(v float64) (value float64, minute int) {
	u := math.Float64bits(v)
	return math.Float64frombits(u &^ (7 << minuteShift)), int(u >> minuteShift & 7)
}

// placeOf codes a partition as a number that float64 holds exactly: 32 bits of the topic's checksum and 20 of the partition.
func placeOf(topic string, partition int32) float64 {
	return float64(uint64(crc32.ChecksumIEEE([]byte(topic)))<<20 | uint64(partition)&(1<<20-1))
}

func topicCode(place float64) uint32 { return uint32(uint64(place) >> 20) }

func partitionCode(place float64) int32 {
	if code := int32(uint64(place) & (1<<20 - 1)); code < 1<<20-1 {
		return code
	}
	return workload.SomePartition // its last twenty bits
}

// accuracy is a figure without its value: how it was obtained and how far it may be off.
type accuracy struct {
	method    workload.Method
	low, high float64 // ratios of the value
	ceiling   float64 // the upper bound of a value of zero
}

// accuracyOf measures the bounds of f against the value as it is kept. Figures here are never negative.
func accuracyOf(f workload.Figure, kept float64) accuracy {
	a := accuracy{method: f.Method}
	switch {
	case math.IsInf(f.High, 1):
		a.high = math.Inf(1)
	case kept == 0:
		a.ceiling = keepBitsUp(math.Max(f.High, 0), errorBits)
	default:
		a.high = ratioUp((f.High - kept) / kept)
	}
	if kept > 0 {
		a.low = ratioUp((kept - math.Max(f.Low, 0)) / kept)
	}
	return a
}

// ratioUp rounds up what is not the rounding of the value itself.
func ratioUp(r float64) float64 {
	if r < 1.0/(1<<rateBits) {
		return 0
	}
	return keepBitsUp(r, errorBits)
}

// bounds gives the accuracy as the series that hold it. There is at least one, for it carries the method.
func (a accuracy) bounds(each func(bound string, ratio float64)) {
	switch {
	case a.low == a.high && a.ceiling == 0:
		each(boundBoth, a.low)
		return
	case a.low > 0:
		each(boundLow, a.low)
	}
	if a.high > 0 {
		each(boundHigh, a.high)
	}
	if a.ceiling > 0 {
		each(boundCeiling, a.ceiling)
	}
}
