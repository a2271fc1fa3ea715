package main

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/analyzer/drift"
	"github.com/mskfit/mskfit/internal/check"
	"github.com/mskfit/mskfit/internal/config"
	"github.com/mskfit/mskfit/internal/daemon"
	"github.com/mskfit/mskfit/internal/testbed/mskfake"
)

// An alert that is rehearsed reaches the targets of its route with the figures of the cluster, and is closed again.
func TestAnAlertIsRehearsed(t *testing.T) {
	var mu sync.Mutex
	got := map[string][]string{}
	hook := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		mu.Lock()
		defer mu.Unlock()
		got[r.URL.Path] = append(got[r.URL.Path], string(body))
	}))
	defer hook.Close()
	server := &mskfake.Server{Clusters: []*mskfake.Cluster{mskfake.Provisioned("orders", "kafka.m5.2xlarge", 6)},
		Metrics: mskfake.ProvisionedMetrics("orders", 6, mskfake.Office)}
	file := mskfake.File(t, mskfake.Config(t, server)+mskfake.Once+fmt.Sprintf(`
clusters: [{name: orders, msk: {cloudwatch: {backfill: 0s}}, limits: {ingress_per_cluster: 1MBps}}]
alerts:
  watch: [current, serverless]
  targets: {hook: {webhook: {url: "%[1]s/hook"}}, pager: {pagerduty: {url: "%[1]s", routing_key: 0123456789abcdef0123456789abcdef}}, other: {webhook: {url: "%[1]s/other"}}}
  routes: [{targets: [hook, pager], clusters: [ord*]}, {targets: [other], clusters: [x]}]
  maintenance: [{start: 2020-01-01T00:00:00Z, end: 2099-01-01T00:00:00Z}]
`, hook.URL))
	cfg, err := config.Load(file)
	if err != nil {
		t.Fatal(err)
	}
	d, err := daemon.Open(t.Context(), cfg, daemon.Options{File: file, Quiet: true, Log: zerolog.Nop()})
	if err == nil {
		err = errors.Join(d.Once(t.Context()), d.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	try := func(rule string) ([]check.Result, error) {
		return rehearsal{cluster: "orders", rule: rule, level: "critical"}.run(t.Context(), cfg, zerolog.Nop(), time.Now())
	}
	results, err := try("serverless.ingress_per_cluster")
	if err != nil || len(results) != 4 || check.NotOK(results) != 0 {
		t.Fatalf("%v: %+v", err, results)
	}
	for path, want := range map[string][]string{
		"/hook": {`"severity":"critical"`, "TEST: ", "this is a test sent by mskfit alert test", "this limit is your own"},
		"/v2/enqueue": {`"event_action":"trigger"`,
			`"dedup_key":"mskfit/orders/` + string(drift.OfTest) + `serverless.ingress_per_cluster"`},
	} {
		if len(got[path]) != 2 {
			t.Errorf("%s got %d messages, want the alert and its end", path, len(got[path]))
			continue
		}
		for _, text := range want {
			if !strings.Contains(got[path][0], text) {
				t.Errorf("%s does not say %s: %s", path, text, got[path][0])
			}
		}
		if !strings.Contains(got[path][1], "resolve") {
			t.Errorf("%s: no end: %s", path, got[path][1])
		}
	}
	if len(got["/other"]) != 0 {
		t.Error("a target of another route got the message")
	}
	if _, err := try("serverless.nothing"); err == nil || !strings.Contains(err.Error(), "there are ") ||
		!strings.Contains(err.Error(), "standard.ingress") {
		t.Errorf("a rule that is none: %v", err)
	}
}

func TestARehearsalNeedsAClusterAndARule(t *testing.T) {
	var stderr strings.Builder
	if code := run(t.Context(), []string{"alert", "test", "--level", "loud"}, io.Discard, &stderr); code != exitUsage {
		t.Errorf("exit code %d", code)
	}
	for _, want := range []string{"--cluster: name the cluster", "--rule: name the rule", "--level"} {
		if !strings.Contains(stderr.String(), want) {
			t.Errorf("not said: %s\n%s", want, &stderr)
		}
	}
}
