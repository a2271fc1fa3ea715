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

	"github.com/mskfit/mskfit/internal/awsconf"
)

// mostHinted is how many other clusters are named where one is not found.
const mostHinted = 3

// Find describes the one cluster that is meant: by its ARN, or where that is empty by its name in the clients' region. The error is
// for a cluster that is not there, or has nothing to see in its state.
func Find(ctx context.Context, c Clients, arn, name string, now time.Time) (Cluster, error) {
	if arn == "" {
		found, err := named(ctx, c, name)
		if err != nil {
			return Cluster{}, fmt.Errorf("find cluster %s: %w", name, err)
		}
		arn = found
	}
	out, err := Describe(ctx, c, arn, now)
	if err != nil {
		return Cluster{}, fmt.Errorf("find cluster %s: %w", name, err)
	}
	if why := unwatchable(types.ClusterState(out.State)); why != "" {
		return Cluster{}, fmt.Errorf("cluster %s: %s", out.Name, why)
	}
	return out, nil
}

// named looks for the cluster's ARN. Of a cluster that is being deleted and its successor of the same name, the successor is meant.
func named(ctx context.Context, c Clients, name string) (arn string, err error) {
	in := &kafka.ListClustersV2Input{MaxResults: aws.Int32(clustersPerPage), ClusterNameFilter: &name}
	var others []string
	for {
		page, err := c.kafka.ListClustersV2(ctx, in)
		if err != nil {
			return "", awsconf.Explain(c.call("kafka:ListClustersV2", "", ""), err)
		}
		for _, l := range page.ClusterInfoList {
			switch {
			case aws.ToString(l.ClusterName) != name:
				others = append(others, aws.ToString(l.ClusterName))
			case arn == "" || unwatchable(l.State) == "":
				arn = aws.ToString(l.ClusterArn)
			}
		}
		if aws.ToString(page.NextToken) == "" {
			break
		}
		in.NextToken = page.NextToken
	}
	if arn != "" {
		return arn, nil
	}
	hint := "check the name, the region and the account"
	if len(others) > 0 {
		slices.Sort(others)
		hint = "there is " + strings.Join(others[:min(len(others), mostHinted)], ", ")
	}
	return "", fmt.Errorf("the account has no cluster of this name in %s: %s", c.Region, hint)
}

// Try asks CloudWatch for one metric of the last five minutes, to see whether it may: that bills one metric. It returns whether the
// cluster publishes any.
func (s *Source) Try(ctx context.Context) (published bool, err error) {
	cluster := s.Cluster()
	all, err := listSeries(ctx, s.through(), cluster, s.cfg, s.meter, true)
	if err != nil || len(all) == 0 {
		return false, err
	}
	if err := s.purse.open(ctx); err != nil {
		return false, err
	}
	end := s.now().UTC().Truncate(block)
	_, err = s.reader(cluster.Name, false).read(ctx, all[:1], end.Add(-block), end, minute)
	return true, err
}
