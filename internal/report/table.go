package report

import (
	"strings"
)

// column is one column of a table for a terminal.
type column struct {
	title string
	// right aligns numbers.
	right bool
	// wraps says that long text goes on in the next line; otherwise it is cut in the middle.
	wraps bool
	// optional columns are left out when the table is too wide, the last one first.
	optional bool
}

const gap = 2

// table draws rows under titles, within the screen's width. Columns take what their widest cell needs; when that is too
// much, optional columns go, then the widest column gives way until all fit. A row may have one cell more than there are
// columns: it stands below the row as a note.
func (s *screen) table(cols []column, rows [][]span) {
	keep := fit(cols, natural(cols, rows), s.width)
	var titles []span
	for _, c := range cols {
		titles = append(titles, span{c.title, dim})
	}
	if hasTitle(cols) {
		s.row(cols, keep, titles)
	}
	for _, r := range rows {
		s.row(cols, keep, r)
		if len(r) > len(cols) && r[len(cols)].text != "" {
			s.item(span{"  ", plain}, r[len(cols)].text, r[len(cols)].style)
		}
	}
}

func hasTitle(cols []column) bool {
	for _, c := range cols {
		if c.title != "" {
			return true
		}
	}
	return false
}

func natural(cols []column, rows [][]span) []int {
	out := make([]int, len(cols))
	for i, c := range cols {
		out[i] = width(c.title)
		for _, r := range rows {
			out[i] = max(out[i], width(r[i].text))
		}
	}
	return out
}

// fit returns the width of each column, 0 for one left out.
func fit(cols []column, widths []int, room int) []int {
	for i := len(cols) - 1; i >= 0 && total(widths) > room; i-- {
		if cols[i].optional {
			widths[i] = 0
		}
	}
	for total(widths) > room {
		widest := -1
		for i, w := range widths {
			if w > 1 && (widest < 0 || score(cols[i], w) > score(cols[widest], widths[widest])) {
				widest = i
			}
		}
		if widest < 0 {
			break
		}
		widths[widest]--
	}
	return widths
}

// score says how readily a column gives way: wrapped text first, then text that is cut, numbers last.
func score(c column, w int) int {
	switch {
	case c.right:
		return w
	case c.wraps && w > 12:
		return w + 30
	}
	return w + 8
}

func total(widths []int) int {
	sum := 0
	for _, w := range widths {
		if w > 0 {
			sum += w + gap
		}
	}
	return sum - gap
}

// row draws one row, over as many lines as its wrapped cells need.
func (s *screen) row(cols []column, widths []int, cells []span) {
	lines := make([][]string, len(cols))
	height := 1
	for i, c := range cols {
		if widths[i] == 0 {
			continue
		}
		lines[i] = []string{cut(cells[i].text, widths[i])}
		if c.wraps {
			lines[i] = wrap(cells[i].text, widths[i])
		}
		height = max(height, len(lines[i]))
	}
	for n := range height {
		s.put(s.rowLine(cols, widths, cells, lines, n))
	}
}

func (s *screen) rowLine(cols []column, widths []int, cells []span, lines [][]string, n int) string {
	var b strings.Builder
	pending := 0
	for i, c := range cols {
		if widths[i] == 0 {
			continue
		}
		text := ""
		if n < len(lines[i]) {
			text = lines[i][n]
		}
		padded := pad(text, widths[i], c.right)
		body := strings.TrimSpace(text)
		before := len(padded) - len(strings.TrimLeft(padded, " "))
		if body == "" {
			pending += widths[i] + gap
			continue
		}
		b.WriteString(strings.Repeat(" ", pending+before) + s.paint(body, cells[i].style))
		pending = widths[i] - before - width(body) + gap
	}
	return b.String()
}
