package kafka

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/mskfit/mskfit/internal/testbed"
)

func TestGroupsOfEveryKindOnAFake(t *testing.T) {
	f := newFake(t)
	groupsOfEveryKind(t, f.ListenAddrs(), func() { f.pass(minute) }, f.source())
}

func TestGroupsOfEveryKindOnKafka(t *testing.T) {
	c := testbed.Kafka(t, testbed.Options{NoCounters: true})
	c.CreateTopic("orders", 4, nil)
	groupsOfEveryKind(t, c.Bootstrap(), func() {}, newSource(t, c))
}

// groupsOfEveryKind reads a topic with a classic, a KIP-848 and a share group, and wants each to be seen for what it is.
func groupsOfEveryKind(t *testing.T, brokers []string, pass func(), s *Source) {
	t.Helper()
	producer, err := kgo.NewClient(kgo.SeedBrokers(brokers...), kgo.DefaultProduceTopic("orders"),
		kgo.ProducerBatchCompression(kgo.NoCompression()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(producer.Close)
	readShareGroupFromStart(t, producer, "shared")
	readers := map[string]*kgo.Client{
		"classic": reader(t, brokers, kgo.ConsumerGroup("classic"), kgo.Balancers(kgo.RangeBalancer())),
		"new":     reader(t, brokers, kgo.ConsumerGroup("new"), kgo.ServerSideBalancer()),
		"shared":  reader(t, brokers, kgo.ShareGroup("shared")),
	}
	exchange := func() {
		t.Helper()
		for range 200 {
			producer.Produce(t.Context(), &kgo.Record{Value: make([]byte, 100)}, nil)
		}
		if err := producer.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		for name, r := range readers {
			drain(t, name, r, 200)
		}
	}
	exchange()
	collect(t, s)
	exchange()
	pass()
	sample := collect(t, s)
	wantFigure(t, "groups", sample.Totals.ConsumerGroups, 3, false)
	if f := sample.Totals.ClientConnections; f == nil || f.Value != 3 || f.Bounded() {
		t.Errorf("connections are %+v, want at least 3", f)
	}
	for name, kind := range map[string]string{"classic": "classic", "new": "consumer", "shared": "share"} {
		g := groupOf(t, sample, name)
		if g.Type != kind || g.Members == nil || *g.Members != 1 || g.State != "Stable" || strings.Join(g.Topics, " ") != "orders" {
			t.Errorf("group %s: %+v, want type %s, one member, stable, on orders", name, g, kind)
		}
		if g.MessagesPerSec == nil || g.EgressBytesPerSec == nil {
			t.Errorf("group %s has no rates: %+v; %s", name, g, gapText(sample))
		}
		var records float64
		for i := range s.groups[name].topics["orders"].parts {
			records += s.groups[name].topics["orders"].parts[i].window.records
		}
		if records != 200 {
			t.Errorf("group %s read %g records, want 200", name, records)
		}
	}
	if len(sample.Gaps) > 0 {
		t.Errorf("there are gaps: %s", gapText(sample))
	}
}

func reader(t *testing.T, brokers []string, opts ...kgo.Opt) *kgo.Client {
	t.Helper()
	client, err := kgo.NewClient(append([]kgo.Opt{kgo.SeedBrokers(brokers...), kgo.ConsumeTopics("orders"),
		kgo.FetchMaxWait(100 * time.Millisecond)}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return client
}

// drain reads n records and commits, or acknowledges, them.
func drain(t *testing.T, name string, client *kgo.Client, n int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for n > 0 {
		fetches := client.PollFetches(ctx)
		if ctx.Err() != nil {
			t.Fatalf("group %s: %d records did not come within 30 s", name, n)
		}
		n -= fetches.NumRecords()
		if name == "shared" {
			client.MarkAcks(kgo.AckAccept, fetches.Records()...)
		}
	}
	if name != "shared" {
		if err := client.CommitUncommittedOffsets(ctx); err != nil {
			t.Fatal(err)
		}
		return
	}
	if err := client.FlushAcks(ctx); err != nil {
		t.Fatal(err)
	}
}

// readShareGroupFromStart lets a share group begin at the first record; by itself it would begin at the next.
func readShareGroupFromStart(t *testing.T, client *kgo.Client, group string) {
	t.Helper()
	earliest := "earliest"
	config := kmsg.NewIncrementalAlterConfigsRequestResourceConfig()
	config.Name, config.Value = "share.auto.offset.reset", &earliest
	resource := kmsg.NewIncrementalAlterConfigsRequestResource()
	resource.ResourceType, resource.ResourceName = kmsg.ConfigResourceTypeGroupConfig, group
	resource.Configs = append(resource.Configs, config)
	req := kmsg.NewPtrIncrementalAlterConfigsRequest()
	req.Resources = append(req.Resources, resource)
	if _, err := client.Request(t.Context(), req); err != nil {
		t.Fatal(err)
	}
}
