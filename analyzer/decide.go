package analyzer

import (
	"maps"
	"math"
)

// option is one cluster under consideration.
type option struct {
	kind     Kind
	size     string
	brokers  int
	clusters int
	ruling   ruling
	plan     plan
	cost     float64 // not rounded
	priced   bool
	lines    []CostLine
}

// eligible reports whether the option may be chosen.
func (o *option) eligible() bool { return o.priced && o.ruling.open() }

func (o *option) choice() Choice {
	return Choice{Kind: o.kind, Size: o.size, Brokers: o.brokers, Clusters: o.clusters, MonthlyUSD: cents(o.cost)}
}

func (o *option) is(c Choice) bool {
	return o.kind == c.Kind && o.size == c.Size && o.brokers == c.Brokers && o.clusters == c.Clusters
}

// binding is the rule that decided: one that fails, else the constraint that made the number of brokers, else the rule
// nearest to its limit.
func (o *option) binding() string {
	if o.ruling.failed != "" || o.size == "" {
		return o.ruling.binding()
	}
	return o.ruling.id(constraintNames[o.plan.bottleneck])
}

// decision is every option with its rules, and the one that the policy takes.
type decision struct {
	*frame
	load    load
	options []option
	// split is the plan over several Serverless clusters; its zero value where none was made.
	split splitPlan
	// like is the decision that this one tries again with another input, so that equal loads are not planned twice; nil: none.
	like *decision
	// chosen and second are indexes of options; -1: none.
	chosen, second int
}

// decide weighs every option for the load of the input.
func decide(in *Input, words bool) *decision {
	d := &decision{frame: frameOf(in, nil, words, false)}
	d.weigh(loadOf(in))
	return d
}

// again decides once more with another input.
func (d *decision) again(in *Input) *decision {
	then := &decision{frame: frameOf(in, d.frame, false, false), like: d.liking(in)}
	then.weigh(loadOf(in))
	return then
}

// choiceOf is again for those who ask for the choice alone.
func (d *decision) choiceOf(in *Input) *decision {
	then := &decision{frame: frameOf(in, d.frame, false, false), like: d.liking(in)}
	then.prune = true
	then.weigh(loadOf(in))
	return then
}

// liking is d where the quotas that a plan depends on are the same in the other input.
func (d *decision) liking(in *Input) *decision {
	a, b := &d.in.Requirements, &in.Requirements
	same := d.in.Options == in.Options && maps.Equal(a.RaisedQuotas, b.RaisedQuotas) &&
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

// recording is again and keeps the outcome of every rule by name.
func (d *decision) recording(in *Input) *decision {
	then := &decision{frame: frameOf(in, d.frame, false, true), like: d.liking(in)}
	then.weigh(loadOf(in))
	return then
}

// weigh judges every option for a load and chooses.
func (d *decision) weigh(l load) {
	d.load = l
	if d.options == nil {
		most := 2 + len(d.in.Catalog.Standard.Sizes) + len(d.in.Catalog.Express.Sizes)
		if d.prune {
			most = 10
		}
		d.options = make([]option, 0, most)
	}
	d.options = d.options[:0]
	d.weighServerless()
	d.weighSplit()
	d.weighStandard()
	d.weighExpress()
	d.choose()
}

func (d *decision) bill() bill { return bill{keep: d.words, prices: &d.prices} }

// start begins an option with the rules of its kind that do not depend on the load.
func (d *decision) start(kind, rules Kind) *option {
	d.options = append(d.options, option{kind: kind, clusters: 1, ruling: d.posture[rules]})
	o := &d.options[len(d.options)-1]
	o.ruling.rules = append([]Rule(nil), o.ruling.rules...)
	o.ruling.recorded = append([]namedOutcome(nil), o.ruling.recorded...)
	return o
}

func (d *decision) weighServerless() {
	o := d.start(Serverless, Serverless)
	// Quotas come first in the report: what flows decides before what is configured.
	posture := o.ruling
	o.ruling = ruling{kind: Serverless, words: d.words, record: d.record}
	d.serverlessQuotas(&o.ruling, &d.load, 1)
	defaultRetentionRule(&o.ruling, d.in, &d.load)
	o.ruling.join(&posture)
	b := d.bill()
	serverlessBill(&b, &d.profile, &d.load, 1)
	o.cost, o.priced = b.total()
	o.lines = b.lines
}

func (d *decision) weighStandard() {
	if !d.words && !d.record && d.posture[Standard].fails > 0 {
		return
	}
	s := &d.in.Catalog.Standard
	cheapest := math.Inf(1)
	for i := range s.Sizes {
		size := &s.Sizes[i]
		z := &d.standardSizer
		if size.Family == "t3" {
			z = &d.t3Sizer
		}
		p := z.standard(&d.load, *size, s.DefaultThroughputMiB)
		b := d.bill()
		standardBill(&b, d.in, &d.profile, &d.load, size.Name, &p)
		if d.pruned(Standard, &p, &b, cheapest) {
			continue
		}
		o := d.provisioned(Standard, size.Name, &p, &b)
		standardReplication(&o.ruling, d.in, &d.load)
		standardTiered(&o.ruling, d.in, &d.load)
		d.standardSize(&o.ruling, &d.load, *size, &o.plan)
		if o.eligible() {
			cheapest = min(cheapest, o.cost)
		}
	}
}

func (d *decision) weighExpress() {
	if !d.words && !d.record && d.posture[Express].fails > 0 {
		return
	}
	e := &d.in.Catalog.Express
	cheapest := math.Inf(1)
	for i := range e.Sizes {
		size := &e.Sizes[i]
		p := d.expressSizer.express(&d.load, *size)
		b := d.bill()
		expressBill(&b, d.in, &d.profile, &d.load, size.Name, &p)
		if d.pruned(Express, &p, &b, cheapest) {
			continue
		}
		o := d.provisioned(Express, size.Name, &p, &b)
		expressPartition(&o.ruling, d.in, &d.load)
		d.expressSize(&o.ruling, &d.load, *size, &o.plan)
		if o.eligible() {
			cheapest = min(cheapest, o.cost)
		}
	}
}

// pruned reports whether a size cannot be the choice and need not be judged.
func (d *decision) pruned(k Kind, p *plan, b *bill, cheapest float64) bool {
	if !d.prune {
		return false
	}
	limit := d.brokerLimit(k)
	return limit.limited && float64(p.brokers) > limit.limit || b.unknown || b.sum > cheapest+0.005
}

// provisioned starts an option of a broker size.
func (d *decision) provisioned(k Kind, size string, p *plan, b *bill) *option {
	o := d.start(k, k)
	o.size, o.plan, o.brokers, o.lines = size, *p, p.brokers, b.lines
	o.cost, o.priced = b.total()
	d.provisionedRegion(&o.ruling, size)
	return o
}
