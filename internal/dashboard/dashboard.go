package dashboard

import (
	"bytes"
	"context"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/analyzer"
	"github.com/mskfit/mskfit/internal/agent"
	"github.com/mskfit/mskfit/internal/report/page"
	"github.com/mskfit/mskfit/internal/report/past"
	"github.com/mskfit/mskfit/internal/report/view"
	"github.com/mskfit/mskfit/internal/web"
	"github.com/mskfit/mskfit/internal/workload"
)

// Agent is what the pages know of the clusters.
type Agent interface {
	Status() []agent.ClusterStatus
	// Daemon is how the process itself does.
	Daemon() web.Daemon
	// Input is what the cluster's last verdict was made from; false before the first one.
	Input(cluster string) (analyzer.Input, bool)
}

// Deps are what the pages need. All are required.
type Deps struct {
	Agent       Agent
	History     past.Store
	Maintenance web.Maintenances
	Outbox      web.Outbox
	Alerts      AlertHistory
	// Metrics are the daemon's own, for the system page.
	Metrics prometheus.Gatherer
	Now     func() time.Time
	// Zone is the time zone of what no script draws; nil: UTC.
	Zone func() *time.Location
	Log  zerolog.Logger
}

// Policy is the Content-Security-Policy of every page.
const Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; " +
	"form-action 'self'; frame-ancestors 'none'"

var (
	//go:embed templates/*.html
	templates embed.FS
	//go:embed assets
	assets embed.FS
)

type server struct {
	Deps
	pages   *template.Template
	answers answers
	sparks  *sparks
	pasts   *pasts
}

// New returns the handler of all pages. It answers GET and HEAD.
func New(d Deps) http.Handler {
	s := &server{Deps: d, answers: answers{kept: map[string]keptAnswer{}}, sparks: newSparks(d.History), pasts: newPasts(d.History)}
	s.pages = template.Must(page.Parts().Funcs(template.FuncMap{"link": link, "at": s.stamp, "ago": s.ago, "iso": iso,
		"share": workload.FormatPercent, "plural": plural, "verb": verb, "number": number}).ParseFS(templates, "templates/*.html"))
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.fleet)
	mux.HandleFunc("GET /clusters/{name}", s.cluster)
	mux.HandleFunc("GET /clusters/{name}/topics", s.topics)
	mux.HandleFunc("GET /clusters/{name}/topics/{topic}", s.topic)
	mux.HandleFunc("GET /clusters/{name}/groups", s.groups)
	mux.HandleFunc("GET /clusters/{name}/groups/{group}", s.group)
	mux.HandleFunc("GET /clusters/{name}/series", s.series)
	mux.HandleFunc("GET /clusters/{name}/daily", s.dailyPeaks)
	mux.HandleFunc("GET /clusters/{name}/what-if", s.whatIf)
	mux.HandleFunc("GET /alerts", s.alerts)
	mux.HandleFunc("GET /system", s.system)
	mux.HandleFunc("GET /events", s.events)
	mux.HandleFunc("GET /assets/{file}", asset)
	mux.HandleFunc("GET /", s.notFound)
	return mux
}

// layout is what every page has around its content.
type layout struct {
	Title   string
	Here    string // the entry of the menu that is open: fleet, alerts, system
	Version string
	// Banner is a line above everything: a standby replica, a daemon that is starting, parts that do not work.
	Banner string
	Open   int // open alerts
	Now    time.Time
	Body   any
}

func (s *server) layout(title, here string, body any) layout {
	d := s.Agent.Daemon()
	f := layout{Title: title, Here: here, Version: d.Version, Now: s.Now().UTC(), Body: body}
	switch {
	case d.Role == web.RoleStandby:
		f.Banner = "Standby: other replicas watch all clusters. This page shows what they report."
	case len(d.Problems) > 0:
		f.Banner = fmt.Sprintf("%s not working: %s.", plural(len(d.Problems), "part"), d.Problems[0].Part+": "+d.Problems[0].Why)
	case !d.Ready:
		f.Banner = "Starting: not every source has been read yet."
	}
	for _, c := range s.Agent.Status() {
		f.Open += len(openAlerts(c))
	}
	return f
}

// zone is the time zone of what no script draws.
func (s *server) zone() *time.Location {
	if s.Zone == nil {
		return time.UTC
	}
	return s.Zone()
}

// render writes a page whole, or an error and nothing of the page.
func (s *server) render(w http.ResponseWriter, code int, name string, f layout) {
	var b bytes.Buffer
	if err := s.pages.ExecuteTemplate(&b, name, f); err != nil {
		s.Log.Error().Err(err).Str("page", name).Msg("page not rendered")
		http.Error(w, "The page could not be rendered; the log says why.", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", Policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(code)
	_, _ = w.Write(b.Bytes()) // the client went away
}

// message is the page for what is not there.
type message struct{ Heading, Text string }

func (s *server) missing(w http.ResponseWriter, heading, text string) {
	s.render(w, http.StatusNotFound, "message.html", s.layout(heading, "", message{heading, text}))
}

func (s *server) notFound(w http.ResponseWriter, r *http.Request) {
	s.missing(w, "No such page", "There is nothing at "+r.URL.Path+".")
}

// find returns a cluster's status, or answers that there is none.
func (s *server) find(w http.ResponseWriter, r *http.Request) (agent.ClusterStatus, bool) {
	name := r.PathValue("name")
	for _, c := range s.Agent.Status() {
		if c.Name == name {
			return c, true
		}
	}
	for _, l := range s.Agent.Daemon().Left {
		if l.Cluster == name {
			s.missing(w, name+" is no longer watched", "Not watched since "+s.stamp(l.At)+": "+l.Why+".")
			return agent.ClusterStatus{}, false
		}
	}
	s.missing(w, "No cluster "+name, "The fleet page lists the clusters that are watched.")
	return agent.ClusterStatus{}, false
}

// link makes a path of segments that may hold any character.
func link(segments ...string) string {
	var b strings.Builder
	for _, s := range segments {
		b.WriteString("/" + url.PathEscape(s))
	}
	return b.String()
}

func (s *server) stamp(t time.Time) string { return view.Timestamp(t, s.zone()) }
func iso(t time.Time) string               { return t.UTC().Format(time.RFC3339) }

// ago is how long ago a time is, for people: "3 min ago", "never" for no time.
func (s *server) ago(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return age(s.Now().Sub(t)) + " ago"
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return number(n) + " " + what + "s"
}

// number is n with a comma between thousands.
func number(n int) string { return workload.FormatNumber(float64(n)) }

// verb is the form of a verb for so many subjects.
func verb(n int, one, more string) string {
	if n == 1 {
		return one
	}
	return more
}

// within bounds what a page may take from the history.
func within(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, 5*time.Second)
}
