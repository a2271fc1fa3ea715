package daemon

import (
	"errors"
	"testing"
	"time"

	"github.com/mskfit/mskfit/analyzer"
	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/config"
	"github.com/mskfit/mskfit/internal/ledger"
	"github.com/mskfit/mskfit/internal/testbed/mskfake"
	"github.com/mskfit/mskfit/internal/workload"
)

// predicted keeps a verdict on orders-old of three months ago in the ledger that the file names.
func predicted(t *testing.T, file string) {
	t.Helper()
	cfg, err := config.Load(file)
	if err != nil {
		t.Fatal(err)
	}
	c, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	declared := func(v float64) workload.Figure { return workload.Exactly(v, workload.Declared, "test") }
	w := workload.Workload{Cluster: "orders-old", Region: "us-east-1", Declared: true, Coverage: 1,
		IngressBytesPerSec: workload.Constantly(declared(1e6)),
		EgressBytesPerSec:  workload.Constantly(declared(1e6)), Partitions: declared(24).Ptr(),
		CompactedPartitions: declared(0).Ptr()}
	v := analyzer.Analyze(analyzer.Input{Workload: w, Catalog: c, Options: analyzer.DefaultOptions()}, time.Now().AddDate(0, -3, 0))
	l, err := ledger.Open(t.Context(), cfg.Placed().Ledger, ledger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(l.SaveVerdict(t.Context(), v), l.Close()); err != nil || v.Choice == nil {
		t.Fatalf("verdict %v, error %v", v.Reasons, err)
	}
}

// The bill of a migrated cluster is in its review, for each whole month that CloudWatch still has. It costs one request.
func TestTheBillOfAMigratedCluster(t *testing.T) {
	of := map[string]string{"Cluster Name": "orders", "Topic": "cards"}
	server := &mskfake.Server{Clusters: []*mskfake.Cluster{mskfake.Serverless("orders")},
		Metrics: []*mskfake.Metric{{Name: "BytesInPerSec", Dimensions: of, Raw: mskfake.Constant(2e6)},
			{Name: "BytesOutPerSec", Dimensions: of, Raw: mskfake.Constant(4e6)}},
		Costs: []mskfake.Cost{{Service: mskfake.MSKService, Region: "us-east-1", RecordType: "Usage",
			Tags: map[string]string{"cluster": "orders"},
			To:   time.Now(), USD: 25}},
		Estimated: time.Now().AddDate(0, 0, -90)}
	file := mskfake.File(t, mskfake.Config(t, server)+mskfake.Once+`
clusters:
  - name: orders
    msk: {}
    migrated_from: orders-old
    cost_explorer: {tag_key: cluster, tag_value: orders}
`)
	predicted(t, file)
	d := startOnce(t, file)
	if err := d.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	v := statusOf(t, d, "orders").Verdict
	if v == nil || v.Review == nil || v.Review.Problem != "" {
		t.Fatalf("no review: %+v", v)
	}
	whole := 0
	for _, m := range v.Review.Months {
		r := m.Row("billed_usd")
		if r == nil {
			t.Fatalf("%s has no row for the bill", m.Window.Start)
		}
		if r.Observed == nil {
			continue
		}
		whole++
		days := m.Window.Duration().Hours() / 24
		if r.Observed.Value != 25*days || !r.Observed.Bounded() || r.Predicted == nil || len(r.Why) != 2 {
			t.Errorf("%s: bill %+v, want $%g", m.Window.Start.Format("January"), r, 25*days)
		}
	}
	if whole == 0 {
		t.Errorf("no whole month has a bill: %+v", v.Review.Months)
	}
	usd := 0.0
	d.reviewer.BillCosts(func(_ string, v float64) { usd += v })
	if n := server.Calls("GetCostAndUsage"); n != 1 || usd != 0.01 {
		t.Errorf("%d requests, $%g; want one for $0.01", n, usd)
	}
}
