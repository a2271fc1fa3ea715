package report

import (
	"strings"
)

// column is one column of a table for a terminal.
type column struct {
	title string
	// right aligns numbers.
	right bool
	// wraps says that long text continues in the next line; otherwise it is cut in the middle where it must be.
	wraps bool
	// cuts says that the column gives way before the others do: names, which are known by their ends.
	cuts bool
	// optional columns are left out when the table is too wide, the last one first.
	optional bool
}

const gap = 2

// table draws rows under titles, within the screen's width. Columns take what their widest cell needs; when that is too
// much, optional columns go, then the widest column gives way until all fit. A row may have one cell more than there are
// columns: it is below the row as a note.
func (s *screen) table(cols []column, rows [][]span) {
	keep := fit(cols, natural(cols, rows), words(cols, rows), s.width)
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

// longestWord is the longest word that a wrapping column makes room for; longer ones are names, and broken.
const longestWord = 28

// words is how wide each column must be for no word to be broken, or no number to be cut.
func words(cols []column, rows [][]span) []int {
	out := make([]int, len(cols))
	for i, c := range cols {
		out[i] = width(c.title)
		for _, r := range rows {
			switch {
			case c.wraps:
				for _, word := range phrases(r[i].text) {
					out[i] = max(out[i], min(width(word), longestWord))
				}
			case c.cuts:
				out[i] = max(out[i], min(width(r[i].text), longestWord/2))
			default:
				out[i] = max(out[i], width(r[i].text))
			}
		}
	}
	return out
}

// fit returns the width of each column, 0 for one left out: optional columns go first, then the widest of those that can give way,
// down to their longest word, and only then are words broken.
func fit(cols []column, widths, least []int, room int) []int {
	for i := len(cols) - 1; i >= 0 && total(widths) > room; i-- {
		if cols[i].optional && !couldFit(cols, widths, least, room) {
			widths[i], least[i] = 0, 0
		}
	}
	for total(widths) > room {
		widest := -1
		for i, w := range widths {
			if w > max(1, least[i]) && (widest < 0 || w > widths[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			if !lowered(least) {
				break
			}
			continue
		}
		widths[widest]--
	}
	return widths
}

// couldFit reports whether the columns fit with every wrapping and cut column as narrow as its words allow.
func couldFit(cols []column, widths, least []int, room int) bool {
	narrow := make([]int, len(cols))
	for i := range cols {
		narrow[i] = min(widths[i], least[i])
	}
	return total(narrow) <= room
}

// lowered takes one off the largest of the least widths; false when all are down to nothing.
func lowered(least []int) bool {
	most := 0
	for i, n := range least {
		if n > least[most] {
			most = i
		}
	}
	if least[most] <= 1 {
		return false
	}
	least[most]--
	return true
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
