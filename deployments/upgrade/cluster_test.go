package upgrade

import (
	"fmt"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
)

// hurried makes a daemon decide every few seconds, on little, and raise an alert again however short ago it was raised.
const hurried = `
agent:
  collect: "@every 3s"
  analyze: "@every 3s"
  drift_window: 1m
  sizing: {min_window: 1m}
  drift: {hold_up: 1s, hold_down: 1s, quiet: 0s, catalog_max_age: 876000h}
`

// cluster is one with some records in a topic of three partitions. With its wide topic it has more than MSK Serverless allows.
type cluster struct {
	t         *testing.T
	bootstrap string
	admin     *kadm.Client
}

func newCluster(t *testing.T) *cluster {
	t.Helper()
	c, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.SeedTopics(3, "orders"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	client, err := kgo.NewClient(kgo.SeedBrokers(c.ListenAddrs()...))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	go func() {
		pace := time.NewTicker(5 * time.Millisecond)
		defer pace.Stop()
		for i := 0; t.Context().Err() == nil; i++ {
			_ = client.ProduceSync(t.Context(),
				&kgo.Record{Topic: "orders", Key: []byte(fmt.Sprint(i)), Value: make([]byte, 800)}).FirstErr() // until the end
			<-pace.C
		}
	}()
	return &cluster{t, c.ListenAddrs()[0], kadm.NewClient(client)}
}

func (c *cluster) widen() {
	c.t.Helper()
	if _, err := c.admin.CreateTopic(c.t.Context(), 2500, 1, nil, "wide"); err != nil {
		c.t.Fatal(err)
	}
}

func (c *cluster) narrow() {
	c.t.Helper()
	if _, err := c.admin.DeleteTopics(c.t.Context(), "wide"); err != nil {
		c.t.Fatal(err)
	}
}
