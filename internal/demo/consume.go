package demo

import (
	"context"
	"fmt"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

// consume starts the members of every group, and one reader without a group.
func (c *Cluster) consume(ctx context.Context, _ uint64) error {
	for _, r := range readers {
		for range r.members {
			client, err := c.client(r.options()...)
			if err != nil {
				return err
			}
			c.work.Go(func() { c.read(ctx, client, r) })
		}
	}
	client, err := c.client(kgo.ClientID("dashboard"), kgo.ConsumeTopics(tail))
	if err != nil {
		return err
	}
	c.work.Go(func() { c.read(ctx, client, reader{}) })
	return nil
}

func (r reader) options() []kgo.Opt {
	opts := []kgo.Opt{kgo.ClientID(r.group), kgo.ConsumeTopics(r.topics...), kgo.FetchMaxWait(500 * time.Millisecond)}
	if r.kind == share {
		return append(opts, kgo.ShareGroup(r.group))
	}
	opts = append(opts, kgo.ConsumerGroup(r.group), kgo.FetchIsolationLevel(kgo.ReadCommitted()),
		kgo.AutoCommitInterval(time.Duration(max(r.commitSeconds, 1))*time.Second))
	if r.kind == next {
		opts = append(opts, kgo.ServerSideBalancer(), kgo.Balancers(kgo.StickyBalancer()))
	}
	return opts
}

// read reads until ctx is done, and then leaves the group.
func (c *Cluster) read(ctx context.Context, client *kgo.Client, r reader) {
	defer client.CloseAllowingRebalance()
	for {
		fetches := client.PollRecords(ctx, r.perBeat())
		if ctx.Err() != nil || fetches.IsClientClosed() {
			return
		}
		if err := fetches.Err(); err != nil {
			c.fallBehind(fmt.Errorf("read for group %q: %w", r.group, err))
		}
		if r.perSecond == 0 {
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(beat):
		}
	}
}

// perBeat is how many records one poll takes at most; 0 takes what is there.
func (r reader) perBeat() int { return int(float64(r.perSecond) * beat.Seconds()) }
