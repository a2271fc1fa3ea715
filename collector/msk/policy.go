package msk

import (
	"strings"

	"github.com/mskfit/mskfit/internal/awsconf"
)

// PolicyOptions say what mskfit is to be allowed. The zero value allows to discover all clusters and to read their metrics.
type PolicyOptions struct {
	// Regions and Account narrow the resources down; empty: all of them.
	Regions []string
	Account string
	// NamePrefix is what the watched clusters' names begin with; empty: all names.
	NamePrefix string
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
// AWS's choice (S-AUTHZ); the others stand on "*". Nothing in it can change anything, but for publishing an alert.
func IAMPolicy(o PolicyOptions) []byte {
	statements := []awsconf.Statement{
		{Sid: "DiscoverClusters", Actions: []string{"kafka:GetBootstrapBrokers", "kafka:ListClustersV2"}, Resource: []string{"*"}},
		{Sid: "DescribeClusters", Actions: []string{"kafka:DescribeClusterV2", "kafka:ListNodes", "kafka:ListScramSecrets"}, Resource: o.kafka("cluster", "*")},
		{Sid: "ReadConfigurations", Actions: []string{"kafka:DescribeConfigurationRevision"}, Resource: o.any("configuration/*")},
		{Sid: "ReadMetrics", Actions: []string{"cloudwatch:GetMetricData", "cloudwatch:ListMetrics"}, Resource: []string{"*"}},
	}
	add := func(sid string, resources []string, actions ...string) {
		if len(resources) > 0 {
			statements = append(statements, awsconf.Statement{Sid: sid, Actions: actions, Resource: resources})
		}
	}
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
		add("RefreshCatalog", []string{"*"}, "pricing:GetProducts", "servicequotas:ListAWSDefaultServiceQuotas", "servicequotas:ListServiceQuotas")
	}
	add("PublishAlerts", o.SNSTopics, "sns:Publish")
	add("WatchOtherAccounts", o.Roles, "sts:AssumeRole")
	return awsconf.Policy(statements)
}

// kafka names clusters, or topics and groups of clusters, by the clusters' names.
func (o PolicyOptions) kafka(kind, rest string) []string {
	return o.any(kind + "/" + o.NamePrefix + "*/" + rest)
}

func (o PolicyOptions) any(resource string) (out []string) {
	account := o.Account
	if account == "" {
		account = "*"
	}
	regions := o.Regions
	if len(regions) == 0 {
		regions = []string{"*"}
	}
	for _, region := range regions {
		out = append(out, "arn:"+partition(region)+":kafka:"+region+":"+account+":"+resource)
	}
	return out
}

// partition is the part of AWS that a region belongs to.
func partition(region string) string {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov"
	}
	return "aws"
}
