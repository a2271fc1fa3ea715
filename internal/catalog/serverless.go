package catalog

// Serverless is what AWS states of MSK Serverless.
type Serverless struct {
	// Quotas hold for a cluster unless their Scope says otherwise.
	Quotas []Quota `yaml:"quotas"`
	// TopicConfigs are the topic configurations that can be set; every other one cannot.
	TopicConfigs []TopicConfigBound `yaml:"topic_configs"`
	// Authentication holds the methods that work: iam.
	Authentication []string `yaml:"authentication"`
	// Regions where it is sold.
	Regions []string `yaml:"regions"`
	// Source holds the tags behind what has no source of its own.
	Source string `yaml:"source"`
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
	// Name is Kafka's: "retention.bytes".
	Name string `yaml:"name"`
	// Default is what a topic gets that does not set it.
	Default string `yaml:"default"`
	// Max is the largest value in Unit; nil where there is no bound of that form.
	Max *float64 `yaml:"max"`
	// Unit is "bytes" or "ms"; empty where Max is nil.
	Unit string `yaml:"unit"`
	// Fixed configurations can be set only when the topic is created.
	Fixed bool `yaml:"fixed_at_creation"`
	// Note is for people; empty: nothing to add.
	Note string `yaml:"note"`
	// Source holds tags of Catalog.Sources, joined with a comma.
	Source string `yaml:"source"`
}
