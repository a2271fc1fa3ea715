package analyzer

import (
	"strings"

	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// serverlessQuantity is what is compared with one Serverless quota.
type serverlessQuantity struct {
	what    string // the quantity for people
	needs   string // its name in the verdict's workload, or the requirement
	resolve string // what to do where it is unknown
	of      func(*load) fig
	// declared takes the place of of where only the owner can say it; clusters is how many clusters the option has.
	declared func(q *workload.Requirements, clusters int) fig
	// varies: the quantity goes up and down with the traffic, so headroom is kept of its quota.
	varies bool
	// adjust changes what is compared or said for one load; nil: nothing.
	adjust func(m *measurement, f *evalContext, l *load)
	// judge makes the rule where no figure of the load is compared with the quota, and reports whether it did; nil: never.
	judge func(r *evaluation, c check, f *evalContext, l *load) bool
	// administrative: the quota limits one client's call and not the traffic, so no observation of the workload can exceed it.
	administrative bool
}

// measurement is a check with its words.
type measurement struct {
	check
	what, resolve string
}

const (
	quotaOf            = "quota of %s"
	resolveTraffic     = "read the brokers' counters (CloudWatch, JMX) or observe for longer"
	resolveReaders     = "declare extra_readers, or read the brokers' counters (CloudWatch, JMX)"
	resolveConnections = "declare it, or read CloudWatch or JMX; an admin client cannot see it"
	resolveCleanup     = "read cleanup.policy of the topics"
)

var serverlessQuantities = map[string]serverlessQuantity{
	"ingress_per_cluster": {what: "ingress", needs: verdict.IngressKey, resolve: resolveTraffic, varies: true,
		of: func(l *load) fig { return l.in }, adjust: func(m *measurement, _ *evalContext, l *load) { m.peak = l.inPeak }},
	"egress_per_cluster": {what: "egress", needs: verdict.EgressKey, resolve: resolveReaders, varies: true,
		of:     func(l *load) fig { return l.out },
		adjust: func(m *measurement, _ *evalContext, l *load) { m.peak, m.needs = l.outPeak, l.egressNeeds() }},
	"ingress_per_partition": {what: "ingress of the hottest partition", needs: verdict.HottestIngressKey, resolve: resolveTraffic,
		varies: true,
		of:     func(l *load) fig { return l.hotIn }},
	"egress_per_partition": {what: "egress of the hottest partition", needs: verdict.HottestEgressKey, resolve: resolveReaders,
		varies: true,
		of:     func(l *load) fig { return l.hotOut }, adjust: unseenReaders},
	"partitions_non_compacted": {what: "leader partitions without compaction", needs: verdict.PartitionsKey,
		resolve: resolveCleanup, of: func(l *load) fig { return l.plain }},
	"partitions_compacted": {what: "compacted leader partitions", needs: verdict.CompactedPartitionsKey, resolve: resolveCleanup,
		of: (*load).compactedOrBounds},
	"partition_size_compacted": {what: "the largest compacted partition", needs: "largest_compacted_partition_bytes",
		resolve: "read the log sizes of the compacted topics", of: func(l *load) fig { return l.largestCompacted },
		judge: noneCompacted, adjust: perhapsCompacted},
	"partition_size_non_compacted": {what: "the largest partition without compaction", needs: verdict.StoredKey,
		resolve: "read the log sizes",
		of:      func(l *load) fig { return l.largestPlain }},
	"retention": {what: "retention", needs: "retention", resolve: "declare retention", judge: retentionQuota},
	"client_connections": {what: "client connections", needs: verdict.ClientConnectionsKey, resolve: resolveConnections,
		varies: true, of: func(l *load) fig { return l.connections }},
	"connection_attempts": {what: "connection attempts", needs: verdict.ConnectionAttemptsKey, resolve: resolveConnections,
		varies: true, of: func(l *load) fig { return l.attempts }},
	"message_size": {what: "the largest message", needs: verdict.MaxMessageKey,
		resolve: "read max.message.bytes of the topics, or declare max_message_size", of: func(l *load) fig { return l.message }},
	"request_size": {what: "the largest message", needs: verdict.MaxMessageKey, resolve: "declare max_message_size",
		of: func(l *load) fig { return l.message }},
	"request_rate": {what: "requests", needs: verdict.RequestsKey, resolve: resolveConnections, varies: true,
		of: (*load).requestsOrBounds, adjust: boundedRequests},
	"consumer_groups": {what: "consumer groups", needs: verdict.ConsumerGroupsKey, resolve: "list the groups",
		of: func(l *load) fig { return l.groups }},
	"partition_size": {what: "the largest compacted partition", needs: "largest_compacted_partition_bytes",
		resolve: "read the log sizes",
		of:      func(l *load) fig { return l.largestCompacted }},
	"partitions": {what: "leader partitions", needs: verdict.PartitionsKey, resolve: "list the topics",
		of: func(l *load) fig { return l.partitions }},
	"client_vpcs": {what: "client VPCs", needs: "client_vpcs", resolve: "declare client_vpcs",
		declared: func(q *workload.Requirements, _ int) fig { return declaredCount(q.ClientVPCs, 0) }},
	"clusters_per_account": {what: "Serverless clusters of the account", needs: "existing_serverless_clusters",
		resolve: "declare existing_serverless_clusters",
		declared: func(q *workload.Requirements, clusters int) fig {
			return declaredCount(q.ExistingServerlessClusters, clusters)
		}},
	"partition_create_delete_rate": {administrative: true, judge: creationRate},
	"topic_management_api_rate":    {administrative: true, judge: administrationCalls},
	"fetch_bytes_per_request":      {administrative: true, judge: fetchSize},
}

// heldQuota is one quota of the catalog, prepared to be compared with many loads.
type heldQuota struct {
	check    check // the limit in force filled in, and where AWS slows clients down beyond it, that it does
	quota    *catalog.Quota
	quantity serverlessQuantity
	known    bool
}

func heldQuotas(in *Input) []heldQuota {
	out := make([]heldQuota, 0, len(in.Catalog.Serverless.Quotas))
	for i := range in.Catalog.Serverless.Quotas {
		q := &in.Catalog.Serverless.Quotas[i]
		h := heldQuota{check: quotaCheck(*q, in.Requirements.RaisedQuotas), quota: q}
		h.quantity, h.known = serverlessQuantities[q.ID]
		h.check.needs = h.quantity.needs
		if strings.HasPrefix(q.OnViolation, "slowdown") {
			h.check.throttles = h.check.limit
		}
		out = append(out, h)
	}
	return out
}

// serverlessQuotas compares the load with every quota of the catalog, in the catalog's order. clusters is how many Serverless
// clusters the option has.
func (f *evalContext) serverlessQuotas(r *evaluation, l *load, clusters int) {
	var room headroom
	for i := range f.quotas {
		h := &f.quotas[i]
		c, q := h.check, &h.quantity
		switch {
		case q.administrative && q.judge(r, c, f, l):
		case !c.limited:
			r.judge(c.name, c.title, c.source, verdict.NotApplicable, "", "%s: %s", c.title, noLimit(h.quota))
		case !h.known:
			r.judge(c.name, c.title, c.source, verdict.Unknown, c.name, "mskfit does not know what this quota limits: %s", c.title)
		case q.judge != nil && q.judge(r, c, f, l):
		default:
			m := measurement{check: c, what: q.what, resolve: q.resolve}
			m.observed = q.observed(&f.in.Requirements, l, clusters)
			if q.adjust != nil {
				q.adjust(&m, f, l)
			}
			r.measure(m.check, m.what, quotaOf, m.resolve)
			free, asked := f.in.freeOf(h.quota.ID)
			if (asked || q.varies) && !(m.observed.ranged && m.observed.High > m.limit) {
				room.see(m.check, q.what, 1-free)
			}
		}
	}
	room.rule(r)
}

func (q *serverlessQuantity) observed(requirements *workload.Requirements, l *load, clusters int) fig {
	switch {
	case q.declared != nil:
		return q.declared(requirements, clusters)
	case q.of != nil:
		return q.of(l)
	}
	return fig{} // no figure of the load
}

// declaredCount is n + plus as declared; missing where n is.
func declaredCount(n *int, plus int) fig {
	if n == nil || *n < 0 {
		return fig{}
	}
	return fig{Figure: workload.Exactly(float64(*n)+float64(plus), workload.Declared, "requirements"), ok: true}
}

// compactedOrBounds is how many partitions are compacted: a range from none to all of them where that is unknown.
func (l *load) compactedOrBounds() fig {
	if l.compacted.ok || !l.partitions.ok {
		return l.compacted
	}
	p := l.partitions
	p.Figure, p.ranged = workload.Between(0, 0, p.High, workload.Estimated, p.Source), true
	return p
}

func noLimit(q *catalog.Quota) string {
	if q.Unlimited {
		return "no limit"
	}
	if q.Note != "" {
		return "AWS publishes no limit (" + q.Note + ")"
	}
	return "AWS publishes no limit"
}

func count(v float64) string { return workload.FormatNumber(v) }
