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
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/mskfit/mskfit/internal/testbed"
)

var (
	clusters = flag.Int("clusters", 0, "how many clusters to simulate; 0: the bench does not run")
	seed     = flag.Uint64("seed", 1, "draws topics, partitions and record sizes")
	commit   = flag.String("commit", "unknown", "the commit that is measured")
	out      = flag.String("out", "", "the folder of fleet.json and fleet.md; empty: nothing is written")
)

const (
	window          = 120 * time.Second
	largePartitions = 10_000
)

// TestMeasuredFleet is the bench.
func TestMeasuredFleet(t *testing.T) {
	if *clusters == 0 {
		return
	}
	r := Run{Seed: *seed, At: time.Now().UTC(), Commit: *commit, Machine: machine(), Load: loadAverage(), Clusters: *clusters,
		Large: min(10, *clusters/3), LargePartitions: largePartitions}
	all := simulates(t, order{Seed: *seed, Clusters: *clusters, Large: r.Large, LargePartitions: largePartitions})
	for _, c := range all {
		r.Partitions += c.Partitions
	}
	program := testbed.Mskfit(t)
	t.Run("one process", func(t *testing.T) {
		w := &watching{t: t, all: all, setup: "one process"}
		w.start(program, "", "mskfit")
		r.Processes = append(r.Processes, w.measure()...)
		w.replicas[0].Stop(syscall.SIGTERM)
	})
	t.Run("three replicas", func(t *testing.T) {
		store := testbed.Prometheus(t, testbed.PrometheusOptions{RemoteWrite: true})
		shared := fmt.Sprintf("ledger: {postgres_url: %q}\nhistory: {external: {write_url: %q, query_url: %q}}\n",
			testbed.Postgres(t).DSN, store+"/api/v1/write", store)
		w := &watching{t: t, all: all, setup: "three replicas"}
		for _, name := range []string{"mskfit-0", "mskfit-1", "mskfit-2"} {
			w.start(program, shared, name)
		}
		r.Processes = append(r.Processes, w.measure()...)
		r.Takeover = w.takeover()
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
}

func (w *watching) start(program, shared, name string) {
	w.t.Helper()
	dir := w.t.TempDir()
	var b strings.Builder
	fmt.Fprintf(&b, "data_directory: %s/data\nweb: {listen: \"127.0.0.1:0\"}\n%s", dir, shared)
	b.WriteString("agent: {analyze: \"*/2 * * * *\", report: \"\", sizing: {min_window: 1m}}\nclusters:\n")
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

func (w *watching) rows(d *testbed.Daemon) []row {
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
			DiskBytes: max(0, a.disk-b.disk), StartSeconds: ready.Seconds()})
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
		r := reading{leased: sum(body, "mskfit_clusters_leased", ""), sweeps: sum(body, "mskfit_collects_total", `outcome="ok"`),
			failed:   sum(body, "mskfit_collects_total", `outcome="error"`),
			verdicts: sum(body, "mskfit_job_runs_total", `job="analyze",outcome="ok"`),
			requests: sum(body, "mskfit_kafka_requests_total", ""), values: sum(body, "mskfit_history_values_written_total", "")}
		r.cpu, r.memory = spent(w.t, d.PID())
		if w.setup == "one process" {
			r.disk = size(w.dirs[i])
		}
		out = append(out, r)
	}
	return out
}

// sum adds the series of a metric that have the labels.
func sum(page []byte, metric, labels string) (total float64) {
	for line := range strings.SplitSeq(string(page), "\n") {
		rest, ours := strings.CutPrefix(line, metric)
		if !ours || rest == "" || rest[0] != '{' && rest[0] != ' ' || !strings.Contains(rest, labels) {
			continue
		}
		if v, err := strconv.ParseFloat(rest[strings.LastIndexByte(rest, ' ')+1:], 64); err == nil {
			total += v
		}
	}
	return total
}

// spent is the processor time of a process in seconds, and its anonymous memory in bytes.
func spent(t *testing.T, pid int) (cpu, memory float64) {
	t.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		t.Fatal(err)
	}
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	for _, f := range fields[11:13] { // utime and stime, in hundredths of a second
		ticks, _ := strconv.ParseFloat(f, 64)
		cpu += ticks / 100
	}
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.SplitSeq(string(status), "\n") {
		if rest, found := strings.CutPrefix(line, "RssAnon:"); found {
			kib, _ := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			memory = kib * 1024
		}
	}
	return cpu, memory
}

// size is what the files of a folder take.
func size(dir string) (total float64) {
	_ = filepath.WalkDir(dir, func(_ string, e fs.DirEntry, err error) error {
		if err == nil && e.Type().IsRegular() {
			if info, err := e.Info(); err == nil {
				total += float64(info.Size())
			}
		}
		return nil // files come and go
	})
	return total
}

// takeover kills the first replica and waits until all its clusters are collected by the others.
func (w *watching) takeover() Takeover {
	w.t.Helper()
	held := func() map[string]map[string]bool {
		out := map[string]map[string]bool{}
		for i, d := range w.replicas {
			out[w.names[i]] = map[string]bool{}
			body, _ := get(d, "/metrics")
			for line := range strings.SplitSeq(string(body), "\n") {
				if rest, found := strings.CutPrefix(line, `mskfit_collect_success_timestamp_seconds{cluster="`); found {
					out[w.names[i]][rest[:strings.IndexByte(rest, '"')]] = true
				}
			}
		}
		return out
	}
	before := held()
	lost, result := before[w.names[0]], Takeover{Clusters: len(before[w.names[0]])}
	w.replicas[0].Kill()
	killed := time.Now()
	again := map[string]time.Duration{}
	w.replicas[1].AwaitNil(5*time.Minute, func() error {
		for _, c := range w.rows(w.replicas[1]) {
			if lost[c.Name] && again[c.Name] == 0 && c.KeptAt != nil && c.KeptAt.After(killed.Add(time.Second)) {
				again[c.Name] = c.KeptAt.Sub(killed)
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
	w.replicas = w.replicas[1:]
	names := w.names
	w.names = w.names[1:]
	after := held()
	w.replicas, w.names = append([]*testbed.Daemon{nil}, w.replicas...), names
	for _, name := range names[1:] {
		for c := range before[name] {
			if !after[name][c] {
				result.Others++
			}
		}
	}
	w.t.Logf("%+v", result)
	return result
}

func machine() string {
	model := runtime.GOARCH
	if b, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		if _, rest, found := strings.Cut(string(b), "model name"); found {
			line, _, _ := strings.Cut(rest, "\n")
			model = strings.Trim(line, " \t:")
		}
	}
	return fmt.Sprintf("%d × %s, %s, %s", runtime.NumCPU(), model, runtime.GOOS, runtime.Version())
}

func loadAverage() string {
	b, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	return strings.Fields(string(b))[0]
}
