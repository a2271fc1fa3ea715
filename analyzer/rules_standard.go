package analyzer

import (
	"math"

	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// planned names what the sizing plans for, throttleAt where AWS throttles.
const (
	planned    = "%s planned"
	throttleAt = "%s at which AWS throttles"
)

// standardPosture adds the rules that hold for every size of Standard brokers and do not depend on the load.
func standardPosture(r *evaluation, f *evalContext) {
	in, s := f.in, &f.in.Catalog.Standard
	authenticationRule(r, in, s.Authentication, "S-AUTH")
	provisionedConfiguration(r, in, s.BrokerConfigs, nil, "S-CFG")
	provisionedZooKeeper(r, f, s.Versions, "S-VER")
	provisionedVersion(r, in, s.Versions)
	shareGroupRule(r, in, s.Versions)
	standardZones(r, in)
}

// standardZones: MSK spans two or three zones, and the sizing supposes three.
func standardZones(r *evaluation, in *Input) {
	const name, title, source = "zones", "availability zones", "S-CREATE, S-SKILL"
	if in.Requirements.Zones == 2 {
		r.judge(name, title, source, verdict.Pass, "",
			"brokers in 2 zones; the sizing's reserve covers the loss of one zone in three, and here a zone holds half of the brokers")
		return
	}
	r.judge(name, title, source, verdict.Pass, "", "brokers in 3 zones")
}

// standardReplication: the sizing knows two and three copies, and MSK spans two or three zones.
func standardReplication(r *evaluation, in *Input, l *load) {
	const name, title, source = "replication_factor", "replication factor", "S-BP, S-SKILL"
	most := max(in.Workload.MaxReplicationFactor, in.Workload.ReplicationFactor)
	switch {
	case most > 3:
		r.judge(name, title, source, verdict.Fail, "",
			"topics have replication factor %d; MSK spans at most 3 zones, and the sizing knows 2 or 3 copies", most)
	case most == 1:
		r.judge(name, title, source, verdict.Pass, "", "topics have one copy today; sized with %d, which AWS recommends",
			l.replication)
	case most == 0:
		r.judge(name, title, source, verdict.Pass, "", "replication factor unknown; sized with %d, one copy per zone",
			l.replication)
	default:
		r.judge(name, title, source, verdict.Pass, "", "sized with %d copies", l.replication)
	}
}

// standardTiered checks the conditions of tiered storage.
func (f *evalContext) standardTiered(r *evaluation, l *load) {
	const name, title, source = "tiered_storage", "tiered storage", "S-TIER"
	retention := f.in.Workload.Retention
	switch {
	case l.proposed:
		f.proposedTier(r, l, name, title, source)
	case !l.tiered:
		r.judge(name, title, source, verdict.NotApplicable, "", "all data stays on broker storage")
	case retention != nil && retention.Hours() < 72:
		r.judge(name, title, source, verdict.Fail, "", "retention is %s; the low-cost tier keeps data for at least 3 days",
			workload.FormatNumber(retention.Hours())+" h")
	default:
		r.judge(name, title, source, verdict.Pass, "",
			"%s h stay on broker storage, the rest goes to the low-cost tier; compacted topics cannot",
			workload.FormatNumber(f.in.Workload.PrimaryRetention.Hours()))
	}
}

// shareGroupRule: share groups (KIP-932) need Kafka 4.2, which is where they became generally available.
func shareGroupRule(r *evaluation, in *Input, versions []catalog.KafkaVersion) {
	const title = "share groups"
	const name = "share_groups"
	share := groupsOfType(in.Workload.GroupList, "share")
	switch {
	case len(share) == 0:
		r.judge(name, title, "S-XOV", verdict.NotApplicable, "", "no share group is in use")
	case r.kind == verdict.Express:
		r.judge(name, title, "S-XOV", verdict.Fail, "", "groups %s are share groups (KIP-932), which Express does not support",
			joined(share))
	default:
		offered, _ := newest(versions, "")
		r.judge(name, title, "S-VER", verdict.Unknown, "kafka_version",
			"groups %s are share groups (KIP-932); the newest MSK version is %s: test them there first", joined(share), offered)
	}
}

// standardSize adds the rules of one size with its number of brokers.
func (f *evalContext) standardSize(r *evaluation, l *load, size *catalog.StandardSize, p *plan) {
	n, profile := float64(p.brokers), &f.profile
	f.standardFamily(r, size)
	wholeIn, wholeOut := f.wholeOfPlan(size)
	r.measure(check{name: "ingress", title: "ingress", source: profile.Source, needs: verdict.IngressKey, unit: "MBps",
		per:      workload.MB,
		observed: l.in, peak: l.inPeak, limit: n * p.in, ceiling: wholeIn}, "ingress", planned, resolveTraffic)
	r.measure(check{name: "egress", title: "egress", source: profile.Source, needs: l.egressNeeds(), unit: "MBps", per: workload.MB,
		observed: l.out, peak: l.outPeak, limit: n * p.out, ceiling: wholeOut}, "egress", planned, resolveReaders)
	partitionRules(r, l, p, "S-BP", float64(l.replication))
	if l.endless && !l.tiered {
		r.judge("storage", "storage", "S-LIM", verdict.Fail, "",
			"retention is unlimited, so volumes of %s GiB fill up; tiered storage would keep the data",
			count(profile.Standard.MaxStorageGiB))
	} else {
		r.measure(check{name: "storage", title: "storage", source: "S-LIM, S-SKILL", needs: "stored_bytes", unit: "GiB",
			per:      workload.GiB,
			observed: l.primary.scale(float64(l.replication) * profile.Standard.StorageHeadroom),
			limit:    n * profile.Standard.MaxStorageGiB * workload.GiB, ceiling: profile.Standard.StorageHeadroom},
			"storage with replicas and reserve", "%s that the volumes can hold",
			"declare retention, or let mskfit read the log sizes (DescribeLogDirs)")
	}
	f.throughputRule(r, l, size, p)
	f.connectionRules(r, l, p)
	f.brokersRule(r, p)
}

// wholeOfPlan is what brokers can carry in and out, as multiples of what they are planned to. Capacity is planned with a part
// of what storage and network give (0.5: twice the plan), a table names the most itself; 0 where it does not.
func (f *evalContext) wholeOfPlan(size *catalog.StandardSize) (in, out float64) {
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

// standardFamily says whether the size can be used at all.
func (f *evalContext) standardFamily(r *evaluation, size *catalog.StandardSize) {
	const name, title = "size", "size"
	reason, excluded := f.profile.ExcludedFamilies[size.Family]
	switch {
	case !r.words && excluded:
		r.judge(name, title, "", verdict.Fail, "", "")
	case !r.words:
	case excluded:
		r.judge(name, title, f.profile.Source, verdict.Fail, "", "%s is %s", size.Name, reason)
	case !size.KRaft && !f.zookeeper:
		r.judge(name, title, "S-KRAFT, S-SIZES", verdict.Pass, "",
			"%s does not run KRaft: it stays on the last version with ZooKeeper", size.Name)
	default:
		r.judge(name, title, "S-SIZES", verdict.Pass, "", "%s runs every version on offer", size.Name)
	}
}

// throughputRule compares what the volumes must take with the storage throughput, provisioned or default.
func (f *evalContext) throughputRule(r *evaluation, l *load, size *catalog.StandardSize, p *plan) {
	const name, title, source = "storage_throughput", "storage throughput", "S-PST"
	switch {
	case p.throughput > 0:
		r.measure(check{name: name, title: title, source: source, unit: "MiBps", per: workload.MiB, observed: l.outMean,
			limit: float64(p.brokers) * p.throughput * workload.MiB, needs: l.egressNeeds()}, "mean egress", "%s provisioned",
			resolveReaders)
	case l.throughput > 0 && !r.words:
		r.judge(name, title, source, verdict.Fail, "", "")
	case !r.words:
	case l.throughput > 0:
		r.judge(name, title, source, verdict.Fail, "", "%s MiB/s of storage throughput is required, and %s cannot provision any",
			count(l.throughput), size.Name)
	case f.profile.Standard.Throughput == catalog.ThroughputDefault:
		r.judge(name, title, source, verdict.Pass, "", "planned with the default of %s MiB/s per broker, nothing provisioned",
			count(min(scriptEBS(size), f.in.Catalog.Standard.DefaultThroughputMiB)))
	default:
		r.judge(name, title, source, verdict.NotApplicable, "", "no storage throughput is provisioned")
	}
}
