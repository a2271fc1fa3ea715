package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/mskfit/mskfit/internal/web"
)

// daemonProcess is an mskfit run in a process of its own.
type daemonProcess struct {
	t   *testing.T
	cmd *exec.Cmd
	// url is where its page is.
	url   string
	ended chan struct{}
	log   safeBuffer
}

// safeBuffer is written by one goroutine and read by another.
type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *safeBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
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

// startDaemon starts the program and returns once it runs. It is killed when the test ends before it.
func startDaemon(t *testing.T, file string, env ...string) *daemonProcess {
	t.Helper()
	d := launchDaemon(t, file, env...)
	d.await("it runs", func() bool { return d.logged("mskfit started") })
	d.url = regexp.MustCompile(`"web":"([^"]+)"`).FindStringSubmatch(d.log.String())[1]
	return d
}

func launchDaemon(t *testing.T, file string, env ...string) *daemonProcess {
	t.Helper()
	d := &daemonProcess{t: t, cmd: exec.Command("mskfit", "run", "-c", file, "--log-format", "json"), ended: make(chan struct{})}
	d.cmd.Env = append(os.Environ(), env...)
	d.cmd.Stderr = &d.log
	if err := d.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = d.cmd.Wait() // the state tells how it ended
		close(d.ended)
	}()
	t.Cleanup(func() {
		d.kill()
		if t.Failed() {
			t.Logf("log of the daemon:\n%s", tail(d.log.String(), 60))
		}
	})
	return d
}

func tail(text string, lines int) string {
	all := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}

func (d *daemonProcess) logged(text string) bool { return strings.Contains(d.log.String(), text) }

// await polls until the condition holds; it ends the test when that takes long, or when the daemon ends meanwhile.
func (d *daemonProcess) await(what string, holds func() bool) {
	d.t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(time.Minute)
	for !holds() {
		select {
		case <-tick.C:
		case <-d.ended:
			d.t.Fatalf("%s: the daemon ended with %v", what, d.cmd.ProcessState)
		case <-deadline:
			d.t.Fatalf("%s: not within a minute", what)
		}
	}
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
	body, code := d.body(path)
	if code == 0 {
		return 0
	}
	if err := json.Unmarshal(body, into); err != nil {
		d.t.Fatalf("GET %s: %v\n%s", path, err, body)
	}
	return code
}

func (d *daemonProcess) body(path string) ([]byte, int) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, d.url+path, nil)
	if err != nil {
		d.t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, 0
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, 0
	}
	return body, resp.StatusCode
}

// metric reads a metric without labels, or with exactly the given text between name and value; false when it is not there.
func (d *daemonProcess) metric(name string) (float64, bool) {
	body, _ := d.body("/metrics")
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
		return found && c.Sources[0].Error == "" && c.Sources[0].CollectedAt != nil && c.Sources[0].CollectedAt.After(after)
	})
}

func (d *daemonProcess) signal(s os.Signal) {
	d.t.Helper()
	if err := d.cmd.Process.Signal(s); err != nil {
		d.t.Fatal(err)
	}
}

// stop ends the daemon as a service manager does, and wants it to end clean and in time.
func (d *daemonProcess) stop() {
	d.t.Helper()
	told := time.Now()
	d.signal(syscall.SIGTERM)
	select {
	case <-d.ended:
	case <-time.After(30 * time.Second):
		d.t.Fatal("SIGTERM did not end it within 30 s")
	}
	if took, code := time.Since(told), d.cmd.ProcessState.ExitCode(); code != exitDone || took > 10*time.Second {
		d.t.Errorf("SIGTERM ended it after %s with exit code %d, want %d within 10 s", took, code, exitDone)
	}
}

// kill ends it at once.
func (d *daemonProcess) kill() {
	if err := d.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		d.t.Error(err)
	}
	<-d.ended
}
