package drift

import (
	"fmt"
	"math"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// forecasts warns of limits of a watched option that will be passed within the horizon. Once the rule itself is raised
// its forecast has come true and is closed.
func (d *drifter) forecasts(v verdict.Verdict, option *verdict.Option) {
	for i := range v.Forecast {
		f := v.Forecast[i]
		rule := option.Rule(f.Rule)
		if rule == nil {
			continue
		}
		key := Subject{OfForecast, f.Rule}.Key()
		facts := stepFacts{rule: rule, forecast: &f, utilization: rule.Utilization}
		h := holds{up: d.policy.HoldUp, down: max(d.policy.HoldDown, d.policy.ChoiceHold)}
		wanted := LevelOK
		switch {
		case d.after.Rules[f.Rule].Level.rank() >= LevelWarning.rank():
			facts.reason, h.down = "it has come: "+rule.Evidence, 0
		case d.lately(f.Rule):
			facts.reason = rule.Title + " was near its limit in the last days"
		case f.Expected != nil && !f.Expected.After(d.now.Add(d.reach(key))):
			wanted, facts.reason = LevelWarning, passing(*rule, f, d.now)
		default:
			facts.reason = fmt.Sprintf("%s: no longer expected to pass its limit within %s", rule.Title,
				workload.FormatDuration(d.policy.ForecastHorizon))
		}
		d.stepHeld(key, wanted, h, facts)
	}
}

// lately reports whether the rule itself was raised within the last week: a reader of that message needs no forecast in the
// evening.
func (d *drifter) lately(rule string) bool {
	const week = 7 * 24 * time.Hour
	warned := d.after.Rules[rule].WarnedAt
	return !warned.IsZero() && d.now.Sub(warned) < week
}

// reach is how far ahead a date asks for a warning: half as far again for one that is raised, so that a date that moves to
// and fro across the horizon raises once.
func (d *drifter) reach(key string) time.Duration {
	if d.before.Rules[key].Level.rank() >= LevelWarning.rank() {
		return d.policy.ForecastHorizon * 3 / 2
	}
	return d.policy.ForecastHorizon
}

// passing says when a limit will be passed: "ingress per cluster: expected to pass 200 MB/s on 2026-03-11, in 9 days
// (between 2026-03-09 and 2026-03-15): +2.1 MB/s a day (…)".
func passing(r verdict.Rule, f verdict.Forecast, now time.Time) string {
	limit := "its limit"
	if r.Limit != nil {
		limit = verdict.Amount(*r.Limit, r.Unit)
	}
	if !f.Expected.After(now) {
		return fmt.Sprintf("%s: passes %s already: %s", r.Title, limit, f.Note)
	}
	ahead := "in 1 day"
	if days := math.Round(f.Expected.Sub(now).Hours() / 24); days != 1 {
		ahead = fmt.Sprintf("in %.0f days", days)
	}
	text := fmt.Sprintf("%s: expected to pass %s on %s, %s", r.Title, limit, date(*f.Expected), ahead)
	switch {
	case f.Earliest != nil && f.Latest != nil && date(*f.Earliest) == date(*f.Latest): // nothing between them
	case f.Earliest != nil && f.Latest != nil:
		text += fmt.Sprintf(" (between %s and %s)", date(*f.Earliest), date(*f.Latest))
	case f.Earliest != nil:
		text += fmt.Sprintf(" (%s at the earliest)", date(*f.Earliest))
	}
	if f.Note != "" {
		text += ": " + f.Note
	}
	return text
}

func date(t time.Time) string { return t.UTC().Format("2006-01-02") }
