package analyzer

import (
	"slices"
	"strconv"

	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// expressPosture adds the rules that hold for every size of Express brokers and do not depend on the load.
func expressPosture(r *ruling, f *frame) {
	in, e := f.in, &f.in.Catalog.Express
	authenticationRule(r, in, e.Authentication, "S-XOV, S-MIG")
	provisionedConfiguration(r, in, e.BrokerConfigs, e.ReadOnlyConfigs, "S-XRW, S-MIG")
	expressTopics(r, f)
	provisionedZooKeeper(r, f, e.Versions, "S-VER")
	provisionedVersion(r, in, e.Versions)
	expressReplication(r, in)
	expressInsync(r, in)
	expressZones(r, in)
	shareGroupRule(r, in, e.Versions)
}

// expressPartition holds the hottest partition against what Express takes of one.
func expressPartition(r *ruling, in *Input, l *load) {
	e := &in.Catalog.Express
	if e.PerPartitionMBps <= 0 {
		return
	}
	r.measure(check{name: "ingress_per_partition", title: "throughput of a partition", source: e.PerPartitionSource,
		needs: "hottest_partition_ingress_bytes_per_second", unit: "MBps", per: workload.MB, observed: l.hotIn, limit: e.PerPartitionMBps * workload.MB},
		"ingress of the hottest partition", quotaOf, settleTraffic)
}

func expressTopics(r *ruling, f *frame) {
	in, set, known := f.in, f.overrides, f.overridesKnown
	const name, title, source = "topic_configuration", "topic configuration", "S-MIG"
	var refused []string
	for _, o := range set {
		if !slices.Contains(in.Catalog.Express.TopicConfigs, o.name) && o.name != "min.insync.replicas" && loses(o.name, o.value) {
			refused = append(refused, o.name)
		}
	}
	slices.Sort(refused)
	refused = slices.Compact(refused)
	switch {
	case len(refused) > 0:
		r.judge(name, title, source, verdict.Unknown, "topic_configuration", "topics set %s, which Express does not list as settable: try one topic first, or drop it", joined(refused))
	case known:
		r.judge(name, title, source, verdict.Pass, "", "every configuration that topics set can be set")
	case in.Workload.Declared:
		r.judge(name, title, source, verdict.NotApplicable, "", "no topic is described one by one")
	default:
		r.judge(name, title, source, verdict.Unknown, "topic_configuration", "topic configurations were not read: the collector needs DescribeConfigs on the topics")
	}
}

func expressReplication(r *ruling, in *Input) {
	const name, title, source = "replication_factor", "replication factor", "S-XOV, S-MIG"
	fixed := in.Catalog.Express.ReplicationFactor
	most := max(in.Workload.MaxReplicationFactor, in.Workload.ReplicationFactor)
	switch {
	case most > fixed:
		r.judge(name, title, source, verdict.Fail, "", "replication factor %d is in use; Express fixes it at %d", most, fixed)
	case most == fixed:
		r.judge(name, title, source, verdict.Pass, "", "replication factor %d, as Express fixes it", most)
	default:
		r.judge(name, title, source, verdict.Pass, "", "Express keeps %d copies", fixed)
	}
}

// expressInsync: topics that ask for more in-sync replicas than Express has would lose durability that they count on.
func expressInsync(r *ruling, in *Input) {
	const name, title, source = "min_insync_replicas", "min.insync.replicas", "S-XOV, S-MIG"
	fixed := in.Catalog.Express.MinInsyncReplicas
	var more []string
	for i := range in.Workload.TopicList {
		t := &in.Workload.TopicList[i]
		set, ok := t.Config["min.insync.replicas"]
		if !ok || t.Internal {
			continue
		}
		if n, err := strconv.Atoi(set.Value); err == nil && n > fixed {
			more = append(more, t.Name)
		}
	}
	if len(more) > 0 {
		r.judge(name, title, source, verdict.Fail, "", "topics %s ask for more than %d in-sync replicas, which Express fixes", joined(more), fixed)
		return
	}
	r.judge(name, title, source, verdict.Pass, "", "min.insync.replicas is fixed at %d; no topic is known to ask for more", fixed)
}

func expressZones(r *ruling, in *Input) {
	const name, title, source = "zones", "availability zones", "S-XOV, S-MIG"
	if in.Requirements.Zones == 2 {
		r.judge(name, title, source, verdict.Fail, "", "2 zones are asked for; Express brokers stand in 3")
		return
	}
	r.judge(name, title, source, verdict.Pass, "", "brokers stand in 3 zones")
}

// expressSize adds the rules of one size with its number of brokers: what they are planned to carry, and what they throttle at.
func (f *frame) expressSize(r *ruling, l *load, size *catalog.ExpressSize, p *plan) {
	n, source := float64(p.brokers), f.profile.Source
	in, out := "ingress_bytes_per_second", l.egressNeeds()
	r.measure(check{name: "ingress", title: "sustained ingress", source: source, needs: in, unit: "MBps", per: workload.MB,
		observed: l.in, limit: n * p.in}, "ingress", planned, settleTraffic)
	r.measure(check{name: "egress", title: "sustained egress", source: source, needs: out, unit: "MBps", per: workload.MB,
		observed: l.out, limit: n * p.out}, "egress", planned, settleReaders)
	r.measure(check{name: "ingress_max", title: "ingress quota", source: "S-LIM", needs: in, unit: "MBps", per: workload.MB,
		observed: l.inPeak, limit: n * size.IngressMaxMBps * workload.MB}, "ingress", quotaOf, settleTraffic)
	r.measure(check{name: "egress_max", title: "egress quota", source: "S-LIM", needs: out, unit: "MBps", per: workload.MB,
		observed: l.outPeak, limit: n * size.EgressMaxMBps * workload.MB}, "egress", quotaOf, settleReaders)
	partitionRules(r, l, p, "S-LIM", expressCopies)
	if r.words {
		r.judge("storage", "storage", "S-LIM", verdict.NotApplicable, "", "AWS sets no limit; %s are stored and billed", workload.FormatBytes(l.stored.Value))
	}
	f.connectionRules(r, l, p)
	f.brokersRule(r, p)
}
