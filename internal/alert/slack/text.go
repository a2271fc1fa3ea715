package slack

import (
	"strings"
	"unicode/utf16"
)

// Slack counts characters. Where it does not say which, UTF-16 units are the safe reading: no other gives more.
func units(s string) (n int) {
	for _, r := range s {
		n += max(utf16.RuneLen(r), 1)
	}
	return n
}

const ellipsis = '…'

// escape makes any text safe in Slack's text objects, where & < > begin links, mentions and entities, and cuts it to at most
// limit characters without splitting a character or an entity. Control characters become spaces; line breaks stay.
func escape(s string, limit int) string {
	var b strings.Builder
	used, lastSafe := 0, 0 // lastSafe is how long the text may be with an ellipsis behind it
	for _, r := range s {
		piece := string(r)
		switch {
		case r == '&':
			piece = "&amp;"
		case r == '<':
			piece = "&lt;"
		case r == '>':
			piece = "&gt;"
		case r != '\n' && (r < ' ' || r == 0x7f):
			piece = " "
		}
		n := units(piece)
		if used+n > limit {
			return b.String()[:lastSafe] + strings.Repeat(string(ellipsis), min(limit, 1))
		}
		b.WriteString(piece)
		if used += n; used < limit {
			lastSafe = b.Len()
		}
	}
	return b.String()
}

// code puts a text into Slack's fixed-width form; a backtick in it would end it early.
func code(s string) string { return "`" + strings.ReplaceAll(s, "`", "'") + "`" }

// inline escapes a text for one line.
func inline(s string, limit int) string {
	return escape(strings.Join(strings.Fields(s), " "), limit)
}
