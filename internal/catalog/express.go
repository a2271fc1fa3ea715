package catalog

// Express is what AWS states of Provisioned clusters with Express brokers.
type Express struct {
	Sizes              []ExpressSize  `yaml:"sizes"`
	Quotas             []Quota        `yaml:"quotas"`
	BrokerConfigs      []string       `yaml:"broker_configs"`
	ReadOnlyConfigs    []string       `yaml:"read_only_broker_configs"`
	TopicConfigs       []string       `yaml:"topic_configs"`
	Authentication     []string       `yaml:"authentication"`
	Versions           []KafkaVersion `yaml:"kafka_versions"`
	ReplicationFactor  int            `yaml:"replication_factor"`
	MinInsyncReplicas  int            `yaml:"min_insync_replicas"`
	PerPartitionMBps   float64        `yaml:"per_partition_mb_s"`
	PerPartitionSource string         `yaml:"per_partition_source"`
	// SizeSources are the sources of groups of columns of Sizes.
	SizeSources map[string]string `yaml:"size_sources"`
	Notes       []Note            `yaml:"notes"`
}

// Quota returns the quota with the id.
func (e Express) Quota(id string) (Quota, bool) { return find(e.Quotas, id) }

// ExpressSize is one size of Express brokers. Partitions count replicas; rates are producer writes and consumer reads a broker.
type ExpressSize struct {
	Name                  string  `yaml:"size"`
	VCPU                  int     `yaml:"vcpu"`
	MemoryGiB             float64 `yaml:"memory_gib"`
	IngressSustainedMBps  float64 `yaml:"ingress_sustained_mb_s"`
	IngressMaxMBps        float64 `yaml:"ingress_max_mb_s"`
	EgressSustainedMBps   float64 `yaml:"egress_sustained_mb_s"`
	EgressMaxMBps         float64 `yaml:"egress_max_mb_s"`
	PartitionsRecommended int     `yaml:"partitions_recommended"`
	PartitionsMax         int     `yaml:"partitions_max"`
	ScriptIngressMiB      float64 `yaml:"script_ingress_mib_s"` // what AWS's script uses, MiB/s
	Source                string  `yaml:"source"`
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
