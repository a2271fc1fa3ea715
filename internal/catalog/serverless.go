package catalog

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
