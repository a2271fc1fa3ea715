package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/mskfit/mskfit/internal/testbed"
	"github.com/mskfit/mskfit/internal/web"
)

// daemonProcess is an mskfit run in a process of its own.
type daemonProcess struct {
	*testbed.Daemon
	t *testing.T
}

// daemonFile writes a configuration with a data directory beside it, a free port, and the given rest.
func daemonFile(t *testing.T, dir, rest string) (file string) {
	t.Helper()
	return daemonFileFor(t, dir, filepath.Join(dir, "data"), rest)
}

// daemonFileFor is daemonFile with a data directory elsewhere.
func daemonFileFor(t *testing.T, dir, data, rest string) (file string) {
	t.Helper()
	file = filepath.Join(dir, "mskfit.yaml")
	writeFile(t, file, fmt.Sprintf("data_directory: %s\nweb: {listen: \"127.0.0.1:0\"}\nlog: {level: debug}\n%s", data, rest))
	return file
}

func writeFile(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// startDaemon starts the program and returns once it serves its page.
func startDaemon(t *testing.T, file string, env ...string) *daemonProcess {
	t.Helper()
	return &daemonProcess{testbed.StartDaemon(t, "mskfit", file, testbed.DaemonOptions{Env: env}), t}
}

func (d *daemonProcess) logged(text string) bool { return strings.Contains(d.Log(), text) }

// await waits a minute at most.
func (d *daemonProcess) await(what string, holds func() bool) {
	d.t.Helper()
	d.Await(what, time.Minute, holds)
}

// awaitProblem waits until the part has a problem whose reason holds the text; with an empty text, until it has none.
func (d *daemonProcess) awaitProblem(part, text string) {
	d.t.Helper()
	d.await(fmt.Sprintf("problem of %s: %q", part, text), func() bool {
		why := d.problem(part)
		return (why == "") == (text == "") && strings.Contains(why, text)
	})
}

// problem is what /readyz says of the part.
func (d *daemonProcess) problem(part string) string {
	var ready struct{ Problems []web.Problem }
	d.get("/readyz", &ready)
	for _, p := range ready.Problems {
		if p.Part == part {
			return p.Why
		}
	}
	return ""
}

// get decodes the JSON of a path and returns the status code; 0 when there is no answer.
func (d *daemonProcess) get(path string, into any) int {
	d.t.Helper()
	body, code := d.Get(path)
	if code == 0 {
		return 0
	}
	if err := json.Unmarshal(body, into); err != nil {
		d.t.Fatalf("GET %s: %v\n%s", path, err, body)
	}
	return code
}

// metric reads a metric without labels, or with exactly the given text between name and value; false when it is not there.
func (d *daemonProcess) metric(name string) (float64, bool) {
	body, _ := d.Get("/metrics")
	for line := range strings.Lines(string(body)) {
		if value, found := strings.CutPrefix(line, "mskfit_"+name+" "); found {
			f, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
			return f, err == nil
		}
	}
	return 0, false
}

// watched is a row of /api/v1/clusters.
type watchedCluster struct {
	Name      string
	VerdictAt *time.Time `json:"verdict_at"`
	Replica   string     `json:"replica"`
	KeptAt    *time.Time `json:"sample_kept_at"`
	Sources   []struct {
		Name        string
		CollectedAt *time.Time `json:"collected_at"`
		Error       string
		Backfill    *float64 `json:"backfill_ratio"`
	}
}

func (d *daemonProcess) clusters() map[string]watchedCluster {
	var all struct{ Clusters []watchedCluster }
	d.get("/api/v1/clusters", &all)
	out := map[string]watchedCluster{}
	for _, c := range all.Clusters {
		out[c.Name] = c
	}
	return out
}

// collected waits until the cluster's first source was read after the instant.
func (d *daemonProcess) collected(cluster string, after time.Time) {
	d.t.Helper()
	d.await(cluster+" is collected", func() bool {
		c, found := d.clusters()[cluster]
		return found && len(c.Sources) > 0 && c.Sources[0].Error == "" && c.Sources[0].CollectedAt != nil &&
			c.Sources[0].CollectedAt.After(after)
	})
}

// stop ends the daemon as a service manager does, and wants it to end clean and in time.
func (d *daemonProcess) stop() {
	d.t.Helper()
	told := time.Now()
	code := d.Stop(syscall.SIGTERM)
	if took := time.Since(told); code != exitDone || took > 10*time.Second {
		d.t.Errorf("SIGTERM ended it after %s with exit code %d, want %d within 10 s", took, code, exitDone)
	}
}
