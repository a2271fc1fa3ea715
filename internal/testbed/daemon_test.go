package testbed

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// script writes a program that replaces mskfit.
func script(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "mskfit")
	if err := os.WriteFile(file, []byte("#!/bin/sh\n"+text), 0o755); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestDaemonIsStartedAndStopped(t *testing.T) {
	program := script(t, `echo "$A $B $*" >&2
echo '{"web":"http://127.0.0.1:1","message":"mskfit started"}' >&2
trap 'exit 7' TERM
while :; do sleep 0.1; done
`)
	d := StartDaemon(t, program, "fleet.yaml", DaemonOptions{Env: []string{"A=env"}, Prefix: []string{"env", "B=prefix"}})
	if d.URL != "http://127.0.0.1:1" || !strings.HasPrefix(d.Log(), "env prefix run -c fleet.yaml --log-format json\n") {
		t.Errorf("URL %q, log %q", d.URL, d.Log())
	}
	if body, code := d.Get("/metrics"); code != 0 {
		t.Errorf("nothing listens, and the answer is %d %s", code, body)
	}
	if state := d.Ended(); state != nil {
		t.Errorf("it has ended with %v", state)
	}
	if code := d.Stop(syscall.SIGTERM); code != 7 {
		t.Errorf("exit code %d, want 7", code)
	}
	d.Kill() // it has ended
}

// A daemon that ends while something is awaited fails the test at once, not after the whole time.
func TestDaemonThatEndsIsNoticed(t *testing.T) {
	program := script(t, "sleep 0.2; echo 'no configuration' >&2; exit 3\n")
	began, f := time.Now(), &failing{TB: t}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		StartDaemon(f, program, "fleet.yaml", DaemonOptions{})
	}()
	<-ended
	if want := "mskfit run ended (exit status 3) before it was ready: waiting for: its page is served"; f.said != want {
		t.Errorf("got %q, want %q", f.said, want)
	}
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("noticed after %s", took)
	}
}

// failing is a test that keeps why it failed.
type failing struct {
	testing.TB
	said string
}

func (f *failing) Fatalf(format string, args ...any) {
	f.said = fmt.Sprintf(format, args...)
	runtime.Goexit()
}
