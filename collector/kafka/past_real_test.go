package kafka

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/mskfit/mskfit/internal/testbed"
	"github.com/mskfit/mskfit/internal/workload"
)

// The days that the past of a real cluster is made of, and how much of it one topic keeps.
const (
	pastDays   = 10
	keptOfPast = 3 * 24 * time.Hour
)

// TestMeasuredReadBackIsWhatTheBrokersHold fills logs with ten days of records, on the oldest and the newest version, and wants
// every hour's count.
func TestMeasuredReadBackIsWhatTheBrokersHold(t *testing.T) {
	for _, version := range []string{"4.3.1", "1.1.1"} {
		t.Run(version, func(t *testing.T) {
			c := testbed.Kafka(t, testbed.Options{Version: version, Brokers: brokersFor(version), NoCounters: true,
				Properties: map[string]string{"log.retention.check.interval.ms": "1000", "log.segment.delete.delay.ms": "0"}})
			for name, config := range map[string]map[string]string{
				"plain":  {"retention.ms": "-1"},
				"zipped": {"retention.ms": "-1"},
				"compacted": {"cleanup.policy": "compact", "segment.ms": "43200000",
					"min.compaction.lag.ms": "2592000000"}, // the cleaner takes nothing yet
				"cleaned":  {"cleanup.policy": "compact", "segment.ms": "43200000", "min.cleanable.dirty.ratio": "0.01"},
				"expiring": {"retention.ms": "-1", "segment.ms": "7200000"},
			} {
				c.CreateTopic(name, 4, config)
			}
			now := time.Now()
			end := now.Truncate(time.Hour)
			sent := map[string]map[time.Time]int{}
			for i, name := range []string{"plain", "zipped", "compacted", "cleaned", "expiring"} {
				sent[name] = fillPast(t, c, name, end, 30+20*i)
			}
			expire(t, c, "expiring", end)
			s := newSource(t, c, func(cfg *Config) { cfg.BackfillLookups = 100_000 })
			collect(t, s)
			before := s.Stats()
			got := map[string]map[time.Time]workload.Figure{}
			oldest := end
			err := s.ReadBack(t.Context(), workload.Window{Start: end.AddDate(0, 0, -14), End: end},
				func(sample workload.Sample) error {
					addHour(got, "", sample.Window, sample.Totals.MessagesPerSec)
					for _, topic := range sample.Topics {
						addHour(got, topic.Name, sample.Window, topic.MessagesPerSec)
					}
					oldest = sample.Window.Start
					return nil
				})
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("back to %s with %d requests", end.Sub(oldest), s.Stats().Since(before).Total())
			if far := end.Sub(oldest); far < pastDays*24*time.Hour || far > (pastDays*24+2)*time.Hour {
				t.Errorf("it reached %s back, the oldest record is %d days old", far, pastDays)
			}
			for _, name := range []string{"plain", "zipped"} {
				for at, want := range sent[name] {
					if f := got[name][at]; math.Abs(f.Value-float64(want)) > 0.5 {
						t.Errorf("%s, %s ago: %+v, want %d", name, end.Sub(at), f, want)
					}
				}
			}
			checkBounds(t, "compacted", got["compacted"], sent["compacted"], len(sent["compacted"]))
			checkBounds(t, "cleaned", got["cleaned"], sent["cleaned"], 0) // what the cleaner took is not reported
			for at, want := range sent["expiring"] {
				f, answered := got["expiring"][at]
				switch age := end.Sub(at); {
				case age < keptOfPast-2*time.Hour && math.Abs(f.Value-float64(want)) > 0.5:
					t.Errorf("expiring, %s ago: %+v, want %d", age, f, want)
				case age > keptOfPast+2*time.Hour && answered:
					t.Errorf("expiring, %s ago: %+v is reported for records that are gone", age, f)
				}
			}
		})
	}
}

// checkBounds wants the bounds of every hour that is reported to hold its count, and so many hours to be reported at the least.
func checkBounds(t *testing.T, topic string, got map[time.Time]workload.Figure, sent map[time.Time]int, least int) {
	t.Helper()
	answered := 0
	for at, want := range sent {
		f, ok := got[at]
		if !ok {
			continue
		}
		answered++
		if f.Low > float64(want) || f.High < float64(want) {
			t.Errorf("%s, %s: bounds [%g, %g] do not hold %d", topic, at, f.Low, f.High, want)
		}
	}
	if answered < least {
		t.Errorf("%s: %d hours have figures, want %d", topic, answered, least)
	}
	t.Logf("%s: %d of %d hours have figures", topic, answered, len(sent))
}

func addHour(into map[string]map[time.Time]workload.Figure, name string, w workload.Window, f *workload.Figure) {
	if f == nil {
		return
	}
	if into[name] == nil {
		into[name] = map[time.Time]workload.Figure{}
	}
	hour, d := w.Start.Truncate(time.Hour), w.Duration().Seconds()
	was := into[name][hour]
	into[name][hour] = workload.Figure{Value: was.Value + f.Value*d, Low: was.Low + f.Low*d, High: was.High + f.High*d}
}

// fillPast produces an hour after the other with the timestamps of that hour, and returns how many records each has.
func fillPast(t *testing.T, c *testbed.Cluster, topic string, end time.Time, most int) map[time.Time]int {
	t.Helper()
	codec := kgo.NoCompression()
	if topic == "zipped" {
		codec = kgo.GzipCompression()
	}
	client := c.Client(kgo.DefaultProduceTopic(topic), kgo.ProducerBatchCompression(codec),
		kgo.RecordPartitioner(kgo.ManualPartitioner()))
	sent := map[time.Time]int{}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	for hour := pastDays * 24; hour >= 1; hour-- {
		at := end.Add(-time.Duration(hour) * time.Hour)
		n := most/2 + (hour*7)%(most/2)
		var records []*kgo.Record
		for i := range n {
			records = append(records, &kgo.Record{Partition: int32(i % 4), Key: []byte(strconv.Itoa(i % 20)),
				Value:     []byte(fmt.Sprintf("%0200d", i)),
				Timestamp: at.Add(time.Duration(i) * time.Hour / time.Duration(n))})
		}
		if err := client.ProduceSync(ctx, records...).FirstErr(); err != nil {
			t.Fatal(err)
		}
		sent[at.UTC()] = n
	}
	return sent
}

// expire has retention take what is older than it keeps, and waits until it has.
func expire(t *testing.T, c *testbed.Cluster, topic string, end time.Time) {
	t.Helper()
	admin := kadm.NewClient(c.Client())
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	keep := strconv.FormatInt((time.Since(end) + keptOfPast).Milliseconds(), 10)
	if _, err := admin.AlterTopicConfigsState(ctx, []kadm.AlterConfig{{Name: "retention.ms", Value: &keep}}, topic); err != nil {
		t.Fatal(err)
	}
	var last string
	for until := time.Now().Add(time.Minute); ; {
		starts, err := admin.ListStartOffsets(ctx, topic)
		if err != nil {
			t.Fatal(err)
		}
		text, moved := "", true
		starts.Each(func(o kadm.ListedOffset) {
			text += fmt.Sprint(o.Offset, " ")
			moved = moved && o.Offset > 0
		})
		if moved && text == last {
			return
		}
		if last = text; time.Now().After(until) {
			t.Fatalf("retention has taken nothing: the logs begin at %s", text)
		}
		select {
		case <-ctx.Done():
			t.Fatal(ctx.Err())
		case <-time.After(3 * time.Second): // two of the brokers' own looks
		}
	}
}
