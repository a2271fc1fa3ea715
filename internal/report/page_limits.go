package report

import (
	"cmp"
	"slices"
	"strings"

	"github.com/mskfit/mskfit/verdict"
)

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

var marks = map[verdict.Outcome]string{
	verdict.Pass: "ok", verdict.Fail: "FAIL", verdict.Unknown: "?", verdict.NotApplicable: "n/a",
}

func mark(o verdict.Outcome) string { return cmp.Or(marks[o], string(o)) }

// limitTables are the Serverless quotas, which every verdict is measured against, and the limits of the choice where it is
// something else.
func limitTables(v verdict.Verdict) []limitTable {
	var out []limitTable
	for _, o := range v.Options {
		if o.Kind == verdict.Serverless {
			out = append(out, newLimitTable("Serverless quotas", o))
			break
		}
	}
	if v.Choice != nil && v.Choice.Kind != verdict.Serverless {
		if o, ok := optionOf(v, *v.Choice); ok && len(o.Rules) > 0 {
			out = append(out, newLimitTable("Limits of the choice, "+choiceName(*v.Choice), o))
		}
	}
	return out
}

func newLimitTable(title string, o verdict.Option) limitTable {
	t := limitTable{Title: title}
	rules := slices.Clone(o.Rules)
	slices.SortStableFunc(rules, func(a, b verdict.Rule) int {
		if d := cmp.Compare(severity[a.Outcome], severity[b.Outcome]); d != 0 {
			return d
		}
		return -cmp.Compare(orZero(a.Utilization), orZero(b.Utilization))
	})
	for _, r := range rules {
		if r.Outcome == verdict.NotApplicable {
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
		if r.Outcome != verdict.Pass || r.Limit == nil {
			t.Evidence = append(t.Evidence, e)
		}
	}
	return t
}

func newLimitRow(r verdict.Rule) limitRow {
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

var severity = map[verdict.Outcome]int{verdict.Fail: 0, verdict.Unknown: 1, verdict.Pass: 2, verdict.NotApplicable: 3}

func orZero(p *float64) float64 {
	if p == nil {
		return 0
	}
	return *p
}
