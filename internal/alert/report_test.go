package alert

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// reports is an outbox in memory.
type reports struct{ posted []Envelope }

func (r *reports) Post(_ context.Context, messages []Envelope) error {
	r.posted = append(r.posted, messages...)
	return nil
}

func verdictOf(cluster string, at time.Time, choice verdict.Choice, ingress float64) verdict.Verdict {
	u := 0.7
	in := workload.Constantly(workload.Exactly(ingress, workload.Derived, "test"))
	return verdict.Verdict{Cluster: cluster, At: at, Status: verdict.Decided, Choice: &choice,
		Reasons: []string{"MSK Serverless fits"}, Workload: verdict.Figures{IngressBytesPerSec: in},
		Topics: []verdict.TopicFigures{{Name: "orders", IngressBytesPerSec: in}},
		Options: []verdict.Option{{Kind: choice.Kind, Size: choice.Size, Binding: "x.ingress",
			Rules: []verdict.Rule{{ID: "x.ingress", Title: "ingress", Utilization: &u}}}}}
}

func TestReportsTellWhatChanged(t *testing.T) {
	store := &reports{}
	cfg := DefaultConfig()
	cfg.ExternalURL = "https://mskfit.example.com/"
	cfg.Routes = []Route{{Targets: []string{"slack"}},
		{Targets: []string{"team"}, Clusters: []string{"orders"}, Kinds: []string{"report"}},
		{Targets: []string{"oncall"}, Kinds: []string{"drift"}}, {Targets: []string{"prom"}}}
	r := NewReportNotifier(cfg, []Recipient{{Name: "slack"}, {Name: "team"}, {Name: "oncall"}, {Name: "prom", Mirrors: true}},
		store, nil)
	serverless := verdict.Choice{Kind: verdict.Serverless, Clusters: 1, MonthlyUSD: 1000}
	express := verdict.Choice{Kind: verdict.Express, Size: "express.m7g.large", Brokers: 3, Clusters: 1, MonthlyUSD: 1500}
	monday := time.Date(2026, 3, 2, 6, 0, 0, 0, time.UTC)
	first := []verdict.Verdict{verdictOf("clicks", monday, serverless, 10e6), verdictOf("orders", monday, serverless, 50e6)}
	if err := r.Report(t.Context(), first, monday); err != nil {
		t.Fatal(err)
	}
	if got := notified(store.posted); !slices.Equal(got,
		[]string{"slack: mskfit report: 2 clusters, $2,000.00 a month",
			"team: mskfit report: orders needs MSK Serverless, $1,000.00 a month"}) {
		t.Fatalf("posted %q", got)
	}
	if rep := store.posted[0].Message.Report; !rep.Since.IsZero() || rep.Clusters[0].Changes != nil ||
		rep.Clusters[0].Link != "https://mskfit.example.com/clusters/clicks" || rep.Clusters[0].Binding != "ingress" {
		t.Errorf("the first report %+v", rep)
	}
	store.posted = nil
	soon := monday.AddDate(0, 0, 20)
	second := []verdict.Verdict{verdictOf("clicks", monday.AddDate(0, 0, 7), serverless, 10.1e6),
		verdictOf("orders", monday.AddDate(0, 0, 7), express, 65e6)}
	second[0].Forecast = []verdict.Forecast{{Rule: "serverless.ingress_per_cluster", Expected: &soon}}
	for i := range second {
		second[i].Diff = verdict.DiffSince(monday, first[i], second[i])
	}
	if err := r.Report(t.Context(), second, monday.AddDate(0, 0, 7)); err != nil {
		t.Fatal(err)
	}
	m := store.posted[0].Message
	if m.Title != "mskfit report: 2 clusters, $2,500.00 a month; 1 changed" || !m.Report.Since.Equal(monday) {
		t.Errorf("title %q since %s", m.Title, m.Report.Since)
	}
	changed, same := m.Report.Clusters[0], m.Report.Clusters[1]
	if want := []string{"cost $1,500.00, was $1,000.00 (+50 %)",
		"mean ingress 65 MB/s, was 50 MB/s (+30 %)"}; changed.Cluster != "orders" || changed.Before.Name() != "MSK Serverless" ||
		!slices.Equal(changed.Changes, want) {
		t.Errorf("first %s: %q, want %q", changed.Cluster, changed.Changes, want)
	}
	if len(changed.TopContributors) != 1 || changed.TopContributors[0].Change != 15e6 || len(same.Changes) != 0 ||
		same.Expected != &soon {
		t.Errorf("movers %+v; %s changed %q, expected %v", changed.TopContributors, same.Cluster, same.Changes, same.Expected)
	}
	if text, err := DefaultTemplate().Render(m, 1<<20); err != nil ||
		!strings.Contains(text, "changed: cost $1,500.00, was $1,000.00 (+50 %)") ||
		!strings.Contains(text, "moved most since the last report: topic orders +15 MB/s") ||
		!strings.Contains(text, "Changes since 2026-03-02 06:00 UTC") || !strings.Contains(text, "█░░░ 70 % of ingress") ||
		!strings.Contains(text, "a limit is expected to be passed on 2026-03-22") {
		t.Errorf("%v\n%s", err, text)
	}
}

// Nothing decided is not a cost of $0, and a report in which all is as before says so.
func TestReportsSayThatNothingChanged(t *testing.T) {
	undecided, decided := ReportRow{Cluster: "lab"}, ReportRow{Cluster: "shop", Choice: &verdict.Choice{MonthlyUSD: 1299.6}}
	changed := decided
	changed.Changes = []string{"cost $1,299.60, was $1,000.00"}
	today := 1840.0
	onMSK := decided
	onMSK.CurrentUSD = &today
	for name, test := range map[string]struct {
		rows                  []ReportRow
		title, cost, compared string
	}{
		"none decided": {[]ReportRow{undecided, undecided}, "mskfit report: 2 clusters, all undecided", "2 of 2 clusters undecided",
			"No changes since 2026-03-02 10:00 UTC"},
		"one": {[]ReportRow{undecided}, "mskfit report: lab", "", "No changes since 2026-03-02 10:00 UTC"},
		"some": {[]ReportRow{undecided, changed}, "mskfit report: 2 clusters, $1,299.60 a month",
			"$1,299.60 a month for 1 of 2 clusters; 1 undecided", "Changes since 2026-03-02 10:00 UTC"},
		"on MSK": {[]ReportRow{decided, onMSK}, "mskfit report: 2 clusters, $2,599.20 a month",
			"$2,599.20 a month for 2 of 2 clusters; today's MSK clusters cost $1,840.00", "No changes since 2026-03-02 10:00 UTC"},
	} {
		r := summed(test.rows)
		if r.Compared() != "" {
			t.Errorf("%s: the first report says %q", name, r.Compared())
		}
		r.Since = start
		if got := reportTitle(r, test.rows); got != test.title || r.Cost() != test.cost || r.Compared() != test.compared {
			t.Errorf("%s: %q, %q, %q, want %q, %q, %q", name, got, r.Cost(), r.Compared(), test.title, test.cost, test.compared)
		}
	}
}

func TestReportsOfLargeFleets(t *testing.T) {
	store := &reports{}
	r := NewReportNotifier(DefaultConfig(), []Recipient{{Name: "slack"}}, store, nil)
	var fleet []verdict.Verdict
	for i := range 1000 {
		v := verdictOf(fmt.Sprintf("c%04d", i), start, verdict.Choice{Kind: verdict.Serverless, MonthlyUSD: 100}, 1e6)
		if i%10 == 0 {
			v.Choice = nil
		}
		fleet = append(fleet, v)
	}
	if err := r.Report(t.Context(), fleet, start); err != nil {
		t.Fatal(err)
	}
	rep := store.posted[0].Message.Report
	if len(rep.Clusters) != MaxRows || rep.Omitted != 980 || rep.Undecided != 100 || rep.TotalUSD != 90_000 {
		t.Errorf("%d rows, %d omitted, %d undecided, %g USD", len(rep.Clusters), rep.Omitted, rep.Undecided, rep.TotalUSD)
	}
	if data, err := json.Marshal(store.posted[0]); err != nil || len(data) > 256<<10 {
		t.Errorf("%d bytes, %v", len(data), err)
	}
	store.posted = nil
	if err := NewReportNotifier(DefaultConfig(), []Recipient{{Name: "prom", Mirrors: true}}, store, nil).Report(t.Context(), fleet,
		start); err != nil || len(store.posted) != 0 {
		t.Errorf("a report went to a mirror: %v, %d", err, len(store.posted))
	}
}
