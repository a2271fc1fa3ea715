package report

import (
	"io"
	"slices"
	"strings"

	"github.com/mskfit/mskfit/verdict"
)

// TextOptions say what the terminal can do.
type TextOptions struct {
	// Width is the number of columns, 60 or more (default 80).
	Width int
	// Color marks outcomes with the terminal's colours; without it every outcome still has its word.
	Color bool
}

// The narrowest text in which the tables still make sense, and the width of a terminal that does not say.
const (
	minWidth     = 60
	defaultWidth = 80
)

// Text writes the verdict for a terminal. No line is wider than the width.
func Text(w io.Writer, v verdict.Verdict, o TextOptions) error {
	if o.Width == 0 {
		o.Width = defaultWidth
	}
	s := &screen{width: max(o.Width, minWidth), color: o.Color}
	p := newPage(v)
	s.front(p)
	s.list("Since the report of "+p.SinceWhen, "", p.Since)
	s.workload(p)
	s.comparisons(p)
	for _, t := range p.Limits {
		s.limits(t)
	}
	s.alternatives(p)
	s.cost(p)
	s.questions(p)
	s.actions(p)
	s.forecast(p)
	s.split(p)
	s.topics(p)
	s.groups(p)
	s.gaps(p)
	s.legend(p)
	_, err := io.WriteString(w, s.b.String())
	return err
}

// firstScreen is how many lines a reader is taken to see without scrolling.
const firstScreen = 25

// front is the first screen: headline, as many reasons as there is room for, what the choice rests on, and the six steps;
// what had to be left out or shortened follows below.
func (s *screen) front(p page) {
	s.headline(p)
	conditions, steps := s.like(), s.like()
	told := conditions.conditions(p)
	shortened := steps.steps(p)
	reasons := s.fill("Because   ", dim, p.Reasons, firstScreen-s.lines()-conditions.lines()-steps.lines(), 1)
	s.b.WriteString(conditions.b.String() + steps.b.String())
	s.list("Further reasons", "", p.Reasons[reasons:])
	s.list("Findings in full", "", shortened)
	s.list("Conditions", "the choice rests on these, and nobody has confirmed them", p.untold(p.Conditions[told:]))
}

// untold leaves out the conditions that stand among the limits as rules that are unknown.
func (p page) untold(conditions []string) []string {
	var out []string
	for _, c := range conditions {
		told := slices.ContainsFunc(p.Limits, func(t limitTable) bool {
			return slices.ContainsFunc(t.Evidence, func(e evidence) bool { return e.Text == c })
		})
		if !told {
			out = append(out, c)
		}
	}
	return out
}

// conditions says what the choice rests on, in a sentence where there are several; it returns how many are told in full.
func (s *screen) conditions(p page) int {
	if len(p.Conditions) > 1 && p.Provided != "" {
		s.item(span{"Provided    ", warn}, p.Provided, plain)
		return 0
	}
	return s.fill("Provided  ", warn, p.Conditions, 3, 1)
}

// fill writes items beside a label while they fit into so many lines, and at least so many of them; it returns how many.
func (s *screen) fill(label string, st style, items []string, room, least int) int {
	point := "  "
	if len(items) > 1 {
		point = "• "
	}
	for i, it := range items {
		one := s.like()
		one.item(span{label + point, st}, it, plain)
		if room -= one.lines(); room < 0 && i >= least {
			return i
		}
		s.b.WriteString(one.b.String())
		label = strings.Repeat(" ", width(label))
	}
	return len(items)
}

var tones = map[string]style{"decided": "1;32", "partial": "1;33", "undecided": "1;33"}

func (s *screen) headline(p page) {
	used := width(p.Cluster) + width(p.About) + 3
	if used <= s.width {
		s.line(span{p.Cluster, bold}, span{"  " + p.About + " " + rest(s.width-used), dim})
	} else {
		s.line(span{p.Cluster, bold})
		s.line(span{p.About, dim})
	}
	h := p.Headline
	spans := []span{{strings.ToUpper(h.Verdict), tones[h.Tone]}}
	for _, part := range []string{h.Size, h.Monthly} {
		if part != "" {
			spans = append(spans, span{"   " + part, bold})
		}
	}
	s.line(spans...)
	if h.Notice != "" {
		s.item(span{}, h.Notice, warn)
	}
	if h.Binding != "" {
		s.item(span{"Bound by    ", dim}, h.Binding, plain)
	}
	s.item(span{"Confidence  ", dim}, h.Confidence, plain)
}

// findingLines is how much of the first screen one finding may take.
const findingLines = 2

// steps writes the six steps and returns, in full, the findings that it had to shorten.
func (s *screen) steps(p page) (shortened []string) {
	if len(p.Steps) == 0 {
		return nil
	}
	s.title("The six steps of choosing a cluster type", "what was found → what it points to")
	cols := []column{{}, {wraps: true}, {}}
	var rows [][]span
	for _, st := range p.Steps {
		rows = append(rows, []span{{st.Number + " " + st.Title, plain}, {st.Finding, plain}, {"→ " + st.PointsTo, accent}})
	}
	room := fit(cols, natural(cols, rows), s.width)[1]
	for i, st := range p.Steps {
		short := brief(st.Finding, room, findingLines)
		if short != st.Finding {
			shortened = append(shortened, st.Title+": "+st.Finding)
		}
		rows[i][1].text = short
	}
	s.table(cols, rows)
	return shortened
}

// list writes a section of sentences.
func (s *screen) list(title, note string, items []string) {
	if len(items) == 0 {
		return
	}
	s.title(title, note)
	for _, it := range items {
		s.item(span{"• ", dim}, it, plain)
	}
}
