package demo

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

// beat is how often a producer sends what is due, transactionBeat how often a transactional one does: each transaction
// leaves a marker in every partition that it wrote to.
const (
	beat            = 100 * time.Millisecond
	transactionBeat = 500 * time.Millisecond
)

// abortEvery is how many transactions are committed for one that is aborted.
const abortEvery = 25

var codecs = map[codec]kgo.CompressionCodec{
	plain: kgo.NoCompression(), gzip: kgo.GzipCompression(), snappy: kgo.SnappyCompression(),
	lz4: kgo.Lz4Compression(), zstd: kgo.ZstdCompression(),
}

// produce starts one producer for each codec and way of sending that the shapes use.
func (c *Cluster) produce(ctx context.Context, seed uint64) error {
	type of struct {
		codec   codec
		sending sending
	}
	var order []of
	topics := map[of][]*topicSource{}
	for _, s := range shapes {
		if s.perSecond == 0 {
			continue
		}
		if s.sending == "" {
			s.sending = batched
		}
		o := of{s.codec, s.sending}
		if topics[o] == nil {
			order = append(order, o)
		}
		topics[o] = append(topics[o], newTopicSource(s, seed))
	}
	for _, o := range order {
		p, err := c.producer(o.codec, o.sending)
		if err != nil {
			return err
		}
		c.work.Go(func() {
			defer p.Close()
			c.send(ctx, p, o.sending, topics[o])
		})
	}
	return nil
}

func (c *Cluster) producer(z codec, how sending) (*kgo.Client, error) {
	opts := []kgo.Opt{
		kgo.ClientID(fmt.Sprintf("shop-%s", z)),
		kgo.ProducerBatchCompression(codecs[z]),
		kgo.RecordPartitioner(kgo.ManualPartitioner()),
		kgo.ProducerLinger(20 * time.Millisecond),
		kgo.WithHooks(&c.sent),
	}
	switch how {
	case transactional:
		opts = append(opts, kgo.TransactionalID("shop-checkout-"+string(z)))
	case oneByOne:
		opts = append(opts, kgo.ProducerLinger(0))
	}
	return c.client(opts...)
}

// send sends what is due at each beat until ctx is done. A beat that is missed is not made up for: the load of a demo
// on a busy machine drops instead of piling up.
func (c *Cluster) send(ctx context.Context, p *kgo.Client, how sending, topics []*topicSource) {
	every := beat
	if how == transactional {
		every = transactionBeat
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	for round := 1; ; round++ {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		var records []*kgo.Record
		for _, t := range topics {
			records = append(records, t.due(every)...)
		}
		if err := sendAs(ctx, p, how, records, round%abortEvery != 0); err != nil && ctx.Err() == nil {
			c.fallBehind(fmt.Errorf("send: %w", err))
		}
	}
}

func sendAs(ctx context.Context, p *kgo.Client, how sending, records []*kgo.Record, commit bool) error {
	switch how {
	case oneByOne:
		for _, r := range records { // waiting for each answer keeps the records in batches of their own
			if err := p.ProduceSync(ctx, r).FirstErr(); err != nil {
				return err
			}
		}
		return nil
	case transactional:
		return transact(ctx, p, records, commit)
	}
	for _, r := range records {
		p.Produce(ctx, r, nil)
	}
	return nil
}

// transact sends the records in one transaction. A transaction that stays open would hold up its readers, so that it is ended
// even when the demo is being stopped; one whose end was not confirmed in time is ended before the next begins.
func transact(ctx context.Context, p *kgo.Client, records []*kgo.Record, commit bool) error {
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if err := p.BeginTransaction(); err != nil {
		return errors.Join(err, p.EndTransaction(ending, kgo.TryAbort))
	}
	err := p.ProduceSync(ctx, records...).FirstErr()
	return errors.Join(err, p.EndTransaction(ending, kgo.TransactionEndTry(commit && err == nil)))
}

// topicSource makes the records of one topic.
type topicSource struct {
	shape
	rng    *rand.Rand
	values [][]byte
	// cumulative is the share of the partitions up to and including each.
	cumulative []float64
	owed       float64
}

// variety is how many different values a topic has; enough that a batch does not repeat itself and compress to nothing.
const variety = 512

func newTopicSource(s shape, seed uint64) *topicSource {
	h := fnv.New64a()
	h.Write([]byte(s.topic))
	t := &topicSource{shape: s, rng: rand.New(rand.NewPCG(seed, h.Sum64()))}
	for range variety {
		t.values = append(t.values, value(t.rng, s.topic, s.bytes))
	}
	sum := 0.0
	for p := range s.partitions {
		sum += math.Pow(float64(p+1), -s.skew)
		t.cumulative = append(t.cumulative, sum)
	}
	return t
}

// due returns the records of the time up to the next beat; fractions of a record are kept for the beats to come.
func (t *topicSource) due(every time.Duration) []*kgo.Record {
	t.owed += t.perSecond * every.Seconds()
	var out []*kgo.Record
	for ; t.owed >= 1; t.owed-- {
		r := &kgo.Record{Topic: t.topic, Partition: t.partition(), Value: t.values[t.rng.IntN(len(t.values))]}
		if t.keys > 0 {
			r.Key = fmt.Appendf(nil, "%s-%06d", t.topic[:2], t.rng.IntN(t.keys))
		}
		out = append(out, r)
	}
	return out
}

func (t *topicSource) partition() int32 {
	at := t.rng.Float64() * t.cumulative[len(t.cumulative)-1]
	for p, sum := range t.cumulative {
		if at < sum {
			return int32(p)
		}
	}
	return t.partitions - 1
}
