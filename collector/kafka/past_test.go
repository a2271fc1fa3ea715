package kafka

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/mskfit/mskfit/internal/workload"
)

func TestPastFlow(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	a, b := now.Add(-2*time.Hour), now.Add(-time.Hour)
	at := func(d time.Duration) int64 { return now.Add(-d).UnixMilli() }
	for _, tt := range []struct {
		name string
		log  pastLog
		want pastFlow
	}{
		{"the log reaches back", pastLog{end: 2000, first: 0, since: at(10 * time.Hour), newer: 1300, older: 1000},
			pastFlow{300, 300, 300, 0, true}},
		{"nothing came", pastLog{end: 2000, first: 0, since: at(10 * time.Hour), newer: 1000, older: 1000},
			pastFlow{0, 0, 0, 0, true}},
		{"never written", pastLog{first: unknownOffset}, pastFlow{known: true}},
		{"first written within", pastLog{end: 900, first: 0, since: at(90 * time.Minute), newer: 300, older: 0},
			pastFlow{300, 300, 300, 0, true}},
		{"first written later", pastLog{end: 900, first: 0, since: at(30 * time.Minute), newer: 0, older: 0},
			pastFlow{known: true}},
		{"begins within", pastLog{end: 1300, first: 700, since: at(90 * time.Minute), newer: 1000, older: 700},
			pastFlow{300, 300, 300, 200, true}},
		{"begins later", pastLog{end: 1300, first: 700, since: at(30 * time.Minute), newer: 700, older: 700},
			pastFlow{missing: 1200}},
		{"all expired", pastLog{end: 1300, first: unknownOffset}, pastFlow{}},
		{"an instant was not read", pastLog{end: 1200, first: 0, since: at(10 * time.Hour), newer: unknownOffset, older: 100},
			pastFlow{missing: 120}},
		{"timestamps of the future", pastLog{end: 1200, first: 0, since: at(10 * time.Hour), newer: 200, older: 100, skewed: true},
			pastFlow{missing: 120}},
		{"an offset went back", pastLog{end: 1200, first: 0, since: at(10 * time.Hour), newer: 100, older: 200},
			pastFlow{0, 0, 0, 0, true}},
		{"compacted, busy", pastLog{end: 1200, first: 0, since: at(10 * time.Hour), newer: 900, older: 500, blurred: true},
			pastFlow{400, 0, 880, 0, true}},
		{"compacted, quiet", pastLog{end: 1200, first: 0, since: at(10 * time.Hour), newer: 501, older: 500, blurred: true},
			pastFlow{1, 0, 481, 0, true}},
	} {
		got := tt.log.flow(a, b, now)
		for _, v := range []*float64{&got.records, &got.low, &got.high, &got.missing} {
			*v = math.Round(*v*1e6) / 1e6
		}
		if got != tt.want {
			t.Errorf("%s: %+v, want %+v", tt.name, got, tt.want)
		}
	}
}

func TestPastSumsSayNothingWhereTooMuchIsMissing(t *testing.T) {
	for _, tt := range []struct {
		sum              pastSum
		value, low, high float64
		none             bool
	}{
		{pastSum{3600, 3600, 3600, 0, true}, 1, 1 - 10.0/3600, 1 + 10.0/3600, false},
		{pastSum{3240, 3240, 3240, 360, true}, 1, 0.9 * (1 - 10.0/3600), (0.9 + 0.4) * (1 + 10.0/3600), false},
		{pastSum{3200, 3200, 3200, 400, true}, 0, 0, 0, true},
		{pastSum{0, 0, 0, 0, false}, 0, 0, 0, true},
		{pastSum{0, 0, 0, 0, true}, 0, 0, 0, false},
	} {
		f := tt.sum.rate(time.Hour)
		if tt.none != (f == nil) {
			t.Errorf("%+v: figure %+v, want none: %v", tt.sum, f, tt.none)
			continue
		}
		if f != nil && (math.Abs(f.Value-tt.value)+math.Abs(f.Low-tt.low)+math.Abs(f.High-tt.high) > 1e-9 ||
			f.Method != workload.Estimated) {
			t.Errorf("%+v: %+v, want %g in [%g, %g]", tt.sum, *f, tt.value, tt.low, tt.high)
		}
	}
}

func TestPastMarks(t *testing.T) {
	now := time.Date(2026, 3, 15, 12, 7, 30, 0, time.UTC)
	end := now.Truncate(time.Minute)
	marks := pastMarks(workload.Window{Start: end.Add(-14 * 24 * time.Hour), End: end}, now)
	if n := len(marks); n > 450-450/pastRefresh-2 {
		t.Errorf("%d marks: with the looks at the logs' begins that is more than the 450 requests that are promised", n)
	}
	if !marks[0].Equal(end) || !marks[len(marks)-1].Equal(end.Add(-14*24*time.Hour)) {
		t.Errorf("the marks go from %s to %s", marks[0], marks[len(marks)-1])
	}
	if got := marks[1]; !got.Equal(now.Truncate(5 * time.Minute)) {
		t.Errorf("the second mark is %s", got)
	}
	for i := 1; i < len(marks); i++ {
		if d := marks[i-1].Sub(marks[i]); d <= 0 || d > time.Hour {
			t.Errorf("marks %d and %d are %s apart", i-1, i, d)
		}
	}
	// Where it was stopped it goes on with the same marks.
	again := pastMarks(workload.Window{Start: end.Add(-14 * 24 * time.Hour), End: marks[100]}, now)
	for i, m := range again {
		if !m.Equal(marks[100+i]) {
			t.Fatalf("mark %d after going on is %s, was %s", i, m, marks[100+i])
		}
	}
	if one := pastMarks(workload.Window{Start: now, End: now}, now); len(one) != 1 {
		t.Errorf("an empty span has marks %v", one)
	}
}

// fill produces days of records with their timestamps, oldest first, and returns what it sent.
func (f *fake) fill(topic string, partitions int32, hours int, perHour func(hour int) int) map[int]int {
	f.t.Helper()
	sent := map[int]int{}
	r := rand.New(rand.NewPCG(1, uint64(len(topic))))
	for hour := hours; hour >= 1; hour-- {
		n := perHour(hour)
		var records []*kgo.Record
		for i := range n {
			at := f.at.Truncate(time.Hour).Add(-time.Duration(hour) * time.Hour).
				Add(time.Duration(i) * time.Hour / time.Duration(n))
			records = append(records, &kgo.Record{Topic: topic, Partition: int32(i) % partitions, Timestamp: at,
				Value: make([]byte, 200+r.IntN(100))})
		}
		if err := f.client.ProduceSync(f.t.Context(), records...).FirstErr(); err != nil {
			f.t.Fatal(err)
		}
		sent[hour] = n
	}
	return sent
}

// readBack returns the samples of a span up to the fake's hour.
func readBack(t *testing.T, f *fake, s *Source, back time.Duration) []workload.Sample {
	t.Helper()
	end := f.now().Truncate(time.Hour)
	var out []workload.Sample
	err := s.ReadBack(t.Context(), workload.Window{Start: end.Add(-back), End: end}, func(sample workload.Sample) error {
		if n := len(out); n > 0 && !out[n-1].Window.Start.Equal(sample.Window.End) {
			t.Errorf("the sample of %v does not adjoin the one before, of %v", sample.Window, out[n-1].Window)
		}
		out = append(out, sample)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// byHour adds up records and bytes of whole hours; a topic's name, or "" for the cluster.
func byHour(f *fake, samples []workload.Sample, topic string,
	figure func(workload.Totals, workload.Topic) *workload.Figure) map[int]workload.Figure {
	out := map[int]workload.Figure{}
	for _, s := range samples {
		var of workload.Topic
		for _, t := range s.Topics {
			if t.Name == topic {
				of = t
			}
		}
		got := figure(s.Totals, of)
		if got == nil {
			continue
		}
		hour := int(math.Ceil(f.now().Truncate(time.Hour).Sub(s.Window.Start).Hours()))
		was := out[hour]
		d := s.Window.Duration().Seconds()
		out[hour] = workload.Figure{Value: was.Value + got.Value*d, Low: was.Low + got.Low*d, High: was.High + got.High*d}
	}
	return out
}

func messagesOf(topic string) func(workload.Totals, workload.Topic) *workload.Figure {
	return func(totals workload.Totals, t workload.Topic) *workload.Figure {
		if topic == "" {
			return totals.MessagesPerSec
		}
		return t.MessagesPerSec
	}
}

func fast(c *Config) { c.BackfillLookups = 100_000 }

func TestReadBackCountsWhatWasSent(t *testing.T) {
	f := newFake(t)
	f.createTopic("clicks", 2, nil)
	wave := func(hour int) int { return 40 + 30*(hour%24)/24 }
	orders, clicks := f.fill("orders", 4, 72, wave), f.fill("clicks", 2, 10, func(int) int { return 25 })
	s := f.source(fast)
	samples := readBack(t, f, s, 14*24*time.Hour)
	for topic, sent := range map[string]map[int]int{"orders": orders, "clicks": clicks} {
		got := byHour(f, samples, topic, messagesOf(topic))
		for hour, want := range sent {
			if h := got[hour]; math.Abs(h.Value-float64(want)) > 1e-6 || h.Low > float64(want) || h.High < float64(want) {
				t.Errorf("%s, %d hours ago: %+v, want %d", topic, hour, h, want)
			}
		}
		if len(got) != len(sent) {
			t.Errorf("%s: %d hours have figures, want %d", topic, len(got), len(sent))
		}
	}
	total := byHour(f, samples, "", messagesOf(""))
	for hour := 1; hour <= 72; hour++ {
		if want := float64(orders[hour] + clicks[hour]); math.Abs(total[hour].Value-want) > 1e-6 {
			t.Errorf("all, %d hours ago: %+v, want %g", hour, total[hour], want)
		}
	}
	if oldest := samples[len(samples)-1].Window; f.at.Sub(oldest.Start) > 73*time.Hour {
		t.Errorf("the oldest sample is of %v, where there was nothing yet", oldest)
	}
}

func TestReadBackKnowsTheBytes(t *testing.T) {
	f := newFake(t)
	f.fill("orders", 4, 30, func(int) int { return 40 })
	s := f.source(fast)
	samples := readBack(t, f, s, 48*time.Hour)
	var bytes float64
	for _, h := range byHour(f, samples, "", func(t workload.Totals,
		_ workload.Topic) *workload.Figure {
		return t.IngressBytesPerSec
	}) {
		bytes += h.Value
	}
	var stored float64
	for _, part := range s.world.topics["orders"].parts {
		stored += float64(part.fresh.size)
	}
	if math.Abs(bytes-stored) > 0.001*stored {
		t.Errorf("the hours add up to %.0f bytes, the log holds %.0f", bytes, stored)
	}
	if h := samples[40].Totals.HottestIngress; h == nil || h.Topic != "orders" || h.Rate.Value <= 0 {
		t.Errorf("the hottest partition is %+v", h)
	}
}

// Where retention has taken the older part of a large topic, the cluster's sums are not given, and those of the other topics are.
func TestReadBackSaysNothingOfWhatRetentionTook(t *testing.T) {
	f := newFake(t)
	f.createTopic("clicks", 2, nil)
	orders := f.fill("orders", 4, 48, func(int) int { return 60 })
	f.fill("clicks", 2, 48, func(int) int { return 100 })
	f.deleteBefore("clicks", 2, 24*100/2)
	samples := readBack(t, f, f.source(fast), 7*24*time.Hour)
	total, kept, cut := byHour(f, samples, "", messagesOf("")), byHour(f, samples, "orders", messagesOf("orders")),
		byHour(f, samples, "clicks", messagesOf("clicks"))
	for hour := 1; hour <= 23; hour++ {
		if math.Abs(total[hour].Value-160) > 1e-6 {
			t.Errorf("%d hours ago: %+v, want 160", hour, total[hour])
		}
	}
	for hour := 26; hour <= 48; hour++ {
		if _, answered := total[hour]; answered {
			t.Errorf("%d hours ago a total of %+v is reported without the clicks", hour, total[hour])
		}
		if _, answered := cut[hour]; answered {
			t.Errorf("%d hours ago clicks of %+v are reported that are gone", hour, cut[hour])
		}
		if math.Abs(kept[hour].Value-float64(orders[hour])) > 1e-6 {
			t.Errorf("%d hours ago orders are %+v, want %d", hour, kept[hour], orders[hour])
		}
	}
}

// deleteBefore deletes the records before an offset, as retention does.
func (f *fake) deleteBefore(topic string, partitions int32, offset int64) {
	f.t.Helper()
	req := kmsg.NewPtrDeleteRecordsRequest()
	rt := kmsg.NewDeleteRecordsRequestTopic()
	rt.Topic = topic
	for p := range partitions {
		rp := kmsg.NewDeleteRecordsRequestTopicPartition()
		rp.Partition, rp.Offset = p, offset
		rt.Partitions = append(rt.Partitions, rp)
	}
	req.Topics = append(req.Topics, rt)
	for _, shard := range f.client.RequestSharded(f.t.Context(), req) {
		if shard.Err != nil {
			f.t.Fatal(shard.Err)
		}
	}
}

func TestReadBackOutlivesMovedLeaders(t *testing.T) {
	f := newFake(t)
	orders := f.fill("orders", 4, 48, func(int) int { return 60 })
	s := f.source(fast)
	var looks atomic.Int64
	f.ControlKey(kmsg.NewPtrListOffsetsRequest().Key(), func(kmsg.Request) (kmsg.Response, error, bool) {
		f.KeepControl()
		if looks.Add(1) == 60 {
			if err := f.MoveTopicPartition("orders", 0, 2); err != nil {
				t.Error(err)
			}
		}
		return nil, nil, false
	})
	got := byHour(f, readBack(t, f, s, 48*time.Hour), "orders", messagesOf("orders"))
	for hour, want := range orders {
		if math.Abs(got[hour].Value-float64(want)) > 1e-6 {
			t.Errorf("%d hours ago: %+v, want %d", hour, got[hour], want)
		}
	}
}

func TestReadBackLeavesOutTimestampsOfTheFuture(t *testing.T) {
	f := newFake(t)
	f.createTopic("skewed", 1, nil)
	orders := f.fill("orders", 4, 24, func(int) int { return 200 })
	for i := range 20 {
		r := &kgo.Record{Topic: "skewed", Timestamp: f.at.Add(time.Duration(i-10) * time.Hour), Value: make([]byte, 10)}
		if err := f.client.ProduceSync(t.Context(), r).FirstErr(); err != nil {
			t.Fatal(err)
		}
	}
	samples := readBack(t, f, f.source(fast), 24*time.Hour)
	if got := byHour(f, samples, "skewed", messagesOf("skewed")); len(got) > 0 {
		t.Errorf("the skewed topic has figures: %v", got)
	}
	for hour, h := range byHour(f, samples, "", messagesOf("")) {
		if want := float64(orders[hour]); h.Low > want || h.Value < want || h.High < want+1 {
			t.Errorf("%d hours ago: %+v, want %g and room for what the skewed topic took in", hour, h, want)
		}
	}
}

func TestReadBackStaysWithinItsBudget(t *testing.T) {
	f := newFake(t)
	f.fill("orders", 4, 14*24, func(int) int { return 8 })
	s := f.source(fast)
	collect(t, s)
	before := s.Stats()
	samples := readBack(t, f, s, 14*24*time.Hour)
	spent := s.Stats().Since(before)
	if most := int64(450 * 3); spent.Total() > most {
		t.Errorf("%d requests to three brokers, promised are %d", spent.Total(), most)
	}
	for _, r := range spent.Requests {
		if r.API != "ListOffsets" {
			t.Errorf("%d requests of kind %s", r.Count, r.API)
		}
	}
	t.Logf("%d samples, %d requests, %d bytes sent, %d received", len(samples), spent.Total(), spent.BytesSent, spent.BytesReceived)
}

func TestReadBackKeepsItsPace(t *testing.T) {
	f := newFake(t, kfake.SeedTopics(30, "wide"))
	f.fill("orders", 4, 2, func(int) int { return 8 })
	for p := range int32(30) {
		if err := f.MoveTopicPartition("wide", p, 0); err != nil {
			t.Fatal(err)
		}
	}
	f.fill("wide", 30, 2, func(int) int { return 60 })
	s := f.source(func(c *Config) { c.BackfillLookups = 40 })
	collect(t, s)
	began := time.Now()
	end := f.now().Truncate(time.Hour)
	err := s.ReadBack(t.Context(), workload.Window{Start: end.Add(-5 * time.Minute), End: end},
		func(workload.Sample) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	// Broker 0 leads 30 partitions and two of orders: four looks at 32 of them, at 40 a second.
	if took := time.Since(began); took < 4*30*time.Second/40 {
		t.Errorf("it took %s", took)
	}
}

func TestReadBackEndsWithWhoAsked(t *testing.T) {
	f := newFake(t)
	f.fill("orders", 4, 48, func(int) int { return 8 })
	end := f.now().Truncate(time.Hour)
	span := workload.Window{Start: end.Add(-48 * time.Hour), End: end}
	full := errors.New("disk full")
	if err := f.source(fast).ReadBack(t.Context(), span, func(workload.Sample) error { return full }); !errors.Is(err, full) {
		t.Errorf("an error of emit came back as %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	n := 0
	err := f.source(fast).ReadBack(ctx, span, func(workload.Sample) error {
		if n++; n == 5 {
			cancel()
		}
		return nil
	})
	if !errors.Is(err, context.Canceled) || n > 6 {
		t.Errorf("canceled after 5 of %d samples: %v", n, err)
	}
}

func TestReadBackSaysWhichBrokerDoesNotAnswer(t *testing.T) {
	f := newFake(t)
	f.fill("orders", 4, 48, func(int) int { return 8 })
	s := f.source(fast)
	collect(t, s)
	f.answer(kmsg.NewPtrListOffsetsRequest().Key(), func(req kmsg.Request) kmsg.Response {
		resp := req.ResponseKind().(*kmsg.ListOffsetsResponse)
		for _, rt := range req.(*kmsg.ListOffsetsRequest).Topics {
			out := kmsg.NewListOffsetsResponseTopic()
			out.Topic = rt.Topic
			for _, rp := range rt.Partitions {
				part := kmsg.NewListOffsetsResponseTopicPartition()
				part.Partition, part.ErrorCode = rp.Partition, kerr.UnsupportedForMessageFormat.Code
				out.Partitions = append(out.Partitions, part)
			}
			resp.Topics = append(resp.Topics, out)
		}
		return resp
	})
	if samples := readBack(t, f, s, 48*time.Hour); len(samples) > 0 {
		t.Errorf("a format without timestamps gave %d samples", len(samples))
	}
	f.Close()
	end := f.now().Truncate(time.Hour)
	err := s.ReadBack(t.Context(), workload.Window{Start: end.Add(-time.Hour), End: end},
		func(workload.Sample) error { return nil })
	if err == nil || len(fmt.Sprint(err)) > 300 {
		t.Errorf("without brokers the error is %v", err)
	} else {
		t.Log(err)
	}
}
