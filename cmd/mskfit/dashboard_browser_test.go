package main

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/internal/history"
	"github.com/mskfit/mskfit/internal/testbed"
)

const (
	playwrightPackage = "playwright-core@1.64.1"
	axePackage        = "axe-core@4.13.0"
)

// twoWeeks writes a history of orders, so that there are charts over time.
func twoWeeks(t *testing.T, dir string) {
	t.Helper()
	cfg := history.DefaultConfig()
	cfg.Dir = dir
	store, err := history.Open(cfg, history.Options{Log: zerolog.Nop()})
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now().UTC().Truncate(time.Minute)
	flow(t, store, "orders", now.AddDate(0, 0, -14), now.Add(-time.Hour), nil, func(time.Time) float64 { return 2 })
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
}

// Chromium opens every page of a daemon that watches a real broker: no error, nothing from another host, nothing that axe
// objects to, figures that move, and search, keyboard, charts, alert history, what-if and maintenance that work.
func TestTheDashboardInABrowser(t *testing.T) {
	chromium, node := testbed.Program(t, "chromium"), testbed.Program(t, "node")
	playwright, axe := testbed.NPM(t, playwrightPackage), filepath.Join(testbed.NPM(t, axePackage), "axe.min.js")
	c := testbed.Kafka(t, testbed.Options{Brokers: 1})
	testbed.StartLoad(t, c).AwaitSteady()
	dir := t.TempDir()
	twoWeeks(t, filepath.Join(dir, "data", "history"))
	d := startDaemon(t, daemonFile(t, dir, fmt.Sprintf("agent: {collect: \"@every 2s\", analyze: \"@every 5s\"}\nclusters:\n  - name: orders\n    kafka: {bootstrap: [%s]}\n",
		strings.Join(c.Bootstrap(), ", "))))
	d.await("there is a verdict", func() bool {
		w, ok := d.clusters()["orders"]
		return ok && w.VerdictAt != nil
	})
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	out, err := exec.CommandContext(ctx, node, filepath.Join("testdata", "browser", "dashboard.js"), d.URL, "orders", playwright,
		axe, chromium).CombinedOutput()
	if err != nil || len(out) > 0 {
		t.Errorf("%v\n%s", err, out)
	}
}
