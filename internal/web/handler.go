package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/analyzer/drift"
	"github.com/mskfit/mskfit/internal/agent"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// Agent is what the pages read.
type Agent interface {
	Status() []agent.ClusterStatus
	// Daemon is the state of the process itself.
	Daemon() Daemon
}

// Daemon is the state of the process.
type Daemon struct {
	// Version is mskfit's own.
	Version string `json:"version"`
	// StartedAt is when the process started, in UTC.
	StartedAt time.Time `json:"started_at"`
	// Role is "active" or, while other replicas hold all clusters, "standby".
	Role string `json:"role"`
	// Replica is this process among those that share the clusters; empty: it is the only one by its configuration.
	Replica string `json:"replica,omitempty"`
	// Replicas are all of them, the oldest first, as they were when the ledger was last read.
	Replicas []Replica `json:"replicas,omitempty"`
	// Ready is false until every source has been tried once. A source that is down does not make the daemon unready.
	Ready bool `json:"ready"`
	// Problems are what keeps parts of it from working; empty when all is well.
	Problems []Problem `json:"problems"`
	// Left are clusters that were watched and are not any more, the latest first; a restart forgets them.
	Left []Left `json:"left,omitempty"`
	// Unwatched are clusters that were found and cannot be watched at present, with the reason.
	Unwatched []workload.Gap `json:"unwatched,omitempty"`
}

// Replica is one process of several that share the clusters.
type Replica struct {
	// Name is that of its host.
	Name string `json:"name"`
	// JoinedAt is when it began to share, in UTC by the clock of the ledger's database.
	JoinedAt time.Time `json:"joined_at"`
	// Clusters is how many it holds.
	Clusters int `json:"clusters"`
	// Self is set for the process that answers.
	Self bool `json:"self,omitempty"`
}

// Left is a cluster that is no longer watched.
type Left struct {
	// Cluster is the name that it was watched under.
	Cluster string `json:"cluster"`
	// Why says why it is no longer watched.
	Why string `json:"why"`
	// At is when watching ended, in UTC.
	At time.Time `json:"at"`
}

// Problem is one part of the daemon that does not work. The rest keeps working.
type Problem struct {
	// Part is history, ledger, configuration, catalog, discovery, or "cluster NAME".
	Part string `json:"part"`
	// Why is the error in words.
	Why string `json:"why"`
	// Since is when it began, or when a source last worked; nil: it never did, or unknown.
	Since *time.Time `json:"since,omitempty"`
}

// Roles of a process.
const (
	RoleActive  = "active"
	RoleStandby = "standby"
)

// Deps are what the answers need. All but Pages and ExternalHost are required.
type Deps struct {
	// Agent knows the clusters' present state.
	Agent Agent
	// Maintenance keeps the spans that are declared here.
	Maintenance Maintenances
	// Outbox knows what could not be delivered.
	Outbox Outbox
	// Metrics are served at /metrics.
	Metrics *Metrics
	// Config says who may read, and who may declare maintenance.
	Config Config
	// Pages answer every other path: the dashboard.
	Pages http.Handler
	// ExternalHost is the host of alerts.external_url, under which proxies may ask; empty, or nil: none.
	ExternalHost func() string
	// Now is the clock.
	Now func() time.Time
	Log zerolog.Logger
}

// Handler serves /metrics, /healthz, /readyz and /api/v1, and leaves every other path to the pages. It answers only GET and HEAD,
// under names that are known to be its own, and changes maintenance for those who may. Pages and the API are limited in how many
// are made at once; /metrics and the probes always answer.
func Handler(d Deps) http.Handler {
	s := &server{Deps: d}
	mux := http.NewServeMux()
	m := d.Metrics
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{Registry: m.registry, EnableOpenMetrics: true}))
	mux.HandleFunc("GET /healthz", s.healthz)
	mux.HandleFunc("GET /readyz", s.readyz)
	limit := s.limited(pagesAtOnce)
	for pattern, h := range map[string]http.HandlerFunc{
		"GET /api/v1/status":                  s.status,
		"GET /api/v1/alerts/undelivered":      s.undelivered,
		"GET /api/v1/maintenance":             s.maintenances,
		"POST /api/v1/maintenance":            s.guard(s.addMaintenance),
		"DELETE /api/v1/maintenance/{id}":     s.guard(s.endMaintenance),
		"GET /api/v1/clusters":                s.clusters,
		"GET /api/v1/clusters/{name}/verdict": s.verdict,
	} {
		mux.Handle(pattern, limit(h))
	}
	if d.Pages != nil {
		mux.Handle("GET /", limit(d.Pages))
		mux.Handle("GET /assets/", d.Pages)
		mux.Handle("GET /events", s.limited(streamsAtOnce)(d.Pages)) // open as long as the page is
	}
	mux.HandleFunc("GET /api/", func(w http.ResponseWriter, _ *http.Request) { s.fail(w, http.StatusNotFound, "no such resource") })
	return s.ownHost(mux)
}

type server struct {
	Deps
	guesses guesses
}

// status is the state of the process, and in which maintenance nothing is sent. A ledger that does not list them leaves null.
func (s *server) status(w http.ResponseWriter, r *http.Request) {
	list, err := s.Maintenance.Maintenances(r.Context())
	answer := struct {
		Daemon
		Maintenance      []Maintenance `json:"maintenance"`
		MaintenanceError string        `json:"maintenance_error,omitempty"`
	}{Daemon: s.daemon()}
	if err != nil {
		answer.MaintenanceError = err.Error()
	} else {
		answer.Maintenance = append([]Maintenance{}, list...)
	}
	s.json(w, http.StatusOK, answer)
}

// healthz says that the process answers. Parts that do not work are listed, and do not make it unhealthy: starting it again would
// fix none of them.
func (s *server) healthz(w http.ResponseWriter, _ *http.Request) {
	s.json(w, http.StatusOK, map[string]any{"status": "ok", "problems": s.daemon().Problems})
}

// readyz says whether what can be known is served. Parts that do not work are listed; the rest is served.
func (s *server) readyz(w http.ResponseWriter, _ *http.Request) {
	d, code := s.daemon(), http.StatusOK
	answer := map[string]any{"status": "ready", "problems": d.Problems}
	switch {
	case d.Role == RoleStandby:
		answer["status"] = RoleStandby
	case !d.Ready:
		code, answer["status"], answer["why"] = http.StatusServiceUnavailable, "starting", "not every source has been collected yet"
	}
	s.json(w, code, answer)
}

func (s *server) daemon() Daemon {
	d := s.Agent.Daemon()
	if d.Problems == nil {
		d.Problems = []Problem{}
	}
	return d
}

// clusterJSON is one row of /api/v1/clusters.
type clusterJSON struct {
	Name       string          `json:"name"`
	Region     string          `json:"region"`
	Replica    string          `json:"replica,omitempty"` // the one that works on it, of several
	Status     verdict.Status  `json:"status,omitempty"`
	Choice     *verdict.Choice `json:"choice"`
	PricesOf   string          `json:"prices_date,omitempty"` // the oldest price behind the choice's dollars
	At         *time.Time      `json:"verdict_at,omitempty"`
	KeptAt     *time.Time      `json:"sample_kept_at,omitempty"`
	Sources    []sourceJSON    `json:"sources"`
	Alerts     []alertJSON     `json:"alerts"`
	VerdictURL string          `json:"verdict_url"`
}

type sourceJSON struct {
	Name        string         `json:"name"`
	CollectedAt *time.Time     `json:"collected_at,omitempty"`
	Error       string         `json:"error,omitempty"`
	Gaps        []workload.Gap `json:"gaps"`
	// Backfill is how far reading back has come, 0 to 1; absent when nothing is read back.
	Backfill *float64 `json:"backfill_ratio,omitempty"`
}

type alertJSON struct {
	Rule   string      `json:"rule"`
	Level  drift.Level `json:"level"`
	Since  time.Time   `json:"since,omitzero"`
	Reason string      `json:"reason,omitempty"`
}

func (s *server) clusters(w http.ResponseWriter, _ *http.Request) {
	out := []clusterJSON{}
	for _, c := range s.Agent.Status() {
		out = append(out, clusterRow(c))
	}
	s.json(w, http.StatusOK, map[string]any{"clusters": out})
}

func clusterRow(c agent.ClusterStatus) clusterJSON {
	row := clusterJSON{Name: c.Name, Region: c.Region, Replica: c.Replica, KeptAt: known(c.KeptAt),
		Sources: []sourceJSON{}, Alerts: []alertJSON{},
		VerdictURL: "/api/v1/clusters/" + url.PathEscape(c.Name) + "/verdict"}
	for _, source := range c.Sources {
		gaps := source.Gaps
		if gaps == nil {
			gaps = []workload.Gap{}
		}
		out := sourceJSON{Name: source.Name, CollectedAt: known(source.CollectedAt), Error: source.Error, Gaps: gaps}
		if source.Backfill != nil {
			ratio := source.Backfill.Ratio()
			out.Backfill = &ratio
		}
		row.Sources = append(row.Sources, out)
	}
	if c.Verdict != nil {
		row.Status, row.Choice, row.At = c.Verdict.Status, c.Verdict.Choice, known(c.Verdict.At)
		row.PricesOf = c.Verdict.Catalog.Prices
	}
	if c.Drift != nil {
		row.Alerts = alertRows(*c.Drift)
	}
	return row
}

func known(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func (s *server) verdict(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	for _, c := range s.Agent.Status() {
		switch {
		case c.Name != name:
		case c.Verdict == nil:
			s.fail(w, http.StatusServiceUnavailable, "no verdict on "+name+" yet: the analyze job has not run")
			return
		default:
			s.json(w, http.StatusOK, c.Verdict)
			return
		}
	}
	for _, l := range s.daemon().Left {
		if l.Cluster == name {
			s.fail(w, http.StatusNotFound, "no cluster "+name+" any more since "+l.At.UTC().Format(time.RFC3339)+": "+l.Why)
			return
		}
	}
	s.fail(w, http.StatusNotFound, "no cluster "+name)
}

func (s *server) fail(w http.ResponseWriter, code int, why string) {
	s.json(w, code, map[string]string{"error": why})
}

func (s *server) json(w http.ResponseWriter, code int, body any) {
	text, err := json.MarshalIndent(body, "", "  ")
	if err != nil {
		s.Log.Error().Err(err).Msg("answer not encoded")
		http.Error(w, `{"error": "the answer could not be encoded"}`, http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(code)
	_, _ = w.Write(append(text, '\n')) // the client went away: nothing to send
}
