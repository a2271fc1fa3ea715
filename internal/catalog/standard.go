package catalog

// Standard is what AWS states of Provisioned clusters with Standard brokers.
type Standard struct {
	Sizes  []StandardSize `yaml:"sizes"`
	Quotas []Quota        `yaml:"quotas"`
	// BrokerConfigs are the broker properties that a custom configuration may set.
	BrokerConfigs []string `yaml:"broker_configs"`
	// BrokerConfigBounds are the bounds of some of them.
	BrokerConfigBounds []ConfigBound `yaml:"broker_config_bounds"`
	// BrokerConfigDefaults are MSK's own defaults where they were published.
	BrokerConfigDefaults map[string]string `yaml:"broker_config_defaults"`
	Authentication       []string          `yaml:"authentication"`
	Ports                []Port            `yaml:"ports"`
	// Versions are the Kafka versions on offer, oldest first.
	Versions []KafkaVersion `yaml:"kafka_versions"`
	// DefaultThroughputMiB is the storage throughput of a broker without provisioned throughput, MiB/s.
	DefaultThroughputMiB float64 `yaml:"default_throughput_mib_s"`
	// DefaultVolume is how that throughput grows with the size of the volume.
	DefaultVolume VolumeThroughput `yaml:"default_volume"`
	// ProvisionedMinMiB is the least throughput that can be provisioned, MiB/s, on volumes of at least
	// ProvisionedVolumeMinGiB.
	ProvisionedMinMiB       float64 `yaml:"provisioned_throughput_min_mib_s"`
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
	Name                  string   `yaml:"size"`
	Family                string   `yaml:"family"` // t3, m5, m7g
	VCPU                  int      `yaml:"vcpu"`
	MemoryGiB             float64  `yaml:"memory_gib"`
	PartitionsRecommended int      `yaml:"partitions_recommended"`
	PartitionsMax         int      `yaml:"partitions_max_for_updates"`
	EBSBaselineMBps       float64  `yaml:"ebs_baseline_mb_s"`
	EBSMaxMBps            float64  `yaml:"ebs_max_mb_s"`
	NetworkBaselineGbps   float64  `yaml:"network_baseline_gbps"`
	NetworkBurstGbps      float64  `yaml:"network_burst_gbps"`
	ScriptEBSMiB          *float64 `yaml:"script_ebs_mib_s"`                 // what AWS's script uses, MiB/s
	ScriptNetworkMiB      *float64 `yaml:"script_network_mib_s"`             // what AWS's script uses, MiB/s
	ProvisionedMaxMiB     *float64 `yaml:"provisioned_throughput_max_mib_s"` // nil: not eligible
	GuideIngressMBps      *float64 `yaml:"guide_ingress_mb_s"`
	GuideIngressMaxMBps   *float64 `yaml:"guide_ingress_max_mb_s"`
	GuideEgressMBps       *float64 `yaml:"guide_egress_mb_s"`
	GuideEgressMaxMBps    *float64 `yaml:"guide_egress_max_mb_s"`
	// KRaft says whether the size may be used with KRaft (t3.small may not).
	KRaft bool `yaml:"kraft"`
	// MinKafkaVersions are the versions from which the size can be used; empty: any.
	MinKafkaVersions []string `yaml:"min_kafka_versions"`
	Source           string   `yaml:"source"`
}

// ConfigBound is the range of one broker property, in words.
type ConfigBound struct {
	Name   string `yaml:"name"`
	Bound  string `yaml:"bound"`
	Unit   string `yaml:"unit"`
	Source string `yaml:"source"`
}

// Port is where brokers listen for one way of authentication; Public is 0 where there is no public listener.
type Port struct {
	Mode   string `yaml:"mode"`
	Port   int    `yaml:"port"`
	Public int    `yaml:"public"`
	Source string `yaml:"source"`
}

// VolumeThroughput is the throughput of a volume without provisioned throughput: min(MaxMiB, max(MinMiB, PerGiB × GiB))
// MiB/s. With 128, 0.75 and 250, a volume of 200 GiB gives 150 MiB/s.
type VolumeThroughput struct {
	MinMiB float64 `yaml:"min_mib_s"`
	PerGiB float64 `yaml:"per_gib_mib_s"`
	MaxMiB float64 `yaml:"max_mib_s"`
	Source string  `yaml:"source"`
}
