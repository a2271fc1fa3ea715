package report

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/mskfit/mskfit/verdict"
)

// page is a verdict in words, section by section, in the order in which it is read. Empty sections are left out by
// whoever draws it.
type page struct {
	Cluster string
	// About says where, over which window and when: "us-east-1 · described workload · 2026-01-31 12:00 UTC".
	About    string
	Headline headline
	Reasons  []string
	// Conditions are what the choice rests on and nobody has confirmed.
	Conditions []string
	// Provided names the conditions in one sentence; empty where there are none, or no names.
	Provided string
	Steps    []step
	// SinceWhen is when the report before was made; empty: there is none. Since is what became different.
	SinceWhen string
	Since     []string
	Figures   []figureRow
	// Sources say for each source which figures come from it: "kafka: log sizes (ingress, messages)".
	Sources []string
	// Comparisons set what was worked out beside what was measured.
	Comparisons  []comparisonRow
	Limits       []limitTable
	Alternatives []alternative
	// Roles explains the marks of the choice and of the runner-up.
	Roles string
	// Considered says how many options the alternatives were taken from.
	Considered string
	Flips      []string
	BreakEven  string
	Current    string
	Profiles   []string
	Cost       []costRow
	CostTotal  string
	Questions  []question
	Actions    []action
	Forecast   []forecastRow
	Split      []splitRow
	SplitNote  string
	Topics     []topicRow
	// MoreTopics says what the table of topics leaves out.
	MoreTopics string
	Groups     []groupRow
	MoreGroups string
	Gaps       []gapRow
	Legend     []string
}

type step struct {
	// Number is that of AWS's process; the partition quotas share the third.
	Number   string
	Title    string
	Finding  string
	PointsTo string
}

type question struct{ Field, Question, Effect string }

type action struct{ Target, Action, Why, Mends string }

type gapRow struct{ Source, What, Why, Effect string }

// newPage words the verdict.
func newPage(v verdict.Verdict) page {
	p := page{
		Cluster:     cmp.Or(v.Cluster, "unnamed cluster"),
		About:       about(v),
		Headline:    newHeadline(v),
		Reasons:     slices.Clone(v.Reasons),
		Conditions:  slices.Clone(v.Conditions),
		Steps:       steps(v.Steps),
		Figures:     figureRows(v.Workload),
		Sources:     sources(v.Workload),
		Comparisons: comparisonRows(v.Comparisons),
		Limits:      limitTables(v),
		Profiles:    profileLines(v.Profiles),
		Forecast:    forecastRows(v),
		SplitNote:   v.SplitNote,
		Split:       splitRows(v.Split),
		Legend:      legend(v),
	}
	if v.Choice != nil {
		p.Roles = "▸ the choice"
	}
	if v.RunnerUp != nil {
		p.Roles += ", 2 the runner-up"
	}
	p.Provided = provided(v)
	p.Alternatives, p.Considered = alternatives(v)
	p.Cost, p.CostTotal = costRows(v)
	p.Topics, p.MoreTopics = topicRows(v.Topics)
	p.Groups, p.MoreGroups = groupRows(v.Groups)
	for _, f := range v.Flips {
		p.Flips = append(p.Flips, fmt.Sprintf("%s: %s → %s, %s a month", f.Field, f.Change, choiceName(f.To), usd(f.To.MonthlyUSD)))
	}
	if v.BreakEven != nil {
		p.BreakEven = v.BreakEven.Sentence
	}
	if v.Since != nil {
		p.SinceWhen = v.Since.At.UTC().Format("2006-01-02 15:04 UTC")
		if v.Since.Before != nil && v.Choice != nil {
			p.Since = append(p.Since, v.Choice.Name()+" instead of "+v.Since.Before.Name())
		}
		p.Since = append(p.Since, v.Since.Changes...)
		if len(p.Since) == 0 {
			p.Since = []string{"nothing of note"}
		}
	}
	if v.Current != nil {
		p.Current = v.Current.Sentence
	}
	for _, q := range v.Questions {
		p.Questions = append(p.Questions, question(q))
	}
	for _, a := range v.Actions {
		p.Actions = append(p.Actions, action(a))
	}
	for _, g := range v.Gaps {
		p.Gaps = append(p.Gaps, gapRow{g.Source, g.What, g.Why, g.Effect})
	}
	cleanAll(&p)
	return p
}

var stepTitles = map[string][2]string{
	"capability":       {"1", "Capability"},
	"configuration":    {"2", "Configuration"},
	"cluster_quotas":   {"3", "Cluster quotas"},
	"partition_quotas": {" ", "Partition quotas"},
	"security":         {"4", "Security"},
	"cost":             {"5", "Cost"},
	"zookeeper":        {"6", "ZooKeeper"},
}

func steps(in []verdict.Step) []step {
	var out []step
	for _, s := range in {
		name, ok := stepTitles[s.ID]
		if !ok {
			name = [2]string{" ", ruleWords(s.ID)}
		}
		points := s.PointsTo
		if n, ok := shortNames[verdict.Kind(points)]; ok {
			points = n
		}
		out = append(out, step{Number: name[0], Title: name[1], Finding: s.Finding, PointsTo: points})
	}
	return out
}
