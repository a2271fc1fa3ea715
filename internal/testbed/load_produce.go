package testbed

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

// longestTurn bounds what a producer sends at once: what a pause kept it from sending is not made up for.
const longestTurn = 5 * linger

// produce sends to one topic at its rate until ctx is done, and then waits for the acknowledgements.
func (l *Load) produce(ctx context.Context, topic topicLoad, r *rand.Rand) {
	opts := append([]kgo.Opt{}, topic.opts...)
	if topic.partition != nil {
		opts = append(opts, kgo.RecordPartitioner(kgo.ManualPartitioner()))
	}
	if topic.transaction > 0 {
		opts = append(opts, kgo.TransactionalID("load-"+topic.name))
	}
	client, err := l.client(opts)
	if err != nil {
		l.t.Errorf("load: new producer: %v", err)
		return
	}
	defer client.Close()
	s := sender{load: l, topic: topic, client: client, rand: r}
	tick := time.NewTicker(linger)
	defer tick.Stop()
	due := float64(0) // bytes
	turn, sent := time.Now(), time.Now()
	for {
		select {
		case <-ctx.Done():
			s.finish()
			return
		case now := <-tick.C:
			if client.BufferedProduceBytes() > int64(topic.bytesPerSecond) {
				l.paused(topic.name, now.Sub(sent))
				turn = now
				continue // the brokers are a second behind: a longer queue would only make Stop wait
			}
			due += float64(topic.bytesPerSecond) * min(now.Sub(turn), longestTurn).Seconds()
			turn = now
		}
		for due > 0 {
			due -= float64(s.send())
			l.paused(topic.name, time.Since(sent))
			sent = time.Now()
		}
	}
}

// sender sends one topic's records.
type sender struct {
	load   *Load
	topic  topicLoad
	client *kgo.Client
	rand   *rand.Rand

	open         int // records in the open transaction
	transactions int
}

// send hands one record to the client, which blocks when too many are unacknowledged, and returns its value's size.
func (s *sender) send() int {
	if s.topic.transaction > 0 && s.open == 0 {
		if err := s.client.BeginTransaction(); err != nil {
			s.load.t.Errorf("load: begin a transaction: %v", err)
		}
	}
	record := &kgo.Record{Topic: s.topic.name, Value: s.topic.value(s.rand)}
	if s.topic.keys > 0 {
		record.Key = fmt.Appendf(nil, "key-%d", s.rand.IntN(s.topic.keys))
	}
	if s.topic.partition != nil {
		record.Partition = s.topic.partition(s.rand, s.topic.partitions)
	}
	size := len(record.Value)
	s.client.Produce(context.Background(), record, func(_ *kgo.Record, err error) {
		if err == nil {
			s.load.sent[s.topic.name].Add(1)
		}
	})
	if s.topic.transaction > 0 {
		if s.open++; s.open == s.topic.transaction {
			s.endTransaction()
		}
	}
	return size
}

// endTransaction commits, and aborts each tenth. Every record is sent first: an abort would drop those still buffered.
func (s *sender) endTransaction() {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	s.open, s.transactions = 0, s.transactions+1
	err := s.client.Flush(ctx)
	if err == nil {
		err = s.client.EndTransaction(ctx, s.transactions%10 != 0)
	}
	if err != nil {
		s.load.t.Errorf("load: end a transaction: %v", err)
	}
}

// finish waits until all that was sent is acknowledged.
func (s *sender) finish() {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	if s.open > 0 {
		s.endTransaction()
	}
	if err := s.client.Flush(ctx); err != nil {
		s.load.t.Errorf("load: send the last records of %s: %v", s.topic.name, err)
	}
}
