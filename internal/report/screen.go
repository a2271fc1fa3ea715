package report

import (
	"strings"
)

// style is how a piece of text looks in colour. Nothing is said only by style: without colour the words remain.
type style string

// The styles are the terminal's own sixteen colours, so that they suit its background.
const (
	plain  style = ""
	bold   style = "1"
	dim    style = "2"
	good   style = "32"
	bad    style = "31"
	warn   style = "33"
	accent style = "36"
)

// span is text in one style.
type span struct {
	text  string
	style style
}

// screen lays out lines of at most width cells.
type screen struct {
	b     strings.Builder
	width int
	color bool
}

func (s *screen) paint(text string, st style) string {
	if !s.color || st == plain || text == "" {
		return text
	}
	return "\x1b[" + string(st) + "m" + text + "\x1b[0m"
}

// line writes spans one after the other; what goes beyond the width is cut.
func (s *screen) line(spans ...span) {
	room := s.width
	var b strings.Builder
	for i, sp := range spans {
		text := cut(sp.text, max(room, 0))
		if i == len(spans)-1 {
			text = strings.TrimRight(text, " ") // put cannot see spaces inside of a colour
		}
		room -= width(text)
		b.WriteString(s.paint(text, sp.style))
	}
	s.put(b.String())
}

// put writes a laid-out line without spaces at its end.
func (s *screen) put(line string) { s.b.WriteString(strings.TrimRight(line, " ") + "\n") }

func (s *screen) blank() { s.b.WriteByte('\n') }

// rule draws a line across.
func (s *screen) rule() { s.line(span{strings.Repeat("─", s.width), dim}) }

// rest draws what is left of a line.
func rest(cells int) string { return strings.Repeat("─", max(cells, 0)) }

// like returns an empty screen of the same kind, for parts whose height must be known before they are shown.
func (s *screen) like() *screen { return &screen{width: s.width, color: s.color} }

func (s *screen) lines() int { return strings.Count(s.b.String(), "\n") }

// title starts a section; the note beside it may be empty.
func (s *screen) title(text, note string) {
	s.blank()
	below := ""
	switch {
	case note == "":
	case width(text)+width(note)+2 > s.width:
		note, below = "", note
	default:
		note = "  " + note
	}
	s.line(span{text, bold}, span{note + " " + rest(s.width-width(text)-width(note)-1), dim})
	if below != "" {
		s.item(span{}, below, dim)
	}
}

// item writes a lead and, beside it, the body wrapped with a hanging indent.
func (s *screen) item(lead span, body string, st style) {
	indent := width(lead.text)
	for i, l := range wrap(body, max(s.width-indent, 10)) {
		if i == 0 {
			s.line(lead, span{l, st})
			continue
		}
		s.line(span{strings.Repeat(" ", indent), plain}, span{l, st})
	}
}
