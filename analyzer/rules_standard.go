package analyzer

import (
	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/workload"
)

const standardPrefix = "standard."

// planned names what brokers are sized to carry.
const planned = "the %s that the brokers are planned to carry"

// standardCommon adds the rules that hold for every size of Standard brokers.
func standardCommon(r *ruling, in *Input, l *load) {
	s := &in.Catalog.Standard
	authenticationRule(r, standardPrefix, in, s.Authentication, "S-AUTH")
	provisionedConfiguration(r, standardPrefix, in, s.BrokerConfigs, nil, "S-CFG")
	provisionedZooKeeper(r, standardPrefix, in, s.Versions, "S-VER")
	provisionedVersion(r, standardPrefix, in, s.Versions)
	standardReplication(r, in, l)
	standardTiered(r, in, l)
	shareGroupRule(r, standardPrefix, in, s.Versions)
}

// standardReplication: the sizing knows two and three copies, and MSK spans two or three zones.
func standardReplication(r *ruling, in *Input, l *load) {
	const id, title, source = standardPrefix + "replication_factor", "replication factor", "S-BP, S-SKILL"
	most := max(in.Workload.MaxReplicationFactor, in.Workload.ReplicationFactor)
	switch {
	case most > 3:
		r.judge(id, title, source, Fail, "", "replication factor %d is in use; MSK spans at most 3 zones and is sized for 2 or 3 copies", most)
	case most == 1:
		r.judge(id, title, source, Pass, "", "topics have one copy today; sized with %d, which AWS recommends", l.replication)
	case most == 0:
		r.judge(id, title, source, Pass, "", "the replication factor is not known; sized with %d, one copy a zone", l.replication)
	default:
		r.judge(id, title, source, Pass, "", "sized with %d copies", l.replication)
	}
}

// standardTiered holds tiered storage against its own conditions.
func standardTiered(r *ruling, in *Input, l *load) {
	const id, title, source = standardPrefix + "tiered_storage", "tiered storage", "S-TIER"
	retention := in.Workload.Retention
	switch {
	case !l.tiered:
		r.judge(id, title, source, NotApplicable, "", "all data stays on broker storage")
	case retention != nil && retention.Hours() < 72:
		r.judge(id, title, source, Fail, "", "retention is %s; the low-cost tier keeps data for 3 days at least", workload.FormatNumber(retention.Hours())+" h")
	default:
		r.judge(id, title, source, Pass, "", "%s h stay on broker storage, the rest goes to the low-cost tier; compacted topics cannot", workload.FormatNumber(in.Workload.PrimaryRetention.Hours()))
	}
}

// shareGroupRule: share groups (KIP-932) need Kafka 4.2, which is where they became generally available.
func shareGroupRule(r *ruling, prefix string, in *Input, versions []catalog.KafkaVersion) {
	const title = "share groups"
	id := prefix + "share_groups"
	share := groupsOfType(in.Workload.GroupList, "share")
	switch {
	case len(share) == 0:
		r.judge(id, title, "S-XOV", NotApplicable, "", "no share group is in use")
	case prefix == expressPrefix:
		r.judge(id, title, "S-XOV", Fail, "", "groups %s are share groups (KIP-932), which Express does not support", joined(share))
	default:
		offered, _ := newest(versions, "")
		r.judge(id, title, "S-VER", Unknown, "kafka_version", "groups %s are share groups (KIP-932); the newest version on offer is %s: try it there first", joined(share), offered)
	}
}

// standardSize adds the rules of one size with its number of brokers.
func standardSize(r *ruling, in *Input, profile catalog.Profile, l *load, size catalog.StandardSize, p plan) {
	reason, excluded := profile.ExcludedFamilies[size.Family]
	n := float64(p.brokers)
	switch {
	case excluded:
		r.judge(standardPrefix+"size", "size", profile.Source, Fail, "", "%s is %s", size.Name, reason)
	case !size.KRaft && !needsZooKeeper(in):
		r.judge(standardPrefix+"size", "size", "S-KRAFT, S-SIZES", Pass, "", "%s cannot be used with KRaft: it stays on the last version with ZooKeeper", size.Name)
	default:
		r.judge(standardPrefix+"size", "size", "S-SIZES", Pass, "", "%s can be used with the versions on offer", size.Name)
	}
	source := profile.Source
	c := check{id: standardPrefix + "ingress", title: "ingress", source: source, needs: "ingress_bytes_per_second", unit: "MBps", per: workload.MB, observed: l.in, limit: n * p.in}
	r.measure(c, "ingress", planned, settleTraffic)
	c = check{id: standardPrefix + "egress", title: "egress", source: source, needs: "egress_bytes_per_second", unit: "MBps", per: workload.MB, observed: l.out, limit: n * p.out}
	r.measure(c, "egress", planned, settleReaders)
	partitionRules(r, standardPrefix, l, p, "S-BP", float64(l.replication))
	c = check{id: standardPrefix + "storage", title: "storage", source: "S-LIM, S-SKILL", needs: "stored_bytes", unit: "GiB", per: workload.GiB,
		observed: l.primary.scale(float64(l.replication) * profile.Standard.StorageHeadroom), limit: n * profile.Standard.MaxStorageGiB * workload.GiB}
	r.measure(c, "storage with copies and reserve", "the %s of the volumes", "declare retention, or let the log sizes be read (DescribeLogDirs)")
	throughputRule(r, in, profile, l, size, p)
	connectionRules(r, standardPrefix, in, l, p)
	brokersRule(r, standardPrefix, in, p)
}

func needsZooKeeper(in *Input) bool {
	needed, _ := zookeeperMode(in)
	return needed
}

// throughputRule tells what the volumes must take and whether throughput was bought for it.
func throughputRule(r *ruling, in *Input, profile catalog.Profile, l *load, size catalog.StandardSize, p plan) {
	const id, title, source = standardPrefix + "storage_throughput", "storage throughput", "S-PST"
	switch {
	case l.throughput > 0 && p.throughput == 0:
		r.judge(id, title, source, Fail, "", "%s MiB/s are to be provisioned, which %s does not take", count(l.throughput), size.Name)
	case p.throughput > 0:
		c := check{id: id, title: title, source: source, unit: "MiBps", per: workload.MiB, observed: l.outMean, limit: float64(p.brokers) * p.throughput * workload.MiB, needs: "egress_bytes_per_second"}
		r.measure(c, "mean egress", "the provisioned %s", settleReaders)
	case profile.Standard.Throughput == catalog.ThroughputDefault:
		r.judge(id, title, source, Pass, "", "planned with %s MiB/s a broker, nothing provisioned", count(min(scriptEBS(size), in.Catalog.Standard.DefaultThroughputMiB)))
	default:
		r.judge(id, title, source, NotApplicable, "", "nothing is to be provisioned")
	}
}

// partitionRules hold the replicas against the recommended number of a broker and against the limit beyond which an
// overloaded cluster refuses updates.
func partitionRules(r *ruling, prefix string, l *load, p plan, source string, copies float64) {
	n := float64(p.brokers)
	replicas := l.partitions.scale(copies)
	c := check{id: prefix + "partitions", title: "partitions, recommended", source: source, needs: "partitions", unit: "replicas", observed: replicas, limit: n * p.partitions}
	r.measure(c, "partition replicas", "the recommended %s", "list the topics")
	c.id, c.title, c.limit = prefix+"partitions_max", "partitions, limit", n*p.partitionsMax
	r.measure(c, "partition replicas", "the limit of %s", "list the topics")
}

// connectionRules hold connections against what a broker accepts from IAM clients; AWS limits no other clients.
func connectionRules(r *ruling, prefix string, in *Input, l *load, p plan) {
	if methods, _ := methodsInUse(in); len(methods) > 0 && !contains(methods, "iam") {
		r.judge(prefix+"connections", "connections", "S-LIM", NotApplicable, "", "AWS limits connections of IAM clients alone, and clients use %s", joined(methods))
		r.judge(prefix+"connection_rate", "connection rate", "S-LIM", NotApplicable, "", "AWS limits new connections of IAM clients alone")
		return
	}
	n := float64(p.brokers)
	for _, c := range []struct {
		id, title, what, needs, unit string
		of                           fig
		each                         float64
	}{
		{"connections", "connections", "connections", "client_connections", "connections", l.connections, p.connections},
		{"connection_rate", "connection rate", "connection attempts", "connection_attempts_per_second", "per_second", l.attempts, p.connectionRate},
	} {
		if c.each <= 0 {
			r.judge(prefix+c.id, c.title, "S-LIM", NotApplicable, "", "AWS publishes no limit")
			continue
		}
		k := check{id: prefix + c.id, title: c.title, source: "S-LIM", needs: c.needs, unit: c.unit, observed: c.of, limit: n * c.each}
		r.measure(k, c.what, "the limit for IAM clients of %s", settleConnections)
	}
}

// brokersRule holds the number of brokers against the quota of the mode: ZooKeeper where access to it is needed, KRaft where
// it is not, and where nobody has said so the lesser is what passes for sure.
func brokersRule(r *ruling, prefix string, in *Input, p plan) {
	needed, ruledOut := zookeeperMode(in)
	c, ok := brokerQuota(in, prefix, needed)
	if !ok {
		r.judge(c.id, c.title, c.source, NotApplicable, "", "AWS publishes no limit")
		return
	}
	c.observed = fig{Figure: workload.Exactly(float64(p.brokers), workload.Derived, "sizing"), ok: true}
	lesser, _ := brokerQuota(in, prefix, true)
	if !needed && !ruledOut && float64(p.brokers) > lesser.limit && float64(p.brokers) <= c.limit {
		c.needs = "zookeeper_access"
		c.outcome = Unknown
		if r.words {
			c.evidence = count(float64(p.brokers)) + " brokers are within the " + count(c.limit) + " of KRaft, and beyond the " +
				count(lesser.limit) + " with ZooKeeper: declare zookeeper_access"
		}
		r.add(c)
		return
	}
	c.limited, c.outcome = true, within(c.observed, c.limit)
	if r.words {
		c.evidence = brokersText(in, prefix, c, needed)
	}
	r.add(c)
}

// brokersText says how many brokers a cluster may have in the mode that applies, and where the other mode would matter.
func brokersText(in *Input, prefix string, c check, zookeeper bool) string {
	n := c.observed.Value
	if !zookeeper {
		return c.sentence("brokers", "the quota of "+count(c.limit)+" with KRaft", "")
	}
	text := c.sentence("brokers", "the quota of "+count(c.limit)+" with ZooKeeper", "")
	kraft, ok := brokerQuota(in, prefix, false)
	switch {
	case !ok || c.outcome != Fail:
	case n > kraft.limit:
		text += ", and more than the " + count(kraft.limit) + " with KRaft"
	default:
		text += "; KRaft would allow " + count(kraft.limit)
	}
	return text
}
