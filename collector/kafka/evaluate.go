package kafka

import (
	"fmt"
	"math"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
)

// evaluate compares the readings of this sweep with the last ones, updates the estimates, and makes the samples.
func (s *Source) evaluate(g *gaps) workload.Sample {
	clear(s.result.elapsed)
	broken := s.result.finished > 0 && s.clockJumped()
	if broken {
		g.add("all rates of this window", "the clock changed, or the machine was suspended", "the window is excluded")
	}
	for _, name := range s.world.names {
		s.evaluateTopic(s.world.topics[name], broken, g)
	}
	for _, name := range sortedKeys(s.groups) {
		s.evaluateGroup(s.groups[name], broken, g)
	}
	if s.result.finished == 0 {
		g.add("rates", "rates need two sweeps", "the first sweep has no rates")
	}
	s.addUndescribableGaps(g)
	s.result.window = s.windowSince(s.result.finished)
	if s.result.finished == 0 {
		s.result.origin, s.result.firstTimes = s.middleOf(s.sweep), *s.clock.of(s.sweep)
	}
	s.result.previous, s.result.finished = s.result.finished, s.sweep
	s.result.gaps = g
	return s.sample(lastWindow, g)
}

func (s *Source) clockJumped() bool {
	before, now := s.clock.of(s.result.finished), s.clock.of(s.sweep)
	return before == nil || jumped(before.begun, now.begun)
}

func (s *Source) middleOf(sweep int32) time.Time {
	if t := s.clock.of(sweep); t != nil {
		return t.middle()
	}
	return s.now()
}

// windowSince is the time between the middles of two sweeps; an instant after the first.
func (s *Source) windowSince(sweep int32) workload.Window {
	end := s.middleOf(s.sweep).UTC()
	if sweep == 0 || s.clock.of(sweep) == nil {
		return workload.Window{Start: end, End: end}
	}
	return workload.Window{Start: s.middleOf(sweep).UTC(), End: end}
}

func (s *Source) evaluateTopic(t *topic, broken bool, g *gaps) {
	var bytes, records int64
	spans := make([]span, len(t.parts))
	t.pool.batches = batches{}
	for i := range t.parts {
		p := &t.parts[i]
		sp := between(p.evaluated, p.fresh, t.policy)
		if sp.fault == faultNone && broken {
			sp = span{fault: faultClock}
		}
		together := s.timeBetween(p.evaluated, p.fresh).together()
		if p.sample != nil && p.sample.sweep == s.sweep && sp.fault == faultNone && !sp.sized {
			sp, together = span{records: sp.records, bytes: p.sample.covered, sized: true}, true
		}
		if sp.sized && t.policy != policyRewritten {
			if d, known := p.density(t); !sp.plausible(d, known) {
				sp = span{records: sp.records, ceiling: -1}
			}
		}
		switch {
		case !together: // the bytes are not those of the records
		case sp.sized:
			p.densityEstimate.add(sp.bytes, sp.records)
			bytes += sp.bytes
			records += sp.records
		case t.policy != policyDelete:
			p.growth.add(sp)
		}
		t.pool.batches.merge(p.sample)
		spans[i] = sp
	}
	t.pool.densityEstimate.add(bytes, records)
	if t.policy == policyRewritten && records > 0 {
		g.count("bytes of topic", t.name, whyRecompressed, "ingress is taken from the log, with wide bounds", opensIngress)
	}
	for i := range t.parts {
		s.evaluatePartition(t, int32(i), spans[i], g)
	}
}

func (s *Source) evaluatePartition(t *topic, n int32, sp span, g *gaps) {
	p := &t.parts[n]
	seconds := s.timeBetween(p.evaluated, p.fresh).seconds(sp.sized)
	if sp.fault == faultNone && seconds <= 0 {
		sp.fault = faultForgotten
	}
	p.fault, p.window = sp.fault, flow{}
	if sp.fault == faultNone {
		var d density
		known := false
		if !sp.sized {
			d, known = p.density(t)
		}
		p.window = flowOf(sp, seconds, d, known)
		if t.policy == policyRewritten {
			p.window.rewritten()
		}
		p.total.add(p.window)
		if t.first == s.sweep { // the topic was made again: it is unknown what its old log took in since the last sweep
			p.total.unseen += uint16(min(math.Ceil(seconds), float64(math.MaxUint16-p.total.unseen)))
		}
		if p.window.unsized > 0 {
			g.count("bytes of partition", partitionName(t, n), s.unsizedReason(t),
				"its records are counted; its bytes are estimated from the cluster's average, without an upper bound", opensIngress)
		}
	} else if s.result.finished > 0 {
		if text := sp.fault.why(); text != "" {
			g.count("window of partition", partitionName(t, n), text, "its rates for this window are excluded")
		}
	}
	if p.fresh.end >= 0 {
		p.evaluated = p.fresh
	}
}

// How much larger or smaller what was sent may have been than what the broker made of it. Orders in JSON became 6.3 times
// smaller by zstd, 50 ms to a batch; log lines reach 15. What comes in compressed by another codec seldom halves or doubles.
const (
	rewrittenUnder = 0.5
	rewrittenOver  = 20
)

// rewritten moves the bounds apart of a topic whose batches the broker compresses again: its log is not what was sent.
func (f *flow) rewritten() {
	f.low, f.high, f.sized = f.low*rewrittenUnder, f.high*rewrittenOver, false
}

func (s *Source) unsizedReason(t *topic) string {
	switch {
	case !s.cfg.SampleBatches:
		return "log sizes do not show them, and sample_batches is off"
	case t.unreadable == s.slow.round && s.slow.round > 0:
		return "log sizes do not show them, and the user lacks the Read permission on the topic"
	}
	return "log sizes do not show them, and no record batch has been sampled yet"
}

func partitionName(t *topic, n int32) string { return fmt.Sprintf("%s-%d", t.name, n) }

// why says what a fault means; "" for those that other gaps explain.
func (f fault) why() string {
	switch f {
	case faultNew:
		return "it is new since the last sweep"
	case faultUnread, faultForgotten:
		return "its offsets could not be read, now or in the sweeps before"
	case faultOffline:
		return "it has no leader: nothing can be written to it"
	case faultWentBack:
		return "its end offset went back: records were lost, or the topic was recreated"
	}
	return ""
}
