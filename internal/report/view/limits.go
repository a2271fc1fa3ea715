package view

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// Limits holds the limits of one option against the workload.
type Limits struct {
	// Title says which option's limits they are.
	Title string
	// Rows are the limits with a number that were checked: those that fail first, then by use.
	Rows []Limit
	// Chart shows the same as bars; nil when no row has a use.
	Chart *Chart
	// Notes are the rules without a number that fail.
	Notes []string
	// Unchecked names what could not be checked, and Rest how many rules hold or do not apply without a number.
	Unchecked, Rest string
}

// Limit is one row: what the workload takes of one limit.
type Limit struct {
	// Mark is "ok" or "FAIL".
	Mark, Name string
	// Observed is what is compared with the limit.
	Observed, Limit string
	// Stats are mean, p99 and peak of the same quantity; empty where it has no more than one of them.
	Stats string
	// Terms name the other two figures where AWS states them: "AWS recommends 369 MB/s, throttles at 702 MB/s".
	Terms string
	// Use is observed ÷ limit in percent; "unknown" without a figure.
	Use string
	// Ratio is observed ÷ limit; nil when it is not known.
	Ratio *float64
	// Evidence is the sentence of the rule.
	Evidence string
}

// headroom are the limits of the choice, and the Serverless quotas where that is something else.
func headroom(v verdict.Verdict) []Limits {
	var out []Limits
	if v.Choice != nil && v.Choice.Kind != verdict.Serverless {
		if o, ok := optionOf(v, *v.Choice); ok && len(o.Rules) > 0 {
			out = append(out, newLimits(v, "Limits of "+v.Choice.Name(), o))
		}
	}
	for _, o := range v.Options {
		if o.Kind == verdict.Serverless {
			return append(out, newLimits(v, "MSK Serverless quotas", o))
		}
	}
	return out
}

func newLimits(v verdict.Verdict, title string, o verdict.Option) Limits {
	l := Limits{Title: title}
	rules := slices.Clone(o.Rules)
	slices.SortStableFunc(rules, func(a, b verdict.Rule) int {
		return cmp.Or(cmp.Compare(severity[a.Outcome], severity[b.Outcome]),
			-cmp.Compare(orZero(a.Utilization), orZero(b.Utilization)))
	})
	var unchecked []string
	rest := 0
	var bars []bar
	for _, r := range rules {
		switch {
		case r.Outcome == verdict.Unknown:
			unchecked = append(unchecked, r.Title)
		case r.Outcome == verdict.NotApplicable:
		case r.Limit != nil:
			row := newLimit(r, quantityOf(v.Workload, r.ID))
			l.Rows = append(l.Rows, row)
			bars = append(bars, newBar(r, quantityOf(v.Workload, r.ID)))
		case r.Outcome == verdict.Fail:
			l.Notes = append(l.Notes, sentence(r))
		default:
			rest++
		}
	}
	if len(unchecked) > 0 {
		l.Unchecked = fmt.Sprintf("Not checked: %s.", strings.Join(unchecked, ", "))
		if isChoice(o, v.Choice) {
			l.Unchecked += " See Open questions."
		}
	}
	if rest > 0 {
		l.Rest = counted(rest, "more requirement") + " without a number hold."
	}
	l.Chart = headroomChart(title, bars)
	return l
}

func newLimit(r verdict.Rule, q *workload.Quantity) Limit {
	observed := r.Unit
	if _, ok := units[r.Unit]; !ok {
		observed = "" // counts need their unit once, beside the limit
	}
	row := Limit{Mark: "ok", Name: capital(r.Title), Observed: amount(r.Observed, observed), Limit: amount(r.Limit, r.Unit),
		Use:   unknown,
		Ratio: r.Utilization, Evidence: r.Evidence}
	if r.Outcome == verdict.Fail {
		row.Mark = "FAIL"
	}
	if q != nil && r.Observed != nil && (q.P99 != nil || q.Peak != nil) {
		row.Stats = statsWords(q)
	}
	if r.Utilization != nil {
		row.Use = percent(*r.Utilization)
	}
	var terms []string
	if r.Recommended != nil && (r.Limit == nil || *r.Recommended != *r.Limit) {
		terms = append(terms, "AWS recommends up to "+amount(r.Recommended, r.Unit))
	}
	if r.Throttles != nil && (r.Limit == nil || *r.Throttles != *r.Limit) {
		terms = append(terms, "throttles at "+amount(r.Throttles, r.Unit))
	}
	row.Terms = capital(strings.Join(terms, "; "))
	return row
}

func statsWords(q *workload.Quantity) string {
	out := "Mean " + byteRate(q.Value)
	if q.P99 != nil {
		out += ", p99 " + byteRate(*q.P99)
	}
	if q.Peak != nil {
		out += ", peak " + byteRate(*q.Peak)
	}
	return out
}

// quantityOf is the quantity, in bytes per second, that a rule is about; nil for others.
func quantityOf(f verdict.Figures, id string) *workload.Quantity {
	if !verdict.MovesByRate(id) || strings.HasSuffix(id, ".storage_throughput") { // that one is about replicas too
		return nil
	}
	return verdict.QuantityOf(f, id)
}

var severity = map[verdict.Outcome]int{verdict.Fail: 0, verdict.Pass: 1, verdict.Unknown: 2, verdict.NotApplicable: 3}

func orZero(p *float64) float64 {
	if p == nil {
		return 0
	}
	return *p
}
