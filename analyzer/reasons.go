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
		add(fmt.Sprintf("%s is preferred and is not taken: %s", d.in.Requirements.Prefer, why))
	}
	switch o.kind {
	case verdict.Serverless, verdict.ServerlessSplit:
		add(d.whyServerless(o))
	case verdict.Express, verdict.Standard:
		if d.in.Requirements.Prefer != string(verdict.Serverless) {
			add(d.whyNotServerless())
		}
		add(d.whySize(o))
		add(d.whyNotOther(o))
		add(d.samePrice(o))
	}
	add(d.policyReason(o))
	add(d.factors())
	return out
}

// policyReason says which rule of the policy took the option, and what the next one costs.
func (d *decision) policyReason(o *option) string {
	bill := fmt.Sprintf("%s costs %s a month", o.choice().Name(), workload.FormatUSD(o.cost))
	next := ""
	if i := d.cheapest(d.chosen); i >= 0 && math.Abs(d.options[i].cost-o.cost) >= 0.005 {
		alt := &d.options[i]
		next = fmt.Sprintf("; the cheapest alternative, %s, %s", alt.choice().Name(), workload.FormatUSD(alt.cost))
	}
	switch {
	case d.preferred(o):
		return bill + next + "; taken because " + string(o.kind) + " is preferred"
	case hasTeam(d.in):
		return bill + next + "; with an operations team the cheapest that fits is taken"
	case isFalse(d.in.Requirements.OperationsTeam):
		return bill + next + "; without an operations team the kind with the least to operate is taken"
	}
	return bill + next + "; whether there is an operations team is not declared, so the kind with the least to operate is taken"
}

func (d *decision) whyServerless(o *option) string {
	if o.kind == verdict.ServerlessSplit {
		return d.whyNotServerless() + "; spread over several it fits: " + d.split.Note
	}
	fits := "MSK Serverless fits"
	if n := len(conditions(o)); n > 0 {
		fits = fmt.Sprintf("MSK Serverless fits as far as is known, on %d condition%s", n, plural(float64(n)))
	}
	if r, ok := o.rule(o.ruling.tightestID()); ok {
		fits += "; the tightest rule: " + r.Evidence
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
		return fmt.Sprintf("sized for the load × %s, by the growth of %s", factor(l.growth), span(d.in.Options.GrowthHorizon))
	}
	return ""
}

// rule returns the rule with the id.
func (o *option) rule(id string) (verdict.Rule, bool) {
	for _, r := range o.ruling.rules {
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

// whySize says how the number of brokers came about.
func (d *decision) whySize(o *option) string {
	p := &o.plan
	l := &d.load
	head := o.choice().Name() + ": "
	switch p.bottleneck {
	case byIngress:
		return head + perBroker("ingress", l.in, p.in)
	case byEgress:
		return head + perBroker("egress", l.out, p.out)
	case byPartitions:
		return head + fmt.Sprintf("%s partition replicas at %s a broker", count(p.replicas), count(p.partitions))
	case byStorage:
		return head + fmt.Sprintf("%s GiB of storage at %s a broker", count(p.volumeGiB), count(d.profile.Standard.MaxStorageGiB))
	case byThroughput:
		return head + fmt.Sprintf("mean egress %s at %s MiB/s of provisioned throughput a broker", workload.FormatByteRate(l.outMean.Value), count(p.throughput))
	case byConnections:
		return head + fmt.Sprintf("%s connections at %s a broker", count(l.connections.Value), count(p.connections))
	case byConnectionRate:
		return head + fmt.Sprintf("%s connection attempts per second at %s a broker", count(l.attempts.Value), count(p.connectionRate))
	case constraints:
	}
	return ""
}

func perBroker(what string, f fig, each float64) string {
	stat := ""
	if f.stat != "" && f.stat != workload.Mean {
		stat = " " + string(f.stat)
	}
	return fmt.Sprintf("%s%s %s at %s a broker needs %s, rounded up to whole zones", what, stat, workload.FormatByteRate(f.Value),
		workload.FormatByteRate(each), count(math.Ceil(per(needed(&f), each)-1e-9)))
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
		case a.ruling.fails == 1 && a.ruling.failed == "brokers":
			tooMany = append(tooMany, a.choice().Name())
		}
	}
	var out string
	if len(same) > 0 {
		out = joined(same) + " would cost the same; more and smaller brokers are taken, because the loss of one takes less with it"
	}
	if len(tooMany) > 0 {
		limit := d.frame.brokerLimit(o.kind)
		if out != "" {
			out += "; "
		}
		out += fmt.Sprintf("by throughput alone %s would too, but a cluster has at most %s brokers%s", joined(tooMany), count(limit.limit), withMode(d.zookeeper))
	}
	return out
}

func withMode(zookeeper bool) string {
	if zookeeper {
		return " with ZooKeeper, which is asked for"
	}
	return ""
}
