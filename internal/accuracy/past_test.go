package accuracy

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/mskfit/mskfit/internal/measure"
	"github.com/mskfit/mskfit/internal/testbed"
	"github.com/mskfit/mskfit/internal/workload"
)

// pastHours is how many hours are written with timestamps of the past.
const pastHours = 48

// pastTopics are written hour by hour; hour counts from the oldest.
var pastTopics = []struct {
	name, topic string
	codec       kgo.CompressionCodec
	config      map[string]string
	keys        int
	value       func(r *rand.Rand, hour int) []byte
}{
	{name: "steady JSON, zstd", topic: "past-steady", codec: kgo.ZstdCompression(), value: order},
	{name: "records grow, 200 B to 2 kB", topic: "past-growing", codec: kgo.NoCompression(),
		value: func(r *rand.Rand, hour int) []byte { return noise(200+40*hour, 200+40*hour)(r, 0) }},
	{name: "larger records by day", topic: "past-daily", codec: kgo.NoCompression(),
		value: func(r *rand.Rand, hour int) []byte {
			size := 600 + int(400*math.Sin(float64(hour)/24*2*math.Pi))
			return noise(size, size)(r, 0)
		}},
	{name: "compacted", topic: "past-compacted", codec: kgo.NoCompression(), keys: 40,
		value:  func(r *rand.Rand, _ int) []byte { return noise(500, 500)(r, 0) },
		config: map[string]string{"cleanup.policy": "compact", "segment.ms": "43200000", "min.cleanable.dirty.ratio": "0.01"}},
}

// step is a time of which the truth is known.
type step struct {
	workload.Window
	truth testbed.Counters
	blur  float64
}

// writePast writes two days up to the last full hour, each hour between two readings of the counters.
func (b *bench) writePast() []step {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	r := rand.New(rand.NewPCG(*seed, pastHours))
	clients := make([]*kgo.Client, len(pastTopics))
	for i, topic := range pastTopics {
		config := map[string]string{"retention.ms": "-1"}
		for key, value := range topic.config {
			config[key] = value
		}
		b.cluster.CreateTopic(topic.topic, 3, config)
		clients[i] = b.cluster.Client(kgo.DefaultProduceTopic(topic.topic), kgo.ProducerBatchCompression(topic.codec))
	}
	end := time.Now().UTC().Truncate(time.Hour)
	before, err := b.cluster.Counters(ctx)
	if err != nil {
		b.t.Fatal(err)
	}
	var steps []step
	for hour := range pastHours {
		from := end.Add(time.Duration(hour-pastHours) * time.Hour)
		for i, topic := range pastTopics {
			n := 60 + int(40*math.Sin(float64(hour)/24*2*math.Pi)) + r.IntN(20)
			var records []*kgo.Record
			for j := range n {
				record := &kgo.Record{Value: topic.value(r, hour),
					Timestamp: from.Add(time.Duration(j) * time.Hour / time.Duration(n))}
				if topic.keys > 0 {
					record.Key = fmt.Append(nil, r.IntN(topic.keys))
				}
				records = append(records, record)
			}
			if err := clients[i].ProduceSync(ctx, records...).FirstErr(); err != nil {
				b.t.Fatalf("write the past of %s: %v", topic.topic, err)
			}
		}
		after, err := b.cluster.Counters(ctx)
		if err != nil {
			b.t.Fatal(err)
		}
		steps = append(steps, step{Window: workload.Window{Start: from, End: from.Add(time.Hour)}, truth: after.Since(before)})
		before = after
	}
	return steps
}

// past compares what the logs and CloudWatch tell of the past with what was counted.
func (b *bench) past(hours []step, all []sweep) []Past {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	byHour := &book{way: FromLog, step: "1 hour", steps: hours, names: map[string]string{"": cluster}}
	for _, topic := range pastTopics {
		byHour.names[topic.topic] = topic.name
	}
	span := workload.Window{Start: hours[0].Start, End: hours[len(hours)-1].End}
	if err := b.source.ReadBack(ctx, span, byHour.take); err != nil {
		b.t.Fatal(err)
	}
	byMinute := &book{way: FromLog, step: "1 minute", names: map[string]string{"": cluster}}
	for _, one := range b.senders {
		if one.event == "" {
			byMinute.names[one.topic()] = one.name
		}
	}
	const perMinute = int(time.Minute / sweepEvery)
	for i := perMinute; i < len(all); i += perMinute {
		s := spanOf(all[i-perMinute], all[i])
		w := workload.Window{Start: s.from.counters.At(), End: s.to.counters.At()}
		byMinute.steps = append(byMinute.steps, step{Window: w, truth: s.truth, blur: s.blur})
		if err := b.source.ReadBack(ctx, w, byMinute.take); err != nil {
			b.t.Fatal(err)
		}
	}
	out := append(byHour.past(BytesIn, Messages), byMinute.past(BytesIn, Messages)...)
	return append(out, b.cloudWatch(hours, all)...)
}

// book gathers what was read back, by step.
type book struct {
	way, step string
	steps     []step
	names     map[string]string // scenarios by topic, "" for the cluster
	got       map[entry]map[int]stretch
}

type entry struct{ topic, quantity string }

// stretch is a step as it was read back, in bytes or records.
type stretch struct {
	value, low, high float64
	covered          time.Duration
}

// take takes in one sample that was read back.
func (k *book) take(s workload.Sample) error {
	at := -1
	for i := range k.steps {
		if !s.Window.Start.Before(k.steps[i].Start) && !s.Window.End.After(k.steps[i].End) {
			at = i
		}
	}
	if at < 0 {
		return nil
	}
	k.add(at, "", BytesIn, s.Window, s.Totals.IngressBytesPerSec)
	k.add(at, "", Messages, s.Window, s.Totals.MessagesPerSec)
	k.add(at, "", BytesOut, s.Window, s.Totals.EgressBytesPerSec)
	for _, t := range s.Topics {
		k.add(at, t.Name, BytesIn, s.Window, t.IngressBytesPerSec)
		k.add(at, t.Name, Messages, s.Window, t.MessagesPerSec)
		k.add(at, t.Name, BytesOut, s.Window, t.EgressBytesPerSec)
	}
	return nil
}

func (k *book) add(at int, topic, quantity string, w workload.Window, f *workload.Figure) {
	if f == nil {
		return
	}
	if k.got == nil {
		k.got = map[entry]map[int]stretch{}
	}
	e := entry{topic, quantity}
	if k.got[e] == nil {
		k.got[e] = map[int]stretch{}
	}
	r, d := k.got[e][at], w.Duration().Seconds()
	r.value, r.low, r.high, r.covered = r.value+d*f.Value, r.low+d*f.Low, r.high+d*f.High, r.covered+w.Duration()
	k.got[e][at] = r
}

// past compares the steps with their truth.
func (k *book) past(quantities ...string) []Past {
	var out []Past
	for topic, name := range k.names {
		for _, quantity := range quantities {
			if p := k.compare(entry{topic, quantity}); p.Of > 0 {
				p.Scenario = name
				out = append(out, p)
			}
		}
	}
	return out
}

func (k *book) compare(e entry) Past {
	p := Past{Way: k.way, Quantity: e.quantity, Step: k.step}
	var errors []float64
	value, truth := 0.0, 0.0
	for i, s := range k.steps {
		n := float64(counted(s.truth, e))
		if n == 0 {
			continue
		}
		p.Of++
		if k.got[e][i].covered < s.Duration()-time.Millisecond {
			continue // a part of it is unknown
		}
		r := k.got[e][i]
		p.Known++
		const rounding = 1e-9
		if n*(1+s.blur+rounding) >= r.low && n*(1-s.blur-rounding) <= r.high {
			p.Inside++
		}
		errors = append(errors, math.Abs(r.value/n-1))
		value, truth = value+r.value, truth+n
	}
	if p.Known > 0 {
		worst, total := 0.0, value/truth-1
		for _, e := range errors {
			worst = max(worst, e)
		}
		median := measure.Median(errors)
		p.Median, p.Worst, p.Total = &median, &worst, &total
	}
	return p
}

// counted is what the brokers counted of a topic, or of the cluster.
func counted(c testbed.Counters, e entry) int64 {
	t := c.Total
	if e.topic != "" {
		t = c.Topics[e.topic]
	}
	switch e.quantity {
	case BytesIn:
		return t.BytesIn
	case Messages:
		return t.MessagesIn
	}
	return t.BytesOut
}

// A step of which a part is unknown has no figure, and its error is that of all its samples together.
func TestPastComparesWholeSteps(t *testing.T) {
	start := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	at := func(minute int) time.Time { return start.Add(time.Duration(minute) * time.Minute) }
	truth := func(bytes int64) testbed.Counters { return testbed.Counters{Total: testbed.Traffic{BytesIn: bytes}} }
	k := &book{way: FromLog, step: "10 minutes", names: map[string]string{"": cluster}, steps: []step{
		{Window: workload.Window{Start: at(0), End: at(10)}, truth: truth(6000)},
		{Window: workload.Window{Start: at(10), End: at(20)}, truth: truth(6000)}}}
	for _, minute := range []int{0, 5, 10} {
		f := workload.Between(9, 8, 10, workload.Estimated, "log")
		s := workload.Sample{Window: workload.Window{Start: at(minute), End: at(minute + 5)}}
		s.Totals.IngressBytesPerSec = &f
		if err := k.take(s); err != nil {
			t.Fatal(err)
		}
	}
	all := k.past(BytesIn)
	if len(all) != 1 || all[0].Of != 2 || all[0].Known != 1 || all[0].Inside != 1 || math.Abs(*all[0].Total+0.1) > 1e-9 ||
		math.Abs(*all[0].Worst-0.1) > 1e-9 {
		t.Errorf("%+v", all)
	}
}
