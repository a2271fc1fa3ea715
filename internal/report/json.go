package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"unicode"

	"github.com/mskfit/mskfit/verdict"
)

// JSON writes the verdict itself, indented, with a newline at the end. Characters that do not print are written as
// escapes, which is the same JSON and does not control a terminal.
func JSON(w io.Writer, v verdict.Verdict) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("write verdict of %q as JSON: %w", v.Cluster, err)
	}
	_, err := w.Write(escapeUnprintable(b.Bytes()))
	return err
}

// escapeUnprintable replaces what encoding/json leaves as it is: C1 controls, bidirectional marks and the like. They
// can only be inside strings.
func escapeUnprintable(data []byte) []byte {
	if bytes.IndexFunc(data, unprintable) < 0 {
		return data
	}
	var out bytes.Buffer
	for _, r := range string(data) {
		switch {
		case !unprintable(r):
			out.WriteRune(r)
		case r > 0xffff:
			high, low := (r-0x10000)>>10+0xd800, (r-0x10000)&0x3ff+0xdc00
			fmt.Fprintf(&out, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&out, `\u%04x`, r)
		}
	}
	return out.Bytes()
}

func unprintable(r rune) bool { return r != '\n' && !unicode.IsPrint(r) && !unicode.Is(unicode.Zs, r) }
