package history

import "github.com/mskfit/mskfit/internal/workload"

// level says what a figure belongs to.
type level string

const (
	ofCluster level = "cluster"
	ofTopic   level = "topic"
	ofGroup   level = "group"
	// ofPartition is the partition that was the busiest of its cluster, while it was: "orders-3".
	ofPartition level = "partition"
)

// Quantity is what is counted, named as in the verdict's JSON.
type Quantity string

// The quantities of a cluster. Topics have the first three, batches, and the hottest partition's; groups have Egress.
const (
	Ingress  Quantity = "ingress_bytes_per_second" // bytes that producers send, as batches are stored
	Egress   Quantity = "egress_bytes_per_second"  // bytes that consumers read
	Messages Quantity = "messages_per_second"      // records that producers send

	HottestIngress Quantity = "hottest_partition_ingress_bytes_per_second"
	HottestEgress  Quantity = "hottest_partition_egress_bytes_per_second"
	Connections    Quantity = "client_connections"
	Attempts       Quantity = "connection_attempts_per_second"
	Requests       Quantity = "requests_per_second"
	Batches        Quantity = "produce_batches_per_second"
	Stored         Quantity = "stored_bytes"
	Topics         Quantity = "topics"
	Partitions     Quantity = "partitions"
	Compacted      Quantity = "compacted_partitions"
	Groups         Quantity = "consumer_groups"

	// windowSeconds is the length of the window behind a minute of the cluster: 60, or 3600 for hours that were read back.
	windowSeconds Quantity = "window_seconds"
)

// quantitiesOf lists what is kept of each level.
var quantitiesOf = map[level][]Quantity{
	ofCluster: {Ingress, Egress, Messages, HottestIngress, HottestEgress, Connections, Attempts, Requests, Batches, Stored, Topics,
		Partitions, Compacted, Groups},
	ofTopic: {Ingress, Egress, Messages, Batches, HottestIngress, HottestEgress},
	ofGroup: {Egress},
}

// seriesID names one figure of one source over time.
type seriesID struct {
	cluster, source string
	level           level
	name            string // topic, group or partition; empty for the cluster
	quantity        Quantity
}

const (
	minuteMillis   = 60_000
	blockMinutes   = 5
	minutesPerDay  = 24 * 60
	minutesPerHour = 60
)

// resolution is how many minutes one point of a level stands for.
func (lv level) resolution() int64 {
	if lv == ofCluster {
		return 1
	}
	return blockMinutes
}

// methods are the methods in the order of their strength; a point holds the index plus one.
var methods = [...]workload.Method{workload.Measured, workload.Derived, workload.Declared, workload.Estimated}
