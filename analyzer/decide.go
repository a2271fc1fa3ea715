package analyzer

import (
	"github.com/mskfit/mskfit/internal/catalog"
)

// option is one cluster under consideration.
type option struct {
	kind     Kind
	size     string
	brokers  int
	clusters int
	ruling   ruling
	plan     plan
	// bottleneck is the rule of the constraint that made the number of brokers.
	bottleneck string
	cost       float64 // not rounded
	priced     bool
	lines      []CostLine
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
	if o.ruling.failed != "" || o.bottleneck == "" {
		return o.ruling.binding()
	}
	return o.bottleneck
}

// decision is every option with its rules, and the one that the policy takes.
type decision struct {
	in      *Input
	profile catalog.Profile
	load    load
	prices  prices
	options []option
	// chosen and second are indexes of options; -1: none.
	chosen, second int
}

// decide weighs every option. Without words nothing is put into sentences and no cost line is kept, which is what deciding
// again with another input needs.
func decide(in *Input, words bool) decision {
	d := decision{in: in, profile: in.Catalog.Profiles[in.Options.Profile], load: loadOf(in), chosen: -1, second: -1}
	region, known := priceRegion(in)
	d.prices = prices{region: region, overrides: d.profile.PriceOverrides, known: known}
	d.options = make([]option, 0, 2+len(in.Catalog.Standard.Sizes)+len(in.Catalog.Express.Sizes))
	d.serverless(words)
	d.standard(words)
	d.express(words)
	d.choose()
	return d
}

func (d *decision) bill(words bool) bill { return bill{keep: words, prices: d.prices} }

func (d *decision) serverless(words bool) {
	o := option{kind: Serverless, clusters: 1, ruling: ruling{words: words}}
	serverlessQuotas(&o.ruling, d.in, &d.load, 1)
	serverlessPosture(&o.ruling, d.in, &d.load)
	b := d.bill(words)
	serverlessBill(&b, d.profile, &d.load, 1)
	o.cost, o.priced = b.total()
	o.lines = b.lines
	d.options = append(d.options, o)
}

// multiple is what broker counts are rounded up to: one broker a zone.
func (d *decision) multiple() int {
	if d.load.zones == 2 && d.profile.BrokerMultiple == 3 {
		return 2
	}
	return max(d.profile.BrokerMultiple, 1)
}

func (d *decision) sizer(quotas []catalog.Quota, rateID string) sizer {
	z := sizer{profile: d.profile, load: &d.load, headroom: d.in.Options.Headroom, multiple: d.multiple()}
	if methods, _ := methodsInUse(d.in); len(methods) > 0 && !contains(methods, "iam") {
		return z
	}
	for _, q := range quotas {
		limit, _, ok := limitOf(q, d.in.Requirements.RaisedQuotas)
		switch {
		case !ok:
		case q.ID == "iam_tcp_connections_per_broker":
			z.connections = limit
		case q.ID == rateID:
			z.connectionRate = limit
		}
	}
	return z
}

func (d *decision) standard(words bool) {
	s := &d.in.Catalog.Standard
	common := ruling{words: words}
	standardCommon(&common, d.in, &d.load)
	z := d.sizer(s.Quotas, "iam_connection_rate_m5_m7g")
	t3 := d.sizer(s.Quotas, "iam_connection_rate_t3")
	for _, size := range s.Sizes {
		sized := z
		if size.Family == "t3" {
			sized = t3
		}
		p := sized.standard(size, s.DefaultThroughputMiB)
		o := d.provisioned(Standard, size.Name, p, common)
		_, sold := d.prices.region.BrokerHour(size.Name)
		provisionedRegion(&o.ruling, standardPrefix, size.Name, d.in, sold)
		standardSize(&o.ruling, d.in, d.profile, &d.load, size, p)
		b := d.bill(words)
		standardBill(&b, d.in, d.profile, &d.load, size.Name, p)
		o.cost, o.priced = b.total()
		o.lines = b.lines
		d.options = append(d.options, o)
	}
}

func (d *decision) express(words bool) {
	e := &d.in.Catalog.Express
	common := ruling{words: words}
	expressCommon(&common, d.in, &d.load)
	z := d.sizer(e.Quotas, "iam_connection_rate")
	for _, size := range e.Sizes {
		p := z.express(size)
		o := d.provisioned(Express, size.Name, p, common)
		_, sold := d.prices.region.BrokerHour(size.Name)
		provisionedRegion(&o.ruling, expressPrefix, size.Name, d.in, sold)
		expressSize(&o.ruling, d.in, d.profile, &d.load, size, p)
		b := d.bill(words)
		expressBill(&b, d.in, d.profile, &d.load, size.Name, p)
		o.cost, o.priced = b.total()
		o.lines = b.lines
		d.options = append(d.options, o)
	}
}

// provisioned starts an option of a broker size from the rules that all sizes share.
func (d *decision) provisioned(kind Kind, size string, p plan, common ruling) option {
	o := option{kind: kind, size: size, brokers: p.brokers, clusters: 1, plan: p, ruling: common}
	o.ruling.rules = append([]Rule(nil), common.rules...)
	o.bottleneck = string(kind) + "." + constraintNames[p.bottleneck]
	return o
}
