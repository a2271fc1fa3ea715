package analyzer

import (
	"cmp"
	"math"

	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/verdict"
)

// evaluate checks every option for a load and chooses.
func (d *decision) evaluate(l load) {
	d.load = l
	if d.options == nil {
		most := 2 + 2*len(d.in.Catalog.Standard.Sizes) + len(d.in.Catalog.Express.Sizes)
		if d.prune {
			most = 10
		}
		d.options = make([]option, 0, most)
	}
	d.options = d.options[:0]
	d.evaluateServerless()
	d.evaluateSplit()
	d.evaluateStandard()
	d.evaluateExpress()
	d.choose()
}

func (d *decision) bill() bill { return bill{keep: d.words, prices: &d.prices} }

// start begins an option with the rules of its kind that do not depend on the load.
func (d *decision) start(kind, rules verdict.Kind) *option {
	d.options = append(d.options, option{kind: kind, clusters: 1, evaluation: d.posture[rules]})
	o := &d.options[len(d.options)-1]
	const most = 24 // rules of an option of a broker size
	if d.words {
		o.evaluation.rules = append(make([]verdict.Rule, 0, most), o.evaluation.rules...)
	}
	if d.record {
		o.evaluation.recorded = append(make([]namedOutcome, 0, most), o.evaluation.recorded...)
	}
	return o
}

func (d *decision) evaluateServerless() {
	o := d.start(verdict.Serverless, verdict.Serverless)
	// Quotas come first in the report: what flows decides before what is configured.
	posture := o.evaluation
	o.evaluation = d.evaluation(verdict.Serverless)
	d.serverlessQuotas(&o.evaluation, &d.load, 1)
	d.defaultRetentionRule(&o.evaluation, &d.load)
	o.evaluation.join(&posture)
	b := d.bill()
	serverlessBill(&b, &d.profile, &d.load, 1)
	o.cost, o.priced = b.total()
	o.lines, o.unpriced = b.lines, b.unpriced
}

func (d *decision) evaluateStandard() {
	if !d.words && !d.record && d.posture[verdict.Standard].fails > 0 {
		return
	}
	d.evaluateTiered(d.evaluateStandardFor(&d.load, math.Inf(1)))
}

// evaluateStandardFor considers every size for a load and returns the lowest bill so far of one that fits.
func (d *decision) evaluateStandardFor(l *load, cheapest float64) float64 {
	for i := range d.in.Catalog.Standard.Sizes {
		size := &d.in.Catalog.Standard.Sizes[i]
		_, excluded := d.profile.ExcludedFamilies[size.Family]
		if excluded && d.prune {
			continue
		}
		if l.proposed && size.Family == "t3" {
			continue // it takes no tiered storage
		}
		o := d.addStandard(l, size, 0, cheapest)
		if o == nil {
			continue
		}
		o.proposed, o.excluded = l.proposed, excluded
		if o.eligible() {
			cheapest = min(cheapest, o.cost)
		}
	}
	return cheapest
}

// addStandard adds the option of a size; brokers is how many there are, 0: as many as the load needs. It returns nil where the
// option is pruned, because one that costs no more is known.
func (d *decision) addStandard(l *load, size *catalog.StandardSize, brokers int, cheapest float64) *option {
	z := &d.standardSizer
	if size.Family == "t3" {
		z = &d.t3Sizer
	}
	p := z.standard(l, size, d.in.Catalog.Standard.DefaultThroughputMiB)
	p.brokers = cmp.Or(brokers, p.brokers)
	b := d.bill()
	standardBill(&b, d.in, &d.profile, l, size.Name, &p)
	if d.pruned(verdict.Standard, &p, &b, cheapest) {
		return nil
	}
	o := d.provisioned(verdict.Standard, size.Name, &p, &b)
	o.local = d.localText(l)
	standardReplication(&o.evaluation, d.in, l)
	d.standardTiered(&o.evaluation, l)
	d.standardSize(&o.evaluation, l, size, &o.plan)
	return o
}

func (d *decision) evaluateExpress() {
	if !d.words && !d.record && d.posture[verdict.Express].fails > 0 {
		return
	}
	cheapest := math.Inf(1)
	for i := range d.in.Catalog.Express.Sizes {
		if o := d.addExpress(&d.in.Catalog.Express.Sizes[i], 0, cheapest); o != nil && o.eligible() {
			cheapest = min(cheapest, o.cost)
		}
	}
}

// addExpress is addStandard for a size of Express.
func (d *decision) addExpress(size *catalog.ExpressSize, brokers int, cheapest float64) *option {
	p := d.expressSizer.express(&d.load, size)
	p.brokers = cmp.Or(brokers, p.brokers)
	b := d.bill()
	expressBill(&b, d.in, &d.profile, &d.load, size.Name, &p)
	if d.pruned(verdict.Express, &p, &b, cheapest) {
		return nil
	}
	o := d.provisioned(verdict.Express, size.Name, &p, &b)
	expressPartition(&o.evaluation, d.in, &d.load)
	d.expressSize(&o.evaluation, &d.load, size, &o.plan)
	return o
}

// pruned reports whether a size cannot be the choice and need not be judged.
func (d *decision) pruned(k verdict.Kind, p *plan, b *bill, cheapest float64) bool {
	if !d.prune {
		return false
	}
	limit := d.brokerLimit(k)
	return limit.limited && float64(p.brokers) > limit.limit || b.unknown || b.sum > cheapest+0.005
}

// provisioned starts an option of a broker size.
func (d *decision) provisioned(k verdict.Kind, size string, p *plan, b *bill) *option {
	o := d.start(k, k)
	o.size, o.plan, o.brokers, o.lines, o.unpriced = size, *p, p.brokers, b.lines, b.unpriced
	o.cost, o.priced = b.total()
	d.provisionedRegion(&o.evaluation, size)
	return o
}
