package analyzer

import (
	"math"
	"strings"

	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// serverlessQuantity is what is compared with one Serverless quota.
type serverlessQuantity struct {
	what   string // the quantity for people
	needs  string // its name in the verdict's workload, or the requirement
	settle string // what to do where it is unknown
	of     func(*load) fig
	// varies: the quantity goes up and down with the traffic, so headroom is kept of its quota.
	varies bool
}

const (
	quotaOf           = "quota of %s"
	settleTraffic     = "read the brokers' counters (CloudWatch, JMX) or observe for longer"
	settleReaders     = "declare extra_readers, or read the brokers' counters (CloudWatch, JMX)"
	settleConnections = "declare it, or read CloudWatch or JMX; an admin client cannot see it"
)

var serverlessQuantities = map[string]serverlessQuantity{
	"ingress_per_cluster":          {"ingress", "ingress_bytes_per_second", settleTraffic, func(l *load) fig { return l.in }, true},
	"egress_per_cluster":           {"egress", "egress_bytes_per_second", settleReaders, func(l *load) fig { return l.out }, true},
	"ingress_per_partition":        {"ingress of the hottest partition", "hottest_partition_ingress_bytes_per_second", settleTraffic, func(l *load) fig { return l.hotIn }, true},
	"egress_per_partition":         {"egress of the hottest partition", "hottest_partition_egress_bytes_per_second", settleReaders, func(l *load) fig { return l.hotOut }, true},
	"partitions_non_compacted":     {"leader partitions without compaction", "partitions", "read cleanup.policy of the topics", func(l *load) fig { return l.plain }, false},
	"partitions_compacted":         {"compacted leader partitions", "compacted_partitions", "read cleanup.policy of the topics", func(l *load) fig { return l.compactedOrBounds() }, false},
	"partition_size_compacted":     {"the largest compacted partition", "largest_compacted_partition_bytes", "read the log sizes of the compacted topics", func(l *load) fig { return l.largestCompacted }, false},
	"partition_size_non_compacted": {"the largest partition without compaction", "stored_bytes", "read the log sizes", func(l *load) fig { return l.largestPlain }, false},
	"retention":                    {"retention", "retention", "declare retention", func(l *load) fig { return fig{} }, false},
	"client_connections":           {"client connections", "client_connections", settleConnections, func(l *load) fig { return l.connections }, true},
	"connection_attempts":          {"connection attempts", "connection_attempts_per_second", settleConnections, func(l *load) fig { return l.attempts }, true},
	"message_size":                 {"the largest message", "max_message_bytes", "read max.message.bytes of the topics, or declare max_message_size", func(l *load) fig { return l.message }, false},
	"request_size":                 {"the largest message", "max_message_bytes", "declare max_message_size", func(l *load) fig { return l.message }, false},
	"request_rate":                 {"requests", "requests_per_second", settleConnections, (*load).requestsOrBounds, true},
	"consumer_groups":              {"consumer groups", "consumer_groups", "list the groups", func(l *load) fig { return l.groups }, false},
	"partition_size":               {"the largest compacted partition", "largest_compacted_partition_bytes", "read the log sizes", func(l *load) fig { return l.largestCompacted }, false},
	"partitions":                   {"leader partitions", "partitions", "list the topics", func(l *load) fig { return l.partitions }, false},
	"client_vpcs":                  {"client VPCs", "client_vpcs", "declare client_vpcs", nil, false},
	"clusters_per_account":         {"Serverless clusters of the account", "existing_serverless_clusters", "declare existing_serverless_clusters", nil, false},
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
func (f *frame) serverlessQuotas(r *ruling, l *load, clusters int) {
	var room headroom
	for i := range f.quotas {
		h := &f.quotas[i]
		c, id := h.check, h.quota.ID
		switch {
		case administrative(r, c, id, l):
		case !c.limited:
			r.judge(c.name, c.title, c.source, verdict.NotApplicable, "", "%s: %s", c.title, noLimit(h.quota))
		case id == "retention":
			retentionQuota(r, c, &f.in.Workload)
		case id == "partition_size_compacted" && l.compacted.ok && l.compacted.High == 0:
			r.judge(c.name, c.title, c.source, verdict.NotApplicable, "", "no topic is compacted")
		case !h.known:
			r.judge(c.name, c.title, c.source, verdict.Unknown, c.name, "mskfit does not know what this quota limits: %s", c.title)
		default:
			c.observed = h.quantity.observed(f.in, l, id, clusters)
			what, settle := h.quantity.what, h.quantity.settle
			switch id {
			case "ingress_per_cluster":
				c.peak = l.inPeak
			case "egress_per_cluster":
				c.peak, c.needs = l.outPeak, l.egressNeeds()
			case "request_rate":
				if c.observed.ranged {
					c.needs, settle = l.requestNeeds(f.in)
				}
			case "egress_per_partition":
				if c.observed.ok && !c.observed.Bounded() {
					c.needs = "extra_readers"
				}
			}
			if id == "partition_size_compacted" && !l.compacted.ok {
				what = "the largest partition, if it is compacted,"
			}
			r.measure(c, what, quotaOf, settle)
			if free, asked := f.in.freeOf(id); (asked || h.quantity.varies) && !(c.observed.ranged && c.observed.High > c.limit) {
				room.see(c, h.quantity.what, 1-free)
			}
		}
	}
	room.rule(r)
}

func (s serverlessQuantity) observed(in *Input, l *load, id string, clusters int) fig {
	switch id {
	case "client_vpcs":
		return declaredCount(in.Requirements.ClientVPCs, 0)
	case "clusters_per_account":
		return declaredCount(in.Requirements.ExistingServerlessClusters, clusters)
	}
	return s.of(l)
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

// administrative handles the quotas on administration and on a single request. They limit one client's call and not the traffic,
// so no observation of the workload can exceed them.
func administrative(r *ruling, c check, id string, l *load) bool {
	switch id {
	case "partition_create_delete_rate":
		if !r.words || !c.limited || !l.partitions.ok {
			r.judge(c.name, c.title, c.source, verdict.NotApplicable, "", "limits how fast partitions are created, not the traffic")
			return true
		}
		minutes := math.Ceil(l.partitions.Value / c.limit * 5)
		r.judge(c.name, c.title, c.source, verdict.NotApplicable, "", "limits how fast partitions are created: %s take about %s minutes at %s in 5 minutes",
			count(l.partitions.Value), count(minutes), count(c.limit))
	case "topic_management_api_rate":
		r.judge(c.name, c.title, c.source, verdict.NotApplicable, "", "limits administration calls, not the traffic%s", atLimit(r, c))
	case "fetch_bytes_per_request":
		r.judge(c.name, c.title, c.source, verdict.NotApplicable, "", "limits one fetch%s: Kafka's default fetch.max.bytes of 52.4 MB fits; a consumer that asks for more is refused", atLimit(r, c))
	default:
		return false
	}
	return true
}

func atLimit(r *ruling, c check) string {
	if !r.words || !c.limited {
		return ""
	}
	return " (" + c.amount(c.limit) + ")"
}

func count(v float64) string { return workload.FormatNumber(v) }

// retentionQuota compares the longest retention with the quota on it that there was until 2022.
func retentionQuota(r *ruling, c check, w *workload.Workload) {
	c.needs = "retention"
	if w.Retention != nil {
		v := w.Retention.Seconds()
		if *w.Retention == workload.RetentionUnlimited {
			v = workload.LargestCredible
		}
		c.observed = fig{Figure: workload.Exactly(v, workload.Declared, "retention.ms"), ok: true}
	}
	r.measure(c, "retention", quotaOf, "declare retention")
}
