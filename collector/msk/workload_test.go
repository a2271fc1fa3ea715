package msk

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/internal/testbed/mskfake"
	"github.com/mskfit/mskfit/internal/workload"
)

func dims(cluster string, more ...string) map[string]string {
	out := map[string]string{dimCluster: cluster}
	for i := 0; i < len(more); i += 2 {
		out[more[i]] = more[i+1]
	}
	return out
}

func broker(cluster, name string, id int, raw func(time.Time) []float64) *mskfake.Metric {
	return &mskfake.Metric{Name: name, Dimensions: dims(cluster, dimBroker, strconv.Itoa(id)), Raw: raw}
}

func topic(cluster, name, topic string, raw func(time.Time) []float64) *mskfake.Metric {
	return &mskfake.Metric{Name: name, Dimensions: dims(cluster, dimTopic, topic), Raw: raw}
}

// standardMetrics is what a Provisioned cluster publishes at level DEFAULT, its load the same on every broker.
func standardMetrics(cluster string, brokers int, in func(time.Time) float64) (out []*mskfake.Metric) {
	share := func(k float64) func(time.Time) []float64 {
		return func(at time.Time) []float64 { return []float64{k * in(at) / float64(brokers)} }
	}
	zero := func(id int, v float64) []float64 { // the controller is broker 1
		if id == 1 {
			return []float64{v}
		}
		return []float64{0}
	}
	controller := func(v float64) func(time.Time) []float64 {
		return func(time.Time) (all []float64) {
			for id := 1; id <= brokers; id++ {
				all = append(all, zero(id, v)...)
			}
			return all
		}
	}
	for id := 1; id <= brokers; id++ {
		out = append(out, broker(cluster, "BytesInPerSec", id, share(1)), broker(cluster, "BytesOutPerSec", id, share(2)),
			broker(cluster, "MessagesInPerSec", id, share(0.001)),
			broker(cluster, "CpuUser", id, mskfake.Constant(20)), broker(cluster, "CpuSystem", id, mskfake.Constant(5)),
			broker(cluster, "KafkaDataLogsDiskUsed", id, mskfake.Constant(12)),
			broker(cluster, "HeapMemoryAfterGC", id, mskfake.Constant(33)), // not read
			&mskfake.Metric{Name: "ClientConnectionCount",
				Dimensions: dims(cluster, dimBroker, strconv.Itoa(id), dimAuthentication, "IAM"), Raw: mskfake.Constant(30, 20)},
			&mskfake.Metric{Name: "BytesInPerSec", Dimensions: dims(cluster, dimBroker, strconv.Itoa(id), dimTopic, "orders"),
				Raw: share(0.75)},
			&mskfake.Metric{Name: "BytesOutPerSec", Dimensions: dims(cluster, dimBroker, strconv.Itoa(id), dimTopic, "orders"),
				Raw: share(1.5)})
	}
	for _, m := range []struct {
		name  string
		value float64
	}{{"GlobalTopicCount", 12}, {"GlobalPartitionCount", 300}, {"ActiveControllerCount", 1}} {
		out = append(out, &mskfake.Metric{Name: m.name, Dimensions: dims(cluster), Raw: controller(m.value)})
	}
	return append(out, &mskfake.Metric{Name: "SumOffsetLag", Dimensions: dims(cluster, dimGroup, "billing", dimTopic, "orders"),
		Raw: mskfake.Constant(1200)})
}

func steadily(v float64) func(time.Time) float64 { return func(time.Time) float64 { return v } }

// serverlessMetrics is a Serverless cluster of n topics: topic i has 1 + i%5 partitions that take 1000 + i bytes each, and gives
// each byte twice.
func serverlessMetrics(cluster string, n int) (all []*mskfake.Metric, ingress float64) {
	for i := range n {
		parts := make([]float64, 1+i%5)
		double, records := make([]float64, len(parts)), make([]float64, len(parts))
		for p := range parts {
			parts[p], double[p], records[p] = 1000+float64(i), 2*(1000+float64(i)), 10
			ingress += parts[p]
		}
		name := fmt.Sprintf("topic-%03d", i)
		all = append(all, topic(cluster, "BytesInPerSec", name, mskfake.Constant(parts...)),
			topic(cluster, "BytesOutPerSec", name, mskfake.Constant(double...)),
			topic(cluster, "MessagesInPerSec", name, mskfake.Constant(records...)))
	}
	return all, ingress
}

// sourceOf discovers the only cluster of the server and returns a source for it.
func sourceOf(t *testing.T, server *mskfake.Server, change func(*Config)) *Source {
	t.Helper()
	return sourceWith(t, clientsTrying(t, server, 3), server, change, zerolog.Nop())
}

func sourceWith(t *testing.T, c Clients, server *mskfake.Server, change func(*Config), log zerolog.Logger) *Source {
	t.Helper()
	cfg := DefaultConfig()
	cfg.Regions = []string{"us-east-1"}
	cfg.CloudWatch.MonthlyBudget = 1000
	if change != nil {
		change(&cfg)
	}
	if err := cfg.Validate(); err != nil {
		t.Fatal(err)
	}
	inv, err := Discover(t.Context(), c, cfg.Filter, server.Now())
	if err != nil {
		t.Fatal(err)
	}
	return NewSource(cfg, inv.Clusters[0], c, log, WithClock(server.Now))
}

func collectAll(t *testing.T, s *Source) []workload.Sample {
	t.Helper()
	samples, err := s.CollectAll(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return samples
}

func last(samples []workload.Sample) workload.Sample {
	if len(samples) == 0 {
		return workload.Sample{}
	}
	return samples[len(samples)-1]
}

func exactly(t *testing.T, what string, f *workload.Figure, want float64) {
	t.Helper()
	switch {
	case f == nil:
		t.Errorf("%s is absent, want %g", what, want)
	case f.Method != workload.Measured || f.Low != f.High || f.Value < want*(1-1e-9) || f.Value > want*(1+1e-9):
		t.Errorf("%s is %+v, want exactly %g, measured", what, *f, want)
	}
}

func gapAbout(t *testing.T, gaps []workload.Gap, what string) workload.Gap {
	t.Helper()
	for _, g := range gaps {
		if g.What == what {
			return g
		}
	}
	t.Errorf("no gap about %q in %+v", what, gaps)
	return workload.Gap{}
}
