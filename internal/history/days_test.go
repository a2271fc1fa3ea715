package history

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
)

// truth collects the raw one-minute values of one quantity.
type truth struct {
	at     []time.Time
	values []float64
}

func (tr *truth) add(at time.Time, v float64) {
	tr.at, tr.values = append(tr.at, at), append(tr.values, v)
}

func (tr *truth) rank(p float64) float64 {
	sorted := slices.Sorted(slices.Values(tr.values))
	return sorted[max(0, int(math.Ceil(p*float64(len(sorted))-1e-9))-1)]
}

func (tr *truth) mean() float64 {
	total := 0.0
	for _, v := range tr.values {
		total += v
	}
	return total / float64(len(tr.values))
}

func (tr *truth) peak() (v float64, at time.Time) {
	v = -1
	for i := range tr.values {
		if tr.values[i] > v {
			v, at = tr.values[i], tr.at[i]
		}
	}
	return v, at
}

// check compares a quantity with the raw values, percentiles within a tolerance (0: rounding alone).
func (tr *truth) check(t *testing.T, what string, q *workload.Quantity, tolerance float64) {
	t.Helper()
	if q == nil {
		t.Errorf("%s: absent, want %d values", what, len(tr.values))
		return
	}
	if q.Samples != len(tr.values) {
		t.Errorf("%s: %d samples, want %d", what, q.Samples, len(tr.values))
	}
	checkStatistic(t, what+" mean", &q.Value, tr.mean())
	peak, at := tr.peak()
	checkStatistic(t, what+" peak", q.Peak, peak)
	if !q.PeakAt.Equal(at) {
		t.Errorf("%s: peak at %s, want %s", what, q.PeakAt, at)
	}
	for _, s := range []struct {
		name string
		got  *float64
		p    float64
	}{{"p50", q.P50, 0.50}, {"p95", q.P95, 0.95}, {"p99", q.P99, 0.99}} {
		want := tr.rank(s.p)
		if s.got == nil || math.Abs(*s.got-want) > math.Max(2e-5, tolerance)*want {
			t.Errorf("%s %s = %v, want %v within %v", what, s.name, valueOf(s.got), want, tolerance)
		}
	}
	if q.Low > q.Value || q.High < q.Value {
		t.Errorf("%s: bounds [%v, %v] do not hold %v", what, q.Low, q.High, q.Value)
	}
}

// TestThreeDays drives 72 hours of one-minute sweeps through the store, with minutes that are missing, restarts that lose the
// process but not its files, and a topic that is deleted and made again. What is read back must be what was put in.
func TestThreeDays(t *testing.T) {
	const minutes = 72 * 60
	rng := rand.New(rand.NewPCG(1, 2))
	c := newClock(t0)
	cfg := testConfig(t.TempDir())
	s := openTest(t, cfg, c)
	names := []string{"orders", "clicks", "audit", "reborn"}
	var total truth
	perTopic := map[string]*truth{}
	for _, n := range names {
		perTopic[n] = &truth{}
	}
	missing := 0
	for m := range minutes {
		at := t0.Add(time.Duration(m) * time.Minute)
		if m == 1000 || m == 2502 || m == 3003 { // a restart: what is open is written, nothing comes for a while
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			s = openTest(t, cfg, c)
		}
		if m >= 500 && m < 530 || rng.IntN(200) == 0 || m >= 1000 && m < 1003 {
			missing++
			continue
		}
		sample := workload.Sample{Cluster: "prod", Source: "kafka", Window: minuteWindow(at)}
		sum := 0.0
		for i, n := range names {
			if n == "reborn" && m >= 2000 && m < 2100 {
				continue // it is gone
			}
			topic := workload.Topic{Name: n, Partitions: 3, ReplicationFactor: 3}
			v := float64(1+i) * 1e6 * (1 + 0.5*math.Sin(2*math.Pi*float64(m)/1440)) * (0.8 + 0.4*rng.Float64())
			if n != "reborn" || m != 2100 { // the first window after it was made again is discarded
				topic.IngressBytesPerSec = figure(v, v*0.99, v*1.01, workload.Derived)
				perTopic[n].add(at, v)
				sum += v
			}
			sample.Topics = append(sample.Topics, topic)
		}
		sample.Totals.IngressBytesPerSec = figure(sum, sum*0.99, sum*1.01, workload.Derived)
		total.add(at, sum)
		appendAll(t, s, c, sample)
		if m%30 == 0 {
			if err := s.Maintain(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	w := workloadOf(t, s, "prod", workload.Window{Start: t0, End: t0.Add(minutes * time.Minute)})
	total.check(t, "cluster", w.IngressBytesPerSec, 0)
	if want := float64(minutes-missing) / minutes; !near(w.Coverage, want) {
		t.Errorf("coverage %v, want %v", w.Coverage, want)
	}
	if len(w.TopicList) != len(names) {
		t.Fatalf("%d topics, want %d", len(w.TopicList), len(names))
	}
	for _, topic := range w.TopicList {
		perTopic[topic.Name].check(t, topic.Name, topic.IngressBytesPerSec, 0.02)
	}
	if e, ok := w.IngressBytesPerSec.RelativeError(); !ok || e < 0.0099 || e > 0.0115 {
		t.Errorf("error of the mean %v, want a little over 1 %%", e)
	}
	if w.IngressBytesPerSec.Method != workload.Derived || w.IngressBytesPerSec.Source != "test" {
		t.Errorf("method %q source %q, want derived from test", w.IngressBytesPerSec.Method, w.IngressBytesPerSec.Source)
	}
	checkDays(t, w.DailyPeaks, total)
	found := false
	for _, g := range w.Gaps {
		found = found || g.What == fmt.Sprintf("%s of %s minutes", count(missing), count(minutes))
	}
	if !found {
		t.Errorf("gaps %v do not count the %d missing minutes", w.Gaps, missing)
	}
}

// checkDays compares the peaks of three days with the raw values.
func checkDays(t *testing.T, got []workload.DailyPeak, raw truth) {
	t.Helper()
	if len(got) != 3 {
		t.Fatalf("%d days, want 3", len(got))
	}
	for i, d := range got {
		peak := 0.0
		for k, at := range raw.at {
			if at.Truncate(day).Equal(d.Day) {
				peak = max(peak, raw.values[k])
			}
		}
		if v, ok := d.Values["ingress_bytes_per_second"]; !ok || !near(v, peak) || !d.Complete ||
			!d.Day.Equal(t0.Add(time.Duration(i)*day)) {
			t.Errorf("day %d: %+v, want a complete one with a peak of %v", i, d, peak)
		}
	}
}
