package report

import (
	"math"
	"strings"
)

// roomForSource is how many columns the source of a figure needs beside it; with less, sources stand under the table.
const roomForSource = 22

func (s *screen) workload(p page) {
	s.title("Workload", "")
	cols := []column{{}, {title: "value", right: true}, {title: "bounds", wraps: true}, {title: "method"}}
	statistics := p.HasStatistics()
	if statistics {
		cols = append(cols, column{title: "p99", right: true}, column{title: "peak", right: true})
	}
	var rows [][]span
	for _, f := range p.Figures {
		st := plain
		if !f.Known {
			st = warn
		}
		row := []span{{f.Name, plain}, {f.Value, st}, {f.Bounds, dim}, {f.Method, plain}}
		if statistics {
			row = append(row, span{f.P99, plain}, span{f.Peak, plain})
		}
		rows = append(rows, row)
	}
	if s.width-total(natural(cols, rows))-gap < roomForSource {
		s.table(cols, rows)
		s.bullets(span{"Sources", dim}, p.Sources)
		return
	}
	for i, f := range p.Figures {
		rows[i] = append(rows[i], span{f.Source, dim})
	}
	s.table(append(cols, column{title: "source", wraps: true}), rows)
}

// bullets writes a label and, under it, a list.
func (s *screen) bullets(label span, items []string) {
	if len(items) == 0 {
		return
	}
	s.line(label)
	for _, it := range items {
		s.item(span{"• ", dim}, it, dim)
	}
}

var markStyles = map[string]style{"ok": good, "FAIL": "1;31", "?": warn, "n/a": dim}

// The bars take what the other columns leave, within these bounds.
const (
	shortestBar = 8
	longestBar  = 40
)

func (s *screen) limits(t limitTable) {
	s.title(t.Title, "")
	cols := []column{{}, {wraps: true}, {title: "observed", right: true}, {title: "limit", right: true}, {title: "use", right: true}, {}}
	var rows [][]span
	for _, r := range t.Rows {
		rows = append(rows, []span{{r.Mark, markStyles[r.Mark]}, {r.Name, plain}, {r.Observed, plain}, {r.Limit, plain}, {r.Use, plain}, {}})
	}
	room := s.width - total(natural(cols, rows)) - gap
	for i, r := range t.Rows {
		rows[i][5] = span{bar(r.Ratio, min(max(room, shortestBar), longestBar)), markStyles[r.Mark]}
	}
	if len(rows) > 0 {
		s.table(cols, rows)
	}
	for _, e := range t.Evidence {
		s.item(span{pad(e.Mark, 6, false), markStyles[e.Mark]}, e.Sentence(), plain)
	}
	if len(t.Inapplicable) > 0 {
		s.item(span{pad("n/a", 6, false), dim}, strings.Join(t.Inapplicable, ", "), dim)
	}
}

// bar draws a utilization over w cells; an arrow at its end says that it goes on. It is empty for nil.
func bar(ratio *float64, w int) string {
	switch {
	case ratio == nil:
		return ""
	case *ratio > 1:
		return strings.Repeat("█", w-1) + "▶"
	}
	full := int(math.Round(*ratio * float64(w)))
	if full == 0 && *ratio > 0 {
		return "▏" + strings.Repeat("·", w-1)
	}
	return strings.Repeat("█", full) + strings.Repeat("·", w-full)
}

func (s *screen) alternatives(p page) {
	if len(p.Alternatives) == 0 {
		return
	}
	s.title("Alternatives", p.Roles)
	var rows [][]span
	for _, a := range p.Alternatives {
		rows = append(rows, []span{{roles[a.Role], accent}, {a.Name, plain}, {a.Monthly, plain},
			{a.Fits, fitStyles[a.Fits]}, {a.Binding, plain}, {a.Delta, dim}})
	}
	s.table([]column{{}, {wraps: true}, {title: "a month", right: true}, {title: "fits"},
		{title: "bound by", wraps: true}, {title: "against the choice", right: true, optional: true}}, rows)
	for _, sentence := range []string{p.BreakEven, p.Current, p.Considered} {
		if sentence != "" {
			s.item(span{}, sentence, plain)
		}
	}
	s.list("What would flip the choice", "", p.Flips)
	s.list("Other sizing profiles", "", p.Profiles)
}

var (
	roles     = map[string]string{"choice": "▸", "runner-up": "2"}
	fitStyles = map[string]style{"yes": good, "no": bad, unknown: warn}
)

func (s *screen) cost(p page) {
	if len(p.Cost) == 0 {
		return
	}
	s.title("Cost of the choice", "")
	var rows [][]span
	for _, c := range p.Cost {
		rows = append(rows, []span{{c.Item, plain}, {c.Quantity, plain}, {c.UnitPrice, plain}, {c.Monthly, plain}, {c.Note, dim}})
	}
	rows = append(rows, []span{{"Total", bold}, {}, {}, {p.CostTotal, bold}})
	s.table([]column{{wraps: true}, {title: "quantity", right: true}, {title: "price", right: true}, {title: "a month", right: true}}, rows)
}
