package workload

import "time"

// Workload is what flows through one cluster, as statistics over a window. It is what the analyzer decides on, whether
// it came from history, from one look, or from a file. Absent quantities are nil.
type Workload struct {
	// Cluster is the name under which the owner knows the cluster.
	Cluster string
	// Region is the AWS region of the target cluster; empty: not declared.
	Region string
	// Window is the span that the statistics are over; zero for a declared workload.
	Window Window
	// Coverage is the fraction of the window's minutes for which there is data, 0–1; 1 for a declared workload.
	Coverage float64
	// Declared is true when the workload was described by its owner rather than observed.
	Declared bool

	IngressBytesPerSec  *Quantity // bytes/s from producers, compressed, without replication
	EgressBytesPerSec   *Quantity // bytes/s to consumers, without replication; a floor where only commits are seen
	MessagesPerSec      *Quantity // records/s from producers
	HottestIngress      *Quantity // bytes per second into the busiest partition
	HottestEgress       *Quantity // bytes per second out of the busiest partition
	ClientConnections   *Quantity // open at once
	ConnectionsPerSec   *Quantity // new connections per second
	RequestsPerSec      *Quantity // requests/s from clients
	BatchesPerSec       *Quantity // record batches that producers send: no more accepted produce requests than these
	AverageMessageBytes *Figure   // bytes ÷ records on the wire, compressed
	MaxMessageBytes     *Figure   // between the largest batch seen and max.message.bytes
	StoredBytes         *Figure   // one copy
	Topics              *Figure   // user topics
	Partitions          *Figure   // leader partitions of user topics
	CompactedPartitions *Figure   // leader partitions of compacted user topics
	ConsumerGroups      *Figure   // groups that the cluster knows, idle ones included
	// LargestCompactedPartitionBytes is the stored size of the largest partition of a compacted topic.
	LargestCompactedPartitionBytes *Figure
	// HottestIngressOn and HottestEgressOn name the busiest partition ("orders-3"); empty when unknown.
	HottestIngressOn, HottestEgressOn string

	// ReplicationFactor is the prevailing one (0: unknown), MinReplicationFactor and MaxReplicationFactor the extremes.
	ReplicationFactor, MinReplicationFactor, MaxReplicationFactor int
	// Retention is the longest retention in use; nil: unknown. Unlimited retention is RetentionUnlimited.
	Retention *time.Duration
	// PrimaryRetention is how long data stays on broker storage where tiered storage is used; nil: all of it.
	PrimaryRetention *time.Duration
	// ProvisionedThroughputBytesPerSec is the storage throughput to provision per broker; nil: the default.
	ProvisionedThroughputBytesPerSec *float64
	// RackAwareConsumers: consumers read from the nearest replica, so that reads do not cross zones.
	RackAwareConsumers bool

	// TopicList is sorted by name when observed, as in the file when declared; empty where the source gives no figures by
	// topic.
	TopicList []TopicWorkload
	// GroupList is sorted by name when observed, as in the file when declared; empty where the source sees no groups.
	GroupList []GroupWorkload
	// Posture is how the cluster is set up; nil: not read.
	Posture *Posture
	// MSK is the cluster that carries the workload today; nil: not on MSK, or not asked.
	MSK *MSKCluster
	// DailyPeaks feed the forecast: one row a day, oldest first.
	DailyPeaks []DailyPeak
	// Gaps are what could not be read; empty: nothing is missing.
	Gaps []Gap
	// Comparisons are what one source worked out of the cluster beside what another measured, over the minutes that both saw;
	// empty with one source. They are sorted by quantity.
	Comparisons []Comparison `json:",omitempty"`
}

// RetentionUnlimited stands for retention.ms = -1.
const RetentionUnlimited time.Duration = 1<<63 - 1

// TopicWorkload is one topic over the window.
type TopicWorkload struct {
	Name                string                 // as in Kafka
	Internal            bool                   // Kafka's or MSK's own, such as __consumer_offsets
	Partitions          int                    // leader partitions
	ReplicationFactor   int                    // copies of each partition, the leader's included; 0: unknown
	Config              map[string]ConfigValue // where it is not the broker's default; nil: not read
	Compacted           *bool                  // nil: unknown
	MessagesPerSec      *Quantity              // records/s from producers
	IngressBytesPerSec  *Quantity              // bytes/s from producers, compressed, without replication
	EgressBytesPerSec   *Quantity              // bytes/s to consumers, without replication
	BatchesPerSec       *Quantity              // see Topic.BatchesPerSec
	Compression         []string               // codecs of the batches that were seen
	AverageMessageBytes *Figure                // bytes ÷ records on the wire, compressed
	MaxMessageBytes     *Figure                // between the largest batch seen and max.message.bytes
	StoredBytes         *Figure                // one copy
	HottestIngress      *Quantity              // bytes/s into the topic's busiest partition
	HottestEgress       *Quantity              // bytes/s out of the topic's busiest partition
	Groups              []string               // consumer groups with committed offsets, sorted
	// Retention is the declared one; nil: not declared (an observed topic has it in Config).
	Retention *time.Duration `json:",omitempty"`
	// Application is the declared owner; topics of one application stay together in a split. Empty: none declared.
	Application string
}

// GroupWorkload is one consumer group over the window.
type GroupWorkload struct {
	Name              string    // group id in Kafka
	Type              string    // "classic", "consumer" (KIP-848) or "share" (KIP-932); empty: unknown
	Members           *int      // connected members, last known; nil: unknown
	Topics            []string  // with committed offsets or assigned members, sorted
	EgressBytesPerSec *Quantity // what its commits say that it read; nil: it does not commit
	LagMessages       *Figure   // records not yet read, last known
}

// DailyPeak holds the highest one-minute value of each quantity in one UTC day. Keys are the analyzer's quantity
// names, those of the verdict's workload ("ingress_bytes_per_second"). Complete is false for a day with gaps over half
// of it: its peak is a floor.
type DailyPeak struct {
	Day      time.Time          // midnight UTC
	Values   map[string]float64 // in the quantity's base unit; a quantity without data is not in it
	Complete bool               // at least half of the day has data
}
