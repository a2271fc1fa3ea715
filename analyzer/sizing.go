package analyzer

import (
	"math"
	"slices"

	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/workload"
)

// constraint is what may decide how many brokers are needed, in the order in which ties are named.
type constraint int

const (
	byIngress constraint = iota
	byEgress
	byPartitions
	byStorage
	byThroughput // provisioned storage throughput
	byConnections
	byConnectionRate
	constraints
)

var constraintNames = [constraints]string{
	"ingress", "egress", "partitions", "storage", "storage_throughput", "connections", "connection_rate",
}

// plan is how many brokers of one size carry the load, and what each of them is planned to carry.
type plan struct {
	brokers    int
	bottleneck constraint
	// in and out are bytes per second a broker is planned with.
	in, out float64
	// partitions is the planned number of replicas a broker, partitionsMax the limit for updates.
	partitions, partitionsMax float64
	// volumeGiB is all EBS storage to provision (Standard); keptGiB what is stored (Express) or tiered (Standard).
	volumeGiB, keptGiB float64
	// throughput is the provisioned storage throughput a broker in MiB/s; 0: the default.
	throughput float64
	// replicas is the number of partition replicas of the cluster.
	replicas float64
	// connections and connectionRate are the limits a broker; 0: none applies.
	connections, connectionRate float64
}

// mostBrokers bounds broker counts, so that absurd loads do not overflow; no option near it is feasible.
const mostBrokers = 1_000_000_000

// roundUp returns the least multiple that is not below need; a need that is a hair above a whole number by rounding
// errors counts as that number. It is at least one multiple.
func roundUp(need float64, multiple int) int {
	m := float64(multiple)
	steps := math.Max(math.Ceil(need/m-1e-9), 1)
	if !(steps*m < mostBrokers) {
		return mostBrokers / multiple * multiple
	}
	return int(steps) * multiple
}

// count settles the number of brokers from the need of each constraint.
func (p *plan) count(needs [constraints]float64, multiple int) {
	for c, need := range needs {
		if n := roundUp(need, multiple); n > p.brokers {
			p.brokers, p.bottleneck = n, constraint(c)
		}
	}
}

// sizer sizes brokers of one kind by one profile.
type sizer struct {
	profile  *catalog.Profile
	headroom float64
	multiple int
	// connections and connectionRate are limits a broker of connections by IAM; 0: none applies.
	connections, connectionRate float64
}

// per divides a need by what one broker gives; without a need there is none, whatever a broker gives.
func per(need, each float64) float64 {
	if need <= 0 {
		return 0
	}
	if each <= 0 {
		return math.Inf(1)
	}
	return need / each
}

// needed returns what a figure is sized on; 0 where it is missing.
func needed(f fig) float64 {
	if !f.ok {
		return 0
	}
	return sizedOn(f)
}

// standard sizes Standard brokers by storage and network (AWS's script) or by a table of rates.
//
// Worked line, kafka.m7g.xlarge, 500 MiB/s in at the peak and fan-out 2: storage 156.25 ÷ 6.5 = 24.0, network
// 234 ÷ (2 × 1.5 + 5.7) = 26.9, the lesser × 0.5 = 12.0 MiB/s a broker, 500 ÷ 12.0 = 41.6, rounded up to 42.
func (z *sizer) standard(l *load, size catalog.StandardSize, def float64) plan {
	sp := &z.profile.Standard
	p := plan{partitionsMax: float64(size.PartitionsMax), connections: z.connections, connectionRate: z.connectionRate}
	if n, ok := z.profile.PartitionOverrides[size.Name]; ok {
		p.partitionsMax = float64(n)
	}
	p.partitions = float64(size.PartitionsRecommended)
	if sp.PartitionLimit == catalog.PartitionMax {
		p.partitions = p.partitionsMax
	}
	p.throughput = z.provisioned(l, size)
	ebs := z.storageRate(size, p.throughput, def)
	p.in, p.out = z.standardRates(l, size, ebs)
	p.replicas = l.partitions.Value * float64(l.replication)
	p.volumeGiB = needed(l.primary) / workload.GiB * float64(l.replication) * sp.StorageHeadroom
	p.keptGiB = l.remote.Value / workload.GiB
	var needs [constraints]float64
	needs[byIngress] = per(needed(l.in), p.in)
	needs[byEgress] = per(needed(l.out), p.out)
	needs[byPartitions] = per(p.replicas, p.partitions)
	needs[byStorage] = per(p.volumeGiB, sp.MaxStorageGiB)
	if p.throughput > 0 {
		needs[byThroughput] = per(l.outMean.Value/workload.MiB, p.throughput)
	}
	z.connectionNeeds(l, &needs)
	p.count(needs, z.multiple)
	return p
}

func (z *sizer) connectionNeeds(l *load, needs *[constraints]float64) {
	if !z.profile.Connections {
		return
	}
	if z.connections > 0 {
		needs[byConnections] = per(needed(l.connections), z.connections)
	}
	if z.connectionRate > 0 {
		needs[byConnectionRate] = per(needed(l.attempts), z.connectionRate)
	}
}

// provisioned is the storage throughput to buy for each broker, MiB/s; 0 where none is asked for or the size takes none.
func (z *sizer) provisioned(l *load, size catalog.StandardSize) float64 {
	if l.throughput <= 0 {
		return 0
	}
	if from := z.profile.Standard.ProvisionedFrom; len(from) > 0 {
		if !slices.Contains(from, size.Name) {
			return 0
		}
		return math.Min(l.throughput, scriptEBS(size))
	}
	if size.ProvisionedMaxMiB == nil {
		return 0
	}
	return math.Min(l.throughput, *size.ProvisionedMaxMiB)
}

// storageRate is the storage throughput that a broker is sized with, MiB/s; def is that of a volume by default.
func (z *sizer) storageRate(size catalog.StandardSize, bought, def float64) float64 {
	most := scriptEBS(size)
	if z.profile.Standard.Throughput == catalog.ThroughputScript {
		return most
	}
	return math.Min(most, math.Max(def, bought))
}

// scriptEBS is the script's constant, or the baseline of the size where it has none. The script takes AWS's MB/s for MiB/s.
func scriptEBS(size catalog.StandardSize) float64 {
	if size.ScriptEBSMiB != nil {
		return *size.ScriptEBSMiB
	}
	return size.EBSBaselineMBps * workload.MB / workload.MiB
}

func scriptNetwork(size catalog.StandardSize) float64 {
	if size.ScriptNetworkMiB != nil {
		return *size.ScriptNetworkMiB
	}
	return size.NetworkBaselineGbps * 1e9 / 8 / workload.MiB
}

// standardRates returns what one broker is planned to take in and give out, bytes per second.
func (z *sizer) standardRates(l *load, size catalog.StandardSize, ebs float64) (in, out float64) {
	sp := &z.profile.Standard
	if sp.Method == catalog.MethodTable {
		return z.planned(value(size.GuideIngressMBps), value(size.GuideIngressMaxMBps)),
			z.planned(value(size.GuideEgressMBps), value(size.GuideEgressMaxMBps))
	}
	storage, network := sp.StorageFactor, sp.NetworkBase
	if l.tiered {
		storage, network = storage+sp.TieredFactor, network+sp.TieredFactor
	}
	in = math.Min(ebs/storage, scriptNetwork(size)/(l.fanOut*sp.FanOutFactor+network))
	in *= math.Min(sp.Utilization, 1-z.headroom) * workload.MiB
	return in, in * l.fanOut
}

// planned is a rate of a table in bytes per second, lowered where less than the headroom would be left below the most.
func (z *sizer) planned(rate, most float64) float64 {
	if most > 0 {
		rate = math.Min(rate, most*(1-z.headroom))
	}
	return rate * workload.MB
}

func value(p *float64) float64 {
	if p == nil {
		return 0
	}
	return *p
}

// express sizes Express brokers by the script's factors or by the guide's sustained rates.
//
// Worked line, express.m7g.large, 45 MiB/s in and 90 out: 45 ÷ (15.625 × 0.75) = 3.8 and 90 ÷ (15.625 × 2.5) = 2.3,
// rounded up to 6; the guide's 15.6 and 31.2 MB/s carry 45 and 90 MB/s with 3.
func (z *sizer) express(l *load, size catalog.ExpressSize) plan {
	ep := &z.profile.Express
	p := plan{partitions: float64(size.PartitionsRecommended), partitionsMax: float64(size.PartitionsMax),
		connections: z.connections, connectionRate: z.connectionRate}
	if ep.PartitionLimit == catalog.PartitionMax {
		p.partitions = p.partitionsMax
	}
	if ep.Method == catalog.MethodTable {
		p.in, p.out = z.planned(size.IngressSustainedMBps, size.IngressMaxMBps), z.planned(size.EgressSustainedMBps, size.EgressMaxMBps)
	} else {
		rate := size.ScriptIngressMiB * workload.MiB
		p.in = math.Min(rate*ep.IngressFactor, size.IngressMaxMBps*workload.MB*(1-z.headroom))
		p.out = math.Min(rate*ep.EgressFactor, size.EgressMaxMBps*workload.MB*(1-z.headroom))
	}
	p.replicas = l.partitions.Value * expressCopies
	p.keptGiB = l.stored.Value / workload.GiB
	var needs [constraints]float64
	// The highest minute must stay below the quota of the brokers, which throttle above it.
	needs[byIngress] = math.Max(per(needed(l.in), p.in), per(needed(l.inPeak), size.IngressMaxMBps*workload.MB))
	needs[byEgress] = math.Max(per(needed(l.out), p.out), per(needed(l.outPeak), size.EgressMaxMBps*workload.MB))
	needs[byPartitions] = per(p.replicas, p.partitions)
	z.connectionNeeds(l, &needs)
	p.count(needs, z.multiple)
	return p
}

// expressCopies is the replication factor that Express fixes.
const expressCopies = 3
