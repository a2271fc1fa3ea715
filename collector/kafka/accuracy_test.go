package kafka

import (
	"context"
	"math"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/internal/testbed"
	"github.com/mskfit/mskfit/internal/workload"
)

// observed is what a source saw of a cluster, beside what the brokers themselves counted in the meantime.
type observed struct {
	whole workload.Sample
	// truth was counted between two readings that enclose the observation closely; seconds is the time between them.
	truth   testbed.Counters
	seconds float64
	// blur is how long the two readings took, as a fraction of that: brokers do not show all counters of one instant.
	blur float64
}

// observeCluster sweeps the cluster every so often for as long as asked, between two readings of the brokers' counters, with
// several sources at once.
func observeCluster(t *testing.T, c *testbed.Cluster, every, during time.Duration, sources ...*Source) []observed {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), during+2*time.Minute)
	defer cancel()
	before, err := c.Counters(ctx)
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		for _, s := range sources {
			if _, err := s.Collect(ctx, workload.Window{}); err != nil {
				t.Fatal(err)
			}
		}
		if time.Since(began) > during-every/2 {
			break
		}
		<-tick.C
	}
	after, err := c.Counters(ctx)
	if err != nil {
		t.Fatal(err)
	}
	var all []observed
	for _, s := range sources {
		whole, ok := s.WholeWindow()
		if !ok {
			t.Fatal("there is no sample of the whole time")
		}
		o := observed{whole: whole, truth: after.Since(before), seconds: after.At().Sub(before.At()).Seconds()}
		o.blur = (before.End.Sub(before.Start) + after.End.Sub(after.Start)).Seconds() / 2 / o.seconds
		t.Logf("observed %s in %d sweeps; the brokers' counters were read %s before and %s after, each within %.2f %% of the time",
			whole.Window.Duration().Round(time.Millisecond), s.Stats().Sweeps,
			whole.Window.Start.Sub(before.At()).Round(time.Millisecond),
			after.At().Sub(whole.Window.End).Round(time.Millisecond), 100*o.blur)
		all = append(all, o)
	}
	return all
}

// perSecond makes a rate of what the brokers counted.
func (o observed) perSecond(n int64) float64 { return float64(n) / o.seconds }

// compare prints a figure beside the truth, and checks the error, when within is positive, and the stated bounds.
func (o observed) compare(t *testing.T, what string, f *workload.Figure, counted int64, within float64) {
	t.Helper()
	truth := o.perSecond(counted)
	if f == nil {
		t.Errorf("%-36s there is no figure; the brokers counted %.0f/s", what, truth)
		return
	}
	off := f.Value/truth - 1
	t.Logf("%-36s %10.1f/s  brokers %10.1f/s  error %+6.2f %%  bounds %+6.2f %% to %+6.2f %%  %s",
		what, f.Value, truth, 100*off, 100*(f.Low/f.Value-1), 100*(f.High/f.Value-1), f.Method)
	if truth*(1+o.blur) < f.Low || truth*(1-o.blur) > f.High {
		t.Errorf("%s: the brokers counted %.1f/s, outside the stated [%.1f, %.1f]", what, truth, f.Low, f.High)
	}
	if within > 0 && math.Abs(off) > within {
		t.Errorf("%s: %.1f/s is %+.2f %% off the brokers' %.1f/s, want %.0f %% at most", what, f.Value, 100*off, truth, 100*within)
	}
}

func newSource(t *testing.T, c *testbed.Cluster, change ...func(*Config)) *Source {
	t.Helper()
	cfg := DefaultConfig()
	cfg.Bootstrap = c.Bootstrap()
	for _, f := range change {
		f(&cfg)
	}
	s, err := New(cfg, zerolog.Nop())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func TestMeasuredFiguresAreTheBrokersOwn(t *testing.T) {
	c := testbed.Kafka(t, testbed.Options{Brokers: 2, Alone: true})
	load := testbed.StartLoad(t, c)
	load.AwaitSteady()
	var s *Source
	var o observed
	load.Undisturbed(func() {
		s = newSource(t, c)
		o = observeCluster(t, c, 5*time.Second, time.Minute, s)[0]
	})

	o.compare(t, "cluster: bytes in", o.whole.Totals.IngressBytesPerSec, o.truth.Total.BytesIn, load.Within("", 0.01))
	o.compare(t, "cluster: messages in", o.whole.Totals.MessagesPerSec, o.truth.Total.MessagesIn, load.Within("", 0.01))
	o.compare(t, "cluster: bytes out (a floor)", o.whole.Totals.EgressBytesPerSec, o.truth.Total.BytesOut, 0)
	for _, topic := range o.whole.Topics {
		truth, bytes, messages := o.truth.Topics[topic.Name], load.Within(topic.Name, 0.03), load.Within(topic.Name, 0.01)
		if topic.Internal { // all commits of a group come at once, so one more or less is 2 % of a minute: bounds alone
			bytes, messages = 0, 0
		}
		o.compare(t, topic.Name+": bytes in", topic.IngressBytesPerSec, truth.BytesIn, bytes)
		o.compare(t, topic.Name+": messages in", topic.MessagesPerSec, truth.MessagesIn, messages)
	}
	o.compareGroups(t, s, load)
	o.logGaps(t)
	st := s.Stats()
	t.Logf("cost: %d sweeps, %d requests, %d bytes sent, %d received: %v", st.Sweeps, st.Total(), st.BytesSent, st.BytesReceived,
		st.Requests)
}

// TestMeasuredFiguresOfThoseWhoMaySeeLess has the same load, with a topic beside it that the broker compresses, seen by one who
// may not read records (a compacted topic is then estimated from how its log grows between cleanings) and by one who is refused
// log sizes, as on Serverless (all bytes then come from record batches).
func TestMeasuredFiguresOfThoseWhoMaySeeLess(t *testing.T) {
	c := testbed.Kafka(t, testbed.Options{Alone: true})
	c.CreateTopic("recompressed", 1, map[string]string{"compression.type": "gzip"})
	load := testbed.StartLoad(t, c)
	producing, stop := context.WithCancel(t.Context())
	var producer sync.WaitGroup
	producer.Go(func() { sendSteadily(producing, t, c, "recompressed", 500) })
	defer producer.Wait()
	defer stop()
	load.AwaitSteady()

	noRecords := newSource(t, c, func(cfg *Config) { cfg.SampleBatches = false })
	noSizes := newSource(t, c)
	noSizes.versions[1] = versions{newest: map[int16]int16{}} // asked already: it is taken not to know DescribeLogDirs
	for _, key := range []int16{keyFetch, keyListOffsets, keyMetadata, keyOffsetFetch, keyListGroups, keyDescribeGroups} {
		noSizes.versions[1].newest[key] = 9
	}
	noSizes.slow.at = time.Now()
	noSizes.slow.round = 1
	all := observeCluster(t, c, 4*time.Second, 40*time.Second, noRecords, noSizes)

	t.Log("without records")
	o := all[0]
	o.compare(t, "cluster: bytes in", o.whole.Totals.IngressBytesPerSec, o.truth.Total.BytesIn, 0)
	for _, topic := range o.whole.Topics {
		within := 0.1
		if topic.Internal || topic.Name == "recompressed" || topic.Name == testbed.LoadCompacted {
			within = 0 // only its bounds
		}
		o.compare(t, topic.Name+": bytes in", topic.IngressBytesPerSec, o.truth.Topics[topic.Name].BytesIn, within)
	}
	o.logGaps(t)

	t.Log("without log sizes")
	o = all[1]
	o.compare(t, "cluster: bytes in", o.whole.Totals.IngressBytesPerSec, o.truth.Total.BytesIn, 0.1)
	for _, topic := range o.whole.Topics {
		f, within := topic.IngressBytesPerSec, 0.1
		if topic.Internal || topic.Name == "recompressed" {
			within = 0 // only its bounds
		}
		o.compare(t, topic.Name+": bytes in", f, o.truth.Topics[topic.Name].BytesIn, within)
		if topic.Name != "recompressed" && f != nil && (f.Low < f.Value/2 || f.High > f.Value*2) {
			t.Errorf("%s: bounds of %.0f to %.0f about %.0f say nothing", topic.Name, f.Low, f.High, f.Value)
		}
	}
	o.logGaps(t)
}

func (o observed) logGaps(t *testing.T) {
	t.Helper()
	for _, g := range o.whole.Gaps {
		t.Logf("gap: %s: %s: %s", g.What, g.Why, g.Effect)
	}
}

// compareGroups holds what each group read of each topic against the bytes that the brokers sent of it, shared equally by
// its readers: they read everything, and at the head.
func (o observed) compareGroups(t *testing.T, s *Source, load *testbed.Load) {
	t.Helper()
	readers := map[string]int64{}
	for _, name := range testbed.LoadReadWithoutGroup {
		readers[name]++
	}
	for _, g := range o.whole.Groups {
		for name := range g.EgressByTopic {
			readers[name]++
		}
	}
	for _, g := range o.whole.Groups {
		for _, name := range g.Topics {
			within := 0.0 // the group that commits every five seconds has only its bounds
			if g.Name == testbed.LoadGroupSecond {
				within = load.Within(name, 0.05)
			}
			sent := o.truth.Topics[name].BytesOut - s.Fetched(name)
			f := g.EgressByTopic[name]
			o.compare(t, g.Name+" of "+name, &f, sent/readers[name], within)
		}
	}
}
