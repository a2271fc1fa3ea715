package fleet

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/mskfit/mskfit/internal/measure"
	"github.com/mskfit/mskfit/internal/testbed"
)

var (
	clusters = flag.Int("clusters", 0, "how many clusters to simulate; 0: the bench does not run")
	seed     = flag.Uint64("seed", 1, "draws topics, partitions and record sizes")
	commit   = flag.String("commit", "unknown", "the commit that is measured")
	ofThree  = flag.Int("shared", 500, "how many of the clusters three replicas share")
	out      = flag.String("out", "", "the folder of fleet.json and fleet.md; empty: nothing is written")
)

const (
	window          = 300 * time.Second
	largePartitions = 10_000
	decideMinutes   = 5 // as many as the window, so that each cluster is decided once in it
)

// TestMeasuredFleet is the bench.
func TestMeasuredFleet(t *testing.T) {
	if *clusters == 0 {
		return
	}
	r := Run{Seed: *seed, At: time.Now().UTC(), Commit: *commit, Machine: measure.Machine(), Load: measure.LoadAverage(),
		Clusters: *clusters, Shared: min(*ofThree, *clusters), DecideMinutes: decideMinutes,
		Large: min(10, *clusters/3), LargePartitions: largePartitions}
	all := simulates(t, order{Seed: *seed, Clusters: *clusters, Large: r.Large, LargePartitions: largePartitions})
	for _, c := range all {
		r.Partitions += c.Partitions
	}
	program := testbed.Mskfit(t)
	t.Run("one process", func(t *testing.T) {
		w := &watching{t: t, all: all, setup: alone, asks: time.Tick(time.Second)}
		w.start(program, "", "mskfit")
		r.Processes = append(r.Processes, w.measure()...)
		w.replicas[0].Stop(syscall.SIGTERM)
	})
	t.Run("three replicas", func(t *testing.T) {
		store := testbed.Prometheus(t, testbed.PrometheusOptions{RemoteWrite: true})
		shared := fmt.Sprintf("ledger: {postgres_url: %q, replica: NAME}\nhistory: {external: {write_url: %q, query_url: %q}}\n",
			testbed.Postgres(t).DSN, store+"/api/v1/write", store)
		w := &watching{t: t, all: all[:r.Shared], setup: together, asks: time.Tick(time.Second)}
		for _, name := range []string{"mskfit-0", "mskfit-1", "mskfit-2"} {
			w.start(program, strings.Replace(shared, "NAME", name, 1), name)
		}
		r.Processes = append(r.Processes, w.measure()...)
		taken := w.takeover()
		r.Takeover = &taken
		for _, d := range w.replicas[1:] {
			d.Stop(syscall.SIGTERM)
		}
	})
	if t.Failed() || *out == "" {
		return
	}
	file := filepath.Join(*out, "fleet.json")
	d, err := Read(file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	if err := d.Write(file, r); err != nil {
		t.Fatal(err)
	}
}

// watching is a fleet that is watched.
type watching struct {
	t        *testing.T
	all      []simulated
	setup    string
	began    time.Time
	replicas []*testbed.Daemon
	dirs     []string
	names    []string
	asks     <-chan time.Time
}

func (w *watching) start(program, shared, name string) {
	w.t.Helper()
	dir := w.t.TempDir()
	var b strings.Builder
	fmt.Fprintf(&b, "data_directory: %s/data\nweb: {listen: \"127.0.0.1:0\"}\n%s", dir, shared)
	fmt.Fprintf(&b, "agent: {analyze: \"*/%d * * * *\", report: \"\", sizing: {min_window: 1m}}\nclusters:\n", decideMinutes)
	for i, c := range w.all {
		fmt.Fprintf(&b, "  - {name: c%04d, region: eu-central-1, kafka: {bootstrap: ['%s'], backfill: 0s}}\n", i, c.Address)
	}
	file := filepath.Join(dir, "mskfit.yaml")
	if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
		w.t.Fatal(err)
	}
	if len(w.replicas) == 0 {
		w.began = time.Now()
	}
	w.replicas = append(w.replicas, testbed.StartDaemon(w.t, program, file, testbed.DaemonOptions{}))
	w.dirs, w.names = append(w.dirs, filepath.Join(dir, "data")), append(w.names, name)
}

// patient waits longer for an answer than a test that wants one soon.
var patient = http.Client{Timeout: time.Minute}

// get returns the answer to a GET; without one the code is 0.
func get(d *testbed.Daemon, path string) (body []byte, code int) {
	resp, err := patient.Get(d.URL + path)
	if err != nil {
		return nil, 0
	}
	defer resp.Body.Close()
	if body, err = io.ReadAll(resp.Body); err != nil {
		return nil, 0
	}
	return body, resp.StatusCode
}

// row is a cluster as a replica shows it.
type row struct {
	Name      string
	VerdictAt *time.Time `json:"verdict_at"`
	KeptAt    *time.Time `json:"sample_kept_at"`
}

// rows asks at most once a second: with a thousand clusters each answer costs the daemon.
func (w *watching) rows(d *testbed.Daemon) []row {
	<-w.asks
	var answer struct{ Clusters []row }
	body, _ := get(d, "/api/v1/clusters")
	_ = json.Unmarshal(body, &answer) // an answer that did not come is none
	return answer.Clusters
}

// measure waits until every replica shows a verdict on every cluster, and then takes one window.
func (w *watching) measure() (out []Process) {
	w.t.Helper()
	var last *testbed.Daemon
	for _, d := range w.replicas {
		d.AwaitNil(12*time.Minute, func() error {
			have := 0
			for _, c := range w.rows(d) {
				if c.VerdictAt != nil && c.KeptAt != nil {
					have++
				}
			}
			if have < len(w.all) {
				return fmt.Errorf("%d of %d clusters have a verdict", have, len(w.all))
			}
			return nil
		})
		last = d
	}
	ready := time.Since(w.began)
	w.t.Logf("%s: every cluster has a verdict after %s", w.setup, ready.Round(time.Second))
	before, began := w.readings(), time.Now()
	last.Await("the window is over", window+time.Minute, func() bool { return time.Since(began) >= window })
	after, took := w.readings(), time.Since(began).Seconds()
	for i := range w.replicas {
		a, b := after[i], before[i]
		out = append(out, Process{Setup: w.setup, Name: w.names[i], Clusters: int(a.leased), Seconds: took,
			Sweeps: a.sweeps - b.sweeps, Failed: a.failed - b.failed, Verdicts: a.verdicts - b.verdicts,
			CPUSeconds: a.cpu - b.cpu, RssAnon: a.memory, Requests: a.requests - b.requests, Values: a.values - b.values,
			StartSeconds: ready.Seconds()})
		if w.setup == alone {
			grown := max(0, a.disk-b.disk)
			out[i].DiskBytes = &grown
		}
		out[i].FleetMillis, out[i].FleetBytes = w.page(w.replicas[i], "/")
		out[i].ClusterMillis, _ = w.page(w.replicas[i], "/clusters/c0000")
		w.t.Logf("%+v", out[i])
	}
	return out
}

// page is the median time of ten answers, in milliseconds, and the length of the last.
func (w *watching) page(d *testbed.Daemon, path string) (millis float64, length int) {
	w.t.Helper()
	var all []float64
	for range 10 {
		began := time.Now()
		body, code := get(d, path)
		if code != 200 {
			w.t.Errorf("%s answers %d", path, code)
		}
		all, length = append(all, float64(time.Since(began).Microseconds())/1000), len(body)
	}
	slices.Sort(all)
	return all[len(all)/2], length
}

// reading is what a process has done so far.
type reading struct{ sweeps, failed, verdicts, cpu, memory, requests, values, disk, leased float64 }

func (w *watching) readings() (out []reading) {
	w.t.Helper()
	for i, d := range w.replicas {
		body, code := get(d, "/metrics")
		if code != 200 {
			w.t.Fatalf("/metrics answers %d", code)
		}
		r := reading{leased: measure.Sum(body, "mskfit_clusters_leased"),
			sweeps:   measure.Sum(body, "mskfit_collects_total", `outcome="ok"`),
			failed:   measure.Sum(body, "mskfit_collects_total", `outcome="error"`),
			verdicts: measure.Sum(body, "mskfit_job_runs_total", `job="analyze"`, `outcome="ok"`),
			requests: measure.Sum(body, "mskfit_kafka_requests_total"),
			values:   measure.Sum(body, "mskfit_history_values_written_total")}
		r.cpu, r.memory = spent(w.t, d.PID())
		if w.setup == alone {
			r.disk = measure.Stored(w.dirs[i])
		}
		out = append(out, r)
	}
	return out
}

// spent is the processor time of a process in seconds, and its anonymous memory in bytes.
func spent(t *testing.T, pid int) (cpu, memory float64) {
	t.Helper()
	took, err := measure.CPU(pid)
	if err != nil {
		t.Fatal(err)
	}
	sizes, err := measure.Memory(pid)
	if err != nil {
		t.Fatal(err)
	}
	return took.Seconds(), sizes["RssAnon"]
}

// takeover kills the first replica and waits until all its clusters are collected by the others.
func (w *watching) takeover() Takeover {
	w.t.Helper()
	held := func(d *testbed.Daemon) map[string]bool {
		out := map[string]bool{}
		body, _ := get(d, "/metrics")
		for line := range strings.Lines(string(body)) {
			if rest, found := strings.CutPrefix(line, `mskfit_collect_success_timestamp_seconds{cluster="`); found {
				out[rest[:strings.IndexByte(rest, '"')]] = true
			}
		}
		return out
	}
	killed, others := w.replicas[0], w.replicas[1:]
	lost := held(killed)
	var before []map[string]bool
	for _, d := range others {
		before = append(before, held(d))
	}
	result := Takeover{Clusters: len(lost)}
	killed.Kill()
	at := time.Now()
	again := map[string]time.Duration{}
	others[0].AwaitNil(5*time.Minute, func() error {
		for _, c := range w.rows(others[0]) {
			if lost[c.Name] && again[c.Name] == 0 && c.KeptAt != nil && c.KeptAt.After(at.Add(time.Second)) {
				again[c.Name] = c.KeptAt.Sub(at)
			}
		}
		if len(again) < len(lost) {
			return fmt.Errorf("%d of %d clusters of the killed replica are collected again", len(again), len(lost))
		}
		return nil
	})
	first, last := 10*time.Hour, time.Duration(0)
	for _, d := range again {
		first, last = min(first, d), max(last, d)
	}
	result.FirstSeconds, result.LastSeconds = first.Seconds(), last.Seconds()
	for i, d := range others {
		after := held(d)
		for c := range before[i] {
			if !after[c] {
				result.Others++
			}
		}
	}
	w.t.Logf("%+v", result)
	return result
}
