package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/mskfit/mskfit/internal/testbed"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// The time before the observation: three and a half days, an hour of which has 300 records and one of which in the middle has ten
// times as many.
const (
	hoursBefore   = 84
	busyHour      = 40
	recordsAnHour = 300
	recordBytes   = 2000
)

func recordsOf(hour int) int {
	if hour == busyHour {
		return 10 * recordsAnHour
	}
	return recordsAnHour
}

// remembering starts a real broker whose topic orders holds the time before, and keeps writing to it and reading from it.
func remembering(t *testing.T) *testbed.Cluster {
	t.Helper()
	c := testbed.Kafka(t, testbed.Options{NoCounters: true})
	c.CreateTopic("orders", 3, map[string]string{"retention.ms": "-1"})
	opts := append(c.ClientOpts(testbed.Plaintext, "", ""), kgo.DefaultProduceTopic("orders"),
		kgo.ProducerBatchCompression(kgo.NoCompression()))
	producer, err := kgo.NewClient(opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(producer.Close)
	now := time.Now()
	for hour := hoursBefore; hour >= 1; hour-- {
		n := recordsOf(hour)
		var records []*kgo.Record
		for i := range n {
			at := now.Add(-time.Duration(hour) * time.Hour).Add(time.Duration(i) * time.Hour / time.Duration(n))
			records = append(records, &kgo.Record{Timestamp: at, Value: make([]byte, recordBytes)})
		}
		if err := producer.ProduceSync(t.Context(), records...).FirstErr(); err != nil {
			t.Fatal(err)
		}
	}
	reader, err := kgo.NewClient(append(c.ClientOpts(testbed.Plaintext, "", ""), kgo.ConsumeTopics("orders"),
		kgo.ConsumerGroup("billing"),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtEnd()), kgo.AutoCommitInterval(500*time.Millisecond))...)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{}, 2)
	t.Cleanup(func() { cancel(); <-ended; <-ended; reader.Close() })
	go func() {
		defer func() { ended <- struct{}{} }()
		for ctx.Err() == nil {
			reader.PollFetches(ctx)
		}
	}()
	go func() {
		defer func() { ended <- struct{}{} }()
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				producer.Produce(ctx, &kgo.Record{Value: make([]byte, recordBytes)}, nil)
			}
		}
	}()
	return c
}

// TestTheFirstLookRestsOnDays looks at a real broker for twelve seconds, and wants a verdict on the days that its logs hold: each
// record counted once, the busy hour as the peak.
func TestTheFirstLookRestsOnDays(t *testing.T) {
	c := remembering(t)
	address := strings.Join(c.Bootstrap(), ",")
	scan := func(args ...string) (v verdict.Verdict) {
		t.Helper()
		stdout, stderr, code := mskfit(t, append([]string{"observe", "-b", address, "--for", "12s", "--format", "json"},
			args...)...)
		if code != exitDone || stderr != "" {
			t.Fatalf("exit code %d, stderr %q", code, stderr)
		}
		if err := json.Unmarshal([]byte(stdout), &v); err != nil {
			t.Fatal(err)
		}
		return v
	}
	v := scan()
	if d := v.Window.End.Sub(v.Window.Start).Hours(); d < hoursBefore-1 || d > hoursBefore+1 {
		t.Errorf("the window is %.1f hours, want %d", d, hoursBefore)
	}
	var orders *verdict.TopicFigures
	for i := range v.Topics {
		if v.Topics[i].Name == "orders" {
			orders = &v.Topics[i]
		}
	}
	if orders == nil || orders.MessagesPerSec == nil || orders.IngressBytesPerSec == nil {
		t.Fatalf("topics %+v", v.Topics)
	}
	seconds := v.Window.End.Sub(v.Window.Start).Seconds()
	sent := float64(hoursBefore*recordsAnHour + 9*recordsAnHour)
	// While it looks, 50 a second come in: twelve seconds of it are counted, as is what came before in this test.
	counted := orders.MessagesPerSec.Value * seconds
	if counted < sent+300 || counted > sent+50*60 {
		t.Errorf("%.0f records were counted, of which %.0f are of the time before: want these and those of the look, once", counted,
			sent)
	}
	peak := 10 * recordsAnHour * recordBytes / 3600.0
	live := 50 * recordBytes * 1.1
	for what, q := range map[string]*workload.Quantity{"orders": orders.IngressBytesPerSec,
		"cluster": v.Workload.IngressBytesPerSec} {
		switch {
		case q.Method != workload.Estimated || !strings.Contains(q.Source, "offsets by timestamp"):
			t.Errorf("%s: ingress by %s from %s", what, q.Method, q.Source)
		case q.Samples < hoursBefore || q.P50 == nil || q.P95 == nil || *q.P50 > peak/5 || *q.P95 > peak*1.2 || *q.Peak < live/2 ||
			*q.Peak > 1.5*live:
			t.Errorf("%s: %+v, want p50 and p95 of quiet hours and the look as the peak", what, q)
		case math.Abs(q.Value*seconds/(counted*(recordBytes+10))-1) > 0.1 || q.Low > q.Value || q.High < q.Value:
			t.Errorf("%s: %+v for %.0f records", what, q, counted)
		}
	}
	if e := v.Workload.EgressBytesPerSec; e == nil || e.Bounded() || e.Samples < hoursBefore || v.Workload.FanOut == nil ||
		v.Workload.FanOut.Value < 0.7 || v.Workload.FanOut.Value > 1.3 {
		t.Errorf("egress %+v, fan-out %+v: want about as much as came in", e, v.Workload.FanOut)
	}
	for _, want := range []string{"minutes before the observation", "egress before the observation"} {
		if !strings.Contains(fmt.Sprint(v.Gaps), want) {
			t.Errorf("gaps %v do not mention %s", v.Gaps, want)
		}
	}
	alone := scan("--backfill", "0")
	if d := alone.Window.End.Sub(alone.Window.Start).Seconds(); d > 20 || alone.Workload.IngressBytesPerSec.Value < live/2 {
		t.Errorf("without reading back: %.0f s, ingress %+v", d, alone.Workload.IngressBytesPerSec)
	}
}
