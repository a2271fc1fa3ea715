package catalog

// Standard is what AWS states of Provisioned clusters with Standard brokers.
type Standard struct {
	// Sizes are grouped by family, from the smallest to the largest.
	Sizes []StandardSize `yaml:"sizes"`
	// Quotas hold for a cluster unless their Scope says otherwise.
	Quotas []Quota `yaml:"quotas"`
	// BrokerConfigs are the broker properties that a custom configuration may set.
	BrokerConfigs []string `yaml:"broker_configs"`
	// BrokerConfigBounds are the bounds of some of them.
	BrokerConfigBounds []ConfigBound `yaml:"broker_config_bounds"`
	// BrokerConfigDefaults are MSK's own defaults where they were published.
	BrokerConfigDefaults map[string]string `yaml:"broker_config_defaults"`
	// Authentication holds the methods that work, in the words of the workload file.
	Authentication []string `yaml:"authentication"`
	// Ports are where brokers listen, one entry per method.
	Ports []Port `yaml:"ports"`
	// Versions are the Kafka versions on offer, oldest first.
	Versions []KafkaVersion `yaml:"kafka_versions"`
	// DefaultThroughputMiB is the storage throughput of a broker without provisioned throughput, MiB/s.
	DefaultThroughputMiB float64 `yaml:"default_throughput_mib_s"`
	// DefaultVolume is how that throughput grows with the size of the volume.
	DefaultVolume VolumeThroughput `yaml:"default_volume"`
	// ProvisionedMinMiB is the least throughput that can be provisioned, MiB/s, on volumes of at least
	// ProvisionedVolumeMinGiB.
	ProvisionedMinMiB float64 `yaml:"provisioned_throughput_min_mib_s"`
	// ProvisionedVolumeMinGiB is the smallest volume whose throughput can be provisioned.
	ProvisionedVolumeMinGiB float64 `yaml:"provisioned_throughput_volume_min_gib"`
	// SizeSources are the sources of groups of columns of Sizes: "ebs" → "S-EBS".
	SizeSources map[string]string `yaml:"size_sources"`
	// Notes are facts for people that no rule computes with (burst rates, tiered storage bounds).
	Notes []Note `yaml:"notes"`
}

// Size returns the size with the name.
func (s Standard) Size(name string) (StandardSize, bool) {
	for _, size := range s.Sizes {
		if size.Name == name {
			return size, true
		}
	}
	return StandardSize{}, false
}

// Quota returns the quota with the id.
func (s Standard) Quota(id string) (Quota, bool) { return find(s.Quotas, id) }

// StandardSize is one size of Standard brokers. Partitions count replicas. A nil figure is not published.
type StandardSize struct {
	Name                  string   `yaml:"size"`                             // with the family: "kafka.m5.large"
	Family                string   `yaml:"family"`                           // t3, m5, m7g
	VCPU                  int      `yaml:"vcpu"`                             // of one broker
	MemoryGiB             float64  `yaml:"memory_gib"`                       // of one broker
	PartitionsRecommended int      `yaml:"partitions_recommended"`           // per broker, followers included
	PartitionsMax         int      `yaml:"partitions_max_for_updates"`       // per broker: above it MSK refuses updates
	EBSBaselineMBps       float64  `yaml:"ebs_baseline_mb_s"`                // sustained EBS throughput, 10^6 bytes/s
	EBSMaxMBps            float64  `yaml:"ebs_max_mb_s"`                     // burst EBS throughput, 10^6 bytes/s
	NetworkBaselineGbps   float64  `yaml:"network_baseline_gbps"`            // sustained, 10^9 bits/s
	NetworkBurstGbps      float64  `yaml:"network_burst_gbps"`               // 10^9 bits/s
	ScriptEBSMiB          *float64 `yaml:"script_ebs_mib_s"`                 // what AWS's script uses, MiB/s
	ScriptNetworkMiB      *float64 `yaml:"script_network_mib_s"`             // what AWS's script uses, MiB/s
	ProvisionedMaxMiB     *float64 `yaml:"provisioned_throughput_max_mib_s"` // nil: not eligible
	GuideIngressMBps      *float64 `yaml:"guide_ingress_mb_s"`               // advised writes per broker; AWS code since withdrawn
	GuideIngressMaxMBps   *float64 `yaml:"guide_ingress_max_mb_s"`           // most producer writes per broker; same source
	GuideEgressMBps       *float64 `yaml:"guide_egress_mb_s"`                // recommended consumer reads per broker; same source
	GuideEgressMaxMBps    *float64 `yaml:"guide_egress_max_mb_s"`            // most consumer reads per broker; same source
	// KRaft says whether the size may be used with KRaft (t3.small may not).
	KRaft bool `yaml:"kraft"`
	// MinKafkaVersions are the versions from which the size can be used; empty: any.
	MinKafkaVersions []string `yaml:"min_kafka_versions"`
	// Source holds the tag for all columns that SizeSources does not name.
	Source string `yaml:"source"`
}

// ConfigBound is the range of one broker property, in words.
type ConfigBound struct {
	// Name is a property of Standard.BrokerConfigs.
	Name string `yaml:"name"`
	// Bound is the range as AWS writes it.
	Bound string `yaml:"bound"`
	// Unit is that of the range; empty: none.
	Unit string `yaml:"unit"`
	// Source holds tags of Catalog.Sources, joined with a comma.
	Source string `yaml:"source"`
}

// Port is where brokers listen for one way of authentication; Public is 0 where there is no public listener.
type Port struct {
	// Mode is an authentication method, in the words of the workload file.
	Mode string `yaml:"mode"`
	// Port is for clients in the VPC.
	Port int `yaml:"port"`
	// Public is for clients over the internet; 0: no public listener.
	Public int `yaml:"public"`
	// Source holds tags of Catalog.Sources, joined with a comma.
	Source string `yaml:"source"`
}

// VolumeThroughput is the throughput of a volume without provisioned throughput: min(MaxMiB, max(MinMiB, PerGiB × GiB))
// MiB/s. With 128, 0.75 and 250, a volume of 200 GiB gives 150 MiB/s.
type VolumeThroughput struct {
	// MinMiB is what the smallest volumes give, MiB/s.
	MinMiB float64 `yaml:"min_mib_s"`
	// PerGiB is MiB/s for each GiB of the volume.
	PerGiB float64 `yaml:"per_gib_mib_s"`
	// MaxMiB is what the largest volumes give, MiB/s.
	MaxMiB float64 `yaml:"max_mib_s"`
	// Source holds tags of Catalog.Sources, joined with a comma.
	Source string `yaml:"source"`
}
