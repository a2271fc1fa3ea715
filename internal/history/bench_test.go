//go:build unix

package history

import (
	"context"
	"database/sql"
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

// fill writes whole days as they are stored, and appends the sweeps of the last hours.
func (b bench) fill(ctx context.Context) error {
	s, err := b.open()
	if err != nil {
		return err
	}
	rng := rand.New(rand.NewPCG(7, 7))
	for d := range int64(benchDays) {
		if err := b.fillDay(ctx, s.backend.(*sqlite), rng, t0.Unix()/86400+d); err != nil {
			return err
		}
	}
	for at := t0.Add(benchDays*day - 3*time.Hour); at.Before(t0.Add(benchDays * day)); at = at.Add(time.Minute) {
		b.clock.set(at.Add(time.Minute))
		if err := s.Append(ctx, benchSample(rng, at)); err != nil {
			return err
		}
		if at.Minute() == 0 {
			if err := s.Maintain(ctx); err != nil {
				return err
			}
		}
	}
	return s.Close()
}

func (b bench) fillDay(ctx context.Context, s *sqlite, rng *rand.Rand, day int64) error {
	ids, observations := []seriesID{}, []float64{}
	obs, _ := flatten(new(benchSample(rng, t0)))
	for _, o := range obs {
		if o.level != ofPartition {
			ids = append(ids, seriesID{"prod", "kafka", o.level, o.name, o.quantity})
			observations = append(observations, o.figure.Value)
		}
	}
	ids, observations = append(ids, seriesID{"prod", "kafka", ofCluster, "", windowSeconds}), append(observations, 60)
	return s.transact(ctx, func(tx *sql.Tx) error {
		w := logWriter{ids: map[seriesID]int64{}, fresh: map[seriesID]int64{}}
		if err := w.write(ctx, tx, []*entry{{cluster: "prod", first: day * minutesPerDay, ids: ids,
			packed: packObservations(make([]observed, len(ids)))}}); err != nil {
			return err
		}
		for i, id := range ids {
			sp := dayOf(id.level, day)
			points := make([]point, sp.n)
			first, _ := sp.minutes()
			for m := range int64(minutesPerDay) {
				f := noisy(rng, observations[i], first+m)
				if id.quantity == windowSeconds {
					f = workload.Exactly(60, workload.Measured, "")
				}
				points[m/sp.res].put(uint8(m%sp.res), observe(f, rateBits).cell())
			}
			for k := range points {
				points[k].round(rateBits)
			}
			if _, err := tx.ExecContext(ctx, "INSERT INTO days (id, day, points) VALUES (?, ?, ?)", dayKey(w.fresh[id], day), day,
				encodeDay(points)); err != nil {
				return err
			}
		}
		_, err := tx.ExecContext(ctx, "DELETE FROM log WHERE beyond = first")
		return err
	})
}

func benchSample(rng *rand.Rand, at time.Time) workload.Sample {
	m := at.Unix() / 60
	some := func(scale float64) *workload.Figure { return noisy(rng, scale, m).Ptr() }
	hottest := func(scale float64) *workload.Hottest {
		return &workload.Hottest{Topic: fmt.Sprintf("topic-%03d", rng.IntN(3)), Partition: int32(rng.IntN(3)),
			Rate: noisy(rng, scale, m)}
	}
	out := workload.Sample{Cluster: "prod", Source: "kafka", Window: minuteWindow(at),
		Totals: workload.Totals{IngressBytesPerSec: some(5e8),
			EgressBytesPerSec: some(5e8), MessagesPerSec: some(5e8), HottestIngress: hottest(5e8), HottestEgress: hottest(5e8),
			StoredBytes: some(5e8)}}
	for i := range benchTopics {
		scale := 1e3 * float64(1+i)
		out.Topics = append(out.Topics, workload.Topic{Name: fmt.Sprintf("topic-%03d", i), Partitions: 20, ReplicationFactor: 3,
			IngressBytesPerSec: some(24 * scale), EgressBytesPerSec: some(23 * scale), MessagesPerSec: some(19 * scale),
			HottestIngress: hottest(42 * scale), HottestEgress: hottest(41 * scale)})
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
		err = r.eachName(b.Context(), ofTopic, []Quantity{Ingress}, func(_ string, found map[Quantity]*workload.Quantity) {
			if found[Ingress].P95 != nil {
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
	size := diskBytes(b, from.cfg.Dir)
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
	b.ReportMetric(size/values, "disk-bytes/value")
}

func heapBytes() float64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}

// diskBytes adds up the files of the store.
func diskBytes(b *testing.B, dir string) (size float64) {
	b.Helper()
	err := filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		size += float64(info.Size())
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return size
}
