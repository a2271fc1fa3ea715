package kafka

// density is bytes per offset of what a partition takes in: compressed batches with their headers ÷ records. The true
// mean over a window is believed to lie in [low, high].
type density struct{ mean, low, high float64 }

func (d density) width() float64 { return (d.high - d.low) / d.mean }

// withMargin returns the density with bounds moved apart by a fraction of the mean.
func (d density) withMargin(by float64) density {
	return density{d.mean, max(0, d.low-by*d.mean), d.high + by*d.mean}
}

// Margins of densities, as fractions. Windows of one partition differ by chance; three times what they usually differ by
// holds nearly all of them.
const (
	forgetting   = 0.7   // weight that earlier windows keep at each new one
	chance       = 3     // standard errors, or mean deviations, that the bounds reach out
	leastMargin  = 0.01  // of a density estimated from windows
	firstMargin  = 0.05  // of one estimated from a single window
	sampleMargin = 0.005 // of one from batch headers, beyond its standard error
	singleMargin = 0.3   // of one from a single batch
	otherMargin  = 0.1   // added when it comes from the topic's other partitions
	logMargin    = 0.2   // of the average over the whole log, whose records may be older than their habits
)

// batches are the headers of record batches that were sampled.
type batches struct {
	bytes quotient // bytes ÷ records
	sent  quotient // batches of producers ÷ records: transaction markers are records, and no producer sends them
	// covered holds the bytes of the whole window, and coveredSent its batches, when sweep's sample held all of it.
	covered, coveredSent int64
	// fetches is how many runs of batches were seen, the earlier of them with less weight.
	fetches float64
	// sampled is the last sweep with a sample.
	sweep, sampled int32
}

// add takes in one batch.
func (b *batches) add(h header) {
	b.bytes.add(float64(h.bytes), float64(h.records))
	b.sent.add(float64(h.sent()), float64(h.records))
}

// addPicked takes in a batch that was picked the more likely the more records it has: it counts as one record of its kind.
func (b *batches) addPicked(h header) {
	b.bytes.add(float64(h.bytes)/float64(h.records), 1)
	b.sent.add(float64(h.sent())/float64(h.records), 1)
}

// forget lowers the weight of what was seen so far.
func (b *batches) forget() {
	b.bytes.forget()
	b.sent.forget()
	b.fetches *= forgetting
}

// merge adds what another partition's batches show.
func (b *batches) merge(o *batches) {
	if o != nil {
		b.bytes.merge(o.bytes)
		b.sent.merge(o.sent)
		b.fetches += o.fetches
	}
}

// density returns bytes per record with bounds of three standard errors.
func (b *batches) density() (density, bool) {
	if b == nil {
		return density{}, false
	}
	mean, relative, ok := b.bytes.estimate()
	d := density{mean, mean, mean}
	switch {
	case !ok:
		return density{}, false
	case b.bytes.n < 2:
		return d.withMargin(singleMargin), true
	}
	return d.withMargin(sampleMargin + min(singleMargin, chance*relative)), true
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
	d, ok := narrowest(p.densityEstimate.density, p.sample.density)
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
	densityEstimate densityEstimate
	batches         batches
}

// density is wider than that of the partitions, which may differ from each other.
func (p *pool) density() (density, bool) {
	d, ok := narrowest(p.densityEstimate.density, p.batches.density)
	if !ok {
		return density{}, false
	}
	return d.withMargin(otherMargin), true
}
