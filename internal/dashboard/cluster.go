package dashboard

import (
	"context"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/mskfit/mskfit/internal/agent"
	"github.com/mskfit/mskfit/internal/report/past"
	"github.com/mskfit/mskfit/internal/report/view"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// clusterPage is the report of a cluster as of its last verdict, with what moves: its alerts, its sources and the charts.
type clusterPage struct {
	Name    string
	Region  string
	Status  agent.ClusterStatus
	Alerts  []openAlert
	Windows []window
	Window  string
	// Report is nil before the first verdict.
	Report *view.Page
	// Waiting says what is missing before the first verdict.
	Waiting string
}

// window is a span of the charts; Here marks the one that is shown.
type window struct {
	Name, Label, Link string
	Here              bool
}

var spans = []struct {
	name, label string
	span        time.Duration
}{{"6h", "6 hours", 6 * time.Hour}, {"24h", "24 hours", 24 * time.Hour}, {"7d", "7 days", 7 * 24 * time.Hour},
	{"30d", "30 days", 30 * 24 * time.Hour}, {"90d", "90 days", 90 * 24 * time.Hour}}

// spanOf is the span of the link's window; 7 days without one.
func spanOf(r *http.Request) (name string, span time.Duration) {
	want := r.URL.Query().Get("window")
	for _, s := range spans {
		if s.name == want {
			return s.name, s.span
		}
	}
	return "7d", 7 * 24 * time.Hour
}

func windows(r *http.Request, here string) []window {
	var out []window
	for _, s := range spans {
		out = append(out, window{Name: s.name, Label: s.label,
			Link: r.URL.EscapedPath() + "?" + url.Values{"window": {s.name}}.Encode(), Here: s.name == here})
	}
	return out
}

func (s *server) cluster(w http.ResponseWriter, r *http.Request) {
	c, found := s.find(w, r)
	if !found {
		return
	}
	name, span := spanOf(r)
	p := clusterPage{Name: c.Name, Region: c.Region, Status: c, Alerts: openAlerts(c), Window: name, Windows: windows(r, name)}
	if c.Verdict == nil {
		p.Waiting = waiting(c)
		s.render(w, http.StatusOK, "cluster.html", s.layout(c.Name, "fleet", p))
		return
	}
	ctx, stop := within(r.Context())
	defer stop()
	report := view.Of(*c.Verdict, s.pasts.read(ctx, c.Name, span, s.Now(), s.zone()))
	linkMembers(&report, *c.Verdict)
	p.Report = &report
	s.render(w, http.StatusOK, "cluster.html", s.layout(c.Name, "fleet", p))
}

// linkMembers leads from the report's topics and groups to their pages.
func linkMembers(p *view.Page, v verdict.Verdict) {
	topics, groups := map[string]string{}, map[string]string{}
	for _, t := range v.Topics {
		topics[view.Clean(t.Name)] = t.Name
	}
	for _, g := range v.Groups {
		groups[view.Clean(g.Name)] = g.Name
	}
	for i, r := range p.Topics.Rows {
		if name, ok := topics[r.Name]; ok {
			p.Topics.Rows[i].Link = link("clusters", v.Cluster, "topics", name)
		}
	}
	if p.Matrix != nil {
		for i, r := range p.Matrix.Rows {
			if name, ok := topics[r.Name]; ok {
				p.Matrix.Rows[i].Link = link("clusters", v.Cluster, "topics", name)
			}
		}
		for i, c := range p.Matrix.Columns {
			if name, ok := groups[c.Name]; ok {
				p.Matrix.Columns[i].Link = link("clusters", v.Cluster, "groups", name)
			}
		}
	}
	for i, r := range p.Groups.Rows {
		if name, ok := groups[r.Name]; ok {
			p.Groups.Rows[i].Link = link("clusters", v.Cluster, "groups", name)
		}
	}
}

// waiting says what a cluster without a verdict waits for.
func waiting(c agent.ClusterStatus) string {
	for _, src := range c.Sources {
		switch {
		case src.Error != "":
			return src.Name + " cannot be read: " + src.Error
		case src.TriedAt.IsZero():
			return "The first reading of " + src.Name + " is under way. It takes a minute or two."
		}
	}
	return "It comes with the next decision (see agent.analyze in the configuration)."
}

// pastAge is for how long the series behind the charts are kept: they are read in minutes, and a page is reloaded in seconds.
const pastAge = time.Minute

// pasts keeps the series behind the charts. It is safe for concurrent use.
type pasts struct {
	store past.Store
	mu    sync.Mutex
	kept  map[string]keptPast
}

type keptPast struct {
	past view.Past
	at   time.Time
}

func newPasts(store past.Store) *pasts { return &pasts{store: store, kept: map[string]keptPast{}} }

// read returns the series of a cluster over the span up to now. What cannot be read is said in place of the charts.
func (p *pasts) read(ctx context.Context, cluster string, span time.Duration, now time.Time, zone *time.Location) view.Past {
	key := cluster + "\x00" + span.String() + "\x00" + zone.String()
	p.mu.Lock()
	defer p.mu.Unlock()
	if k, found := p.kept[key]; found && now.Sub(k.at) < pastAge && !now.Before(k.at) {
		return k.past
	}
	for k, v := range p.kept {
		if now.Sub(v.at) >= pastAge {
			delete(p.kept, k)
		}
	}
	got, err := past.Read(ctx, p.store, cluster, workload.Window{Start: now.Add(-span), End: now}, zone)
	if err != nil {
		return view.Past{Missing: "No charts: the history cannot be read: " + err.Error()}
	}
	p.kept[key] = keptPast{got, now}
	return got
}
