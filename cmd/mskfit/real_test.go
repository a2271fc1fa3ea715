package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mskfit/mskfit/internal/testbed"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// mskfit runs the program in a process of its own.
func mskfit(t *testing.T, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "mskfit", args...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

// A minute's look at two real brokers agrees with what they counted themselves, in the JSON that programs read.
func TestMeasuredMinuteOnRealBrokers(t *testing.T) {
	c := testbed.Kafka(t, testbed.Options{Brokers: 2, Alone: true})
	load := testbed.StartLoad(t, c)
	load.AwaitSteady()
	var truth *counts
	var stdout string
	load.Undisturbed(func() {
		truth = startCounting(t, c, time.Minute)
		var stderr string
		var code int
		stdout, stderr, code = mskfit(t, "observe", "-b", strings.Join(c.Bootstrap(), ","), "--for", "60s", "--backfill", "0",
			"--format", "json")
		truth.stop(t)
		if code != exitDone || stderr != "" {
			t.Fatalf("exit code %d, stderr %q", code, stderr)
		}
	})
	var v verdict.Verdict
	if err := json.Unmarshal([]byte(stdout), &v); err != nil {
		t.Fatal(err)
	}
	rate := func(of func(testbed.Counters) int64) rate { return truth.rate(t, v.Window, of) }
	agrees(t, "cluster bytes in", v.Workload.IngressBytesPerSec,
		rate(func(c testbed.Counters) int64 { return c.Total.BytesIn }).steady(), load.Within("", 0.01))
	agrees(t, "cluster messages in", v.Workload.MessagesPerSec,
		rate(func(c testbed.Counters) int64 { return c.Total.MessagesIn }).steady(), load.Within("", 0.01))
	for _, topic := range v.Topics {
		bytes := rate(func(c testbed.Counters) int64 { return c.Topics[topic.Name].BytesIn })
		messages := rate(func(c testbed.Counters) int64 { return c.Topics[topic.Name].MessagesIn })
		within := 0.03
		if !topic.Internal {
			bytes, messages, within = bytes.steady(), messages.steady(), load.Within(topic.Name, 0.01)
		}
		agrees(t, topic.Name+" bytes in", topic.IngressBytesPerSec, bytes, load.Within(topic.Name, 0.03))
		agrees(t, topic.Name+" messages in", topic.MessagesPerSec, messages, within)
	}
	// Groups that do not commit are invisible, so what is seen of egress is a floor.
	sent := rate(func(c testbed.Counters) int64 { return c.Total.BytesOut })
	if e := v.Workload.EgressBytesPerSec; e == nil || e.Bounded() || e.Low > sent.middle {
		t.Errorf("egress %+v: want a floor below the brokers' %.0f/s", e, sent.middle)
	}
	if v.Status != verdict.Decided || v.Choice == nil {
		t.Errorf("status %s: %v", v.Status, v.Reasons)
	}
}

// counts are the brokers' counters, read over and over while a look begins and while it ends, so that they are known at these
// instants. In between it is left alone: each reading is work for the brokers.
type counts struct {
	c    *testbed.Cluster
	all  []testbed.Counters
	end  context.CancelFunc
	done chan struct{}
}

// startCounting reads the counters for a look that is about to begin and takes so long. It returns after the first reading.
func startCounting(t *testing.T, c *testbed.Cluster, scan time.Duration) *counts {
	t.Helper()
	const apart, start, end = 100 * time.Millisecond, 3 * time.Second, 500 * time.Millisecond // a process takes a moment to begin
	ctx, cancel := context.WithCancel(t.Context())
	x := &counts{c: c, end: cancel, done: make(chan struct{})}
	x.read(t)
	t.Cleanup(func() { cancel(); <-x.done }) // a test that fails before stop must not leave the reader behind
	go func() {
		defer close(x.done)
		tick := time.NewTicker(apart)
		defer tick.Stop()
		for began := time.Now(); ; {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			if age := time.Since(began); age < start || age > scan-end {
				x.read(t)
			}
		}
	}()
	return x
}

func (x *counts) read(t *testing.T) {
	t.Helper()
	one, err := x.c.Counters(t.Context())
	if err != nil {
		t.Errorf("read the brokers' counters: %v", err)
		return
	}
	x.all = append(x.all, one)
}

// stop reads them for the last time.
func (x *counts) stop(t *testing.T) {
	t.Helper()
	x.end()
	<-x.done
	x.read(t)
}

// rate is what was counted in a second of a window: at least and at most, from the readings next to its edges, and
// in the middle if what came in between them came evenly.
type rate struct{ least, middle, most float64 }

// steady is the rate of what does come evenly. All commits of a group come at once, and may lie on either side of an edge.
func (r rate) steady() rate { return rate{r.middle, r.middle, r.middle} }

func (x *counts) rate(t *testing.T, w workload.Window, of func(testbed.Counters) int64) rate {
	t.Helper()
	begin, end, seconds := x.at(t, w.Start, of), x.at(t, w.End, of), w.Duration().Seconds()
	return rate{(end.least - begin.most) / seconds, (end.middle - begin.middle) / seconds, (end.most - begin.least) / seconds}
}

// at is a counter at an instant: between the last reading before it and the first after it.
func (x *counts) at(t *testing.T, when time.Time, of func(testbed.Counters) int64) rate {
	t.Helper()
	next := slices.IndexFunc(x.all, func(c testbed.Counters) bool { return c.Start.After(when) })
	last := next - 1
	for last >= 0 && x.all[last].End.After(when) {
		last--
	}
	if last < 0 {
		t.Fatalf("no readings of the brokers' counters on both sides of %s", when)
	}
	a, b := x.all[last], x.all[next]
	if apart := b.End.Sub(a.Start); apart > 2*time.Second {
		t.Fatalf("the readings on both sides of %s are %s apart, too far to compare", when, apart)
	}
	r := rate{least: float64(of(a)), most: float64(of(b))}
	r.middle = r.least + (r.most-r.least)*when.Sub(a.At()).Seconds()/b.At().Sub(a.At()).Seconds()
	return r
}

// agrees prints a figure beside the brokers' count, and checks the error, when within is positive, and the stated bounds.
func agrees(t *testing.T, what string, q *workload.Quantity, counted rate, within float64) {
	t.Helper()
	if q == nil {
		t.Errorf("%s: absent; the brokers counted %.0f/s", what, counted.middle)
		return
	}
	t.Logf("%-34s %9.1f/s  brokers %9.1f/s (%.1f to %.1f)  error %+.2f %%  bounds %.1f to %.1f  %s", what, q.Value, counted.middle,
		counted.least, counted.most, 100*(q.Value/counted.middle-1), q.Low, q.High, q.Method)
	if low, high := counted.least*(1-within), counted.most*(1+within); within > 0 && (q.Value < low || q.Value > high) {
		t.Errorf("%s: %.1f/s, want %.1f to %.1f: %.0f %% off the brokers' count at most", what, q.Value, low, high, 100*within)
	}
	if counted.most < q.Low || counted.least > q.High {
		t.Errorf("%s: the brokers counted %.1f/s to %.1f/s, outside of [%.1f, %.1f]", what, counted.least, counted.most, q.Low,
			q.High)
	}
}

// What real brokers answer to the wrong way in is reported in one sentence that names the flag to change.
func TestRealBrokersAreExplained(t *testing.T) {
	c := testbed.Kafka(t, testbed.Options{NoCounters: true, Users: map[string]string{"mskfit": "s3cret"},
		Listeners: []testbed.Listener{testbed.Plaintext, testbed.ServerTLS, testbed.MutualTLS, testbed.SASLPlaintext}})
	at := func(l testbed.Listener) string { return c.Addresses(l)[0] }
	dir := t.TempDir()
	password := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	right, wrong := password("right", "s3cret"), password("wrong", "hunter2")
	for _, tt := range []struct {
		name string
		args []string
		want string // empty: it works
	}{
		{"plaintext", []string{"-b", at(testbed.Plaintext)}, ""},
		{"TLS", []string{"-b", at(testbed.ServerTLS), "--tls-ca", c.TLS.CAFile}, ""},
		{"mutual TLS", []string{"-b", at(testbed.MutualTLS), "--tls-ca", c.TLS.CAFile, "--tls-cert", c.TLS.CertFile, "--tls-key",
			c.TLS.KeyFile}, ""},
		{"SASL", []string{"-b", at(testbed.SASLPlaintext), "--sasl-mechanism", "SCRAM-SHA-512", "--sasl-username", "mskfit",
			"--sasl-password-file", right}, ""},
		{"TLS to a plaintext port", []string{"-b", at(testbed.Plaintext), "--tls"},
			`does not speak TLS on this port: leave out --tls, or use the TLS port$`},
		{"plaintext to a TLS port", []string{"-b", at(testbed.ServerTLS)}, `TLS on this port.*--tls`},
		{"unknown authority", []string{"-b", at(testbed.ServerTLS), "--tls"},
			`is signed by an untrusted authority: set --tls-ca to the authority's certificate$`},
		{"no client certificate", []string{"-b", at(testbed.MutualTLS), "--tls-ca", c.TLS.CAFile},
			`requires a client certificate \(mTLS\): set --tls-cert and --tls-key$`},
		{"wrong password", []string{"-b", at(testbed.SASLPlaintext), "--sasl-mechanism", "SCRAM-SHA-512", "--sasl-username",
			"mskfit", "--sasl-password-file", wrong},
			`refuses user "mskfit" \(SCRAM-SHA-512\): check --sasl-username, the password and --sasl-mechanism$`},
		{"no SASL to a SASL port", []string{"-b", at(testbed.SASLPlaintext)},
			`require authentication on this port \(set --sasl-mechanism, --sasl-username and the password\)$`},
		{"SASL to a port without", []string{"-b", at(testbed.Plaintext), "--sasl-mechanism", "PLAIN", "--sasl-username", "mskfit",
			"--sasl-password-file", right},
			`does not authenticate on this port: leave out the --sasl flags, or use the SASL port$`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			stdout, stderr, code := mskfit(t, append([]string{"observe", "--for", "1s"}, tt.args...)...)
			switch {
			case tt.want == "" && (code != exitDone || stderr != ""):
				t.Errorf("exit code %d, stderr %q", code, stderr)
			case tt.want != "" && (code != exitFailed || stdout != ""):
				t.Errorf("exit code %d, stdout %q", code, stdout)
			case tt.want != "" && !regexp.MustCompile(tt.want).MatchString(strings.TrimSpace(stderr)):
				t.Errorf("got %q, want %s", stderr, tt.want)
			}
			if strings.Count(strings.TrimSpace(stderr), "\n") > 0 {
				t.Errorf("more than one line: %q", stderr)
			}
			if strings.Contains(stdout+stderr, "hunter2") || strings.Contains(stdout+stderr, "s3cret") {
				t.Errorf("the password is shown: %s%s", stdout, stderr)
			}
		})
	}
}
