package report

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mattn/go-runewidth"
)

// columns measures text in terminal cells. Characters of ambiguous width count one cell whatever the locale, so that the
// same verdict gives the same bytes everywhere.
var columns = runewidth.Condition{StrictEmojiNeutral: true}

func width(s string) int { return columns.StringWidth(s) }

// cut shortens s to w cells from the middle: topic names differ at both ends.
func cut(s string, w int) string {
	if width(s) <= w {
		return s
	}
	if w <= 1 {
		return columns.Truncate("…", w, "")
	}
	head := columns.Truncate(s, w/2, "")
	rest := columns.TruncateLeft(s, width(s)-(w-1-width(head)), "")
	return head + "…" + strings.TrimLeft(rest, " ") // half of a wide character has become a space
}

// pad fills s with spaces to w cells, on the left for numbers.
func pad(s string, w int, right bool) string {
	space := strings.Repeat(" ", max(w-width(s), 0))
	if right {
		return space + s
	}
	return s + space
}

// wrap breaks s into lines of at most w cells, at spaces where it can. A number stays with its unit.
func wrap(s string, w int) []string {
	var lines []string
	line := ""
	for _, word := range phrases(s) {
		switch {
		case line == "":
			line = word
		case width(line)+1+width(word) <= w:
			line += " " + word
		default:
			lines = append(lines, line)
			line = word
		}
		for width(line) > w {
			head := columns.Truncate(line, w, "")
			if head == "" { // not even one character fits
				return append(lines, cut(line, w))
			}
			lines = append(lines, head)
			line = line[len(head):]
		}
	}
	if line == "" && len(lines) > 0 {
		return lines
	}
	return append(lines, line)
}

// phrases splits s at spaces, but leaves together what is read together: "200 MB/s", "82 %", "24 × express.m7g.large".
func phrases(s string) []string {
	var out []string
	for _, word := range strings.Fields(s) {
		if n := len(out); n > 0 && joins(out[n-1], word) {
			out[n-1] += " " + word
			continue
		}
		out = append(out, word)
	}
	return out
}

func joins(before, word string) bool {
	if width(before)+width(word) > 28 {
		return false
	}
	return endsInDigit(before) && isUnit(word) || strings.HasSuffix(before, "×")
}

func endsInDigit(s string) bool { return s != "" && s[len(s)-1] >= '0' && s[len(s)-1] <= '9' }

// smallUnits are the units that are written small.
var smallUnits = []string{"s", "h", "ms", "times", "days", "hours", "minutes", "brokers", "partitions"}

func isUnit(s string) bool {
	first, _ := utf8.DecodeRuneInString(s)
	return first == '%' || first == '×' || unicode.IsUpper(first) && width(s) <= 6 ||
		slices.Contains(smallUnits, strings.TrimRight(s, ".,;:)"))
}
