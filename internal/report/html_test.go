package report

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/mskfit/mskfit/verdict"
)

func TestHTMLGolden(t *testing.T) {
	for name, story := range stories {
		t.Run(name, func(t *testing.T) { golden(t, name+".html", []byte(render(t, HTML, story()))) })
	}
}

// The file must work from a mail or an archive: nothing is fetched, and names cannot become markup.
func TestHTMLNeedsNoNetworkAndRunsNothing(t *testing.T) {
	foreign := regexp.MustCompile(`(?i)<script|<link|<iframe|<img|src=|href=|url\(|@import|javascript:|https?://`)
	for name, story := range stories {
		if got := foreign.FindString(render(t, HTML, story())); got != "" {
			t.Errorf("%s holds %q", name, got)
		}
	}
}

func TestHTMLStaysSmallWithManyTopics(t *testing.T) {
	v := observed()
	for i := range 20000 {
		v.Topics = append(v.Topics, verdict.TopicFigures{Name: fmt.Sprintf("topic-%d", i), Partitions: 6})
	}
	if n := len(render(t, HTML, v)); n > 1e6 {
		t.Errorf("a report over 20,000 topics has %d bytes, over a megabyte", n)
	}
}

func TestHTMLSaysEveryOutcomeInWords(t *testing.T) {
	got := render(t, HTML, ecommerce())
	for _, want := range []string{">FAIL<", ">ok<", ">?<", "Provisioned Express", "24 × express.m7g.8xlarge", "$497,749.47 a month"} {
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
		if err := HTML(&out, v); err != nil {
			b.Fatal(err)
		}
	}
}
