package workloadfile

import "github.com/mskfit/mskfit/internal/workload"

// File is a workload file. Sizes, rates and durations carry their unit: 30KB, 8MiB, 45MBps, 500MiBps, 72h, 7d; KB, MB and
// GB are powers of 1,000, KiB, MiB and GiB of 1,024.
type File struct {
	// Name of the workload or cluster. Default: the name of the file without its ending.
	Name string `yaml:"name"`
	// Region is the AWS region to price, like us-east-1. Required.
	Region string `yaml:"region"`
	// Workload is what flows through the cluster. Required.
	Workload *Workload `yaml:"workload"`
	// Requirements are what cannot be measured. What is left out becomes a question in the verdict.
	Requirements Requirements `yaml:"requirements"`
}

// Workload is what flows through one cluster. The one thing that must be known is the ingress: write it, or
// messages_per_second and average_message_size, or give it for every topic of the list. The rest is optional; what does
// not follow from other keys stays unknown, and rules that need it stay open.
type Workload struct {
	// MessagesPerSecond that producers write, on average. Derived: ingress ÷ average_message_size, or the sum over topics.
	MessagesPerSecond *float64 `yaml:"messages_per_second"`
	// AverageMessageSize as it travels: compressed, if producers compress. Derived: ingress ÷ messages_per_second.
	AverageMessageSize *workload.ByteSize `yaml:"average_message_size"`
	// MaxMessageSize is the largest message. Derived: the largest of the topics'.
	MaxMessageSize *workload.ByteSize `yaml:"max_message_size"`

	// Ingress is what producers write, on average, without replication. Derived: messages_per_second ×
	// average_message_size, or the sum over topics.
	Ingress *workload.ByteRate `yaml:"ingress"`
	// Egress is what consumers read, on average, without replication. Derived: what the groups of the list read, or
	// ingress × consumer_groups.
	Egress *workload.ByteRate `yaml:"egress"`
	// PeakIngress is the highest ingress of one minute. Absent: the average is taken to be steady.
	PeakIngress *workload.ByteRate `yaml:"peak_ingress"`
	// PeakEgress is the highest egress of one minute. Derived: peak_ingress × egress ÷ ingress.
	PeakEgress *workload.ByteRate `yaml:"peak_egress"`

	// ConsumerGroups is how many groups each read everything. Derived: the number of groups.
	ConsumerGroups *int `yaml:"consumer_groups"`
	// Topics is their number, or the list of all of them.
	Topics Topics `yaml:"topics"`
	// Groups is the number of consumer groups (like consumer_groups), or the list of all of them.
	Groups Groups `yaml:"groups"`
	// Partitions is the number of leader partitions over all topics; replicas are not counted. Derived: the sum over topics.
	Partitions *int `yaml:"partitions"`
	// CompactedPartitions is how many of the partitions belong to compacted topics. Derived: the sum over topics.
	CompactedPartitions *int `yaml:"compacted_partitions"`
	// HottestPartitionIngress is what the busiest partition takes. Derived: ingress ÷ partitions of the busiest topic, spread
	// evenly.
	HottestPartitionIngress *workload.ByteRate `yaml:"hottest_partition_ingress"`
	// HottestPartitionEgress is what is read from the busiest partition. Derived: egress in the proportion of
	// hottest_partition_ingress, or egress ÷ partitions of the topic that is read most, spread evenly.
	HottestPartitionEgress *workload.ByteRate `yaml:"hottest_partition_egress"`

	// ReplicationFactor of the topics today.
	ReplicationFactor *int `yaml:"replication_factor"`
	// Retention is how long messages are kept: 72h, 7d or unlimited.
	Retention *workload.Span `yaml:"retention"`
	// PrimaryRetention is how long they stay on broker storage where tiered storage takes the rest. Absent: no tiering.
	PrimaryRetention *workload.Span `yaml:"primary_retention"`
	// StoredBytes is one copy of all that is kept. Derived: ingress × retention, or the sum over topics; replicas are not
	// counted.
	StoredBytes *workload.ByteSize `yaml:"stored_bytes"`
	// ProvisionedStorageThroughput is what to buy per broker beyond the default. Absent: none.
	ProvisionedStorageThroughput *workload.ByteRate `yaml:"provisioned_storage_throughput"`

	// ClientConnections open at once, producers and consumers together.
	ClientConnections *float64 `yaml:"client_connections"`
	// ConnectionAttemptsPerSecond is how many connections are newly opened.
	ConnectionAttemptsPerSecond *float64 `yaml:"connection_attempts_per_second"`
	// RequestsPerSecond that clients send.
	RequestsPerSecond *float64 `yaml:"requests_per_second"`
	// RackAwareConsumers read from the replica in their own zone, so that reads do not cross zones (default true).
	RackAwareConsumers *bool `yaml:"rack_aware_consumers"`
}

// Topic is one topic with its own figures.
type Topic struct {
	// Name of the topic. Required.
	Name string `yaml:"name"`
	// Partitions of the topic; replicas are not counted. Required.
	Partitions *int `yaml:"partitions"`
	// MessagesPerSecond written to it. Derived: ingress ÷ average_message_size.
	MessagesPerSecond *float64 `yaml:"messages_per_second"`
	// AverageMessageSize as it travels. Derived: ingress ÷ messages_per_second.
	AverageMessageSize *workload.ByteSize `yaml:"average_message_size"`
	// MaxMessageSize is the largest message.
	MaxMessageSize *workload.ByteSize `yaml:"max_message_size"`
	// Ingress is what producers write to it. Derived: messages_per_second × average_message_size.
	Ingress *workload.ByteRate `yaml:"ingress"`
	// PeakIngress is its highest ingress of one minute.
	PeakIngress *workload.ByteRate `yaml:"peak_ingress"`
	// Egress is what consumers read from it. Derived: ingress × the groups that read it, or × consumer_groups.
	Egress *workload.ByteRate `yaml:"egress"`
	// PeakEgress is its highest egress of one minute. Derived: peak_ingress × egress ÷ ingress.
	PeakEgress *workload.ByteRate `yaml:"peak_egress"`
	// HottestPartitionIngress is what its busiest partition takes. Derived: ingress ÷ partitions.
	HottestPartitionIngress *workload.ByteRate `yaml:"hottest_partition_ingress"`
	// HottestPartitionEgress is what is read from its busiest partition. Derived: egress in the proportion of
	// hottest_partition_ingress, or egress ÷ partitions.
	HottestPartitionEgress *workload.ByteRate `yaml:"hottest_partition_egress"`
	// ReplicationFactor of the topic today. Default: the workload's.
	ReplicationFactor *int `yaml:"replication_factor"`
	// Retention of the topic. Default: the workload's.
	Retention *workload.Span `yaml:"retention"`
	// StoredBytes is one copy of what it keeps. Derived: ingress × retention, unless it is compacted.
	StoredBytes *workload.ByteSize `yaml:"stored_bytes"`
	// Compacted topics keep the last message of each key (default false).
	Compacted bool `yaml:"compacted"`
	// Application owns the topic; topics of one application stay together when the workload is split. Default: none.
	Application string `yaml:"application"`
}

// Group is one consumer group.
type Group struct {
	// Name of the group. Required.
	Name string `yaml:"name"`
	// Topics that it reads. Required.
	Topics []string `yaml:"topics"`
	// Members is how many consumers it has.
	Members *int `yaml:"members"`
	// Egress is what it reads. Derived: the ingress of its topics.
	Egress *workload.ByteRate `yaml:"egress"`
}
