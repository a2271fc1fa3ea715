package words

import (
	"flag"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite testdata/messages.txt")

const module, listed = "../..", "testdata/messages.txt"

// TestMessages: every text for people is in one file, so that all of them can be read in one sitting and a change of
// words is seen as one.
func TestMessages(t *testing.T) {
	now := listing(messages(t, module))
	if *update {
		if err := os.WriteFile(filepath.FromSlash(listed), []byte(now), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	was, err := os.ReadFile(filepath.FromSlash(listed))
	if err != nil {
		t.Fatalf("%v: run go test ./internal/words -update", err)
	}
	if now != string(was) {
		t.Errorf("%s is not current, first at %q: run go test ./internal/words -update and read the diff", listed,
			firstDifference(now, string(was)))
	}
}

// listing writes the messages below the name of their package.
func listing(all []message) string {
	var b strings.Builder
	b.WriteString("Every text that a person can read. Written by: go test ./internal/words -update\n")
	folder := ""
	for _, m := range all {
		if d := path.Dir(m.file); d != folder {
			folder = d
			fmt.Fprintf(&b, "\n## %s\n\n", folder)
		}
		fmt.Fprintf(&b, "%s: %s\n", path.Base(m.file), m.text)
	}
	return b.String()
}

func firstDifference(now, was string) string {
	old := strings.Split(was, "\n")
	for i, line := range strings.Split(now, "\n") {
		if i >= len(old) || line != old[i] {
			return line
		}
	}
	return "the end"
}

// refused are terms that the voice in CONTRIBUTING.md rules out, with what to write instead.
var refused = []struct{ term, instead string }{
	{`told|tells? of`, "sent, reported, known"},
	{`nobody|somebody|everybody|anybody|whoever`, "no team, a team, everyone; or name who"},
	{`mend(s|ed|ing)?`, "fix"},
	{`thrift`, "cost"},
	{`as far as`, "what could be checked; limited by"},
	{`of which`, "name the thing again"},
	{`(is|are) to be`, "must be, will be"},
	{`be had`, "available"},
	{`anew`, "again"},
	{`by now|at present|for the moment`, "now"},
	{`wish(es)?`, "want, declare"},
	{`thereby|hence|whilst|upon|amongst`, "so, while, on, among"},
	{`laid over`, "replaces"},
	{`as whom`, "identity"},
	{`none of ours`, "not supported"},
	{`stands?`, "is, is listed, holds"},
	{`alone`, "only"},
	{`look at it|the look`, "check it; the observation"},
	{`takes? for granted`, "assumes"},
	{`weigh(s|ed)?`, "compare, consider"},
}

// right are the phrases in which a refused term is the right word: an abbreviation stands for something, one topic is
// too large even alone, and mends is a key of the verdict's JSON.
var right = regexp.MustCompile(`(?i)\bstands? for\b|\btopic %s alone has\b|^mends is\b`)

// TestTerms: no text for people uses a refused term.
func TestTerms(t *testing.T) {
	all := messages(t, module)
	for _, r := range refused {
		found := regexp.MustCompile(`(?i)\b(` + r.term + `)\b`)
		for _, m := range all {
			if text := right.ReplaceAllString(m.text, ""); found.MatchString(text) {
				t.Errorf("%s: %q in %q: write %s", m.file, found.FindString(text), m.text, r.instead)
			}
		}
	}
}

func TestTextsOfGo(t *testing.T) {
	const file = "package p\n\nimport _ \"not a/message here\"\n\ntype t struct {\n\tA int `yaml:\"not a message\"`\n}\n\n" +
		"var a, b, c = \"the first \" + \"message\", \"read \" + name + \" again\", \"SELECT name FROM tables\"\n"
	texts, err := goTexts([]byte(file))
	if want := "the first message|read {name} again"; err != nil || strings.Join(texts, "|") != want {
		t.Errorf("texts %q, error %v, want %q", strings.Join(texts, "|"), err, want)
	}
}

func TestTextsOfTemplates(t *testing.T) {
	texts, err := templateTexts([]byte(`<style>p {color: red}</style><p title="not checked yet">{{if .A}}Open alerts{{end}}</p>{{/* no text here */}}{{f "What if"}}`))
	if want := "What if|not checked yet|…Open alerts…"; err != nil || strings.Join(texts, "|") != want {
		t.Errorf("texts %q, error %v, want %q", strings.Join(texts, "|"), err, want)
	}
}
