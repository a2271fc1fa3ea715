package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/analyzer"
	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/history"
	"github.com/mskfit/mskfit/internal/ledger"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// migratedCompany writes history and ledger of a daemon that decided on orders-old 100 days ago and has watched orders, on
// Serverless, since; the topic clicks has grown by 1 MB/s a month. It returns the data directory.
func migratedCompany(t *testing.T, now time.Time) string {
	t.Helper()
	dir := t.TempDir()
	past := history.DefaultConfig()
	past.Dir = filepath.Join(dir, "history")
	store, err := history.Open(past, history.Options{Log: zerolog.Nop()})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	}()
	moved := now.AddDate(0, 0, -100).Truncate(24 * time.Hour)
	flow(t, store, "orders-old", moved.AddDate(0, 0, -14), moved, nil, func(time.Time) float64 { return 2 })
	flow(t, store, "orders", moved, now, &workload.MSKCluster{Kind: "serverless", Name: "orders"}, func(at time.Time) float64 {
		return 2 + at.Sub(moved).Hours()/24/30
	})
	w, err := store.Workload(t.Context(), "orders-old", workload.Window{Start: moved.AddDate(0, 0, -14), End: moved})
	if err != nil {
		t.Fatal(err)
	}
	w.Region = "us-east-1"
	c, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	book := ledger.DefaultConfig()
	book.File = filepath.Join(dir, "ledger.db")
	l, err := ledger.Open(t.Context(), book, ledger.Options{Log: zerolog.Nop()})
	if err != nil {
		t.Fatal(err)
	}
	v := analyzer.Analyze(analyzer.Input{Workload: w, Catalog: c, Options: analyzer.DefaultOptions(),
		Requirements: workload.Requirements{Authentication: []string{"iam"}, Prefer: "serverless"}}, moved)
	if v.Choice == nil || v.Choice.Kind != verdict.Serverless {
		t.Fatalf("the verdict is %+v", v.Choice)
	}
	if err := l.SaveVerdict(t.Context(), v); err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

// flow writes windows of eight hours: orders takes 8 MB/s and clicks what it is given, and both are read once.
func flow(t *testing.T, store *history.Store, cluster string, from, until time.Time, there *workload.MSKCluster,
	clicks func(time.Time) float64) {
	t.Helper()
	figure := func(v float64) *workload.Figure { return workload.Exactly(v, workload.Measured, "test").Ptr() }
	for at := from; at.Before(until); at = at.Add(8 * time.Hour) {
		s := workload.Sample{Source: "kafka", Cluster: cluster, Window: workload.Window{Start: at, End: at.Add(8 * time.Hour)},
			MSK: there}
		if s.Window.End.After(until) {
			s.Window.End = until
		}
		total := 0.0
		for name, mbps := range map[string]float64{"clicks": clicks(at), "placed": 8} {
			rate := mbps * workload.MB
			total += rate
			s.Topics = append(s.Topics, workload.Topic{Name: name, Partitions: 12, ReplicationFactor: 3,
				IngressBytesPerSec: figure(rate), EgressBytesPerSec: figure(rate), Groups: []string{"billing"}})
		}
		s.Groups = []workload.Group{{Name: "billing", Type: "classic", EgressBytesPerSec: figure(total)}}
		s.Totals = workload.Totals{IngressBytesPerSec: figure(total), EgressBytesPerSec: figure(total),
			StoredBytes: figure(total * 86400), Topics: figure(2),
			Partitions: figure(24), CompactedPartitions: figure(0), ConsumerGroups: figure(1)}
		if err := store.Append(t.Context(), s); err != nil {
			t.Fatal(err)
		}
	}
}

func migratedConfig(t *testing.T, dir, from string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "mskfit.yaml")
	text := fmt.Sprintf("data_directory: %s\nclusters:\n  - name: orders\n    kafka: {bootstrap: [\"kafka:9092\"]}\n    migrated_from: %s\n    requirements: {authentication: [iam], prefer: serverless}\n", dir, from)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// The report on a migrated cluster says month by month where the prediction was off and why, in every format.
func TestReportOnAMigratedCluster(t *testing.T) {
	now := time.Now().UTC().Truncate(time.Minute)
	dir := migratedCompany(t, now)
	file := migratedConfig(t, dir, "orders-old")
	month := now.AddDate(0, 0, -now.Day()).Format("Jan 2006") // the last whole one
	for format, want := range map[string][]string{
		"text":     {"Predicted and observed", "MSK Serverless at $", month, "topic clicks grew from 2 MB/s to "},
		"markdown": {"## Predicted and observed", "| Ingress | 10 MB/s |", "topic clicks grew from 2 MB/s to "},
		"html":     {`<h2 id="review">Predicted and observed</h2>`, "topic clicks grew from 2 MB/s to "},
	} {
		stdout, stderr, code := mskfit(t, "report", "-c", file, "--format", format, "--details")
		if code != exitDone {
			t.Fatalf("%s: exit code %d, stderr %q", format, code, stderr)
		}
		for _, w := range want {
			if !strings.Contains(strings.Join(strings.Fields(stdout), " "), strings.Join(strings.Fields(w), " ")) {
				t.Errorf("%s lacks %q:\n%s", format, w, stdout)
			}
		}
	}
	stdout, _, _ := mskfit(t, "report", "-c", file)
	if !strings.Contains(strings.Join(strings.Fields(stdout), " "), "above the predicted $") {
		t.Errorf("the summary says nothing of the prediction:\n%s", stdout)
	}
	stdout, _, _ = mskfit(t, "report", "-c", file, "--format", "json")
	var v verdict.Verdict
	if err := json.Unmarshal([]byte(stdout), &v); err != nil {
		t.Fatal(err)
	}
	judged := v.Review.Judged()
	if judged == nil || !judged.Whole || len(v.Review.Months) < 4 || v.Review.ClusterAssumed {
		t.Fatalf("review %+v", v.Review)
	}
	if r := judged.Row("ingress_bytes_per_second"); r.Difference == nil || *r.Difference < 0.15 || *r.Difference > 0.4 {
		t.Errorf("ingress %+v", r)
	}
	stdout, _, _ = mskfit(t, "report", "-c", file, "--format", "csv", "--table", "review")
	if !strings.HasPrefix(stdout, "cluster,migrated_from,predicted_at,month,") ||
		!strings.Contains(stdout, "monthly_usd,price a month,usd,") {
		t.Errorf("csv:\n%s", stdout)
	}
}

// Two weeks of the past side by side: the topic that grows by 1 MB/s a month is named.
func TestReportComparesTwoWindows(t *testing.T) {
	now := time.Now().UTC().Truncate(time.Minute)
	file := migratedConfig(t, migratedCompany(t, now), "orders-old")
	day := func(ago int) string { return now.AddDate(0, 0, -ago).Format(time.DateOnly) }
	stdout, stderr, code := mskfit(t, "report", "-c", file, "--cluster", "orders", "--window", day(10)+"/7d", "--compare",
		day(40)+"/7d")
	if code != exitDone {
		t.Fatalf("exit code %d, stderr %q", code, stderr)
	}
	words := strings.Join(strings.Fields(stdout), " ")
	for _, want := range []string{"Two windows compared", "before " + day(40), "now " + day(10), "Ingress 12.1 MB/s 13.1 MB/s +8 %",
		"topic clicks: +1 MB/s, 100 % of what moved"} {
		if !strings.Contains(words, want) {
			t.Errorf("the report lacks %q:\n%s", want, stdout)
		}
	}
}

func TestReportWhereThereIsNothingToCompareWith(t *testing.T) {
	dir := migratedCompany(t, time.Now().UTC().Truncate(time.Minute))
	stdout, stderr, code := mskfit(t, "report", "-c", migratedConfig(t, dir, "orders-odl"))
	if code != exitDone || !strings.Contains(strings.Join(strings.Fields(stdout), " "),
		`no verdict on a cluster "orders-odl": did you mean "orders-old"?`) {
		t.Errorf("exit code %d, stderr %q:\n%s", code, stderr, stdout)
	}
	for from, want := range map[string]string{
		"orders":            `migrated_from: "orders" is this cluster itself: name the cluster that it was migrated from, or one of its own earlier verdicts (orders@2026-06-01)`,
		"orders-old@summer": `migrated_from: "summer" is not a time of a verdict: write a day (orders-old@2026-06-01) or a time (orders-old@2026-06-01T06:00:00Z)`,
	} {
		stdout, stderr, code := mskfit(t, "report", "-c", migratedConfig(t, dir, from))
		if code != exitUsage || stdout != "" || strings.Count(stderr, want) != 1 {
			t.Errorf("%s: exit code %d, stderr %q, want %q once", from, code, stderr, want)
		}
	}
}
