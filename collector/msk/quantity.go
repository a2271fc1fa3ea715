package msk

// quantity is what a metric shows.
type quantity int

const (
	ingress quantity = iota
	egress
	messages
	connections
	attempts // new connections per second
	stored
	topicCount
	partitionCount
	cpuUser
	cpuSystem
	diskUsed
	lag
	hottestIn  // the busiest partition of a topic
	hottestOut //
	partitions // of a topic
	produceThrottle
	fetchThrottle
	underProvisioned
	rebalancing
	quantities // how many there are
)

// The verdict's names of the busiest partition's rates.
const (
	hottestIngress = "hottest_partition_ingress_bytes_per_second"
	hottestEgress  = "hottest_partition_egress_bytes_per_second"
)

// names are the verdict's of the cluster's quantities that a metric is needed for; none for those of a broker or a group.
func (q quantity) names() []string {
	switch q {
	case ingress:
		return []string{"ingress_bytes_per_second"}
	case egress:
		return []string{"egress_bytes_per_second"}
	case messages:
		return []string{"messages_per_second"}
	case connections:
		return []string{"client_connections"}
	case attempts:
		return []string{"connection_attempts_per_second"}
	case stored, diskUsed:
		return []string{"stored_bytes"}
	case topicCount:
		return []string{"topics"}
	case partitionCount, partitions:
		return []string{"partitions"}
	case hottestIn:
		return []string{hottestIngress}
	case hottestOut:
		return []string{hottestEgress}
	default:
		return nil
	}
}
