package targets

import (
	"context"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/analyzer"
	"github.com/mskfit/mskfit/analyzer/drift"
	"github.com/mskfit/mskfit/internal/agent"
	"github.com/mskfit/mskfit/internal/alert"
	"github.com/mskfit/mskfit/internal/dashboard"
	"github.com/mskfit/mskfit/internal/history"
	"github.com/mskfit/mskfit/internal/web"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// served is a daemon that watches one cluster.
type served struct{}

func (served) Status() []agent.ClusterStatus {
	return []agent.ClusterStatus{{Name: "shop",
		Verdict: &verdict.Verdict{Schema: verdict.Schema, Cluster: "shop", Status: verdict.Undecided}}}
}
func (served) Daemon() web.Daemon                  { return web.Daemon{Ready: true} }
func (served) Input(string) (analyzer.Input, bool) { return analyzer.Input{}, false }

func (served) Series(context.Context, history.SeriesQuery) (history.Series, error) {
	return history.Series{}, nil
}
func (served) Workload(context.Context, string, workload.Window) (workload.Workload, error) {
	return workload.Workload{}, nil
}

// posts keeps scheduled reports.
type posts struct{ got []alert.Message }

func (p *posts) Post(_ context.Context, messages []alert.Envelope) error {
	for _, m := range messages {
		p.got = append(p.got, m.Message)
	}
	return nil
}

// Each link that a message carries, in the form of each target, leads to a page.
func TestEveryLinkLeadsToAPage(t *testing.T) {
	pages := httptest.NewServer(web.Handler(web.Deps{Agent: served{}, Metrics: web.NewMetrics("test"),
		Pages: dashboard.New(dashboard.Deps{Agent: served{}, History: served{}, Now: time.Now}),
		Now:   time.Now, Log: zerolog.Nop()}))
	defer pages.Close()
	got, at := taking(t)
	targets := built(t, at, zerolog.Nop())
	for name, m := range linking(t, pages.URL) {
		for kind, target := range targets {
			if err := alert.Send(t.Context(), target, m); err != nil {
				t.Errorf("%s to %s: %v", name, kind, err)
			}
		}
	}
	link := regexp.MustCompile(regexp.QuoteMeta(pages.URL) + `[^"\\|>\s&)]*`)
	for kind, bodies := range got.got {
		var links []string
		for _, body := range bodies {
			body = strings.NewReplacer("%3A", ":", "%2F", "/", "%0A", "\n", "%25", "%").Replace(body) // SNS sends a form
			links = append(links, link.FindAllString(body, -1)...)
		}
		slices.Sort(links)
		links = slices.Compact(links)
		if !slices.Contains(links, pages.URL+"/clusters/shop") {
			t.Errorf("%s: no link to the cluster among %v", kind, links)
		}
		for _, l := range links {
			resp, err := http.Get(l)
			if err != nil {
				t.Fatal(err)
			}
			_ = resp.Body.Close()
			if resp.StatusCode != http.StatusOK || !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/html") {
				t.Errorf("%s links to %s: %s, %s", kind, l, resp.Status, resp.Header.Get("Content-Type"))
			}
		}
	}
}

// linking are messages of every kind, as they are planned.
func linking(t *testing.T, external string) map[string]alert.Message {
	t.Helper()
	now := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
	cfg := alert.Config{ExternalURL: external + "/"}
	to := []alert.Recipient{{Name: "x"}}
	out := map[string]alert.Message{"test": alert.TestMessage("x", external, now)}
	for name, e := range map[string]drift.Event{
		"drift":   {Cluster: "shop", Key: "serverless.consumer_groups"},
		"missing": {Cluster: "shop", Key: "missing/serverless.consumer_groups"},
		"daemon":  {Cluster: "mskfit itself", Key: "daemon/ledger"},
	} {
		e.Kind, e.Level, e.At, e.Since, e.Reason = drift.EventRaised, drift.LevelWarning, now, now, "because"
		_, messages := alert.Plan(alert.Log{},
			alert.Input{Config: cfg, Recipients: to, Cluster: e.Cluster, Events: []drift.Event{e}}, now)
		if len(messages) != 1 {
			t.Fatalf("%s: %d messages", name, len(messages))
		}
		out[name] = messages[0].Message
	}
	var kept posts
	if err := alert.NewReportNotifier(cfg, to, &kept, nil).Report(t.Context(), []verdict.Verdict{{Cluster: "shop"}},
		now); err != nil || len(kept.got) != 1 {
		t.Fatalf("report: %v, %d messages", err, len(kept.got))
	}
	out["report"] = kept.got[0]
	return out
}
