package kafka

import (
	"context"
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/mskfit/mskfit/internal/workload"
)

// minute is the time between two sweeps of the fake's clock.
const minute = time.Minute

// fake is a cluster in the process, with a client to fill it and a clock that is moved by hand.
type fake struct {
	*kfake.Cluster
	t      *testing.T
	client *kgo.Client
	admin  *kadm.Client

	mu   sync.Mutex
	at   time.Time
	keys map[int16]int // what was sent by the sources
}

func newFake(t *testing.T, opts ...kfake.Opt) *fake {
	t.Helper()
	c, err := kfake.NewCluster(append([]kfake.Opt{kfake.NumBrokers(3), kfake.SeedTopics(4, "orders")}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	f := &fake{Cluster: c, t: t, at: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), keys: map[int16]int{}}
	f.client, err = kgo.NewClient(kgo.SeedBrokers(c.ListenAddrs()...), kgo.RecordPartitioner(kgo.ManualPartitioner()),
		kgo.ProducerBatchCompression(kgo.NoCompression()), kgo.ProducerLinger(0), kgo.MetadataMinAge(10*time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.client.Close)
	f.admin = kadm.NewClient(f.client)
	for p := range int32(4) {
		if err := c.MoveTopicPartition("orders", p, p%3); err != nil {
			t.Fatal(err)
		}
	}
	return f
}

// source returns a source that reads the fake's clock.
func (f *fake) source(change ...func(*Config)) *Source {
	f.t.Helper()
	cfg := DefaultConfig()
	cfg.Bootstrap = f.ListenAddrs()
	for _, c := range change {
		c(&cfg)
	}
	s, err := New(cfg, zerolog.Nop(), WithClock(f.now))
	if err != nil {
		f.t.Fatal(err)
	}
	s.meter.record = func(key int16) {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.keys[key]++
	}
	f.t.Cleanup(s.Close)
	return s
}

func (f *fake) now() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.at
}

func (f *fake) pass(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.at = f.at.Add(d)
}

// produce sends n records of so many bytes each to one partition, one batch a record.
func (f *fake) produce(topic string, partition int32, n, size int) {
	f.t.Helper()
	for range n {
		r := &kgo.Record{Topic: topic, Partition: partition, Value: make([]byte, size)}
		if err := f.client.ProduceSync(f.t.Context(), r).FirstErr(); err != nil {
			f.t.Fatal(err)
		}
	}
}

// commit commits one offset for a group.
func (f *fake) commit(group, topic string, partition int32, at int64) {
	f.t.Helper()
	offsets := kadm.Offsets{}
	offsets.Add(kadm.Offset{Topic: topic, Partition: partition, At: at, LeaderEpoch: -1})
	if err := f.admin.CommitAllOffsets(f.t.Context(), group, offsets); err != nil {
		f.t.Fatal(err)
	}
}

func (f *fake) createTopic(name string, partitions int32, config map[string]string) {
	f.t.Helper()
	values := map[string]*string{}
	for k, v := range config {
		values[k] = &v
	}
	if _, err := f.admin.CreateTopic(f.t.Context(), partitions, 3, values, name); err != nil {
		f.t.Fatal(err)
	}
}

// answer lets fn answer every request of a key from now on; fn returns nil to leave it to the cluster.
func (f *fake) answer(key int16, fn func(kmsg.Request) kmsg.Response) {
	f.ControlKey(key, func(req kmsg.Request) (kmsg.Response, error, bool) {
		resp := fn(req)
		if resp != nil {
			f.KeepControl()
		}
		return resp, nil, resp != nil
	})
}

// recordBytes is the size of a batch with one record of so many zeros: head, and record with its lengths.
func recordBytes(size int) int { return len(oneRecord(size)) }

func topicOf(t *testing.T, s workload.Sample, name string) workload.Topic {
	t.Helper()
	for _, topic := range s.Topics {
		if topic.Name == name {
			return topic
		}
	}
	t.Fatalf("topic %s is not in the sample", name)
	return workload.Topic{}
}

func groupOf(t *testing.T, s workload.Sample, name string) workload.Group {
	t.Helper()
	for _, g := range s.Groups {
		if g.Name == name {
			return g
		}
	}
	t.Fatalf("group %s is not in the sample", name)
	return workload.Group{}
}

// wantGap wants a gap that has both parts.
func wantGap(t *testing.T, s workload.Sample, what, why string) {
	t.Helper()
	for _, g := range s.Gaps {
		if strings.Contains(g.What, what) && strings.Contains(g.Why, why) {
			if g.Source != sourceName || g.Effect == "" {
				t.Errorf("gap %+v lacks source or effect", g)
			}
			return
		}
	}
	t.Errorf("no gap for %q because of %q in %s", what, why, gapText(s))
}

func gapText(s workload.Sample) string {
	var b strings.Builder
	for _, g := range s.Gaps {
		fmt.Fprintf(&b, "\n  %s: %s: %s", g.What, g.Why, g.Effect)
	}
	if b.Len() == 0 {
		return "no gaps"
	}
	return b.String()
}

// wantFigure wants a value, and bounds that hold it; unbounded says whether there may be no upper one.
func wantFigure(t *testing.T, what string, f *workload.Figure, want float64, unbounded bool) {
	t.Helper()
	if f == nil {
		t.Errorf("%s: there is no figure, want %g", what, want)
		return
	}
	if math.Abs(f.Value-want) > 1e-6*math.Max(1, want) {
		t.Errorf("%s: %g, want %g", what, f.Value, want)
	}
	if f.Low > want || f.High < want || f.Low < 0 {
		t.Errorf("%s: bounds [%g, %g] do not hold %g", what, f.Low, f.High, want)
	}
	if f.Bounded() == unbounded {
		t.Errorf("%s: upper bound is %g, want unbounded: %v", what, f.High, unbounded)
	}
}

func TestTwoSweepsMakeRates(t *testing.T) {
	f := newFake(t)
	f.createTopic("profiles", 2, map[string]string{"cleanup.policy": "compact"})
	f.produce("orders", 0, 3, 100)
	s := f.source()
	first := collect(t, s)
	if first.Window.Duration() != 0 || first.Totals.IngressBytesPerSec != nil || first.Totals.MessagesPerSec != nil {
		t.Errorf("the first sweep has rates: window %v, totals %+v", first.Window, first.Totals)
	}
	wantFigure(t, "topics", first.Totals.Topics, 2, false)
	wantFigure(t, "partitions", first.Totals.Partitions, 6, false)
	wantFigure(t, "compacted partitions", first.Totals.CompactedPartitions, 2, false)
	if first.Posture == nil {
		t.Error("the first sweep has no posture")
	}

	f.commit("billing", "orders", 0, 0)
	f.produce("orders", 0, 60, 100)
	f.produce("orders", 2, 30, 500)
	f.pass(minute)
	second := collect(t, s) // the first to see the group's commit
	if second.Window.Duration() != minute {
		t.Errorf("window is %v, want a minute", second.Window.Duration())
	}
	bytes := float64(60*recordBytes(100)+30*recordBytes(500)) / 60
	wantFigure(t, "cluster bytes in", second.Totals.IngressBytesPerSec, bytes, false)
	wantFigure(t, "cluster messages in", second.Totals.MessagesPerSec, 1.5, false)
	orders := topicOf(t, second, "orders")
	wantFigure(t, "topic bytes in", orders.IngressBytesPerSec, bytes, false)
	wantFigure(t, "average message", orders.AverageMessageBytes, bytes/1.5, false)
	wantFigure(t, "stored bytes", orders.StoredBytes, float64(63*recordBytes(100)+30*recordBytes(500)), false)
	if h := second.Totals.HottestIngress; h == nil || h.Topic != "orders" || h.Partition != 2 {
		t.Errorf("hottest partition is %+v, want orders-2", h)
	}
	if second.Posture != nil {
		t.Error("the second sweep read the posture again")
	}
	if idle := topicOf(t, second, "profiles"); idle.IngressBytesPerSec == nil || idle.IngressBytesPerSec.Value != 0 {
		t.Errorf("an idle topic takes in %+v, want 0", idle.IngressBytesPerSec)
	}

	f.commit("billing", "orders", 0, 40)
	f.pass(minute)
	third := collect(t, s)
	billing := groupOf(t, third, "billing")
	wantFigure(t, "group messages", billing.MessagesPerSec, 40.0/60, true)
	wantFigure(t, "group bytes out", billing.EgressBytesPerSec, float64(40*recordBytes(100))/60, true)
	wantFigure(t, "lag", billing.LagMessages, 23, false)
	wantFigure(t, "cluster bytes out", third.Totals.EgressBytesPerSec, float64(40*recordBytes(100))/60, true)
	if got := strings.Join(topicOf(t, third, "orders").Groups, " "); got != "billing" {
		t.Errorf("groups of orders are %q, want billing", got)
	}

	whole, ok := s.WholeWindow()
	if !ok || whole.Window.Duration() != 2*minute {
		t.Fatalf("the whole time is %v, want two minutes", whole.Window.Duration())
	}
	wantFigure(t, "whole: cluster bytes in", whole.Totals.IngressBytesPerSec, bytes/2, false)
	wantFigure(t, "whole: cluster messages in", whole.Totals.MessagesPerSec, 0.75, false)
	if whole.Posture == nil {
		t.Error("the whole time has no posture")
	}
}

func TestOnlyAllowedRequestsAreSent(t *testing.T) {
	f := newFake(t)
	var mu sync.Mutex
	served := map[int16]bool{}
	s := f.source()
	f.Control(func(req kmsg.Request) (kmsg.Response, error, bool) {
		mu.Lock()
		defer mu.Unlock()
		served[req.Key()] = true
		return nil, nil, false
	})
	for _, req := range []kmsg.Request{
		kmsg.NewPtrCreateTopicsRequest(), kmsg.NewPtrDeleteTopicsRequest(), kmsg.NewPtrProduceRequest(),
		kmsg.NewPtrOffsetCommitRequest(),
		kmsg.NewPtrAlterConfigsRequest(), kmsg.NewPtrIncrementalAlterConfigsRequest(), kmsg.NewPtrDeleteGroupsRequest(),
		kmsg.NewPtrDeleteRecordsRequest(),
		kmsg.NewPtrCreateACLsRequest(), kmsg.NewPtrElectLeadersRequest(), kmsg.NewPtrInitProducerIDRequest(),
		kmsg.NewPtrJoinGroupRequest(),
		kmsg.NewPtrAlterPartitionAssignmentsRequest(), kmsg.NewPtrAlterUserSCRAMCredentialsRequest(),
		kmsg.NewPtrAlterClientQuotasRequest(),
	} {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		if _, err := s.client.Request(ctx, req); err == nil {
			t.Errorf("%s was sent", kmsg.NameForKey(req.Key()))
		}
		if _, _, err := s.ask(ctx, 0, req); err == nil {
			t.Errorf("%s was sent to a broker", kmsg.NameForKey(req.Key()))
		}
		cancel()
		mu.Lock()
		if served[req.Key()] {
			t.Errorf("%s reached the cluster", kmsg.NameForKey(req.Key()))
		}
		mu.Unlock()
	}
}

// TestAllowedAPIsOnlyRead names, apart from the product's own list, all requests of the protocol that change nothing.
func TestAllowedAPIsOnlyRead(t *testing.T) {
	reading := map[string]bool{}
	for _, name := range []string{"Fetch", "ListOffsets", "Metadata", "OffsetFetch", "FindCoordinator", "DescribeGroups",
		"ListGroups", "SASLHandshake", "ApiVersions",
		"OffsetForLeaderEpoch", "DescribeACLs", "DescribeConfigs", "DescribeLogDirs", "SASLAuthenticate", "DescribeDelegationToken",
		"ListPartitionReassignments",
		"DescribeClientQuotas", "DescribeUserSCRAMCredentials", "DescribeQuorum", "DescribeCluster", "DescribeProducers",
		"DescribeTransactions", "ListTransactions",
		"ConsumerGroupDescribe", "DescribeTopicPartitions", "ShareGroupDescribe", "ListConfigResources",
		"DescribeShareGroupOffsets"} {
		reading[name] = true
	}
	for _, a := range APIs() {
		if name := kmsg.NameForKey(a.Key); !reading[name] {
			t.Errorf("%s (%d) is allowed, and is not known to only read", name, a.Key)
		}
		if a.Why == "" || a.Name == "" {
			t.Errorf("API %d has no name or reason", a.Key)
		}
	}
}
