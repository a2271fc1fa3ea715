package analyzer

import (
	"math"
	"slices"

	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/workload"
)

// standard sizes Standard brokers by storage and network (AWS's script) or by a table of rates.
//
// Worked line, kafka.m7g.xlarge, 500 MiB/s in at the peak and fan-out 2: storage 156.25 ÷ 6.5 = 24.0, network
// 234 ÷ (2 × 1.5 + 5.7) = 26.9, the lesser × 0.5 = 12.0 MiB/s a broker, 500 ÷ 12.0 = 41.6, rounded up to 42.
func (z *sizer) standard(l *load, size *catalog.StandardSize, def float64) plan {
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
	p.volumeGiB = needed(&l.primary) / workload.GiB * float64(l.replication) * sp.StorageHeadroom
	p.keptGiB = l.remote.Value / workload.GiB
	var needs [constraints]float64
	needs[byIngress] = per(needed(&l.in), p.in)
	needs[byEgress] = per(needed(&l.out), p.out)
	needs[byPartitions] = per(p.replicas, p.partitions)
	needs[byStorage] = per(p.volumeGiB, sp.MaxStorageGiB)
	if p.throughput > 0 {
		needs[byThroughput] = per(l.outMean.Value/workload.MiB, p.throughput)
	}
	z.connectionNeeds(l, &needs)
	z.count(&p, needs)
	return p
}

// provisioned is the storage throughput to buy for each broker, MiB/s; 0 where none is asked for or the size takes none.
func (z *sizer) provisioned(l *load, size *catalog.StandardSize) float64 {
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
func (z *sizer) storageRate(size *catalog.StandardSize, bought, def float64) float64 {
	most := scriptEBS(size)
	if z.profile.Standard.Throughput == catalog.ThroughputScript {
		return most
	}
	return math.Min(most, math.Max(def, bought))
}

// scriptEBS is the script's constant, or the baseline of the size where it has none. The script takes AWS's MB/s for MiB/s.
func scriptEBS(size *catalog.StandardSize) float64 {
	if size.ScriptEBSMiB != nil {
		return *size.ScriptEBSMiB
	}
	return size.EBSBaselineMBps * workload.MB / workload.MiB
}

func scriptNetwork(size *catalog.StandardSize) float64 {
	if size.ScriptNetworkMiB != nil {
		return *size.ScriptNetworkMiB
	}
	return size.NetworkBaselineGbps * 1e9 / 8 / workload.MiB
}

// standardRates returns what one broker is planned to take in and give out, bytes per second.
func (z *sizer) standardRates(l *load, size *catalog.StandardSize, ebs float64) (in, out float64) {
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
	plan := math.Min(sp.Utilization, 1-z.headroom) * workload.MiB
	return in * plan, l.fanOut * in * plan // in the script's order, to which the last bit may be a broker
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
