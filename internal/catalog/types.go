package catalog

import "strings"

// Catalog is the quotas, broker sizes, sizing profiles and prices in force. It is immutable once loaded and safe for
// concurrent use.
type Catalog struct {
	// QuotasDate and PricesDate are the dates of the newest source behind the quotas and of the price file (YYYY-MM-DD).
	QuotasDate string
	PricesDate string
	Serverless Serverless
	Standard   Standard
	Express    Express
	// Profiles are the sizing profiles by name: aws-script, aws-guide, mskfit.
	Profiles map[string]Profile
	// Regions are the prices by region code; a region that is not there has no prices in the file.
	Regions map[string]Region
	// Transfer is the price of traffic between availability zones.
	Transfer Transfer
	// PriceUnits says what each price of a Region is for, by its key: "USD per broker-hour, billed per second".
	PriceUnits map[string]string
	// PriceSource is the tag of the price file.
	PriceSource string
	// PriceNotes are facts on billing that no rule computes with.
	PriceNotes []Note
	// UsageTypes map AWS's price list to the keys of prices.
	UsageTypes []UsageType
	// Sources spells out the source tags that entries carry: "S-LIM" → the AWS page and its commit.
	Sources map[string]string
	// SourceDates are when the sources were published or last changed: YYYY-MM-DD, or YYYY-MM or YYYY where no more is
	// known. A source whose date is not known is not there.
	SourceDates map[string]string
	// Overlay says which newer figures were laid over the ones compiled in; nil: none.
	Overlay *AppliedOverlay

	quotas2022 *quotas2022
}

// Quota is one limit that AWS states.
type Quota struct {
	ID string `yaml:"id"`
	// Title names the quota for people: "ingress per cluster".
	Title string `yaml:"title"`
	// Limit is in Unit; nil where AWS states none (unlimited, or not published).
	Limit *float64 `yaml:"limit"`
	// Unlimited is true where AWS says that there is no limit; Limit is nil then.
	Unlimited bool `yaml:"unlimited"`
	// LowerBound is true where Limit is the least allowed, not the most.
	LowerBound bool `yaml:"lower_bound"`
	// Unit is one of the units that the loader knows: MBps, MiBps, GBps, GB, GiB, MiB, MB, bytes, hours, partitions,
	// partitions_per_5_minutes, connections, per_second, groups, VPCs, clusters, brokers, users, configurations,
	// revisions, replicators, topics.
	Unit string `yaml:"unit"`
	// Scope is what the limit holds for when that is not one cluster: partition, account, replicator.
	Scope string `yaml:"scope"`
	// OnViolation is what the service does beyond the limit.
	OnViolation string `yaml:"on_violation"`
	// Adjustable says how the limit can be raised: "support case", "Service Quotas", or "operator" by a configuration that
	// Note names; empty: no adjustment is named.
	Adjustable string `yaml:"adjustable"`
	// Code is the quota's code in Service Quotas; empty: it has none there.
	Code string `yaml:"code"`
	// ObservedBy says which source can see how much of the limit is used, for people; empty: not said.
	ObservedBy string `yaml:"observed_by"`
	Note       string `yaml:"note"`
	Unverified bool   `yaml:"unverified"`
	Source     string `yaml:"source"`
	// Base is Limit in base units, filled on load: bytes, bytes per second, seconds for hours, and the count itself for
	// all others (partitions_per_5_minutes stay per 5 minutes). Nil where Limit is.
	Base *float64 `yaml:"-"`
}

// Serverless is what AWS states of MSK Serverless.
type Serverless struct {
	Quotas []Quota `yaml:"quotas"`
	// TopicConfigs are the topic configurations that can be set; every other one cannot.
	TopicConfigs []TopicConfigBound `yaml:"topic_configs"`
	// Authentication holds the methods that work: iam.
	Authentication []string `yaml:"authentication"`
	// Regions where it is sold.
	Regions []string `yaml:"regions"`
	Source  string   `yaml:"source"`
	// DefaultRetentionBytes is the default retention.bytes of a topic, which trims a partition unless raised.
	DefaultRetentionBytes float64 `yaml:"default_retention_bytes"`
	// Port is where its brokers listen for IAM clients (9098).
	Port int `yaml:"port"`
	// UnsupportedAPIs are Kafka requests that its brokers were seen to refuse.
	UnsupportedAPIs []string `yaml:"unsupported_apis"`
	// Notes are facts for people that no rule computes with.
	Notes []Note `yaml:"notes"`
}

// Quota returns the quota with the id.
func (s Serverless) Quota(id string) (Quota, bool) { return find(s.Quotas, id) }

// TopicConfigBound is one topic configuration that Serverless lets its users set.
type TopicConfigBound struct {
	Name    string `yaml:"name"`
	Default string `yaml:"default"`
	// Max is the largest value in Unit; nil where there is no bound of that form.
	Max  *float64 `yaml:"max"`
	Unit string   `yaml:"unit"`
	// Fixed configurations can be set only when the topic is created.
	Fixed  bool   `yaml:"fixed_at_creation"`
	Note   string `yaml:"note"`
	Source string `yaml:"source"`
}

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

// KafkaVersion is one version that MSK offers.
type KafkaVersion struct {
	Version string `yaml:"version"`
	// Modes are "zookeeper" and "kraft" as far as the version runs in them.
	Modes []string `yaml:"modes"`
	// Released and EndOfSupport are days (YYYY-MM-DD); empty: not published.
	Released     string `yaml:"released"`
	EndOfSupport string `yaml:"end_of_support"`
	Note         string `yaml:"note"`
	Source       string `yaml:"source"`
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

// UsageType says which price a product of AWS's price list is: the usage type of the product is the region's prefix, a
// hyphen and Suffix, in which a final * stands for the size; Price is the key of the price.
type UsageType struct {
	Suffix    string `yaml:"suffix"`
	Operation string `yaml:"operation"`
	Price     string `yaml:"price"`
}

// Note is a fact for people.
type Note struct {
	ID         string `yaml:"id"`
	Fact       string `yaml:"fact"`
	Unverified bool   `yaml:"unverified"`
	Source     string `yaml:"source"`
}

// Region is the price list of one region, in USD. A nil price: not sold there when the price file was made.
type Region struct {
	Code     string `yaml:"-"`
	Location string `yaml:"location"`
	// UsageTypePrefix starts the usage types of the region in AWS's price list ("USE1").
	UsageTypePrefix string `yaml:"usagetype_prefix"`
	Source          string `yaml:"source"`
	// Broker-hours by size within the family: "large", "2xlarge". Nil: the family is not sold there.
	T3      map[string]float64 `yaml:"t3_broker_hour"`
	M5      map[string]float64 `yaml:"m5_broker_hour"`
	M7g     map[string]float64 `yaml:"m7g_broker_hour"`
	Express map[string]float64 `yaml:"express_m7g_broker_hour"`

	StorageGBMonth             *float64 `yaml:"storage_gp2_gb_month"`
	ProvisionedThroughputMonth *float64 `yaml:"provisioned_throughput_mbps_month"`
	TieredStorageGBMonth       *float64 `yaml:"tiered_storage_gb_month"`
	TieredRetrievalGB          *float64 `yaml:"tiered_retrieval_gb"`
	ExpressStorageGBMonth      *float64 `yaml:"express_storage_gb_month"`
	ExpressDataInGB            *float64 `yaml:"express_data_in_gb"`
	ServerlessClusterHour      *float64 `yaml:"serverless_cluster_hour"`
	ServerlessPartitionHour    *float64 `yaml:"serverless_partition_hour"`
	ServerlessStorageGBMonth   *float64 `yaml:"serverless_storage_gb_month"`
	ServerlessDataInGB         *float64 `yaml:"serverless_data_in_gb"`
	ServerlessDataOutGB        *float64 `yaml:"serverless_data_out_gb"`
	PrivateConnectivityHour    *float64 `yaml:"private_connectivity_hour"`
	PrivateConnectivityGB      *float64 `yaml:"private_connectivity_gb"`
	ConnectMCUHour             *float64 `yaml:"connect_mcu_hour"`
	ReplicatorHour             *float64 `yaml:"replicator_hour"`
	ReplicatorGBSameRegion     *float64 `yaml:"replicator_gb_same_region"`
	ReplicatorGBCrossRegion    *float64 `yaml:"replicator_gb_cross_region"`
}

// BrokerHour returns the price of an hour of one broker of the size ("kafka.m5.large", "express.m7g.large"); false
// where the region does not sell it.
func (r Region) BrokerHour(size string) (float64, bool) {
	for _, f := range [...]struct {
		prefix string
		prices map[string]float64
	}{{"kafka.t3.", r.T3}, {"kafka.m5.", r.M5}, {"kafka.m7g.", r.M7g}, {"express.m7g.", r.Express}} {
		if name, ok := strings.CutPrefix(size, f.prefix); ok {
			price, sold := f.prices[name]
			return price, sold
		}
	}
	return 0, false
}

// Transfer is the price of traffic between availability zones, both directions together.
type Transfer struct {
	CrossAZGB float64 `yaml:"cross_az_gb"`
	// Region is the one that the price was stated for.
	Region     string `yaml:"region"`
	Source     string `yaml:"source"`
	Unverified bool   `yaml:"unverified"`
	Note       string `yaml:"note"`
}

func find(quotas []Quota, id string) (Quota, bool) {
	for _, q := range quotas {
		if q.ID == id {
			return q, true
		}
	}
	return Quota{}, false
}
