//go:build linux

package daemon

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/analyzer/drift"
	"github.com/mskfit/mskfit/internal/agent"
	"github.com/mskfit/mskfit/internal/alert"
	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/history"
	"github.com/mskfit/mskfit/internal/ledger"
	"github.com/mskfit/mskfit/internal/measure"
	"github.com/mskfit/mskfit/internal/scale"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

var (
	monthDays   = flag.Int("month", 0, "days of the accelerated month; 0: not at all")
	monthCommit = flag.String("commit", "", "commit that is measured")
	monthOut    = flag.String("out", "", "folder of soak.json; empty: a folder that is deleted")
)

// The cluster of the month, and how often its parts are measured.
const (
	monthTopics = 20
	monthReads  = 6 * time.Hour
)

// TestMonth drives agent, history, ledger and alerts through a month of one-minute sweeps and a verdict every quarter of an hour on
// a fake clock, and writes what they hold every six hours to soak.json.
func TestMonth(t *testing.T) {
	if *monthDays == 0 {
		return
	}
	run := scale.BeginSoak(scale.Month, *monthCommit, time.Duration(*monthDays)*24*time.Hour)
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) { month(t, dir, &run) })
	run.LoadAtEnd = measure.LoadAverage()
	folder := *monthOut
	if folder == "" {
		folder = t.TempDir()
	}
	if err := scale.Keep(folder, run); err != nil {
		t.Fatal(err)
	}
	if err := run.Failed(); err != nil {
		t.Error(err)
	}
}

func month(t *testing.T, dir string, run *scale.Soak) {
	hc, lc := history.DefaultConfig(), ledger.DefaultConfig()
	hc.Dir, lc.File = filepath.Join(dir, "history"), filepath.Join(dir, "ledger.db")
	store, err := history.Open(hc, history.Options{Log: zerolog.Nop()})
	if err != nil {
		t.Fatal(err)
	}
	l, err := ledger.Open(t.Context(), lc, ledger.Options{Log: zerolog.Nop()})
	if err != nil {
		t.Fatal(err)
	}
	cat, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	book := &ledgerAdapter{Ledger: l, now: time.Now}
	counts := &counter{t: t, run: run}
	d := &Daemon{ledger: book, plan: &plan{duties: true}}
	a, err := agent.New(agent.DefaultConfig(), []agent.Cluster{{Name: "prod", Region: "us-east-1",
		Sources: []agent.NamedSource{{Name: "kafka", Source: waves{}}}}},
		agent.Deps{Catalog: cat, History: store, Ledger: book, Reporter: counts, Observer: counts, Log: zerolog.Nop(),
			Now:      time.Now,
			Notifier: alert.NewNotifier(alert.DefaultConfig(), alert.Deps{Store: book, Now: time.Now, Log: zerolog.Nop()})})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { d.tidy(ctx) })
	for _, run := range []func(context.Context) error{a.Run, store.Run, l.Run} {
		running.Go(func() {
			if err := run(ctx); err != nil && ctx.Err() == nil {
				t.Error(err)
			}
		})
	}
	began := time.Now()
	for range *monthDays * int(24*time.Hour/monthReads) {
		time.Sleep(monthReads)
		s, err := held(dir)
		if err != nil {
			t.Fatal(err)
		}
		s.Second = time.Since(began).Seconds()
		counts.add(s)
		t.Logf("day %.2f: %.0f", s.Second/86400, s.Values)
	}
	cancel()
	running.Wait()
	if err := errors.Join(store.Close(), l.Close()); err != nil {
		t.Error(err)
	}
}

// held is what this process and its files hold after a garbage collection.
func held(dir string) (s scale.Sample, err error) {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	sizes, err := measure.Memory(os.Getpid())
	if err != nil {
		return s, err
	}
	open, err := os.ReadDir("/proc/self/fd")
	stored := measure.Stored(filepath.Join(dir, "history"))
	s.Values = [6]float64{sizes["RssAnon"], float64(m.HeapInuse), float64(runtime.NumGoroutine()), float64(len(open)),
		stored, measure.Stored(dir) - stored}
	return s, err
}

// counter counts what the agent does.
type counter struct {
	t   *testing.T
	mu  sync.Mutex
	run *scale.Soak
}

func (c *counter) add(s scale.Sample) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.run.Samples = append(c.run.Samples, s)
}

func (c *counter) Collected(_, _ string, _ workload.Sample, _ time.Duration, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.run.Sweeps++; err != nil {
		c.t.Error(err)
	}
}

func (c *counter) Backfilled(string, string, agent.Backfill) {}

func (c *counter) Decided(verdict.Verdict, drift.State) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.run.Verdicts++
}

func (c *counter) RunDone(r agent.Run) {
	if r.Err != nil {
		c.t.Errorf("%s at %s: %v", r.Job, r.At, r.Err)
	}
}

func (c *counter) Report(context.Context, []verdict.Verdict, time.Time) error { return nil }

// waves is a cluster whose topics come and go with the day, read by one group.
type waves struct{}

func (waves) Collect(_ context.Context, w workload.Window) (workload.Sample, error) {
	out := workload.Sample{Cluster: "prod", Source: "kafka", Window: w}
	minute := float64(w.End.Unix() / 60)
	figure := func(i int, most float64) *workload.Figure {
		v := most * (1 + 0.5*math.Sin(2*math.Pi*minute/1440+float64(i))) * (1 + 0.1*math.Sin(minute*float64(i+3)))
		return workload.Between(v, v*0.99, v*1.01, workload.Derived, "test").Ptr()
	}
	for i := range monthTopics {
		most := 1e4 * float64(1+i)
		out.Topics = append(out.Topics, workload.Topic{Name: fmt.Sprintf("topic-%02d", i), Partitions: 20, ReplicationFactor: 3,
			IngressBytesPerSec: figure(i, most), EgressBytesPerSec: figure(i+1, most), MessagesPerSec: figure(i+2, most/200)})
	}
	out.Groups = []workload.Group{{Name: "reader", Type: "classic", State: "Stable", EgressBytesPerSec: figure(3, 1e6)}}
	out.Totals = workload.Totals{IngressBytesPerSec: figure(0, 2e6), EgressBytesPerSec: figure(1, 4e6),
		MessagesPerSec: figure(2, 1e4)}
	return out, nil
}
