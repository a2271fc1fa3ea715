package report

import (
	"io"
	"strings"

	"github.com/mskfit/mskfit/internal/report/view"
	"github.com/mskfit/mskfit/internal/texttable"
)

// Markdown writes the report for a ticket, a pull request or a wiki, in GitHub's dialect.
func Markdown(w io.Writer, p view.Page) error {
	var m markdown
	m.front(p)
	m.review(p.Review)
	for _, l := range p.Headroom {
		m.limits(l)
	}
	m.steps(p.Steps)
	m.options(p)
	m.workload(p)
	m.busiest(p)
	m.rest(p)
	m.text("---")
	m.text(escaped(append(p.Methods, p.Catalog))...)
	_, err := io.WriteString(w, strings.TrimRight(m.b.String(), "\n")+"\n")
	return err
}

// markdown collects blocks; the words of a page go through esc before they get here.
type markdown struct{ b strings.Builder }

// special are the characters that could start markup, a link, HTML or a table cell in the middle of a text; leading are
// those that could start a heading, a list or a rule at its beginning.
const (
	special = "\\`*_{}[]<>|~&"
	leading = "-+=#"
)

// links keeps names that look like addresses from becoming links.
var links = strings.NewReplacer("://", `\://`, "www.", `www\.`)

// esc escapes a text of the page for any place in a document, table cells included.
func esc(s string) string {
	var b strings.Builder
	for i, r := range s {
		if strings.ContainsRune(special, r) || i == 0 && strings.ContainsRune(leading, r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return links.Replace(numbered(b.String()))
}

// numbered keeps a text that starts with "1. " or "1) " from becoming a list.
func numbered(s string) string {
	n := len(s) - len(strings.TrimLeft(s, "0123456789"))
	if n > 0 && (strings.HasPrefix(s[n:], ". ") || strings.HasPrefix(s[n:], ") ")) {
		return s[:n] + `\` + s[n:]
	}
	return s
}

func escaped(in []string) []string {
	out := make([]string, len(in))
	for i, s := range in {
		out[i] = esc(s)
	}
	return out
}

// text writes paragraphs of ready Markdown.
func (m *markdown) text(paragraphs ...string) {
	for _, s := range paragraphs {
		if s != "" {
			m.b.WriteString(s + "\n\n")
		}
	}
}

// bullets writes a list of page texts, under a heading.
func (m *markdown) bullets(heading string, items []string) {
	if len(items) == 0 {
		return
	}
	if heading != "" {
		m.text("## " + heading)
	}
	for _, it := range items {
		m.b.WriteString("- " + esc(it) + "\n")
	}
	m.b.WriteString("\n")
}

// table writes page texts in columns; a title that starts with ">" aligns its column right.
func (m *markdown) table(titles []string, rows [][]string) {
	t := texttable.New(titles...)
	for _, r := range rows {
		t.Rows = append(t.Rows, escaped(r))
	}
	t.Markdown(&m.b)
	m.b.WriteString("\n")
}
