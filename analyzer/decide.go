package analyzer

import (
	"maps"

	"github.com/mskfit/mskfit/verdict"
)

// option is one cluster under consideration.
type option struct {
	kind       verdict.Kind
	size       string
	brokers    int
	clusters   int
	evaluation evaluation
	plan       plan
	cost       float64 // not rounded
	priced     bool
	lines      []verdict.CostLine
	unpriced   []string // the lines without a price
	excluded   bool     // the profile does not size such a size; see standardFamily
	// local is how long data stays on the brokers ("24h"); empty without tiered storage. proposed: it was not requested.
	local    string
	proposed bool
}

// eligible reports whether the option may be chosen.
func (o *option) eligible() bool { return o.priced && o.evaluation.open() }

func (o *option) choice() verdict.Choice {
	return verdict.Choice{Kind: o.kind, Size: o.size, Brokers: o.brokers, Clusters: o.clusters,
		TieredStorage: o.local != "", PrimaryRetention: o.local, MonthlyUSD: cents(o.cost)}
}

func (o *option) is(c verdict.Choice) bool {
	return o.kind == c.Kind && o.size == c.Size && o.brokers == c.Brokers && o.clusters == c.Clusters &&
		(o.local != "") == c.TieredStorage
}

// monthly is the bill as it is shown; nil without one.
func (o *option) monthly() *float64 {
	if !o.priced {
		return nil
	}
	usd := cents(o.cost)
	return &usd
}

// twin reports whether another decision means the same option, whatever its number of brokers.
func (o *option) twin(a *option) bool {
	return o.kind == a.kind && o.size == a.size && (o.local != "") == (a.local != "")
}

// binding is the id of the rule that decides, for the reasons, the report and the alerts alike: the first that fails, else the
// one nearest to its limit, else the constraint that made the number of brokers.
func (o *option) binding() string {
	if id := o.evaluation.binding(); id != "" || o.size == "" {
		return id
	}
	return o.evaluation.id(constraintNames[o.plan.bottleneck])
}

// decision is every option with its rules, and the one that the policy takes.
type decision struct {
	*evalContext
	load    load
	options []option
	// split is the plan over several Serverless clusters; its zero value where none was made.
	split splitPlan
	// like is the decision that this one tries again with another input, so that equal loads are not planned twice; nil: none.
	like *decision
	// tierLoad is the load of the options with tiered storage that was not requested; zero where there are none.
	tierLoad load
	// express is the lowest bill of Express that fits; +Inf: none fits.
	express float64
	// chosen and second are indexes of options; -1: none.
	chosen, second int
	// trials are what the answers to the questions would change, by field; filled by questions.
	trials map[string]trial
}

// decide evaluates every option for the load of the input.
func decide(in *Input, p purpose) *decision {
	d := &decision{evalContext: evalContextOf(in, nil, p)}
	d.evaluate(loadOf(in))
	return d
}

// again decides once more with another input.
func (d *decision) again(in *Input, p purpose) *decision {
	then := &decision{evalContext: evalContextOf(in, d.evalContext, p), like: d.liking(in)}
	then.evaluate(loadOf(in))
	return then
}

// liking is d where the quotas that a plan depends on are the same in the other input.
func (d *decision) liking(in *Input) *decision {
	a, b := &d.in.Requirements, &in.Requirements
	mine, others := d.in.Options, in.Options
	mine.Profile, others.Profile = "", "" // it only sizes brokers
	same := mine == others && maps.Equal(a.RaisedQuotas, b.RaisedQuotas) && sameHeadroom(a, b) &&
		orZero(a.ExistingServerlessClusters) == orZero(b.ExistingServerlessClusters)
	if !same {
		return nil
	}
	return d
}

func orZero(n *int) int {
	if n == nil {
		return 0
	}
	return *n
}
