package testbed

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"syscall"
	"testing"
	"time"
)

// Daemon is an mskfit run in a process of its own. It ends with the test, and on Linux also when the test binary is killed.
type Daemon struct {
	// URL is where its page is, without a slash at the end; empty until its log says so.
	URL     string
	t       testing.TB
	process *process
}

// DaemonOptions change how a daemon is started.
type DaemonOptions struct {
	Env    []string // added to the test's environment
	Prefix []string // a command that runs the program: as another user, or in a [Machine]
	NoWait bool     // return before it serves its page; see [Daemon.Serves]
}

const (
	daemonStarts = time.Minute
	daemonStops  = 30 * time.Second
)

var daemonPage = regexp.MustCompile(`"web":"(http://[^"]+)"`)

// StartDaemon runs the program (a path, or a name in PATH) on a configuration and returns once it serves its page.
func StartDaemon(t testing.TB, program, config string, o DaemonOptions) *Daemon {
	t.Helper()
	args := append(append([]string(nil), o.Prefix...), program, "run", "-c", config, "--log-format", "json")
	d := &Daemon{t: t, process: start(t, command{
		name: "mskfit run", log: filepath.Join(t.TempDir(), "log"), env: o.Env, path: args[0], args: args[1:],
	})}
	if !o.NoWait {
		d.Await("its page is served", daemonStarts, d.Serves)
	}
	return d
}

// Serves reports whether the daemon has said where its page is, and keeps that in URL.
func (d *Daemon) Serves() bool {
	if m := daemonPage.FindStringSubmatch(d.Log()); d.URL == "" && m != nil {
		d.URL = m[1]
	}
	return d.URL != ""
}

// Await polls until the condition holds. When the daemon ends first, or the time is over, the test fails at once.
func (d *Daemon) Await(what string, within time.Duration, holds func() bool) {
	d.t.Helper()
	d.AwaitNil(within, func() error {
		if !holds() {
			return errors.New("waiting for: " + what)
		}
		return nil
	})
}

// AwaitNil is [Daemon.Await] for a condition that says what is missing: the test fails with its last error.
func (d *Daemon) AwaitNil(within time.Duration, missing func() error) {
	d.t.Helper()
	d.process.waitUntil(d.t, within, missing)
}

// Get returns the answer to a GET of a path of the page; without one within five seconds the code is 0.
func (d *Daemon) Get(path string) (body []byte, code int) {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, d.URL+path, nil)
	if err != nil {
		d.t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, 0
	}
	defer resp.Body.Close()
	if body, err = io.ReadAll(resp.Body); err != nil {
		return nil, 0
	}
	return body, resp.StatusCode
}

// Signal sends a signal to the running daemon.
func (d *Daemon) Signal(s syscall.Signal) {
	d.t.Helper()
	if state := d.Ended(); state != nil {
		d.t.Fatalf("mskfit run ended (%v) before it was sent %q", state, s)
	}
	d.process.signal(s)
}

// Stop ends the daemon with a signal and returns its exit code. The test fails when it runs on for 30 seconds.
func (d *Daemon) Stop(s syscall.Signal) (exitCode int) {
	d.t.Helper()
	d.Signal(s)
	select {
	case <-d.process.done:
	case <-time.After(daemonStops):
		d.t.Fatalf("mskfit run goes on %s after it was sent %q", daemonStops, s)
	}
	return d.Ended().ExitCode()
}

// Kill ends the daemon at once, as a crash would. It may have ended.
func (d *Daemon) Kill() { d.process.kill() }

// Ended says how the daemon has ended; nil while it runs.
func (d *Daemon) Ended() *os.ProcessState {
	if !d.process.ended() {
		return nil
	}
	return d.process.cmd.ProcessState
}

// PID is the number of the daemon's process.
func (d *Daemon) PID() int { return d.process.cmd.Process.Pid }

// Log is all that the daemon has written so far.
func (d *Daemon) Log() string {
	d.t.Helper()
	text, err := os.ReadFile(d.process.log)
	if err != nil {
		d.t.Fatal(err)
	}
	return string(text)
}
