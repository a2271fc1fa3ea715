package daemon

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/testbed/mskfake"
)

// lowered is an overlay that somebody's refresh wrote after Serverless had been chosen.
const lowered = `
schema: mskfit/catalog-overlay/v1
written_at: 2031-05-01T10:00:00Z
quotas:
  date: "2031-05-01"
  source: Service Quotas
  serverless: {ingress_per_cluster: 50}
`

// A quota that AWS lowers is taken without a restart, changes the verdict, and the next report says so.
func TestALoweredQuotaIsNamedInTheNextReport(t *testing.T) {
	server := &mskfake.Server{Clusters: []*mskfake.Cluster{mskfake.Provisioned("orders", "kafka.m5.2xlarge", 6)},
		Metrics: mskfake.ProvisionedMetrics("orders", 6, mskfake.Office)}
	home := t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", home)
	overlay := filepath.Join(home, "mskfit", "catalog-overlay.yaml")
	if err := os.Mkdir(filepath.Dir(overlay), 0o700); err != nil {
		t.Fatal(err)
	}
	d := startOnce(t, mskfake.File(t, mskfake.Config(t, server)+mskfake.Once+`
clusters:
  - name: orders
    msk: {}
    requirements: {operations_team: true, authentication_change: true, broker_configuration: [], acls: false, zookeeper_access: false, prefer: serverless}
`))
	if err := d.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	if c := statusOf(t, d, "orders").Verdict.Choice; c == nil || c.Name() != "MSK Serverless" {
		t.Fatalf("the choice is %+v, want MSK Serverless", c)
	}
	seen := overlayStamp(d.planned().cfg)
	writeFile(t, overlay, "schema: [")
	bad := d.refreshCatalog(t.Context(), seen)
	if why, _ := d.staleCatalog.trouble(); bad == seen || !strings.Contains(why, "catalog-overlay.yaml") ||
		d.planned().deps.Catalog.Overlay != nil {
		t.Errorf("a broken overlay: %q", why)
	}
	writeFile(t, overlay, lowered)
	if now := d.refreshCatalog(t.Context(), bad); now == bad || d.planned().deps.Catalog.Overlay == nil {
		t.Fatal("the overlay is not in force")
	}
	g, err := d.generationOf(d.planned(), d.current.Load().agent)
	if err != nil {
		t.Fatal(err)
	}
	d.current.Store(g)
	if err := d.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	text := newestReport(t, filepath.Join(d.opened.Reports.Directory, "orders"))
	for _, want := range []string{"Since the report of", "instead of MSK Serverless",
		"quota ingress per cluster is 50 MB/s, was 200 MB/s"} {
		if !strings.Contains(text, want) {
			t.Errorf("the report does not say %q:\n%s", want, text)
		}
	}
}

// newestReport is the text of the last report in a cluster's folder.
func newestReport(t *testing.T, dir string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.txt"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no report in %s: %v", dir, err)
	}
	text, err := os.ReadFile(files[len(files)-1]) // their names are dates
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// The daemon's log says what of its overlay is not used.
func TestTheDaemonLogsWhatOfAnOverlayIsNotUsed(t *testing.T) {
	var log bytes.Buffer
	d := &Daemon{log: zerolog.New(&log)}
	d.unused(&catalog.Catalog{})
	if log.Len() > 0 {
		t.Errorf("without an overlay: %s", log.String())
	}
	d.unused(&catalog.Catalog{Overlay: &catalog.AppliedOverlay{File: "o.yaml",
		Ignored: []string{"its prices of 2024-01-01 are older"}}})
	if got := log.String(); !strings.Contains(got,
		`"level":"warn","overlay":"o.yaml","not_used":"its prices of 2024-01-01 are older"`) {
		t.Errorf("got %s", got)
	}
}
