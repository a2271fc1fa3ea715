package analyzer

import (
	"slices"
	"strconv"

	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/workload"
)

const expressPrefix = "express."

// expressCommon adds the rules that hold for every size of Express brokers.
func expressCommon(r *ruling, in *Input, l *load) {
	e := &in.Catalog.Express
	authenticationRule(r, expressPrefix, in, e.Authentication, "S-XOV, S-MIG")
	provisionedConfiguration(r, expressPrefix, in, e.BrokerConfigs, e.ReadOnlyConfigs, "S-XRW, S-MIG")
	expressTopics(r, in)
	provisionedZooKeeper(r, expressPrefix, in, e.Versions, "S-VER")
	provisionedVersion(r, expressPrefix, in, e.Versions)
	expressReplication(r, in)
	expressInsync(r, in)
	expressZones(r, in)
	shareGroupRule(r, expressPrefix, in, e.Versions)
	if e.PerPartitionMBps > 0 {
		c := check{id: expressPrefix + "ingress_per_partition", title: "throughput of a partition", source: e.PerPartitionSource,
			needs: "hottest_partition_ingress_bytes_per_second", unit: "MBps", per: workload.MB, observed: l.hotIn, limit: e.PerPartitionMBps * workload.MB}
		r.measure(c, "ingress of the hottest partition", "the quota of %s", settleTraffic)
	}
}

func expressTopics(r *ruling, in *Input) {
	const id, title, source = expressPrefix + "topic_configuration", "topic configuration", "S-MIG"
	set, known := overrides(in.Workload.TopicList)
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
		r.judge(id, title, source, Unknown, "topic_configuration", "topics set %s, which Express does not list as settable: try one topic first, or drop it", joined(refused))
	case known:
		r.judge(id, title, source, Pass, "", "every configuration that topics set can be set")
	case in.Workload.Declared:
		r.judge(id, title, source, NotApplicable, "", "no topic is described one by one")
	default:
		r.judge(id, title, source, Unknown, "topic_configuration", "topic configurations were not read: the collector needs DescribeConfigs on the topics")
	}
}

func expressReplication(r *ruling, in *Input) {
	const id, title, source = expressPrefix + "replication_factor", "replication factor", "S-XOV, S-MIG"
	fixed := in.Catalog.Express.ReplicationFactor
	most := max(in.Workload.MaxReplicationFactor, in.Workload.ReplicationFactor)
	switch {
	case most > fixed:
		r.judge(id, title, source, Fail, "", "replication factor %d is in use; Express fixes it at %d", most, fixed)
	case most == fixed:
		r.judge(id, title, source, Pass, "", "replication factor %d, as Express fixes it", most)
	default:
		r.judge(id, title, source, Pass, "", "Express keeps %d copies", fixed)
	}
}

// expressInsync: topics that ask for more in-sync replicas than Express has would lose durability that they count on.
func expressInsync(r *ruling, in *Input) {
	const id, title, source = expressPrefix + "min_insync_replicas", "min.insync.replicas", "S-XOV, S-MIG"
	fixed := in.Catalog.Express.MinInsyncReplicas
	var more []string
	for i := range in.Workload.TopicList {
		t := &in.Workload.TopicList[i]
		if n, err := strconv.Atoi(t.Config["min.insync.replicas"].Value); err == nil && n > fixed && !t.Internal {
			more = append(more, t.Name)
		}
	}
	if len(more) > 0 {
		r.judge(id, title, source, Fail, "", "topics %s ask for more than %d in-sync replicas, which Express fixes", joined(more), fixed)
		return
	}
	r.judge(id, title, source, Pass, "", "min.insync.replicas is fixed at %d; no topic is known to ask for more", fixed)
}

func expressZones(r *ruling, in *Input) {
	const id, title, source = expressPrefix + "zones", "availability zones", "S-XOV, S-MIG"
	if in.Requirements.Zones == 2 {
		r.judge(id, title, source, Fail, "", "2 zones are asked for; Express brokers stand in 3")
		return
	}
	r.judge(id, title, source, Pass, "", "brokers stand in 3 zones")
}

// expressSize adds the rules of one size with its number of brokers.
func expressSize(r *ruling, in *Input, profile catalog.Profile, l *load, size catalog.ExpressSize, p plan) {
	n := float64(p.brokers)
	for _, c := range []struct {
		id, title, what, needs, limitName, source, settle string
		of                                                fig
		limit                                             float64
	}{
		{"ingress", "ingress, sustained", "ingress", "ingress_bytes_per_second", planned, profile.Source, settleTraffic, l.in, n * p.in},
		{"egress", "egress, sustained", "egress", "egress_bytes_per_second", planned, profile.Source, settleReaders, l.out, n * p.out},
		{"ingress_max", "ingress, quota", "ingress", "ingress_bytes_per_second", "the quota of %s", "S-LIM", settleTraffic, l.inPeak, n * size.IngressMaxMBps * workload.MB},
		{"egress_max", "egress, quota", "egress", "egress_bytes_per_second", "the quota of %s", "S-LIM", settleReaders, l.outPeak, n * size.EgressMaxMBps * workload.MB},
	} {
		k := check{id: expressPrefix + c.id, title: c.title, source: c.source, needs: c.needs, unit: "MBps", per: workload.MB, observed: c.of, limit: c.limit}
		r.measure(k, c.what, c.limitName, c.settle)
	}
	partitionRules(r, expressPrefix, l, p, "S-LIM", expressCopies)
	if r.words {
		r.judge(expressPrefix+"storage", "storage", "S-LIM", NotApplicable, "", "AWS sets no limit; %s are stored and billed", workload.FormatBytes(l.stored.Value))
	}
	connectionRules(r, expressPrefix, in, l, p)
	brokersRule(r, expressPrefix, in, p)
}
