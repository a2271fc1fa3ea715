//go:build long

package testbed

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

// produce sends n records of the given size, one by one acknowledged by all replicas, uncompressed.
func produce(t *testing.T, client *kgo.Client, topic string, n, size int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	records := make([]*kgo.Record, n)
	for i := range records {
		records[i] = &kgo.Record{Topic: topic, Value: make([]byte, size)}
	}
	if err := client.ProduceSync(ctx, records...).FirstErr(); err != nil {
		t.Fatalf("produce to %s: %v", topic, err)
	}
}

func TestEveryVersion(t *testing.T) {
	var cases []Options
	for _, v := range Versions {
		cases = append(cases, Options{Version: v})
	}
	cases = append(cases, Options{Version: "3.9.1", ZooKeeper: true}, Options{Version: "4.3.1", Brokers: 3})
	for _, o := range cases {
		t.Run(fmt.Sprintf("%s,zookeeper=%t,brokers=%d", o.Version, o.ZooKeeper, max(1, o.Brokers)), func(t *testing.T) {
			o.Listeners = []Listener{Plaintext, ServerTLS, MutualTLS, SASLPlaintext, SASLTLS}
			o.Users = map[string]string{"alice": "wonder,land"}
			began := time.Now()
			c := Kafka(t, o)
			t.Logf("up after %s", time.Since(began).Round(100*time.Millisecond))
			countersCount(t, c)
			listenersLetIn(t, c, "alice")
		})
	}
}

// countersCount sends a known number of records and asks the brokers for it.
func countersCount(t *testing.T, c *Cluster) {
	t.Helper()
	c.CreateTopic("a.topic", 6, nil)
	before, err := c.Counters(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	produce(t, c.Client(kgo.ProducerBatchCompression(kgo.NoCompression())), "a.topic", 1000, 100)
	after, err := c.Counters(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("scrape took %s", after.End.Sub(after.Start).Round(time.Millisecond))
	got := after.Since(before)
	if got.Topics["a.topic"].MessagesIn != 1000 || got.Total.MessagesIn != 1000 {
		t.Errorf("1000 records were sent; counted %+v, per topic %+v", got.Total, got.Topics)
	}
	if got.Total.BytesIn < 100_000 || got.Topics["a.topic"].BytesIn != got.Total.BytesIn {
		t.Errorf("100,000 bytes and some were sent; counted %+v, per topic %+v", got.Total, got.Topics)
	}
	if want := int64(c.Options.Brokers-1) * got.Total.BytesIn; got.Total.ReplicationBytesIn != want {
		t.Errorf("replication: counted %d, want %d", got.Total.ReplicationBytesIn, want)
	}
	if got.Requests["Produce"] == 0 {
		t.Errorf("no Produce request was counted: %v", got.Requests)
	}
}
