package analyzer

import (
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// provisionedRegion is the rule on whether the region sells the size.
func (f *evalContext) provisionedRegion(r *evaluation, size string) bool {
	const name, title = "region", "region"
	source, region := f.in.Catalog.PriceSource, f.in.Workload.Region
	sold := f.prices.broker(size).ok
	switch {
	case region == "":
		r.judge(name, title, source, verdict.Unknown, "region",
			"region unknown; prices are those of "+referenceRegion+": declare region")
	case !r.words && sold:
	case !r.words:
		r.judge(name, title, source, verdict.Fail, "", "")
	case sold:
		r.judge(name, title, source, verdict.Pass, "", "%s has a price in %s", size, region)
	default:
		r.judge(name, title, source, verdict.Fail, "", "no price for %s in %s in the price list of %s%s", size, region,
			f.pricesOf(), misspelled(f.in, region))
	}
	return sold
}

// partitionRules compare the replicas with the number that AWS recommends for a broker, and with the limit beyond which an
// overloaded cluster refuses updates.
func partitionRules(r *evaluation, l *load, p *plan, source string, copies float64) {
	n := float64(p.brokers)
	c := check{name: "partitions", title: "recommended partitions", source: source, needs: "partitions", unit: "replicas",
		observed: l.partitions.scale(copies), limit: n * p.partitions}
	r.measure(c, "partition replicas", "%s recommended", "list the topics")
	c.name, c.title, c.limit = "partitions_max", "partition limit", n*p.partitionsMax
	r.measure(c, "partition replicas", "limit of %s", "list the topics")
}

// connectionRules compare connections with what a broker accepts from IAM clients; AWS does not limit other clients.
func (f *evalContext) connectionRules(r *evaluation, l *load, p *plan) {
	n := float64(p.brokers)
	f.connectionRule(r, check{name: "connections", title: "connections", needs: "client_connections", unit: "connections",
		observed: l.connections, limit: n * p.connections}, "connections")
	f.connectionRule(r, check{name: "connection_rate", title: "connection rate", needs: verdict.ConnectionAttemptsKey,
		unit:     "per_second",
		observed: l.attempts, limit: n * p.connectionRate}, "connection attempts")
}

func (f *evalContext) connectionRule(r *evaluation, c check, what string) {
	c.source = "S-LIM"
	switch {
	case c.limit > 0:
		r.measure(c, what, "limit of %s for IAM clients", resolveConnections)
	case !r.words:
	case !f.iam:
		r.judge(c.name, c.title, c.source, verdict.NotApplicable, "", "AWS limits only IAM clients, and the clients use %s",
			joined(f.methods))
	default:
		r.judge(c.name, c.title, c.source, verdict.NotApplicable, "", "AWS publishes no limit")
	}
}

// brokerQuotas are the limits on the number of brokers in both modes.
type brokerQuotas struct{ zookeeper, kraft check }

// brokerQuotasOf looks up both.
func brokerQuotasOf(in *Input, k verdict.Kind) brokerQuotas {
	find := in.Catalog.Standard.Quota
	if k == verdict.Express {
		find = in.Catalog.Express.Quota
	}
	of := func(id string) check {
		q, _ := find(id)
		c := quotaCheck(q, in.Requirements.RaisedQuotas)
		c.name, c.title = "brokers", "brokers per cluster"
		return c
	}
	return brokerQuotas{zookeeper: of("brokers_per_cluster_zookeeper"), kraft: of("brokers_per_cluster_kraft")}
}

// brokerLimit is the quota in the mode that applies: ZooKeeper where access to it is needed, else KRaft.
func (f *evalContext) brokerLimit(k verdict.Kind) check {
	if f.zookeeper {
		return f.brokers[k].zookeeper
	}
	return f.brokers[k].kraft
}

// brokersRule compares the number of brokers with the quota. While it is unknown whether a tool talks to ZooKeeper, only the
// smaller of both quotas passes for certain.
func (f *evalContext) brokersRule(r *evaluation, p *plan) {
	c := f.brokerLimit(r.kind)
	if !c.limited {
		r.judge(c.name, c.title, c.source, verdict.NotApplicable, "", "AWS publishes no limit")
		return
	}
	n := float64(p.brokers)
	c.observed = fig{Figure: workload.Exactly(n, workload.Derived, "sizing"), ok: true}
	c.outcome = within(c.observed, c.limit)
	lesser := f.brokers[r.kind].zookeeper
	open := !f.zookeeper && !f.noZooKeeper && lesser.limited && n > lesser.limit && n <= c.limit
	if open {
		c.needs, c.outcome = "zookeeper_access", verdict.Unknown
	}
	switch {
	case !r.words:
	case open:
		c.evidence = count(n) + " brokers fit the quota of " + count(c.limit) + " with KRaft, not that of " +
			count(lesser.limit) + " with ZooKeeper: declare zookeeper_access"
	default:
		c.evidence = f.brokersText(r.kind, c)
	}
	r.add(c)
}

// brokersText compares the number with the quota of the mode that applies, and says where the other mode would matter.
func (f *evalContext) brokersText(k verdict.Kind, c check) string {
	if !f.zookeeper {
		return c.sentence("brokers", "quota of "+count(c.limit)+" with KRaft", "")
	}
	text := c.sentence("brokers", "quota of "+count(c.limit)+" with ZooKeeper", "")
	kraft := f.brokers[k].kraft
	switch {
	case !kraft.limited || c.outcome != verdict.Fail:
	case c.observed.Value > kraft.limit:
		text += ", and more than the " + count(kraft.limit) + " with KRaft"
	default:
		text += "; KRaft would allow " + count(kraft.limit)
	}
	return text
}
