package analyzer

import (
	"github.com/mskfit/mskfit/analyzer/forecast"
	"github.com/mskfit/mskfit/verdict"
)

// limitsAhead are the limits that a growing load will meet: those of the choice, and those of Serverless where it carries the
// load today. Daily peaks are as observed, so a limit counts for less before a sale event: 200 MB/s are 100 on a normal day
// when the event doubles the load.
func (d *decision) limitsAhead() []forecast.Limit {
	var out []forecast.Limit
	seen := map[string]bool{}
	for _, p := range d.in.Workload.DailyPeaks {
		for quantity := range p.Values {
			seen[quantity] = true
		}
	}
	add := func(rule, quantity string, limit float64) {
		// Without a single peak the one on ingress says why there are no dates.
		if limit > 0 && (seen[quantity] || len(seen) == 0 && quantity == verdict.IngressKey) {
			out = append(out, forecast.Limit{Rule: rule, Quantity: quantity, Limit: limit / d.load.events})
		}
	}
	if o := d.single(); o != nil && (d.chosen >= 0 && d.options[d.chosen].kind == verdict.Serverless || o.evaluation.fails == 0 ||
		d.runsOn(verdict.Serverless)) {
		for _, q := range verdict.DailyQuantities() {
			if limit, ok := QuotaLimit(d.in, q.Daily[0]); ok {
				add(o.evaluation.id(q.Daily[0]), q.Key, limit)
			}
		}
	}
	if d.chosen < 0 || d.options[d.chosen].size == "" {
		return out
	}
	o := &d.options[d.chosen]
	n := float64(o.brokers)
	add(o.evaluation.id("ingress"), verdict.IngressKey, n*o.plan.in)
	add(o.evaluation.id("egress"), verdict.EgressKey, n*o.plan.out)
	copies := float64(d.load.replication)
	if o.kind == verdict.Express {
		copies = expressCopies
	}
	add(o.evaluation.id("partitions"), verdict.PartitionsKey, n*o.plan.partitions/copies)
	switch {
	case o.local != "": // the low-cost tier has no limit
	case o.kind == verdict.Standard:
		add(o.evaluation.id("storage"), verdict.StoredKey,
			n*d.profile.Standard.MaxStorageGiB*(1<<30)/(copies*d.profile.Standard.StorageHeadroom))
	default:
		add(o.evaluation.id("ingress_per_partition"), verdict.HottestIngressKey, d.in.Catalog.Express.PerPartitionMBps*1e6)
	}
	return out
}

// runsOn reports whether the workload runs on that kind of MSK cluster today.
func (d *decision) runsOn(k verdict.Kind) bool {
	m := d.in.Workload.MSK
	return m != nil && verdict.Kind(m.Kind) == k
}
