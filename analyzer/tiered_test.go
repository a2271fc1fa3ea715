package analyzer

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// longRetention is 20 MB/s kept for a year, with a team: storage is nearly all of the bill.
func longRetention(t testing.TB) Input {
	in := atQuota(t)
	in.Workload = heavier(in.Workload, 0.1)
	year, yes := 365*24*time.Hour, true
	in.Workload.Retention, in.Requirements.OperationsTeam = &year, &yes
	return in
}

func tieredOptions(v verdict.Verdict) (n int) {
	for _, o := range v.Options {
		if o.TieredStorage {
			n++
		}
	}
	return n
}

// Tiered storage is considered without being asked for, at the price that declaring it gives, with a condition and a question.
func TestTieredStorageIsConsidered(t *testing.T) {
	in := longRetention(t)
	v := Analyze(in, propertyNow)
	if v.Choice == nil || !v.Choice.TieredStorage || v.Choice.PrimaryRetention != "24h" {
		t.Fatalf("chose %+v, want tiered storage", v.Choice)
	}
	if !slices.ContainsFunc(v.Conditions, func(c string) bool {
		return strings.Contains(c, "$0.0015 per GB") &&
			strings.Contains(c, "24h")
	}) {
		t.Errorf("no condition gives the terms: %q", v.Conditions)
	}
	if !slices.ContainsFunc(v.Questions, func(q verdict.Question) bool { return q.Field == "tiered_storage" }) {
		t.Errorf("nothing asks whether tiered storage is acceptable: %+v", v.Questions)
	}
	day := localRetention
	in.Workload.PrimaryRetention = &day
	declared := Analyze(in, propertyNow)
	if declared.Choice.MonthlyUSD != v.Choice.MonthlyUSD || declared.Choice.Name() != v.Choice.Name() {
		t.Errorf("proposed it is %s at %.2f, declared %s at %.2f", v.Choice.Name(), v.Choice.MonthlyUSD, declared.Choice.Name(),
			declared.Choice.MonthlyUSD)
	}
	if n := tieredOptions(declared); n != len(in.Catalog.Standard.Sizes) {
		t.Errorf("%d options with tiered storage, want all %d Standard sizes once it is declared", n,
			len(in.Catalog.Standard.Sizes))
	}
}

// What topics, region or owner rule out is not considered.
func TestTieredStorageIsNotConsidered(t *testing.T) {
	set := map[string]func(*Input){
		"ruled out":          func(in *Input) { no := false; in.Requirements.TieredStorage = &no },
		"less than 3 days":   func(in *Input) { short := 71 * time.Hour; in.Workload.Retention = &short },
		"all compacted":      func(in *Input) { in.Workload.CompactedPartitions = in.Workload.Partitions },
		"GovCloud":           func(in *Input) { in.Workload.Region = "us-gov-west-1" },
		"unlimited":          func(in *Input) { forever := workload.RetentionUnlimited; in.Workload.Retention = &forever },
		"retention unknown":  func(in *Input) { in.Workload.Retention = nil },
		"kept on the broker": func(in *Input) { in.Workload.PrimaryRetention = in.Workload.Retention },
	}
	for name, change := range set {
		t.Run(name, func(t *testing.T) {
			in := longRetention(t)
			change(&in)
			if n := tieredOptions(Analyze(in, propertyNow)); n > 0 {
				t.Errorf("%d options with tiered storage", n)
			}
		})
	}
}

// Topic by topic: compacted ones, short ones and those with small segments stay on the brokers.
func TestTierableTopics(t *testing.T) {
	yes, no := true, false
	keep := func(ms string) map[string]workload.ConfigValue {
		return map[string]workload.ConfigValue{"retention.ms": {Value: ms, Source: "topic"}}
	}
	rate := &workload.Quantity{Figure: workload.Exactly(1e6, workload.Measured, "test")}
	small := keep("604800000")
	small["segment.bytes"] = workload.ConfigValue{Value: "1048576", Source: "topic"}
	w := workload.Workload{TopicList: []workload.TopicWorkload{
		{Name: "week", Partitions: 1, Compacted: &no, Config: keep("604800000"), IngressBytesPerSec: rate},
		{Name: "day", Partitions: 1, Compacted: &no, Config: keep("86400000"), IngressBytesPerSec: rate},
		{Name: "compacted", Partitions: 1, Compacted: &yes, Config: keep("604800000"), IngressBytesPerSec: rate},
		{Name: "unknown", Partitions: 1, Config: keep("604800000"), IngressBytesPerSec: rate},
		{Name: "small", Partitions: 1, Compacted: &no, Config: small, IngressBytesPerSec: rate},
		{Name: "measured", Partitions: 1, Compacted: &no, Config: keep("-1"), IngressBytesPerSec: rate,
			StoredBytes: workload.Exactly(9e12, workload.Measured, "test").Ptr()},
	}}
	got := tierableTopics(&w, 1)
	want := tierable{stored: 1e6*7*86400 + 9e12, local: 2 * 1e6 * 86400, hours: 168}
	if math.Abs(got.stored-want.stored) > 1 || math.Abs(got.local-want.local) > 1 || got.hours != want.hours {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
