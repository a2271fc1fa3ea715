package report

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/mskfit/mskfit/internal/report/view"
	"github.com/mskfit/mskfit/verdict"
)

func TestHTMLGolden(t *testing.T) {
	for name, story := range stories {
		t.Run(name, func(t *testing.T) { golden(t, name+".html", []byte(render(t, html, story()))) })
	}
}

// The file must work from a mail or an archive: nothing is fetched, and names cannot become markup.
func TestHTMLNeedsNoNetworkAndRunsNothing(t *testing.T) {
	foreign := regexp.MustCompile(`(?i)<script|<link|<iframe|<img|src=|href="[^#]|url\(|@import|javascript:|https?://| on[a-z]+=`)
	for name, story := range stories {
		if got := foreign.FindString(render(t, html, story())); got != "" {
			t.Errorf("%s holds %q", name, got)
		}
	}
}

func TestHTMLStaysSmallWithManyTopics(t *testing.T) {
	v := observed()
	for i := range 20000 {
		v.Topics = append(v.Topics, verdict.TopicFigures{Name: fmt.Sprintf("topic-%d", i), Partitions: 6})
	}
	if n := len(render(t, html, v)); n > 1e6 {
		t.Errorf("a report over 20,000 topics has %d bytes, over a megabyte", n)
	}
}

func TestHTMLSaysEveryOutcomeInWords(t *testing.T) {
	got := render(t, html, ecommerce())
	for _, want := range []string{">FAIL<", ">ok<", "Not checked: client connections", "Provisioned Express",
		"24\u00a0×\u00a0express.m7g.8xlarge", "8\u00a0MiB", "about $498,000 a month"} {
		if !strings.Contains(got, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}

func BenchmarkHTML(b *testing.B) {
	v := observed()
	for i := range 20000 {
		v.Topics = append(v.Topics, verdict.TopicFigures{Name: fmt.Sprintf("topic-%d", i), Partitions: 6})
	}
	for b.Loop() {
		var out bytes.Buffer
		if err := html(&out, v); err != nil {
			b.Fatal(err)
		}
	}
}

// The report of a daemon that has watched 500 topics for two weeks, with its charts: under 200 ms and a megabyte.
func BenchmarkHTMLOf500Topics(b *testing.B) {
	v, past := longlived(500)
	size := 0
	for b.Loop() {
		var out bytes.Buffer
		if err := HTML(&out, view.Of(v, past)); err != nil {
			b.Fatal(err)
		}
		size = out.Len()
	}
	b.ReportMetric(float64(size), "bytes/page")
}

func TestHTMLOf500TopicsIsUnderAMegabyte(t *testing.T) {
	v, past := longlived(500)
	var out bytes.Buffer
	if err := HTML(&out, view.Of(v, past)); err != nil {
		t.Fatal(err)
	}
	if out.Len() > 1e6 {
		t.Errorf("the report has %d bytes, over a megabyte", out.Len())
	}
}
