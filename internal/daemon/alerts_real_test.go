package daemon

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/mskfit/mskfit/analyzer/drift"
	"github.com/mskfit/mskfit/collector/kafka"
	"github.com/mskfit/mskfit/internal/alert"
	"github.com/mskfit/mskfit/internal/config"
	"github.com/mskfit/mskfit/internal/testbed"
)

// lapse is how many times faster the daemon's clock runs than the broker: history looks at whole minutes, which take ten seconds
// here. A rate that the daemon sees is the broker's divided by it.
const lapse = 6

// Hold times and windows are in the daemon's time; schedules are the timers', so that it collects once in each of its minutes.
const alertedConfig = `
data_directory: %s
web: {listen: "127.0.0.1:0"}
clusters:
  - name: shop
    kafka: {bootstrap: [%q], backfill: 0s}
    requirements: {authentication: [iam], zookeeper_access: false, extra_readers: 0, prefer: serverless}
agent:
  collect: "@every 10s"
  analyze: "@every 1s"
  report: ""
  window: 10m
  drift_window: 2m
  sizing: {min_window: 5s, statistic: mean}
  drift: {hold_up: 30s, hold_down: 30s, missing_after: 0s}
alerts:
  external_url: https://mskfit.example.com
  targets: {hook: {webhook: {url: %q}}}
`

const watchedRule = "serverless.ingress_per_cluster"

// received collects what the webhook gets.
type received struct {
	mu  sync.Mutex
	got []alert.Message
}

func (r *received) ServeHTTP(_ http.ResponseWriter, req *http.Request) {
	var m alert.Message
	if json.NewDecoder(req.Body).Decode(&m) == nil {
		r.mu.Lock()
		r.got = append(r.got, m)
		r.mu.Unlock()
	}
}

// of are the items on the watched rule so far.
func (r *received) of(state alert.ItemState) (out []alert.Item) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, m := range r.got {
		for _, i := range m.Items {
			if i.Key == watchedRule && i.State == state {
				out = append(out, i)
			}
		}
	}
	return out
}

// A real broker's load is raised past a lowered quota and back: pending, warning, resolved.
func TestALoadPastItsQuotaAndBack(t *testing.T) {
	cluster := testbed.Kafka(t, testbed.Options{NoCounters: true})
	cluster.CreateTopic("orders", 3, nil)
	var rate atomic.Int64
	rate.Store(30_000)
	steadily(t, cluster, &rate)
	got := &received{}
	hook := httptest.NewServer(got)
	defer hook.Close()
	text := fmt.Sprintf(alertedConfig, t.TempDir(), cluster.Bootstrap()[0], hook.URL)
	cfg, err := config.Parse("mskfit.yaml", []byte(text), os.LookupEnv)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	began := time.Now()
	clock := func() time.Time { return began.Add(lapse * time.Since(began)) }
	d, err := Open(ctx, cfg, Options{Now: clock, Log: zerolog.Nop()})
	if err != nil {
		t.Fatal(err)
	}
	source, err := kafka.New(cfg.Clusters[0].Kafka.Config, zerolog.Nop(), kafka.WithClock(clock))
	if err != nil {
		t.Fatal(err)
	}
	defer source.Close()
	// The plan is changed before it runs: the source gets the clock, and the quota is 0.2 MB/s, which a file could not lower
	// below AWS's own.
	watched := &d.plan.clusters[0]
	watched.Sources[0].Source = source
	watched.Requirements.RaisedQuotas = map[string]float64{"ingress_per_cluster": 0.2e6}
	done := make(chan error, 1)
	go func() { done <- d.Run(ctx, nil) }()
	within(t, d, "the rule is ok under a low load", func() bool { return level(d) == drift.LevelOK })
	rate.Store(180_000)
	within(t, d, "the rule is pending", func() bool { return level(d) == drift.LevelPending })
	if n := len(got.of(alert.Raised)); n > 0 {
		t.Errorf("%d messages while it is pending", n)
	}
	within(t, d, "the warning is delivered", func() bool { return len(got.of(alert.Raised)) > 0 })
	rate.Store(10_000)
	within(t, d, "the closing is delivered", func() bool { return len(got.of(alert.Resolved)) > 0 })
	raised, resolved := got.of(alert.Raised), got.of(alert.Resolved)
	if len(raised) != 1 || len(resolved) != 1 {
		t.Errorf("sent %d times, closed %d times", len(raised), len(resolved))
	}
	if i := raised[0]; i.Utilization == nil || *i.Utilization < 0.8 || !strings.Contains(i.Reason, "quota of 200 KB/s") ||
		i.Sure == "" || i.Action == "" {
		t.Errorf("the warning says %+v", i)
	}
	cancel()
	if err := <-done; err != nil {
		t.Errorf("run: %v", err)
	}
	if err := d.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
}

// level is the state of the watched rule; empty before it is known.
func level(d *Daemon) drift.Level {
	for _, c := range d.Status() {
		if c.Drift != nil {
			if s, known := c.Drift.Rules[watchedRule]; known {
				return s.Shown()
			}
		}
	}
	return ""
}

// within polls until it holds, and reports the state of everything when it does not.
func within(t *testing.T, d *Daemon, what string, holds func() bool) {
	t.Helper()
	deadline := time.Now().Add(2 * time.Minute)
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for !holds() {
		if time.Now().After(deadline) {
			t.Fatalf("not in time: %s\n%s", what, standing(d))
		}
		<-tick.C
	}
}

// standing writes in a few lines the state of everything.
func standing(d *Daemon) string {
	var out strings.Builder
	for _, c := range d.Status() {
		for _, s := range c.Sources {
			fmt.Fprintf(&out, "%s collected %s, error %q\n", s.Name, s.CollectedAt, s.Error)
		}
		if v := c.Verdict; v != nil {
			fmt.Fprintf(&out, "%s, choice %+v, reasons %q, ingress %+v\n", v.Status, v.Choice, v.Reasons,
				v.Workload.IngressBytesPerSec)
		}
		if c.Drift != nil {
			fmt.Fprintf(&out, "watched %+v, rules %+v\n", c.Drift.Watching, c.Drift.Rules)
		}
	}
	return out.String()
}

// steadily produces uncompressed records at the rate, in bytes per second of the daemon's time, until the test ends.
func steadily(t *testing.T, cluster *testbed.Cluster, rate *atomic.Int64) {
	client := cluster.Client(kgo.ProducerBatchCompression(kgo.NoCompression()))
	ctx, cancel := context.WithCancel(context.Background())
	var wait sync.WaitGroup
	wait.Go(func() {
		tick := time.NewTicker(100 * time.Millisecond)
		defer tick.Stop()
		value := make([]byte, 1000)
		for ctx.Err() == nil {
			for range lapse * rate.Load() / 10 / int64(len(value)) {
				client.Produce(ctx, &kgo.Record{Topic: "orders", Value: value}, nil)
			}
			<-tick.C
		}
	})
	t.Cleanup(func() {
		cancel()
		wait.Wait()
	})
}
