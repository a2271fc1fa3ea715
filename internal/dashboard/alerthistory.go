package dashboard

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/mskfit/mskfit/analyzer/drift"
	"github.com/mskfit/mskfit/internal/alert"
	"github.com/mskfit/mskfit/internal/report/view"
	"github.com/mskfit/mskfit/internal/workload"
)

// AlertHistory lists alerts, the latest raise first, and how many there are in all.
type AlertHistory interface {
	Alerts(ctx context.Context, q alert.Query) (list []alert.Record, total int, err error)
}

// alertsShown is how many alerts one page of the history lists.
const alertsShown = 50

// alertHistory is the record of alerts, as the link selects it.
type alertHistory struct {
	Cluster, State, Window string
	Clusters               []string
	States, Windows        []choice
	Rows                   []pastAlert
	First, Last, Total     int
	Newer, Older           string
	// Filtered is true where the link leaves something out; then an empty list says little.
	Filtered bool
}

// choice is an entry of a filter.
type choice struct{ Value, Label string }

// pastAlert is one row; Lasted is empty for an alert that is open and for a changed choice.
type pastAlert struct {
	alert.Record
	Tone, Use, Lasted string
	Watched           bool
	// State is "open", "resolved", or "changed" (a choice).
	State string
}

var (
	alertStates  = []choice{{"", "open and resolved"}, {"open", "open"}, {"resolved", "resolved"}}
	alertWindows = []choice{{"24h", "24 hours"}, {"7d", "7 days"}, {"30d", "30 days"}, {"", "all that is kept"}}
	alertSpans   = map[string]time.Duration{"24h": 24 * time.Hour, "7d": 7 * 24 * time.Hour, "30d": 30 * 24 * time.Hour}
)

func (s *server) alertHistory(ctx context.Context, r *http.Request) (alertHistory, error) {
	q := r.URL.Query()
	h := alertHistory{Cluster: q.Get("cluster"), States: alertStates, Windows: alertWindows}
	query := alert.Query{Cluster: h.Cluster, Limit: alertsShown}
	if state := q.Get("state"); state == "open" || state == "resolved" {
		open := state == "open"
		h.State, query.Open = state, &open
	}
	if span, known := alertSpans[q.Get("window")]; known {
		h.Window, query.Since = q.Get("window"), s.Now().Add(-span)
	}
	h.Filtered = h.Cluster != "" || h.State != "" || h.Window != ""
	if from, err := strconv.Atoi(q.Get("from")); err == nil && from > 0 && from < 1e9 {
		query.Offset = from / alertsShown * alertsShown
	}
	list, total, err := s.Alerts.Alerts(ctx, query)
	if err != nil {
		return h, err
	}
	watched := map[string]bool{}
	for _, c := range s.Agent.Status() {
		watched[c.Name] = true
		h.Clusters = append(h.Clusters, c.Name)
	}
	for _, a := range list {
		h.Rows = append(h.Rows, pastRow(a, watched[a.Cluster]))
	}
	h.Total, h.First, h.Last = total, query.Offset+1, query.Offset+len(list)
	if query.Offset > 0 {
		h.Newer = h.link(query.Offset - alertsShown)
	}
	if h.Last < total && len(list) > 0 {
		h.Older = h.link(query.Offset + alertsShown)
	}
	return h, nil
}

func pastRow(a alert.Record, watched bool) pastAlert {
	row := pastAlert{Record: a, Tone: "warn", State: "resolved", Watched: watched}
	row.Cluster, row.Title, row.Reason = view.Clean(a.Cluster), view.Clean(a.Title), view.Clean(a.Reason)
	row.Ended = view.Clean(a.Ended)
	if a.Level == drift.LevelCritical {
		row.Tone = "bad"
	}
	if a.Utilization != nil {
		row.Use = workload.FormatPercent(*a.Utilization)
	}
	switch {
	case a.ResolvedAt.IsZero():
		row.State = "open"
	case a.Choice():
		row.State = "changed"
	default:
		row.Lasted = lasted(a.ResolvedAt.Sub(a.RaisedAt))
	}
	return row
}

// lasted writes how long an alert was open: "1 h 35 min".
func lasted(d time.Duration) string {
	d = d.Round(time.Minute)
	if h := d / time.Hour; h > 0 && h < 48 && d%time.Hour > 0 {
		return fmt.Sprintf("%d h %d min", h, d%time.Hour/time.Minute)
	}
	return age(d)
}

// link is the page of the same selection from an offset on.
func (h alertHistory) link(from int) string {
	v := url.Values{}
	for name, value := range map[string]string{"cluster": h.Cluster, "state": h.State, "window": h.Window} {
		if value != "" {
			v.Set(name, value)
		}
	}
	if from > 0 {
		v.Set("from", strconv.Itoa(from))
	}
	if len(v) == 0 {
		return "/alerts#history"
	}
	return "/alerts?" + v.Encode() + "#history"
}
