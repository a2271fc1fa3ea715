package testbed

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

// Names of the load's consumer groups.
const (
	LoadGroupSecond = "billing-1s"   // reads all topics and commits every second
	LoadGroupFive   = "analytics-5s" // reads LoadZstd, LoadPlain, LoadHot and LoadTransactions and commits every five seconds
)

// LoadReadWithoutGroup are the topics that one consumer reads without a group, so that no commit shows it.
var LoadReadWithoutGroup = []string{LoadPlain, LoadLZ4}

// linger is how long a producer waits for a batch to fill.
const linger = 50 * time.Millisecond

// Load is a steady, known traffic on a cluster: eight topics, the Load… names, with about 1.9 MB/s and 8,000 records/s from
// producers and 3.8 MB/s to consumers (two groups and one consumer without a group). What it is made of is fixed; what the
// brokers make of it comes from Cluster.Counters. Use it so:
//
//	load := testbed.StartLoad(t, cluster)
//	load.AwaitSteady()
//	before, err := cluster.Counters(ctx)
//	… observe for a minute …
//	after, err := cluster.Counters(ctx)
//	load.Stop()
//	truth := after.Since(before)
type Load struct {
	t       testing.TB
	cluster *Cluster
	sent    map[string]*atomic.Int64 // acknowledged records by topic
	pauses  map[string]*atomic.Int64 // longest time in which nothing was sent to a topic, in nanoseconds

	stopProducing, stopConsuming context.CancelFunc
	producers, consumers         sync.WaitGroup
	once                         sync.Once
}

// StartLoad creates the topics and starts the traffic. It ends with the test at the latest.
func StartLoad(t testing.TB, c *Cluster) *Load {
	t.Helper()
	l := &Load{t: t, cluster: c, sent: map[string]*atomic.Int64{}, pauses: map[string]*atomic.Int64{}}
	for _, topic := range topicLoads {
		c.CreateTopic(topic.name, topic.partitions, topic.config)
		l.sent[topic.name], l.pauses[topic.name] = new(atomic.Int64), new(atomic.Int64)
	}
	producing, stopProducing := context.WithCancel(context.Background())
	consuming, stopConsuming := context.WithCancel(context.Background())
	l.stopProducing, l.stopConsuming = stopProducing, stopConsuming
	for i, topic := range topicLoads {
		r := rand.New(rand.NewPCG(uint64(i), 7))
		l.producers.Go(func() { l.produce(producing, topic, r) })
	}
	for _, c := range consumers() {
		l.consumers.Go(func() { l.consume(consuming, c) })
	}
	t.Cleanup(l.Stop)
	return l
}

// Stop ends the producers, waits until all that they sent is acknowledged and until the groups have read and committed it, and then
// ends the consumers.
func (l *Load) Stop() {
	l.once.Do(func() {
		l.stopProducing()
		l.producers.Wait()
		if !l.t.Failed() {
			l.awaitGroups()
		}
		l.stopConsuming()
		l.consumers.Wait()
	})
}

// Sent returns how many records of each topic were acknowledged so far, aborted ones included.
func (l *Load) Sent() map[string]int64 {
	sent := map[string]int64{}
	for name, n := range l.sent {
		sent[name] = n.Load()
	}
	return sent
}

// How long nothing may be sent in a steady load: to the whole of it 1 % of a minute, to a topic less, because a pause may lie
// at either edge of what is observed. On a machine that keeps up it is some 150 ms.
const (
	longestPause        = 600 * time.Millisecond
	longestPauseOfTopic = 250 * time.Millisecond
)

// Undisturbed calls observe, and once more if the machine was too busy for the load to be steady meanwhile. Steady
// says how it was the last time.
func (l *Load) Undisturbed(observe func()) {
	l.t.Helper()
	for try := 1; ; try++ {
		for _, p := range l.pauses {
			p.Store(0)
		}
		observe()
		if l.Steady("") || try == 2 {
			return
		}
		l.t.Log("the machine was too busy for the load to be steady: observing again")
	}
}

// Steady says whether records were sent to a topic without a pause of more than 250 ms since Undisturbed began its last
// observation. For an empty name it answers for the whole load: the pauses of its topics count by their share of the bytes.
// What is seen of a load that stops and goes depends on where the window ends: such a topic is held to the stated bounds, not
// to the difference of a percent.
func (l *Load) Steady(topic string) bool {
	l.t.Helper()
	if topic != "" {
		p, known := l.pauses[topic]
		return !known || time.Duration(p.Load()) <= longestPauseOfTopic
	}
	var pauses, all float64
	for _, load := range topicLoads {
		pause, rate := time.Duration(l.pauses[load.name].Load()), float64(load.bytesPerSecond)
		if pause > longestPause {
			l.t.Logf("load: nothing was sent to %s for %s", load.name, pause.Round(time.Millisecond))
		}
		pauses, all = pauses+pause.Seconds()*rate, all+rate
	}
	return pauses/all <= longestPause.Seconds()
}

// Within is how far a figure of a topic, or of all for an empty name, may be from the brokers' counters: as asked for where the
// load was [Load.Steady], and 0 otherwise, which stands for the figure's stated bounds alone.
func (l *Load) Within(topic string, share float64) float64 {
	if !l.Steady(topic) {
		return 0
	}
	return share
}

// paused notes that nothing was sent to a topic for so long.
func (l *Load) paused(topic string, d time.Duration) {
	for p := l.pauses[topic]; ; {
		longest := p.Load()
		if int64(d) <= longest || p.CompareAndSwap(longest, int64(d)) {
			return
		}
	}
}

// consumer is one of the load's readers.
type consumer struct {
	group  string // empty: none
	every  time.Duration
	topics []string
}

func consumers() []consumer {
	var all []string
	for _, topic := range topicLoads {
		all = append(all, topic.name)
	}
	return []consumer{
		{group: LoadGroupSecond, every: time.Second, topics: all},
		{group: LoadGroupFive, every: 5 * time.Second, topics: []string{LoadZstd, LoadPlain, LoadHot, LoadTransactions}},
		{topics: LoadReadWithoutGroup},
	}
}

func (c consumer) opts() []kgo.Opt {
	opts := []kgo.Opt{
		kgo.ConsumeTopics(c.topics...), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
		kgo.FetchIsolationLevel(kgo.ReadCommitted()),
		kgo.FetchMinBytes(1 << 20), kgo.FetchMaxWait(250 * time.Millisecond), // four answers a second spare the two cores
	}
	if c.group != "" {
		opts = append(opts, kgo.ConsumerGroup(c.group), kgo.AutoCommitInterval(c.every))
	}
	return opts
}

func (l *Load) consume(ctx context.Context, c consumer) {
	client, err := l.client(c.opts())
	if err != nil {
		l.t.Errorf("load: new consumer: %v", err)
		return
	}
	defer client.Close()
	for ctx.Err() == nil {
		fetches := client.PollFetches(ctx)
		fetches.EachError(func(topic string, partition int32, err error) {
			if !errors.Is(err, context.Canceled) {
				l.t.Logf("load: read %s/%d: %v", topic, partition, err) // the client tries again
			}
		})
	}
	if c.group == "" {
		return
	}
	closing, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := client.CommitUncommittedOffsets(closing); err != nil {
		l.t.Logf("load: last commit of %s: %v", c.group, err)
	}
}

func (l *Load) client(opts []kgo.Opt) (*kgo.Client, error) {
	return kgo.NewClient(append([]kgo.Opt{kgo.SeedBrokers(l.cluster.addresses(internal)...), kgo.DisableClientMetrics(),
		// A batch that is refused, as when the transaction before is not yet complete, waits for new metadata: five seconds by
		// default.
		kgo.MetadataMinAge(100 * time.Millisecond)}, opts...)...)
}
