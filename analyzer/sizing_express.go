package analyzer

import (
	"math"

	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/workload"
)

// express sizes Express brokers by the script's factors or by the guide's sustained rates.
//
// Worked line, express.m7g.large, 45 MiB/s in and 90 out: 45 ÷ (15.625 × 0.75) = 3.8 and 90 ÷ (15.625 × 2.5) = 2.3,
// rounded up to 6; the guide's 15.6 and 31.2 MB/s carry 45 and 90 MB/s with 3.
func (z *sizer) express(l *load, size *catalog.ExpressSize) plan {
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
	if z.profile.AsScript {
		p.replicas = l.partitions.Value * float64(l.replication)
	}
	p.keptGiB = l.stored.Value / workload.GiB
	var needs [constraints]float64
	// The highest minute must stay below the quota of the brokers, which throttle above it.
	needs[byIngress] = math.Max(per(needed(&l.in), p.in), per(needed(&l.inPeak), size.IngressMaxMBps*workload.MB))
	needs[byEgress] = math.Max(per(needed(&l.out), p.out), per(needed(&l.outPeak), size.EgressMaxMBps*workload.MB))
	needs[byPartitions] = per(p.replicas, p.partitions)
	z.connectionNeeds(l, &needs)
	z.count(&p, needs)
	return p
}

// expressCopies is the replication factor that Express fixes.
const expressCopies = 3
