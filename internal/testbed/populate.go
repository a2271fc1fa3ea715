package testbed

import (
	"context"
	"fmt"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
	"golang.org/x/sync/errgroup"
)

// Population is a number of things without traffic, for tests of what a sweep of a big cluster costs.
type Population struct {
	Topics     int // named population-0000 and on
	Partitions int // of all topics together, spread evenly; not replicated, which the sweep's requests do not depend on
	Groups     int // named population-group-0000 and on: empty groups, each with commits on ten partitions of two topics
}

// Populate creates the population and returns once every broker knows all of it. 1,000 topics with 20,000 partitions and 500
// groups take most of a minute on three brokers.
func (c *Cluster) Populate(p Population) {
	c.t.Helper()
	if p.Partitions < p.Topics || p.Groups > 0 && p.Topics < 2 {
		c.t.Fatalf("populate: %+v is not possible", p)
	}
	counts := map[string]int{}
	names := make([]string, p.Topics)
	for i := range names {
		names[i] = fmt.Sprintf("population-%04d", i)
		counts[names[i]] = p.Partitions*(i+1)/p.Topics - p.Partitions*i/p.Topics
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	for start := 0; start < len(names); start += 100 {
		if err := c.createTopics(ctx, names[start:min(start+100, len(names))], counts); err != nil {
			c.t.Fatalf("populate: %v", err)
		}
	}
	c.AwaitTopics(counts)
	admin := c.admin()
	groups, ctx := errgroup.WithContext(ctx)
	groups.SetLimit(8)
	for i := range p.Groups {
		groups.Go(func() error {
			offsets := kadm.Offsets{}
			for _, topic := range []string{names[2*i%p.Topics], names[(2*i+1)%p.Topics]} {
				for partition := range min(5, counts[topic]) {
					offsets.Add(kadm.Offset{Topic: topic, Partition: int32(partition), At: 0, LeaderEpoch: -1})
				}
			}
			group := fmt.Sprintf("population-group-%04d", i)
			if err := admin.CommitAllOffsets(ctx, group, offsets); err != nil {
				return fmt.Errorf("commit for group %s: %w", group, err)
			}
			return nil
		})
	}
	if err := groups.Wait(); err != nil {
		c.t.Fatalf("populate: %v", err)
	}
}

// createTopics makes the topics in one request.
func (c *Cluster) createTopics(ctx context.Context, names []string, partitions map[string]int) error {
	req := kmsg.NewPtrCreateTopicsRequest()
	req.TimeoutMillis = 120_000
	for _, name := range names {
		topic := kmsg.NewCreateTopicsRequestTopic()
		topic.Topic, topic.NumPartitions, topic.ReplicationFactor = name, int32(partitions[name]), 1
		req.Topics = append(req.Topics, topic)
	}
	resp, err := req.RequestWith(ctx, c.Client())
	if err != nil {
		return fmt.Errorf("create topics: %w", err)
	}
	for _, topic := range resp.Topics {
		if err := kerr.ErrorForCode(topic.ErrorCode); err != nil {
			return fmt.Errorf("create topic %s: %w", topic.Topic, err)
		}
	}
	return nil
}
