package dashboard

import (
	"cmp"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/mskfit/mskfit/analyzer/drift"
	"github.com/mskfit/mskfit/internal/agent"
	"github.com/mskfit/mskfit/internal/report/view"
	"github.com/mskfit/mskfit/internal/web"
	"github.com/mskfit/mskfit/internal/workload"
)

// alertsPage is what is open, what did not arrive, and when nothing is sent.
type alertsPage struct {
	Open        []openAlert
	Pending     []openAlert
	History     alertHistory
	Waiting     []web.Undelivered
	GivenUp     []web.Undelivered
	Maintenance []web.Maintenance
	// Problem says why the ledger could not be read; empty when it could.
	Problem string
}

// openAlert is a rule that is above a mark.
type openAlert struct {
	Cluster, Rule string
	// Title is the rule in words.
	Title  string
	Level  drift.Level
	Tone   string
	Since  time.Time
	Use    string
	Reason string
}

// titleOf is what a key of the drift is about, in words.
func titleOf(c agent.ClusterStatus, key string) string {
	what, id, found := strings.Cut(key, "/")
	if !found {
		what, id = "", key
	}
	title := id
	if c.Verdict != nil {
		title = view.RuleTitle(*c.Verdict, id)
	}
	switch what {
	case "forecast":
		return "Forecast: " + title
	case "missing":
		return "No figure: " + title
	}
	return title
}

// openAlerts are the raised rules of a cluster, critical ones first.
func openAlerts(c agent.ClusterStatus) []openAlert { return alertsAt(c, false) }

func alertsAt(c agent.ClusterStatus, pending bool) []openAlert {
	if c.Drift == nil {
		return nil
	}
	var out []openAlert
	for _, rule := range slices.Sorted(maps.Keys(c.Drift.Rules)) {
		st := c.Drift.Rules[rule]
		level := st.Shown()
		if level == drift.LevelOK || (level == drift.LevelPending) != pending {
			continue
		}
		a := openAlert{Cluster: c.Name, Rule: rule, Title: titleOf(c, rule), Level: level, Since: st.Since, Reason: st.Reason,
			Tone: "warn"}
		if level == drift.LevelCritical {
			a.Tone = "bad"
		}
		if st.Utilization != nil {
			a.Use = workload.FormatPercent(*st.Utilization)
		}
		out = append(out, a)
	}
	slices.SortStableFunc(out, func(a, b openAlert) int { return cmp.Compare(a.Tone, b.Tone) })
	return out
}

func (s *server) alerts(w http.ResponseWriter, r *http.Request) {
	var p alertsPage
	for _, c := range s.Agent.Status() {
		p.Open = append(p.Open, openAlerts(c)...)
		p.Pending = append(p.Pending, alertsAt(c, true)...)
	}
	ctx, stop := within(r.Context())
	defer stop()
	var err error
	if p.History, err = s.alertHistory(ctx, r); err != nil {
		p.Problem = err.Error()
		s.render(w, http.StatusOK, "alerts.html", s.layout("Alerts", "alerts", p))
		return
	}
	if p.Waiting, err = s.Outbox.Undelivered(ctx, false); err == nil {
		if p.GivenUp, err = s.Outbox.Undelivered(ctx, true); err == nil {
			p.Maintenance, err = s.Maintenance.Maintenances(ctx)
		}
	}
	if err != nil {
		p.Problem = err.Error()
	}
	s.render(w, http.StatusOK, "alerts.html", s.layout("Alerts", "alerts", p))
}
