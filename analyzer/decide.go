package analyzer

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
	// chosen and second are indexes of options; -1: none.
	chosen, second int
}

// decide weighs every option for the load of the input.
func decide(in *Input, words bool) *decision {
	d := &decision{frame: frameOf(in, words, false)}
	d.weigh(loadOf(in))
	return d
}

// decideRecording decides without words and keeps the outcome of every rule by name.
func decideRecording(in *Input) *decision {
	d := &decision{frame: frameOf(in, false, true)}
	d.weigh(loadOf(in))
	return d
}

// weigh judges every option for a load and chooses.
func (d *decision) weigh(l load) {
	d.load = l
	if d.options == nil {
		d.options = make([]option, 0, 2+len(d.in.Catalog.Standard.Sizes)+len(d.in.Catalog.Express.Sizes))
	}
	d.options = d.options[:0]
	d.weighServerless()
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
	serverlessQuotas(&o.ruling, d.in, &d.load, 1)
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
	for i := range s.Sizes {
		size := &s.Sizes[i]
		z := &d.standardSizer
		if size.Family == "t3" {
			z = &d.t3Sizer
		}
		o := d.start(Standard, Standard)
		o.size, o.plan = size.Name, z.standard(&d.load, *size, s.DefaultThroughputMiB)
		o.brokers = o.plan.brokers
		d.provisionedRegion(&o.ruling, size.Name)
		standardReplication(&o.ruling, d.in, &d.load)
		standardTiered(&o.ruling, d.in, &d.load)
		d.standardSize(&o.ruling, &d.load, *size, &o.plan)
		b := d.bill()
		standardBill(&b, d.in, &d.profile, &d.load, size.Name, &o.plan)
		o.cost, o.priced = b.total()
		o.lines = b.lines
	}
}

func (d *decision) weighExpress() {
	if !d.words && !d.record && d.posture[Express].fails > 0 {
		return
	}
	e := &d.in.Catalog.Express
	for i := range e.Sizes {
		size := &e.Sizes[i]
		o := d.start(Express, Express)
		o.size, o.plan = size.Name, d.expressSizer.express(&d.load, *size)
		o.brokers = o.plan.brokers
		d.provisionedRegion(&o.ruling, size.Name)
		expressPartition(&o.ruling, d.in, &d.load)
		d.expressSize(&o.ruling, &d.load, *size, &o.plan)
		b := d.bill()
		expressBill(&b, d.in, &d.profile, &d.load, size.Name, &o.plan)
		o.cost, o.priced = b.total()
		o.lines = b.lines
	}
}
