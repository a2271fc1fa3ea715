package analyzer

import (
	"fmt"
	"slices"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// remedy is what the owner can do about one rule: one or several actions that together fix it.
type remedy struct {
	rule    string // name of the rule, without its kind
	actions []verdict.Action
	// apply changes a copy of the input as if the actions had been taken. It replaces what it changes and never writes through
	// a pointer, slice or map of the input.
	apply func(*Input)
	// near: it contradicts what the owner declared, or wants less than was declared. It is no action, but may make a near miss.
	near bool
	// refused: the owner said that this cannot be changed.
	refused bool
	// changes are the fields that it changes, question asks the owner whether that is possible, and premise says it as a condition:
	// "clients move from Kerberos to IAM".
	changes           []verdict.Change
	question, premise string
}

// actions lists what the owner can do, each verified by deciding again with it applied: for the rules that block
// the choice's own kind, and for another kind where the remedies together clear all that blocks it. reach says what
// such a kind would then cost.
func (d *decision) actions(byKind []found) (actions []verdict.Action, reach []string) {
	actions = []verdict.Action{}
	for _, f := range byKind {
		k, o, remedies, complete := f.kind, f.option, f.remedies, f.complete
		if k == verdict.ServerlessSplit {
			continue
		}
		if acts := slices.DeleteFunc(slices.Clone(remedies), func(r remedy) bool { return r.near }); len(acts) < len(remedies) {
			remedies, complete = acts, false
		}
		if d.chosen >= 0 && d.options[d.chosen].kind != k {
			would, taken := d.withAll(remedies, o)
			if o.eligible() || !complete || would == nil {
				continue // out of reach, or there already
			}
			if taken {
				reach = append(reach, fmt.Sprintf("with %s (see actions) %s would be chosen, at %s a month", changes(remedies),
					would.choice().Name(), workload.FormatDollars(would.cost)))
			}
		}
		for _, r := range remedies {
			actions = append(actions, r.actions...)
		}
	}
	return append(append(actions, d.savings()...), d.batching()...), reach
}

func changes(remedies []remedy) string {
	n := 0
	for _, r := range remedies {
		n += len(r.actions)
	}
	if n == 1 {
		return "one change"
	}
	return fmt.Sprintf("%d changes", n)
}

// withAll is the option once every remedy is applied, and whether the policy then takes it; nil where it still cannot be chosen.
func (d *decision) withAll(remedies []remedy, o *option) (would *option, taken bool) {
	in := *d.in
	for _, r := range remedies {
		r.apply(&in)
	}
	then := d.again(&in, forComparison)
	for i := range then.options {
		if a := &then.options[i]; a.twin(o) && a.eligible() {
			return a, then.chosen == i
		}
	}
	return nil, false
}

// representative is the option of a kind whose rules need a fix: the chosen one, else the cheapest that may be chosen,
// else the one with the least in its way.
func (d *decision) representative(k verdict.Kind) *option {
	if d.chosen >= 0 && d.options[d.chosen].kind == k {
		return &d.options[d.chosen]
	}
	var best *option
	for i := range d.options {
		o := &d.options[i]
		if o.kind != k {
			continue
		}
		if best == nil || d.nearer(o, best) {
			best = o
		}
	}
	return best
}
