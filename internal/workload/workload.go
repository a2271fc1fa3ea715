package workload

import "time"

// Workload is what flows through one cluster, as statistics over a window. It is what the analyzer decides on, whether
// it came from history, from one look, or from a file. Absent quantities are nil.
type Workload struct {
	Cluster string
	Region  string
	Window  Window
	// Coverage is the fraction of the window's minutes for which there is data, 0–1; 1 for a declared workload.
	Coverage float64
	// Declared is true when the workload was described by its owner rather than observed.
	Declared bool

	IngressBytesPerSec  *Quantity
	EgressBytesPerSec   *Quantity
	MessagesPerSec      *Quantity
	HottestIngress      *Quantity // bytes per second into the busiest partition
	HottestEgress       *Quantity // bytes per second out of the busiest partition
	ClientConnections   *Quantity
	ConnectionsPerSec   *Quantity
	RequestsPerSec      *Quantity
	BatchesPerSec       *Quantity // record batches that producers send: no more accepted produce requests than these
	AverageMessageBytes *Figure
	MaxMessageBytes     *Figure
	StoredBytes         *Figure // one copy
	Topics              *Figure // user topics
	Partitions          *Figure // leader partitions of user topics
	CompactedPartitions *Figure
	ConsumerGroups      *Figure
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

	TopicList []TopicWorkload
	GroupList []GroupWorkload
	Posture   *Posture
	MSK       *MSKCluster
	// DailyPeaks feed the forecast: one row a day, oldest first.
	DailyPeaks []DailyPeak
	Gaps       []Gap
	// Comparisons are what one source worked out of the cluster beside what another measured, over the minutes that both saw;
	// empty with one source. They are sorted by quantity.
	Comparisons []Comparison `json:",omitempty"`
}

// RetentionUnlimited stands for retention.ms = -1.
const RetentionUnlimited time.Duration = 1<<63 - 1

// TopicWorkload is one topic over the window.
type TopicWorkload struct {
	Name                string
	Internal            bool
	Partitions          int
	ReplicationFactor   int
	Config              map[string]ConfigValue
	Compacted           *bool // nil: unknown
	MessagesPerSec      *Quantity
	IngressBytesPerSec  *Quantity
	EgressBytesPerSec   *Quantity
	BatchesPerSec       *Quantity
	Compression         []string // codecs of the batches that were seen
	AverageMessageBytes *Figure
	MaxMessageBytes     *Figure
	StoredBytes         *Figure
	HottestIngress      *Quantity
	HottestEgress       *Quantity
	Groups              []string
	// Retention is the declared one; nil: not declared (an observed topic has it in Config).
	Retention *time.Duration `json:",omitempty"`
	// Application is the declared owner; topics of one application stay together in a split. Empty: none declared.
	Application string
}

// GroupWorkload is one consumer group over the window.
type GroupWorkload struct {
	Name              string
	Type              string
	Members           *int
	Topics            []string
	EgressBytesPerSec *Quantity
	LagMessages       *Figure
}

// DailyPeak holds the highest one-minute value of each quantity in one UTC day. Keys are the analyzer's quantity
// names, those of the verdict's workload ("ingress_bytes_per_second"). Complete is false for a day with gaps over half
// of it: its peak is a floor.
type DailyPeak struct {
	Day      time.Time
	Values   map[string]float64
	Complete bool
}
