package workloadfile

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"

	"github.com/mskfit/mskfit/analyzer"
	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/internal/yamlfile"
)

// Requirements are what cannot be measured and the owner declares. Every key is optional; a key that is left out and could
// change the choice becomes a question in the verdict.
type Requirements struct {
	// OperationsTeam is true when a team can run Kafka: capacity, upgrades, rebalancing.
	OperationsTeam *bool `yaml:"operations_team"`
	// Authentication lists the methods that clients must keep using: plaintext, tls, mtls, sasl_plain, sasl_scram,
	// oauthbearer, kerberos, iam. An empty list: none has to be kept.
	Authentication *[]string `yaml:"authentication"`
	// AuthenticationChange is true when clients can be moved to another method; Serverless accepts only IAM.
	AuthenticationChange *bool `yaml:"authentication_change"`
	// ZooKeeperAccess is true when a tool talks to ZooKeeper directly.
	ZooKeeperAccess *bool `yaml:"zookeeper_access"`
	// ACLs is true when Kafka ACLs must be kept and IAM policies cannot replace them.
	ACLs *bool `yaml:"acls"`
	// BrokerConfiguration lists the broker properties that must be set, by name: log.retention.hours. An empty list: none.
	BrokerConfiguration *[]string `yaml:"broker_configuration"`
	// Splittable is true when the workload may be spread over several clusters.
	Splittable *bool `yaml:"splittable"`
	// SaleEventFactor multiplies the load to size for; 1 is no sale event (1–1,000).
	SaleEventFactor *float64 `yaml:"sale_event_factor"`
	// ExtraReaders is how many more full readers there are than the groups that commit offsets: connectors, mirrors, tools
	// (0–10,000).
	ExtraReaders *float64 `yaml:"extra_readers"`
	// EngineerHourUSD is what an hour of an engineer costs. Default: $100 is assumed where an amount of work is compared with a
	// price.
	EngineerHourUSD *float64 `yaml:"engineer_hour_usd"`
	// ClientVPCs is how many VPCs connect to the cluster.
	ClientVPCs *int `yaml:"client_vpcs"`
	// RaisedQuotas are limits that AWS has raised for this account, by the id that mskfit catalog shows, in the quota's own
	// kind of unit: partitions_non_compacted: 5000, ingress_per_cluster: 300MBps, message_size: 16MiB.
	RaisedQuotas map[string]Limit `yaml:"raised_quotas"`
	// Prefer is the kind to take wherever it is feasible: serverless, serverless_split, standard or express. Default: none.
	Prefer string `yaml:"prefer"`
	// KafkaVersion is the version that clients or features need, like 3.9. Default: any.
	KafkaVersion string `yaml:"kafka_version"`
	// Zones is the number of availability zones, 2 or 3 (default 3).
	Zones *int `yaml:"zones"`
	// ExistingServerlessClusters counts those already in the account and region.
	ExistingServerlessClusters *int `yaml:"existing_serverless_clusters"`
	// Headroom is the share of every limit on traffic that must stay free, 0 to 0.9 (default 0.2): one number for all (0.1), or
	// single limits by the id that mskfit catalog shows, with all for the others: {all: 0.2, ingress_per_cluster: 0}. The key
	// brokers is the throughput of Standard and Express brokers, where the sizing profile's own reserve counts towards it.
	Headroom Headroom `yaml:"headroom"`
	// MaxPremium is how many dollars a month more than Express a Serverless cluster may cost where no team runs Kafka. Above it
	// Express is chosen. Default: what one engineer costs, 160 hours at engineer_hour_usd, or at $100 where that is not declared.
	MaxPremium *float64 `yaml:"max_premium"`
	// TieredStorage is true when data older than a day may move to the low-cost tier of Standard brokers, from which reads are
	// slower at first and billed by the GB; false rules it out. Default: considered, with a condition.
	TieredStorage *bool `yaml:"tiered_storage"`
	// CopiesToS3 lists the consumer groups that only copy topics to S3 or Iceberg, which data delivery of Express brokers can do in
	// their place. An empty list: none does.
	CopiesToS3 *[]string `yaml:"copies_to_s3"`
}

// Requirements returns the declared facts as the analyzer takes them. It copies what it returns.
func (r Requirements) Requirements() workload.Requirements {
	out := workload.Requirements{
		OperationsTeam: r.OperationsTeam, AuthenticationChange: r.AuthenticationChange, ZooKeeperAccess: r.ZooKeeperAccess,
		ACLs: r.ACLs, Splittable: r.Splittable, SaleEventFactor: r.SaleEventFactor, ExtraReaders: r.ExtraReaders,
		EngineerHourUSD: r.EngineerHourUSD, ClientVPCs: r.ClientVPCs, Prefer: r.Prefer, KafkaVersion: r.KafkaVersion,
		ExistingServerlessClusters: r.ExistingServerlessClusters, MaxPremiumUSD: r.MaxPremium, TieredStorage: r.TieredStorage,
	}
	out.Headroom, out.LimitHeadroom = r.Headroom.shares()
	if r.Authentication != nil {
		out.Authentication = append([]string{}, *r.Authentication...)
	}
	if r.BrokerConfiguration != nil {
		out.BrokerConfiguration, out.BrokerConfigurationDeclared = slices.Clone(*r.BrokerConfiguration), true
	}
	if r.CopiesToS3 != nil {
		out.CopiesToS3 = append([]string{}, *r.CopiesToS3...)
	}
	if r.Zones != nil {
		out.Zones = *r.Zones
	}
	if len(r.RaisedQuotas) > 0 {
		out.RaisedQuotas = map[string]float64{}
		for id, limit := range r.RaisedQuotas {
			out.RaisedQuotas[id] = limit.Base
		}
	}
	return out
}

var propertyName = regexp.MustCompile(`^[A-Za-z0-9._-]+$`)

// Validate reports every requirement that cannot be, with field names below the block ("zones"). Quota ids and kinds of
// unit are held against the embedded catalog.
func (r Requirements) Validate() error {
	cat, err := catalog.Embedded()
	if err != nil {
		return err
	}
	var c checker
	if r.Authentication != nil {
		c.distinct("authentication", *r.Authentication)
	}
	if r.BrokerConfiguration != nil {
		c.distinct("broker_configuration", *r.BrokerConfiguration)
		for i, name := range *r.BrokerConfiguration {
			if !propertyName.MatchString(name) {
				c.bad(fmt.Sprintf("broker_configuration[%d]", i),
					"%q is not the name of a broker property: write names without values, like log.retention.hours", name)
			}
		}
	}
	if r.CopiesToS3 != nil {
		c.distinct("copies_to_s3", *r.CopiesToS3)
	}
	if r.Zones != nil && *r.Zones == 0 {
		c.bad("zones", "0: MSK clusters span 2 or 3 availability zones")
	}
	facts := r.Requirements()
	for _, id := range slices.Sorted(maps.Keys(r.RaisedQuotas)) {
		if !c.limit("raised_quotas."+id, id, r.RaisedQuotas[id], cat) {
			delete(facts.RaisedQuotas, id)
		}
	}
	return errors.Join(c.err(), analyzer.ValidateRequirements(facts, cat))
}

// requirementsFile is a file that holds nothing but the block.
type requirementsFile struct {
	Requirements Requirements `yaml:"requirements"`
}

// ParseRequirements reads a file whose one key is requirements, the block of a workload file, for clusters whose workload is
// observed. Its error is a yamlfile.Problems.
func ParseRequirements(file string, data []byte) (workload.Requirements, error) {
	var f requirementsFile
	doc, _ := yamlfile.Decode(file, data, &f)
	if err := doc.Report(yamlfile.Under("requirements", f.Requirements.Validate())); err != nil {
		return workload.Requirements{}, err
	}
	return f.Requirements.Requirements(), nil
}
