//go:build long

package testbed

import (
	"testing"
	"time"
)

func TestMeasuredLoadIsWhatItSays(t *testing.T) {
	c := Kafka(t, Options{Brokers: 3, Alone: true})
	began := time.Now()
	load := StartLoad(t, c)
	load.AwaitSteady()
	t.Logf("steady after %s", time.Since(began).Round(time.Second))
	before, err := c.Counters(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(10 * time.Second) // the window that is measured
	after, err := c.Counters(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	window := after.At().Sub(before.At()).Seconds()
	d := after.Since(before)
	perSecond := func(n int64) float64 { return float64(n) / window }
	t.Logf("in all: in %.0f kB/s, %.0f msg/s, out %.0f kB/s", perSecond(d.Total.BytesIn)/1000, perSecond(d.Total.MessagesIn),
		perSecond(d.Total.BytesOut)/1000)
	for _, topic := range topicLoads {
		got := d.Topics[topic.name]
		t.Logf("%-16s in %4.0f kB/s, %5.0f msg/s, out %4.0f kB/s", topic.name, perSecond(got.BytesIn)/1000,
			perSecond(got.MessagesIn), perSecond(got.BytesOut)/1000)
		if got.BytesIn == 0 || got.BytesOut == 0 {
			t.Errorf("%s: no traffic was counted: %+v", topic.name, got)
		}
	}
	if rate := perSecond(d.Total.BytesIn); rate < 1_500_000 || rate > 3_500_000 {
		t.Errorf("ingress is %.0f bytes/s, want about 2.1 MB/s", rate)
	}

	load.Stop()
	sent := load.Sent()
	end, err := c.Counters(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, topic := range topicLoads {
		if got, want := end.Topics[topic.name].MessagesIn, sent[topic.name]; topic.transaction == 0 && got != want {
			t.Errorf("%s: brokers counted %d records, the producer %d", topic.name, got, want)
		}
	}
}
