// Package split packs the topics of a workload onto the fewest clusters. It knows topics by number, what each takes of a
// cluster, and what keeps some of them together. Start with [Problem]. What a topic takes, which quota bounds it and what is
// said about the result is decided by package analyzer.
package split

import "math"

// The quantities that are packed. Those before Connections are known of each topic; the others are shared out by traffic.
const (
	// Ingress and Egress are in bytes per second.
	Ingress = iota
	Egress
	// Plain and Compacted are leader partitions.
	Plain
	Compacted
	// Groups are consumer groups.
	Groups
	// Connections are open at a time; Attempts to connect, and Requests, are per second.
	Connections
	Attempts
	Requests
	// Quantities is how many there are.
	Quantities
)

// Load is an amount of each packed quantity.
type Load [Quantities]float64

// Plus is the sum of two loads.
func (a Load) Plus(b Load) Load {
	for d := range a {
		a[d] += b[d]
	}
	return a
}

func (a Load) minus(b Load) Load {
	for d := range a {
		a[d] -= b[d]
	}
	return a
}

// Utilization is the largest share of a capacity that the load takes, and the quantity that it is of; 1 is full.
func (a Load) Utilization(capacity *Load) (share float64, quantity int) {
	for d := range a {
		if a[d] == 0 || math.IsInf(capacity[d], 1) {
			continue
		}
		if u := a[d] / capacity[d]; u > share {
			share, quantity = u, d
		}
	}
	return share, quantity
}

// Fits reports whether the load is within the capacity, up to the rounding of sums.
func (a Load) Fits(capacity *Load) bool {
	share, _ := a.Utilization(capacity)
	return share <= 1+1e-9
}

// The kinds of ties.
const (
	Group       = "group"
	Application = "application"
)

// Tie keeps topics together: a consumer group or an application.
type Tie struct {
	// Kind is Group or Application. A group is one of the Groups of the cluster that it is on.
	Kind, Name string
	// Topics are indexes of the problem's, ascending.
	Topics []int
}

// Problem is what has to be packed. It is used by one goroutine at a time.
type Problem struct {
	// Topics is what each topic takes of a cluster.
	Topics []Load
	Ties   []Tie
	// Total is what all topics and groups take together.
	Total Load
	// Capacity is what one cluster may carry; +Inf where nothing bounds it.
	Capacity Load

	root, at []int // room to work in, an element a topic
}
