package report

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/mskfit/mskfit/internal/report/view"
	"github.com/mskfit/mskfit/verdict"
)

func html(w io.Writer, v verdict.Verdict) error { return HTML(w, view.Of(v, view.Past{})) }

func inMarkdown(w io.Writer, v verdict.Verdict) error { return Markdown(w, view.Of(v, view.Past{})) }

func render(t *testing.T, as func(io.Writer, verdict.Verdict) error, v verdict.Verdict) string {
	t.Helper()
	var b bytes.Buffer
	if err := as(&b, v); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestMarkdownGolden(t *testing.T) {
	for name, story := range stories {
		t.Run(name, func(t *testing.T) { golden(t, name+".md", []byte(render(t, inMarkdown, story()))) })
	}
}

func TestMarkdownEscapes(t *testing.T) {
	for in, want := range map[string]string{
		"orders":                    "orders",
		"a|b":                       `a\|b`,
		"a`b*c_d[e](f)":             "a\\`b\\*c\\_d\\[e\\](f)",
		"<script>alert(1)</script>": `\<script\>alert(1)\</script\>`,
		"a &amp; ~x~":               `a \&amp; \~x\~`,
		"# title":                   `\# title`,
		"15.2 MB/s":                 "15.2 MB/s",
		"http://x.example/a":        `http\://x.example/a`,
		"- item":                    `\- item`,
		"1. item":                   `1\. item`,
		`back\slash`:                `back\\slash`,
	} {
		if got := esc(in); got != want {
			t.Errorf("esc(%q) = %q, want %q", in, got, want)
		}
	}
}

// Every row of a table has as many cells as its head, whatever the names hold.
func TestMarkdownTablesKeepTheirShape(t *testing.T) {
	for name, story := range stories {
		cells := 0
		for i, line := range strings.Split(render(t, inMarkdown, story()), "\n") {
			if !strings.HasPrefix(line, "|") {
				cells = 0
				continue
			}
			n := strings.Count(line, "|") - strings.Count(line, `\|`)
			if cells != 0 && n != cells {
				t.Errorf("%s line %d has %d bars, its table %d: %s", name, i+1, n, cells, line)
			}
			cells = n
		}
	}
}
