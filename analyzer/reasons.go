package analyzer

import (
	"fmt"
	"math"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// reasons are sentences with numbers, the decisive one first.
func (d *decision) reasons() []string {
	if d.chosen < 0 {
		return d.whyNone()
	}
	o := &d.options[d.chosen]
	var out []string
	add := func(s string) {
		if s != "" {
			out = append(out, s)
		}
	}
	if d.in.Requirements.Prefer != "" && !d.preferred(o) {
		why := d.whyNot(verdict.Kind(d.in.Requirements.Prefer))
		if why == "" {
			why = "one Serverless cluster carries it all, or no number of them does"
		}
		add(fmt.Sprintf("%s is preferred but cannot be chosen: %s", kindName(verdict.Kind(d.in.Requirements.Prefer)), why))
	}
	switch o.kind {
	case verdict.Serverless, verdict.ServerlessSplit:
		add(d.whyServerless(o))
	case verdict.Express, verdict.Standard:
		if d.in.Requirements.Prefer != string(verdict.Serverless) {
			add(d.whyNotServerless())
		}
		add(d.whySize(o))
		if r, ok := o.rule(o.evaluation.id("zookeeper_access")); ok && d.zookeeper {
			add(r.Evidence)
		}
		add(d.policyReason(o))
		add(d.whyNotOther(o))
		add(d.samePrice(o))
	}
	if o.size == "" {
		add(d.policyReason(o))
	}
	add(d.factors())
	add(d.filling(o))
	return out
}

func (d *decision) whyServerless(o *option) string {
	if o.kind == verdict.ServerlessSplit {
		return d.whyNotServerless() + "; split over several clusters it fits: " + d.split.Note
	}
	fits := "MSK Serverless fits every limit"
	if n := o.evaluation.unknowns; n > 0 {
		fits = fmt.Sprintf("MSK Serverless fits every limit that could be checked; %d could not", n)
	}
	if r, ok := o.rule(o.binding()); ok {
		fits += "; nearest limit: " + r.Evidence
	}
	return fits
}

// factors says what the observed load was multiplied by.
func (d *decision) factors() string {
	l := &d.load
	switch {
	case l.events != 1 && l.growth != 1:
		return fmt.Sprintf("sized for the load × %s of a sale event and × %s of growth", factor(l.events), factor(l.growth))
	case l.events != 1:
		return fmt.Sprintf("sized for the load × %s of a sale event", factor(l.events))
	case l.growth != 1:
		return fmt.Sprintf("sized for the load × %s, by the growth of %s", factor(l.growth),
			workload.FormatDuration(d.in.Options.GrowthHorizon))
	}
	return ""
}

// rule returns the rule with the id.
func (o *option) rule(id string) (verdict.Rule, bool) {
	for _, r := range o.evaluation.rules {
		if r.ID == id {
			return r, true
		}
	}
	return verdict.Rule{}, false
}

// single is the option of one Serverless cluster.
func (d *decision) single() *option {
	for i := range d.options {
		if d.options[i].kind == verdict.Serverless {
			return &d.options[i]
		}
	}
	return nil
}

// whySize says how the number of brokers came about: what the load needs of each broker's plan, and what that is rounded up to.
func (d *decision) whySize(o *option) string {
	p, l := &o.plan, &d.load
	size, _ := d.in.Catalog.Express.Size(o.size)
	what := ""
	switch p.bottleneck {
	case byIngress:
		what = d.perBroker("ingress", l.in, p.in, l.inPeak, size.IngressMaxMBps, p)
	case byEgress:
		what = d.perBroker("egress", l.out, p.out, l.outPeak, size.EgressMaxMBps, p)
	case byPartitions:
		what = fmt.Sprintf("%s partition replicas ÷ %s per broker", count(p.replicas), count(p.partitions))
	case byStorage:
		what = fmt.Sprintf("%s GiB of storage ÷ %s per broker", count(p.volumeGiB), count(d.profile.Standard.MaxStorageGiB))
	case byThroughput:
		what = fmt.Sprintf("mean egress %s ÷ %s MiB/s of provisioned throughput per broker",
			workload.FormatByteRate(l.outMean.Value), count(p.throughput))
	case byConnections:
		what = fmt.Sprintf("%s connections ÷ %s per broker", count(needed(&l.connections)), count(p.connections))
	case byConnectionRate:
		what = fmt.Sprintf("%s connection attempts per second ÷ %s per broker", count(needed(&l.attempts)), count(p.connectionRate))
	case constraints:
		return ""
	}
	return o.choice().Name() + ": " + what + p.rounded()
}

// perBroker divides a rate by what a broker is planned with, or the highest minute by what a broker is throttled at where that
// needs more brokers. Where the upper bound of the figure was sized for, it says so.
func (d *decision) perBroker(what string, f fig, each float64, peak fig, throttleMBps float64, p *plan) string {
	by := " planned per broker"
	if p.byPeak {
		f, each, by = peak, throttleMBps*workload.MB, " at which AWS throttles a broker"
	}
	if f.stat != "" && f.stat != workload.Mean {
		what += " " + string(f.stat)
	}
	if need := needed(&f); need > f.Value*(1+hair) {
		what += " up to"
		f.Value = need
	}
	return what + " " + workload.FormatByteRate(f.Value) + " ÷ " + workload.FormatByteRate(each) + by
}

// rounded says how many brokers that makes, and why so many are taken: " = 2.7 brokers, rounded up to 3 (a multiple of 3)".
func (p *plan) rounded() string {
	need := count(p.need)
	switch whole := math.Ceil(p.need - hair); {
	case p.need <= float64(p.step):
		return fmt.Sprintf(" = %s broker%s; the smallest cluster has %d", need, plural(p.need), p.brokers)
	case math.Round(p.need) < whole && need == count(math.Round(p.need)):
		need = "just over " + need // 3.0004 reads as 3, and 6 are taken
	case int(whole) == p.brokers && p.need == whole:
		return fmt.Sprintf(" = %s brokers", need)
	}
	return fmt.Sprintf(" = %s brokers, rounded up to %d (a multiple of %d)", need, p.brokers, p.step)
}

// samePrice lists the options of the kind that cost the same, those that only the number of brokers rules out included.
func (d *decision) samePrice(o *option) string {
	var same, tooMany []string
	for i := range d.options {
		a := &d.options[i]
		if a.kind != o.kind || i == d.chosen || math.Abs(a.cost-o.cost) >= 0.005 {
			continue
		}
		switch {
		case a.eligible():
			same = append(same, a.choice().Name())
		case a.evaluation.fails == 1 && a.evaluation.failed == "brokers":
			tooMany = append(tooMany, a.choice().Name())
		}
	}
	var out string
	if len(same) > 0 {
		out = joined(same) + " would cost the same; with more, smaller brokers a failure takes less capacity"
	}
	if len(tooMany) > 0 {
		limit := d.evalContext.brokerLimit(o.kind)
		if out != "" {
			out += "; "
		}
		out += fmt.Sprintf("%s would too, but a cluster has at most %s brokers%s", joined(tooMany), count(limit.limit),
			withMode(d.zookeeper))
	}
	return out
}

func withMode(zookeeper bool) string {
	if zookeeper {
		return " with ZooKeeper, which is required"
	}
	return ""
}
