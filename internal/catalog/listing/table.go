package listing

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/mskfit/mskfit/internal/texttable"
)

// Width is what text fits into.
const Width = 80

// Table is one table of a listing.
type Table struct {
	Title   string
	Columns []texttable.Column
	Rows    [][]string
	// Notes are below the table, one a line.
	Notes []string
}

// text writes the table with its columns aligned. The last column takes what is left of Width and wraps within it.
func (t Table) text(b *strings.Builder) {
	fmt.Fprintf(b, "\n%s\n", t.Title)
	if len(t.Columns) > 0 {
		t.rows(b)
	}
	for _, note := range t.Notes {
		for i, line := range wrap(note, Width-4) {
			b.WriteString(strings.Repeat(" ", min(2+2*i, 4)) + line + "\n")
		}
	}
}

func (t Table) rows(b *strings.Builder) {
	names := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		names[i] = c.Title
	}
	widths := t.widths(names)
	t.row(b, names, widths)
	for _, row := range t.Rows {
		t.row(b, row, widths)
	}
}

func (t Table) widths(names []string) []int {
	widths := make([]int, len(names))
	for _, row := range append([][]string{names}, t.Rows...) {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	last := len(widths) - 1
	used := 2
	for _, w := range widths[:last] {
		used += w + 2
	}
	widths[last] = max(min(widths[last], Width-used), 4)
	return widths
}

func (t Table) row(b *strings.Builder, cells []string, widths []int) {
	last := len(cells) - 1
	var line strings.Builder
	line.WriteString("  ")
	for i, cell := range cells[:last] {
		line.WriteString(pad(cell, widths[i], t.Columns[i].Right) + "  ")
	}
	indent := utf8.RuneCountInString(line.String())
	for i, part := range wrap(cells[last], widths[last]) {
		if i > 0 {
			line.WriteString(strings.Repeat(" ", indent))
		}
		line.WriteString(pad(part, widths[last], t.Columns[last].Right))
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
		line.Reset()
	}
}

func pad(s string, width int, right bool) string {
	space := strings.Repeat(" ", max(0, width-utf8.RuneCountInString(s)))
	if right {
		return space + s
	}
	return s + space
}

// wrap breaks a text at blanks into lines of at most width runes, and within a word that is longer than that. An empty text is
// one empty line.
func wrap(s string, width int) []string {
	lines := []string{}
	line := ""
	for word := range strings.FieldsSeq(s) {
		for utf8.RuneCountInString(word) > width {
			if line != "" {
				lines, line = append(lines, line), ""
			}
			runes := []rune(word)
			lines, word = append(lines, string(runes[:width])), string(runes[width:])
		}
		switch {
		case line == "":
			line = word
		case utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) <= width:
			line += " " + word
		default:
			lines = append(lines, line)
			line = word
		}
	}
	return append(lines, line)
}

// markdown writes the table for a page.
func (t Table) markdown(b *strings.Builder) {
	fmt.Fprintf(b, "\n## %s\n\n", t.Title)
	if len(t.Columns) > 0 {
		table := texttable.Table{Columns: t.Columns}
		for _, r := range t.Rows {
			cells := make([]string, len(r))
			for i, cell := range r {
				cells[i] = texttable.Cell(cell)
			}
			table.Rows = append(table.Rows, cells)
		}
		table.Markdown(b)
	}
	if len(t.Notes) > 0 {
		b.WriteString("\n")
	}
	for _, note := range t.Notes {
		b.WriteString("- " + note + "\n")
	}
}
