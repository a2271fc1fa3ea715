package page

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io"
	"regexp"
	"strings"

	"github.com/mskfit/mskfit/internal/report/chart"
	"github.com/mskfit/mskfit/internal/report/view"
)

//go:embed *.html
var files embed.FS

// CSS is the style sheet.
//
//go:embed style.css
var CSS string

// The widths in pixels that a chart is drawn for; the style sheet shows the one that fits the window.
const (
	wide   = 940
	narrow = 350
)

// parts is never executed: html/template copies no template that was. whole is the copy that writes pages.
var (
	parts = template.Must(template.New("parts").Funcs(Funcs()).ParseFS(files, "*.html"))
	whole = Parts()
)

// Parts returns a copy of the sections, to which a caller may add templates of its own.
func Parts() *template.Template { return template.Must(parts.Clone()) }

// Funcs are what the sections call: css (the style sheet), svg (a drawing at a width), tone (the class of a word), wide and narrow.
func Funcs() template.FuncMap {
	return template.FuncMap{
		"css":  func() template.CSS { return template.CSS(CSS) },
		"svg":  svg,
		"tone": Tone,
		"wide": func() int { return wide }, "narrow": func() int { return narrow },
		"join": strings.Join,
		"dict": dict,
	}
}

func svg(d chart.Drawing, width int) (template.HTML, error) {
	s, err := d.SVG(width)
	return template.HTML(s), err // the chart package escapes its labels
}

// dict makes a map of alternating keys and values, for a part with more than one argument.
func dict(pairs ...any) (map[string]any, error) {
	out := map[string]any{}
	for i := 0; i+1 < len(pairs); i += 2 {
		key, ok := pairs[i].(string)
		if !ok {
			return nil, fmt.Errorf("dict: key %d is no string", i)
		}
		out[key] = pairs[i+1]
	}
	return out, nil
}

// Tone maps the words of a page to the style sheet's classes.
func Tone(word string) string {
	switch word {
	case "ok", "yes", "certain":
		return "good"
	case "FAIL", "no", "none":
		return "bad"
	case "?", "unknown", "open", "undecided":
		return "warn"
	}
	return "mute"
}

// Write writes the report as one file that needs no network: style and drawings are in it, light and dark, on a screen and on
// paper. A Content-Security-Policy in the file forbids everything else.
func Write(w io.Writer, p view.Page) error {
	var b bytes.Buffer
	if err := whole.ExecuteTemplate(&b, "report.html", p); err != nil {
		return fmt.Errorf("write report of %q as HTML: %w", p.Cluster, err)
	}
	_, err := w.Write(Typeset(b.Bytes()))
	return err
}

var (
	numberWithUnit = regexp.MustCompile(`(\d) ([KMGTPE]?i?B(?:/s)?|s|h|ms|days?|hours|minutes|times)\b`)
	percentSign    = regexp.MustCompile(`(\d) ([%×])`)
	timesWhat      = regexp.MustCompile(`× (\w)`)
)

// Typeset keeps a number and its unit on one line: "8 MiB", "71 %", "3 × kafka.m7g.large".
func Typeset(html []byte) []byte {
	html = percentSign.ReplaceAll(html, []byte("$1\u00a0$2"))
	html = numberWithUnit.ReplaceAll(html, []byte("$1\u00a0$2"))
	return timesWhat.ReplaceAll(html, []byte("×\u00a0$1"))
}
