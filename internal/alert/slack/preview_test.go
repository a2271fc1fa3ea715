package slack

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mskfit/mskfit/analyzer/drift"
	"github.com/mskfit/mskfit/internal/alert"
	"github.com/mskfit/mskfit/internal/testbed"
	"github.com/mskfit/mskfit/verdict"
)

var keep = flag.String("preview", "", "keep the preview as this file")

// shownKinds are messages of every kind.
func shownKinds() []Shown {
	one := alert.ExampleMessage()
	one.Report, one.Items, one.Omitted = nil, one.Items[:1:1], 0
	item := func(title string, edit func(*alert.Message, *alert.Item)) alert.Message {
		m, i := one, one.Items[0]
		m.Title = title
		edit(&m, &i)
		m.Items = []alert.Item{i}
		return m
	}
	critical := item("shop: critical: ingress per cluster at 104 % of the limit", func(m *alert.Message, i *alert.Item) {
		over, used := 208.0, 1.04
		m.Severity, i.Level, i.Was, i.Observed, i.Utilization = drift.LevelCritical, drift.LevelCritical, drift.LevelWarning, &over,
			&used
		i.Reason, i.When = "ingress p99 208 MB/s is 4 % above the quota of 200 MB/s", "passed already"
	})
	resolved := item("shop: resolved: ingress per cluster", func(m *alert.Message, i *alert.Item) {
		under, used := 112.0, 0.56
		m.Severity, m.StillOpen = drift.LevelOK, 0
		*i = alert.Item{Key: i.Key, State: alert.Resolved, Title: i.Title, Level: drift.LevelOK, Observed: &under, Limit: i.Limit,
			Unit: i.Unit, Utilization: &used,
			Reason: "ingress p99 112 MB/s is 56 % of the quota of 200 MB/s", Since: i.Since}
	})
	odd := item("größe-注文: warning: ingress per cluster at 82 % of the limit", func(_ *alert.Message, i *alert.Item) {
		i.TopContributors = []verdict.Contributor{{Kind: "topic", Name: strings.Repeat("a-very-long-topic-name.", 12)[:249],
			Change: 2e6, Share: 0.9, Unit: "bytes/s"}}
	})
	report := alert.ExampleMessage()
	report.Kind, report.Items, report.Omitted, report.Title = alert.KindReport, nil, 0,
		"mskfit report: 2 clusters, $1,299.60 a month; 1 changed"
	out := []Shown{{"an alert that got worse", Blocks(critical)}, {"an alert that is over", Blocks(resolved)},
		{"odd names", Blocks(odd)},
		{"a report", Blocks(report)}, {"a test", Blocks(alert.TestMessage("ops", "https://mskfit.example.com", one.At))}}
	return out
}

func TestPreviewInABrowser(t *testing.T) {
	m := driftMessage()
	m.Items[0].TopContributors[0].Name = `<img src=x onerror=alert(1)>`
	report := alert.ExampleMessage()
	report.Kind, report.Items, report.Omitted, report.Title = alert.KindReport, nil, 0,
		"mskfit report: 2 clusters, $1,299.60 a month; 1 changed"
	report.Report.Clusters[0].Link = "https://mskfit.example.com/clusters/shop?a=1&b=2"
	target := New(Config{Mention: map[string]string{"warning": "here"}}, Options{})
	blocks, err := target.blocks(m)
	if err != nil {
		t.Fatal(err)
	}
	var page bytes.Buffer
	if err := Preview(&page, append([]Shown{{"two warnings", blocks}, {"a report with links", Blocks(report)}},
		shownKinds()...)); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "preview.html")
	if err := os.WriteFile(file, page.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	if *keep != "" {
		if err := os.WriteFile(*keep, page.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got := testbed.Browse(t, "file://"+file, 800, 1200)
	for _, want := range []string{`<i class="orange"></i> shop: warning: ingress per cluster`, `<span class="mention">@here</span>`,
		"<code>████████████████░░░░</code> <b>82 %</b>",
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
