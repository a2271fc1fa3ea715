package accuracy

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

// sentCount is what a producer knows that the broker has.
type sentCount struct {
	records, bytes int64   // bytes of values
	perPartition   []int64 // bytes of values
	largest        int     // bytes of the largest value
	markers        int64   // of transactions, one in each partition that one wrote to
}

// sender sends one scenario's records and counts what was acknowledged.
type sender struct {
	scenario
	client *kgo.Client
	rand   *rand.Rand
	sent   int

	mu    sync.Mutex
	acked sentCount
	parts map[int32]bool // that the open transaction has written to
}

func newSender(t *testing.T, c *testbed.Cluster, s scenario, seed uint64) *sender {
	t.Helper()
	opts := append(c.ClientOpts(testbed.Plaintext, "", ""), kgo.DefaultProduceTopic(s.topic()), kgo.ProducerLinger(s.linger),
		kgo.ProducerBatchCompression(s.codec), kgo.RecordDeliveryTimeout(10*time.Second),
		kgo.ClientID(s.topic()))
	switch {
	case s.partition != nil:
		opts = append(opts, kgo.RecordPartitioner(kgo.ManualPartitioner()))
	case s.keys == 0:
		opts = append(opts, kgo.RecordPartitioner(kgo.RoundRobinPartitioner()))
	}
	if s.transaction > 0 {
		opts = append(opts, kgo.TransactionalID(s.topic()))
	}
	h := uint64(0)
	for _, c := range s.name {
		h = 31*h + uint64(c)
	}
	out := &sender{scenario: s, rand: rand.New(rand.NewPCG(seed, h)), acked: sentCount{perPartition: make([]int64, s.partitions)},
		parts: map[int32]bool{}}
	out.client = testbed.NewClient(t, append(opts, kgo.WithHooks(out))...)
	return out
}

// run sends at the scenario's rate until ctx is done.
func (s *sender) run(ctx context.Context, t *testing.T) {
	const tick = 20 * time.Millisecond
	ticks := time.NewTicker(tick)
	defer ticks.Stop()
	due, last := 0.0, time.Now()
	for ctx.Err() == nil {
		now := <-ticks.C
		batch := float64(max(1, s.transaction))
		due = min(due+s.perSecond*now.Sub(last).Seconds(), s.perSecond+batch) // what could not be sent for a second is left out
		last = now
		for ; due >= batch && ctx.Err() == nil; due -= batch {
			err := s.send(int(batch))
			switch {
			case err == nil, ctx.Err() != nil:
			case s.event != "": // what the event does to producers: go on with the topic as it is now
				s.client.PurgeTopicsFromClient(s.topic())
			default:
				t.Errorf("%s: %v", s.name, err)
				return
			}
		}
	}
	flush, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	_ = s.client.Flush(flush)
}

// send sends one record, or one transaction.
func (s *sender) send(records int) error {
	if s.transaction == 0 {
		r := s.record()
		if s.single { // acknowledged before the next is sent, so that it has a batch of its own
			return s.client.ProduceSync(context.Background(), r).FirstErr() // or refused for good, after the client's own retries
		}
		s.client.Produce(context.Background(), r, nil)
		return nil
	}
	if err := s.client.BeginTransaction(); err != nil {
		return err
	}
	for range records {
		s.client.Produce(context.Background(), s.record(), nil)
	}
	if err := s.client.Flush(context.Background()); err != nil {
		return err
	}
	if err := s.client.EndTransaction(context.Background(), true); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.acked.markers += int64(len(s.parts))
	clear(s.parts)
	return nil
}

func (s *sender) record() *kgo.Record {
	r := &kgo.Record{Value: s.value(s.rand, s.sent)}
	if s.keys > 0 {
		r.Key = fmt.Appendf(nil, "key-%d", s.rand.IntN(s.keys))
	}
	if s.partition != nil {
		r.Partition = s.partition(s.rand, s.sent)
	}
	s.sent++
	return r
}

// OnProduceRecordUnbuffered counts what was acknowledged.
func (s *sender) OnProduceRecordUnbuffered(r *kgo.Record, err error) {
	if err != nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.acked.records++
	s.acked.bytes += int64(len(r.Value))
	s.acked.perPartition[r.Partition] += int64(len(r.Value))
	s.acked.largest = max(s.acked.largest, len(r.Value))
	s.parts[r.Partition] = true
}

func (s *sender) count() sentCount {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.acked
	t.perPartition = append([]int64(nil), t.perPartition...)
	return t
}
