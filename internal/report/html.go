package report

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"math"

	"github.com/mskfit/mskfit/verdict"
)

//go:embed page.html
var pageHTML string

var htmlPage = template.Must(template.New("page").Funcs(template.FuncMap{
	"bar":   barWidth,
	"class": outcomeClass,
	"none":  noneClass,
}).Parse(pageHTML))

// HTML writes the verdict as one file that needs no network: styles and drawings are in it, light and dark, on a screen
// and on paper.
func HTML(w io.Writer, v verdict.Verdict) error {
	var b bytes.Buffer
	if err := htmlPage.Execute(&b, newPage(v)); err != nil {
		return fmt.Errorf("write verdict of %q as HTML: %w", v.Cluster, err)
	}
	_, err := w.Write(b.Bytes())
	return err
}

// barLength is the drawn length of a limit; what lies beyond is drawn up to overflow and no further.
const (
	barLength = 100.0
	overflow  = 120.0
)

// barWidth returns the length of a bar in the drawing's units, 0 for nil.
func barWidth(ratio *float64) float64 {
	if ratio == nil {
		return 0
	}
	return math.Round(10*math.Min(*ratio*barLength, overflow)) / 10
}

// outcomeClass maps the words of a page to the style sheet's classes.
func outcomeClass(word string) string {
	switch word {
	case "ok", "yes":
		return "good"
	case "FAIL", "no":
		return "bad"
	case "?", unknown:
		return "open"
	}
	return "mute"
}

// noneClass marks cells with nothing to say, which a narrow screen leaves out.
func noneClass(word string) string {
	if word == none {
		return " none"
	}
	return ""
}
