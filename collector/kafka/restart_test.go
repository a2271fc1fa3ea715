package kafka

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/mskfit/mskfit/internal/testbed"
	"github.com/mskfit/mskfit/internal/workload"
)

// TestBrokerRestartLosesNothing stops a broker and starts it again while records of one size, one a batch, come in: leaders
// move away and back, and what was counted in the end is what was sent.
func TestBrokerRestartLosesNothing(t *testing.T) {
	c := testbed.Kafka(t, testbed.Options{Brokers: 3, NoCounters: true})
	c.CreateTopic("steady", 6, map[string]string{"min.insync.replicas": "1"})
	s := newSource(t, c, func(cfg *Config) { cfg.Timeout = 2 * time.Second })
	collect(t, s)

	const size = 1000
	producing, stop := context.WithCancel(t.Context())
	defer stop()
	var sent int64
	var producer sync.WaitGroup
	producer.Go(func() { sent = sendSteadily(producing, t, c, "steady", size) })

	sweepFor := func(d time.Duration) (away bool) {
		t.Helper()
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for began := time.Now(); time.Since(began) < d; <-tick.C {
			sample := collect(t, s)
			checkSane(t, sample)
			away = away || len(sample.Brokers) < 3 || len(sample.Gaps) > 0
		}
		return away
	}
	sweepFor(5 * time.Second)
	c.Stop(2)
	if !sweepFor(8 * time.Second) {
		t.Error("no sweep noticed that a broker was away")
	}
	c.Restart(2)
	sweepFor(10 * time.Second)
	stop()
	producer.Wait()
	awaitReplicated(t, s)

	got, want := float64(total(s, "steady")), float64(sent)*float64(recordBytes(size))
	t.Logf("sent %d records and %.0f bytes, counted %.0f: %+.2f %%", sent, want, got, 100*(got/want-1))
	if got < 0.99*want || got > 1.01*want {
		t.Errorf("counted %.0f bytes, want %.0f within 1 %%", got, want)
	}
}

// sendSteadily sends 100 records a second until ctx is done and returns how many were acknowledged.
func sendSteadily(ctx context.Context, t *testing.T, c *testbed.Cluster, topic string, size int) (sent int64) {
	client, err := kgo.NewClient(append(c.ClientOpts(testbed.Plaintext, "", ""), kgo.ProducerBatchMaxBytes(int32(size+200)),
		kgo.ProducerLinger(0),
		kgo.ProducerBatchCompression(kgo.NoCompression()), kgo.DefaultProduceTopic(topic),
		kgo.RecordPartitioner(kgo.RoundRobinPartitioner()))...)
	if err != nil {
		t.Error(err)
		return 0
	}
	defer client.Close()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for ctx.Err() == nil {
		// Acknowledged or not, a record that is in the log was sent; the producer is idempotent and finishes what it began.
		if err := client.ProduceSync(context.Background(), &kgo.Record{Value: make([]byte, size)}).FirstErr(); err != nil {
			t.Errorf("produce: %v", err)
			return sent
		}
		sent++
		<-tick.C
	}
	return sent
}

// checkSane wants no rate that is negative, or far above what is sent.
func checkSane(t *testing.T, s workload.Sample) {
	t.Helper()
	for _, topic := range s.Topics {
		if f := topic.IngressBytesPerSec; f != nil && (f.Value < 0 || f.Low < 0 || f.Value > 2e6) {
			t.Errorf("%s takes in %+v at %v", topic.Name, *f, s.Window)
		}
		if f := topic.MessagesPerSec; f != nil && (f.Value < 0 || f.Low < 0 || f.Value > 2000) {
			t.Errorf("%s takes in %+v messages at %v", topic.Name, *f, s.Window)
		}
	}
}
