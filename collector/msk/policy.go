package msk

import (
	"strings"

	"github.com/mskfit/mskfit/internal/awsconf"
)

// PolicyOptions say what mskfit has to be allowed. The zero value allows to discover all clusters and to read their metrics.
type PolicyOptions struct {
	// Regions and Account narrow the resources down; empty: all of them.
	Regions []string
	Account string
	// NamePrefix is what the watched clusters' names begin with; empty: all names.
	NamePrefix string
	// Names are patterns of the watched clusters' names, instead of NamePrefix.
	Names []string
	// ClusterARN is the one cluster that is watched, when it is named by its ARN: nothing is listed, and nothing else described.
	ClusterARN string
	// ServerlessAlone leaves out what only Provisioned clusters have.
	ServerlessOnly bool
	// Kafka adds what a Kafka source with IAM authentication needs to describe clusters, topics and groups, and ReadBatches to
	// look at the heads of record batches.
	Kafka, ReadBatches bool
	// Catalog adds what mskfit catalog refresh needs: the price list and the account's quotas.
	Catalog bool
	// SNSTopics are the ARNs that alerts are published to.
	SNSTopics []string
	// Roles are those that are assumed in other accounts.
	Roles []string
}

// IAMPolicy writes the least policy that mskfit needs at AWS, as JSON ready to paste. Which actions can be held to a resource is
// AWS's choice (S-AUTHZ); the others have the resource "*". Nothing in it can change anything, but for publishing an alert.
func IAMPolicy(o PolicyOptions) []byte { return awsconf.Policy(Statements(o)) }

// Statements are those of the least policy.
func Statements(o PolicyOptions) []awsconf.Statement {
	discover := []string{"kafka:GetBootstrapBrokers", "kafka:ListClustersV2"}
	if o.ClusterARN != "" {
		discover = discover[:1]
	}
	describe := []string{"kafka:DescribeClusterV2", "kafka:ListNodes", "kafka:ListScramSecrets"}
	if o.ServerlessOnly {
		describe = describe[:1]
	}
	var statements []awsconf.Statement
	add := func(sid string, resources []string, actions ...string) {
		if len(resources) > 0 {
			statements = append(statements, awsconf.Statement{Sid: sid, Actions: actions, Resource: resources})
		}
	}
	add("DiscoverClusters", []string{"*"}, discover...)
	add("DescribeClusters", o.kafka("cluster", "*"), describe...)
	if !o.ServerlessOnly {
		add("ReadConfigurations", o.any("configuration/*"), "kafka:DescribeConfigurationRevision")
	}
	add("ReadMetrics", []string{"*"}, "cloudwatch:GetMetricData", "cloudwatch:ListMetrics")
	if o.Kafka {
		add("ConnectToClusters", o.kafka("cluster", "*"), "kafka-cluster:Connect", "kafka-cluster:DescribeCluster")
		topics := []string{"kafka-cluster:DescribeTopic", "kafka-cluster:DescribeTopicDynamicConfiguration"}
		if o.ReadBatches {
			topics = append(topics, "kafka-cluster:ReadData")
		}
		add("DescribeTopics", o.kafka("topic", "*/*"), topics...)
		add("DescribeGroups", o.kafka("group", "*/*"), "kafka-cluster:DescribeGroup")
	}
	if o.Catalog {
		add("RefreshCatalog", []string{"*"}, "pricing:GetProducts", "servicequotas:ListAWSDefaultServiceQuotas",
			"servicequotas:ListServiceQuotas")
	}
	add("PublishAlerts", o.SNSTopics, "sns:Publish")
	add("WatchOtherAccounts", o.Roles, "sts:AssumeRole")
	return statements
}

// kafka names clusters, or topics and groups of clusters, by the clusters' names.
func (o PolicyOptions) kafka(kind, rest string) (out []string) {
	if o.ClusterARN != "" && kind == "cluster" {
		return []string{o.ClusterARN}
	}
	names := []string{o.NamePrefix + "*"}
	if len(o.Names) > 0 {
		names = nil
		for _, pattern := range o.Names {
			names = append(names, wildcards(pattern))
		}
	}
	for _, name := range names {
		out = append(out, o.any(kind+"/"+name+"/"+rest)...)
	}
	return out
}

// wildcards is a pattern as IAM has it: * and ? are the same there, and what it has not is any letters.
func wildcards(pattern string) string {
	if at := strings.IndexAny(pattern, "[\\"); at >= 0 {
		return pattern[:at] + "*"
	}
	return pattern
}

func (o PolicyOptions) any(resource string) (out []string) {
	account, regions := o.Account, o.Regions
	if o.ClusterARN != "" {
		account, regions = part(o.ClusterARN, 4), []string{part(o.ClusterARN, 3)}
	}
	if account == "" {
		account = "*"
	}
	if len(regions) == 0 {
		regions = []string{"*"}
	}
	for _, region := range regions {
		out = append(out, "arn:"+awsconf.Partition(region)+":kafka:"+region+":"+account+":"+resource)
	}
	return out
}
