package prometheus

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
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
type daemon struct{ *testbed.Daemon }

// readyWithin is how long the daemon has for its first verdicts, and Prometheus to read them.
const readyWithin = 5 * time.Minute

const daemonConfig = `
agent: {collect: "@every 10s", analyze: "@every 10s", report: "", sizing: {min_window: 1s}}
alerts: {targets: {own: {webhook: {url: "http://127.0.0.1:1/"}}}}
clusters:
  - name: shop
    kafka: {bootstrap: [%q]}
    requirements: {client_vpcs: 1, existing_serverless_clusters: 0}
  - name: refunds
    msk: {name: refunds, cloudwatch: {backfill: 1h}}
    migrated_from: shop-old
    cost_explorer: {only_cluster: true}
msk:
  - regions: [us-east-1]
    cloudwatch: {backfill: 1h}
`

// startDaemon starts the program on all that it can watch here, and ends it with the test.
func startDaemon(t *testing.T) daemon {
	t.Helper()
	shop, err := demo.Start(t.Context(), demo.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(shop.Close)
	server := &mskfake.Server{}
	for _, name := range []string{"payments", "refunds"} {
		of := map[string]string{"Cluster Name": name, "Topic": "cards"}
		server.Clusters = append(server.Clusters, mskfake.Serverless(name))
		server.Metrics = append(server.Metrics, &mskfake.Metric{Name: "BytesInPerSec", Dimensions: of, Raw: mskfake.Constant(2e6)},
			&mskfake.Metric{Name: "BytesOutPerSec", Dimensions: of, Raw: mskfake.Constant(4e6)})
	}
	file := mskfake.File(t, mskfake.Config(t, server)+fmt.Sprintf(daemonConfig, shop.Bootstrap()[0]))
	predict(t, filepath.Join(filepath.Dir(file), "data", "ledger.db"))
	d := daemon{testbed.StartDaemon(t, testbed.Mskfit(t), file, testbed.DaemonOptions{})}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("metrics:\n%s", d.metrics())
		}
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
	w := workload.Workload{Cluster: "shop-old", Region: "us-east-1", Declared: true, Coverage: 1,
		IngressBytesPerSec: workload.Constantly(declared(1e6)),
		EgressBytesPerSec:  workload.Constantly(declared(1e6)), Partitions: declared(24).Ptr(),
		CompactedPartitions: declared(0).Ptr()}
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
	body, err := json.Marshal(map[string]any{"from": "shop-old", "verdict": v, "first_at": start,
		"months": []any{map[string]any{"at": now, "month": month}}})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(l.SaveVerdict(t.Context(), v), l.SaveDocument(t.Context(), ledger.Reviewed, "refunds", body),
		l.Close()); err != nil || v.Choice == nil {
		t.Fatalf("verdict %v, error %v", v.Reasons, err)
	}
}

// metrics is the page that Prometheus scrapes; empty when there is no answer.
func (d daemon) metrics() string {
	page, _ := d.Get("/metrics")
	return string(page)
}
