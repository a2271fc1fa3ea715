package analyzer

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// found are the remedies of the option of a kind that has the least in its way.
type found struct {
	kind     verdict.Kind
	option   *option
	remedies []remedy
	complete bool
}

// remediesByKind looks for them once, for the actions and for the near misses.
func (d *decision) remediesByKind() []found {
	var out []found
	for _, k := range []verdict.Kind{verdict.Serverless, verdict.ServerlessSplit, verdict.Express, verdict.Standard} {
		if o := d.representative(k); o != nil {
			remedies, complete := d.remedies(o)
			out = append(out, found{k, o, remedies, complete})
		}
	}
	return out
}

// nearMisses are, for each kind in which nothing fits, the changes that make an option fit, decided again with all of them
// applied: the fewest changes first, then the lowest price. What the owner refused to change is changed only where nothing fits.
func (d *decision) nearMisses(byKind []found) []verdict.NearMiss {
	var out []verdict.NearMiss
	for _, f := range byKind {
		if d.fits(f.kind) || !f.complete {
			continue
		}
		if m, ok := d.nearMiss(f); ok {
			out = append(out, m)
		}
	}
	slices.SortStableFunc(out, func(a, b verdict.NearMiss) int {
		return cmp.Or(cmp.Compare(len(a.Changes), len(b.Changes)), cmp.Compare(a.MonthlyUSD, b.MonthlyUSD))
	})
	return out
}

// fits reports whether an option of the kind may be chosen.
func (d *decision) fits(k verdict.Kind) bool {
	return slices.ContainsFunc(d.options, func(o option) bool { return o.kind == k && o.eligible() })
}

func (d *decision) nearMiss(f found) (verdict.NearMiss, bool) {
	in := *d.in
	var m verdict.NearMiss
	var questions, premises []string
	for _, r := range d.needed(f) {
		r.apply(&in)
		for _, c := range r.asChanges() {
			c.Rule = f.option.idOf(r.rule)
			m.Changes = append(m.Changes, c)
		}
		if r.question != "" {
			questions = append(questions, r.question)
		}
		premises = append(premises, r.premise)
	}
	then := d.again(&in, forComparison)
	best := -1
	for i := range then.options {
		if o := &then.options[i]; o.kind == f.kind && o.eligible() && (best < 0 || then.before(o, &then.options[best])) {
			best = i
		}
	}
	if best < 0 || len(m.Changes) == 0 {
		return m, false
	}
	o := &then.options[best]
	m.Choice, m.Question = o.choice(), strings.Join(questions, " ")
	m.Sentence = fmt.Sprintf("%s would fit for %s a month%s if %s", m.Name(), workload.FormatDollars(o.cost), d.beside(o),
		sentenceList(premises))
	return m, true
}

// needed are the remedies without which the option cannot be chosen: those of rules that fail or whose estimate is above the limit.
func (d *decision) needed(f found) []remedy {
	failed := map[string]bool{}
	for _, r := range f.option.evaluation.rules {
		_, name, _ := strings.Cut(r.ID, ".")
		failed[name] = r.Outcome == verdict.Fail || r.Outcome == verdict.Unknown &&
			(r.Utilization != nil && *r.Utilization > 1 || r.Needs == "splittable")
	}
	return slices.DeleteFunc(slices.Clone(f.remedies), func(r remedy) bool { return !failed[r.rule] })
}

// idOf is the id of the option's rule with the name; several Serverless clusters have rules of a single one.
func (o *option) idOf(name string) string {
	for _, r := range o.evaluation.rules {
		if _, n, _ := strings.Cut(r.ID, "."); n == name {
			return r.ID
		}
	}
	return o.evaluation.id(name)
}

// beside compares the price with that of the choice.
func (d *decision) beside(o *option) string {
	if d.chosen < 0 {
		return ""
	}
	switch diff := o.cost - d.options[d.chosen].cost; {
	case diff >= 0.5:
		return fmt.Sprintf(" (%s more than the choice)", workload.FormatDollars(diff))
	case diff <= -0.5:
		return fmt.Sprintf(" (%s less than the choice)", workload.FormatDollars(-diff))
	}
	return " (as much as the choice)"
}

// asChanges are the fields that the remedy changes; where it names none, the targets of its actions.
func (r *remedy) asChanges() []verdict.Change {
	if len(r.changes) > 0 {
		return slices.Clone(r.changes)
	}
	out := make([]verdict.Change, 0, len(r.actions))
	for _, a := range r.actions {
		out = append(out, verdict.Change{Field: a.Target, To: a.Action})
	}
	return out
}
