package msk

import (
	"time"

	"github.com/mskfit/mskfit/collector"
)

const (
	// firstReading is how far the first call reads back.
	firstReading = time.Hour
	// habits is how far before a span its series are read where nothing is remembered of them: that is how it becomes known what to
	// expect. A metric costs the same however long the span is.
	habits = remembered
	// longestReading is how far back a call reads after a pause; what lies before is for ReadBack.
	longestReading = day
	// replacedFor is how long a datapoint that never came in time still replaces what was taken for it.
	replacedFor = 3 * time.Hour
	minute      = time.Minute
)

// task is a span to read for some tiers: what is in [start, end) is given out, and what lies before, from from on, only remembered.
type task struct {
	tiers            []tier
	from, start, end time.Time
}

// due lists what there is to read now. Tiers that have come as far as each other are read together; what is under way is waited
// for.
func (s *Source) due(now time.Time) (out []task) {
	end := now.Add(-s.cfg.Delay).Truncate(block)
	s.mu.Lock()
	intervals := [tiers]time.Duration{s.plan.Rates.Interval, s.plan.Details.Interval}
	s.mu.Unlock()
	toPay := 0
	for t := range tiers {
		if f := s.fetching[t]; f != nil {
			if f.task.tiers[0] == t {
				out = append(out, f.task)
			}
			continue
		}
		r := &s.tiers[t]
		if intervals[t] == 0 || end.Sub(r.to) < intervals[t] && !r.to.IsZero() {
			continue
		}
		start := latest(r.next, end.Add(-longestReading))
		if !start.Before(end) { // the clock was set back
			continue
		}
		toPay += len(of(s.series, t.has))
		if !s.purse.affords(toPay) {
			s.noteSpent(t)
			continue
		}
		s.gapsOf[t] = &collector.Gaps{}
		if n := len(out); n > 0 && out[n-1].start.Equal(start) && out[n-1].end.Equal(end) && s.fetching[out[n-1].tiers[0]] == nil {
			out[n-1].tiers = append(out[n-1].tiers, t)
			out[n-1].from = earliest(out[n-1].from, s.from(t, start))
			continue
		}
		out = append(out, task{[]tier{t}, s.from(t, start), start, end})
	}
	return out
}

func (t tier) has(x *series) bool { return x.tier == t }

// from is where a reading that gives out what is after start begins: earlier where nothing is remembered of the series, or where
// datapoints are missing that may have come by now.
func (s *Source) from(t tier, start time.Time) time.Time {
	if owed := s.owed[t]; len(owed) > 0 {
		return earliest(start, owed[0].at).Add(-habits)
	}
	if !s.warm[t] {
		return start.Add(-habits)
	}
	return start
}
