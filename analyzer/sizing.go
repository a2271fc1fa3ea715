package analyzer

import (
	"math"

	"github.com/mskfit/mskfit/internal/catalog"
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
	brokers int
	// bottleneck is the constraint that needs the most brokers, need how many that is before rounding, and step what the number
	// of brokers is a multiple of.
	bottleneck constraint
	need       float64
	step       int
	// byPeak: the bottleneck is the highest minute against what AWS throttles at, not the sized load against the plan.
	byPeak bool
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

// hair is by how much a need may be above a whole number only through rounding errors. AWS's script allows for none.
const hair = 1e-9

// roundUp returns the least multiple that is not below need, or not more than the slack below it. It is at least one multiple.
// As in AWS's script a need is rounded up to whole brokers first.
func roundUp(need float64, multiple int, slack float64) int {
	m := float64(multiple)
	steps := math.Max(math.Ceil(math.Ceil(need-slack*m)/m), 1)
	if !(steps*m < mostBrokers) {
		return mostBrokers / multiple * multiple
	}
	return int(steps) * multiple
}

// count sets the number of brokers and the bottleneck from the need of each constraint. Of constraints that need the same, as
// ingress and egress of Standard brokers do, the first is the bottleneck.
func (z *sizer) count(p *plan, needs [constraints]float64) {
	slack := hair
	if z.profile.AsScript {
		slack = 0
	}
	most := 0.0
	for c, need := range needs {
		most = max(most, need)
		if need > p.need*(1+hair) {
			p.need, p.bottleneck = need, constraint(c)
		}
	}
	p.step = z.multiple
	p.brokers = roundUp(most, z.multiple, slack)
	if !z.profile.AsScript {
		return
	}
	// The script names the first constraint that needs as many brokers once rounded up, whichever needs more before that.
	for c, need := range needs {
		if roundUp(need, z.multiple, slack) == p.brokers {
			p.need, p.bottleneck = need, constraint(c)
			return
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

// needed is the value that brokers are counted for: the upper bound of a figure, up to a quarter above its value. Beyond that the
// estimate is too loose to pay for, and the rule says so instead. It is 0 where the figure is missing.
func needed(f *fig) float64 {
	if !f.ok {
		return 0
	}
	return min(f.High, 1.25*f.Value)
}

func (z *sizer) connectionNeeds(l *load, needs *[constraints]float64) {
	if !z.profile.Connections {
		return
	}
	if z.connections > 0 {
		needs[byConnections] = per(needed(&l.connections), z.connections)
	}
	if z.connectionRate > 0 {
		needs[byConnectionRate] = per(needed(&l.attempts), z.connectionRate)
	}
}
