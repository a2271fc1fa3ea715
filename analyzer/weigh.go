package analyzer

import (
	"math"

	"github.com/mskfit/mskfit/verdict"
)

// weigh judges every option for a load and chooses.
func (d *decision) weigh(l load) {
	d.load = l
	if d.options == nil {
		most := 2 + 2*len(d.in.Catalog.Standard.Sizes) + len(d.in.Catalog.Express.Sizes)
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
func (d *decision) start(kind, rules verdict.Kind) *option {
	d.options = append(d.options, option{kind: kind, clusters: 1, ruling: d.posture[rules]})
	o := &d.options[len(d.options)-1]
	const most = 24 // rules of an option of a broker size
	if d.words {
		o.ruling.rules = append(make([]verdict.Rule, 0, most), o.ruling.rules...)
	}
	if d.record {
		o.ruling.recorded = append(make([]namedOutcome, 0, most), o.ruling.recorded...)
	}
	return o
}

func (d *decision) weighServerless() {
	o := d.start(verdict.Serverless, verdict.Serverless)
	// Quotas come first in the report: what flows decides before what is configured.
	posture := o.ruling
	o.ruling = ruling{kind: verdict.Serverless, words: d.words, record: d.record}
	d.serverlessQuotas(&o.ruling, &d.load, 1)
	d.defaultRetentionRule(&o.ruling, &d.load)
	o.ruling.join(&posture)
	b := d.bill()
	serverlessBill(&b, &d.profile, &d.load, 1)
	o.cost, o.priced = b.total()
	o.lines, o.unpriced = b.lines, b.unpriced
}

func (d *decision) weighStandard() {
	if !d.words && !d.record && d.posture[verdict.Standard].fails > 0 {
		return
	}
	d.weighTiered(d.weighStandardFor(&d.load, math.Inf(1)))
}

// weighStandardFor considers every size for a load and returns the lowest bill so far of one that fits.
func (d *decision) weighStandardFor(l *load, cheapest float64) float64 {
	s := &d.in.Catalog.Standard
	for i := range s.Sizes {
		size := &s.Sizes[i]
		_, excluded := d.profile.ExcludedFamilies[size.Family]
		if excluded && d.prune {
			continue
		}
		z := &d.standardSizer
		if size.Family == "t3" {
			z = &d.t3Sizer
		}
		if l.proposed && size.Family == "t3" {
			continue // it takes no tiered storage
		}
		p := z.standard(l, size, s.DefaultThroughputMiB)
		b := d.bill()
		standardBill(&b, d.in, &d.profile, l, size.Name, &p)
		if d.pruned(verdict.Standard, &p, &b, cheapest) {
			continue
		}
		o := d.provisioned(verdict.Standard, size.Name, &p, &b)
		o.local, o.proposed, o.excluded = d.localText(l), l.proposed, excluded
		standardReplication(&o.ruling, d.in, l)
		d.standardTiered(&o.ruling, l)
		d.standardSize(&o.ruling, l, size, &o.plan)
		if o.eligible() {
			cheapest = min(cheapest, o.cost)
		}
	}
	return cheapest
}

func (d *decision) weighExpress() {
	if !d.words && !d.record && d.posture[verdict.Express].fails > 0 {
		return
	}
	e := &d.in.Catalog.Express
	cheapest := math.Inf(1)
	for i := range e.Sizes {
		size := &e.Sizes[i]
		p := d.expressSizer.express(&d.load, size)
		b := d.bill()
		expressBill(&b, d.in, &d.profile, &d.load, size.Name, &p)
		if d.pruned(verdict.Express, &p, &b, cheapest) {
			continue
		}
		o := d.provisioned(verdict.Express, size.Name, &p, &b)
		expressPartition(&o.ruling, d.in, &d.load)
		d.expressSize(&o.ruling, &d.load, size, &o.plan)
		if o.eligible() {
			cheapest = min(cheapest, o.cost)
		}
	}
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
	d.provisionedRegion(&o.ruling, size)
	return o
}
