package msk

import (
	"net"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kafka/types"

	"github.com/mskfit/mskfit/internal/workload"
)

// The kinds of clusters, in the words of workload.MSKCluster.
const (
	serverlessKind = "serverless"
	standardKind   = "standard"
	expressKind    = "express"
)

// Cluster is one cluster as the control plane describes it.
type Cluster struct {
	workload.MSKCluster
	// Account is the AWS account's number, from the ARN.
	Account string
	// CreatedAt is zero when AWS does not say.
	CreatedAt time.Time
	// Nodes are the brokers, by id; nil: Serverless, or they could not be listed.
	Nodes []Node
	// Bootstrap are the addresses to begin with, one entry for each way to authenticate and network, sorted.
	Bootstrap []Bootstrap
	Posture   workload.Posture
	// Gaps say what of this could not be read.
	Gaps []workload.Gap
}

// Node is one broker.
type Node struct {
	ID   int32
	Host string
	// Subnet is where the broker is: brokers of one zone have one subnet.
	Subnet string
}

// modelled takes over what a description says. A list has the same form with parts left out.
func modelled(region string, c types.Cluster) Cluster {
	out := Cluster{MSKCluster: workload.MSKCluster{
		ARN: aws.ToString(c.ClusterArn), Name: aws.ToString(c.ClusterName), Region: region, State: string(c.State), Tags: c.Tags,
	}}
	out.Account = part(out.ARN, 4)
	if c.CreationTime != nil {
		out.CreatedAt = c.CreationTime.UTC()
	}
	switch {
	case c.Provisioned != nil:
		provisioned(&out, c.Provisioned)
	case c.ClusterType == types.ClusterTypeServerless:
		out.Kind = serverlessKind
		out.Authentication = []string{"iam"} // all that Serverless has
		if c.Serverless != nil {
			for _, vpc := range c.Serverless.VpcConfigs {
				out.Zones = max(out.Zones, len(vpc.SubnetIds))
			}
		}
	}
	out.Posture.Authentication = out.Authentication
	return out
}

func provisioned(out *Cluster, p *types.Provisioned) {
	out.Brokers = int(aws.ToInt32(p.NumberOfBrokerNodes))
	out.Tiered = p.StorageMode == types.StorageModeTiered
	out.MonitoringLevel = string(p.EnhancedMonitoring)
	if s := p.CurrentBrokerSoftwareInfo; s != nil {
		out.KafkaVersion = aws.ToString(s.KafkaVersion)
	}
	if g := p.BrokerNodeGroupInfo; g != nil {
		out.Size = aws.ToString(g.InstanceType)
		out.Zones = max(len(g.ZoneIds), len(g.ClientSubnets))
		if g.StorageInfo != nil && g.StorageInfo.EbsStorageInfo != nil {
			storage(out, g.StorageInfo.EbsStorageInfo)
		}
	}
	out.Kind = kindOf(out.Size)
	out.Authentication = authentication(p)
	out.Posture.KafkaVersion = release(out.KafkaVersion)
	out.Posture.Mode = mode(out.KafkaVersion, p)
}

func storage(out *Cluster, ebs *types.EBSStorageInfo) {
	out.StorageGiBPerBroker = int(aws.ToInt32(ebs.VolumeSize))
	if t := ebs.ProvisionedThroughput; t != nil && aws.ToBool(t.Enabled) {
		out.ProvisionedThroughputMiB = int(aws.ToInt32(t.VolumeThroughput))
	}
}

// kindOf distinguishes Express from Standard by the size's family; empty for a size that is not known yet.
func kindOf(size string) string {
	switch {
	case strings.HasPrefix(size, "express."):
		return expressKind
	case size != "":
		return standardKind
	}
	return ""
}

// release is Kafka's version without what MSK adds to it: "3.8.x.kraft" and "2.8.2.tiered" are 3.8 and 2.8.2.
func release(version string) string {
	var kept []string
	for p := range strings.SplitSeq(version, ".") {
		if p == "" || strings.Trim(p, "0123456789") != "" {
			break
		}
		kept = append(kept, p)
	}
	return strings.Join(kept, ".")
}

// mode is "kraft" or "zookeeper", or empty where nothing shows.
func mode(version string, p *types.Provisioned) string {
	switch {
	case strings.Contains(version, "kraft"), strings.HasPrefix(version, "4."):
		return "kraft"
	case p.ZookeeperConnectString != nil, p.ZookeeperConnectStringTls != nil:
		return "zookeeper"
	}
	return ""
}

// part returns a part of an ARN, counted from 0.
func part(arn string, i int) string {
	parts := strings.Split(arn, ":")
	if i < len(parts) {
		return parts[i]
	}
	return ""
}

func node(n types.NodeInfo) (Node, bool) {
	b := n.BrokerNodeInfo
	if b == nil || b.BrokerId == nil {
		return Node{}, false // a ZooKeeper or controller node
	}
	out := Node{ID: int32(*b.BrokerId), Subnet: aws.ToString(b.ClientSubnet)}
	if len(b.Endpoints) > 0 {
		out.Host = b.Endpoints[0]
		if host, _, err := net.SplitHostPort(out.Host); err == nil {
			out.Host = host
		}
	}
	return out, true
}
