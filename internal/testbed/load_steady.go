package testbed

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
)

// AwaitSteady returns once the load shows all that makes it hard: both groups have committed on each of their partitions, the
// cleaner has compacted LoadCompacted, and retention has deleted segments of every partition of LoadExpiring. It takes about
// half a minute. The cluster's counters must be on.
func (l *Load) AwaitSteady() {
	l.t.Helper()
	admin := l.cluster.admin()
	l.await("groups have committed everywhere", func(ctx context.Context) error { return groupsCommitted(ctx, admin) })
	l.await("retention deletes segments", func(ctx context.Context) error { return expires(ctx, admin) })
	l.await("the cleaner runs", func(ctx context.Context) error { return l.compacts(ctx, admin) })
}

// await asks again and again until there is no error.
func (l *Load) await(what string, ready func(context.Context) error) {
	l.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	for {
		err := ready(ctx)
		if err == nil {
			return
		}
		select {
		case <-ctx.Done():
			l.t.Fatalf("load: wait until %s: %v", what, err)
		case <-time.After(500 * time.Millisecond):
		}
	}
}

func groupsCommitted(ctx context.Context, admin *kadm.Client) error {
	for _, c := range consumers() {
		if c.group == "" {
			continue
		}
		offsets, err := admin.FetchOffsets(ctx, c.group)
		if err == nil {
			err = offsets.Error()
		}
		if err != nil {
			return err
		}
		want, got := 0, 0
		for _, topic := range topicLoads {
			for _, name := range c.topics {
				if name == topic.name {
					want += topic.partitions
				}
			}
		}
		offsets.Each(func(kadm.OffsetResponse) { got++ })
		if got < want {
			return fmt.Errorf("group %s has committed on %d of %d partitions", c.group, got, want)
		}
	}
	return nil
}

func expires(ctx context.Context, admin *kadm.Client) error {
	starts, err := admin.ListStartOffsets(ctx, LoadExpiring)
	if err == nil {
		err = starts.Error()
	}
	if err != nil {
		return err
	}
	starts.Each(func(o kadm.ListedOffset) {
		if o.Offset == 0 {
			err = fmt.Errorf("partition %d still starts at offset 0", o.Partition)
		}
	})
	return err
}

// compacts asks whether the topic's leaders hold less than they were sent.
func (l *Load) compacts(ctx context.Context, admin *kadm.Client) error {
	counters, err := l.cluster.Counters(ctx)
	if err != nil {
		return err
	}
	topics, err := admin.ListTopics(ctx, LoadCompacted)
	if err != nil {
		return err
	}
	dirs, err := admin.DescribeAllLogDirs(ctx, topics.TopicsSet())
	if err != nil {
		return err
	}
	stored := int64(0)
	for _, p := range topics[LoadCompacted].Partitions {
		dirs[p.Leader].Each(func(d kadm.DescribedLogDir) {
			if found, ok := d.Topics.Lookup(LoadCompacted, p.Partition); ok {
				stored += found.Size
			}
		})
	}
	if sent := counters.Topics[LoadCompacted].BytesIn; stored > sent*9/10 {
		return fmt.Errorf("%d of %d bytes are still stored", stored, sent)
	}
	return nil
}

// awaitGroups returns once the groups have no lag, but for LoadTransactions: there the last offsets are markers and aborted
// records, which no consumer gets and so none commits.
func (l *Load) awaitGroups() {
	admin := l.cluster.admin()
	l.await("the groups have read everything", func(ctx context.Context) error {
		lags, err := admin.Lag(ctx, LoadGroupSecond, LoadGroupFive)
		if err != nil {
			return err
		}
		for _, group := range lags {
			if group.Error() != nil {
				return group.Error()
			}
			for topic, lag := range group.Lag.TotalByTopic() {
				if topic != LoadTransactions && lag.Lag > 0 {
					return fmt.Errorf("group %s is %d records of %s behind", group.Group, lag.Lag, topic)
				}
			}
		}
		if len(lags) == 0 {
			return errors.New("no lag is known")
		}
		return nil
	})
}
