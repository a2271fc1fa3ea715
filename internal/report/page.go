package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/mskfit/mskfit/analyzer"
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
	Figures  []figureRow
	// Sources say for each source which figures come from it: "kafka: log sizes (ingress, messages)".
	Sources      []string
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

// headline is what somebody who reads one line reads.
type headline struct {
	// Tone is "decided", "partial" or "undecided".
	Tone string
	// Verdict is the kind of cluster in words, or that there is none yet.
	Verdict string
	Size    string
	Monthly string
	Binding string
	// Notice says what a partial or an undecided verdict means; empty otherwise.
	Notice     string
	Confidence string
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
func newPage(v analyzer.Verdict) page {
	p := page{
		Cluster:    cmp.Or(v.Cluster, "unnamed cluster"),
		About:      about(v),
		Headline:   newHeadline(v),
		Reasons:    slices.Clone(v.Reasons),
		Conditions: slices.Clone(v.Conditions),
		Steps:      steps(v.Steps),
		Figures:    figureRows(v.Workload),
		Sources:    sources(v.Workload),
		Limits:     limitTables(v),
		Profiles:   profileLines(v.Profiles),
		Forecast:   forecastRows(v),
		SplitNote:  v.SplitNote,
		Split:      splitRows(v.Split),
		Legend:     legend(v),
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
		p.Gaps = append(p.Gaps, gapRow(g))
	}
	cleanAll(&p)
	return p
}

func about(v analyzer.Verdict) string {
	parts := []string{cmp.Or(v.Region, "no region"), "described workload"}
	if v.Confidence.Level != "declared" {
		parts[1] = "observed, window unknown"
		if d := v.Window.Duration(); d > 0 {
			parts[1] = length(d) + " observed to " + timestamp(v.Window.End)
		}
	}
	if v.At.Sub(v.Window.End) >= time.Hour {
		parts = append(parts, "decided "+timestamp(v.At))
	}
	return strings.Join(parts, " · ")
}

func newHeadline(v analyzer.Verdict) headline {
	h := headline{Tone: "decided", Confidence: confidence(v.Confidence)}
	if v.Partial {
		h.Tone = "partial"
		h.Notice = "Partial: the observation was cut short or sources were missing (see Gaps)."
	}
	if v.Status != analyzer.Decided || v.Choice == nil {
		h.Tone = "undecided"
		h.Verdict = "Undecided"
		notice := "No cluster is recommended yet; the reasons say what is missing. "
		if nothingFits(v.Options) {
			h.Verdict = "Nothing fits"
			notice = "Every option breaks a limit; the reasons say which, and the actions what would help. "
		}
		h.Notice = strings.TrimSpace(notice + h.Notice)
		return h
	}
	h.Verdict = kindName(v.Choice.Kind)
	h.Size = sizeOf(v.Choice.Size, v.Choice.Brokers, v.Choice.Clusters)
	h.Monthly = usd(v.Choice.MonthlyUSD) + " a month"
	if o, ok := optionOf(v, *v.Choice); ok && o.Binding != "" {
		h.Binding = binding(o)
	}
	return h
}

func nothingFits(options []analyzer.Option) bool {
	for _, o := range options {
		if o.Feasible != analyzer.No {
			return false
		}
	}
	return len(options) > 0
}

// provided names what the choice rests on: the rules of the chosen option that nobody can confirm.
func provided(v analyzer.Verdict) string {
	if v.Choice == nil || len(v.Conditions) == 0 {
		return ""
	}
	o, _ := optionOf(v, *v.Choice)
	var names []string
	for _, r := range o.Rules {
		if r.Outcome == analyzer.Unknown {
			names = append(names, r.Title)
		}
	}
	switch n := len(names); {
	case n == 0:
		return ""
	case n == 1:
		return names[0] + " holds, which nobody has confirmed"
	default:
		return fmt.Sprintf("%d rules hold that nobody has confirmed: %s", n, strings.Join(names, ", "))
	}
}

func confidence(c analyzer.Confidence) string {
	switch {
	case c.Level == "":
		return unknown
	case c.Why == "":
		return c.Level
	}
	return c.Level + ": " + c.Why
}

// near is the utilization from which on a limit is worth calling near.
const near = 0.5

// binding names the rule that decided an option's size or feasibility, with its utilization.
func binding(o analyzer.Option) string {
	for _, r := range o.Rules {
		if r.ID != o.Binding {
			continue
		}
		if r.Utilization == nil {
			return r.Title
		}
		words := fmt.Sprintf("%s, %s of the limit of %s", r.Title, percent(*r.Utilization), amount(r.Limit, r.Unit))
		if *r.Utilization < near {
			words = "no limit is near; the tightest: " + words
		}
		return words
	}
	return ruleWords(o.Binding)
}

// ruleWords reads a rule's id aloud, for ids without a rule: "express.ingress" is "ingress".
func ruleWords(id string) string {
	if _, last, found := strings.Cut(id, "."); found {
		id = last
	}
	return strings.ReplaceAll(id, "_", " ")
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

func steps(in []analyzer.Step) []step {
	var out []step
	for _, s := range in {
		name, ok := stepTitles[s.ID]
		if !ok {
			name = [2]string{" ", ruleWords(s.ID)}
		}
		points := s.PointsTo
		if n, ok := shortNames[analyzer.Kind(points)]; ok {
			points = n
		}
		out = append(out, step{Number: name[0], Title: name[1], Finding: s.Finding, PointsTo: points})
	}
	return out
}
