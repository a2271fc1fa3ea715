package prometheus

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/mskfit/mskfit/analyzer"
	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/demo"
	"github.com/mskfit/mskfit/internal/ledger"
	"github.com/mskfit/mskfit/internal/testbed"
	"github.com/mskfit/mskfit/internal/testbed/mskfake"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// daemon is a running mskfit that watches an embedded Kafka and a fake Amazon MSK, so that everything it can expose is there.
type daemon struct {
	t   *testing.T
	log lockedBuffer
	// address is host:port of its page.
	address string
	ended   chan struct{}
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

const daemonConfig = `data_directory: %[1]s
web: {listen: "127.0.0.1:0"}
agent: {collect: "@every 3s", analyze: "@every 3s", report: "", sizing: {min_window: 1s}}
alerts: {targets: {own: {webhook: {url: "http://127.0.0.1:1/"}}}}
aws: {max_attempts: 1, endpoints: {kafka: %[2]q, cloudwatch: %[2]q, sts: %[2]q}}
clusters:
  - name: shop
    kafka: {bootstrap: [%[3]q]}
    requirements: {client_vpcs: 1, existing_serverless_clusters: 0}
  - name: refunds
    msk: {name: refunds, cloudwatch: {backfill: 1h}}
    migrated_from: shop-old
msk:
  - regions: [us-east-1]
    cloudwatch: {backfill: 1h}
`

// startDaemon starts the program on all that it can watch here, and ends it with the test.
func startDaemon(t *testing.T) *daemon {
	t.Helper()
	shop, err := demo.Start(t.Context(), demo.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(shop.Close)
	server := &mskfake.Server{Now: time.Now}
	for _, name := range []string{"payments", "refunds"} {
		of := map[string]string{"Cluster Name": name, "Topic": "cards"}
		server.Clusters = append(server.Clusters, mskfake.Serverless(name))
		server.Metrics = append(server.Metrics, &mskfake.Metric{Name: "BytesInPerSec", Dimensions: of, Raw: mskfake.Constant(2e6)},
			&mskfake.Metric{Name: "BytesOutPerSec", Dimensions: of, Raw: mskfake.Constant(4e6)})
	}
	aws := httptest.NewServer(server)
	t.Cleanup(aws.Close)
	dir := t.TempDir()
	file := filepath.Join(dir, "mskfit.yaml")
	if err := os.WriteFile(file, fmt.Appendf(nil, daemonConfig, filepath.Join(dir, "data"), aws.URL, shop.Bootstrap()[0]), 0o600); err != nil {
		t.Fatal(err)
	}
	predict(t, filepath.Join(dir, "data", "ledger.db"))
	d := &daemon{t: t, ended: make(chan struct{})}
	cmd := exec.Command(testbed.Mskfit(t), "run", "-c", file, "--log-format", "json")
	cmd.Stderr = &d.log
	cmd.Env = append(os.Environ(), "AWS_ACCESS_KEY_ID=AKIAFAKE", "AWS_SECRET_ACCESS_KEY=secret", "AWS_PROFILE=", "AWS_CONFIG_FILE="+os.DevNull,
		"AWS_SHARED_CREDENTIALS_FILE="+os.DevNull, "AWS_EC2_METADATA_DISABLED=true")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = cmd.Wait() // the log tells how it ended
		close(d.ended)
	}()
	t.Cleanup(func() {
		if err := cmd.Process.Signal(syscall.SIGTERM); err == nil {
			<-d.ended
		}
		if t.Failed() {
			t.Logf("log of the daemon:\n%s", d.log.String())
		}
	})
	listens := regexp.MustCompile(`"web":"http://([^"]+)"`)
	d.await("it runs", func() bool {
		if m := listens.FindStringSubmatch(d.log.String()); m != nil {
			d.address = m[1]
		}
		return d.address != ""
	})
	d.await("all clusters have a verdict", func() bool {
		page := d.metrics()
		return strings.Contains(page, `mskfit_verdict_timestamp_seconds{cluster="shop"}`) && strings.Contains(page, `mskfit_verdict_timestamp_seconds{cluster="payments"}`) &&
			strings.Contains(page, "mskfit_prediction_error_ratio{") && strings.Contains(page, "mskfit_cloudwatch_expected_monthly_usd{") && strings.Contains(page, "mskfit_quota_utilization_ratio{")
	})
	return d
}

// predict keeps a verdict on shop-old in a new ledger, and the first whole month of refunds after it.
func predict(t *testing.T, file string) {
	t.Helper()
	c, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	declared := func(v float64) workload.Figure { return workload.Exactly(v, workload.Declared, "test") }
	w := workload.Workload{Cluster: "shop-old", Region: "us-east-1", Declared: true, Coverage: 1, IngressBytesPerSec: workload.Constantly(declared(1e6)),
		EgressBytesPerSec: workload.Constantly(declared(1e6)), Partitions: declared(24).Ptr(), CompactedPartitions: declared(0).Ptr()}
	v := analyzer.Analyze(analyzer.Input{Workload: w, Catalog: c, Options: analyzer.DefaultOptions()}, time.Now().AddDate(0, -3, 0))
	cfg := ledger.DefaultConfig()
	cfg.File = file
	l, err := ledger.Open(t.Context(), cfg, ledger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	now, difference := time.Now().UTC(), 0.2
	start := time.Date(now.Year(), now.Month()-2, 1, 0, 0, 0, 0, time.UTC)
	month := verdict.ReviewMonth{Window: workload.Window{Start: start, End: start.AddDate(0, 1, 0)}, Coverage: 1, Whole: true,
		Rows: []verdict.ReviewRow{{Quantity: "ingress_bytes_per_second", Unit: "bytes/s", Difference: &difference}}}
	body, err := json.Marshal(map[string]any{"from": "shop-old", "verdict": v, "first_at": start, "months": []any{map[string]any{"at": now, "month": month}}})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(l.SaveVerdict(t.Context(), v), l.SaveDocument(t.Context(), ledger.Reviewed, "refunds", body), l.Close()); err != nil || v.Choice == nil {
		t.Fatalf("verdict %v, error %v", v.Reasons, err)
	}
}

// await polls until the condition holds; it ends the test when that takes long, or when the daemon ends meanwhile.
func (d *daemon) await(what string, holds func() bool) {
	d.t.Helper()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(3 * time.Minute)
	for !holds() {
		select {
		case <-tick.C:
		case <-d.ended:
			d.t.Fatalf("%s: the daemon ended", what)
		case <-deadline:
			d.t.Fatalf("%s: not within three minutes; metrics:\n%s", what, d.metrics())
		}
	}
}

// metrics is the page that Prometheus scrapes; empty when there is no answer.
func (d *daemon) metrics() string {
	resp, err := http.Get("http://" + d.address + "/metrics")
	if err != nil {
		return ""
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return ""
	}
	return string(text)
}
