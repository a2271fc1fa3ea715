package analyzer

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// Drift steps the state of one cluster with a new verdict. It is pure: the state that goes in is not changed, and the
// events come out sorted by key. A verdict that is not newer than the last one changes nothing, so that a clock that
// went back cannot raise or clear anything.
//
// Watched are the rules of the cluster's held choice (of its current kind where it runs on MSK): a workload that
// never fitted Serverless is not warned about Serverless. Worked example with the defaults: ingress at 82 % of the
// quota from 10:00 is pending until 10:10 and then a warning; at 69 % from 15:00 it is resolved at 16:00; at 82 % again
// from 17:00 it stays pending until 10:10 the next day, the end of the quiet time.
func Drift(state DriftState, v Verdict, p DriftPolicy, now time.Time) (DriftState, []Event) {
	if !now.After(state.At) {
		return state, nil
	}
	d := drifter{policy: p, now: now, cluster: v.Cluster, before: state, after: state}
	d.after.Rules = map[string]RuleState{}
	d.after.At = now
	d.choice(v)
	d.rules(v)
	d.forecasts(v)
	d.catalog(v)
	d.vanished()
	slices.SortStableFunc(d.events, func(a, b Event) int {
		switch {
		case a.Key < b.Key:
			return -1
		case a.Key > b.Key:
			return 1
		}
		return 0
	})
	return d.after, d.events
}

type drifter struct {
	policy  DriftPolicy
	now     time.Time
	cluster string
	before  DriftState
	after   DriftState
	events  []Event
}

// choice follows the chosen kind and size; a change is an event once it has held.
func (d *drifter) choice(v Verdict) {
	switch {
	case v.Choice == nil:
		return // undecided says nothing about a change
	case d.after.Held == nil:
		held := *v.Choice
		d.after.Held = &held
		return
	case sameChoice(*v.Choice, *d.after.Held):
		held := *v.Choice // the price may have moved with the load
		d.after.Held, d.after.Candidate, d.after.CandidateSince = &held, nil, time.Time{}
		return
	case d.after.Candidate == nil || !sameChoice(*v.Choice, *d.after.Candidate):
		d.after.CandidateSince = d.now
	}
	candidate := *v.Choice
	d.after.Candidate = &candidate
	if d.now.Sub(d.after.CandidateSince) < d.policy.ChoiceHold {
		return
	}
	reason := ""
	if len(v.Reasons) > 0 {
		reason = ": " + v.Reasons[0]
	}
	d.events = append(d.events, Event{Cluster: d.cluster, Key: "choice", Kind: EventChoiceChanged, Level: LevelWarning,
		At: d.now, Since: d.after.CandidateSince, From: d.after.Held, To: &candidate,
		Reason: fmt.Sprintf("the choice changed from %s to %s%s", d.after.Held.Name(), candidate.Name(), reason)})
	d.after.Held, d.after.Candidate, d.after.CandidateSince = &candidate, nil, time.Time{}
}

func sameChoice(a, b Choice) bool {
	return a.Kind == b.Kind && a.Size == b.Size && a.Brokers == b.Brokers && a.Clusters == b.Clusters
}

// rules steps every rule of the watched option that has a number; one without is watched for how long it is missing.
func (d *drifter) rules(v Verdict) {
	option := d.watched(v)
	if option == nil {
		return
	}
	for i := range option.Rules {
		rule := option.Rules[i]
		if rule.Utilization == nil {
			d.missing(rule)
			continue
		}
		d.step(rule.ID, want(*rule.Utilization, d.before.Rules[rule.ID].Level, d.policy), stepFacts{
			rule: &rule, utilization: rule.Utilization, reason: rule.Evidence})
		d.seen(rule)
	}
}

// watched finds the option whose rules matter: the kind that the cluster runs on, else the held choice.
func (d *drifter) watched(v Verdict) *Option {
	target := d.after.Held
	if v.Current != nil {
		target = &v.Current.Choice
	}
	if target == nil {
		return nil
	}
	for i, o := range v.Options {
		if o.Kind == target.Kind && o.Size == target.Size {
			return &v.Options[i]
		}
	}
	return nil
}

// want is the level that a utilization asks for, given the present one: a level is kept until its clear mark is undercut.
func want(u float64, present Level, p DriftPolicy) Level {
	switch {
	case u >= p.CriticalAt, present == LevelCritical && u >= p.CriticalClear:
		return LevelCritical
	case u >= p.WarnAt, present.rank() >= LevelWarning.rank() && u >= p.WarnClear:
		return LevelWarning
	}
	return LevelOK
}

// forecasts warns of limits that will be passed within the horizon. While the rule itself is raised its forecast
// says nothing new and stays as it is.
func (d *drifter) forecasts(v Verdict) {
	for i := range v.Forecast {
		f := v.Forecast[i]
		key := "forecast/" + f.Rule
		if d.after.Rules[f.Rule].Level.rank() >= LevelWarning.rank() {
			continue
		}
		wanted := LevelOK
		reason := fmt.Sprintf("%s is not expected to be passed within %s", f.Rule, days(d.policy.ForecastHorizon))
		if f.Expected != nil && !f.Expected.After(d.now.Add(d.policy.ForecastHorizon)) {
			wanted = LevelWarning
			reason = fmt.Sprintf("%s is expected to be passed on %s", f.Rule, f.Expected.UTC().Format("2006-01-02"))
		}
		d.step(key, wanted, stepFacts{forecast: &f, reason: reason})
	}
}

func days(d time.Duration) string { return fmt.Sprintf("%.0f days", d.Hours()/24) }

// catalog warns of quotas or prices so old that the verdict may be wrong.
func (d *drifter) catalog(v Verdict) {
	for _, part := range []struct{ name, date string }{{"quotas", v.Catalog.Quotas}, {"prices", v.Catalog.Prices}} {
		at, err := time.Parse("2006-01-02", part.date)
		if err != nil || d.policy.CatalogMaxAge == 0 {
			continue
		}
		wanted, reason := LevelOK, fmt.Sprintf("the %s are of %s", part.name, part.date)
		if d.now.Sub(at) > d.policy.CatalogMaxAge {
			wanted = LevelWarning
			reason = fmt.Sprintf("the %s are of %s, over %s old: run mskfit catalog refresh", part.name, part.date, days(d.policy.CatalogMaxAge))
		}
		d.step("catalog/"+part.name, wanted, stepFacts{reason: reason})
	}
}

// missing warns when a rule that once had a figure has had none for too long. The rule's own state stays as it was:
// a dead broker neither raises nor resolves anything.
func (d *drifter) missing(rule Rule) {
	before, known := d.before.Rules[rule.ID]
	if !known || before.SeenAt.IsZero() {
		return
	}
	d.after.Rules[rule.ID] = before
	wanted := LevelOK
	if d.policy.MissingAfter > 0 && d.now.Sub(before.SeenAt) >= d.policy.MissingAfter {
		wanted = LevelWarning
	}
	d.stepHeld("missing/"+rule.ID, wanted, holds{}, stepFacts{rule: &rule,
		reason: fmt.Sprintf("%s has had no figure since %s: %s", rule.Title, before.SeenAt.UTC().Format("2006-01-02 15:04 MST"), rule.Evidence)})
}

// seen clears a missing alert as soon as the figure is back.
func (d *drifter) seen(rule Rule) {
	key := "missing/" + rule.ID
	if _, known := d.before.Rules[key]; known {
		d.stepHeld(key, LevelOK, holds{}, stepFacts{rule: &rule, reason: rule.Title + " has figures again"})
	}
}

// vanished carries over what this verdict said nothing about, and closes the rules of an option no longer watched.
func (d *drifter) vanished() {
	for _, key := range slices.Sorted(maps.Keys(d.before.Rules)) {
		if _, done := d.after.Rules[key]; done {
			continue
		}
		before := d.before.Rules[key]
		if before.Level == LevelOK {
			continue
		}
		if d.switched() {
			d.emit(key, EventResolved, LevelOK, before.Since, stepFacts{reason: "no longer watched: the choice is now " + d.after.Held.Name()})
			continue
		}
		d.after.Rules[key] = before
	}
}

// switched reports whether this step moved the held choice to another kind or size.
func (d *drifter) switched() bool {
	return d.before.Held != nil && d.after.Held != nil &&
		(d.before.Held.Kind != d.after.Held.Kind || d.before.Held.Size != d.after.Held.Size)
}
