package dashboard

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/mskfit/mskfit/internal/report/view"
	"github.com/mskfit/mskfit/internal/workload"
)

// membersShown is how many topics or groups one page lists.
const membersShown = 100

// membersPage lists all topics or all consumer groups of a cluster.
type membersPage struct {
	Cluster, What, Title string
	Query, Sort          string
	Columns              []column
	Rows                 []memberRow
	Found, All           int
	// Previous and Next lead to the neighboring pages; empty at the ends.
	Previous, Next string
	First, Last    int
}

// Label is the heading over the i-th cell of a row; the name comes before the cells.
func (p membersPage) Label(i int) string { return p.Columns[i+1].Label }

type memberRow struct {
	Name, Link string
	Cells      []string

	in, out, size float64 // -1: unknown
}

func (s *server) topics(w http.ResponseWriter, r *http.Request) {
	c, found := s.find(w, r)
	if !found {
		return
	}
	p := membersPage{Cluster: c.Name, What: "topics", Title: "Topics",
		Columns: []column{{Name: "name", Label: "Topic"}, {Name: "in", Label: "Ingress", Number: true},
			{Name: "out", Label: "Egress", Number: true}, {Name: "size", Label: "Stored", Number: true},
			{Label: "Partitions", Number: true}, {Label: "Groups", Number: true}}}
	if c.Verdict != nil {
		for _, t := range c.Verdict.Topics {
			row := memberRow{Name: view.Clean(t.Name), Link: link("clusters", c.Name, "topics", t.Name),
				in: mean(t.IngressBytesPerSec), out: mean(t.EgressBytesPerSec), size: -1}
			if t.StoredBytes != nil {
				row.size = t.StoredBytes.Value
			}
			row.Cells = []string{view.ByteRate(t.IngressBytesPerSec), view.ByteRate(t.EgressBytesPerSec),
				shown(row.size, workload.FormatBytes),
				workload.FormatNumber(float64(t.Partitions)), strconv.Itoa(len(t.Groups))}
			p.Rows = append(p.Rows, row)
		}
	}
	s.members(w, r, p)
}

func (s *server) groups(w http.ResponseWriter, r *http.Request) {
	c, found := s.find(w, r)
	if !found {
		return
	}
	p := membersPage{Cluster: c.Name, What: "groups", Title: "Consumer groups",
		Columns: []column{{Name: "name", Label: "Group"}, {Name: "out", Label: "Egress", Number: true},
			{Name: "size", Label: "Lag, messages", Number: true}, {Label: "Members", Number: true},
			{Label: "Topics", Number: true}}}
	if c.Verdict != nil {
		for _, g := range c.Verdict.Groups {
			row := memberRow{Name: view.Clean(g.Name), Link: link("clusters", c.Name, "groups", g.Name), in: -1,
				out: mean(g.EgressBytesPerSec), size: -1}
			members := "unknown"
			if g.Members != nil {
				members = strconv.Itoa(*g.Members)
			}
			if g.LagMessages != nil {
				row.size = g.LagMessages.Value
			}
			row.Cells = []string{view.ByteRate(g.EgressBytesPerSec), shown(row.size, workload.FormatNumber), members,
				strconv.Itoa(len(g.Topics))}
			p.Rows = append(p.Rows, row)
		}
	}
	s.members(w, r, p)
}

func mean(q *workload.Quantity) float64 {
	if q == nil {
		return -1
	}
	return q.Value
}

func shown(v float64, format func(float64) string) string {
	if v < 0 {
		return "unknown"
	}
	return format(v)
}

// pageOf is the first row of the page that from names, and the one after its last, of n rows with size on a page. What is no
// number, or is out of range, is the nearest page that there is.
func pageOf(from string, n, size int) (first, end int) {
	at, _ := strconv.Atoi(from)
	first = min(max(at, 0), max(n-1, 0)) / size * size
	return first, min(first+size, n)
}

// members searches, sorts and cuts the rows by the link, and shows them.
func (s *server) members(w http.ResponseWriter, r *http.Request, p membersPage) {
	q := r.URL.Query()
	p.Query, p.Sort, p.All = q.Get("q"), q.Get("sort"), len(p.Rows)
	p.Rows = slices.DeleteFunc(p.Rows, func(m memberRow) bool {
		return !strings.Contains(strings.ToLower(m.Name),
			strings.ToLower(p.Query))
	})
	p.Found = len(p.Rows)
	key := map[string]func(memberRow) float64{"in": func(m memberRow) float64 { return m.in },
		"out":  func(m memberRow) float64 { return m.out },
		"size": func(m memberRow) float64 { return m.size }, "name": func(memberRow) float64 { return 0 }}
	by, known := key[p.Sort]
	if !known {
		p.Sort = map[string]string{"topics": "in", "groups": "out"}[p.What]
		by = key[p.Sort]
	}
	slices.SortStableFunc(p.Rows, func(a, b memberRow) int {
		return cmp.Or(cmp.Compare(by(b), by(a)),
			strings.Compare(a.Name, b.Name))
	})
	at, end := pageOf(q.Get("from"), p.Found, membersShown)
	p.Rows, p.First, p.Last = p.Rows[at:end], at+1, end
	to := func(sort string, from int) string {
		v := url.Values{"sort": {sort}}
		if p.Query != "" {
			v.Set("q", p.Query)
		}
		if from > 0 {
			v.Set("from", strconv.Itoa(from))
		}
		return link("clusters", p.Cluster, p.What) + "?" + v.Encode()
	}
	if at > 0 {
		p.Previous = to(p.Sort, at-membersShown)
	}
	if end < p.Found {
		p.Next = to(p.Sort, end)
	}
	for i := range p.Columns {
		c := &p.Columns[i]
		if c.Name != "" {
			c.Link = to(c.Name, 0)
		}
		if c.Name == p.Sort {
			c.Sorted = "descending"
			if c.Name == "name" {
				c.Sorted = "ascending"
			}
		}
	}
	s.render(w, http.StatusOK, "members.html", s.layout(p.Title+" of "+p.Cluster, "fleet", p))
}
