package dashboard

import (
	"cmp"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/mskfit/mskfit/analyzer/drift"
	"github.com/mskfit/mskfit/internal/agent"
	"github.com/mskfit/mskfit/internal/web"
	"github.com/mskfit/mskfit/internal/workload"
)

// alertsPage is what is open, what did not arrive, and when nothing is sent.
type alertsPage struct {
	Open        []openAlert
	Pending     []openAlert
	Resolved    []resolvedAlert
	Waiting     []web.Undelivered
	GivenUp     []web.Undelivered
	Maintenance []web.Maintenance
	// Problem says why the ledger could not be read; empty when it could.
	Problem string
}

// openAlert is a rule that is above a mark.
type openAlert struct {
	Cluster, Rule string
	Level         drift.Level
	Tone          string
	Since         time.Time
	Use           string
	Reason        string
}

// resolvedAlert is the last alert of a rule that is fine again.
type resolvedAlert struct {
	Cluster, Rule string
	Level         drift.Level
	Tone          string
	Raised, Since time.Time
}

// mostResolved is how many resolved alerts the page lists.
const mostResolved = 50

// resolved are the last alerts of rules that are fine again, the latest first.
func resolved(clusters []agent.ClusterStatus) []resolvedAlert {
	var out []resolvedAlert
	for _, c := range clusters {
		if c.Drift == nil {
			continue
		}
		for rule, st := range c.Drift.Rules {
			if st.Shown() != drift.LevelOK || st.WarnedAt.IsZero() {
				continue
			}
			a := resolvedAlert{Cluster: c.Name, Rule: rule, Level: drift.LevelWarning, Tone: "warn", Raised: st.WarnedAt, Since: st.Since}
			if !st.CriticalAt.IsZero() && !st.CriticalAt.Before(st.WarnedAt) {
				a.Level, a.Tone = drift.LevelCritical, "bad"
			}
			out = append(out, a)
		}
	}
	slices.SortFunc(out, func(a, b resolvedAlert) int {
		return cmp.Or(b.Since.Compare(a.Since), cmp.Compare(a.Cluster, b.Cluster), cmp.Compare(a.Rule, b.Rule))
	})
	return out[:min(mostResolved, len(out))]
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
		a := openAlert{Cluster: c.Name, Rule: rule, Level: level, Since: st.Since, Reason: st.Reason, Tone: "warn"}
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
	p.Resolved = resolved(s.Agent.Status())
	ctx, stop := within(r.Context())
	defer stop()
	var err error
	if p.Waiting, err = s.Outbox.Undelivered(ctx, false); err == nil {
		if p.GivenUp, err = s.Outbox.Undelivered(ctx, true); err == nil {
			p.Maintenance, err = s.Maintenance.Maintenances(ctx)
		}
	}
	if err != nil {
		p.Problem = err.Error()
	}
	s.render(w, http.StatusOK, "alerts.html", s.frame("Alerts", "alerts", p))
}
