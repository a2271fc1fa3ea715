// Package texttable writes tables as text: columns with a title and an alignment, rows of cells. Start with [New].
package texttable

import (
	"fmt"
	"strings"
)

// Column is one column of a table.
type Column struct {
	Title string
	// Right aligns the cells right, as numbers should be.
	Right bool
}

// Columns returns a column for each title; a title that starts with ">" aligns its column right.
func Columns(titles ...string) []Column {
	out := make([]Column, len(titles))
	for i, t := range titles {
		out[i].Title, out[i].Right = strings.CutPrefix(t, ">")
	}
	return out
}

// Table is a table in the making. Cells are ready for where the table is written: Markdown escapes nothing.
type Table struct {
	Columns []Column
	Rows    [][]string
}

// New returns a table without rows; titles are those of [Columns].
func New(titles ...string) *Table { return &Table{Columns: Columns(titles...)} }

// Row adds a row, each cell as fmt.Sprint writes it.
func (t *Table) Row(cells ...any) {
	row := make([]string, len(cells))
	for i, c := range cells {
		row[i] = fmt.Sprint(c)
	}
	t.Rows = append(t.Rows, row)
}

// Markdown writes the table in GitHub's dialect, titles included when there are no rows.
func (t *Table) Markdown(b *strings.Builder) {
	titles, rule := make([]string, len(t.Columns)), make([]string, len(t.Columns))
	for i, c := range t.Columns {
		titles[i], rule[i] = c.Title, "---"
		if c.Right {
			rule[i] = "---:"
		}
	}
	line(b, titles)
	line(b, rule)
	for _, r := range t.Rows {
		line(b, r)
	}
}

func line(b *strings.Builder, cells []string) {
	b.WriteString("| " + strings.Join(cells, " | ") + " |\n")
}

var cell = strings.NewReplacer("|", `\|`, "\n", " ")

// Cell escapes what would end a cell of a Markdown table; a line break becomes a blank.
func Cell(s string) string { return cell.Replace(s) }
