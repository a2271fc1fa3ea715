// Package demo is a Kafka cluster inside the process with a workload that lives: a few dozen topics of different
// shapes, producers with every codec, consumer groups of all three kinds. It shows what mskfit does without any Kafka to
// point it at. Start with [Start].
//
// The brokers are franz-go's kfake: the protocol is real, the disks are memory. It listens only on loopback, on free
// ports. What it leaves out: replication traffic, tiered storage, and days of history.
package demo

import (
	"context"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/rs/zerolog"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// brokers is the least number on which a replication factor of 3 means something.
const brokers = 3

// upkeep is how often compaction and retention run. Kafka's own cleaner is about as eager; without it a demo that is left
// running would fill the memory.
const upkeep = 20 * time.Second

// Options shape the workload. The zero value is the one that `mskfit demo` shows.
type Options struct {
	// Seed starts the randomness of keys, values and skew: the same seed sends the same records in the same order per
	// topic. How many are sent depends on how long the demo runs.
	Seed uint64
	// Log receives what goes wrong with the workload; the zero value drops it.
	Log zerolog.Logger
}

// Cluster is a running cluster with its workload.
type Cluster struct {
	kafka  *kfake.Cluster
	cancel context.CancelFunc
	work   sync.WaitGroup
	log    zerolog.Logger
	sent   sent
	behind sync.Once
}

// fallBehind says once that the workload runs slower than planned, and leaves the reasons to the debug log.
func (c *Cluster) fallBehind(err error) {
	c.behind.Do(func() {
		c.log.Warn().Msg("this machine is too busy for the demo's workload: its rates are lower than planned, and some readings may fail")
	})
	c.log.Debug().Err(err).Msg("demo workload fell behind")
}

// Start starts the brokers, creates the topics, sets the workload going and waits until its groups read, a second or two.
// The workload runs until ctx is done or Close is called; Close must be called in any case.
func Start(ctx context.Context, o Options) (*Cluster, error) {
	kafka, err := kfake.NewCluster(
		kfake.NumBrokers(brokers),
		kfake.ClusterID("mskfit-demo"),
		kfake.BrokerConfigs(map[string]string{"log.segment.bytes": strconv.Itoa(segmentBytes)}),
		kfake.BrokerConfigs(hurried("500")),
	)
	if err != nil {
		return nil, fmt.Errorf("start the embedded kafka: %w", err)
	}
	ctx, cancel := context.WithCancel(ctx)
	c := &Cluster{kafka: kafka, cancel: cancel, log: o.Log}
	if err := c.createTopics(ctx); err != nil {
		c.Close()
		return nil, err
	}
	for _, start := range []func(context.Context, uint64) error{c.produce, c.consume} {
		if err := start(ctx, o.Seed); err != nil {
			c.Close()
			return nil, err
		}
	}
	if err := c.awaitStable(ctx); err != nil {
		c.Close()
		return nil, err
	}
	c.work.Go(func() { c.keepUp(ctx) })
	return c, nil
}

// Bootstrap returns the addresses of the brokers.
func (c *Cluster) Bootstrap() []string { return c.kafka.ListenAddrs() }

// Sent returns what the brokers have acknowledged so far, by topic: the truth against which an observation can be held.
func (c *Cluster) Sent() map[string]Sent { return c.sent.byTopic() }

// Close ends the workload, waits for its goroutines and stops the brokers. It may be called more than once.
func (c *Cluster) Close() {
	c.cancel()
	c.work.Wait()
	c.kafka.Close()
}

// Summary says in a line what runs.
func Summary() string {
	partitions := int32(0)
	for _, s := range shapes {
		partitions += s.partitions
	}
	return fmt.Sprintf("%d brokers, %d topics, %d partitions, %d consumer groups", brokers, len(shapes), partitions, len(readers)+1)
}

// hurried are the heartbeat intervals of the groups whose members the brokers pace. Two of them pass before a member has
// its partitions: too long for a demo, so they are short while the groups form and Kafka's own afterwards.
func hurried(millis string) map[string]string {
	return map[string]string{"group.consumer.heartbeat.interval.ms": millis, "group.share.heartbeat.interval.ms": millis}
}

// stableWithin bounds the wait for the groups. A machine that is too slow for it has its demo all the same.
const stableWithin = 10 * time.Second

// awaitStable waits until every group is stable.
func (c *Cluster) awaitStable(ctx context.Context) error {
	client, err := c.client()
	if err != nil {
		return err
	}
	defer client.Close()
	until := time.NewTimer(stableWithin)
	defer until.Stop()
	tick := time.NewTicker(beat)
	defer tick.Stop()
	for stable := false; !stable; {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-until.C:
			stable = true
		case <-tick.C:
			stable = stableGroups(ctx, client) >= len(readers)
		}
	}
	if err := slowDown(ctx, client); err != nil {
		return fmt.Errorf("slow the heartbeats of the embedded kafka down: %w", err)
	}
	return nil
}

// stableGroups counts the groups whose members all have their partitions.
func stableGroups(ctx context.Context, client *kgo.Client) (n int) {
	for _, shard := range client.RequestSharded(ctx, kmsg.NewPtrListGroupsRequest()) {
		if shard.Err != nil {
			continue // asked again at the next tick
		}
		for _, g := range shard.Resp.(*kmsg.ListGroupsResponse).Groups {
			if g.GroupState == "Stable" {
				n++
			}
		}
	}
	return n
}

func (c *Cluster) createTopics(ctx context.Context) error {
	client, err := c.client()
	if err != nil {
		return err
	}
	defer client.Close()
	ids := map[string][16]byte{}
	for _, s := range shapes {
		if ids[s.topic], err = createTopic(ctx, client, s); err != nil {
			return fmt.Errorf("create topic %s on the embedded kafka: %w", s.topic, err)
		}
	}
	if err := commitRetired(ctx, client, ids[retiredTopic]); err != nil {
		return fmt.Errorf("commit offsets of legacy-loader on the embedded kafka: %w", err)
	}
	return nil
}

// client returns a client of the cluster whose complaints end in our log.
func (c *Cluster) client(opts ...kgo.Opt) (*kgo.Client, error) {
	client, err := kgo.NewClient(append([]kgo.Opt{kgo.SeedBrokers(c.Bootstrap()...)}, opts...)...)
	if err != nil {
		return nil, fmt.Errorf("make a client of the embedded kafka: %w", err)
	}
	return client, nil
}

// keepUp compacts and deletes old data until ctx is done.
func (c *Cluster) keepUp(ctx context.Context) {
	tick := time.NewTicker(upkeep)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			c.kafka.Compact() // compacted topics; retention is applied to all
		}
	}
}
