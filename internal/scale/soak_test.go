//go:build linux

package scale

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/mskfit/mskfit/internal/measure"
	"github.com/mskfit/mskfit/internal/testbed"
)

var (
	soakFor = flag.Duration("soak", 0, "how long the daemon is kept under load; 0: not at all")
	seed    = flag.Uint64("seed", 1, "seed of the load")
	commit  = flag.String("commit", "", "commit that is measured")
	out     = flag.String("out", "", "folder of the documents' JSON; empty: a folder that is deleted")
)

const (
	readEvery   = 10 * time.Second
	reloadEvery = 5 * time.Minute
	askEvery    = 2 * time.Second
)

// pages are asked for in turn, as by people with the dashboard open.
var pages = []string{"/", "/clusters/prod", "/clusters/prod/topics", "/clusters/prod/topics/topic-007", "/clusters/prod/groups",
	"/clusters/prod/groups/reader", "/clusters/prod/series", "/clusters/prod/what-if", "/alerts", "/system", "/metrics",
	"/api/v1/clusters", "/api/v1/clusters/prod/verdict"}

// TestSoak keeps a daemon in a process of its own under load, reads what it holds every ten seconds and writes soak.json. What
// grows is in the document and fails the test.
func TestSoak(t *testing.T) {
	if *soakFor == 0 {
		return
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "mskfit.yaml")
	text := fmt.Sprintf(`data_directory: %s/data
web: {listen: '127.0.0.1:0'}
agent: {collect: '@every 5s', analyze: '@every 30s'}
clusters:
  - name: prod
    kafka: {bootstrap: [%s], backfill: 0s}
`, dir, strings.Join(cluster(t, soakLoad), ", "))
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	run := BeginSoak(Hour, *commit, *soakFor)
	run.Seed = *seed
	d := testbed.StartDaemon(t, testbed.Mskfit(t), file, testbed.DaemonOptions{})
	d.Await("a verdict", 5*time.Minute, func() bool {
		_, code := d.Get("/api/v1/clusters/prod/verdict")
		return code == 200
	})
	run.watch(t, d, filepath.Join(dir, "data"))
	run.LoadAtEnd = measure.LoadAverage()
	run.Exit = d.Stop(syscall.SIGTERM)
	folder := *out
	if folder == "" {
		folder = t.TempDir()
	}
	if err := Keep(folder, run); err != nil {
		t.Fatal(err)
	}
	if err := run.Failed(); err != nil {
		t.Error(err)
	}
}

// watch asks for pages, reloads and reads until the time is over.
func (r *Soak) watch(t *testing.T, d *testbed.Daemon, data string) {
	began := time.Now()
	reads, asks, reloads := time.NewTicker(readEvery), time.NewTicker(askEvery), time.NewTicker(reloadEvery)
	defer reads.Stop()
	defer asks.Stop()
	defer reloads.Stop()
	end := time.After(*soakFor)
	random := rand.New(rand.NewPCG(*seed, 0))
	for {
		select {
		case <-end:
			r.Sweeps, r.Verdicts = r.counted(t, d)
			return
		case <-reads.C:
			if s, err := reading(d, data); err != nil {
				r.Missed++
				t.Log(err)
			} else {
				s.Second = time.Since(began).Seconds()
				r.Samples = append(r.Samples, s)
			}
		case <-asks.C:
			page := pages[random.IntN(len(pages))]
			if _, code := d.Get(page); code == 200 {
				r.Pages++
			} else {
				r.Refused = append(r.Refused, fmt.Sprintf("%d %s after %.0f s", code, page, time.Since(began).Seconds()))
			}
		case <-reloads.C:
			d.Signal(syscall.SIGHUP)
			r.Reloads++
		}
	}
}

func (r *Soak) counted(t *testing.T, d *testbed.Daemon) (sweeps, verdicts float64) {
	page, code := d.Get("/metrics")
	if code != 200 {
		t.Fatalf("/metrics answered %d", code)
	}
	return measure.Sum(page, "mskfit_collect_duration_seconds_count"), measure.Sum(page, "mskfit_job_runs_total", `job="analyze"`, `outcome="ok"`)
}

// reading is what the process holds now.
func reading(d *testbed.Daemon, data string) (Sample, error) {
	page, code := d.Get("/metrics")
	if code != 200 {
		return Sample{}, fmt.Errorf("/metrics answered %d", code)
	}
	sizes, err := measure.Memory(d.PID())
	if err != nil {
		return Sample{}, err
	}
	history := measure.Stored(filepath.Join(data, "history"))
	return Sample{Values: [6]float64{sizes["RssAnon"], measure.Sum(page, "go_memstats_heap_inuse_bytes"), measure.Sum(page, "go_goroutines"),
		measure.Sum(page, "process_open_fds"), history, measure.Stored(data) - history}}, nil
}
