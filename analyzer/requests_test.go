package analyzer

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/mskfit/mskfit/internal/catalog"
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
	w.IngressBytesPerSec, w.EgressBytesPerSec = quantity(messages*bytes, messages*bytes, messages*bytes),
		quantity(2*messages*bytes, 2*messages*bytes, 2*messages*bytes)
	w.HottestIngress, w.HottestEgress = quantity(1e5, 1e5, 1e5), quantity(2e5, 2e5, 2e5)
	w.BatchesPerSec = quantity(sent, 0.9*sent, 1.1*sent)
	w.TopicList = []workload.TopicWorkload{{Name: "orders", Partitions: 10, Groups: []string{"a", "b"}, Compression: codecs,
		BatchesPerSec:      w.BatchesPerSec,
		IngressBytesPerSec: w.IngressBytesPerSec, EgressBytesPerSec: w.EgressBytesPerSec,
		MessagesPerSec: quantity(messages, messages, messages)}}
	w.GroupList = []workload.GroupWorkload{{Name: "a", Members: &members, Topics: []string{"orders"}},
		{Name: "b", Members: &members, Topics: []string{"orders"}}}
	none := 0.0
	in.Requirements.ExtraReaders = &none
	return in
}

// transactionsListed adds the topic of transactions, with so many records a second.
func transactionsListed(in *Input, records float64) {
	in.Workload.TopicList = append(in.Workload.TopicList,
		workload.TopicWorkload{Name: "__transaction_state", Internal: true, Partitions: 50,
			MessagesPerSec: workload.Constantly(workload.Exactly(records, workload.Derived, "test"))})
}

func TestBatchesBoundRequests(t *testing.T) {
	// 110 sent + 2·110 fetched + 2·10·2 while waiting + 6/3 heartbeats + 6/5 commits + 5 of a new connection; a request writes
	// at most one batch to each of 10 partitions
	const base, low = 110 + 220 + 40 + 2 + 1.2 + 5, 9
	for _, tt := range []struct {
		name   string
		change func(*Input)
		high   float64
	}{
		{"all is known", func(*Input) {}, base},
		{"records of transactions", func(in *Input) {
			in.Workload.TopicList[1].MessagesPerSec.Figure = workload.Exactly(30, workload.Derived, "test")
		}, base + 30},
		{"transactions are not listed", func(in *Input) { in.Workload.TopicList = in.Workload.TopicList[:1] },
			base + 2*110 + 2*1.2},
		{"the records of transactions are unknown", func(in *Input) { in.Workload.TopicList[1].MessagesPerSec = nil },
			base + 2*110 + 2*1.2},
		{"two extra readers", func(in *Input) { *in.Requirements.ExtraReaders = 2 }, base + 2*110 + 2*2*10},
		{"5 partitions are not listed", func(in *Input) { in.Workload.Partitions.Value, in.Workload.Partitions.High = 15, 15 },
			base + 2*5*2},
		{"partitions without an upper bound", func(in *Input) { in.Workload.Partitions.High = math.Inf(1) }, math.Inf(1)},
		{"new connections are unknown", func(in *Input) { in.Workload.ConnectionsPerSec = nil }, base - 5},
		{"a group was not described, 100 connections", func(in *Input) { in.Workload.GroupList[0].Members = nil },
			base + 94.0/3 + 94.0/5},
		{"a group was not described, nor are connections known", func(in *Input) {
			in.Workload.GroupList[0].Members, in.Workload.ClientConnections = nil, nil
		}, math.Inf(1)},
		{"no group was listed", func(in *Input) { in.Workload.GroupList, in.Workload.ConsumerGroups = nil, nil }, math.Inf(1)},
		{"some groups may not be listed", func(in *Input) { in.Workload.ConsumerGroups.High = math.Inf(1) }, math.Inf(1)},
		{"unseen readers", func(in *Input) { in.Requirements.ExtraReaders = nil }, math.Inf(1)},
	} {
		in := batched(t, 1000, 100, 500)
		*in.Workload.Partitions = workload.Exactly(10, workload.Measured, "test")
		transactionsListed(&in, 0)
		tt.change(&in)
		f := requestBounds(&in, workload.P99, 1)
		same := f.High == tt.high || math.Abs(f.High-tt.high) < 1e-9
		if !f.ok || !f.ranged || math.Abs(f.Low-low) > 1e-9 || !same {
			t.Errorf("%s: got %+v, want %d to %g", tt.name, f, low, tt.high)
		}
	}
	in := batched(t, 1000, 100, 500)
	in.Workload.RequestsPerSec = workload.Constantly(workload.Exactly(5000, workload.Measured, "JMX"))
	if f := requestBounds(&in, workload.P99, 1); f.ok {
		t.Errorf("requests were counted, and still bounded by %+v", f)
	}
}

// Both bounds are of the statistic that sizes: of 100 batches a second with a p99 of 300, at least 0.9·300 in 10 partitions.
func TestRequestBoundsTakeOneStatistic(t *testing.T) {
	in := batched(t, 1000, 100, 500)
	p99 := 300.0
	in.Workload.BatchesPerSec.P99 = &p99
	if f := requestBounds(&in, workload.P99, 1); math.Abs(f.Low-27) > 1e-9 || f.stat != workload.P99 {
		t.Errorf("got at least %g by %s, want 27 by p99", f.Low, f.stat)
	}
}

func TestRequestBoundsSayWhatIsMissing(t *testing.T) {
	for _, tt := range []struct {
		name           string
		change         func(*workload.Workload)
		needs, resolve string
	}{
		{"a group was not described", func(w *workload.Workload) { w.GroupList[0].Members = nil }, "requests_per_second",
			"grant Describe on every consumer group: the members of some are unknown"},
		{"no group was listed", func(w *workload.Workload) { w.GroupList, w.ConsumerGroups = nil, nil }, "requests_per_second",
			"grant Describe on every consumer group: some may not be listed"},
	} {
		in := batched(t, 1000, 100, 500)
		in.Workload.ClientConnections = nil
		tt.change(&in.Workload)
		rule := Analyze(in, propertyNow).Options[0].Rule("serverless.request_rate")
		if rule.Outcome != verdict.Unknown || rule.Needs != tt.needs || !strings.Contains(rule.Evidence, tt.resolve) {
			t.Errorf("%s: %s, needs %q: %s; want unknown, %q: %s", tt.name, rule.Outcome, rule.Needs, rule.Evidence, tt.needs,
				tt.resolve)
		}
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
		{"far below", 100, true, verdict.Pass, "",
			"requests: 9 per second to 4,561 per second, within the quota of 15,000 per second"},
		{"unseen readers", 100, false, verdict.Unknown, "extra_readers",
			"requests: at least 9 per second, upper bound unknown (quota of 15,000 per second)"},
		{"the bound is above the quota", 9000, true, verdict.Unknown, "requests_per_second", "requests: 810 per second to "},
		{"a partition alone is above it", 200_000, true, verdict.Fail, "",
			"requests: 18,000 per second to 1,104,011 per second, above the quota of 15,000 per second"},
	} {
		in := batched(t, 200_000, tt.sent, 100)
		if !tt.declared {
			in.Requirements.ExtraReaders = nil
		}
		rule := Analyze(in, propertyNow).Options[0].Rule("serverless.request_rate")
		if rule.Outcome != tt.outcome || rule.Needs != tt.needs || !strings.HasPrefix(rule.Evidence, tt.words) {
			t.Errorf("%s: %s, needs %q: %s; want %s, %q: %s", tt.name, rule.Outcome, rule.Needs, rule.Evidence, tt.outcome,
				tt.needs, tt.words)
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
		{"a record to a batch", batched(t, 20_000, 20_000, 160, "lz4"),
			[]string{"fill batches better", "batch heads are 34 % of what they send; up to 16,200 fewer produce requests a second; $"}},
		{"full batches", batched(t, 20_000, 200, 160, "lz4"), nil},
		{"uncompressed", batched(t, 20_000, 200, 1000, "none"),
			[]string{"compress (compression.type=zstd or lz4)", "a month less if compression halves the bytes"}},
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

// The advice says that Serverless keeps its quota on requests where that is so with its headroom, and where nothing else stands
// between the cluster and Serverless.
func TestBatchingKeepsTheQuotaOnRequests(t *testing.T) {
	const kept = "; MSK Serverless's quota on requests is then kept"
	onePartition := func(in *Input) { // which one group reads: each of its 18,000 batches a second is a request of its own
		w := &in.Workload
		w.TopicList[0].Partitions, w.TopicList[0].Groups, w.GroupList = 1, w.TopicList[0].Groups[:1], w.GroupList[:1]
		*w.ConsumerGroups = workload.Exactly(1, workload.Measured, "test")
		transactionsListed(in, 0)
	}
	for _, tt := range []struct {
		name   string
		sent   float64 // a record to a batch
		change func(*Input)
		want   bool
	}{
		{"kept", 6000, func(*Input) {}, true},
		{"kept before as well", 1000, func(*Input) {}, false},
		{"not with the headroom", 8000, func(*Input) {}, false},
		{"no headroom is kept", 8000, func(in *Input) { none := 0.0; in.Requirements.Headroom = &none }, true},
		{"Serverless is not chosen for its requests alone", 20_000, onePartition, true},
		{"Serverless is not chosen for another reason as well", 20_000, func(in *Input) {
			onePartition(in)
			*in.Workload.MaxMessageBytes = workload.Exactly(15<<20, workload.Measured, "test")
		}, false},
		{"no cluster is chosen", 6000, func(in *Input) { in.Requirements.Authentication = []string{"kerberos"} }, false},
		{"the quota is unknown", 6000, func(in *Input) {
			c := *in.Catalog
			c.Serverless.Quotas = slices.DeleteFunc(slices.Clone(c.Serverless.Quotas),
				func(q catalog.Quota) bool { return q.ID == "request_rate" })
			in.Catalog = &c
		}, false},
	} {
		in := batched(t, tt.sent, tt.sent, 160, "lz4")
		tt.change(&in)
		v := Analyze(in, propertyNow)
		got := slices.ContainsFunc(v.Actions, func(a verdict.Action) bool { return strings.HasSuffix(a.Why, kept) })
		if got != tt.want {
			t.Errorf("%s: says so: %t, of %s chosen; %+v", tt.name, got, v.Choice.Kind, v.Actions)
		}
	}
}
