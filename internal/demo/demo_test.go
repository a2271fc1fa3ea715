package demo

import (
	"context"
	"fmt"
	"maps"
	"math"
	"reflect"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// started returns a demo with an admin client, both closed at the test's end.
func started(t *testing.T) (*Cluster, *kgo.Client, *kadm.Client) {
	t.Helper()
	c, err := Start(t.Context(), Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	client, err := kgo.NewClient(kgo.SeedBrokers(c.Bootstrap()...))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return c, client, kadm.NewClient(client)
}

// until polls a condition and fails the test when it does not come true in time; what says what is missing.
func until(t *testing.T, limit time.Duration, missing func() string) {
	t.Helper()
	deadline := time.Now().Add(limit)
	for {
		what := missing()
		if what == "" {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("not within %s: %s", limit, what)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func TestEveryTopicGetsWhatIsDescribed(t *testing.T) {
	c, _, admin := started(t)
	until(t, 20*time.Second, func() string {
		sent := c.Sent()
		for _, s := range shapes {
			if s.perSecond > 0 && sent[s.topic].Records == 0 {
				return "records of " + s.topic
			}
		}
		return ""
	})
	// What lies in the logs is between what was acknowledged before and after looking. Compaction has not run yet, and
	// transactions add markers that no producer counts.
	before := c.Sent()
	sizes, offsets := stored(t, admin), ends(t, admin)
	after := c.Sent()
	for _, s := range shapes {
		low, high := before[s.topic], after[s.topic]
		if s.sending == transactional {
			continue
		}
		// Batches on their way are in the log before their producer knows.
		const underWay = 64 << 10
		if n := sizes[s.topic]; n < low.Bytes || n > high.Bytes+underWay {
			t.Errorf("%s: %d bytes in the log, %d to %d were acknowledged", s.topic, n, low.Bytes, high.Bytes)
		}
		if n := offsets[s.topic]; n < low.Records {
			t.Errorf("%s: %d records in the log, at least %d were acknowledged", s.topic, n, low.Records)
		}
		if s.perSecond == 0 && offsets[s.topic] != 0 {
			t.Errorf("%s: it has no producer, got %d records", s.topic, offsets[s.topic])
		}
	}
}

// stored sums the log sizes of each topic. kfake lists every partition from every broker, so one broker's answer is all.
func stored(t *testing.T, admin *kadm.Client) map[string]int64 {
	t.Helper()
	all, err := admin.DescribeAllLogDirs(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]int64{}
	for _, dir := range all[0] {
		dir.Topics.Each(func(p kadm.DescribedLogDirPartition) { out[p.Topic] += p.Size })
	}
	return out
}

func ends(t *testing.T, admin *kadm.Client) map[string]int64 {
	t.Helper()
	all, err := admin.ListEndOffsets(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]int64{}
	all.Each(func(o kadm.ListedOffset) { out[o.Topic] += o.Offset })
	return out
}

func TestGroupsOfAllKindsRun(t *testing.T) {
	_, client, admin := started(t)
	want := map[string]string{"legacy-loader": "classic Empty"}
	for _, r := range readers {
		want[r.group] = string(r.kind) + " Stable"
	}
	until(t, 30*time.Second, func() string {
		got := map[string]string{}
		for _, shard := range client.RequestSharded(t.Context(), kmsg.NewPtrListGroupsRequest()) {
			if shard.Err != nil {
				return shard.Err.Error()
			}
			for _, g := range shard.Resp.(*kmsg.ListGroupsResponse).Groups {
				got[g.Group] = g.GroupType + " " + g.GroupState
			}
		}
		if !maps.Equal(got, want) {
			return fmt.Sprintf("got %v, want %v", got, want)
		}
		return ""
	})
	// A group that is slower than its topic falls behind; the others keep up.
	until(t, 20*time.Second, func() string {
		lags, err := admin.Lag(t.Context(), "telemetry-rollup", "search-indexer")
		if err != nil {
			return err.Error()
		}
		slow, swift := lags["telemetry-rollup"], lags["search-indexer"]
		if slow.Lag.Total() < 2000 || swift.Lag.Total() > 1000 || swift.Lag.Total() < 0 {
			return fmt.Sprintf("telemetry-rollup lags by %d, search-indexer by %d", slow.Lag.Total(), swift.Lag.Total())
		}
		return ""
	})
}

func TestCloseLeavesNothingBehind(t *testing.T) {
	before := runtime.NumGoroutine()
	c, err := Start(t.Context(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	until(t, 10*time.Second, func() string {
		if c.Sent()["orders"].Records == 0 {
			return "orders"
		}
		return ""
	})
	began := time.Now()
	c.Close()
	c.Close()
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("closing took %s", took)
	}
	until(t, 5*time.Second, func() string {
		if n := runtime.NumGoroutine(); n > before {
			buf := make([]byte, 1<<16)
			return fmt.Sprintf("%d goroutines, %d before\n%s", n, before, buf[:runtime.Stack(buf, true)])
		}
		return ""
	})
}

func TestStartIsRefusedOnceTheContextIsDone(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if c, err := Start(ctx, Options{}); err == nil {
		c.Close()
		t.Fatal("got a cluster")
	}
}

func TestSameSeedSameRecords(t *testing.T) {
	of := func(seed uint64) (out []*kgo.Record) {
		for _, s := range shapes {
			source := newTopicSource(s, seed)
			for range 20 {
				out = append(out, source.due(beat)...)
			}
		}
		return out
	}
	if !reflect.DeepEqual(of(7), of(7)) {
		t.Error("the same seed gave other records")
	}
	if reflect.DeepEqual(of(7), of(8)) {
		t.Error("another seed gave the same records")
	}
}

func TestShapeOfRecords(t *testing.T) {
	for _, s := range shapes {
		source := newTopicSource(s, 1)
		records, perPartition, bytes := 0, make([]int, s.partitions), 0
		for range 600 { // a minute
			for _, r := range source.due(beat) {
				records++
				perPartition[r.Partition]++
				bytes += len(r.Value)
				if (len(r.Key) > 0) != (s.keys > 0) {
					t.Fatalf("%s: key %q with %d keys wanted", s.topic, r.Key, s.keys)
				}
			}
		}
		if want := s.perSecond * 60; math.Abs(float64(records)-want) > 1 {
			t.Errorf("%s: %d records a minute, want %.0f", s.topic, records, want)
		}
		if records > 0 && math.Abs(float64(bytes/records-s.bytes)) > 40 {
			t.Errorf("%s: %d bytes a record, want about %d", s.topic, bytes/records, s.bytes)
		}
		if hot := slices.Max(perPartition); s.skew > 1 && float64(hot) < 3*float64(records)/float64(s.partitions) {
			t.Errorf("%s: the hottest partition has %d of %d records: not skewed", s.topic, hot, records)
		}
	}
}

// What hurries the groups while they form must not be found in the brokers' configuration afterwards.
func TestHeartbeatsAreKafkasOwn(t *testing.T) {
	_, _, admin := started(t)
	got, err := admin.DescribeBrokerConfigs(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, rc := range got {
		for _, c := range rc.Configs {
			if _, hurries := hurried("")[c.Key]; hurries && c.Source != kmsg.ConfigSourceDefaultConfig {
				t.Errorf("%s is %s, from %v", c.Key, c.MaybeValue(), c.Source)
			}
		}
	}
}

// The seed topics' settings must be ones that the broker knows, and what the table says.
func TestTopicsAreConfigured(t *testing.T) {
	_, _, admin := started(t)
	got, err := admin.DescribeTopicConfigs(t.Context(), "inventory", "prices", "orders")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"inventory": "compact", "prices": "compact,delete", "orders": "delete"}
	for _, rc := range got {
		for _, c := range rc.Configs {
			if c.Key == "cleanup.policy" && c.Source != kmsg.ConfigSourceDefaultConfig && c.MaybeValue() != want[rc.Name] {
				t.Errorf("%s: cleanup.policy is %s, want %s", rc.Name, c.MaybeValue(), want[rc.Name])
			}
		}
	}
}
