package analyzer

import (
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// Held holds one cluster against the workload as it was observed: without the sale-event factor and the growth that a sizing adds,
// and with the number of brokers that the cluster has. Where the workload says which MSK cluster carries it, and it is this
// one, its own volumes are priced instead of those that the load needs. It reports false where the catalog does not have the
// cluster, or where ingress or partitions are unknown: a price or a use without them would be too low.
func Held(in Input, c verdict.Choice) (verdict.Option, bool) {
	in.Workload = sanitized(in.Workload)
	in.Options = in.Options.withDefaults()
	in.Options.GrowthHorizon, in.Requirements.SaleEventFactor = 0, nil
	w := &in.Workload
	if unusable(&in) != "" || w.IngressBytesPerSec == nil || w.Partitions == nil {
		return verdict.Option{}, false
	}
	d := decide(&in, forVerdict)
	i, ok := d.withBrokers(c)
	if !ok {
		return verdict.Option{}, false
	}
	o := &d.options[i]
	if m := w.MSK; m != nil && string(o.kind) == m.Kind && o.size == m.Size && o.brokers == m.Brokers {
		if b, ok := d.billOf(m); ok {
			o.lines, o.unpriced = b.lines, b.unpriced
			o.cost, o.priced = b.total()
		}
	}
	return d.reported()[i], true
}

// CarriedBy is an MSK cluster as a choice, without a price.
func CarriedBy(m workload.MSKCluster) verdict.Choice {
	return verdict.Choice{Kind: verdict.Kind(m.Kind), Size: m.Size, Brokers: m.Brokers, Clusters: 1, TieredStorage: m.Tiered}
}
