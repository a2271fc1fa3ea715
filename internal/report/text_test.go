package report

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/mskfit/mskfit/internal/report/view"
	"github.com/mskfit/mskfit/verdict"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden compares got with a file of testdata, or rewrites it with -update.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs from what was reviewed; run with -update and read the diff.\ngot:\n%s", file, got)
	}
}

var stories = map[string]func() verdict.Verdict{
	"ecommerce": ecommerce, "observed": observed, "undecided": undecided, "split": split, "hopeless": hopeless,
	"empty": func() verdict.Verdict { return verdict.Verdict{} },
}

func text(t *testing.T, v verdict.Verdict, o TextOptions) string {
	t.Helper()
	var b bytes.Buffer
	if err := Text(&b, view.Of(v, view.Past{}), o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestTextGolden(t *testing.T) {
	for name, story := range stories {
		t.Run(name, func(t *testing.T) {
			golden(t, name+".summary.60.txt", []byte(text(t, story(), TextOptions{Width: 60, Hint: "More: --details."})))
			golden(t, name+".summary.80.txt", []byte(text(t, story(), TextOptions{Width: 80, Hint: "More: --details."})))
			golden(t, name+".60.txt", []byte(text(t, story(), TextOptions{Width: 60, Details: true})))
			golden(t, name+".80.txt", []byte(text(t, story(), TextOptions{Width: 80, Details: true})))
			golden(t, name+".120.txt", []byte(text(t, story(), TextOptions{Width: 120, Details: true})))
			golden(t, name+".80.color.txt", []byte(text(t, story(), TextOptions{Width: 80, Color: true, Details: true})))
		})
	}
}

var sgr = regexp.MustCompile("\x1b\\[[0-9;]*m")

func TestTextColorAddsOnlyColor(t *testing.T) {
	for name, story := range stories {
		painted := text(t, story(), TextOptions{Width: 80, Color: true, Details: true})
		if got, want := sgr.ReplaceAllString(painted, ""), text(t, story(), TextOptions{Width: 80, Details: true}); got != want {
			t.Errorf("%s: without its colours the text is\n%s\nwant\n%s", name, got, want)
		}
	}
}

func TestTextKeepsTheWidth(t *testing.T) {
	for name, story := range stories {
		for w := minWidth; w <= 200; w += 7 {
			for i, line := range strings.Split(text(t, story(), TextOptions{Width: w, Details: true}), "\n") {
				if got := width(line); got > w {
					t.Errorf("%s at %d columns, line %d has %d: %q", name, w, i+1, got, line)
				}
			}
		}
	}
}

func TestTextFirstScreen(t *testing.T) {
	lines := strings.Split(text(t, ecommerce(), TextOptions{Width: 80}), "\n")
	first := strings.Join(lines[:min(firstScreen, len(lines))], "\n")
	for _, want := range []string{"24 × express.m7g.8xlarge, about $498,000 a month", "Fits, with open questions", "Why",
		"22.5 times", "How sure",
		"Open", "How many clients", "Prices a month", "$497,749", "MSK Serverless", "$2,103,570", "744 × kafka.m7g.large",
		"Prices of 2025-04-04"} {
		if !strings.Contains(first, want) {
			t.Errorf("the first screen lacks %q:\n%s", want, first)
		}
	}
}

func TestHeadlineTellsNothingFitsFromNothingKnown(t *testing.T) {
	for _, test := range []struct {
		v    verdict.Verdict
		want string
	}{
		{undecided(), "Undecided\nNot enough data.\nNo cluster is recommended yet"},
		{hopeless(), "Nothing fits\nEvery option breaks a limit.\n"},
	} {
		if got := text(t, test.v, TextOptions{}); !strings.Contains(got, test.want) {
			t.Errorf("the headline of %s is not %q:\n%s", test.v.Cluster, test.want, got)
		}
	}
}

func TestTextSaysUnknownAndNeverZero(t *testing.T) {
	got := text(t, undecided(), TextOptions{Width: 80, Details: true})
	if !strings.Contains(got, "Unknown: ingress, egress, ") {
		t.Errorf("absent ingress is not said to be unknown:\n%s", got)
	}
	if regexp.MustCompile(`(?m)^Ingress +0`).MatchString(got) {
		t.Errorf("absent ingress is shown as zero:\n%s", got)
	}
}

// No word and no number with its unit is broken, however narrow the terminal; names of topics may be.
func TestTextBreaksNoWord(t *testing.T) {
	for name, story := range map[string]verdict.Verdict{"ecommerce": ecommerce(), "hopeless": hopeless()} {
		for _, w := range []int{60, 72, 80} {
			got := text(t, story, TextOptions{Width: w, Details: true})
			sentences := slices.Clone(story.Reasons)
			for _, s := range story.Steps {
				sentences = append(sentences, s.Finding)
			}
			for _, r := range story.Options[0].Rules {
				if r.Outcome == verdict.Fail {
					sentences = append(sentences, r.Evidence)
				}
			}
			for _, c := range story.Options[2].Cost {
				sentences = append(sentences, c.Item)
			}
			for _, sentence := range sentences {
				for _, word := range phrases(sentence)[1:] { // the first may have become a capital
					if !strings.Contains(got, word) {
						t.Errorf("%s at %d columns breaks %q:\n%s", name, w, word, got)
					}
				}
			}
		}
	}
}

func TestUnitsStayWithTheirNumbers(t *testing.T) {
	for _, phrase := range []string{"8 MiB", "11.9 %", "30 s", "14 days", "200 MB/s", "24 × express.m7g.8xlarge", "60 brokers"} {
		for w := 12; w < 40; w++ {
			if width(phrase) > w {
				continue
			}
			if lines := wrap("the limit is "+phrase+" as AWS says it is", w); !slices.ContainsFunc(lines,
				func(l string) bool { return strings.Contains(l, phrase) }) {
				t.Errorf("%q is broken at %d columns: %q", phrase, w, lines)
			}
		}
	}
}
