package dashboard

import (
	"context"
	"fmt"
	"html"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/analyzer/drift"
	"github.com/mskfit/mskfit/internal/alert"
)

// The link selects alerts and a page of them, and the links of the page keep the selection.
func TestAlertHistoryIsSelectedByTheLink(t *testing.T) {
	h := site(t, fleetOf(t))
	for _, tc := range []struct {
		query, caption string
		first, last    int
		links          []string
	}{
		{"", "Alerts 1 to 50 of 120, newest first", 0, 49, []string{"/alerts?from=50#history"}},
		{"?from=50", "Alerts 51 to 100 of 120, newest first", 50, 99, []string{"/alerts#history", "/alerts?from=100#history"}},
		{"?from=100", "Alerts 101 to 120 of 120, newest first", 100, 119, []string{"/alerts?from=50#history"}},
		{"?state=open", "Alerts 1 to 1 of 1 that match", 0, 0, nil},
		{"?state=resolved&window=24h", "Alerts 1 to 23 of 23 that match", 1, 23, nil},
		{"?cluster=orders&window=7d", "Alerts 1 to 40 of 40 that match", 1, 118, nil},
		{"?cluster=orders&from=nonsense", "Alerts 1 to 40 of 40 that match", 1, 118, nil},
		{"?state=resolved&window=7d", "Alerts 1 to 50 of 119 that match", 1, 50,
			[]string{"/alerts?from=50&state=resolved&window=7d#history"}},
	} {
		body := html.UnescapeString(get(t, h, "/alerts"+tc.query).Body.String())
		if !strings.Contains(body, tc.caption) {
			t.Errorf("%q: no %q", tc.query, tc.caption)
		}
		for n := range 120 {
			shown := strings.Contains(body, fmt.Sprintf("alert %03d<", n))
			if (n == tc.first || n == tc.last) && !shown || (n < tc.first || n > tc.last) && shown {
				t.Errorf("%q: alert %d, shown %t, is not as wanted from %d to %d", tc.query, n, shown, tc.first, tc.last)
			}
		}
		for _, link := range tc.links {
			if !strings.Contains(body, `href="`+link+`"`) {
				t.Errorf("%q: no link to %s", tc.query, link)
			}
		}
	}
	if body := get(t, h, "/alerts?cluster=nope&state=open&window=7d").Body.String(); !strings.Contains(body, "No alert matches") ||
		!strings.Contains(body, `value="open" selected`) {
		t.Error("an empty selection does not say so, or forgets itself")
	}
}

// fixed is a history of the given alerts.
type fixed []alert.Record

func (f fixed) Alerts(context.Context, alert.Query) ([]alert.Record, int, error) {
	return f, len(f), nil
}

func TestAlertHistoryHasWordsForEveryEnd(t *testing.T) {
	on := func(f fixed) string {
		d := Deps{Agent: fleetOf(t), History: waves{}, Maintenance: ledger{}, Outbox: ledger{}, Alerts: f,
			Metrics: prometheus.NewRegistry(), Now: func() time.Time { return noon }, Log: zerolog.Nop()}
		return get(t, New(d), "/alerts").Body.String()
	}
	if body := on(nil); !strings.Contains(body, "No alert has been raised yet") || !strings.Contains(body, "mskfit alert test") {
		t.Error("an empty history does not say what to do")
	}
	raised := noon.Add(-3 * time.Hour)
	body := on(fixed{
		{Cluster: "shop", Title: "open one", Level: drift.LevelCritical, RaisedAt: raised},
		{Cluster: "deleted", Title: "left one", Level: drift.LevelWarning, RaisedAt: raised, ResolvedAt: noon,
			Ended: "the cluster is no longer watched"},
		{Cluster: "not watched", Title: "open too", Level: drift.LevelWarning, RaisedAt: raised},
		{Cluster: "shop", Key: "choice", Title: "the choice changed", Level: drift.LevelWarning, RaisedAt: raised,
			ResolvedAt: raised},
		{Cluster: "shop", Title: hostile, Level: drift.LevelWarning, Reason: hostile, RaisedAt: raised,
			ResolvedAt: raised.Add(95 * time.Minute)},
		{Cluster: "mskfit itself", Title: "disk full", Level: drift.LevelCritical, RaisedAt: raised, ResolvedAt: noon},
	})
	for _, want := range []string{`<span class="tag bad">open</span>`, `<span class="tag warn">open</span>`,
		"the cluster is no longer watched", `data-label="Resolved">–<`, "1 h 35 min", "<bdi>mskfit itself</bdi>"} {
		if !strings.Contains(body, want) {
			t.Errorf("no %q", want)
		}
	}
	if strings.Contains(body, "<script>alert") || strings.Contains(body, "\u202e") {
		t.Error("a title is not text")
	}
}
