package kafka

import "math"

// densityEstimate is the bytes per record of exact windows: bytes and records, older windows fade, and how far single windows
// strayed from the mean, as a fraction.
type densityEstimate struct{ bytes, records, stray float32 }

// add takes in an exact window.
func (l *densityEstimate) add(bytes, records int64) {
	if records <= 0 || bytes <= 0 {
		return
	}
	if l.records == 0 {
		*l = densityEstimate{float32(bytes), float32(records), firstMargin / chance}
		return
	}
	ratio, mean := float64(bytes)/float64(records), float64(l.bytes)/float64(l.records)
	stray := float32(math.Abs(ratio-mean) / mean)
	l.stray = forgetting*l.stray + (1-forgetting)*stray
	l.bytes = forgetting*l.bytes + float32(bytes)
	l.records = forgetting*l.records + float32(records)
}

func (l *densityEstimate) density() (density, bool) {
	if l.records == 0 {
		return density{}, false
	}
	mean := float64(l.bytes / l.records)
	return density{mean, mean, mean}.withMargin(max(leastMargin, chance*float64(l.stray))), true
}

// growth is what a log that may shrink at any time shows: most of its windows grow by all that came in, and those in
// which the cleaner ran grow by less. So the largest bytes per record that several windows agree on is taken as the true one.
type growth struct {
	most  float32
	agree uint8
}

const (
	growthRecords = 20   // a window with fewer is ignored
	growthAgree   = 0.03 // windows agree when they differ by so little
	growthMargin  = 0.1  // of what several windows agree on
)

func (g *growth) add(sp span) {
	if sp.records < growthRecords || sp.floor <= 0 {
		return
	}
	switch ratio := float32(sp.floor) / float32(sp.records); {
	case ratio > g.most*(1+growthAgree):
		g.most, g.agree = ratio, 1
	case ratio >= g.most*(1-growthAgree):
		g.most = 0.8*g.most + 0.2*ratio
		g.agree = min(g.agree, 254) + 1
	}
}

// density is wide, and unbounded above while a single window says it: that one may have been cleaned too.
func (g *growth) density() (density, bool) {
	mean := float64(g.most)
	switch g.agree {
	case 0:
		return density{}, false
	case 1:
		return density{mean, mean * (1 - growthMargin), math.Inf(1)}, true
	}
	return density{mean, mean, mean}.withMargin(growthMargin), true
}

// logDensity is the average over the log as it is kept. It means something only where the log holds all records since
// its start.
func logDensity(r reading, p policy) (density, bool) {
	if p != policyDelete && p != policyRewritten || r.size <= 0 || r.start < 0 || r.end <= r.start {
		return density{}, false
	}
	mean := float64(r.size) / float64(r.end-r.start)
	return density{mean, mean, mean}.withMargin(logMargin), true
}
