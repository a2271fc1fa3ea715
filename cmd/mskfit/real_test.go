package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/mskfit/mskfit/analyzer"
	"github.com/mskfit/mskfit/internal/testbed"
	"github.com/mskfit/mskfit/internal/workload"
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

// A minute's look at three real brokers agrees with what they counted themselves, in the JSON that programs read.
func TestAMinuteOnRealBrokers(t *testing.T) {
	c := testbed.Kafka(t, testbed.Options{Brokers: 3, Alone: true})
	load := testbed.StartLoad(t, c)
	load.AwaitSteady()
	var before, after testbed.Counters
	var stdout string
	load.Undisturbed(func() {
		var err error
		if before, err = c.Counters(t.Context()); err != nil {
			t.Fatal(err)
		}
		var stderr string
		var code int
		stdout, stderr, code = mskfit(t, "observe", "-b", strings.Join(c.Bootstrap(), ","), "--for", "60s", "--backfill", "0", "--format", "json")
		if after, err = c.Counters(t.Context()); err != nil {
			t.Fatal(err)
		}
		if code != exitDone || stderr != "" {
			t.Fatalf("exit code %d, stderr %q", code, stderr)
		}
	})
	var v analyzer.Verdict
	if err := json.Unmarshal([]byte(stdout), &v); err != nil {
		t.Fatal(err)
	}
	truth, seconds := after.Since(before), after.At().Sub(before.At()).Seconds()
	rate := func(n int64) float64 { return float64(n) / seconds }
	agrees(t, "cluster bytes in", v.Workload.IngressBytesPerSec, rate(truth.Total.BytesIn), 0.01)
	agrees(t, "cluster messages in", v.Workload.MessagesPerSec, rate(truth.Total.MessagesIn), 0.01)
	for _, topic := range v.Topics {
		agrees(t, topic.Name+" bytes in", topic.IngressBytesPerSec, rate(truth.Topics[topic.Name].BytesIn), 0.03)
		within := 0.01
		if topic.Internal {
			within = 0.03 // all groups commit in the same second: one of these at the window's edge is 2 % of a minute
		}
		agrees(t, topic.Name+" messages in", topic.MessagesPerSec, rate(truth.Topics[topic.Name].MessagesIn), within)
	}
	// Groups that do not commit are invisible, so what is seen of egress is a floor.
	if e, sent := v.Workload.EgressBytesPerSec, rate(truth.Total.BytesOut); e == nil || e.Bounded() || e.Low > sent {
		t.Errorf("egress %+v: want a floor below the brokers' %.0f/s", e, sent)
	}
	if v.Status != analyzer.Decided || v.Choice == nil {
		t.Errorf("status %s: %v", v.Status, v.Reasons)
	}
}

// agrees prints a figure beside the brokers' count, and checks error and stated bounds.
func agrees(t *testing.T, what string, q *workload.Quantity, counted, within float64) {
	t.Helper()
	if q == nil {
		t.Errorf("%s: absent; the brokers counted %.0f/s", what, counted)
		return
	}
	off := q.Value/counted - 1
	t.Logf("%-34s %9.0f/s  brokers %9.0f/s  error %+.2f %%  bounds %.0f to %.0f  %s", what, q.Value, counted, 100*off, q.Low, q.High, q.Method)
	if off < -within || off > within {
		t.Errorf("%s: %+.2f %% off, want %.0f %% at most", what, 100*off, 100*within)
	}
	if counted < q.Low || counted > q.High {
		t.Errorf("%s: the brokers counted %.1f/s, outside of [%.1f, %.1f]", what, counted, q.Low, q.High)
	}
}

// What real brokers answer to the wrong way in is told in one sentence that names the flag to change.
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
		{"mutual TLS", []string{"-b", at(testbed.MutualTLS), "--tls-ca", c.TLS.CAFile, "--tls-cert", c.TLS.CertFile, "--tls-key", c.TLS.KeyFile}, ""},
		{"SASL", []string{"-b", at(testbed.SASLPlaintext), "--sasl-mechanism", "SCRAM-SHA-512", "--sasl-username", "mskfit", "--sasl-password-file", right}, ""},
		{"TLS to a plaintext port", []string{"-b", at(testbed.Plaintext), "--tls"}, `does not speak TLS on this port: leave out --tls, or use the TLS port$`},
		{"plaintext to a TLS port", []string{"-b", at(testbed.ServerTLS)}, `TLS on this port.*--tls`},
		{"unknown authority", []string{"-b", at(testbed.ServerTLS), "--tls"}, `authority that is not trusted here: give the authority's certificate as --tls-ca$`},
		{"no client certificate", []string{"-b", at(testbed.MutualTLS), "--tls-ca", c.TLS.CAFile}, `wants a client certificate \(mutual TLS\): set --tls-cert and --tls-key$`},
		{"wrong password", []string{"-b", at(testbed.SASLPlaintext), "--sasl-mechanism", "SCRAM-SHA-512", "--sasl-username", "mskfit", "--sasl-password-file", wrong},
			`refuses user "mskfit" \(SCRAM-SHA-512\): check --sasl-username, the password and --sasl-mechanism$`},
		{"no SASL to a SASL port", []string{"-b", at(testbed.SASLPlaintext)}, `want authentication on this port \(set --sasl-mechanism, --sasl-username and the password\)$`},
		{"SASL to a port without", []string{"-b", at(testbed.Plaintext), "--sasl-mechanism", "PLAIN", "--sasl-username", "mskfit", "--sasl-password-file", right},
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
