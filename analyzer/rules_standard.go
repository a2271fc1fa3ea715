package analyzer

import (
	"math"

	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// planned names what brokers are sized to carry.
const planned = "the %s that the brokers are planned to carry"

// standardPosture adds the rules that hold for every size of Standard brokers and do not depend on the load.
func standardPosture(r *ruling, f *frame) {
	in, s := f.in, &f.in.Catalog.Standard
	authenticationRule(r, in, s.Authentication, "S-AUTH")
	provisionedConfiguration(r, in, s.BrokerConfigs, nil, "S-CFG")
	provisionedZooKeeper(r, f, s.Versions, "S-VER")
	provisionedVersion(r, in, s.Versions)
	shareGroupRule(r, in, s.Versions)
	standardZones(r, in)
}

// standardZones: MSK spans two or three zones, and the sizing supposes three.
func standardZones(r *ruling, in *Input) {
	const name, title, source = "zones", "availability zones", "S-CREATE, S-SKILL"
	if in.Requirements.Zones == 2 {
		r.judge(name, title, source, verdict.Pass, "", "brokers stand in 2 zones; the sizing's reserve is for the loss of one of three zones, and here half of the brokers go with one")
		return
	}
	r.judge(name, title, source, verdict.Pass, "", "brokers stand in 3 zones")
}

// standardReplication: the sizing knows two and three copies, and MSK spans two or three zones.
func standardReplication(r *ruling, in *Input, l *load) {
	const name, title, source = "replication_factor", "replication factor", "S-BP, S-SKILL"
	most := max(in.Workload.MaxReplicationFactor, in.Workload.ReplicationFactor)
	switch {
	case most > 3:
		r.judge(name, title, source, verdict.Fail, "", "replication factor %d is in use; MSK spans at most 3 zones and is sized for 2 or 3 copies", most)
	case most == 1:
		r.judge(name, title, source, verdict.Pass, "", "topics have one copy today; sized with %d, which AWS recommends", l.replication)
	case most == 0:
		r.judge(name, title, source, verdict.Pass, "", "the replication factor is not known; sized with %d, one copy a zone", l.replication)
	default:
		r.judge(name, title, source, verdict.Pass, "", "sized with %d copies", l.replication)
	}
}

// standardTiered holds tiered storage against its own conditions.
func standardTiered(r *ruling, in *Input, l *load) {
	const name, title, source = "tiered_storage", "tiered storage", "S-TIER"
	retention := in.Workload.Retention
	switch {
	case !l.tiered:
		r.judge(name, title, source, verdict.NotApplicable, "", "all data stays on broker storage")
	case retention != nil && retention.Hours() < 72:
		r.judge(name, title, source, verdict.Fail, "", "retention is %s; the low-cost tier keeps data for 3 days at least", workload.FormatNumber(retention.Hours())+" h")
	default:
		r.judge(name, title, source, verdict.Pass, "", "%s h stay on broker storage, the rest goes to the low-cost tier; compacted topics cannot", workload.FormatNumber(in.Workload.PrimaryRetention.Hours()))
	}
}

// shareGroupRule: share groups (KIP-932) need Kafka 4.2, which is where they became generally available.
func shareGroupRule(r *ruling, in *Input, versions []catalog.KafkaVersion) {
	const title = "share groups"
	const name = "share_groups"
	share := groupsOfType(in.Workload.GroupList, "share")
	switch {
	case len(share) == 0:
		r.judge(name, title, "S-XOV", verdict.NotApplicable, "", "no share group is in use")
	case r.kind == verdict.Express:
		r.judge(name, title, "S-XOV", verdict.Fail, "", "groups %s are share groups (KIP-932), which Express does not support", joined(share))
	default:
		offered, _ := newest(versions, "")
		r.judge(name, title, "S-VER", verdict.Unknown, "kafka_version", "groups %s are share groups (KIP-932); the newest version on offer is %s: try it there first", joined(share), offered)
	}
}

// standardSize adds the rules of one size with its number of brokers.
func (f *frame) standardSize(r *ruling, l *load, size *catalog.StandardSize, p *plan) {
	n, profile := float64(p.brokers), &f.profile
	f.standardFamily(r, size)
	wholeIn, wholeOut := f.wholeOfPlan(size)
	r.measure(check{name: "ingress", title: "ingress", source: profile.Source, needs: "ingress_bytes_per_second", unit: "MBps", per: workload.MB,
		observed: l.in, peak: l.inPeak, limit: n * p.in, ceiling: wholeIn}, "ingress", planned, settleTraffic)
	r.measure(check{name: "egress", title: "egress", source: profile.Source, needs: l.egressNeeds(), unit: "MBps", per: workload.MB,
		observed: l.out, peak: l.outPeak, limit: n * p.out, ceiling: wholeOut}, "egress", planned, settleReaders)
	partitionRules(r, l, p, "S-BP", float64(l.replication))
	if l.endless && !l.tiered {
		r.judge("storage", "storage", "S-LIM", verdict.Fail, "", "retention is unlimited: volumes of %s GiB fill up, and tiered storage is not asked for", count(profile.Standard.MaxStorageGiB))
	} else {
		r.measure(check{name: "storage", title: "storage", source: "S-LIM, S-SKILL", needs: "stored_bytes", unit: "GiB", per: workload.GiB,
			observed: l.primary.scale(float64(l.replication) * profile.Standard.StorageHeadroom), limit: n * profile.Standard.MaxStorageGiB * workload.GiB, ceiling: profile.Standard.StorageHeadroom},
			"storage with copies and reserve", "the %s of the volumes", "declare retention, or let the log sizes be read (DescribeLogDirs)")
	}
	f.throughputRule(r, l, size, p)
	f.connectionRules(r, l, p)
	f.brokersRule(r, p)
}

// wholeOfPlan is what brokers can carry in and out, as multiples of what they are planned to. Capacity is planned with a part of what
// storage and network give (0.5: twice the plan), a table names the most itself; 0 where it does not.
func (f *frame) wholeOfPlan(size *catalog.StandardSize) (in, out float64) {
	free := 1 - f.in.freeOfBrokers()
	if s := f.profile.Standard; s.Method != catalog.MethodTable {
		whole := 1 / math.Min(s.Utilization, free)
		return whole, whole
	}
	most := func(planned, most *float64) float64 {
		if value(planned) <= 0 || value(most) <= 0 {
			return 0
		}
		return value(most) / math.Min(value(planned), value(most)*free)
	}
	return most(size.GuideIngressMBps, size.GuideIngressMaxMBps), most(size.GuideEgressMBps, size.GuideEgressMaxMBps)
}

// standardFamily says whether the size can be taken at all.
func (f *frame) standardFamily(r *ruling, size *catalog.StandardSize) {
	const name, title = "size", "size"
	reason, excluded := f.profile.ExcludedFamilies[size.Family]
	switch {
	case !r.words && excluded:
		r.judge(name, title, "", verdict.Fail, "", "")
	case !r.words:
	case excluded:
		r.judge(name, title, f.profile.Source, verdict.Fail, "", "%s is %s", size.Name, reason)
	case !size.KRaft && !f.zookeeper:
		r.judge(name, title, "S-KRAFT, S-SIZES", verdict.Pass, "", "%s cannot be used with KRaft: it stays on the last version with ZooKeeper", size.Name)
	default:
		r.judge(name, title, "S-SIZES", verdict.Pass, "", "%s can be used with the versions on offer", size.Name)
	}
}

// throughputRule tells what the volumes must take and whether throughput was bought for it.
func (f *frame) throughputRule(r *ruling, l *load, size *catalog.StandardSize, p *plan) {
	const name, title, source = "storage_throughput", "storage throughput", "S-PST"
	switch {
	case p.throughput > 0:
		r.measure(check{name: name, title: title, source: source, unit: "MiBps", per: workload.MiB, observed: l.outMean,
			limit: float64(p.brokers) * p.throughput * workload.MiB, needs: l.egressNeeds()}, "mean egress", "the provisioned %s", settleReaders)
	case l.throughput > 0 && !r.words:
		r.judge(name, title, source, verdict.Fail, "", "")
	case !r.words:
	case l.throughput > 0:
		r.judge(name, title, source, verdict.Fail, "", "%s MiB/s are to be provisioned, which %s does not take", count(l.throughput), size.Name)
	case f.profile.Standard.Throughput == catalog.ThroughputDefault:
		r.judge(name, title, source, verdict.Pass, "", "planned with %s MiB/s a broker, nothing provisioned", count(min(scriptEBS(size), f.in.Catalog.Standard.DefaultThroughputMiB)))
	default:
		r.judge(name, title, source, verdict.NotApplicable, "", "nothing is to be provisioned")
	}
}
