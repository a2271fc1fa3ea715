package observe_test

import (
	"context"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/mskfit/mskfit/collector/kafka"
	"github.com/mskfit/mskfit/internal/observe"
	"github.com/mskfit/mskfit/internal/workload"
)

const topicName = "orders"

// inBubble starts a broker and a producer of 100 records of 1,000 bytes a second on a network that a synctest bubble can
// wait for, and a source that looks at it.
func inBubble(t *testing.T) *kafka.Source {
	t.Helper()
	network := &kfake.VirtualNetwork{}
	cluster, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.Ports(9092), kfake.ListenFn(network.Listen),
		kfake.SeedTopics(3, topicName))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cluster.Close)
	producer, err := kgo.NewClient(kgo.SeedBrokers("localhost:9092"), kgo.Dialer(network.DialContext),
		kgo.ProducerBatchCompression(kgo.NoCompression()), kgo.DefaultProduceTopic(topicName),
		kgo.RecordPartitioner(kgo.RoundRobinPartitioner()))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	stopped := make(chan struct{})
	t.Cleanup(func() { cancel(); <-stopped; producer.Close() })
	go func() {
		defer close(stopped)
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				producer.Produce(ctx, &kgo.Record{Value: make([]byte, 1000)}, nil)
			}
		}
	}()
	cfg := kafka.DefaultConfig()
	cfg.Bootstrap, cfg.Cluster = []string{"localhost:9092"}, "bubble"
	src, err := kafka.New(cfg, zerolog.Nop(), kafka.WithDialer(network.DialContext))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(src.Close)
	return src
}

// Ten minutes of the real protocol in a second or two: the collector, the loop and the rollup together.
func TestTenMinutesOfARealProtocol(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := inBubble(t)
		r, err := observe.Run(t.Context(), src, observe.Plan{For: 10 * time.Minute, Interval: 10 * time.Second}, time.Now, nil)
		if err != nil || len(r.Samples) != 61 || len(r.Failures) > 0 {
			t.Fatalf("%d sweeps, failures %v, %v", len(r.Samples), r.Failures, err)
		}
		w := workload.FromSamples(r.Samples, workload.RollupOptions{Window: r.Asked, Whole: r.WholeWindow})
		if q := w.MessagesPerSec; q == nil || math.Abs(q.Value-100) > 0.5 || q.Samples != 10 || q.Peak == nil ||
			math.Abs(*q.Peak-100) > 1 {
			t.Errorf("messages: got %+v, want 100/s over 10 minutes, peak 100/s", q)
		}
		// 100 × (1,000 bytes + 9 of the record) + 100 batches × 61 of header, where each record is a batch
		if q := w.IngressBytesPerSec; q == nil || q.Value < 100*1009 || q.Value > 100*1080 || q.Low > q.Value || q.High < q.Value {
			t.Errorf("ingress: got %+v, want 100.9 to 108 KB/s", q)
		}
		if w.Coverage < 0.99 || len(w.TopicList) != 1 || w.TopicList[0].Partitions != 3 || w.Cluster != "bubble" {
			t.Errorf("coverage %v, topics %+v, cluster %q", w.Coverage, w.TopicList, w.Cluster)
		}
	})
}
