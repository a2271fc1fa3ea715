package analyzer

import (
	"math"
	"strings"
	"testing"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// batched is a workload of one topic whose batches were counted: messages and batches a second, of so many bytes each message.
func batched(t *testing.T, messages, sent, bytes float64, codecs ...string) Input {
	t.Helper()
	in := atQuota(t)
	quantity := func(v, low, high float64) *workload.Quantity {
		return &workload.Quantity{Figure: workload.Between(v, low, high, workload.Estimated, "test")}
	}
	w := &in.Workload
	members := 3
	w.RequestsPerSec = nil
	w.IngressBytesPerSec, w.EgressBytesPerSec = quantity(messages*bytes, messages*bytes, messages*bytes), quantity(2*messages*bytes, 2*messages*bytes, 2*messages*bytes)
	w.HottestIngress, w.HottestEgress = quantity(1e5, 1e5, 1e5), quantity(2e5, 2e5, 2e5)
	w.BatchesPerSec = quantity(sent, 0.9*sent, 1.1*sent)
	w.TopicList = []workload.TopicWorkload{{Name: "orders", Partitions: 10, Groups: []string{"a", "b"}, Compression: codecs, BatchesPerSec: w.BatchesPerSec,
		IngressBytesPerSec: w.IngressBytesPerSec, EgressBytesPerSec: w.EgressBytesPerSec, MessagesPerSec: quantity(messages, messages, messages)}}
	w.GroupList = []workload.GroupWorkload{{Name: "a", Members: &members, Topics: []string{"orders"}}, {Name: "b", Members: &members, Topics: []string{"orders"}}}
	none := 0.0
	in.Requirements.ExtraReaders = &none
	return in
}

func TestBatchesBoundRequests(t *testing.T) {
	// 110 sent + 2·110 fetched + 2·10·2 while waiting + 6/3 heartbeats + 6/5 commits; a request writes at most one batch to each of 10 partitions
	const high, low = 110 + 220 + 40 + 2 + 1.2, 9
	in := batched(t, 1000, 100, 500)
	f := requestBounds(&in, workload.P99, 1)
	if !f.ok || !f.ranged || math.Abs(f.Low-low) > 1e-9 || math.Abs(f.High-high) > 1e-9 {
		t.Errorf("got %+v, want %g to %g", f, float64(low), float64(high))
	}
	in.Requirements.ExtraReaders = nil
	if f = requestBounds(&in, workload.P99, 1); !f.ok || f.Bounded() || f.Low != low {
		t.Errorf("with unseen readers: %+v, want at least %d", f, low)
	}
	counted := workload.Constantly(workload.Exactly(5000, workload.Measured, "JMX"))
	in.Workload.RequestsPerSec = counted
	if f = requestBounds(&in, workload.P99, 1); f.ok {
		t.Errorf("requests were counted, and still bounded by %+v", f)
	}
}

func TestRequestRateIsJudgedByBatches(t *testing.T) {
	for _, tt := range []struct {
		name     string
		sent     float64
		declared bool
		outcome  verdict.Outcome
		needs    string
		words    string
	}{
		{"far below", 100, true, verdict.Pass, "", "requests: 9 per second to 373 per second, within the quota of 15,000 per second"},
		{"unseen readers", 100, false, verdict.Unknown, "extra_readers", "requests: at least 9 per second, upper bound unknown (quota of 15,000 per second)"},
		{"the bound is above the quota", 9000, true, verdict.Unknown, "requests_per_second", "requests: 810 per second to "},
		{"a partition alone is above it", 200_000, true, verdict.Fail, "", "requests: 18,000 per second to "},
	} {
		in := batched(t, 200_000, tt.sent, 100)
		if !tt.declared {
			in.Requirements.ExtraReaders = nil
		}
		rule := Analyze(in, propertyNow).Options[0].Rule("serverless.request_rate")
		if rule.Outcome != tt.outcome || rule.Needs != tt.needs || !strings.HasPrefix(rule.Evidence, tt.words) {
			t.Errorf("%s: %s, needs %q: %s; want %s, %q: %s", tt.name, rule.Outcome, rule.Needs, rule.Evidence, tt.outcome, tt.needs, tt.words)
		}
		if rule.Utilization != nil {
			t.Errorf("%s: a range has a utilization of %g", tt.name, *rule.Utilization)
		}
	}
}

// Advice is given where deciding again shows that it saves money or keeps the quota, with the amount.
func TestBatchingIsAdvisedWhereItSaves(t *testing.T) {
	for _, tt := range []struct {
		name string
		in   Input
		want []string // parts of the actions, in order; nil: none
	}{
		{"a record to a batch", batched(t, 20_000, 20_000, 160, "lz4"), []string{"fill batches better", "batch heads are 34 % of what they send; up to 16,200 produce requests per second less; $"}},
		{"full batches", batched(t, 20_000, 200, 160, "lz4"), nil},
		{"uncompressed", batched(t, 20_000, 200, 1000, "none"), []string{"compress (compression.type=zstd or lz4)", "a month less if compression halves the bytes"}},
		{"some batches are compressed", batched(t, 20_000, 200, 1000, "gzip", "none"), nil},
		{"no batch was seen", batched(t, 20_000, 20_000, 160), nil},
	} {
		var got []verdict.Action
		for _, a := range Analyze(tt.in, propertyNow).Actions {
			if a.Target == "producers of orders" {
				got = append(got, a)
			}
		}
		if tt.want == nil {
			if len(got) > 0 {
				t.Errorf("%s: advised %+v", tt.name, got)
			}
			continue
		}
		if len(got) != 1 || !strings.Contains(got[0].Action, tt.want[0]) || !strings.Contains(got[0].Why, tt.want[1]) {
			t.Errorf("%s: got %+v, want one action with %q", tt.name, got, tt.want)
		}
	}
}
