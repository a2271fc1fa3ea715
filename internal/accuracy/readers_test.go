package accuracy

import (
	"context"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/mskfit/mskfit/internal/testbed"
)

// read has a group read the scenario's topic, committing as it says, until ctx is done.
func read(ctx context.Context, t *testing.T, c *testbed.Cluster, s scenario) {
	opts := append(c.ClientOpts(testbed.Plaintext, "", ""), kgo.ConsumeTopics(s.topic()), kgo.ClientID(s.topic()),
		kgo.FetchMinBytes(1<<20), kgo.FetchMaxWait(fetchWait)) // four fetches a second: more would be too much for two cores
	if s.rack != "" {
		opts = append(opts, kgo.Rack(s.rack))
	}
	if s.reader == "share" {
		opts = append(opts, kgo.ShareGroup(s.group()))
	} else {
		opts = append(opts, kgo.ConsumerGroup(s.group()))
	}
	every, err := time.ParseDuration(s.reader)
	switch {
	case err == nil:
		opts = append(opts, kgo.AutoCommitInterval(every))
	case s.reader == "transaction":
		readInTransactions(ctx, t, s, time.Second, opts)
		return
	case s.reader == "transactions":
		readInTransactions(ctx, t, s, 0, opts)
		return
	case s.reader == "never":
		opts = append(opts, kgo.DisableAutoCommit())
	}
	client, err := kgo.NewClient(opts...)
	if err != nil {
		t.Errorf("%s: %v", s.name, err)
		return
	}
	defer client.Close()
	for ctx.Err() == nil {
		client.PollFetches(ctx) // a share group acknowledges with the next poll what this one brought
	}
}

func (s scenario) group() string { return "group-" + s.topic() }

// readInTransactions commits what was read since the last transaction in one of its own. Where the next begins at once, the
// coordinator still ends the one before and answers CONCURRENT_TRANSACTIONS to many: they are aborted, and what they read is read
// again. A session that the coordinator has fenced makes room for a new one, as a restarted consumer would.
func readInTransactions(ctx context.Context, t *testing.T, s scenario, every time.Duration, opts []kgo.Opt) {
	opts = append(opts, kgo.TransactionalID(s.group()))
	committed, aborted, sessions := 0, 0, 0
	for ctx.Err() == nil {
		session, err := kgo.NewGroupTransactSession(opts...)
		if err != nil {
			t.Errorf("%s: %v", s.name, err)
			return
		}
		for sessions++; ctx.Err() == nil; {
			if session.PollFetches(ctx).NumRecords() == 0 {
				continue
			}
			pause(ctx, every)
			if err = session.Begin(); err != nil {
				break
			}
			ok, ended := session.End(context.Background(), kgo.TryCommit)
			if err = ended; err != nil {
				break
			}
			if ok {
				committed++
			} else {
				aborted++
				pause(ctx, afterAbort)
			}
		}
		session.Close()
		if err != nil && ctx.Err() == nil {
			t.Logf("%s: %v: a new session", s.name, err)
			pause(ctx, time.Second)
		}
	}
	t.Logf("%s: %d transactions committed, %d aborted, %d sessions", s.name, committed, aborted, sessions)
}

// fetchWait is how long a broker gathers records for a reader.
const fetchWait = 250 * time.Millisecond

// afterAbort keeps a reader whose transactions are aborted from taking the machine for itself.
const afterAbort = 500 * time.Millisecond

// pause waits, but not longer than ctx lasts.
func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
