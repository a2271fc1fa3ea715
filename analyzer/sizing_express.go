package analyzer

import (
	"math"

	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/workload"
)

// express sizes Express brokers by the sustained rates that AWS documents, or by the script's rates.
//
// Worked lines, express.m7g.large, 45 MB/s in and 90 out. By default: 45 ÷ (15.6 × 0.75) = 3.8 and 90 ÷ 31.2 = 2.9, rounded up
// to 6. The guide takes all of 15.6: 45 ÷ 15.6 = 2.9, so 3. The script, in MiB/s: 45 ÷ (15.625 × 0.75) = 3.8 and
// 90 ÷ (15.625 × 2.5) = 2.3, so 6.
func (z *sizer) express(l *load, size *catalog.ExpressSize) plan {
	ep := &z.profile.Express
	p := plan{partitions: float64(size.PartitionsRecommended), partitionsMax: float64(size.PartitionsMax),
		connections: z.connections, connectionRate: z.connectionRate}
	if ep.PartitionLimit == catalog.PartitionMax {
		p.partitions = p.partitionsMax
	}
	if ep.Method == catalog.MethodTable {
		p.in = z.planned(size.IngressSustainedMBps*orAll(ep.IngressFactor), size.IngressMaxMBps)
		p.out = z.planned(size.EgressSustainedMBps*orAll(ep.EgressFactor), size.EgressMaxMBps)
	} else {
		rate := size.ScriptIngressMiB * workload.MiB
		p.in = math.Min(rate*ep.IngressFactor, size.IngressMaxMBps*workload.MB*(1-z.headroom))
		p.out = math.Min(rate*ep.EgressFactor, size.EgressMaxMBps*workload.MB*(1-z.headroom))
	}
	p.replicas = l.partitions.Value * expressCopies
	if z.profile.AsScript {
		p.replicas = l.partitions.Value * float64(l.replication)
	}
	p.keptGiB = l.stored.Value / workload.GiB
	var needs [constraints]float64
	needs[byIngress], needs[byEgress] = per(needed(&l.in), p.in), per(needed(&l.out), p.out)
	// The highest minute must stay below the quota of the brokers, which throttle above it.
	peakIn, peakOut := per(needed(&l.inPeak), size.IngressMaxMBps*workload.MB),
		per(needed(&l.outPeak), size.EgressMaxMBps*workload.MB)
	inByPeak, outByPeak := peakIn > needs[byIngress], peakOut > needs[byEgress]
	needs[byIngress], needs[byEgress] = max(needs[byIngress], peakIn), max(needs[byEgress], peakOut)
	needs[byPartitions] = per(p.replicas, p.partitions)
	z.connectionNeeds(l, &needs)
	z.count(&p, needs)
	p.byPeak = p.bottleneck == byIngress && inByPeak || p.bottleneck == byEgress && outByPeak
	return p
}

// orAll is a share to plan with; 0 means all.
func orAll(share float64) float64 {
	if share == 0 {
		return 1
	}
	return share
}

// expressCopies is the replication factor that Express fixes.
const expressCopies = 3
