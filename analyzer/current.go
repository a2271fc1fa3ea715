package analyzer

import (
	"fmt"
	"math"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// current is the MSK cluster that carries the workload today, priced with the same load, prices and month; nil where it
// runs elsewhere or has no price.
func (d *decision) current() *verdict.Current {
	m := d.in.Workload.MSK
	if m == nil {
		return nil
	}
	b, ok := d.billOf(m)
	if !ok {
		return nil
	}
	c := verdict.Choice{Kind: verdict.Kind(m.Kind), Size: m.Size, Brokers: m.Brokers, Clusters: 1}
	usd, ok := b.total()
	if !ok {
		return nil
	}
	c.MonthlyUSD = cents(usd)
	out := &verdict.Current{Choice: c, Sentence: fmt.Sprintf("today's %s costs about %s a month", c.Name(),
		workload.FormatDollars(c.MonthlyUSD))}
	if d.chosen < 0 {
		return out
	}
	o := &d.options[d.chosen]
	out.SavesUSD = cents(usd - o.cost)
	switch {
	case o.is(c):
		out.Sentence += "; it is the choice already"
	case math.Abs(out.SavesUSD) < 0.01:
		out.Sentence += "; the choice costs the same"
	case out.SavesUSD > 0:
		out.Sentence += fmt.Sprintf("; the choice saves %s", workload.FormatDollars(difference(usd, o.cost)))
	default:
		out.Sentence += fmt.Sprintf("; the choice costs %s more", workload.FormatDollars(difference(o.cost, usd)))
	}
	return out
}

// billOf prices an MSK cluster that is there, with its own volumes; false for a kind that is not one cluster.
func (d *decision) billOf(m *workload.MSKCluster) (bill, bool) {
	b := d.bill()
	switch verdict.Kind(m.Kind) {
	case verdict.Serverless:
		serverlessBill(&b, &d.profile, &d.load, 1)
	case verdict.Express:
		expressBill(&b, d.in, &d.profile, &d.load, m.Size, &plan{brokers: m.Brokers, keptGiB: d.load.stored.Value / workload.GiB})
	case verdict.Standard:
		standardBill(&b, d.in, &d.profile, &d.load, m.Size, &plan{brokers: m.Brokers, keptGiB: d.load.remote.Value / workload.GiB,
			volumeGiB: float64(m.StorageGiBPerBroker) * float64(m.Brokers), throughput: float64(m.ProvisionedThroughputMiB)})
	case verdict.ServerlessSplit:
		return b, false
	default:
		return b, false
	}
	return b, true
}
