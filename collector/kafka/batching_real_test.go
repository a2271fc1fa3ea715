package kafka

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/mskfit/mskfit/internal/testbed"
)

// batchingLoad is one producer of TestMeasuredBatchesBoundProduceRequests.
type batchingLoad struct {
	topic       string
	partitions  int // 0: those of the producer before, which writes to the same topic
	perSecond   int // records
	transaction int // records in one; 0: none
	opts        []kgo.Opt
}

var batchingLoads = []batchingLoad{
	{"batched", 12, 2000, 0, []kgo.Opt{kgo.ProducerLinger(100 * time.Millisecond), kgo.DisableIdempotentWrite()}},
	{"unbatched", 6, 100, 0, []kgo.Opt{kgo.ProducerBatchMaxBytes(700), kgo.DisableIdempotentWrite()}},
	{"idempotent", 6, 500, 0, []kgo.Opt{kgo.ProducerLinger(20 * time.Millisecond)}},
	{"compressed", 6, 1000, 0, []kgo.Opt{kgo.ProducerLinger(50 * time.Millisecond),
		kgo.ProducerBatchCompression(kgo.ZstdCompression())}},
	{"recompressed", 3, 300, 0, []kgo.Opt{kgo.ProducerLinger(50 * time.Millisecond)}},
	{"transactions-1", 3, 20, 1, nil},
	{"transactions-10", 3, 100, 10, nil},
	{"habits", 6, 600, 0, []kgo.Opt{kgo.ProducerLinger(100 * time.Millisecond), kgo.RecordPartitioner(among(0, 5))}},
	{"habits", 0, 100, 0, []kgo.Opt{kgo.ProducerBatchMaxBytes(700), kgo.DisableIdempotentWrite(),
		kgo.RecordPartitioner(among(5, 1))}},
}

// among spreads records over n partitions from the first.
func among(first, n int) kgo.Partitioner {
	return kgo.BasicConsistentPartitioner(func(string) func(*kgo.Record, int) int {
		next := 0
		return func(*kgo.Record, int) int {
			next++
			return first + next%n
		}
	})
}

// TestMeasuredBatchesBoundProduceRequests holds the batches that are read out of a part of the log against what the broker
// counted. It counts a produce request once per partition and topic (TotalProduceRequestsPerSec), which is a batch each, and as
// such once (RequestMetrics).
func TestMeasuredBatchesBoundProduceRequests(t *testing.T) {
	c := testbed.Kafka(t, testbed.Options{Alone: true})
	ctx, stop := context.WithCancel(t.Context())
	var producers sync.WaitGroup
	defer producers.Wait()
	defer stop()
	for i, l := range batchingLoads {
		config := map[string]string{}
		if l.topic == "recompressed" {
			config["compression.type"] = "gzip"
		}
		if l.partitions > 0 {
			c.CreateTopic(l.topic, l.partitions, config)
		}
		opts := append(c.ClientOpts(testbed.Plaintext, "", ""), kgo.DefaultProduceTopic(l.topic),
			kgo.RecordPartitioner(kgo.RoundRobinPartitioner()),
			kgo.ProducerBatchCompression(kgo.NoCompression()))
		if l.transaction > 0 {
			opts = append(opts, kgo.TransactionalID(l.topic))
		}
		client := testbed.NewClient(t, append(opts, l.opts...)...)
		r := rand.New(rand.NewPCG(uint64(i), 15))
		producers.Go(func() { l.run(ctx, t, client, r) })
	}
	s := newSource(t, c)
	o := observeCluster(t, c, 5*time.Second, 40*time.Second, s)[0]

	var markers int64
	for _, topic := range o.whole.Topics {
		if topic.Internal {
			continue
		}
		truth := o.truth.Topics[topic.Name].ProduceRequests
		for _, l := range batchingLoads {
			if l.topic == topic.Name && l.transaction > 0 { // each transaction puts a marker into each partition that it wrote to
				n := int64(float64(o.truth.Topics[topic.Name].MessagesIn) * o.markersOf(l))
				truth, markers = truth-n, markers+n
			}
		}
		o.compare(t, topic.Name+": batches", topic.BatchesPerSec, truth, 0)
		if f := topic.BatchesPerSec; f != nil && f.High > 2.5*f.Value && truth > 300 { // a few batches do not show a habit
			t.Errorf("%s: an upper bound of %.1f batches a second about %.1f says little", topic.Name, f.High, f.Value)
		}
	}
	requests := o.perSecond(o.truth.Requests["Produce"])
	f := o.whole.Totals.BatchesPerSec
	t.Logf("%.1f produce requests/s; batches %+v", requests, f)
	if f == nil || requests > f.High {
		t.Errorf("%.1f produce requests a second are above the bound of %+v", requests, f)
	}
}

// markersOf is the share of the load's offsets that are markers.
func (o observed) markersOf(l batchingLoad) float64 {
	perTransaction := float64(min(l.transaction, l.partitions))
	return perTransaction / (float64(l.transaction) + perTransaction)
}

func (l batchingLoad) run(ctx context.Context, t *testing.T, client *kgo.Client, r *rand.Rand) {
	const tick = 10 * time.Millisecond
	ticks := time.NewTicker(tick)
	defer ticks.Stop()
	due := 0.0
	for ctx.Err() == nil {
		<-ticks.C
		for due += float64(l.perSecond) * tick.Seconds(); due >= float64(max(1, l.transaction)); due -= float64(max(1,
			l.transaction)) {
			if err := l.send(client, r); err != nil && ctx.Err() == nil {
				t.Errorf("%s: %v", l.topic, err)
				return
			}
		}
	}
	_ = client.Flush(context.Background())
}

func (l batchingLoad) send(client *kgo.Client, r *rand.Rand) error {
	record := func() *kgo.Record { return &kgo.Record{Value: fmt.Appendf(nil, "%0*d", 300+r.IntN(200), r.Uint32())} }
	if l.transaction == 0 {
		client.Produce(context.Background(), record(), nil)
		return nil
	}
	if err := client.BeginTransaction(); err != nil {
		return err
	}
	for range l.transaction {
		client.Produce(context.Background(), record(), nil)
	}
	if err := client.Flush(context.Background()); err != nil {
		return err
	}
	return client.EndTransaction(context.Background(), true)
}
