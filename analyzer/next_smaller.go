package analyzer

import (
	"fmt"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// nextSmaller prices the headroom of a choice with brokers: what the next smaller cluster would save, and how far beyond the plan
// it would run. Smaller is a zone's worth of brokers less, or at the least number of them the next smaller size.
func (d *decision) nextSmaller() *verdict.NextSmaller {
	o := &d.options[d.chosen]
	if o.size == "" {
		return nil
	}
	step := d.standardSizer.multiple
	less := *o
	if o.brokers > step {
		less.plan.brokers = o.brokers - step
		less.brokers = less.plan.brokers
	} else {
		smaller := d.smaller(o)
		if smaller == nil {
			return nil
		}
		less = *smaller
		less.plan.brokers, less.brokers = o.brokers, o.brokers
	}
	b := bill{prices: &d.prices}
	if o.kind == verdict.Express {
		expressBill(&b, d.in, &d.profile, &d.load, less.size, &less.plan)
	} else {
		standardBill(&b, d.in, &d.profile, &d.load, less.size, &less.plan)
	}
	usd, ok := b.total()
	if !ok || usd >= o.cost {
		return nil
	}
	less.cost = usd
	use, what := d.busiest(&less)
	out := &verdict.NextSmaller{Choice: less.choice(), SavesUSD: cents(o.cost - usd), Utilization: tidy(use)}
	out.Sentence = fmt.Sprintf("%s would save %s a month and run at %s of the planned %s", less.choice().Name(),
		workload.FormatDollars(out.SavesUSD), percent(use, 1), what)
	if o.kind == verdict.Express && (what == "ingress" || what == "egress") {
		out.Sentence += d.throttled(&less)
	}
	return out
}

// smaller is the next smaller size of the family, by what a broker is planned to take in; nil where there is none.
func (d *decision) smaller(o *option) *option {
	var best *option
	for i := range d.options {
		a := &d.options[i]
		if a.kind != o.kind || a.excluded || a.evaluation.failed == "region" || a.plan.in >= o.plan.in ||
			family(a.size) != family(o.size) {
			continue
		}
		if best == nil || a.plan.in > best.plan.in || a.plan.in == best.plan.in && a.cost < best.cost {
			best = a
		}
	}
	return best
}

// family is what comes before the size: "kafka.m7g".
func family(size string) string {
	for i := len(size) - 1; i >= 0; i-- {
		if size[i] == '.' {
			return size[:i]
		}
	}
	return size
}

// busiest is the highest share of what the brokers are planned to carry, and of what.
func (d *decision) busiest(o *option) (use float64, what string) {
	n, l := float64(o.brokers), &d.load
	for _, c := range []struct {
		what        string
		need, gives float64
	}{
		{"ingress", needed(&l.in), n * o.plan.in},
		{"egress", needed(&l.out), n * o.plan.out},
		{"partitions", o.plan.replicas, n * o.plan.partitions},
		{"storage", o.plan.volumeGiB, n * d.profile.Standard.MaxStorageGiB},
	} {
		if u := per(c.need, c.gives); u > use {
			use, what = u, c.what
		}
	}
	return use, what
}

// throttled says how near the smaller cluster would come to what AWS enforces.
func (d *decision) throttled(o *option) string {
	size, ok := d.in.Catalog.Express.Size(o.size)
	if !ok || size.IngressMaxMBps <= 0 || size.EgressMaxMBps <= 0 {
		return ""
	}
	n := float64(o.brokers) * workload.MB
	use := max(needed(&d.load.inPeak)/(n*size.IngressMaxMBps), needed(&d.load.outPeak)/(n*size.EgressMaxMBps))
	return fmt.Sprintf(", %s of the rate at which AWS throttles", percent(use, 1))
}
