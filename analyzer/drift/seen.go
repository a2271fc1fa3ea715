package drift

import (
	"time"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// Seen says when figures were last observed, so that what is missing counts from the last sample and not from the moment at which
// the window of the alerts has emptied. The zero value takes every figure for one of now.
type Seen struct {
	// Since is from when on the program has been watching: what was missing before is not held against anybody. Zero: unknown.
	Since time.Time
	// Newest is the end of the newest sample of the cluster; zero: unknown.
	Newest time.Time
	// Late is how old the newest figures may be by the nature of their source.
	Late time.Duration
	// Rules is the end of the newest minute behind each rule's figure, by the rule's id; a rule that is not in it is taken for one
	// of now.
	Rules map[string]time.Time
}

// at is when the rule's figure was last observed.
func (s Seen) at(rule string, now time.Time) time.Time {
	at, ok := s.Rules[rule]
	if !ok {
		return now
	}
	if !s.Newest.IsZero() && at.After(s.Newest) {
		at = s.Newest // the minute is not over
	}
	at = at.Add(s.Late)
	if at.After(now) {
		return now
	}
	return at
}

// after is the later of when a figure was last seen and since when the program has been watching.
func (s Seen) after(at time.Time) time.Time {
	if at.Before(s.Since) {
		return s.Since
	}
	return at
}

// LastSeen lists when the figures behind the rules of v were last observed in w.
func LastSeen(w workload.Workload, v verdict.Verdict) map[string]time.Time {
	out := map[string]time.Time{}
	figures := verdict.FiguresOf(w)
	for _, o := range v.Options {
		for _, r := range o.Rules {
			if q := verdict.QuantityOf(figures, r.ID); q != nil && !q.LastAt.IsZero() {
				out[r.ID] = q.LastAt
			}
		}
	}
	return out
}
