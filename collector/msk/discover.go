package msk

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kafka"
	"github.com/aws/aws-sdk-go-v2/service/kafka/types"
	"golang.org/x/sync/errgroup"

	"github.com/mskfit/mskfit/collector"
	"github.com/mskfit/mskfit/internal/awsconf"
	"github.com/mskfit/mskfit/internal/workload"
)

// Inventory is what was found in one region.
type Inventory struct {
	// Clusters are those that the filter takes and that can be watched, by name.
	Clusters []Cluster
	// Gaps say which clusters the filter takes and that cannot be watched at present, and why.
	Gaps []workload.Gap
	// Unwatched are those clusters one by one: why by ARN.
	Unwatched map[string]string
}

// describeAtOnce is how many clusters are described side by side. AWS publishes no rate limit for these calls.
const describeAtOnce = 8

// clustersPerPage is the most that AWS gives at once.
const clustersPerPage = 100

// Discover lists the clusters of the region and describes those that the filter takes. The error is for a list that could not be
// read to its end: half a list would look like clusters that are gone. What could not be read of one cluster is among its
// own gaps.
func Discover(ctx context.Context, c Clients, f Filter, now time.Time) (Inventory, error) {
	listed, err := list(ctx, c, f)
	if err != nil {
		return Inventory{}, fmt.Errorf("discover clusters: %w", err)
	}
	var mu sync.Mutex
	inv := Inventory{Unwatched: map[string]string{}}
	g := &collector.Gaps{}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(describeAtOnce)
	for _, l := range listed {
		leave := func(why string) {
			inv.Unwatched[aws.ToString(l.ClusterArn)] = why
			g.Count("cluster", aws.ToString(l.ClusterName), why, "it is not watched")
		}
		if why := unwatchable(l.State); why != "" {
			mu.Lock()
			leave(why)
			mu.Unlock()
			continue
		}
		group.Go(func() error {
			one, err := describe(ctx, c, l, now)
			mu.Lock()
			defer mu.Unlock()
			switch {
			case awsconf.KindOf(err) == awsconf.NotFound:
				leave("it was deleted after the list was read")
			case f.takes(one.Name, one.Kind, one.Tags):
				inv.Clusters = append(inv.Clusters, one)
			}
			return ctx.Err()
		})
	}
	if err := group.Wait(); err != nil {
		return Inventory{}, fmt.Errorf("discover clusters: %w", err)
	}
	slices.SortFunc(inv.Clusters, func(a, b Cluster) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ARN, b.ARN)) })
	inv.Gaps = g.List(controlPlane)
	return inv, nil
}

// list reads all pages and keeps what the filter takes.
func list(ctx context.Context, c Clients, f Filter) ([]types.Cluster, error) {
	in := &kafka.ListClustersV2Input{MaxResults: aws.Int32(clustersPerPage)}
	if prefix := f.prefix(); prefix != "" {
		in.ClusterNameFilter = &prefix
	}
	if len(f.Kinds) == 1 && f.Kinds[0] == serverlessKind {
		in.ClusterTypeFilter = aws.String(string(types.ClusterTypeServerless))
	}
	var out []types.Cluster
	for {
		page, err := c.kafka.ListClustersV2(ctx, in)
		if err != nil {
			return nil, awsconf.Explain(c.call("kafka:ListClustersV2", "", ""), err)
		}
		for _, l := range page.ClusterInfoList {
			m := modelled(c.Region, l)
			if f.takes(m.Name, m.Kind, m.Tags) {
				out = append(out, l)
			}
		}
		if aws.ToString(page.NextToken) == "" {
			return out, nil
		}
		in.NextToken = page.NextToken
	}
}

// unwatchable says why a cluster in this state has nothing to see; empty: it has.
func unwatchable(s types.ClusterState) string {
	switch s {
	case types.ClusterStateCreating:
		return "it is being created: it will be watched once it is ACTIVE"
	case types.ClusterStateDeleting:
		return "it is being deleted"
	case types.ClusterStateFailed:
		return "AWS could not create it (state FAILED): delete it, or ask AWS support"
	}
	return ""
}
