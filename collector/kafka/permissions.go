package kafka

import (
	"crypto/tls"
	"regexp"
	"slices"

	"github.com/mskfit/mskfit/collector/kafka/auth"
	"github.com/mskfit/mskfit/internal/workload"
)

// Resource is what a permission of Kafka is on.
type Resource string

// The resources.
const (
	OnCluster Resource = "cluster"
	OnTopic   Resource = "topic"
	OnGroup   Resource = "group"
)

// Permission is one operation that an ACL must allow.
type Permission struct {
	Resource Resource
	// Operation is Kafka's word: Describe, DescribeConfigs or Read.
	Operation string
	// IAM is the action of an IAM policy for it on Amazon MSK.
	IAM string
	// Why is what it is needed for, and what is missing without it.
	Why string
}

// Permissions returns the least that a sweep needs to see everything, in a fixed order. To Kafka's ACLs Read on a topic implies
// Describe; both are named, so that Read can be refused without it, and because to IAM it does not.
func Permissions(cfg Config) []Permission {
	all := []Permission{
		{OnCluster, "Describe", "kafka-cluster:DescribeCluster",
			"log sizes, all consumer groups, the number of ACLs and SCRAM users"},
		{OnCluster, "DescribeConfigs", "kafka-cluster:DescribeClusterDynamicConfiguration",
			"listeners, authentication, broker configuration, client quotas"},
		{OnTopic, "Describe", "kafka-cluster:DescribeTopic", "list of topics, their offsets, committed offsets of groups"},
		{OnTopic, "DescribeConfigs", "kafka-cluster:DescribeTopicDynamicConfiguration", "compaction and retention"},
	}
	if cfg.SampleBatches {
		all = append(all, Permission{OnTopic, "Read", "kafka-cluster:ReadData",
			"headers of a few record batches, transactional producers; records are not read"})
	}
	return append(all, Permission{OnGroup, "Describe", "kafka-cluster:DescribeGroup",
		"members and committed offsets of consumer groups"})
}

// lacking finds the permission in the words of a gap.
var lacking = regexp.MustCompile(`lacks the (?:([A-Za-z]+) )?permission(?: on (?:the )?(\w+))?`)

// Explains reports whether the lack of p is why there is a gap.
func (p Permission) Explains(g workload.Gap) bool {
	m := lacking.FindStringSubmatch(g.Why)
	if m == nil || g.Source != sourceName {
		return false
	}
	operation, resource := m[1], OnTopic // "on it", "on all of them" and nothing are said of topics
	if operation == "" {
		operation = "Describe"
	}
	switch m[2] {
	case "cluster":
		resource = OnCluster
	case "group", "groups":
		resource = OnGroup
	}
	return p.Operation == operation && p.Resource == resource
}

// Principal is as whom Kafka's ACLs know the client of the configuration: "User:mskfit". For mutual TLS that is the subject of its
// certificate, unless the brokers map it to something shorter. It reports false where the configuration does not say: a
// token server or AWS decides.
func (c Config) Principal() (principal string, known bool) {
	if c.SASL.Mechanism != "" {
		return c.SASL.Principal()
	}
	if c.TLS.CertFile == "" {
		return "User:ANONYMOUS", true
	}
	pair, err := tls.LoadX509KeyPair(c.TLS.CertFile, c.TLS.KeyFile)
	if err != nil || pair.Leaf == nil {
		return "", false
	}
	return "User:" + pair.Leaf.Subject.String(), true
}

// WithIAM reports whether permissions are those of an IAM policy instead of ACLs.
func (c Config) WithIAM() bool { return c.SASL.Mechanism == auth.IAM }

// MissingPermissions returns those whose lack explains one of the gaps, each with its gaps.
func MissingPermissions(cfg Config, gaps []workload.Gap) map[Permission][]workload.Gap {
	out := map[Permission][]workload.Gap{}
	for _, p := range Permissions(cfg) {
		if of := slices.DeleteFunc(slices.Clone(gaps), func(g workload.Gap) bool { return !p.Explains(g) }); len(of) > 0 {
			out[p] = of
		}
	}
	return out
}
