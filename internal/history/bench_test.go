//go:build unix

package history

import (
	"context"
	"fmt"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/internal/workload"
)

// The benchmarks share one store: 30 days of one-minute sweeps of 500 topics with five quantities each, every value noisy.
// Run them with: go test ./internal/history -run '^$' -bench . -benchtime=1x
const (
	benchTopics = 500
	benchDays   = 30
)

var benchStore = sync.OnceValues(func() (bench, error) {
	dir, err := os.MkdirTemp("", "mskfit-history-bench")
	if err != nil {
		return bench{}, err
	}
	os.Setenv(benchDirEnv, dir) // TestMain removes it
	b := bench{cfg: testConfig(dir), clock: newClock(t0)}
	return b, b.fill(context.Background())
})

type bench struct {
	cfg   Config
	clock *clock
}

func (b bench) open() (*Store, error) {
	return Open(b.cfg, Options{Now: b.clock.now, Log: zerolog.Nop()})
}

// fill writes the rows that the sweeps would have come to, a quarter of an hour at a time.
func (b bench) fill(ctx context.Context) error {
	s, err := b.open()
	if err != nil {
		return err
	}
	rng := rand.New(rand.NewPCG(7, 7))
	facts := workload.Sample{Cluster: "prod", Source: "kafka", Window: minuteWindow(t0)}
	for i := range benchTopics {
		facts.Topics = append(facts.Topics, workload.Topic{Name: fmt.Sprintf("topic-%03d", i), Partitions: 20, ReplicationFactor: 3})
	}
	if err := s.Append(ctx, facts); err != nil {
		return err
	}
	e := s.backend.(*embedded)
	const minutes = 15
	for at := t0; at.Before(t0.Add(benchDays * day)); at = at.Add(minutes * time.Minute) {
		b.clock.set(at.Add(minutes * time.Minute))
		if _, err := e.write(ctx, benchRows(rng, at.UnixMilli()/minuteMillis, minutes)); err != nil {
			return err
		}
		if err := s.Maintain(ctx); err != nil {
			return err
		}
	}
	return s.Close()
}

func benchRows(rng *rand.Rand, first int64, minutes int) (out []row) {
	id := figureID{cluster: "prod", source: "kafka", level: ofCluster}
	for m := first; m < first+int64(minutes); m++ {
		for _, q := range []quantity{ingress, egress, messages, hottestIngress, hottestEgress, stored} {
			id.quantity = q
			out = minuteRows(out, id, observation{quantity: q, figure: noisy(rng, 5e8, m)}, m, 1)
		}
		id.quantity = windowSeconds
		out = minuteRows(out, id, observation{figure: workload.Figure{Value: 60}}, m, 1)
	}
	for i := range benchTopics {
		for _, q := range []quantity{ingress, egress, messages, hottestIngress, hottestEgress} {
			id := figureID{"prod", "kafka", ofTopic, fmt.Sprintf("topic-%03d", i), q}
			for m := first; m < first+int64(minutes); m += blockMinutes {
				var one sum
				for k := range int64(blockMinutes) {
					one.add(noisy(rng, 1e3*float64(1+i)*float64(len(q)), m+k), m+k, 1)
				}
				out = one.rows(out, id)
			}
		}
	}
	return out
}

// noisy is a daily wave with noise and an error of about 1 %.
func noisy(rng *rand.Rand, scale float64, minute int64) workload.Figure {
	v := scale * (1 + 0.5*math.Sin(2*math.Pi*float64(minute)/minutesPerDay)) * (0.9 + 0.2*rng.Float64())
	e := 0.007 + 0.002*rng.Float64()
	return workload.Between(v, v*(1-e), v*(1+e), workload.Derived, "test")
}

func openBench(b *testing.B) (*Store, bench) {
	b.Helper()
	from, err := benchStore()
	if err != nil {
		b.Fatal(err)
	}
	s, err := from.open()
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := s.Close(); err != nil {
			b.Error(err)
		}
	})
	b.ResetTimer()
	return s, from
}

// reportCPU adds what all cores spent since start: on a machine that others use as well, it says more than the time.
func reportCPU(b *testing.B, start time.Duration) {
	b.ReportMetric(float64(cpuTime()-start)/float64(time.Millisecond)/float64(b.N), "cpu-ms/op")
}

func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func benchWindow() workload.Window { return workload.Window{Start: t0, End: t0.Add(benchDays * day)} }

// BenchmarkIngressP95 reads p95 (and with it mean, p50, p99 and peak) of 30 days of ingress of every topic.
func BenchmarkIngressP95(b *testing.B) {
	s, _ := openBench(b)
	start := cpuTime()
	defer func() { reportCPU(b, start) }()
	for b.Loop() {
		r, err := s.reader(b.Context(), "prod", benchWindow())
		if err != nil {
			b.Fatal(err)
		}
		r.sources = []string{"kafka"}
		n := 0
		err = r.eachName(b.Context(), ofTopic, []quantity{ingress}, func(_ string, found map[quantity]*workload.Quantity) {
			if found[ingress].P95 != nil {
				n++
			}
		})
		if err != nil || n != benchTopics {
			b.Fatalf("%d topics, %v", n, err)
		}
	}
}

// BenchmarkWorkload30Days is everything: the cluster, five quantities of every topic, daily peaks and gaps.
func BenchmarkWorkload30Days(b *testing.B) { benchWorkload(b, benchWindow()) }

// BenchmarkWorkload14Days is that for the window of a decision, once in a quarter of an hour by default.
func BenchmarkWorkload14Days(b *testing.B) {
	w := benchWindow()
	w.Start = w.End.Add(-14 * day)
	benchWorkload(b, w)
}

func benchWorkload(b *testing.B, window workload.Window) {
	s, _ := openBench(b)
	start := cpuTime()
	defer func() { reportCPU(b, start) }()
	for b.Loop() {
		w, err := s.Workload(b.Context(), "prod", window)
		if err != nil || len(w.TopicList) != benchTopics || w.TopicList[7].EgressBytesPerSec == nil {
			b.Fatalf("%d topics, %v", len(w.TopicList), err)
		}
	}
}

// BenchmarkOpen is the start with 30 days present, and what they take on disk and in memory.
func BenchmarkOpen(b *testing.B) {
	from, err := benchStore()
	if err != nil {
		b.Fatal(err)
	}
	values := float64(benchTopics)*5*3*benchDays*minutesPerDay/blockMinutes + 13*benchDays*minutesPerDay
	blocks, log := diskBytes(b, from.cfg.Dir)
	before := heapBytes()
	for b.Loop() {
		s, err := from.open()
		if err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		b.ReportMetric(heapBytes()-before, "heap-bytes")
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
	b.ReportMetric(blocks/(values*(benchDays-1)/benchDays), "disk-bytes/value")
	b.ReportMetric(log, "log-bytes")
}

func heapBytes() float64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}

// diskBytes adds up the blocks and what stands beside them (the log and the chunks of the last day).
func diskBytes(b *testing.B, dir string) (blocks, log float64) {
	b.Helper()
	err := filepath.WalkDir(filepath.Join(dir, "tsdb"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(filepath.Join(dir, "tsdb"), path)
		if len(rel) > 26 && rel[26] == filepath.Separator { // a block is named by a ULID
			blocks += float64(info.Size())
		} else {
			log += float64(info.Size())
		}
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return blocks, log
}
