package kafka

import "math"

// density is bytes per offset of what a partition takes in: compressed batches with their headers ÷ records. The true
// mean over a window is believed to lie in [low, high].
type density struct{ mean, low, high float64 }

func (d density) width() float64 { return (d.high - d.low) / d.mean }

// widened returns the density with bounds moved apart by a fraction of the mean.
func (d density) widened(by float64) density {
	return density{d.mean, max(0, d.low-by*d.mean), d.high + by*d.mean}
}

// Margins of densities, as fractions. Windows of one partition differ by chance; three times what they usually differ by
// holds nearly all of them.
const (
	forgetting   = 0.7   // weight that earlier windows keep at each new one
	chance       = 3     // standard errors, or mean deviations, that the bounds reach out
	leastMargin  = 0.01  // of a density learnt from windows
	firstMargin  = 0.05  // of one learnt from a single window
	sampleMargin = 0.005 // of one from batch headers, beyond its standard error
	singleMargin = 0.3   // of one from a single batch
	otherMargin  = 0.1   // added when it comes from the topic's other partitions
	logMargin    = 0.2   // of the average over the whole log, whose records may be older than their habits
)

// batches are the headers of record batches that were looked at: sums that give the ratio of bytes to records and its
// standard error. With batches of 100 records in 1,000 bytes and 50 in 600, the ratio is 1,600 ÷ 150 = 10.7.
type batches struct {
	n, bytes, records                          float64
	bytesBytes, bytesRecords, recordsOfRecords float64 // Σ b², Σ b·r, Σ r²
	// covered holds the bytes of the whole window when sweep's sample held all of it.
	covered int64
	sweep   int32
}

func (b *batches) add(bytes, records float64) {
	b.n++
	b.bytes += bytes
	b.records += records
	b.bytesBytes += bytes * bytes
	b.bytesRecords += bytes * records
	b.recordsOfRecords += records * records
}

// forget lowers the weight of what was seen so far.
func (b *batches) forget() {
	for _, v := range []*float64{&b.n, &b.bytes, &b.records, &b.bytesBytes, &b.bytesRecords, &b.recordsOfRecords} {
		*v *= forgetting
	}
}

// merge adds what another partition's batches tell.
func (b *batches) merge(o *batches) {
	if o == nil {
		return
	}
	b.n += o.n
	b.bytes += o.bytes
	b.records += o.records
	b.bytesBytes += o.bytesBytes
	b.bytesRecords += o.bytesRecords
	b.recordsOfRecords += o.recordsOfRecords
}

// density returns the ratio with bounds of three standard errors. The error is that of a ratio of sums: the deviations of
// single batches from the ratio, Σ (bᵢ − r·nᵢ)².
func (b *batches) density() (density, bool) {
	if b == nil || b.records == 0 {
		return density{}, false
	}
	mean := b.bytes / b.records
	d := density{mean, mean, mean}
	if b.n < 2 {
		return d.widened(singleMargin), true
	}
	squares := max(0, b.bytesBytes-2*mean*b.bytesRecords+mean*mean*b.recordsOfRecords)
	standardError := math.Sqrt(squares*b.n/(b.n-1)) / b.records
	return d.widened(sampleMargin + min(singleMargin, chance*standardError/mean)), true
}

// narrowest returns the density with the closest bounds.
func narrowest(candidates ...func() (density, bool)) (density, bool) {
	best, found := density{}, false
	for _, c := range candidates {
		if d, ok := c(); ok && d.mean > 0 && (!found || d.width() < best.width()) {
			best, found = d, true
		}
	}
	return best, found
}

// density returns the best that is known of the partition: its own windows and batches, those of the topic's other
// partitions, or its log as a whole. It reports false when nothing is known.
func (p *partition) density(t *topic) (density, bool) {
	d, ok := narrowest(p.learnt.density, p.sample.density)
	if ok && d.width() < 2*otherMargin {
		return d, true
	}
	return narrowest(
		func() (density, bool) { return d, ok },
		func() (density, bool) { return p.growth.density() },
		func() (density, bool) { return t.pool.density() },
		func() (density, bool) { return logDensity(p.fresh, t.policy) },
	)
}

// pool is what is known of a topic as a whole.
type pool struct {
	learnt  learnt
	batches batches
}

// density is wider than that of the partitions, which may differ from each other.
func (p *pool) density() (density, bool) {
	d, ok := narrowest(p.learnt.density, p.batches.density)
	if !ok {
		return density{}, false
	}
	return d.widened(otherMargin), true
}
