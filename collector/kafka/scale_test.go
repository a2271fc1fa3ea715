//go:build linux

package kafka

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/mskfit/mskfit/internal/measure"
	"github.com/mskfit/mskfit/internal/scale"
	"github.com/mskfit/mskfit/internal/testbed"
	"github.com/mskfit/mskfit/internal/workload"
)

var (
	scaleCases = flag.String("scale", "", "clusters to sweep, as partitions+groupsxsweeps with commas between them; empty: none")
	scaleReal  = flag.String("real", "", "the same on real brokers; empty: none")
	scaleRun   = flag.String("scale-run", "", "identity of the run that these figures belong to")
	scaleOf    = flag.String("commit", "", "commit that is measured")
	scaleOut   = flag.String("out", "", "folder of scale.json; empty: a folder that is deleted")
	scalePeers = flag.String("peers", "", "other programs to hold against on the real brokers: kminion=/path kafka_exporter=/path")
)

// scaleCase is a cluster, and how often it is swept.
type scaleCase struct{ partitions, groups, sweeps int }

func casesOf(t *testing.T, text string) (out []scaleCase) {
	t.Helper()
	for one := range strings.SplitSeq(text, ",") {
		var c scaleCase
		if n, err := fmt.Sscanf(one, "%d+%dx%d", &c.partitions, &c.groups, &c.sweeps); one != "" && (n != 3 || err != nil) {
			t.Fatalf("%q is not partitions+groupsxsweeps, such as 10000+500x50", one)
		}
		if one != "" {
			out = append(out, c)
		}
	}
	return out
}

// TestScale measures sweeps of the fake where -scale asks for it. The fake is in another process. Each sweep is followed by the
// bare requests, so that both see the same load of the machine.
func TestScale(t *testing.T) {
	for _, c := range casesOf(t, *scaleCases) {
		t.Run(fmt.Sprintf("%d+%d", c.partitions, c.groups), func(t *testing.T) {
			bootstrap := servingGroups(t, c.partitions, c.groups)
			keepCost(t, measureCost(t, c, bootstrap, "fake (kfake)"))
		})
	}
}

func keepCost(t *testing.T, c scale.Cost) {
	t.Helper()
	folder := *scaleOut
	if folder == "" {
		folder = t.TempDir()
	}
	if err := scale.Add(folder, scale.Begin(*scaleRun, *scaleOf), func(r *scale.Run) { r.KeepCost(c) }); err != nil {
		t.Fatal(err)
	}
}

func measureCost(t *testing.T, c scaleCase, bootstrap []string, cluster string) scale.Cost {
	t.Helper()
	debug.FreeOSMemory()
	cfg := DefaultConfig()
	cfg.Bootstrap, cfg.Timeout = bootstrap, time.Minute
	s, err := New(cfg, zerolog.Nop())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	sweep := func() {
		sample, err := s.Collect(t.Context(), workload.Window{})
		if err != nil {
			t.Fatal(err)
		}
		if f := sample.Totals.Partitions; f == nil || f.Value != float64(c.partitions) || len(sample.Groups) != c.groups {
			t.Fatalf("the sample has %+v partitions and %d groups, want %d and %d", f, len(sample.Groups), c.partitions, c.groups)
		}
	}
	sweep() // reads configuration and posture, which later sweeps do not
	out := scale.Cost{Cluster: cluster, Program: "mskfit", Partitions: c.partitions, Groups: c.groups}
	alone(t, &out, s, min(c.sweeps, 10), sweep)
	client, err := kgo.NewClient(kgo.SeedBrokers(bootstrap...), kgo.BrokerMaxReadBytes(largestResponse))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if _, err := client.Request(t.Context(), brokersOnly()); err != nil {
		t.Fatal(err)
	}
	bareSweep(t.Context(), t, client) // connects
	for range c.sweeps {
		wall, cpu := spent(sweep)
		out.Wall, out.CPU = append(out.Wall, wall), append(out.CPU, cpu)
		wall, cpu = spent(func() { bareSweep(t.Context(), t, client) })
		out.BareWall, out.BareCPU = append(out.BareWall, wall), append(out.BareCPU, cpu)
	}
	return out
}

// alone makes n sweeps with nothing beside them, for what they allocate, hold and send.
func alone(t *testing.T, out *scale.Cost, s *Source, n int, sweep func()) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	stats := s.Stats()
	var held []float64
	over, watching := make(chan struct{}), sync.WaitGroup{}
	watching.Go(func() {
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			if sizes, err := measure.Memory(os.Getpid()); err == nil {
				held = append(held, sizes["RssAnon"])
			}
			select {
			case <-over:
				return
			case <-tick.C:
			}
		}
	})
	for range n {
		sweep()
	}
	close(over)
	watching.Wait()
	runtime.ReadMemStats(&after)
	each := func(total float64) float64 { return total / float64(n) }
	out.Allocs, out.Allocated = each(float64(after.Mallocs-before.Mallocs)), each(float64(after.TotalAlloc-before.TotalAlloc))
	runtime.GC()
	runtime.ReadMemStats(&after)
	cost := s.Stats().Since(stats)
	out.Requests = each(float64(cost.Total()))
	out.Sent, out.Received = each(float64(cost.BytesSent)), each(float64(cost.BytesReceived))
	out.Heap, out.Anonymous = float64(after.HeapAlloc), measure.Median(held)
	for _, v := range held {
		out.Most = max(out.Most, v)
	}
}

// spent is how long something took, and the CPU time of this process on all cores over that time.
func spent(do func()) (wall, cpu float64) {
	used, began := processTime(), time.Now()
	do()
	return time.Since(began).Seconds(), processTime() - used
}

func processTime() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
}

// TestScaleReal is TestScale on three real brokers, where -real asks for it, with what other programs cost beside it.
func TestScaleReal(t *testing.T) {
	for _, c := range casesOf(t, *scaleReal) {
		cluster := testbed.Kafka(t, testbed.Options{Brokers: 3, HeapMB: 1024})
		cluster.Populate(testbed.Population{Topics: c.partitions / 20, Partitions: c.partitions, Groups: c.groups})
		name := "Apache Kafka " + cluster.Options.Version + ", three brokers"
		keepCost(t, measureCost(t, c, cluster.Bootstrap(), name))
		for peer := range strings.FieldsSeq(*scalePeers) {
			program, path, _ := strings.Cut(peer, "=")
			cost := scale.Cost{Cluster: name, Program: program, Partitions: c.partitions, Groups: c.groups}
			measurePeer(t, &cost, path, cluster, c.sweeps)
			keepCost(t, cost)
		}
	}
}
