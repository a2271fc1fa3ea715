package slack

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mskfit/mskfit/internal/alert"
	"github.com/mskfit/mskfit/internal/testbed"
)

func TestPreviewInABrowser(t *testing.T) {
	m := drift()
	m.Items[0].Movers[0].Name = `<img src=x onerror=alert(1)>`
	report := alert.ExampleMessage()
	report.Kind, report.Items = alert.KindReport, nil
	report.Report.Clusters[0].Link = "https://mskfit.example.com/clusters/shop?a=1&b=2"
	target := New(Config{Mention: map[string]string{"warning": "here"}}, Options{})
	blocks, err := target.blocks(m)
	if err != nil {
		t.Fatal(err)
	}
	var page bytes.Buffer
	if err := Preview(&page, []Shown{{"a warning", blocks}, {"a report", Blocks(report)}}); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "preview.html")
	if err := os.WriteFile(file, page.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	got := testbed.Browse(t, "file://"+file, 800, 1200)
	for _, want := range []string{`<i class="orange"></i> shop: warning: ingress per cluster`, `<span class="mention">@here</span>`, "<code>████████████████░░░░</code> <b>82 %</b>",
		"topic &lt;img src=x onerror=alert(1)&gt; +21 MB/s", `href="https://mskfit.example.com/clusters/shop">Open dashboard</a>`,
		`<a href="https://mskfit.example.com/clusters/shop?a=1&amp;b=2">shop</a>`} {
		if !strings.Contains(got.DOM, want) {
			t.Errorf("the page does not show %q:\n%s", want, got.DOM)
		}
	}
	if len(got.Console) > 0 || len(got.PNG) < 10_000 {
		t.Errorf("console %q, picture of %d bytes", got.Console, len(got.PNG))
	}
}
