package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/mskfit/mskfit/analyzer"
	"github.com/mskfit/mskfit/internal/workload"
)

func usd(v float64) string { return workload.FormatUSD(v) }

// optionOf finds the option that a choice stands for.
func optionOf(v analyzer.Verdict, c analyzer.Choice) (analyzer.Option, bool) {
	for _, o := range v.Options {
		if isChoice(o, &c) {
			return o, true
		}
	}
	return analyzer.Option{}, false
}

func isChoice(o analyzer.Option, c *analyzer.Choice) bool {
	return c != nil && o.Kind == c.Kind && o.Size == c.Size && o.Brokers == c.Brokers && o.Clusters == c.Clusters
}

// limitTable holds the limits of one option against the workload.
type limitTable struct {
	Title string
	Rows  []limitRow
	// Evidence explains the rows that fail or are unknown, and the rules that have no number.
	Evidence []evidence
	// Inapplicable names the rules that say nothing here.
	Inapplicable []string
}

type limitRow struct {
	Mark            string // ok, FAIL, ? or n/a
	Name            string
	Observed, Limit string
	Use             string
	// Ratio is observed ÷ limit; nil when it is not known.
	Ratio *float64
}

// evidence is what a rule says. Name is empty where the text names its subject itself.
type evidence struct{ Mark, Name, Text string }

// Sentence is name and text in one.
func (e evidence) Sentence() string {
	if e.Name == "" {
		return e.Text
	}
	return e.Name + ": " + e.Text
}

var marks = map[analyzer.Outcome]string{
	analyzer.Pass: "ok", analyzer.Fail: "FAIL", analyzer.Unknown: "?", analyzer.NotApplicable: "n/a",
}

func mark(o analyzer.Outcome) string { return cmp.Or(marks[o], string(o)) }

// limitTables are the Serverless quotas, which every verdict is measured against, and the limits of the choice where it is
// something else.
func limitTables(v analyzer.Verdict) []limitTable {
	var out []limitTable
	for _, o := range v.Options {
		if o.Kind == analyzer.Serverless {
			out = append(out, newLimitTable("Serverless quotas", o))
			break
		}
	}
	if v.Choice != nil && v.Choice.Kind != analyzer.Serverless {
		if o, ok := optionOf(v, *v.Choice); ok && len(o.Rules) > 0 {
			out = append(out, newLimitTable("Limits of the choice, "+choiceName(*v.Choice), o))
		}
	}
	return out
}

func newLimitTable(title string, o analyzer.Option) limitTable {
	t := limitTable{Title: title}
	rules := slices.Clone(o.Rules)
	slices.SortStableFunc(rules, func(a, b analyzer.Rule) int {
		if d := cmp.Compare(severity[a.Outcome], severity[b.Outcome]); d != 0 {
			return d
		}
		return -cmp.Compare(orZero(a.Utilization), orZero(b.Utilization))
	})
	for _, r := range rules {
		if r.Outcome == analyzer.NotApplicable {
			t.Inapplicable = append(t.Inapplicable, r.Title)
			continue
		}
		e := evidence{Mark: mark(r.Outcome), Text: r.Evidence}
		switch {
		case r.Limit != nil:
			t.Rows = append(t.Rows, newLimitRow(r))
		case !strings.HasPrefix(r.Evidence, r.Title):
			e.Name = r.Title
		}
		if r.Outcome != analyzer.Pass || r.Limit == nil {
			t.Evidence = append(t.Evidence, e)
		}
	}
	return t
}

func newLimitRow(r analyzer.Rule) limitRow {
	observed := r.Unit
	if _, ok := units[r.Unit]; !ok {
		observed = "" // counts need their unit once, beside the limit
	}
	row := limitRow{Mark: mark(r.Outcome), Name: r.Title, Observed: amount(r.Observed, observed),
		Limit: amount(r.Limit, r.Unit), Use: unknown, Ratio: r.Utilization}
	if r.Utilization != nil {
		row.Use = percent(*r.Utilization)
	}
	return row
}

var severity = map[analyzer.Outcome]int{analyzer.Fail: 0, analyzer.Unknown: 1, analyzer.Pass: 2, analyzer.NotApplicable: 3}

func orZero(p *float64) float64 {
	if p == nil {
		return 0
	}
	return *p
}

// alternative is one option beside the choice.
type alternative struct {
	// Role is "choice", "runner-up" or empty.
	Role       string
	Kind, Size string
	// Name is kind and size in one.
	Name                   string
	Monthly, Fits, Binding string
	// Delta is the price against the choice; empty when there is none.
	Delta string
}

// alternatives lists the choice, the runner-up and the best option of every other kind.
func alternatives(v analyzer.Verdict) (rows []alternative, considered string) {
	var out []analyzer.Option
	for _, c := range []*analyzer.Choice{v.Choice, v.RunnerUp} {
		if c != nil {
			if o, ok := optionOf(v, *c); ok && !slices.ContainsFunc(out, sameAs(o)) {
				out = append(out, o)
			}
		}
	}
	for _, k := range []analyzer.Kind{analyzer.Serverless, analyzer.ServerlessSplit, analyzer.Express, analyzer.Standard} {
		best, ok := bestOf(v.Options, k)
		if ok && !slices.ContainsFunc(out, sameAs(best)) {
			out = append(out, best)
		}
	}
	for _, o := range out {
		rows = append(rows, newAlternative(v, o))
	}
	if n := len(v.Options); n > len(rows) {
		considered = fmt.Sprintf("%d options were considered; the JSON has every one with its rules and its cost.", n)
	}
	return rows, considered
}

func sameAs(o analyzer.Option) func(analyzer.Option) bool {
	return func(p analyzer.Option) bool {
		return o.Kind == p.Kind && o.Size == p.Size && o.Brokers == p.Brokers && o.Clusters == p.Clusters
	}
}

// bestOf returns the option of a kind that is the most feasible and then the cheapest; one without a price comes last.
func bestOf(options []analyzer.Option, k analyzer.Kind) (analyzer.Option, bool) {
	rank := map[analyzer.Feasible]int{analyzer.Yes: 0, analyzer.Maybe: 1, analyzer.No: 2}
	var best *analyzer.Option
	for i, o := range options {
		if o.Kind != k {
			continue
		}
		if best == nil || cmp.Or(cmp.Compare(rank[o.Feasible], rank[best.Feasible]), comparePrice(o, *best)) < 0 {
			best = &options[i]
		}
	}
	if best == nil {
		return analyzer.Option{}, false
	}
	return *best, true
}

func comparePrice(a, b analyzer.Option) int {
	switch {
	case a.MonthlyUSD == nil && b.MonthlyUSD == nil:
		return 0
	case a.MonthlyUSD == nil:
		return 1
	case b.MonthlyUSD == nil:
		return -1
	}
	return cmp.Compare(*a.MonthlyUSD, *b.MonthlyUSD)
}

func newAlternative(v analyzer.Verdict, o analyzer.Option) alternative {
	a := alternative{Kind: kindName(o.Kind), Size: sizeOf(o.Size, o.Brokers, o.Clusters),
		Name:    choiceName(analyzer.Choice{Kind: o.Kind, Size: o.Size, Brokers: o.Brokers, Clusters: o.Clusters}),
		Monthly: monthly(o.MonthlyUSD), Fits: string(o.Feasible), Binding: cmp.Or(bindingTitle(o), none)}
	switch {
	case isChoice(o, v.Choice):
		a.Role = "choice"
	case isChoice(o, v.RunnerUp):
		a.Role = "runner-up"
	}
	if v.Choice != nil && o.MonthlyUSD != nil && a.Role != "choice" {
		a.Delta = signed(*o.MonthlyUSD - v.Choice.MonthlyUSD)
	}
	return a
}

func signed(d float64) string {
	if d >= 0 {
		return "+" + usd(d)
	}
	return "−" + usd(-d)
}

func bindingTitle(o analyzer.Option) string {
	for _, r := range o.Rules {
		if r.ID == o.Binding {
			return r.Title
		}
	}
	return ruleWords(o.Binding)
}
