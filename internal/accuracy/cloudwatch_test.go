package accuracy

import (
	"context"
	"fmt"
	"maps"
	"math"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/collector/msk"
	"github.com/mskfit/mskfit/internal/testbed"
	"github.com/mskfit/mskfit/internal/testbed/mskfake"
	"github.com/mskfit/mskfit/internal/workload"
)

// cloudWatch publishes what the brokers counted in every step as a minute of CloudWatch's, reads it back and compares.
func (b *bench) cloudWatch(hours []step, all []sweep) []Past {
	b.t.Helper()
	minutes := minutesOf(hours, all)
	names := map[string]string{"": cluster}
	for _, topic := range pastTopics {
		names[topic.topic] = topic.name
	}
	for _, one := range b.senders {
		if one.event == "" {
			names[one.topic()] = one.name
		}
	}
	return readCloudWatch(b.t, minutes, b.cluster.Options.Brokers, names)
}

// minutesOf are the hours of the past and the windows between sweeps, each scaled to a minute; the last that fill no five are left
// out.
func minutesOf(hours []step, all []sweep) []testbed.Counters {
	var out []testbed.Counters
	for _, h := range hours {
		out = append(out, h.truth)
	}
	for i := 1; i < len(all); i++ {
		s := spanOf(all[i-1], all[i])
		out = append(out, scaled(s.truth, 60/s.seconds))
	}
	return out[:len(out)/5*5]
}

func scaled(c testbed.Counters, by float64) testbed.Counters {
	out := testbed.Counters{Topics: map[string]testbed.Traffic{}, Brokers: map[int]testbed.BrokerTraffic{}}
	for id, broker := range c.Brokers {
		part := testbed.BrokerTraffic{Total: times(broker.Total, by), Topics: map[string]testbed.Traffic{}}
		out.Total = plus(out.Total, part.Total)
		for name, topic := range broker.Topics {
			part.Topics[name] = times(topic, by)
			out.Topics[name] = plus(out.Topics[name], part.Topics[name])
		}
		out.Brokers[id] = part
	}
	return out
}

func times(t testbed.Traffic, by float64) testbed.Traffic {
	scale := func(n int64) int64 { return int64(math.Round(float64(n) * by)) }
	return testbed.Traffic{BytesIn: scale(t.BytesIn), BytesOut: scale(t.BytesOut), MessagesIn: scale(t.MessagesIn)}
}

func plus(a, b testbed.Traffic) testbed.Traffic {
	return testbed.Traffic{BytesIn: a.BytesIn + b.BytesIn, BytesOut: a.BytesOut + b.BytesOut,
		MessagesIn: a.MessagesIn + b.MessagesIn}
}

func sumOf(all []testbed.Counters) testbed.Counters {
	out := testbed.Counters{Topics: map[string]testbed.Traffic{}}
	for _, c := range all {
		out.Total = plus(out.Total, c.Total)
		for name, topic := range c.Topics {
			out.Topics[name] = plus(out.Topics[name], topic)
		}
	}
	return out
}

// The days before now at which the same minutes are published: one of which CloudWatch keeps minutes, and one of which it keeps
// five minutes only.
const youngDays, oldDays = 1, 20

func readCloudWatch(t *testing.T, minutes []testbed.Counters, brokers int, names map[string]string) []Past {
	t.Helper()
	now := time.Now().UTC().Truncate(time.Hour)
	young, old := now.AddDate(0, 0, -youngDays), now.AddDate(0, 0, -oldDays)
	server := &mskfake.Server{Now: func() time.Time { return now }, Metrics: published(minutes, young, old),
		Clusters: []*mskfake.Cluster{mskfake.Provisioned("bench", "kafka.m5.large", brokers)}}
	clients := msk.NewClients(aws.Config{Region: "us-east-1", HTTPClient: server,
		Credentials: credentials.NewStaticCredentialsProvider("key", "secret", "")}, nil)
	cfg := msk.DefaultConfig()
	cfg.Regions, cfg.CloudWatch.MonthlyBudget = []string{"us-east-1"}, 1000
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	inventory, err := msk.Discover(ctx, clients, cfg.Filter, now)
	if err != nil || len(inventory.Clusters) != 1 {
		t.Fatalf("discover the emulated cluster: %d clusters, %v", len(inventory.Clusters), err)
	}
	source := msk.NewSource(cfg, inventory.Clusters[0], clients, zerolog.Nop(), msk.WithClock(server.Now))
	topics := maps.Clone(names)
	delete(topics, "")
	all := map[string]string{"": cluster}
	books := []*book{
		{way: FromCloudWatch, step: "1 minute", names: all, steps: stepsOf(minutes, young, 1)},
		{way: FromCloudWatch, step: "5 minutes", names: topics, steps: stepsOf(minutes, young, 5)},
		{way: FromCloudWatch, step: "5 minutes, 20 days ago", names: all, steps: stepsOf(minutes, old, 5)},
	}
	var out []Past
	for _, k := range books {
		span := workload.Window{Start: k.steps[0].Start, End: k.steps[len(k.steps)-1].End}
		if err := source.ReadBack(ctx, span, k.take); err != nil {
			t.Fatal(err)
		}
		out = append(out, k.past(BytesIn, Messages, BytesOut)...)
	}
	return out
}

// stepsOf groups minutes from a time on.
func stepsOf(minutes []testbed.Counters, from time.Time, each int) []step {
	var out []step
	for i := 0; i < len(minutes); i += each {
		at := from.Add(time.Duration(i) * time.Minute)
		out = append(out, step{Window: workload.Window{Start: at, End: at.Add(time.Duration(each) * time.Minute)},
			truth: sumOf(minutes[i : i+each])})
	}
	return out
}

// published are the metrics of brokers, and of topics on brokers, as a row of minutes from each of the times on.
func published(minutes []testbed.Counters, from ...time.Time) []*mskfake.Metric {
	series := map[string]*mskfake.Metric{}
	at := func(minute time.Time) (testbed.Counters, bool) {
		for _, start := range from {
			if i := int(minute.Sub(start) / time.Minute); !minute.Before(start) && i < len(minutes) {
				return minutes[i], true
			}
		}
		return testbed.Counters{}, false
	}
	add := func(broker int, topic, name string, count func(testbed.Traffic) int64) {
		dims := map[string]string{"Cluster Name": "bench", "Broker ID": fmt.Sprint(broker)}
		if topic != "" {
			dims["Topic"] = topic
		}
		raw := func(minute time.Time) []float64 {
			c, ok := at(minute)
			if !ok {
				return nil
			}
			one := c.Brokers[broker].Total
			if topic != "" {
				one = c.Brokers[broker].Topics[topic]
			}
			return []float64{float64(count(one)) / 60}
		}
		series[fmt.Sprint(broker, topic, name)] = &mskfake.Metric{Name: name, Dimensions: dims, Raw: raw}
	}
	for _, minute := range minutes {
		for id, broker := range minute.Brokers {
			for _, topic := range append([]string{""}, keysOf(broker.Topics)...) {
				add(id, topic, "BytesInPerSec", func(t testbed.Traffic) int64 { return t.BytesIn })
				add(id, topic, "BytesOutPerSec", func(t testbed.Traffic) int64 { return t.BytesOut })
				add(id, topic, "MessagesInPerSec", func(t testbed.Traffic) int64 { return t.MessagesIn })
			}
		}
	}
	var out []*mskfake.Metric
	for _, m := range series {
		out = append(out, m)
	}
	return out
}

func keysOf(m map[string]testbed.Traffic) (out []string) {
	for name := range m {
		out = append(out, name)
	}
	return out
}

// Minutes that differ come back as they were counted: summed over brokers by the minute, by five minutes for topics, and by five
// minutes of the cluster where CloudWatch keeps no minutes any more.
func TestCloudWatchIsReadBackAsCounted(t *testing.T) {
	var minutes []testbed.Counters
	for i := range int64(20) {
		c := testbed.Counters{Brokers: map[int]testbed.BrokerTraffic{}}
		for id := range int64(3) {
			part := testbed.Traffic{BytesIn: 1000 * (i + 1) * (id + 1), BytesOut: 3000 * (20 - i),
				MessagesIn: 60 * (i + id + 1)}
			c.Brokers[int(id+1)] = testbed.BrokerTraffic{Total: part,
				Topics: map[string]testbed.Traffic{"orders": part}}
		}
		minutes = append(minutes, scaled(c, 1))
	}
	got := readCloudWatch(t, minutes, 3, map[string]string{"": cluster, "orders": "orders"})
	seen := map[string]bool{}
	for _, p := range got {
		seen[p.Step+", "+p.Scenario+", "+p.Quantity] = p.Known > 0
		if p.Known > 0 && (p.Known != p.Of || p.Inside != p.Of || *p.Worst > 1e-9) {
			t.Errorf("%+v, worst %g", p, *p.Worst)
		}
	}
	for _, want := range []string{"1 minute, whole cluster, bytes in", "1 minute, whole cluster, bytes out",
		"1 minute, whole cluster, messages in", "5 minutes, orders, bytes in", "5 minutes, 20 days ago, whole cluster, bytes in"} {
		if !seen[want] {
			t.Errorf("nothing was read back of: %s", want)
		}
	}
}
