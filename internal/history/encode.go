package history

import (
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

// smallest is the least positive number with all its bits in 32-bit floating point. No rate or count comes near it.
const smallest = 0x1p-126

// keepBits rounds v to n significant bits, half to even: 1,000,003 to 16 bits is 1,000,000. NaN and infinities stay; what is
// below 1.2e-38 becomes zero.
func keepBits(v float64, n uint) float64 {
	u := math.Float64bits(v)
	drop := mantissaBits + 1 - n
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return v
	}
	if math.Abs(v) < smallest {
		return 0
	}
	u += 1<<(drop-1) - 1 + u>>drop&1
	return math.Float64frombits(u &^ (1<<drop - 1))
}

// keepBitsUp rounds a positive v up to n significant bits: an error may grow on its way to disk, never shrink. What is too
// small to be kept becomes the smallest number that is.
func keepBitsUp(v float64, n uint) float64 {
	if v == 0 || math.IsNaN(v) || math.IsInf(v, 0) {
		return v
	}
	drop := mantissaBits + 1 - n
	u := math.Float64bits(max(v, smallest)) + 1<<drop - 1
	return math.Float64frombits(u &^ (1<<drop - 1))
}

func bitsOf(q Quantity) uint {
	switch q {
	case Topics, Partitions, Compacted, Groups, Connections, windowSeconds:
		return countBits
	}
	return rateBits
}

// observed is a figure as it is kept, in 9 bytes: its value, how far it may be off, and how it was obtained.
type observed struct {
	value float32
	// low and high are ratios of the value, of a value of zero high is the upper bound itself: upper halves of 32-bit numbers.
	low, high uint16
	// flags are the rank of the method, and coarse.
	flags uint8
}

// coarse marks a figure that is the mean of a window much longer than a minute.
const coarse = 1 << 3

// observe keeps a figure. Its bounds are never narrower than they were, by more than the rounding of the value.
func observe(f workload.Figure, bits uint) observed {
	kept := keepBits(f.Value, bits)
	low, high := errorRatios(kept, f.Low, f.High)
	return observed{float32(kept), low, high, rankOf(f.Method)}
}

// errorRatios codes bounds around a value that is kept.
func errorRatios(kept, low, high float64) (lowCode, highCode uint16) {
	if kept > 0 {
		lowCode = upperHalf(ratioUp((kept - math.Max(low, 0)) / kept))
	}
	switch {
	case math.IsInf(high, 1):
		highCode = upperHalf(high)
	case kept == 0:
		highCode = upperHalf(keepBitsUp(math.Max(high, 0), errorBits))
	default:
		highCode = upperHalf(ratioUp((high - kept) / kept))
	}
	return lowCode, highCode
}

// ratioUp rounds up what is not the rounding of the value itself. The tolerance keeps what was read back and is written again.
func ratioUp(r float64) float64 {
	if r < 1.0/(1<<rateBits) {
		return 0
	}
	return keepBitsUp(r*(1-1e-9), errorBits)
}

func upperHalf(v float64) uint16 { return uint16(math.Float32bits(float32(v)) >> 16) }

func fromUpperHalf(code uint16) float64 { return float64(math.Float32frombits(uint32(code) << 16)) }

// cell returns the figure without the minutes that it is about.
func (o observed) cell() cell {
	c := cell{v: float64(o.value), rank: o.flags &^ coarse, coarse: o.flags&coarse != 0}
	low, high := fromUpperHalf(o.low), fromUpperHalf(o.high)
	if low < 1 {
		c.low = c.v * (1 - low)
	}
	switch {
	case math.IsInf(high, 1) || c.v == 0:
		c.high = high
	default:
		c.high = c.v * (1 + high)
	}
	return c
}

// observed is the inverse of observed.cell.
func (c cell) observed() observed {
	low, high := errorRatios(c.v, c.low, c.high)
	flags := c.rank
	if c.coarse {
		flags |= coarse
	}
	return observed{float32(c.v), low, high, flags}
}
