package web

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/analyzer/drift"
	"github.com/mskfit/mskfit/internal/agent"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

type fakeAgent struct {
	status []agent.ClusterStatus
	ready  bool

	role     string
	problems []Problem
}

func (f fakeAgent) Status() []agent.ClusterStatus { return f.status }
func (f fakeAgent) Daemon() Daemon {
	return Daemon{Version: "test", Role: cmp.Or(f.role, RoleActive), Ready: f.ready, Problems: f.problems}
}

func get(t *testing.T, h http.Handler, method, path string) (int, string) {
	t.Helper()
	rec := httptest.NewRecorder()
	r := httptest.NewRequest(method, path, nil)
	r.Host = "127.0.0.1:9444"
	h.ServeHTTP(rec, r)
	return rec.Code, rec.Body.String()
}

func exampleVerdict() verdict.Verdict {
	usd, used, limit := 1299.6, 0.4, 3000.0
	rules := []verdict.Rule{
		{ID: "serverless.ingress_per_cluster", Outcome: verdict.Pass, Limit: &limit, Utilization: &used},
		{ID: "serverless.client_connections", Outcome: verdict.Unknown, Limit: &limit},
		{ID: "serverless.retention", Outcome: verdict.NotApplicable},
		{ID: "serverless.headroom", Outcome: verdict.Pass, Limit: &limit, Utilization: &used}}
	return verdict.Verdict{Schema: verdict.Schema, Cluster: "orders", Status: verdict.Decided,
		Catalog: verdict.CatalogUsed{Prices: "2025-04-04"},
		At:      time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC),
		Choice:  &verdict.Choice{Kind: verdict.Serverless, Clusters: 1, MonthlyUSD: usd},
		Options: []verdict.Option{{Kind: verdict.Serverless, Feasible: verdict.Yes, MonthlyUSD: &usd, Rules: rules},
			{Kind: verdict.Express, Feasible: verdict.No}}}
}

func TestPages(t *testing.T) {
	v := exampleVerdict()
	drift := drift.State{Rules: map[string]drift.RuleState{
		"serverless.ingress_per_cluster": {Level: drift.LevelWarning, Reason: "ingress is 82 % of the quota"},
		"serverless.egress_per_cluster":  {Level: drift.LevelOK}}}
	h := handler(fakeAgent{status: []agent.ClusterStatus{
		{Name: "orders", Region: "us-east-1", Verdict: &v, Drift: &drift,
			Sources: []agent.SourceStatus{{Name: "kafka", Error: "no route"}}},
		{Name: "new"},
	}})
	for _, tc := range []struct {
		method, path string
		code         int
		contains     string
	}{
		{"GET", "/other", 404, "404 page not found"},
		{"GET", "/healthz", 200, `"status": "ok"`},
		{"GET", "/readyz", 503, "not every source has been collected yet"},
		{"GET", "/api/v1/clusters", 200, `"error": "no route"`},
		{"GET", "/api/v1/clusters", 200, `"prices_date": "2025-04-04"`},
		{"GET", "/api/v1/clusters", 200, `"level": "warning"`},
		{"GET", "/api/v1/clusters/orders/verdict", 200, `"schema": "mskfit/verdict/v1"`},
		{"GET", "/api/v1/clusters/new/verdict", 503, "no verdict on new yet"},
		{"GET", "/api/v1/clusters/other/verdict", 404, "no cluster other"},
		{"GET", "/api/v2/x", 404, "no such resource"},
		{"POST", "/api/v1/clusters", 405, ""},
		{"DELETE", "/metrics", 405, ""},
		{"GET", "/metrics", 200, `mskfit_build_info{version="test"} 1`},
	} {
		code, body := get(t, h, tc.method, tc.path)
		if code != tc.code || !strings.Contains(body, tc.contains) {
			t.Errorf("%s %s: %d %s\nwant %d and %q", tc.method, tc.path, code, body, tc.code, tc.contains)
		}
	}
}

func TestTheDaemonSaysHowItFares(t *testing.T) {
	full := []Problem{{Part: "history", Why: "disk full"}}
	for _, tc := range []struct {
		agent    fakeAgent
		path     string
		code     int
		contains string
	}{
		{fakeAgent{ready: true}, "/readyz", 200, `"status": "ready"`},
		{fakeAgent{role: RoleStandby}, "/readyz", 200, `"status": "standby"`},
		{fakeAgent{ready: true, problems: full}, "/readyz", 200, `"status": "ready"`},
		{fakeAgent{problems: full}, "/healthz", 200, `"why": "disk full"`},
		{fakeAgent{}, "/healthz", 200, `"problems": []`},
		{fakeAgent{role: RoleStandby, problems: full}, "/api/v1/status", 200, `"role": "standby"`},
		{fakeAgent{ready: true}, "/api/v1/status", 200, `"version": "test"`},
	} {
		code, body := get(t, handler(tc.agent), "GET", tc.path)
		if code != tc.code || !strings.Contains(body, tc.contains) {
			t.Errorf("%+v %s: %d %s\nwant %d and %q", tc.agent, tc.path, code, body, tc.code, tc.contains)
		}
	}
}

func TestAnAnswerThatCannotBeEncodedIsAnError(t *testing.T) {
	v := exampleVerdict()
	v.Workload.IngressBytesPerSec = workload.Constantly(workload.Figure{Value: math.NaN()})
	h := handler(fakeAgent{status: []agent.ClusterStatus{{Name: "orders", Verdict: &v}}})
	if code, body := get(t, h, "GET", "/api/v1/clusters/orders/verdict"); code != 500 ||
		!strings.Contains(body, "could not be encoded") {
		t.Errorf("%d %s", code, body)
	}
}

func TestMetricsFollowTheLastCollection(t *testing.T) {
	m := NewMetrics("test")
	f := workload.Exactly(1000, workload.Derived, "kafka")
	sample := workload.Sample{Totals: workload.Totals{IngressBytesPerSec: &f}, Gaps: []workload.Gap{{What: "log sizes"}}}
	m.Collected("orders", "kafka", sample, time.Second, nil)
	if got := testutil.ToFloat64(m.ingress.WithLabelValues("orders", "kafka")); got != 1000 {
		t.Errorf("ingress = %g", got)
	}
	if got := testutil.CollectAndCount(m.egress); got != 0 {
		t.Errorf("an unknown egress is exported as %d series, want none", got)
	}
	m.Collected("orders", "kafka", workload.Sample{}, time.Second, errors.New("down"))
	if got := testutil.CollectAndCount(m.ingress); got != 0 {
		t.Errorf("after a failure the old ingress still stands")
	}
	if got := testutil.ToFloat64(m.collects.WithLabelValues("orders", "kafka", outcomeError)); got != 1 {
		t.Errorf("errors = %g", got)
	}
}

func TestMetricsFollowTheVerdict(t *testing.T) {
	m := NewMetrics("test")
	u := 0.82
	m.Decided(exampleVerdict(), drift.State{Rules: map[string]drift.RuleState{
		"serverless.ingress_per_cluster": {Level: drift.LevelWarning, Utilization: &u}}})
	want := `# HELP mskfit_verdict_info The chosen kind and size; always 1. Absent while undecided.
# TYPE mskfit_verdict_info gauge
mskfit_verdict_info{cluster="orders",kind="serverless",size=""} 1
`
	if err := testutil.CollectAndCompare(m.verdictInfo, strings.NewReader(want)); err != nil {
		t.Error(err)
	}
	if got := testutil.ToFloat64(m.utilization.WithLabelValues("orders", "serverless.ingress_per_cluster")); got != u {
		t.Errorf("utilization = %g", got)
	}
	if got := testutil.ToFloat64(m.serverless.WithLabelValues("orders", "serverless.ingress_per_cluster")); got != 0.4 {
		t.Errorf("utilization of the Serverless quota = %g, want 0.4", got)
	}
	if series, got := testutil.CollectAndCount(m.serverless),
		testutil.ToFloat64(m.serverlessUnknown.WithLabelValues("orders")); series != 1 || got != 1 {
		t.Errorf("%d Serverless quotas with a figure and %g without, want 1 and 1", series, got)
	}
	undecided := verdict.Verdict{Cluster: "orders", Status: verdict.Undecided}
	m.Decided(undecided, drift.State{})
	if got := testutil.CollectAndCount(m.verdictInfo); got != 0 {
		t.Errorf("an undecided verdict still exports a choice")
	}
}

// The difference from the prediction is that of a whole month; a part of one has none.
func TestPredictionErrorIsThatOfAWholeMonth(t *testing.T) {
	m := NewMetrics("test")
	month := func(whole bool, difference float64) verdict.ReviewMonth {
		return verdict.ReviewMonth{Whole: whole, Rows: []verdict.ReviewRow{{Quantity: "partitions", Difference: &difference}}}
	}
	v := exampleVerdict()
	v.Review = &verdict.Review{Months: []verdict.ReviewMonth{month(true, 0.25), month(false, 0.5)}}
	m.Decided(v, drift.State{})
	if got := testutil.ToFloat64(m.predictionError.WithLabelValues("orders", "partitions")); got != 0.25 {
		t.Errorf("difference %g, want that of the whole month, 0.25", got)
	}
	v.Review.Months = v.Review.Months[1:]
	m.Decided(v, drift.State{})
	if got := testutil.CollectAndCount(m.predictionError); got != 0 {
		t.Errorf("%d differences without a whole month", got)
	}
}

func TestAForgottenClusterLeavesNothing(t *testing.T) {
	m := NewMetrics("test")
	before, err := testutil.GatherAndCount(m.registry)
	if err != nil {
		t.Fatal(err)
	}
	m.Watch("orders", []string{"kafka"}, []string{"slack"}, []string{"sent"})
	f := workload.Exactly(1000, workload.Derived, "kafka")
	m.Collected("orders", "kafka", workload.Sample{Totals: workload.Totals{IngressBytesPerSec: &f}}, time.Second, nil)
	m.Backfilled("orders", "kafka", agent.Backfill{})
	m.Decided(exampleVerdict(), drift.State{})
	m.RunDone(agent.Run{Job: agent.JobAnalyze, Cluster: "orders", Err: errors.New("x")})
	m.Alerted("orders", "slack", "sent")
	m.Forget("orders")
	if after, err := testutil.GatherAndCount(m.registry); err != nil || after != before {
		t.Errorf("%d series before, %d after; error %v", before, after, err)
	}
}

func TestMetricsLint(t *testing.T) {
	m := NewMetrics("test")
	m.Watch("orders", []string{"kafka"}, []string{"slack"}, []string{"sent"})
	m.Export(Reading{Name: "kafka_requests_total", Help: "Requests sent to the brokers, by API.", Kind: Counter,
		Labels: []string{"cluster", "api"},
		Read:   func(each func(float64, ...string)) { each(3, "orders", "Metadata") }})
	problems, err := testutil.GatherAndLint(m.registry)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
}

func TestServeStopsWithItsContext(t *testing.T) {
	cfg := DefaultConfig()
	cfg.Listen = "127.0.0.1:0"
	l, err := Listen(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		done <- Serve(ctx, l, cfg, handler(fakeAgent{ready: true}), zerolog.Nop())
	}()
	resp, err := http.Get("http://" + l.Addr().String() + "/readyz")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || !json.Valid(body) || resp.StatusCode != http.StatusOK {
		t.Errorf("%d %s %v", resp.StatusCode, body, err)
	}
	cancel()
	select {
	case err := <-done:
		if err != nil {
			t.Errorf("stopped with %v", err)
		}
	case <-time.After(5 * time.Second):
		t.Fatal("the server did not stop within 5s")
	}
}

func TestListenOnATakenPortSaysSo(t *testing.T) {
	cfg := Config{Listen: "127.0.0.1:0"}
	first, err := Listen(cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close()
	_, err = Listen(Config{Listen: first.Addr().String()})
	if err == nil || !strings.Contains(err.Error(), "another program has the port") {
		t.Errorf("got %v", err)
	}
}
