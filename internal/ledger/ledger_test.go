package ledger

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/mskfit/mskfit/analyzer/drift"
	"github.com/mskfit/mskfit/internal/secret"
	"github.com/mskfit/mskfit/internal/testbed"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

var t0 = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// clock is a clock that tests drive; it is used by one goroutine.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

// onBoth are the tests that SQLite and PostgreSQL must pass alike. open returns another ledger on the same data every time.
var onBoth = map[string]func(t *testing.T, open func() *Ledger, c *clock){
	"Verdicts":                 testVerdicts,
	"CommitAndOutbox":          testCommitAndOutbox,
	"FailedCommitKeepsNothing": testFailedCommitKeepsNothing,
	"Maintenance":              testMaintenance,
	"Alerts":                   testAlerts,
	"Documents":                testDocuments,
	"Prune":                    testPrune,
	"ConcurrentUse":            testConcurrentUse,
	"NewerSchemaIsRefused":     testNewerSchemaIsRefused,
	"UpdatesAreNotLost":        testUpdatesAreNotLost,
}

func TestSQLite(t *testing.T) {
	for name, test := range onBoth {
		t.Run(name, func(t *testing.T) {
			cfg := DefaultConfig()
			cfg.File = filepath.Join(t.TempDir(), "a ledger?.db")
			testOn(t, cfg, test)
		})
	}
}

// TestPostgres runs on one real server, each test in a schema of its own.
func TestPostgres(t *testing.T) {
	dsn := testbed.Postgres(t).DSN
	for name, test := range onBoth {
		t.Run(name, func(t *testing.T) { testOn(t, schemaOf(t, dsn), test) })
	}
}

func schemaOf(t *testing.T, dsn string) Config {
	t.Helper()
	db, err := openPostgres(dsn, nil)
	must(t, err)
	defer db.Close()
	schema := "s" + strconv.FormatInt(time.Now().UnixNano(), 36)
	_, err = db.ExecContext(t.Context(), "CREATE SCHEMA "+schema)
	must(t, err)
	cfg := DefaultConfig()
	cfg.PostgresURL = secret.New(dsn + "&search_path=" + schema)
	return cfg
}

func testOn(t *testing.T, cfg Config, test func(*testing.T, func() *Ledger, *clock)) {
	c := &clock{t0}
	test(t, func() *Ledger {
		t.Helper()
		l, err := Open(t.Context(), cfg, Options{Now: c.now})
		must(t, err)
		t.Cleanup(func() {
			if err := l.Close(); err != nil {
				t.Error(err)
			}
		})
		return l
	}, c)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func usd(v float64) *float64 { return &v }

// verdict is a small verdict: a choice of one kind, and the rules of Serverless.
func exampleVerdict(at time.Time, kind verdict.Kind, ingress float64) verdict.Verdict {
	outcome, feasible := verdict.Pass, verdict.Yes
	if ingress > 200e6 {
		outcome, feasible = verdict.Fail, verdict.No
	}
	limit := 200.0
	observed := ingress / 1e6
	q := workload.Constantly(workload.Between(ingress, ingress*0.99, ingress*1.01, workload.Derived, "kafka: log sizes"))
	q.Peak = usd(ingress * 1.5)
	v := verdict.Verdict{Schema: verdict.Schema, Cluster: "prod", Region: "eu-west-1", At: at, Status: verdict.Decided,
		Window: workload.Window{Start: at.Add(-14 * day), End: at}, Profile: "mskfit", Reasons: []string{"cheapest"},
		Confidence: verdict.Confidence{Level: "high", Coverage: 0.99},
		Workload: verdict.Figures{IngressBytesPerSec: q,
			EgressBytesPerSec: workload.Constantly(workload.AtLeast(5e6, workload.Estimated, "commits"))},
		Options: []verdict.Option{
			{Kind: verdict.Serverless, Clusters: 1, Feasible: feasible, MonthlyUSD: usd(ingress / 1e5), Rules: []verdict.Rule{
				{ID: "serverless.ingress_per_cluster", Title: "ingress per cluster", Outcome: outcome, Observed: &observed,
					Limit: &limit, Unit: "MBps",
					Evidence: fmt.Sprintf("ingress peaks at %.0f MB/s, the quota is 200 MB/s", observed)},
				{ID: "serverless.region", Title: "region", Outcome: verdict.NotApplicable},
			}},
			{Kind: verdict.Express, Size: "express.m7g.large", Brokers: 3, Clusters: 1, Feasible: verdict.Yes,
				MonthlyUSD: usd(1900)},
			{Kind: verdict.Express, Size: "express.m7g.4xlarge", Brokers: 3, Clusters: 1, Feasible: verdict.Yes,
				MonthlyUSD: usd(9900)},
		},
		Catalog: verdict.CatalogUsed{Quotas: "2026-02-01", Prices: "2025-04-04", Region: "eu-west-1"},
	}
	switch kind {
	case verdict.Serverless:
		v.Choice = &verdict.Choice{Kind: kind, Clusters: 1, MonthlyUSD: ingress / 1e5}
	case verdict.Express:
		v.Choice = &verdict.Choice{Kind: kind, Size: "express.m7g.large", Brokers: 3, Clusters: 1, MonthlyUSD: 1900}
	default:
		v.Status = verdict.Undecided
	}
	return v
}

// Processes that update one document at once lose none of their changes, also the first of all.
func testUpdatesAreNotLost(t *testing.T, open func() *Ledger, _ *clock) {
	const processes, each = 3, 10
	var group errgroup.Group
	for range processes {
		l := open()
		group.Go(func() error {
			for range each {
				_, err := l.UpdateDocument(t.Context(), CloudWatch, "arn", func(before []byte) ([]byte, error) {
					return append(bytes.Clone(before), 'x'), nil
				})
				if err != nil {
					return err
				}
			}
			return nil
		})
	}
	must(t, group.Wait())
	l := open()
	body, _, err := l.Document(t.Context(), CloudWatch, "arn")
	if want := strings.Repeat("x", processes*each); err != nil || string(body) != want {
		t.Errorf("the document is %q (%v), want %d changes", body, err, len(want))
	}
	refused := errors.New("no")
	if _, err := l.UpdateDocument(t.Context(), CloudWatch, "new",
		func([]byte) ([]byte, error) { return nil, refused }); !errors.Is(err,
		refused) {
		t.Errorf("error %v", err)
	}
	if body, _, err := l.Document(t.Context(), CloudWatch, "new"); body != nil || err != nil {
		t.Errorf("a refused change leaves %q (%v)", body, err)
	}
}

func testVerdicts(t *testing.T, open func() *Ledger, _ *clock) {
	l, ctx := open(), t.Context()
	if _, found, err := l.LatestVerdict(ctx, "prod"); found || err != nil {
		t.Fatalf("a verdict before any was saved: %v %v", found, err)
	}
	var all []verdict.Verdict
	for i, kind := range []verdict.Kind{verdict.Serverless, verdict.Serverless, "", verdict.Express, verdict.Express} {
		v := exampleVerdict(t0.Add(time.Duration(i)*time.Hour), kind, 150e6+float64(i)*30e6)
		must(t, l.SaveVerdict(ctx, v))
		must(t, l.SaveVerdict(ctx, v)) // the same again is no second one
		all = append(all, v)
	}
	other := exampleVerdict(t0, verdict.Express, 1)
	other.Cluster = "staging"
	must(t, l.SaveVerdict(ctx, other))
	l = open()
	got, found, err := l.LatestVerdict(ctx, "prod")
	if err != nil || !found || !reflect.DeepEqual(got, all[4]) {
		t.Errorf("latest %+v %v %v", got, found, err)
	}
	got, found, err = l.VerdictBefore(ctx, "prod", all[3].At)
	if err != nil || !found || !got.At.Equal(all[2].At) || got.Choice != nil {
		t.Errorf("before %s: %+v %v %v", all[3].At, got.At, found, err)
	}
}

// State and messages go in together, or not at all; a message that is there already is not sent twice.
func testCommitAndOutbox(t *testing.T, open func() *Ledger, _ *clock) {
	l, ctx := open(), t.Context()
	if s, err := l.DriftState(ctx, "prod"); err != nil || s.Rules != nil {
		t.Fatalf("a state before any was kept: %+v %v", s, err)
	}
	state := drift.State{At: t0, Rules: map[string]drift.RuleState{"serverless.ingress_per_cluster": {Level: drift.LevelWarning,
		Since: t0}}}
	message := func(id, target string) Message { return Message{id, target, []byte(`{"id":"` + id + `"}`)} }
	for range 2 {
		must(t, l.Commit(ctx, Commitment{Cluster: "prod", Drift: &state, AlertLog: []byte(`{"open":{}}`),
			Messages: []Message{message("m1", "slack"), message("m2", "sns")}}))
	}
	must(t, l.Enqueue(ctx, "test", message("m3", "slack")))
	must(t, l.Enqueue(ctx, "prod", message("m4", "slack")))
	l = open()
	got, err := l.DriftState(ctx, "prod")
	if err != nil || !reflect.DeepEqual(got, state) {
		t.Errorf("state %+v %v", got, err)
	}
	if book, err := l.AlertLog(ctx, "prod"); err != nil || string(book) != `{"open":{}}` {
		t.Errorf("book %s %v", book, err)
	}
	first, found, _, err := l.Due(ctx, "slack", t0)
	if err != nil || !found || first.ID != "m1" || first.Cluster != "prod" || !first.CreatedAt.Equal(t0) ||
		string(first.Payload) != `{"id":"m1"}` {
		t.Fatalf("due %+v %v %v", first, found, err)
	}
	must(t, l.Retry(ctx, first.Row, t0.Add(time.Minute), "503"))
	second, found, _, err := l.Due(ctx, "slack", t0)
	if err != nil || !found || second.ID != "m3" {
		t.Fatalf("due %+v %v %v", second, found, err)
	}
	must(t, l.Sent(ctx, second.Row, t0))
	// m4 waits behind m1, which is on the same cluster.
	if w, found, next, err := l.Due(ctx, "slack", t0); err != nil || found || !next.Equal(t0.Add(time.Minute)) {
		t.Errorf("due %+v %v, next %s, %v", w, found, next, err)
	}
	again, found, _, err := l.Due(ctx, "slack", t0.Add(time.Minute))
	if err != nil || !found || again.Attempts != 1 || again.LastError != "503" {
		t.Errorf("due %+v %v %v", again, found, err)
	}
	must(t, l.Bury(ctx, again.Row, t0, "channel_not_found"))
	last, found, _, err := l.Due(ctx, "slack", t0.Add(time.Minute))
	if err != nil || !found || last.ID != "m4" {
		t.Errorf("once m1 is settled %+v %v %v", last, found, err)
	}
	must(t, l.Sent(ctx, last.Row, t0))
	if _, found, next, err := l.Due(ctx, "slack", t0.Add(day)); err != nil || found || !next.IsZero() {
		t.Errorf("due %v, next %s, %v", found, next, err)
	}
	dead, err := l.Undelivered(ctx, true, 10)
	if err != nil || len(dead) != 1 || dead[0].ID != "m1" || dead[0].LastError != "channel_not_found" || dead[0].Attempts != 2 {
		t.Errorf("dead %+v %v", dead, err)
	}
	if waiting, err := l.Undelivered(ctx, false, 10); err != nil || len(waiting) != 1 || waiting[0].ID != "m2" {
		t.Errorf("waiting %+v %v", waiting, err)
	}
}

func testFailedCommitKeepsNothing(t *testing.T, open func() *Ledger, _ *clock) {
	l, ctx := open(), t.Context()
	boom := errors.New("boom")
	err := l.write(ctx, "try", func(ctx context.Context, tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, "INSERT INTO alert_states (cluster, kind, body, updated_at) VALUES ('prod', 'drift', '{}', 1)"); err != nil {
			return err
		}
		return boom
	})
	if !errors.Is(err, boom) || !strings.HasPrefix(err.Error(), "ledger: try: ") {
		t.Errorf("error %v", err)
	}
	if s, err := l.state(ctx, "prod", kindDrift); len(s) > 0 || err != nil {
		t.Errorf("state %q %v", s, err)
	}
}

func testMaintenance(t *testing.T, open func() *Ledger, c *clock) {
	l, ctx := open(), t.Context()
	a := Maintenance{Window: workload.Window{Start: t0.Add(time.Hour), End: t0.Add(2 * time.Hour)}, Clusters: []string{"prod-*"},
		Reason: "upgrade"}
	b := Maintenance{Window: workload.Window{Start: t0, End: t0.Add(time.Hour)}, Clusters: []string{}}
	var err error
	a.ID, err = l.AddMaintenance(ctx, a)
	must(t, err)
	b.ID, err = l.AddMaintenance(ctx, b)
	must(t, err)
	if _, err := l.AddMaintenance(ctx, Maintenance{Window: workload.Window{Start: t0, End: t0}}); err == nil {
		t.Error("an empty maintenance was taken")
	}
	got, err := l.Maintenances(ctx, t0)
	if err != nil || !reflect.DeepEqual(got, []Maintenance{b, a}) {
		t.Errorf("%+v %v", got, err)
	}
	c.at = t0.Add(time.Minute)
	must(t, l.EndMaintenance(ctx, b.ID))
	got, err = l.Maintenances(ctx, c.at)
	if err != nil || !reflect.DeepEqual(got, []Maintenance{a}) {
		t.Errorf("after the end of one: %+v %v", got, err)
	}
}

func testDocuments(t *testing.T, open func() *Ledger, _ *clock) {
	l, ctx := open(), t.Context()
	if doc, err := l.LoadFacts(ctx, "prod"); doc != nil || err != nil {
		t.Errorf("%s %v", doc, err)
	}
	doc := bytes.Repeat([]byte("facts "), 1000)
	must(t, l.SaveFacts(ctx, "prod", []byte("old")))
	must(t, l.SaveFacts(ctx, "prod", doc))
	if got, err := l.LoadFacts(ctx, "prod"); err != nil || !bytes.Equal(got, doc) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	if got, at, err := l.Document(ctx, Facts, "prod"); err != nil || len(got) != len(doc) || !at.Equal(t0) {
		t.Errorf("%d bytes of %s, %v", len(got), at, err)
	}
	must(t, l.DropDocument(ctx, Facts, "prod"))
	if got, err := l.LoadFacts(ctx, "prod"); got != nil || err != nil {
		t.Errorf("%d bytes after dropping, %v", len(got), err)
	}
}

func testPrune(t *testing.T, open func() *Ledger, c *clock) {
	l, ctx := open(), t.Context()
	for i, kind := range []verdict.Kind{verdict.Serverless, verdict.Serverless, verdict.Express, verdict.Express} {
		must(t, l.SaveVerdict(ctx, exampleVerdict(t0.Add(time.Duration(i)*100*day), kind, 1e6)))
	}
	must(t, l.Enqueue(ctx, "prod", Message{"m1", "slack", []byte("{}")}, Message{"m2", "slack", []byte("{}")}))
	w, _, _, err := l.Due(ctx, "slack", t0)
	must(t, err)
	must(t, l.Sent(ctx, w.Row, t0))
	c.at = t0.Add(397 * day)
	must(t, l.Prune(ctx))
	var left int
	var oldest int64
	must(t, l.row(ctx, "SELECT COUNT(*), MIN(at) FROM verdicts WHERE cluster = 'prod'", nil, &left, &oldest))
	if left != 3 || oldest != millis(t0.Add(100*day)) {
		t.Fatalf("%d verdicts left, the oldest of %s, want those of 100 days and later", left, fromMillis(oldest))
	}
	if v, found, err := l.VerdictBefore(ctx, "prod", t0.Add(150*day)); found || err != nil {
		t.Errorf("the trimmed verdict %s is whole, %v", v.At, err)
	}
	if v, found, err := l.VerdictBefore(ctx, "prod", t0.Add(250*day)); !found || err != nil || v.Choice.Kind != verdict.Express {
		t.Errorf("the verdict at which the choice changed is gone: %v %v", found, err)
	}
	if v, found, err := l.LatestVerdict(ctx, "prod"); !found || err != nil || !v.At.Equal(t0.Add(300*day)) {
		t.Errorf("the latest verdict is not whole: %v %v", found, err)
	}
	if waiting, err := l.Undelivered(ctx, false, 10); err != nil || len(waiting) != 1 {
		t.Errorf("waiting %+v %v, want the one that was not sent", waiting, err)
	}
}

// Many goroutines write and read at once, through two ledgers on the same data, and none fails or loses anything.
func testConcurrentUse(t *testing.T, open func() *Ledger, _ *clock) {
	a, b := open(), open()
	ctx := t.Context()
	var wait sync.WaitGroup
	for i := range 8 {
		l := a
		if i%2 == 1 {
			l = b
		}
		wait.Go(func() {
			for n := range 20 {
				id := fmt.Sprintf("%d-%d", i, n)
				if err := l.Commit(ctx, Commitment{Cluster: fmt.Sprintf("c%d", i), Drift: &drift.State{At: t0},
					Messages: []Message{{id, "slack", []byte("{}")}}}); err != nil {
					t.Error(err)
				}
				if _, _, _, err := l.Due(ctx, "slack", t0); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wait.Wait()
	if all, err := a.Undelivered(ctx, false, 1000); err != nil || len(all) != 160 {
		t.Errorf("%d messages, %v, want 160", len(all), err)
	}
}

func testNewerSchemaIsRefused(t *testing.T, open func() *Ledger, c *clock) {
	l := open()
	_, err := l.db.ExecContext(t.Context(), "INSERT INTO schema_version (version, applied_at) VALUES (99, 0)")
	must(t, err)
	_, err = Open(t.Context(), l.cfg, Options{Now: c.now})
	if err == nil || !strings.Contains(err.Error(),
		"written by a newer version of mskfit (schema 99, this one supports up to 4): run that version or a later one") {
		t.Errorf("error %v", err)
	}
}

func TestUnusable(t *testing.T) {
	dir := t.TempDir()
	damaged := filepath.Join(dir, "damaged.db")
	if err := os.WriteFile(damaged, bytes.Repeat([]byte("no database "), 1000), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		set  func(*Config)
		want string
	}{
		{"damaged", func(c *Config) { c.File = damaged }, "is damaged: restore it, or move it away"},
		{"a folder", func(c *Config) { c.File = dir }, "cannot be opened"},
		{"no server", func(c *Config) { c.PostgresURL = secret.New("postgres://u:hunter2@127.0.0.1:1/db") }, "refused"},
		{"no address", func(c *Config) { c.PostgresURL = secret.New("postgres://u:hunter2@host:notaport/db") },
			"not a connection string"},
		{"no file", func(c *Config) { c.PostgresURLFile = filepath.Join(dir, "none") }, "no such file"},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg := DefaultConfig()
			c.set(&cfg)
			l, err := Open(context.Background(), cfg, Options{})
			if err == nil {
				l.Close()
			}
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("error %v, want %q and no password", err, c.want)
			}
		})
	}
}
