package drift

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/mskfit/mskfit/verdict"
)

// Advance steps the state of one cluster with what [Present] says of it. It is pure: the state that goes in is not changed, and
// the events come out sorted by key. A verdict that is not newer than the last one changes nothing, so that a clock that
// was set back a little cannot raise or clear anything; one that was set back by more than an hour starts from the present.
//
// Worked example with the defaults: ingress at 82 % of the quota from 10:00 is pending until 10:10 and then a warning; at
// 69 % from 15:00 it is resolved at 16:00; at 82 % again from 17:00 it stays pending until 10:10 the next day, the end of
// the quiet time.
func Advance(state State, v verdict.Verdict, seen Seen, p Policy, now time.Time) (State, []Event) {
	if !now.After(state.At) {
		if state.At.Sub(now) <= clockSlack {
			return state, nil
		}
		state = state.rewound(now)
		state.At = now
	}
	d := drifter{policy: p, seen: seen, now: now, cluster: v.Cluster, before: state, after: state}
	if !state.At.IsZero() {
		d.elapsed = now.Sub(state.At)
	}
	d.after.Rules = map[string]RuleState{}
	d.after.At = now
	d.choice(v)
	if v.Options != nil {
		d.after.Watching = watching(v.Options)
	}
	for i := range v.Options {
		d.rules(&v.Options[i])
		d.forecasts(v, &v.Options[i])
	}
	d.rest()
	slices.SortStableFunc(d.events, func(a, b Event) int { return strings.Compare(a.Key, b.Key) })
	return d.after, d.events
}

// clockSlack is how far a clock may be set back without starting again.
const clockSlack = time.Hour

type drifter struct {
	policy  Policy
	seen    Seen
	now     time.Time
	elapsed time.Duration // since the last step; 0 for the first
	cluster string
	before  State
	after   State
	events  []Event
}

// choice follows the chosen kind and size; once there is enough data for more than low confidence, a change is an event when it has
// held. The number of brokers may keep changing during that time: a load that grows needs one more every few hours, and that is
// one change.
func (d *drifter) choice(v verdict.Verdict) {
	sure := v.Confidence.Level != "low"
	switch {
	case v.Choice == nil: // undecided says nothing about a change: that time does not count
		if d.after.Candidate != nil {
			d.after.CandidateSince = d.after.CandidateSince.Add(d.elapsed)
		}
		return
	case d.after.Held == nil || !d.after.Settled: // a choice on little data is replaced without a word
		held := *v.Choice
		d.after.Held, d.after.Settled = &held, sure
		return
	case v.Choice.Same(*d.after.Held):
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
	d.events = append(d.events, Event{Cluster: d.cluster, Key: ChoiceKey, Kind: EventChoiceChanged, Level: LevelWarning,
		At: d.now, Since: d.after.CandidateSince, From: d.after.Held, To: &candidate,
		Reason: fmt.Sprintf("the choice changed from %s to %s%s", d.after.Held.Name(), candidate.Name(), reason)})
	d.after.Held, d.after.Candidate, d.after.CandidateSince = &candidate, nil, time.Time{}
}

// sameCluster compares what has the same rules, whatever the number.
func sameCluster(a, b verdict.Choice) bool {
	return a.Kind == b.Kind && a.Size == b.Size && a.TieredStorage == b.TieredStorage
}

// watching are the clusters behind the options.
func watching(options []verdict.Option) []verdict.Choice {
	out := make([]verdict.Choice, 0, len(options))
	for _, o := range options {
		out = append(out, verdict.Choice{Kind: o.Kind, Size: o.Size, Brokers: o.Brokers, Clusters: o.Clusters})
	}
	return out
}

// rules steps every rule of a watched option that has a number of late; one without is watched for how long it is missing.
func (d *drifter) rules(option *verdict.Option) {
	for i := range option.Rules {
		rule := option.Rules[i]
		m, followed := MarksOf(rule, d.policy)
		switch before, known := d.before.Rules[rule.ID]; {
		case !followed || rule.Outcome == verdict.NotApplicable && !known:
		case rule.Outcome == verdict.NotApplicable:
			d.step(rule.ID, LevelOK, stepFacts{rule: &rule, reason: rule.Evidence})
			d.found(rule)
		case rule.Utilization == nil || d.stale(rule.ID):
			d.missing(rule)
		default:
			d.step(rule.ID, m.Want(*rule.Utilization, before.Level),
				stepFacts{rule: &rule, utilization: rule.Utilization, reason: rule.Evidence})
			d.found(rule)
		}
	}
}

// stale reports whether the newest sample behind a figure is so old that the figure counts as missing.
func (d *drifter) stale(rule string) bool {
	at := d.seen.after(d.seen.at(rule, d.now))
	return d.policy.MissingAfter > 0 && d.now.Sub(at) >= d.policy.MissingAfter
}

// missing warns when a rule that once had a figure has had none for too long, from its last sample on. The rule's own state
// stays as it was: a dead broker neither raises nor resolves anything. The time in which this program was not running does not
// count.
func (d *drifter) missing(rule verdict.Rule) {
	before, known := d.before.Rules[rule.ID]
	if !known || before.SeenAt.IsZero() {
		return
	}
	if at := d.seen.at(rule.ID, d.now); rule.Utilization != nil && at.After(before.SeenAt) {
		before.SeenAt = at
	}
	d.after.Rules[rule.ID] = before.paused(d.elapsed)
	if d.policy.MissingAfter == 0 {
		d.found(rule)
		return
	}
	var from time.Time
	if !d.seen.Since.IsZero() {
		from = d.seen.after(before.SeenAt)
	}
	why := "no sample since then"
	if rule.Utilization == nil {
		why = rule.Evidence
	}
	d.stepHeld(Subject{OfMissing, rule.ID}.Key(), LevelWarning, holds{up: d.policy.MissingAfter, from: from}, stepFacts{rule: &rule,
		reason: fmt.Sprintf("no figure since %s: %s", before.SeenAt.UTC().Format("2006-01-02 15:04 MST"), why)})
}

// found clears a missing alert as soon as the figure is back.
func (d *drifter) found(rule verdict.Rule) {
	key := Subject{OfMissing, rule.ID}.Key()
	if _, known := d.before.Rules[key]; known {
		d.stepHeld(key, LevelOK, holds{}, stepFacts{rule: &rule, reason: rule.Title + " has figures again"})
	}
}

// rest carries over what this verdict said nothing about, and closes the rules of a cluster no longer watched.
func (d *drifter) rest() {
	for _, key := range slices.Sorted(maps.Keys(d.before.Rules)) {
		before := d.before.Rules[key]
		_, done := d.after.Rules[key]
		switch {
		case done:
		case !d.dropped(key):
			d.after.Rules[key] = before.paused(d.elapsed)
		case before.Level.rank() >= LevelWarning.rank():
			d.emit(key, EventResolved, LevelOK, before.Since, stepFacts{reason: "no longer watched" + d.instead()})
		}
	}
}

// dropped reports whether the rule is one of a cluster that was watched and is not any more. Of a figure that no rule is about
// any more, such as the age of the catalog, otherwise no message would say that it ended.
func (d *drifter) dropped(key string) bool {
	kind, _, isRule := strings.Cut(SubjectOf(key).Name, ".")
	of := func(all []verdict.Choice) *verdict.Choice {
		for i := range all {
			if string(all[i].Kind) == kind {
				return &all[i]
			}
		}
		return nil
	}
	was, is := of(d.before.Watching), of(d.after.Watching)
	switch {
	case !isRule:
		return true
	case d.before.Watching == nil:
		return false
	case is == nil:
		return true
	}
	return was != nil && !sameCluster(*was, *is)
}

// instead names what is watched.
func (d *drifter) instead() string {
	var names []string
	for _, c := range d.after.Watching {
		names = append(names, c.Name())
	}
	if len(names) == 0 {
		return ""
	}
	return ": " + strings.Join(names, " and ") + " is"
}
