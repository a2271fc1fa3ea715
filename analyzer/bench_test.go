package analyzer

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// fleetInput is an observed cluster with a few dozen topics; i makes each one a little different.
func fleetInput(tb testing.TB, i int) Input {
	tb.Helper()
	scale := 1 + float64(i%50)/10
	figure := func(v float64) *workload.Figure {
		return workload.Between(v, v*0.98, v*1.02, workload.Estimated, "kafka: log sizes").Ptr()
	}
	quantity := func(v float64) *workload.Quantity {
		p95, p99, peak := v*1.5, v*1.8, v*2.2
		return &workload.Quantity{Figure: *figure(v), P95: &p95, P99: &p99, Peak: &peak, Samples: 20160}
	}
	week := 168 * time.Hour
	acls, yes := 12, true
	end := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	w := workload.Workload{
		Cluster: fmt.Sprintf("cluster-%d", i), Region: "us-east-1", Coverage: 0.98,
		Window:             workload.Window{Start: end.Add(-14 * 24 * time.Hour), End: end},
		IngressBytesPerSec: quantity(12e6 * scale), EgressBytesPerSec: quantity(30e6 * scale),
		HottestIngress: quantity(1.1e6 * scale), HottestEgress: quantity(2.2e6 * scale), HottestIngressOn: "orders-3",
		Partitions: figure(600), CompactedPartitions: figure(24), ConsumerGroups: figure(18), Topics: figure(40),
		StoredBytes: figure(4e12 * scale), MaxMessageBytes: figure(1e6), ReplicationFactor: 3, Retention: &week,
		RackAwareConsumers: true,
		Posture: &workload.Posture{KafkaVersion: "3.6", Mode: "kraft", Authentication: []string{"sasl_scram"}, ACLs: &acls,
			BrokerConfig: map[string]workload.ConfigValue{"message.max.bytes": {Value: "2097152", Source: "static-broker"}}},
	}
	for t := range 40 {
		compacted := t%10 == 0
		w.TopicList = append(w.TopicList, workload.TopicWorkload{Name: fmt.Sprintf("topic-%02d", t), Partitions: 15,
			ReplicationFactor: 3,
			Config:            map[string]workload.ConfigValue{"retention.ms": {Value: "604800000", Source: "topic"}},
			Compacted:         &compacted, IngressBytesPerSec: quantity(3e5 * scale), StoredBytes: figure(1e11 * scale),
			HottestIngress: quantity(2e4 * scale), Groups: []string{fmt.Sprintf("group-%d", t%18)}})
	}
	for g := range 18 {
		w.GroupList = append(w.GroupList, workload.GroupWorkload{Name: fmt.Sprintf("group-%d", g), Type: "classic",
			Topics: []string{fmt.Sprintf("topic-%02d", g)}, EgressBytesPerSec: quantity(1.6e6 * scale)})
	}
	return Input{Workload: w, Requirements: workload.Requirements{OperationsTeam: &yes}, Catalog: embedded(tb),
		Options: DefaultOptions()}
}

// BenchmarkAnalyze is one cluster over all options: budget 5 ms.
func BenchmarkAnalyze(b *testing.B) {
	in := fleetInput(b, 0)
	now := in.Workload.Window.End
	b.ReportAllocs()
	for b.Loop() {
		if v := Analyze(in, now); v.Choice == nil {
			b.Fatal(v.Reasons)
		}
	}
}

// BenchmarkAnalyzeFleet is 1,000 clusters: budget 2 s. The daemon analyzes clusters side by side, as the second does.
func BenchmarkAnalyzeFleet(b *testing.B) {
	var fleet []Input
	for i := range 1000 {
		fleet = append(fleet, fleetInput(b, i))
	}
	for _, workers := range []int{1, runtime.GOMAXPROCS(0)} {
		b.Run(fmt.Sprintf("workers=%d", workers), func(b *testing.B) {
			for b.Loop() {
				var next atomic.Int64
				var done sync.WaitGroup
				for range workers {
					done.Go(func() {
						for i := next.Add(1) - 1; i < int64(len(fleet)); i = next.Add(1) - 1 {
							Analyze(fleet[i], fleet[i].Workload.Window.End)
						}
					})
				}
				done.Wait()
			}
		})
	}
}

// BenchmarkDecideAgain is what a question or a step of a bisection costs.
func BenchmarkDecideAgain(b *testing.B) {
	in := fleetInput(b, 0)
	in.Workload = sanitized(in.Workload)
	in.Options = in.Options.withDefaults()
	b.ReportAllocs()
	for b.Loop() {
		decide(&in, forComparison)
	}
}

// BenchmarkEvaluate is another load in the same context: one step of the search for tipping points.
func BenchmarkEvaluate(b *testing.B) {
	in := fleetInput(b, 0)
	in.Workload = sanitized(in.Workload)
	in.Options = in.Options.withDefaults()
	d := decide(&in, forComparison)
	b.ReportAllocs()
	for b.Loop() {
		d.evaluate(d.load)
	}
}

// BenchmarkAnalyzeSplit is one cluster of 40 topics that may be spread over several Serverless clusters, and must be.
func BenchmarkAnalyzeSplit(b *testing.B) {
	in := fleetInput(b, 0)
	yes := true
	most := anyPremium
	in.Requirements = workload.Requirements{Splittable: &yes, MaxPremiumUSD: &most, Authentication: []string{"iam"},
		BrokerConfigurationDeclared: true}
	w := &in.Workload
	w.IngressBytesPerSec, w.EgressBytesPerSec = scaled(w.IngressBytesPerSec, 20), scaled(w.EgressBytesPerSec, 20)
	for i := range w.TopicList {
		w.TopicList[i].IngressBytesPerSec = scaled(w.TopicList[i].IngressBytesPerSec, 20)
	}
	for b.Loop() {
		if v := Analyze(in, w.Window.End); v.Choice == nil || v.Choice.Kind != verdict.ServerlessSplit {
			b.Fatal(v.Reasons)
		}
	}
}
