package dashboard

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/mskfit/mskfit/internal/history"
	"github.com/mskfit/mskfit/internal/report/view"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// memberPage is one topic or one consumer group.
type memberPage struct {
	Cluster, Name string
	What          string // "topic" or "group"
	Facts         []fact
	// Linked are the groups of a topic or the topics of a group.
	LinkedTitle string
	Linked      []linked
	Charts      []view.Chart
	NoCharts    string
	Windows     []window
}

type fact struct{ Name, Value, Note string }

type linked struct{ Name, Link string }

func (s *server) topic(w http.ResponseWriter, r *http.Request) {
	c, found := s.find(w, r)
	if !found {
		return
	}
	name := r.PathValue("topic")
	if c.Verdict != nil {
		for _, t := range c.Verdict.Topics {
			if t.Name == name {
				p := topicPage(c.Name, t)
				s.charts(r, &p, history.SeriesQuery{Cluster: c.Name, Topic: name}, history.Ingress, history.Egress)
				s.render(w, http.StatusOK, "member.html", s.layout(name, "fleet", p))
				return
			}
		}
	}
	s.missing(w, "No topic "+name, "The last verdict on "+c.Name+
		" does not know this topic. It may have been deleted, or may not be readable.")
}

func topicPage(cluster string, t verdict.TopicFigures) memberPage {
	p := memberPage{Cluster: cluster, Name: t.Name, What: "topic", LinkedTitle: "Consumer groups"}
	p.Facts = []fact{
		{"Partitions", workload.FormatNumber(float64(t.Partitions)), ""},
		rate("Ingress", t.IngressBytesPerSec, workload.FormatByteRate),
		rate("Egress", t.EgressBytesPerSec, workload.FormatByteRate),
		rate("Messages", t.MessagesPerSec, perSecond),
		figure("Average message", t.AverageMessageBytes, workload.FormatBytes),
		figure("Stored", t.StoredBytes, workload.FormatBytes),
		rate("Hottest partition, ingress", t.HottestIngress, workload.FormatByteRate),
	}
	if t.Compacted != nil {
		p.Facts = append(p.Facts, fact{"Compacted", map[bool]string{true: "yes", false: "no"}[*t.Compacted], ""})
	}
	for _, g := range t.Groups {
		p.Linked = append(p.Linked, linked{g, link("clusters", cluster, "groups", g)})
	}
	return p
}

func (s *server) group(w http.ResponseWriter, r *http.Request) {
	c, found := s.find(w, r)
	if !found {
		return
	}
	name := r.PathValue("group")
	if c.Verdict != nil {
		if i := slices.IndexFunc(c.Verdict.Groups, func(g verdict.GroupFigures) bool { return g.Name == name }); i >= 0 {
			p := groupPage(c.Name, c.Verdict.Groups[i])
			s.charts(r, &p, history.SeriesQuery{Cluster: c.Name, Group: name}, history.Egress)
			s.render(w, http.StatusOK, "member.html", s.layout(name, "fleet", p))
			return
		}
	}
	s.missing(w, "No consumer group "+name, "The last verdict on "+c.Name+
		" does not know this group. It may have been deleted, or may not be readable.")
}

func groupPage(cluster string, g verdict.GroupFigures) memberPage {
	p := memberPage{Cluster: cluster, Name: g.Name, What: "group", LinkedTitle: "Topics"}
	members := "unknown"
	if g.Members != nil {
		members = workload.FormatNumber(float64(*g.Members))
	}
	p.Facts = []fact{
		{"Members", members, ""},
		rate("Egress", g.EgressBytesPerSec, workload.FormatByteRate),
		figure("Lag, messages", g.LagMessages, workload.FormatNumber),
	}
	if g.Type != "" {
		p.Facts = append(p.Facts, fact{"Type", g.Type, ""})
	}
	for _, t := range g.Topics {
		p.Linked = append(p.Linked, linked{t, link("clusters", cluster, "topics", t)})
	}
	return p
}

func perSecond(v float64) string { return workload.FormatNumber(v) + " per second" }

func rate(name string, q *workload.Quantity, format func(float64) string) fact {
	if q == nil {
		return fact{name, "unknown", ""}
	}
	f := figure(name, &q.Figure, format)
	if q.Peak != nil && *q.Peak > q.Value {
		f.Note = strings.Join([]string{"peak " + format(*q.Peak), f.Note}, ", ")
	}
	return f
}

func figure(name string, f *workload.Figure, format func(float64) string) fact {
	if f == nil {
		return fact{name, "unknown", ""}
	}
	out := fact{name, format(f.Value), string(f.Method)}
	switch {
	case f.Bounded():
	case f.Low >= f.Value:
		out.Value = "≥ " + out.Value
	default:
		out.Note += ", at least " + format(f.Low)
	}
	return out
}

// charts adds the member's series over the window of the link.
func (s *server) charts(r *http.Request, p *memberPage, q history.SeriesQuery, quantities ...history.Quantity) {
	here, span := spanOf(r)
	p.Windows = windows(r, here)
	ctx, stop := within(r.Context())
	defer stop()
	now := s.Now()
	q.Window = workload.Window{Start: now.Add(-span), End: now}
	q.Step = max(5*time.Minute, (span / 200).Truncate(5*time.Minute))
	for i, quantity := range quantities {
		q.Quantity = quantity
		series, err := s.History.Series(ctx, q)
		if err != nil {
			p.NoCharts = "No charts: the history cannot be read: " + err.Error()
			return
		}
		points := make([]view.Point, len(series.Points))
		for j, pt := range series.Points {
			points[j] = view.Point{At: pt.At, Mean: pt.Mean, Max: pt.Max}
		}
		if c, ok := view.Flow([]string{"Ingress", "Egress"}[i+2-len(quantities)], i+1, series.Step, points, s.zone()); ok {
			p.Charts = append(p.Charts, c)
		}
	}
	if len(p.Charts) == 0 {
		p.NoCharts = "No charts: the history has nothing about it in this window."
	}
}
