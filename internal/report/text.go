package report

import (
	"io"
	"strings"

	"github.com/mskfit/mskfit/internal/report/view"
)

// TextOptions say what the terminal can do, and how much is wanted.
type TextOptions struct {
	// Width is the number of columns, 60 or more (default 80).
	Width int
	// Color marks outcomes with the terminal's colours; without it every outcome still has its word.
	Color bool
	// Details prints everything below the summary.
	Details bool
	// Hint is the last line of a summary: how to get the details. Empty: none.
	Hint string
}

// The narrowest text in which the tables still make sense, and the width of a terminal that does not say.
const (
	minWidth     = 60
	defaultWidth = 80
)

// Text writes the report for a terminal: the summary, and everything else with Details. No line is wider than the width.
func Text(w io.Writer, p view.Page, o TextOptions) error {
	if o.Width == 0 {
		o.Width = defaultWidth
	}
	s := &screen{width: max(o.Width, minWidth), color: o.Color}
	s.summary(p, o)
	if o.Details {
		s.details(p)
	}
	_, err := io.WriteString(w, s.b.String())
	return err
}

// firstScreen is how many lines a reader is taken to see without scrolling.
const firstScreen = 30

// summary is the first screen: what to choose, what it costs, why, how sure, what would change it, and the prices. The reasons
// get the lines that the rest leaves, and the first three always.
func (s *screen) summary(p view.Page, o TextOptions) {
	below := s.like()
	below.sure(p.Answer)
	below.prices(p)
	below.news(p)
	if r := p.Review; r != nil && !o.Details {
		below.list(reviewTitle, append(r.Summary, r.Problem))
	}
	if !o.Details && o.Hint != "" {
		below.item(span{}, p.Answer.Prices+" "+o.Hint, dim)
	} else {
		below.item(span{}, p.Answer.Prices, dim)
	}
	s.headline(p)
	s.blank()
	s.reasons(p.Answer, firstScreen-s.lines()-below.lines())
	s.b.WriteString(below.b.String())
}

var tones = map[string]style{"certain": "1;32", "open": "1;33", "undecided": "1;33", "none": "1;31"}

func (s *screen) headline(p view.Page) {
	used := width(p.Cluster) + width(p.About) + 3
	if used <= s.width {
		s.line(span{p.Cluster, bold}, span{"  " + p.About + " " + rest(s.width-used), dim})
	} else {
		s.item(span{}, p.Cluster, bold)
		s.item(span{}, p.About, dim)
	}
	a := p.Answer
	answer := a.Choice
	if a.Monthly != "" {
		answer += ", " + a.Monthly
	}
	s.item(span{}, answer, tones[a.Tone])
	s.item(span{}, strings.TrimSpace(a.Label+". "+a.Premium), plain)
	if a.Today != "" {
		s.item(span{}, a.Today, plain)
	}
	if a.Notice != "" {
		s.item(span{}, a.Notice, warn)
	}
}

// Labels of the first screen, all of one width.
const (
	whyLabel    = "Why       "
	sureLabel   = "How sure  "
	changeLabel = "Open      "
	noLabel     = "          "
)

// reasons writes the first reasons, and of the others those for which there are lines.
func (s *screen) reasons(a view.Answer, room int) {
	label := whyLabel
	for i, reason := range a.Why {
		one := s.like()
		one.item(span{label + point(len(a.Why)), dim}, reason, plain)
		if room -= one.lines(); room < 0 && i >= len(a.FirstWhy()) {
			return
		}
		s.b.WriteString(one.b.String())
		label = noLabel
	}
}

func point(n int) string {
	if n > 1 {
		return "• "
	}
	return "  "
}

// sure says how sure the answer is and what would change it.
func (s *screen) sure(a view.Answer) {
	s.item(span{sureLabel + "  ", dim}, a.Sure, plain)
	label := changeLabel
	for _, o := range a.Changes {
		s.item(span{label + point(len(a.Changes)), warn}, o.Sentence(), plain)
		label = noLabel
	}
	if a.More != "" {
		s.item(span{noLabel + "  ", dim}, a.More, dim)
	}
}

var (
	roles     = map[string]string{"choice": "▸"}
	fitStyles = map[string]style{"yes": good, "no": bad, "unknown": warn}
)

// prices compares the options, one a line.
func (s *screen) prices(p view.Page) {
	if len(p.Prices) == 0 {
		return
	}
	s.title("Prices a month", "")
	var rows [][]span
	for _, o := range p.Prices {
		rows = append(rows, []span{{roles[o.Role], accent}, {o.Name, plain}, {o.Monthly, plain}, {o.Delta, dim},
			{o.Verdict, fitStyles[o.Fits]}})
	}
	s.table([]column{{}, {wraps: true}, {right: true}, {right: true, optional: true}, {wraps: true}}, rows)
}

// news is what changed since the report before, and the other window of a comparison.
func (s *screen) news(p view.Page) {
	if p.Since != nil {
		s.list("Since the report of "+p.Since.When, p.Since.Items)
	}
	if p.Compared != nil {
		s.compared(*p.Compared)
	}
}

func (s *screen) compared(c view.Compared) {
	s.title("Two windows compared", "")
	s.item(span{"before  ", dim}, c.Before, plain)
	s.item(span{"now     ", dim}, c.Now, plain)
	var rows [][]span
	for _, r := range c.Rows {
		rows = append(rows, []span{{r.Name, plain}, {r.Before, plain}, {r.Now, plain}, {r.Change, accent}})
	}
	s.table([]column{{wraps: true}, {title: "before", right: true}, {title: "now", right: true}, {title: "change", right: true}},
		rows)
	for _, n := range c.Notes {
		s.item(span{"• ", dim}, n, plain)
	}
}

// list writes a section of sentences.
func (s *screen) list(title string, items []string) {
	if len(items) == 0 {
		return
	}
	s.title(title, "")
	for _, it := range items {
		if it != "" {
			s.item(span{"• ", dim}, it, plain)
		}
	}
}
