//go:build unix

package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/mskfit/mskfit/internal/demo"
	"github.com/mskfit/mskfit/verdict"
)

// observing is an mskfit observe in a process of its own.
type observing struct {
	cmd    *exec.Cmd
	lines  *bufio.Scanner // of its log
	stdout bytes.Buffer
}

func observeProcess(t *testing.T, args ...string) *observing {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second) // a process that does not end must not hang the test
	t.Cleanup(cancel)
	o := &observing{cmd: exec.CommandContext(ctx, "mskfit",
		append([]string{"observe", "--log-level", "debug", "--log-format", "json", "--backfill", "0"}, args...)...)}
	o.cmd.Stdout = &o.stdout
	stderr, err := o.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	o.lines = bufio.NewScanner(stderr)
	if err := o.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return o
}

// after waits until the log holds the text n times.
func (o *observing) after(t *testing.T, n int, text string) {
	t.Helper()
	for n > 0 && o.lines.Scan() {
		if strings.Contains(o.lines.Text(), text) {
			n--
		}
	}
	if n > 0 {
		t.Fatalf("the log ended before %q", text)
	}
}

// interrupt presses Ctrl-C and returns the exit code, the rest of the log, and how long it took.
func (o *observing) interrupt(t *testing.T) (code int, log string, took time.Duration) {
	t.Helper()
	pressed := time.Now()
	if err := o.cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	var rest []string
	for o.lines.Scan() {
		rest = append(rest, o.lines.Text())
	}
	err := o.cmd.Wait()
	took = time.Since(pressed)
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return o.cmd.ProcessState.ExitCode(), strings.Join(rest, "\n"), took
}

// hanging is a broker that stops answering one kind of request after so many of them.
func hanging(t *testing.T, key int16, after int64) (address string, hangs <-chan struct{}) {
	t.Helper()
	c, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.SeedTopics(3, "orders"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	var seen atomic.Int64
	stuck := make(chan struct{})
	c.ControlKey(key, func(kmsg.Request) (kmsg.Response, error, bool) {
		c.KeepControl()
		n := seen.Add(1)
		if n == after+1 {
			close(stuck)
		}
		return nil, nil, n > after
	})
	return c.ListenAddrs()[0], stuck
}

func TestCtrlCPrintsWhatIsKnown(t *testing.T) {
	cluster, err := demo.Start(t.Context(), demo.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cluster.Close)
	running := cluster.Bootstrap()[0]
	slow, slowHangs := hanging(t, kmsg.NewPtrDescribeLogDirsRequest().Key(), 2)
	dead, deadHangs := hanging(t, kmsg.NewPtrMetadataRequest().Key(), 0)
	for _, tt := range []struct {
		name    string
		address string
		sweeps  int
		hangs   <-chan struct{}
		rates   bool
		gap     string
	}{
		{"between two sweeps", running, 3, nil, true, "every rate covers 2 s only"},
		{"before there is a rate", running, 1, nil, false, "the cluster's traffic is unknown"},
		{"while a request hangs", slow, 2, slowHangs, false, ""},
		{"before the first answer", dead, 0, deadHangs, false, "everything about the cluster is unknown"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := observeProcess(t, "-b", tt.address, "--interval", "1s", "--for", "60s", "--format", "json")
			o.after(t, tt.sweeps, "sweep counted")
			if tt.hangs != nil {
				<-tt.hangs
			}
			code, log, took := o.interrupt(t)
			if code != exitInterrupted || took > time.Second {
				t.Errorf("exit code %d after %s, want %d within a second", code, took, exitInterrupted)
			}
			if !strings.Contains(log, "mskfit: interrupted: the verdict is partial") {
				t.Errorf("stderr: %s", log)
			}
			var v verdict.Verdict
			if err := json.Unmarshal(o.stdout.Bytes(), &v); err != nil {
				t.Fatalf("stdout is no verdict: %v\n%s", err, o.stdout.String())
			}
			if !v.Partial || tt.rates != (v.Workload.IngressBytesPerSec != nil && v.Workload.IngressBytesPerSec.Value > 0) {
				t.Errorf("partial %v, ingress %+v", v.Partial, v.Workload.IngressBytesPerSec)
			}
			if !tt.rates && tt.sweeps < 2 && v.Status != verdict.Undecided {
				t.Errorf("status %s without a rate", v.Status)
			}
			if !strings.Contains(o.stdout.String(), tt.gap) {
				t.Errorf("gaps: got %+v, want %q", v.Gaps, tt.gap)
			}
		})
	}
}

// The first Ctrl-C stops observing; where printing then blocks (a pipe that no one reads), the second ends the process.
func TestSecondCtrlCEndsAtOnce(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	o := observeProcess(t, "-b", broker(t), "--interval", "1s", "--for", "60s", "--out", pipe)
	o.after(t, 1, "sweep counted")
	if err := o.cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	o.after(t, 1, "observation finished")
	o.interrupt(t)
	if status, ok := o.cmd.ProcessState.Sys().(syscall.WaitStatus); !ok || status.Signal() != syscall.SIGINT {
		t.Errorf("ended with %v, want the signal itself", o.cmd.ProcessState)
	}
}
