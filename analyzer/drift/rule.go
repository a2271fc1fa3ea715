package drift

import (
	"fmt"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// stepFacts is what an event says besides its level.
type stepFacts struct {
	rule        *verdict.Rule
	forecast    *verdict.Forecast
	utilization *float64
	reason      string
}

// holds are how long a level must be asked for before it is taken; the zero value takes it at once. from is since when it has been
// asked for; zero: since the step that asks first.
type holds struct {
	up, down time.Duration
	from     time.Time
}

// step moves one rule towards the wanted level with the policy's hold times.
func (d *drifter) step(key string, wanted Level, facts stepFacts) {
	d.stepHeld(key, wanted, holds{up: d.policy.HoldUp, down: d.policy.HoldDown}, facts)
}

// stepHeld is the state machine of one rule.
func (d *drifter) stepHeld(key string, wanted Level, h holds, facts stepFacts) {
	s, known := d.before.Rules[key]
	if !known {
		s = RuleState{Level: LevelOK, Since: d.now}
	}
	s.Reason, s.Utilization = facts.reason, facts.utilization
	if facts.utilization != nil {
		s.SeenAt = d.seen.at(key, d.now)
	}
	s.follow(wanted, d.now)
	if !h.from.IsZero() && wanted.rank() >= LevelWarning.rank() {
		s.AboveWarning = h.from
	}
	if next, since := d.next(s, h); next != s.Level {
		s = d.enter(key, s, next, since, facts)
	}
	d.after.Rules[key] = s
}

// follow notes since when the input has asked for each level.
func (s *RuleState) follow(wanted Level, now time.Time) {
	mark := func(at *time.Time, holds bool) {
		switch {
		case !holds:
			*at = time.Time{}
		case at.IsZero():
			*at = now
		}
	}
	mark(&s.AboveWarning, wanted.rank() >= LevelWarning.rank())
	mark(&s.AboveCritical, wanted == LevelCritical)
	mark(&s.BelowCritical, wanted != LevelCritical)
	mark(&s.BelowWarning, wanted.rank() < LevelWarning.rank())
}

// next is the level to take now and since when the input has asked for it: the highest that has held and is not
// quieted, else the lowest that has held on the way down.
func (d *drifter) next(s RuleState, h holds) (Level, time.Time) {
	if s.Recurring {
		h.down = max(h.down, d.policy.Quiet)
	}
	held := func(since time.Time, hold time.Duration) bool { return !since.IsZero() && d.now.Sub(since) >= hold }
	quiet := func(raised time.Time) bool { return !raised.IsZero() && d.now.Sub(raised) < d.policy.Quiet }
	switch rank := s.Level.rank(); {
	case rank < LevelCritical.rank() && held(s.AboveCritical, h.up) && !quiet(s.CriticalAt):
		return LevelCritical, s.AboveCritical
	case rank < LevelWarning.rank() && held(s.AboveWarning, h.up) && !quiet(s.WarnedAt):
		return LevelWarning, s.AboveWarning
	case rank >= LevelWarning.rank() && held(s.BelowWarning, h.down):
		return LevelOK, s.BelowWarning
	case rank == LevelCritical.rank() && held(s.BelowCritical, h.down):
		return LevelWarning, s.BelowCritical
	}
	return s.Level, time.Time{}
}

// enter takes the level and says so.
func (d *drifter) enter(key string, s RuleState, level Level, since time.Time, facts stepFacts) RuleState {
	kind := EventRaised
	switch {
	case level == LevelOK:
		kind = EventResolved
	case level.rank() < s.Level.rank():
		kind = EventLowered
	default:
		// From ok, s.Since is when it was cleared.
		if fresh := s.Level.rank() < LevelWarning.rank(); fresh {
			s.Recurring = !s.WarnedAt.IsZero() && d.now.Sub(s.Since) < 2*d.policy.Quiet
		}
		s.WarnedAt = d.now
		if level == LevelCritical {
			s.CriticalAt = d.now
		}
		if s.Recurring && s.Level.rank() < LevelWarning.rank() {
			facts.reason += fmt.Sprintf("; it has come back, so the alert stays open until it has been clear for %s",
				workload.FormatDuration(d.policy.Quiet))
		}
	}
	d.emit(key, kind, level, since, facts)
	s.Level, s.Since = level, d.now
	return s
}

func (d *drifter) emit(key string, kind EventKind, level Level, since time.Time, facts stepFacts) {
	d.events = append(d.events, Event{Cluster: d.cluster, Key: key, Kind: kind, Level: level, At: d.now, Since: since,
		Rule: facts.rule, Forecast: facts.forecast, Reason: facts.reason})
}
