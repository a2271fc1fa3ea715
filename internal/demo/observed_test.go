package demo_test

import (
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/collector/kafka"
	"github.com/mskfit/mskfit/internal/demo"
	"github.com/mskfit/mskfit/internal/observe"
	"github.com/mskfit/mskfit/internal/workload"
)

// What the collector sees of the demo is what its producers had acknowledged, per cluster and per topic. The producers are
// read before and after the observation, a few milliseconds off its edges.
func TestObservationAgreesWithWhatWasSent(t *testing.T) {
	cluster, err := demo.Start(t.Context(), demo.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cluster.Close)
	cfg := kafka.DefaultConfig()
	cfg.Bootstrap = cluster.Bootstrap()
	src, err := kafka.New(cfg, zerolog.Nop())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(src.Close)

	var before map[string]demo.Sent
	began := time.Time{}
	r, err := observe.Run(t.Context(), src, observe.Plan{For: 8 * time.Second, Interval: 2 * time.Second}, time.Now,
		func(p observe.Progress) {
			if p.Sweep == 2 && before == nil { // the first sweep is done
				before, began = cluster.Sent(), time.Now()
			}
		})
	if err != nil {
		t.Fatal(err)
	}
	after, seconds := cluster.Sent(), time.Since(began).Seconds()
	w := workload.FromSamples(r.Samples, workload.RollupOptions{Whole: r.WholeWindow})

	totalBytes, totalRecords := 0.0, 0.0
	for _, topic := range w.TopicList {
		bytes := float64(after[topic.Name].Bytes-before[topic.Name].Bytes) / seconds
		records := float64(after[topic.Name].Records-before[topic.Name].Records) / seconds
		totalBytes, totalRecords = totalBytes+bytes, totalRecords+records
		// Of slow topics, one batch at the edge is a large part; the markers of transactions are in the log and in what
		// brokers count, but no producer sent them.
		if records < 50 || topic.Name == "payments" {
			continue
		}
		near(t, topic.Name+" bytes", topic.IngressBytesPerSec, bytes, 0.10)
		near(t, topic.Name+" records", topic.MessagesPerSec, records, 0.10)
	}
	near(t, "bytes", w.IngressBytesPerSec, totalBytes, 0.05)
	near(t, "records", w.MessagesPerSec, totalRecords, 0.05)
	if e := w.EgressBytesPerSec; e == nil || e.Bounded() || e.Value < totalBytes/2 {
		t.Errorf("egress %+v: want a floor of at least half of the ingress (%.0f B/s)", e, totalBytes)
	}
	if len(w.GroupList) != 10 || w.ReplicationFactor != 3 {
		t.Errorf("%d groups, replication factor %d; want 10 and 3", len(w.GroupList), w.ReplicationFactor)
	}
}

func near(t *testing.T, what string, got *workload.Quantity, want, tolerance float64) {
	t.Helper()
	if got == nil {
		t.Errorf("%s: absent, want %.0f/s", what, want)
		return
	}
	t.Logf("%-28s %9.0f/s, sent %9.0f/s, %+.2f %%, bounds %.0f to %.0f", what, got.Value, want, 100*(got.Value/want-1), got.Low,
		got.High)
	if got.Value < want*(1-tolerance) || got.Value > want*(1+tolerance) {
		t.Errorf("%s: got %.0f/s, sent %.0f/s: more than %.0f %% off", what, got.Value, want, 100*tolerance)
	}
}
