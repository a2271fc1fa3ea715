package analyzer

import (
	"slices"
	"strconv"

	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// expressPosture adds the rules that hold for every size of Express brokers and do not depend on the load.
func expressPosture(r *evaluation, f *evalContext) {
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

// expressPartition compares the hottest partition with what Express takes in of one.
func expressPartition(r *evaluation, in *Input, l *load) {
	e := &in.Catalog.Express
	if e.PerPartitionMBps <= 0 {
		return
	}
	r.measure(check{name: "ingress_per_partition", title: "throughput of a partition", source: e.PerPartitionSource,
		needs: verdict.HottestIngressKey, unit: "MBps", per: workload.MB, observed: l.hotIn,
		limit: e.PerPartitionMBps * workload.MB},
		"ingress of the hottest partition", quotaOf, resolveTraffic)
}

func expressTopics(r *evaluation, f *evalContext) {
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
		r.judge(name, title, source, verdict.Unknown, "topic_configuration",
			"topics set %s, which is not on AWS's list of settings for Express: test one topic first, or drop the setting",
			joined(refused))
	case known:
		r.judge(name, title, source, verdict.Pass, "", "Express accepts every setting that the topics have")
	case in.Workload.Declared:
		r.judge(name, title, source, verdict.NotApplicable, "", "the workload file lists no topics")
	default:
		r.judge(name, title, source, verdict.Unknown, "topic_configuration",
			"topic settings unknown: grant DescribeConfigs on the topics")
	}
}

func expressReplication(r *evaluation, in *Input) {
	const name, title, source = "replication_factor", "replication factor", "S-XOV, S-MIG"
	fixed := in.Catalog.Express.ReplicationFactor
	most := max(in.Workload.MaxReplicationFactor, in.Workload.ReplicationFactor)
	switch {
	case most > fixed:
		r.judge(name, title, source, verdict.Fail, "", "topics have replication factor %d; Express always has %d", most, fixed)
	case most == fixed:
		r.judge(name, title, source, verdict.Pass, "", "replication factor %d, the one that Express has", most)
	default:
		r.judge(name, title, source, verdict.Pass, "", "Express keeps %d copies", fixed)
	}
}

// expressInsync: topics that ask for more in-sync replicas than Express has would lose durability that they count on.
func expressInsync(r *evaluation, in *Input) {
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
		r.judge(name, title, source, verdict.Fail, "",
			"topics %s need more than %d in-sync replicas; Express always has min.insync.replicas=%d", joined(more), fixed, fixed)
		return
	}
	r.judge(name, title, source, verdict.Pass, "", "Express always has min.insync.replicas=%d; no known topic needs more", fixed)
}

func expressZones(r *evaluation, in *Input) {
	const name, title, source = "zones", "availability zones", "S-XOV, S-MIG"
	if in.Requirements.Zones == 2 {
		r.judge(name, title, source, verdict.Fail, "", "2 zones are required; Express always uses 3")
		return
	}
	r.judge(name, title, source, verdict.Pass, "", "brokers in 3 zones")
}

// expressSize adds the rules of one size with its number of brokers. For ingress and egress there are three figures: what we plan
// for (the limit), what AWS recommends (sustained) and where AWS throttles.
func (f *evalContext) expressSize(r *evaluation, l *load, size *catalog.ExpressSize, p *plan) {
	n, source := float64(p.brokers), f.profile.Source
	in, out := verdict.IngressKey, l.egressNeeds()
	inMax, outMax := n*size.IngressMaxMBps*workload.MB, n*size.EgressMaxMBps*workload.MB
	r.measure(check{name: "ingress", title: "planned ingress", source: source, needs: in, unit: "MBps", per: workload.MB,
		observed: l.in, limit: n * p.in,
		recommended: n * size.IngressSustainedMBps * workload.MB, throttles: inMax}, "ingress", planned, resolveTraffic)
	r.measure(check{name: "egress", title: "planned egress", source: source, needs: out, unit: "MBps", per: workload.MB,
		observed: l.out, limit: n * p.out,
		recommended: n * size.EgressSustainedMBps * workload.MB, throttles: outMax}, "egress", planned, resolveReaders)
	r.measure(check{name: "ingress_max", title: "ingress where AWS throttles", source: "S-LIM", needs: in, unit: "MBps",
		per:      workload.MB,
		observed: l.inPeak, limit: inMax, throttles: inMax}, "ingress", throttleAt, resolveTraffic)
	r.measure(check{name: "egress_max", title: "egress where AWS throttles", source: "S-LIM", needs: out, unit: "MBps",
		per:      workload.MB,
		observed: l.outPeak, limit: outMax, throttles: outMax}, "egress", throttleAt, resolveReaders)
	partitionRules(r, l, p, "S-LIM", expressCopies)
	if r.words {
		r.judge("storage", "storage", "S-LIM", verdict.NotApplicable, "", "no limit; %s is stored and billed",
			workload.FormatBytes(l.stored.Value))
	}
	f.connectionRules(r, l, p)
	f.brokersRule(r, p)
}
