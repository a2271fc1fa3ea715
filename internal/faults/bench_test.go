//go:build long && unix

package faults

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/mskfit/mskfit/internal/testbed"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

const (
	user, password = "fit", "fit-s3cret"
	// missingAfter is when the daemon calls a figure missing: three intervals.
	missingAfter = 15 * time.Second
	// patience is how long the daemon has to do what it promises.
	patience = time.Minute
)

// pace is how often the daemon sweeps, and how long it waits for each answer. A sweep has four fifths of the interval, so that a
// request can time out and be sent to another broker, as with the defaults (a minute, and ten seconds).
type pace struct{ interval, timeout string }

var (
	usual = pace{"5s", "1s"}
	slow  = pace{"30s", "2s"}
)

// bench is a daemon that sweeps three brokers through proxies every five seconds, while records come in.
type bench struct {
	t       *testing.T // of the fault
	cluster *testbed.Cluster
	client  *kgo.Client // of the brokers, past the proxies
	daemon  *testbed.Daemon
	secret  string // file of the password
	file    string // the configuration; text is its content, without the pace
	text    string
	usual   []string

	mu       sync.Mutex
	messages []string // titles that the webhook was sent
}

func newBench(t *testing.T) *bench {
	dir := t.TempDir()
	b := &bench{t: t, secret: filepath.Join(dir, "password")}
	b.cluster = testbed.Kafka(t, testbed.Options{Brokers: 3, NoCounters: true, HeapMB: 320,
		Users:      map[string]string{user: password},
		Mechanisms: []string{"SCRAM-SHA-512"}, Listeners: []testbed.Listener{testbed.Plaintext, testbed.SASLPlaintext},
		Proxied: []testbed.Listener{testbed.SASLPlaintext}})
	b.client = b.cluster.Client()
	b.cluster.CreateTopic("orders", 9, map[string]string{"min.insync.replicas": "1"})
	b.send()
	hook := httptest.NewServer(http.HandlerFunc(b.hear))
	t.Cleanup(hook.Close)
	b.write(b.secret, password)
	b.file = filepath.Join(dir, "mskfit.yaml")
	b.text = fmt.Sprintf(`data_directory: %s
web: {listen: "127.0.0.1:0"}
agent:
  collect: "@every INTERVAL"
  analyze: "@every 1s"
  report: ""
  sizing: {min_window: 10s}
  drift: {missing_after: %s, quiet: 0s}
alerts: {targets: {hook: {webhook: {url: %q}}}}
clusters:
  - name: shop
    requirements: {authentication: [iam], zookeeper_access: false, extra_readers: 0, prefer: serverless}
    kafka:
      bootstrap: [%s]
      timeout: TIMEOUT
      backfill: 0s
      sasl: {mechanism: SCRAM-SHA-512, username: %s, password_file: %q}
`, filepath.Join(dir, "data"), missingAfter, hook.URL, strings.Join(b.cluster.Addresses(testbed.SASLPlaintext), ", "),
		user, b.secret)
	b.write(b.file, usual.of(b.text))
	b.daemon = testbed.StartDaemon(t, testbed.Mskfit(t), b.file, testbed.DaemonOptions{})
	b.daemon.Await("a sweep with rates, and a verdict", patience, func() bool {
		s := b.status()
		return s.VerdictAt != nil && s.source().Error == "" && len(s.source().Gaps) < 2
	})
	b.daemon.Await("a verdict with figures, which can be missed", 3*patience, func() bool {
		var v verdict.Verdict
		body, _ := b.daemon.Get("/api/v1/clusters/shop/verdict")
		return json.Unmarshal(body, &v) == nil && v.Workload.IngressBytesPerSec != nil
	})
	for _, g := range b.status().source().Gaps {
		b.usual = append(b.usual, g.What)
	}
	return b
}

// of is a configuration at that pace.
func (p pace) of(text string) string {
	return strings.NewReplacer("INTERVAL", p.interval, "TIMEOUT", p.timeout).Replace(text)
}

// configure puts another pace in force.
func (b *bench) configure(p pace) {
	b.t.Helper()
	b.write(b.file, p.of(b.text))
	b.daemon.Signal(syscall.SIGHUP)
}

func (b *bench) write(file, text string) {
	b.t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		b.t.Fatal(err)
	}
}

// send produces until the test ends.
func (b *bench) send() {
	client := b.cluster.Client(kgo.DefaultProduceTopic("orders"), kgo.RecordPartitioner(kgo.RoundRobinPartitioner()))
	ctx, done := b.t.Context(), make(chan struct{})
	b.t.Cleanup(func() { <-done })
	go func() {
		defer close(done)
		for ctx.Err() == nil {
			client.Produce(ctx, &kgo.Record{Value: make([]byte, 500)}, nil)
			time.Sleep(20 * time.Millisecond)
		}
	}()
}

// hear is the webhook.
func (b *bench) hear(_ http.ResponseWriter, r *http.Request) {
	text, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.messages = append(b.messages, string(text))
}

// heard returns the title of the first message after the n-th whose text holds the word.
func (b *bench) heard(n int, word string) (title string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, m := range b.messages[min(n, len(b.messages)):] {
		if strings.Contains(m, word) {
			var fields struct{ Title, Status string }
			_ = json.Unmarshal([]byte(m), &fields) // a message without a title is one all the same
			return fields.Title
		}
	}
	return ""
}

func (b *bench) count() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.messages)
}

// status is the daemon's row of the cluster.
type status struct {
	VerdictAt *time.Time `json:"verdict_at"`
	Sources   []source
}

type source struct {
	CollectedAt time.Time `json:"collected_at"`
	Error       string
	Gaps        []workload.Gap
}

func (s status) source() source {
	if len(s.Sources) == 0 {
		return source{Error: "no answer from the daemon"}
	}
	return s.Sources[0]
}

func (b *bench) status() status {
	b.t.Helper()
	body, _ := b.daemon.Get("/api/v1/clusters")
	var all struct{ Clusters []status }
	if err := json.Unmarshal(body, &all); err != nil || len(all.Clusters) != 1 {
		return status{}
	}
	return all.Clusters[0]
}

// await polls until there is no error. It fails when the daemon ends.
func (b *bench) await(within time.Duration, missing func() error) {
	b.t.Helper()
	testbed.Await(b.t, within, func() error {
		err := missing()
		if err != nil && b.daemon.Ended() != nil {
			b.t.Fatalf("the daemon ended: %v", err)
		}
		return err
	})
}

// sweepsClean waits for a sweep that began after now and has no other gaps than usual.
func (b *bench) sweepsClean() {
	b.t.Helper()
	now := time.Now()
	b.await(2*patience, func() error {
		s := b.status().source()
		if s.Error != "" {
			return errors.New(s.Error)
		}
		for _, g := range s.Gaps {
			if !slices.Contains(b.usual, g.What) {
				return fmt.Errorf("gap: %s: %s", g.What, g.Why)
			}
		}
		if !s.CollectedAt.After(now) {
			return fmt.Errorf("the last sweep is of %s", s.CollectedAt)
		}
		return nil
	})
}

// meetsGap waits for a sweep with a gap whose text holds one of the words.
func (b *bench) meetsGap(words ...string) workload.Gap {
	b.t.Helper()
	var met workload.Gap
	b.await(patience, func() error {
		s := b.status().source()
		for _, g := range s.Gaps {
			for _, w := range words {
				if s.Error == "" && strings.Contains(g.What+": "+g.Why, w) {
					met = g
					return nil
				}
			}
		}
		return fmt.Errorf("no gap about %q, but error %q and gaps %+v", words, s.Error, s.Gaps)
	})
	return met
}

// fails waits for a sweep that gave nothing, for a reason that holds the words.
func (b *bench) fails(words string) string {
	b.t.Helper()
	var why string
	b.await(patience, func() error {
		if why = b.status().source().Error; !strings.Contains(why, words) {
			return fmt.Errorf("the error is %q, want %q", why, words)
		}
		return nil
	})
	return strings.ReplaceAll(why, "\n", "; ")
}

// isReady wants the daemon to be ready whatever its source is.
func (b *bench) isReady() {
	b.t.Helper()
	if body, code := b.daemon.Get("/readyz"); code != http.StatusOK {
		b.t.Errorf("/readyz: %d %s", code, body)
	}
}

func (b *bench) proxies(change func(*testbed.Proxy)) {
	for i := range 3 {
		change(b.proxy(i + 1))
	}
}

func (b *bench) proxy(i int) *testbed.Proxy {
	return b.cluster.Proxy(testbed.SASLPlaintext, i)
}

func (b *bench) admin() *kadm.Client { return kadm.NewClient(b.client) }
