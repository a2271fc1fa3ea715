package report

import (
	"math"
	"strings"

	"github.com/mskfit/mskfit/internal/report/view"
)

// details is everything below the first screen, in the order of the page.
func (s *screen) details(p view.Page) {
	s.list("All reasons", p.Answer.Why)
	s.review(p.Review)
	for _, l := range p.Headroom {
		s.limits(l)
	}
	s.steps(p.Steps)
	s.options(p)
	s.workload(p)
	s.busiest(p)
	s.split(p)
	s.list("What would flip the choice", p.TippingPoints)
	s.list("Other sizing profiles", p.Profiles)
	s.actions(p.Actions)
	s.open(p)
	s.assumptions(p.Assumptions)
	s.gaps(p.Gaps)
	s.blank()
	s.rule()
	for _, m := range append(p.Methods, p.Catalog) {
		s.item(span{}, m, dim)
	}
}

var markStyles = map[string]style{"ok": good, "FAIL": "1;31"}

// The bars take what the other columns leave, within these bounds.
const (
	shortestBar = 8
	longestBar  = 40
)

func (s *screen) limits(l view.Limits) {
	s.title(l.Title, "")
	cols := []column{{}, {wraps: true}, {title: "observed", right: true}, {title: "limit", right: true},
		{title: "use", right: true}, {optional: true}}
	var rows [][]span
	for _, r := range l.Rows {
		rows = append(rows, []span{{r.Mark, markStyles[r.Mark]}, {r.Name, plain}, {r.Observed, plain}, {r.Limit, plain},
			{r.Use, plain}, {}})
	}
	room := s.width - total(natural(cols, rows)) - gap
	for i, r := range l.Rows {
		rows[i][5] = span{bar(r.Ratio, min(max(room, shortestBar), longestBar)), markStyles[r.Mark]}
		if note := joined(r.Stats, r.Terms); note != "" {
			rows[i] = append(rows[i], span{note, dim})
		}
	}
	if len(rows) > 0 {
		s.table(cols, rows)
	}
	for _, n := range l.Notes {
		s.item(span{"FAIL  ", markStyles["FAIL"]}, n, plain)
	}
	for _, n := range []string{l.Unchecked, l.Rest} {
		if n != "" {
			s.item(span{}, n, dim)
		}
	}
}

func joined(parts ...string) string {
	var out []string
	for _, p := range parts {
		if p != "" {
			out = append(out, strings.TrimSuffix(p, ".")+".")
		}
	}
	return strings.Join(out, " ")
}

// bar draws a utilization over w cells; an arrow at its end says that it is higher. It is empty for nil.
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

func (s *screen) steps(steps []view.Step) {
	if len(steps) == 0 {
		return
	}
	s.title("The six steps of choosing a cluster type", "what was found → what it points to")
	var rows [][]span
	for _, st := range steps {
		number := st.Number
		if number == "" {
			number = " "
		}
		rows = append(rows, []span{{number + " " + st.Title, plain}, {st.Finding, plain}, {"→ " + st.PointsTo, accent}})
	}
	s.table([]column{{}, {wraps: true}, {}}, rows)
}

func (s *screen) options(p view.Page) {
	if len(p.Options) == 0 {
		return
	}
	s.title("Options", "")
	for _, o := range p.Options {
		what := o.Kind
		if o.Brokers != "" {
			what += ", " + o.Brokers
		}
		head := []span{{o.Name, bold}, {"  " + o.Total, bold}}
		if o.Role != "" {
			head = append(head, span{"  " + o.Role, accent})
		}
		s.line(head...)
		s.item(span{"  ", plain}, what+": "+o.Verdict+". Decided by: "+o.Binding+".", fitStyles[o.Fits])
		for _, f := range o.Fails {
			s.item(span{"  FAIL  ", markStyles["FAIL"]}, f, plain)
		}
		var rows [][]span
		for _, c := range o.Cost {
			rows = append(rows, []span{{" ", plain}, {c.Item, dim}, {c.Quantity, dim}, {"× " + c.UnitPrice, dim},
				{c.Monthly, plain}})
			if o.Role == "choice" && c.Note != "" {
				rows[len(rows)-1] = append(rows[len(rows)-1], span{" " + c.Note, dim})
			}
		}
		s.table([]column{{}, {wraps: true}, {right: true}, {right: true}, {right: true}}, rows)
		if from := o.PriceSources(); from != "" {
			s.item(span{"  ", plain}, "Prices: "+from, dim)
		}
	}
	s.list("What nearly fits", p.NearMisses)
	if len(p.Remarks) > 0 {
		s.blank()
	}
	for _, r := range p.Remarks {
		s.item(span{}, r, plain)
	}
}

func (s *screen) actions(actions []view.Action) {
	if len(actions) == 0 {
		return
	}
	s.title("Actions", "")
	for _, a := range actions {
		s.item(span{"→ ", accent}, a.Target+": "+a.Action, plain)
		why := a.Why
		if a.Fixes != "" {
			why += " Fixes: " + a.Fixes + "."
		}
		s.item(span{"  ", plain}, why, dim)
	}
}

// open lists what is not known, each once.
func (s *screen) open(p view.Page) {
	if len(p.Open) == 0 && p.Minor == "" {
		return
	}
	s.title("Open questions", "")
	for _, o := range p.Open {
		s.item(span{"? ", warn}, o.What, plain)
		for _, more := range []string{o.Action, o.Effect} {
			if more != "" {
				s.item(span{"  ", plain}, more, dim)
			}
		}
	}
	if p.Minor != "" {
		s.item(span{}, p.Minor, dim)
	}
}

func (s *screen) assumptions(all []view.Assumption) {
	if len(all) == 0 {
		return
	}
	s.title("Assumptions", "")
	for _, a := range all {
		s.item(span{"• ", dim}, a.Text, plain)
		if a.IfNot != "" {
			s.item(span{"  ", plain}, "If not: "+a.IfNot, dim)
		}
	}
}

func (s *screen) gaps(gaps []view.Gap) {
	if len(gaps) == 0 {
		return
	}
	s.title("Gaps", "what could not be read")
	for _, g := range gaps {
		s.item(span{"! ", warn}, g.Source+": "+g.What+": "+g.Why, plain)
		if g.Effect != "" {
			s.item(span{"  ", plain}, g.Effect, dim)
		}
	}
}
