package history

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
)

// Two sources of the same thing are never added: every minute the stronger method speaks, then the narrower bounds.
func TestSourcesAreMergedByMethod(t *testing.T) {
	c := newClock(t0)
	s := openTest(t, testConfig(t.TempDir()), c)
	for m := range 10 {
		at := t0.Add(time.Duration(m) * time.Minute)
		appendAll(t, s, c, ingressSample("prod", "kafka", at, figure(100, 90, 110, workload.Estimated)))
		switch {
		case m < 4: // CloudWatch counts for four minutes
			appendAll(t, s, c, ingressSample("prod", "cloudwatch", at, figure(200, 200, 200, workload.Measured)))
		case m < 6: // as weak as kafka, but narrower
			appendAll(t, s, c, ingressSample("prod", "cloudwatch", at, figure(300, 299, 301, workload.Estimated)))
		case m < 8: // as weak, and wider
			appendAll(t, s, c, ingressSample("prod", "cloudwatch", at, figure(400, 300, 500, workload.Estimated)))
		}
	}
	w := workloadOf(t, s, "prod", workload.Window{Start: t0, End: c.now()})
	want := (4*200.0 + 2*300 + 4*100) / 10
	if got := w.IngressBytesPerSec; got == nil || !near(got.Value, want) || got.Samples != 10 || got.Method != workload.Estimated {
		t.Errorf("ingress %+v, want %v of 10 values, estimated", got, want)
	}
	if w.Coverage != 1 {
		t.Errorf("coverage %v, want 1: two sources cover a minute once", w.Coverage)
	}
}

// Days that were read back are hourly means: they fill their minutes, do not pass for minutes of their own, and the
// answer says so.
func TestBackfilledHours(t *testing.T) {
	for _, order := range []string{"before the live minutes", "after the live minutes"} {
		t.Run(order, func(t *testing.T) {
			c := newClock(t0.Add(48 * time.Hour))
			s := openTest(t, testConfig(t.TempDir()), c)
			live := func() {
				for m := range 60 {
					appendAll(t, s, c, ingressSample("prod", "kafka", t0.Add(48*time.Hour+time.Duration(m)*time.Minute),
						exactly(1000)))
				}
			}
			if order == "after the live minutes" {
				live()
			}
			for h := range 48 {
				at := t0.Add(time.Duration(h) * time.Hour)
				sample := ingressSample("prod", "kafka", at, figure(100, 50, 150, workload.Estimated))
				sample.Window.End = at.Add(time.Hour)
				sample.Topics = []workload.Topic{{Name: "orders", IngressBytesPerSec: figure(100, 50, 150, workload.Estimated)}}
				appendAll(t, s, c, sample)
			}
			if order == "before the live minutes" {
				live()
			}
			w := workloadOf(t, s, "prod", workload.Window{Start: t0, End: t0.Add(49 * time.Hour)})
			q := w.IngressBytesPerSec
			if want := (48*100.0 + 1000) / 49; q == nil || !near(q.Value, want) {
				t.Fatalf("ingress %+v, want a mean of %v", q, want)
			}
			if q.Samples != 48+60 {
				t.Errorf("%d samples, want 48 hours and 60 minutes", q.Samples)
			}
			checkStatistic(t, "p50", q.P50, 100)
			checkStatistic(t, "peak", q.Peak, 1000)
			if w.Coverage != 1 {
				t.Errorf("coverage %v, want 1", w.Coverage)
			}
			if !slices.ContainsFunc(w.Gaps, func(g workload.Gap) bool { return g.What == "2,880 of 2,940 minutes" }) {
				t.Errorf("gaps %v do not say that 48 hours are means of longer windows", w.Gaps)
			}
			for i, d := range w.DailyPeaks {
				if d.Complete {
					t.Errorf("day %d is complete, but the peak of hourly means is a floor", i)
				}
			}
			topic := w.TopicList
			if len(topic) != 1 || topic[0].IngressBytesPerSec == nil || !near(topic[0].IngressBytesPerSec.Value, 100) {
				t.Fatalf("topics %+v, want orders with 100", topic)
			}
			if got := topic[0].IngressBytesPerSec; got.Samples != 48 || !near(got.Low, 50) && got.Low > 50 {
				t.Errorf("orders %+v, want 48 samples and bounds of at least 50 to 150", got)
			}
		})
	}
}

// What is older than Backfill is refused, counted and no error of the store.
func TestTooOld(t *testing.T) {
	c := newClock(t0.Add(100 * day))
	s := openTest(t, testConfig(t.TempDir()), c)
	appendAll(t, s, c, ingressSample("prod", "kafka", t0.Add(100*day), exactly(1)))
	appendAll(t, s, c, ingressSample("prod", "kafka", t0, exactly(1)))
	if st := s.Status(); st.Refused == 0 || st.Reason != "" || st.Waiting != 0 {
		t.Errorf("status %+v, want refused values and nothing waiting", st)
	}
}

func TestImplausibleWindows(t *testing.T) {
	c := newClock(t0)
	s := openTest(t, testConfig(t.TempDir()), c)
	for name, w := range map[string]workload.Window{
		"backwards": {Start: t0, End: t0.Add(-time.Minute)}, "future": minuteWindow(t0.Add(time.Hour)),
		"very long": {Start: t0.Add(-60 * day), End: t0},
	} {
		sample := ingressSample("prod", "kafka", t0, exactly(1))
		sample.Window = w
		if err := s.Append(t.Context(), sample); err == nil {
			t.Errorf("%s: a window of %s at %s was taken", name, w.Duration(), c.now())
		}
	}
	bad := ingressSample("prod", "kafka", t0.Add(-time.Minute), figure(-5, -6, -4, workload.Derived))
	if err := s.Append(t.Context(), bad); err == nil || !strings.Contains(err.Error(), "negative") {
		t.Errorf("a negative rate: %v", err)
	}
	w := workloadOf(t, s, "prod", workload.Window{Start: t0.Add(-time.Hour), End: t0})
	if w.IngressBytesPerSec != nil || w.Coverage != 0 {
		t.Errorf("ingress %+v, want none", w.IngressBytesPerSec)
	}
}

// Windows shorter than a minute make one value a minute, weighted by time.
func TestShortWindows(t *testing.T) {
	c := newClock(t0)
	s := openTest(t, testConfig(t.TempDir()), c)
	for i := range 13 {
		at := t0.Add(time.Duration(i) * 10 * time.Second)
		sample := ingressSample("prod", "kafka", at, exactly(float64(i)))
		sample.Window.End = at.Add(10 * time.Second)
		appendAll(t, s, c, sample)
	}
	w := workloadOf(t, s, "prod", workload.Window{Start: t0, End: t0.Add(2 * time.Minute)})
	if q := w.IngressBytesPerSec; q == nil || q.Samples != 2 || !near(q.Value, 5.5) || !near(*q.Peak, 8.5) {
		t.Errorf("ingress %+v, want 2.5 and 8.5", q)
	}
}

// A loop that takes 61 s a turn must not leave a hole every hour.
func TestDriftingLoopLeavesNoHole(t *testing.T) {
	c := newClock(t0)
	s := openTest(t, testConfig(t.TempDir()), c)
	at := t0
	for at.Before(t0.Add(3 * time.Hour)) {
		sample := ingressSample("prod", "kafka", at, exactly(7))
		sample.Window.End = at.Add(61 * time.Second)
		appendAll(t, s, c, sample)
		at = sample.Window.End
	}
	w := workloadOf(t, s, "prod", workload.Window{Start: t0, End: t0.Add(3 * time.Hour)})
	if w.Coverage != 1 {
		t.Errorf("coverage %v, want 1: %v", w.Coverage, w.Gaps)
	}
}

// Everything that a sample says comes back after the process was started again: figures, facts, names of any kind.
func TestReopen(t *testing.T) {
	dir, c := t.TempDir(), newClock(t0)
	s := openTest(t, testConfig(dir), c)
	cluster, group := "prod ↯ \xff", "groupe \"naïf\"\n"
	five := 5
	for m := range 7 {
		sample := workload.Sample{
			Cluster: cluster, Source: "kafka", Window: minuteWindow(t0.Add(time.Duration(m) * time.Minute)),
			Totals: workload.Totals{
				IngressBytesPerSec: exactly(100), StoredBytes: exactly(1e12), Partitions: exactly(100_001),
				HottestIngress: &workload.Hottest{Topic: "orders", Partition: 3, Rate: *exactly(60)},
			},
			Topics: []workload.Topic{{Name: "orders", Partitions: 12, ReplicationFactor: 3, IngressBytesPerSec: exactly(float64(m)),
				MessagesPerSec:      exactly(1),
				AverageMessageBytes: exactly(50)}},
			Groups: []workload.Group{{Name: group, Type: "classic", Members: &five, Topics: []string{"orders"},
				EgressBytesPerSec: workload.AtLeast(42, workload.Estimated, "commits").Ptr(), LagMessages: exactly(9)}},
		}
		if m == 0 {
			sample.Topics[0].Config = map[string]workload.ConfigValue{"cleanup.policy": {Value: "compact", Source: "topic"}}
			sample.Posture = &workload.Posture{KafkaVersion: "3.9", Mode: "kraft"}
			sample.MSK = &workload.MSKCluster{Kind: "standard", Size: "kafka.m5.large"}
		}
		appendAll(t, s, c, sample)
	}
	check := func(when string) {
		t.Helper()
		w := workloadOf(t, s, cluster, workload.Window{Start: t0, End: c.now()})
		if w.IngressBytesPerSec == nil || !near(w.IngressBytesPerSec.Value, 100) || w.Posture == nil ||
			w.Posture.KafkaVersion != "3.9" || w.MSK == nil {
			t.Fatalf("%s: %+v", when, w)
		}
		if w.HottestIngressOn != "orders-3" || w.Partitions == nil || w.Partitions.Value != 100_001 {
			t.Errorf("%s: hottest on %q, partitions %v", when, w.HottestIngressOn, w.Partitions)
		}
		o := w.TopicList[0]
		if o.Name != "orders" || o.Partitions != 12 || o.Compacted == nil || !*o.Compacted || o.IngressBytesPerSec == nil ||
			!near(o.IngressBytesPerSec.Value, 3) {
			t.Errorf("%s: topic %+v", when, o)
		}
		if !o.IngressBytesPerSec.PeakAt.Equal(t0.Add(6*time.Minute)) || o.IngressBytesPerSec.Samples != 7 {
			t.Errorf("%s: peak at %s of %d values", when, o.IngressBytesPerSec.PeakAt, o.IngressBytesPerSec.Samples)
		}
		g := w.GroupList[0]
		if g.Name != group || g.Members == nil || *g.Members != 5 || g.EgressBytesPerSec == nil ||
			!near(g.EgressBytesPerSec.Value, 42) {
			t.Errorf("%s: group %+v", when, g)
		}
		if !math.IsInf(g.EgressBytesPerSec.High, 1) {
			t.Errorf("%s: egress of a group is bounded by %v, want a floor", when, g.EgressBytesPerSec.High)
		}
	}
	check("before")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = openTest(t, testConfig(dir), c)
	check("after")
}

// A second process must not write into the same folder.
func TestLocked(t *testing.T) {
	cfg, c := testConfig(t.TempDir()), newClock(t0)
	openTest(t, cfg, c)
	if s, err := Open(cfg, Options{Now: c.now}); err == nil || !strings.Contains(err.Error(), "in use by another process") {
		t.Errorf("a second store opened: %v %v", s, err)
	}
}

func TestUnknownCluster(t *testing.T) {
	c := newClock(t0)
	s := openTest(t, testConfig(t.TempDir()), c)
	w := workloadOf(t, s, "nobody", workload.Window{Start: t0.Add(-time.Hour), End: t0})
	if w.IngressBytesPerSec != nil || w.Coverage != 0 || len(w.TopicList) != 0 || w.Cluster != "nobody" {
		t.Errorf("%+v, want an empty workload", w)
	}
	if len(w.Gaps) != 1 || w.Gaps[0].What != "60 of 60 minutes" {
		t.Errorf("gaps %v", w.Gaps)
	}
}

// Clusters are appended, read and maintained at the same time.
func TestConcurrentUse(t *testing.T) {
	c := newClock(t0.Add(time.Hour))
	s := openTest(t, testConfig(t.TempDir()), c)
	var wait sync.WaitGroup
	for i := range 4 {
		cluster := fmt.Sprintf("c%d", i)
		wait.Go(func() {
			for m := range 60 {
				sample := ingressSample(cluster, "kafka", t0.Add(time.Duration(m)*time.Minute), exactly(float64(i+1)))
				sample.Topics = []workload.Topic{{Name: "orders", IngressBytesPerSec: exactly(1)}}
				if err := s.Append(t.Context(), sample); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wait.Go(func() {
		for range 20 {
			if _, err := s.Workload(t.Context(), "c1", workload.Window{Start: t0, End: c.now()}); err != nil {
				t.Error(err)
			}
			if err := s.Maintain(t.Context()); err != nil {
				t.Error(err)
			}
			s.Status()
		}
	})
	wait.Wait()
	for i := range 4 {
		w := workloadOf(t, s, fmt.Sprintf("c%d", i), workload.Window{Start: t0, End: c.now()})
		if q := w.IngressBytesPerSec; q == nil || q.Samples != 60 || q.Value != float64(i+1) ||
			w.TopicList[0].IngressBytesPerSec.Samples != 60 {
			t.Errorf("cluster %d: %+v", i, w)
		}
	}
}

// A loop that starts between two turns has one short window before the first whole one, and both begin nearest to the same
// minute: it counts once, by the whole window.
func TestAShortWindowGivesWayToTheWholeOne(t *testing.T) {
	c := newClock(t0)
	s := openTest(t, testConfig(t.TempDir()), c)
	start := t0.Add(-15 * time.Second)
	for i, v := range []float64{7e6, 1e6, 2e6, 3e6} {
		w := workload.Window{Start: start, End: t0.Add(time.Duration(i)*time.Minute + 29*time.Second)}
		start = w.End
		sample := workload.Sample{Cluster: "prod", Source: "kafka", Window: w,
			Topics: []workload.Topic{{Name: "orders", Partitions: 1, IngressBytesPerSec: figure(v, v, v, workload.Derived)}}}
		sample.Totals.IngressBytesPerSec = figure(v, v, v, workload.Derived)
		appendAll(t, s, c, sample)
	}
	w := workloadOf(t, s, "prod", workload.Window{Start: t0, End: t0.Add(5 * time.Minute)})
	for what, q := range map[string]*workload.Quantity{"cluster": w.IngressBytesPerSec,
		"orders": w.TopicList[0].IngressBytesPerSec} {
		if q == nil || !near(q.Value, 2e6) || q.Samples != 3 || q.Peak == nil || !near(*q.Peak, 3e6) {
			t.Errorf("%s: %+v, want three minutes of 1, 2 and 3 MB/s", what, q)
		}
	}
}
