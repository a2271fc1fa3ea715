package main

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mskfit/mskfit/internal/testbed"
)

const (
	playwrightPackage = "playwright-core@1.64.1"
	axePackage        = "axe-core@4.13.0"
)

// Chromium opens every page of a daemon that watches a real broker: no error, nothing from another host, nothing that axe objects to,
// figures that move, and search, keyboard, charts, alert history, what-if and maintenance that work.
func TestTheDashboardInABrowser(t *testing.T) {
	chromium, node := testbed.Program(t, "chromium"), testbed.Program(t, "node")
	playwright, axe := testbed.NPM(t, playwrightPackage), filepath.Join(testbed.NPM(t, axePackage), "axe.min.js")
	c := testbed.Kafka(t, testbed.Options{Brokers: 1})
	testbed.StartLoad(t, c).AwaitSteady()
	dir := t.TempDir()
	d := startDaemon(t, daemonFile(t, dir, fmt.Sprintf("agent: {collect: \"@every 2s\", analyze: \"@every 5s\"}\nclusters:\n  - name: orders\n    kafka: {bootstrap: [%s]}\n",
		strings.Join(c.Bootstrap(), ", "))))
	d.await("there is a verdict", func() bool {
		w, ok := d.clusters()["orders"]
		return ok && w.VerdictAt != nil
	})
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	out, err := exec.CommandContext(ctx, node, filepath.Join("testdata", "browser", "dashboard.js"), d.url, "orders", playwright, axe, chromium).CombinedOutput()
	if err != nil || len(out) > 0 {
		t.Errorf("%v\n%s", err, out)
	}
}
