package msk

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kafka"
	"github.com/aws/aws-sdk-go-v2/service/kafka/types"

	"github.com/mskfit/mskfit/collector"
	"github.com/mskfit/mskfit/internal/awsconf"
)

// Describe reads all that the control plane says of one cluster. The error is for a cluster that could not be described at all;
// whatever else cannot be read is among the cluster's gaps.
func Describe(ctx context.Context, c Clients, arn string, now time.Time) (Cluster, error) {
	answer, err := c.kafka.DescribeClusterV2(ctx, &kafka.DescribeClusterV2Input{ClusterArn: &arn})
	if err != nil {
		return Cluster{}, awsconf.Explain(c.call("kafka:DescribeClusterV2", arn, "cluster "+nameIn(arn)), err)
	}
	if answer.ClusterInfo == nil {
		return Cluster{}, fmt.Errorf("kafka:DescribeClusterV2 %s: AWS returned no description", arn)
	}
	return filled(ctx, c, *answer.ClusterInfo, &collector.Gaps{}, now), nil
}

// nameIn is the name in a cluster's ARN.
func nameIn(arn string) string {
	if parts := strings.Split(part(arn, 5), "/"); len(parts) > 1 {
		return parts[1]
	}
	return arn
}

// describe is Describe for a cluster from the list: where it cannot be described, what the list says is taken. Its error is for
// a cluster that is not there any more.
func describe(ctx context.Context, c Clients, listed types.Cluster, now time.Time) (Cluster, error) {
	out, err := Describe(ctx, c, aws.ToString(listed.ClusterArn), now)
	if err == nil || awsconf.KindOf(err) == awsconf.NotFound {
		return out, err
	}
	g := &collector.Gaps{}
	g.Add("description of the cluster", err.Error(), "the entry in the list of clusters is used")
	return filled(ctx, c, listed, g, now), nil
}

// filled completes a description with what other calls return.
func filled(ctx context.Context, c Clients, info types.Cluster, g *collector.Gaps, now time.Time) Cluster {
	out := modelled(c.Region, info)
	out.Posture.ReadAt = now.UTC()
	if out.Kind == "" {
		g.Add("kind of the cluster", "AWS does not say whether it is Serverless or Provisioned", "its metrics cannot be read")
	}
	if info.State == types.ClusterStateDeleting {
		g.Add("future of the cluster", unwatchable(info.State), "it is watched until it is deleted")
	}
	readBootstrap(ctx, c, &out, g)
	if p := info.Provisioned; p != nil {
		readNodes(ctx, c, &out, g)
		readConfiguration(ctx, c, &out, p.CurrentBrokerSoftwareInfo, g)
		readSecrets(ctx, c, &out, g)
	}
	out.Gaps = g.List(controlPlane)
	return out
}

func readBootstrap(ctx context.Context, c Clients, out *Cluster, g *collector.Gaps) {
	answer, err := c.kafka.GetBootstrapBrokers(ctx, &kafka.GetBootstrapBrokersInput{ClusterArn: &out.ARN})
	if err != nil {
		g.Add("bootstrap brokers", awsconf.Explain(c.call("kafka:GetBootstrapBrokers", "", "cluster "+out.Name), err).Error(),
			"the brokers' addresses must be configured for the Kafka source")
		return
	}
	out.Bootstrap = bootstraps(answer)
	// A listener that is offered can be used, whatever the settings are called.
	for _, b := range out.Bootstrap {
		if b.Authentication == "plaintext" && !slices.Contains(out.Authentication, "plaintext") {
			out.Authentication = append(out.Authentication, "plaintext")
			slices.Sort(out.Authentication)
		}
	}
	out.Posture.Authentication = out.Authentication
}

func readNodes(ctx context.Context, c Clients, out *Cluster, g *collector.Gaps) {
	in := &kafka.ListNodesInput{ClusterArn: &out.ARN}
	for {
		page, err := c.kafka.ListNodes(ctx, in)
		if err != nil {
			out.Nodes = nil
			g.Add("list of nodes", awsconf.Explain(c.call("kafka:ListNodes", out.ARN, "cluster "+out.Name), err).Error(),
				"only brokers that publish metrics are known")
			return
		}
		for _, n := range page.NodeInfoList {
			if one, ok := node(n); ok {
				out.Nodes = append(out.Nodes, one)
			}
			if n.ControllerNodeInfo != nil {
				out.Posture.Mode = "kraft"
			}
		}
		if aws.ToString(page.NextToken) == "" {
			slices.SortFunc(out.Nodes, func(a, b Node) int { return int(a.ID - b.ID) })
			return
		}
		in.NextToken = page.NextToken
	}
}

func readConfiguration(ctx context.Context, c Clients, out *Cluster, s *types.BrokerSoftwareInfo, g *collector.Gaps) {
	if s == nil || s.ConfigurationArn == nil || s.ConfigurationRevision == nil {
		out.Posture.BrokerConfig = ofConsequence(nil) // none of its own: MSK's default configuration is in force
		return
	}
	answer, err := c.kafka.DescribeConfigurationRevision(ctx,
		&kafka.DescribeConfigurationRevisionInput{Arn: s.ConfigurationArn, Revision: s.ConfigurationRevision})
	if err != nil {
		g.Add("custom configuration", awsconf.Explain(c.call("kafka:DescribeConfigurationRevision", *s.ConfigurationArn,
			"cluster "+out.Name), err).Error(),
			"it is unknown which broker properties are set")
		return
	}
	out.Configuration = properties(string(answer.ServerProperties))
	out.Posture.BrokerConfig = ofConsequence(out.Configuration)
}

func readSecrets(ctx context.Context, c Clients, out *Cluster, g *collector.Gaps) {
	if !slices.Contains(out.Authentication, "sasl_scram") {
		none := 0
		out.Posture.SCRAMUsers = &none
		return
	}
	in := &kafka.ListScramSecretsInput{ClusterArn: &out.ARN}
	n := 0
	for {
		page, err := c.kafka.ListScramSecrets(ctx, in)
		if err != nil {
			g.Add("SCRAM users", awsconf.Explain(c.call("kafka:ListScramSecrets", out.ARN, "cluster "+out.Name), err).Error(),
				"how many there are is not known")
			return
		}
		n += len(page.SecretArnList)
		if aws.ToString(page.NextToken) == "" {
			out.Posture.SCRAMUsers = &n
			return
		}
		in.NextToken = page.NextToken
	}
}
