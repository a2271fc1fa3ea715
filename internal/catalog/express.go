package catalog

// Express is what AWS states of Provisioned clusters with Express brokers.
type Express struct {
	// Sizes are from the smallest to the largest.
	Sizes []ExpressSize `yaml:"sizes"`
	// Quotas hold for a cluster unless their Scope says otherwise.
	Quotas []Quota `yaml:"quotas"`
	// BrokerConfigs are the broker properties that a custom configuration may set.
	BrokerConfigs []string `yaml:"broker_configs"`
	// ReadOnlyConfigs are broker properties that can be read and not set.
	ReadOnlyConfigs []string `yaml:"read_only_broker_configs"`
	// TopicConfigs are the topic configurations that can be set.
	TopicConfigs []string `yaml:"topic_configs"`
	// Authentication holds the methods that work, in the words of the workload file.
	Authentication []string `yaml:"authentication"`
	// Versions are the Kafka versions on offer, oldest first.
	Versions []KafkaVersion `yaml:"kafka_versions"`
	// ReplicationFactor is the fixed one (3).
	ReplicationFactor int `yaml:"replication_factor"`
	// MinInsyncReplicas is the fixed min.insync.replicas (2).
	MinInsyncReplicas int `yaml:"min_insync_replicas"`
	// PerPartitionMBps is the most that producers may write to one partition, 10^6 bytes/s.
	PerPartitionMBps float64 `yaml:"per_partition_mb_s"`
	// PerPartitionSource holds the tags behind PerPartitionMBps.
	PerPartitionSource string `yaml:"per_partition_source"`
	// SizeSources are the sources of groups of columns of Sizes.
	SizeSources map[string]string `yaml:"size_sources"`
	// Notes are facts for people that no rule computes with.
	Notes []Note `yaml:"notes"`
}

// Quota returns the quota with the id.
func (e Express) Quota(id string) (Quota, bool) { return find(e.Quotas, id) }

// ExpressSize is one size of Express brokers. Partitions count replicas; rates are producer writes and consumer reads a broker.
type ExpressSize struct {
	Name                  string  `yaml:"size"`                   // with the family: "express.m7g.large"
	VCPU                  int     `yaml:"vcpu"`                   // of one broker
	MemoryGiB             float64 `yaml:"memory_gib"`             // of one broker
	IngressSustainedMBps  float64 `yaml:"ingress_sustained_mb_s"` // what AWS recommends to stay below, 10^6 bytes/s
	IngressMaxMBps        float64 `yaml:"ingress_max_mb_s"`       // where AWS throttles, 10^6 bytes/s
	EgressSustainedMBps   float64 `yaml:"egress_sustained_mb_s"`  // what AWS recommends to stay below, 10^6 bytes/s
	EgressMaxMBps         float64 `yaml:"egress_max_mb_s"`        // where AWS throttles, 10^6 bytes/s
	PartitionsRecommended int     `yaml:"partitions_recommended"` // per broker
	PartitionsMax         int     `yaml:"partitions_max"`         // per broker
	ScriptIngressMiB      float64 `yaml:"script_ingress_mib_s"`   // what AWS's script uses, MiB/s
	Source                string  `yaml:"source"`                 // tag for all columns that SizeSources does not name
}

// Size returns the size with the name.
func (e Express) Size(name string) (ExpressSize, bool) {
	for _, size := range e.Sizes {
		if size.Name == name {
			return size, true
		}
	}
	return ExpressSize{}, false
}
