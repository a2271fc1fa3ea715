package dashboard

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/analyzer"
	"github.com/mskfit/mskfit/analyzer/drift"
	"github.com/mskfit/mskfit/internal/agent"
	"github.com/mskfit/mskfit/internal/alert"
	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/history"
	"github.com/mskfit/mskfit/internal/web"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/internal/workloadfile"
	"github.com/mskfit/mskfit/verdict"
)

var noon = time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)

// served is a daemon in memory: its clusters are what a test puts there.
type served struct {
	clusters []agent.ClusterStatus
	inputs   map[string]analyzer.Input
	daemon   web.Daemon
}

func (s *served) Status() []agent.ClusterStatus { return s.clusters }
func (s *served) Daemon() web.Daemon            { return s.daemon }
func (s *served) Input(name string) (analyzer.Input, bool) {
	in, ok := s.inputs[name]
	return in, ok
}

// waves is a history in which every series is a day's wave, with a gap of two hours yesterday.
type waves struct{}

func (waves) Series(_ context.Context, q history.SeriesQuery) (history.Series, error) {
	step := max(q.Step, time.Minute)
	out := history.Series{Step: step}
	for at := q.Window.Start.Truncate(step); at.Before(q.Window.End); at = at.Add(step) {
		if ago := noon.Sub(at); ago > 24*time.Hour && ago < 26*time.Hour {
			continue
		}
		v := 40e6 + 30e6*math.Sin(2*math.Pi*float64(at.Unix()%86400)/86400)
		out.Points = append(out.Points, history.Point{At: at, Mean: v, Max: 1.3 * v, Minutes: int(step / time.Minute)})
	}
	return out, nil
}

func (waves) Workload(context.Context, string, workload.Window) (workload.Workload, error) {
	return workload.Workload{}, nil
}

type ledger struct{}

// pastAlerts are 120 alerts, one an hour, the newest open; every third one was critical.
func pastAlerts() []alert.Record {
	var out []alert.Record
	for i := range 120 {
		u := 0.9
		a := alert.Record{Cluster: []string{"shop", "orders", "games"}[i%3], Key: "serverless.ingress_per_cluster",
			Title: fmt.Sprintf("MSK Serverless: ingress, alert %03d", i),
			Level: drift.LevelWarning, Utilization: &u, Reason: "p99 180 MB/s", RaisedAt: noon.Add(-time.Duration(i+1) * time.Hour)}
		if i%3 == 0 {
			a.Level = drift.LevelCritical
		}
		if i > 0 {
			a.ResolvedAt = a.RaisedAt.Add(40 * time.Minute)
		}
		out = append(out, a)
	}
	return out
}

func (ledger) Alerts(_ context.Context, q alert.Query) (out []alert.Record, total int, err error) {
	for _, a := range pastAlerts() {
		open := a.ResolvedAt.IsZero()
		if (q.Cluster == "" || q.Cluster == a.Cluster) && (q.Open == nil || *q.Open == open) &&
			(q.Since.IsZero() || open || !a.ResolvedAt.Before(q.Since)) {
			out = append(out, a)
		}
	}
	total = len(out)
	out = out[min(q.Offset, total):]
	return out[:min(q.Limit, len(out))], total, nil
}

func (ledger) Maintenances(context.Context) ([]web.Maintenance, error) {
	return []web.Maintenance{{ID: 7, From: web.FromAPI, Active: true, Clusters: []string{"prod-*"}, Reason: "upgrade <b>now</b>",
		Duration: "2h"}}, nil
}
func (ledger) AddMaintenance(context.Context, web.Maintenance) (int64, error) { return 0, nil }
func (ledger) EndMaintenance(context.Context, int64) error                    { return nil }
func (ledger) Undelivered(_ context.Context, dead bool) ([]web.Undelivered, error) {
	if dead {
		return nil, nil
	}
	return []web.Undelivered{{ID: "1", Target: "team", Title: "ingress 91 %", CreatedAt: noon.Add(-time.Hour), Attempts: 3,
		LastError: "503"}}, nil
}

// decided is a cluster with the verdict on one of the example workloads.
func decided(t testing.TB, s *served, name, example string) {
	t.Helper()
	file := filepath.Join("..", "..", "configs", "workloads", example+".yaml")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	w, r, err := workloadfile.Parse(file, text)
	if err != nil {
		t.Fatal(err)
	}
	cat, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	w.Cluster = name
	in := analyzer.Input{Workload: w, Requirements: r, Catalog: cat, Options: analyzer.DefaultOptions()}
	v := analyzer.Analyze(in, noon.Add(-5*time.Minute))
	if s.inputs == nil {
		s.inputs = map[string]analyzer.Input{}
	}
	s.inputs[name] = in
	s.clusters = append(s.clusters, agent.ClusterStatus{Name: name, Region: w.Region, Verdict: &v, Drift: &drift.State{},
		KeptAt: noon.Add(-40 * time.Second),
		Sources: []agent.SourceStatus{{Name: "kafka", TriedAt: noon.Add(-40 * time.Second),
			CollectedAt: noon.Add(-40 * time.Second)}}})
}

// fleetOf is a daemon with all kinds of states.
func fleetOf(t testing.TB) *served {
	t.Helper()
	s := &served{daemon: web.Daemon{Version: "0.1.0", StartedAt: noon.Add(-90 * time.Hour), Role: web.RoleActive, Ready: true}}
	decided(t, s, "shop", "ecommerce")
	decided(t, s, "orders", "payments")
	decided(t, s, "games", "gaming")
	u := 0.93
	s.clusters[2].Drift = &drift.State{Rules: map[string]drift.RuleState{"serverless.ingress_per_cluster": {
		Level: drift.LevelCritical, Since: noon.Add(-2 * time.Hour), Utilization: &u,
		Reason: "ingress 186 MB/s is 93 % of 200 MB/s"}}}
	s.clusters = append(s.clusters,
		agent.ClusterStatus{Name: "new", Region: "eu-west-1", Sources: []agent.SourceStatus{{Name: "kafka"}}},
		agent.ClusterStatus{Name: "gone", Region: "eu-west-1",
			Sources: []agent.SourceStatus{{Name: "kafka", TriedAt: noon, Error: "no broker answers: connection refused"}}})
	return s
}

func site(t testing.TB, s *served) http.Handler {
	t.Helper()
	return New(Deps{Agent: s, History: waves{}, Maintenance: ledger{}, Outbox: ledger{}, Alerts: ledger{},
		Metrics: prometheus.NewRegistry(), Now: func() time.Time { return noon }, Log: zerolog.Nop()})
}

func get(t testing.TB, h http.Handler, path string) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	return w
}

func TestFleetSortsAndSearches(t *testing.T) {
	h := site(t, fleetOf(t))
	order := func(body string, names ...string) bool {
		last := -1
		for _, n := range names {
			i := strings.Index(body, `href="/clusters/`+n+`"`)
			if i <= last {
				return false
			}
			last = i
		}
		return true
	}
	if body := get(t, h, "/").Body.String(); !order(body, "games", "gone") {
		t.Error("the cluster with a critical alert is not first")
	}
	if body := get(t, h, "/?sort=name").Body.String(); !order(body, "games", "gone", "new", "orders", "shop") {
		t.Error("not sorted by name")
	}
	if body := get(t, h, "/?sort=name&desc=1").Body.String(); !order(body, "shop", "orders", "new", "gone", "games") {
		t.Error("not sorted by name, descending")
	}
	if body := get(t, h, "/?sort=cost").Body.String(); !order(body, "shop", "gone") {
		t.Error("the dearest is not first")
	}
	body := get(t, h, "/?q=ord").Body.String()
	if !strings.Contains(body, "/clusters/orders") || strings.Contains(body, "/clusters/shop") {
		t.Error("the search does not search")
	}
	if !strings.Contains(body, `value="ord"`) || !strings.Contains(body, "sort=cost&amp;") && !strings.Contains(body, "q=ord") {
		t.Error("the search is not kept in the links")
	}
}

// A large fleet is shown a page at a time, and the count of each state leads to its clusters; the links keep search and sorting.
func TestFleetIsPagedAndFilteredByState(t *testing.T) {
	s := fleetOf(t)
	for i := range 250 {
		c := s.clusters[i%3]
		c.Name = fmt.Sprintf("cluster-%04d", i)
		s.clusters = append(s.clusters, c)
	}
	h := site(t, s)
	rows := func(body string) int { return strings.Count(body, `<th scope="row">`) }
	first := get(t, h, "/?sort=name").Body.String()
	if !strings.Contains(first, "255 clusters, 1 to 100 shown") || rows(first) != 100 {
		t.Errorf("the first page has %d rows", rows(first))
	}
	if !strings.Contains(first, `href="/?from=100&amp;sort=name" rel="next"`) || strings.Contains(first, `rel="prev"`) {
		t.Error("the first page does not lead to the second one alone")
	}
	last := get(t, h, "/?from=200&sort=name&desc=1&q=cluster-").Body.String()
	if rows(last) != 50 || !strings.Contains(last, `href="/?desc=1&amp;from=100&amp;q=cluster-&amp;sort=name" rel="prev"`) ||
		strings.Contains(last, `rel="next"`) {
		t.Errorf("the last page has %d rows, or other links", rows(last))
	}
	critical := get(t, h, "/?state=critical&sort=name").Body.String()
	if rows(critical) != 84 || !strings.Contains(critical, `href="/?sort=name" aria-current="true"`) ||
		!strings.Contains(critical, "84 of 255 clusters match.") || !strings.Contains(critical, `name="state" value="critical"`) {
		t.Errorf("%d critical clusters, or no way back to all", rows(critical))
	}
	for _, odd := range []string{"/?from=9999", "/?from=-1", "/?from=x", "/?state=odd"} {
		if body := get(t, h, odd).Body.String(); rows(body) == 0 {
			t.Errorf("%s shows no cluster", odd)
		}
	}
}

func BenchmarkFleetOfThousand(b *testing.B) {
	s := fleetOf(b)
	for i := range 1000 {
		c := s.clusters[i%3]
		c.Name = fmt.Sprintf("cluster-%04d", i)
		s.clusters = append(s.clusters, c)
	}
	h := site(b, s)
	for b.Loop() {
		if w := get(b, h, "/"); w.Code != http.StatusOK {
			b.Fatal(w.Code)
		}
	}
}

// stuck is a history that does not answer in time.
type stuck struct{ waves }

func (stuck) Series(ctx context.Context, _ history.SeriesQuery) (history.Series, error) {
	<-ctx.Done()
	return history.Series{}, ctx.Err()
}

// A slow history holds the fleet page up for a moment at most, and its sparklines come once it answers.
func TestSparklinesHoldNoPageUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, rows, began := newSparks(stuck{}), make([]fleetRow, 100), time.Now()
		for i := range rows {
			rows[i].Name = fmt.Sprintf("cluster-%04d", i)
		}
		s.fill(t.Context(), rows, noon)
		if took := time.Since(began); took > sparksWithin || len(rows[0].Spark.Lines) != 0 {
			t.Errorf("the page waited %s, want at most %s", took, sparksWithin)
		}
		s.store = waves{}
		s.fill(t.Context(), rows, noon)
		if rows[0].Spark.Says == "" || rows[99].Spark.Says == "" {
			t.Error("there are no sparklines although the history answers again")
		}
	})
}

// What costs more than today's cluster is not shown as unknown.
func TestSavingHasASign(t *testing.T) {
	for usd, want := range map[float64]string{1234: "$1,230", -1234: "−$1,230", 0.4: "$0"} {
		if got := savingWords(usd); got != want {
			t.Errorf("%g is %q, want %q", usd, got, want)
		}
	}
}

// What some clusters would save is not reported without what others would cost more.
func TestFleetNamesSavingsAndExtraCosts(t *testing.T) {
	s := fleetOf(t)
	for i, today := range []float64{100_000_000, 100_000_000, 1} {
		v := *s.clusters[2].Verdict
		v.Current = &verdict.Current{Choice: verdict.Choice{Kind: verdict.Standard, Size: "kafka.m5.large", Brokers: 3, Clusters: 1,
			MonthlyUSD: today}}
		s.clusters = append(s.clusters, agent.ClusterStatus{Name: fmt.Sprintf("on-msk-%d", i), Verdict: &v})
	}
	page := get(t, site(t, s), "/").Body.String()
	for _, want := range []string{"serve <strong>2 clusters for $200,000,000 a month less</strong>, and <strong>1 cluster for $"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q: %s", want, page[strings.Index(page, "data-live=\"saving\""):][:400])
		}
	}
}

// With several replicas the fleet says which one watches each cluster, and the system page lists them.
func TestPagesNameTheReplicas(t *testing.T) {
	s := fleetOf(t)
	if page := get(t, site(t, s), "/").Body.String() + get(t, site(t, s), "/system").Body.String(); strings.Contains(page, "Replica") ||
		strings.Contains(page, "by <bdi>") {
		t.Error("a single process names replicas")
	}
	s.clusters[0].Replica, s.clusters[1].Replica, s.clusters[1].Remote = "mskfit-0", "mskfit-1", true
	s.daemon.Replica = "mskfit-0"
	s.daemon.Replicas = []web.Replica{{Name: "mskfit-0", JoinedAt: noon.Add(-time.Hour), Clusters: 1, Self: true},
		{Name: "mskfit-1", JoinedAt: noon.Add(-time.Minute), Clusters: 1}}
	page := get(t, site(t, s), "/").Body.String()
	for _, want := range []string{"by <bdi>mskfit-0</bdi>", "by <bdi>mskfit-1</bdi>"} {
		if strings.Count(page, want) != 1 {
			t.Errorf("the fleet lacks %s", want)
		}
	}
	if page := get(t, site(t, s), "/clusters/orders"); page.Code != http.StatusOK {
		t.Errorf("the page of another replica's cluster answers %d", page.Code)
	}
	page = get(t, site(t, s), "/system").Body.String()
	for _, want := range []string{"<h2 id=\"replicas\">Replicas</h2>", "<bdi>mskfit-1</bdi></th>", "this one"} {
		if !strings.Contains(page, want) {
			t.Errorf("the system page lacks %s", want)
		}
	}
}
