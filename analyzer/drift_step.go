package analyzer

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/mskfit/mskfit/verdict"
)

// Drift steps the state of one cluster with what [Present] says of it. It is pure: the state that goes in is not changed, and
// the events come out sorted by key. A verdict that is not newer than the last one changes nothing, so that a clock that
// was set back a little cannot raise or clear anything; one that was set back by more than an hour starts from the present.
//
// Worked example with the defaults: ingress at 82 % of the quota from 10:00 is pending until 10:10 and then a warning; at
// 69 % from 15:00 it is resolved at 16:00; at 82 % again from 17:00 it stays pending until 10:10 the next day, the end of
// the quiet time.
func Drift(state DriftState, v verdict.Verdict, p DriftPolicy, now time.Time) (DriftState, []Event) {
	if !now.After(state.At) {
		if state.At.Sub(now) <= clockSlack {
			return state, nil
		}
		state = state.rewound(now)
		state.At = now
	}
	d := drifter{policy: p, now: now, cluster: v.Cluster, before: state, after: state}
	if !state.At.IsZero() {
		d.elapsed = now.Sub(state.At)
	}
	d.after.Rules = map[string]RuleState{}
	d.after.At = now
	d.choice(v)
	option := d.watched(v)
	d.rules(option)
	d.forecasts(v, option)
	d.catalog(v)
	d.rest()
	slices.SortStableFunc(d.events, func(a, b Event) int { return strings.Compare(a.Key, b.Key) })
	return d.after, d.events
}

// clockSlack is how far a clock may be set back without starting anew.
const clockSlack = time.Hour

type drifter struct {
	policy  DriftPolicy
	now     time.Time
	elapsed time.Duration // since the last step; 0 for the first
	cluster string
	before  DriftState
	after   DriftState
	events  []Event
}

// choice follows the chosen kind and size; a change is an event once it has held. Numbers of brokers may go on changing
// meanwhile: a load that grows needs one more every few hours, and that is one change.
func (d *drifter) choice(v verdict.Verdict) {
	switch {
	case v.Choice == nil: // undecided says nothing about a change: that time does not count
		if d.after.Candidate != nil {
			d.after.CandidateSince = d.after.CandidateSince.Add(d.elapsed)
		}
		return
	case d.after.Held == nil:
		held := *v.Choice
		d.after.Held = &held
		return
	case sameChoice(*v.Choice, *d.after.Held):
		held := *v.Choice // the price may have moved with the load
		d.after.Held, d.after.Candidate, d.after.CandidateSince = &held, nil, time.Time{}
		return
	case d.after.Candidate == nil || !sameCluster(*v.Choice, *d.after.Candidate):
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

func sameChoice(a, b verdict.Choice) bool {
	return sameCluster(a, b) && a.Brokers == b.Brokers && a.Clusters == b.Clusters
}

// sameCluster compares what has the same rules, whatever the number.
func sameCluster(a, b verdict.Choice) bool { return a.Kind == b.Kind && a.Size == b.Size }

// watched is the option whose rules matter, see WatchedChoice; nil when the verdict has none.
func (d *drifter) watched(v verdict.Verdict) *verdict.Option {
	target := WatchedChoice(v, d.after.Held)
	if target == nil {
		return nil
	}
	d.after.Watched = target
	for i, o := range v.Options {
		if sameCluster(verdict.Choice{Kind: o.Kind, Size: o.Size}, *target) {
			return &v.Options[i]
		}
	}
	return nil
}

// rules steps every rule of the watched option that has a number; one without is watched for how long it is missing.
func (d *drifter) rules(option *verdict.Option) {
	if option == nil {
		return
	}
	for i := range option.Rules {
		rule := option.Rules[i]
		m, followed := marksOf(rule, d.policy)
		switch before, known := d.before.Rules[rule.ID]; {
		case !followed || rule.Outcome == verdict.NotApplicable && !known:
		case rule.Outcome == verdict.NotApplicable:
			d.step(rule.ID, LevelOK, stepFacts{rule: &rule, reason: rule.Evidence})
			d.seen(rule)
		case rule.Utilization == nil:
			d.missing(rule)
		default:
			d.step(rule.ID, m.want(*rule.Utilization, before.Level), stepFacts{rule: &rule, utilization: rule.Utilization, reason: rule.Evidence})
			d.seen(rule)
		}
	}
}

// missing warns when a rule that once had a figure has had none for too long. The rule's own state stays as it was:
// a dead broker neither raises nor resolves anything. What counts is the time in which verdicts were made without the
// figure, not the time in which this program was not running.
func (d *drifter) missing(rule verdict.Rule) {
	before, known := d.before.Rules[rule.ID]
	if !known || before.SeenAt.IsZero() {
		return
	}
	d.after.Rules[rule.ID] = before.paused(d.elapsed)
	if d.policy.MissingAfter == 0 {
		d.seen(rule)
		return
	}
	d.stepHeld("missing/"+rule.ID, LevelWarning, holds{up: d.policy.MissingAfter}, stepFacts{rule: &rule,
		reason: fmt.Sprintf("no figure since %s: %s", before.SeenAt.UTC().Format("2006-01-02 15:04 MST"), rule.Evidence)})
}

// seen clears a missing alert as soon as the figure is back.
func (d *drifter) seen(rule verdict.Rule) {
	key := "missing/" + rule.ID
	if _, known := d.before.Rules[key]; known {
		d.stepHeld(key, LevelOK, holds{}, stepFacts{rule: &rule, reason: rule.Title + " has figures again"})
	}
}

// catalog warns of quotas or prices so old that the verdict may be wrong.
func (d *drifter) catalog(v verdict.Verdict) {
	for _, part := range []struct{ name, date string }{{"quotas", v.Catalog.Quotas}, {"prices", v.Catalog.Prices}} {
		at, err := time.Parse("2006-01-02", part.date)
		if err != nil || d.policy.CatalogMaxAge == 0 {
			continue
		}
		wanted, reason := LevelOK, fmt.Sprintf("the %s are of %s", part.name, part.date)
		if d.now.Sub(at) > d.policy.CatalogMaxAge {
			wanted = LevelWarning
			reason = fmt.Sprintf("the %s are of %s, more than %s old: run mskfit catalog refresh", part.name, part.date, span(d.policy.CatalogMaxAge))
		}
		d.step("catalog/"+part.name, wanted, stepFacts{reason: reason})
	}
}

// rest carries over what this verdict said nothing about, and closes the rules of a cluster no longer watched.
func (d *drifter) rest() {
	switched := d.before.Watched != nil && d.after.Watched != nil && !sameCluster(*d.before.Watched, *d.after.Watched)
	for _, key := range slices.Sorted(maps.Keys(d.before.Rules)) {
		before := d.before.Rules[key]
		_, done := d.after.Rules[key]
		switch {
		case done:
		case !switched:
			d.after.Rules[key] = before.paused(d.elapsed)
		case before.Level.rank() >= LevelWarning.rank():
			d.emit(key, EventResolved, LevelOK, before.Since, stepFacts{reason: "no longer watched: " + d.after.Watched.Name() + " is"})
		}
	}
}
