package analyzer

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// FuzzAnalyze feeds figures that no measurement gives. Whatever comes in: no panic, a verdict that can be written as JSON, and
// no number that is none in any sentence.
func FuzzAnalyze(f *testing.F) {
	inf, nan := math.Inf(1), math.NaN()
	f.Add(1e6, 2e6, 100.0, 1e5, 24.0, 3, 10, "us-east-1", "", true, 1.0, 0.0, 0.2)
	f.Add(1e18, 1e18, 1.0, 1e18, 1e6, 5, 0, "nowhere", "express", false, 5.0, 3.0, 0.9)
	f.Add(nan, inf, -1.0, nan, inf, -7, -3, "", "serverless_split", true, nan, inf, -1.0)
	f.Add(0.0, 0.0, 0.0, 0.0, 0.0, 0, 0, "us-west-1", "standard", false, 0.0, -1.0, 1.0)
	f.Add(math.MaxFloat64, math.SmallestNonzeroFloat64, 1e300, math.MaxFloat64, -5.0, 2, math.MaxInt64, "eu-west-1", "x", true,
		1e300, 1e300, nan)
	f.Fuzz(func(t *testing.T, ingress, egress, partitions, hot, hours float64, copies, members int, region, prefer string,
		declared bool, event, readers, headroom float64) {
		in := fuzzed(ingress, egress, partitions, hot, hours)
		in.Catalog = embedded(t)
		in.Options = Options{Headroom: headroom, GrowthHorizon: time.Duration(hours)}
		w := &in.Workload
		w.Region, w.Declared, w.ReplicationFactor, w.MaxReplicationFactor = region, declared, copies, copies
		w.GroupList = []workload.GroupWorkload{{Name: "g", Members: &members, Topics: []string{"a", "b"}}}
		in.Requirements = workload.Requirements{Prefer: prefer, SaleEventFactor: &event, ExtraReaders: &readers,
			EngineerHourUSD: &event,
			ClientVPCs:      &members, ExistingServerlessClusters: &members, Splittable: &declared, Zones: copies,
			RaisedQuotas: map[string]float64{"ingress_per_cluster": ingress, "brokers_per_cluster_kraft": partitions}}
		_ = Validate(in)
		v := Analyze(in, propertyNow)
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{"NaN", "Inf ", "+Inf", "-Inf", "%!"} {
			if strings.Contains(string(b), word) {
				at := strings.Index(string(b), word)
				t.Fatalf("the verdict says %q: …%s…", word, b[max(0, at-200):min(len(b), at+100)])
			}
		}
		if (v.Status == verdict.Decided) != (v.Choice != nil) {
			t.Fatalf("status %s with choice %+v", v.Status, v.Choice)
		}
		if v.Choice != nil && (v.Choice.MonthlyUSD < 0 || v.Choice.Brokers < 0) {
			t.Fatalf("choice %+v", v.Choice)
		}
	})
}

func fuzzed(ingress, egress, partitions, hot, hours float64) Input {
	figure := func(v float64) workload.Figure {
		return workload.Figure{Value: v, Low: v / 2, High: v * 2, Method: workload.Estimated, Source: "fuzz"}
	}
	quantity := func(v, peak float64) *workload.Quantity {
		return &workload.Quantity{Figure: figure(v), P99: &peak, Peak: &peak}
	}
	retention := time.Duration(math.MaxInt64)
	if ns := hours * 3.6e12; ns < math.MaxInt64/2 && ns > -math.MaxInt64/2 {
		retention = time.Duration(ns)
	}
	w := workload.Workload{Window: workload.Window{Start: propertyNow.Add(-retention / 4), End: propertyNow}, Coverage: hot,
		IngressBytesPerSec: quantity(ingress, hot), EgressBytesPerSec: quantity(egress, ingress),
		HottestIngress: quantity(hot, egress), RequestsPerSec: quantity(egress, hot), Retention: &retention}
	p, stored, throughput := figure(partitions), figure(hot), egress
	w.Partitions, w.CompactedPartitions, w.StoredBytes, w.MaxMessageBytes, w.ProvisionedThroughputBytesPerSec = &p, &stored,
		&stored, &p, &throughput
	w.PrimaryRetention = &retention
	for i, name := range []string{"a", "b"} {
		n := 0
		if partitions > 0 && partitions < 1e6 {
			n = int(partitions)
		}
		w.TopicList = append(w.TopicList, workload.TopicWorkload{Name: name, Partitions: n * i,
			IngressBytesPerSec: quantity(ingress, hot),
			HottestIngress:     quantity(hot, ingress), StoredBytes: &stored, MaxMessageBytes: &p,
			Config: map[string]workload.ConfigValue{"retention.bytes": {Value: "abc", Source: "topic"}}})
	}
	for day := range 10 {
		w.DailyPeaks = append(w.DailyPeaks, workload.DailyPeak{Day: propertyNow.AddDate(0, 0, day-10), Complete: true,
			Values: map[string]float64{verdict.IngressKey: ingress * float64(day)}})
	}
	return Input{Workload: w}
}
