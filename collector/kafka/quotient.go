package kafka

import "math"

// quotient estimates Σx ÷ Σy from pairs that were seen, with its standard error. With batches of 100 records in 1,000 bytes and
// 50 in 600, bytes ÷ records is 1,600 ÷ 150 = 10.7. The zero value is empty.
type quotient struct {
	n, x, y    float64
	xx, xy, yy float64 // Σ x², Σ x·y, Σ y²
}

func (r *quotient) add(x, y float64) {
	r.n++
	r.x += x
	r.y += y
	r.xx += x * x
	r.xy += x * y
	r.yy += y * y
}

// forget lowers the weight of what was seen so far.
func (r *quotient) forget() {
	for _, v := range []*float64{&r.n, &r.x, &r.y, &r.xx, &r.xy, &r.yy} {
		*v *= forgetting
	}
}

func (r *quotient) merge(o quotient) {
	r.n += o.n
	r.x += o.x
	r.y += o.y
	r.xx += o.xx
	r.xy += o.xy
	r.yy += o.yy
}

// estimate is the ratio and its relative standard error, that of a ratio of sums: from the deviations of single pairs,
// Σ (xᵢ − m·yᵢ)². The error is +Inf with fewer than two pairs. It reports false where nothing was seen.
func (r *quotient) estimate() (mean, relative float64, ok bool) {
	if r.y == 0 {
		return 0, 0, false
	}
	mean = r.x / r.y
	if r.n < 2 || mean == 0 {
		return mean, math.Inf(1), true
	}
	squares := max(0, r.xx-2*mean*r.xy+mean*mean*r.yy)
	return mean, math.Sqrt(squares*r.n/(r.n-1)) / r.y / mean, true
}
