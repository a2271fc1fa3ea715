package workload

// Requirements are what cannot be measured and the owner declares. A nil field was not declared; where that could change
// the choice, the verdict asks.
type Requirements struct {
	// OperationsTeam: somebody can run Kafka (capacity, upgrades, rebalancing).
	OperationsTeam *bool
	// Authentication lists the methods that clients must keep using (plaintext, tls, mtls, sasl_plain, sasl_scram,
	// oauthbearer, kerberos, iam). Nil: not declared; what is observed is then taken as in use.
	Authentication []string
	// AuthenticationChange: clients can be moved to another method (to IAM, for Serverless).
	AuthenticationChange *bool
	// ZooKeeperAccess: some tool talks to ZooKeeper directly.
	ZooKeeperAccess *bool
	// ACLs: Kafka ACLs must be kept (IAM policies cannot replace them).
	ACLs *bool
	// BrokerConfiguration lists broker properties that must be set.
	BrokerConfiguration []string
	// BrokerConfigurationDeclared distinguishes an empty list that was written from one that was not.
	BrokerConfigurationDeclared bool
	// Splittable: the workload may be spread over several clusters.
	Splittable *bool
	// SaleEventFactor multiplies the sized load (1: none). Nil: not declared.
	SaleEventFactor *float64
	// ExtraReaders is how many more full readers there are than the committing groups (connectors, MirrorMaker, tools that do
	// not commit). Nil: not declared, and egress has no upper bound.
	ExtraReaders *float64
	// EngineerHourUSD is what an hour of an engineer costs; nil: not declared, and the break-even is stated in hours only.
	EngineerHourUSD *float64
	// ClientVPCs is how many VPCs connect to the cluster.
	ClientVPCs *int
	// RaisedQuotas maps quota ids to limits that AWS has raised for this account, in the quota's base unit.
	RaisedQuotas map[string]float64
	// Prefer names the kind to take wherever it is feasible: serverless, serverless_split, standard, express. Empty: none.
	Prefer string
	// KafkaVersion is the version that clients or features need; empty: none.
	KafkaVersion string
	// Zones is 2 or 3 availability zones; 0: 3.
	Zones int
	// ExistingServerlessClusters counts those already in the account and region.
	ExistingServerlessClusters *int
	// Headroom is the share of every limit on traffic that must stay free, 0–0.9. Nil: not declared; the sizing options say.
	Headroom *float64
	// LimitHeadroom is that share for single limits, by quota id or "brokers"; it goes before Headroom.
	LimitHeadroom map[string]float64
	// MaxPremiumUSD is the largest difference in dollars a month that less operation is worth where no team runs Kafka. Nil: not
	// declared; one engineer.
	MaxPremiumUSD *float64
	// TieredStorage: data may move to the low-cost tier of Standard brokers. Nil: not declared.
	TieredStorage *bool
	// CopiesToS3 names the consumer groups that only copy topics to S3 or Iceberg; nil: not declared, empty: none does.
	CopiesToS3 []string
}
