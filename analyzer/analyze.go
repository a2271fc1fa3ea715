package analyzer

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/mskfit/mskfit/analyzer/forecast"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// Analyze decides. It never fails for lack of data: a verdict that cannot name a choice is undecided and its reasons say
// what is missing. Contradictions in the input are for [Validate] to report; Analyze makes the best of them.
func Analyze(in Input, now time.Time) verdict.Verdict {
	in.Workload = sanitized(in.Workload)
	in.Options = in.Options.withDefaults()
	w := &in.Workload
	v := verdict.Verdict{
		Schema: verdict.Schema, Cluster: w.Cluster, Region: w.Region, At: now.UTC(), Window: w.Window, Status: verdict.Undecided,
		Partial: workload.Partial(w.Gaps), Confidence: confidenceOf(w, now),
		Reasons: []string{}, Profile: in.Options.Profile, Workload: verdict.FiguresOf(*w), Options: []verdict.Option{},
		Steps:     []verdict.Step{},
		Questions: []verdict.Question{}, Actions: []verdict.Action{}, Forecast: []verdict.Forecast{},
		Split:  []verdict.SplitCluster{},
		Topics: topicsOf(w.TopicList), Groups: groupsOf(w.GroupList), Gaps: listed(w.Gaps), Comparisons: comparisonsOf(*w),
	}
	if reason := unusable(&in); reason != "" {
		v.Reasons = append(v.Reasons, reason)
		return v
	}
	d := decide(&in, forVerdict)
	v.Options, v.Headroom = d.reported(), d.headroomUsed()
	v.Catalog = d.catalogUsed(v.Options)
	v.Steps = d.steps()
	v.Split, v.SplitNote = listed(d.split.Clusters), d.split.Note
	v.Current = d.current()
	if lacking := missing(&in, now); len(lacking) > 0 {
		v.Reasons = lacking
		return v
	}
	d.conclude(&v)
	if !w.Declared {
		v.Forecast = forecast.Of(w.DailyPeaks, d.limitsAhead(), now)
	}
	return v
}

// unusable says why no option can be evaluated; empty: it can.
func unusable(in *Input) string {
	if in.Catalog == nil {
		return "no catalog of quotas and prices was given"
	}
	if !hasKey(in.Catalog.Profiles, in.Options.Profile) {
		return fmt.Sprintf("%q is not a sizing profile of the catalog: choose one of %s", in.Options.Profile,
			strings.Join(slices.Sorted(maps.Keys(in.Catalog.Profiles)), ", "))
	}
	return ""
}

// reported lists the options as the verdict shows them.
func (d *decision) reported() []verdict.Option {
	out := make([]verdict.Option, 0, len(d.options))
	for i := range d.options {
		o := &d.options[i]
		r := verdict.Option{Kind: o.kind, Size: o.size, Brokers: o.brokers, Clusters: o.clusters, TieredStorage: o.local != "",
			Feasible: o.evaluation.feasible(),
			Binding:  o.binding(), Cost: listed(rounded(o.lines, o.cost)),
			Rules: listed(o.evaluation.rules), MonthlyUSD: o.monthly()}
		out = append(out, r)
	}
	return out
}

// conclude fills in what follows from the choice.
func (d *decision) conclude(v *verdict.Verdict) {
	v.Reasons = d.reasons()
	v.Questions = d.questions()
	var reach []string
	byKind := d.remediesByKind()
	v.Actions, reach = d.actions(byKind)
	v.NearMisses = d.nearMisses(byKind)
	v.Reasons = append(v.Reasons, reach...)
	v.Profiles = d.otherProfiles()
	if d.chosen < 0 {
		return
	}
	v.Status = verdict.Decided
	chosen := d.options[d.chosen].choice()
	v.Choice = &chosen
	if d.second >= 0 {
		second := d.options[d.second].choice()
		v.RunnerUp = &second
	}
	v.Conditions = conditions(&d.options[d.chosen])
	v.Unknowns = d.unknowns()
	v.Assumptions = d.assumptions()
	v.BreakEven, v.Premium = d.breakEven(), d.premium()
	v.NextSmaller = d.nextSmaller()
	v.TippingPoints = d.tippingPoints()
	d.deliver(v)
	if move := d.replicator(); move != "" {
		v.Reasons = append(v.Reasons, move)
	}
}

// conditions are what the choice rests on without confirmation, those that somebody can observe first.
func conditions(o *option) []string {
	var out []string
	for _, seen := range []bool{true, false} {
		for _, r := range o.evaluation.rules {
			if r.Outcome != verdict.Unknown || unobservable[r.Needs] == seen {
				continue
			}
			out = append(out, r.Evidence)
		}
	}
	return out
}

// unobservable are what cannot be seen from outside of a cluster, and so a condition nearly everywhere: they come last.
var unobservable = map[string]bool{"client_connections": true, verdict.ConnectionAttemptsKey: true, verdict.RequestsKey: true,
	"client_vpcs": true, "existing_serverless_clusters": true}
