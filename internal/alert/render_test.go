package alert

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestDefaultTemplateSaysEverything(t *testing.T) {
	got, err := DefaultTemplate().Render(ExampleMessage(), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"shop: warning: ingress per cluster at 82 % of the limit and 2 more\n",
		"RAISED  ingress per cluster  ████████░░ 82 %\n  ingress p99 164 MB/s is 82 % of the quota of 200 MB/s\n  since 2026-03-02 10:00 UTC\n",
		"when: expected to pass the limit on 2026-03-11",
		"moved most since 2026-02-23: topic orders +21 MB/s (70 % of the change)\n    then topic clicks +6 MB/s",
		"how sure: derived, ±1 %", "and 1 more, on the dashboard",
		"shop  MSK Serverless  $1,299.60 a month  (was 3 × express.m7g.large)", "lab  undecided",
		"$1,299.60 a month for 1 of 2 clusters; 1 undecided", "https://mskfit.example.com/clusters/shop",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the text does not say %q:\n%s", want, got)
		}
	}
	if strings.Contains(got, "<no value>") || strings.Contains(got, "\n\n\n") {
		t.Errorf("the text has holes:\n%s", got)
	}
}

func TestTemplatesThatCannotWorkAreRefused(t *testing.T) {
	for text, want := range map[string]string{
		"{{.Title":           "unclosed action",
		"{{.Nothing}}":       "can't evaluate field Nothing",
		"{{index .Items 5}}": "index out of range",
		"{{frobnicate .}}":   `function "frobnicate" not defined`,
		"{{range .Items}}{{.Action.Boom}}{{end}}":                                             "can't evaluate field Boom",
		`{{define "a"}}{{template "a" .}}{{end}}{{template "a" .}}`:                           "exceeded maximum template depth",
		"{{range $i := .Title}}{{end}}{{panic}}":                                              `function "panic" not defined`,
		"{{range .Items}}{{range $.Items}}{{slice .Title 9}}{{end}}{{end}}{{slice .Title 9}}": "out of range",
	} {
		_, err := parseTemplate("mine", text, time.Minute) // whatever else the machine does
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
	if _, err := ParseTemplate("mine", "{{.Cluster}}: {{len .Items}}"); err != nil {
		t.Errorf("a good template: %v", err)
	}
}

// A number that is not there is unknown, and not 0 %.
func TestTemplatesSayUnknown(t *testing.T) {
	tpl, err := ParseTemplate("mine", `{{range .Items}}{{percent .Utilization}} {{bar .Utilization}} {{amount .Observed .Unit}} {{day .Expected}};{{end}}`)
	if err != nil {
		t.Fatal(err)
	}
	got, err := tpl.Render(Message{Items: []Item{{}}}, 1000)
	if want := "unknown unknown unknown unknown;"; err != nil || got != want {
		t.Errorf("got %q (%v), want %q", got, err, want)
	}
}

func TestATemplateThatWritesWithoutEndIsStopped(t *testing.T) {
	text := `{{define "x"}}` + strings.Repeat("0123456789", 1000) + `{{end}}{{range .Items}}` +
		strings.Repeat(`{{template "x"}}`, 200) + `{{end}}`
	if _, err := ParseTemplate("mine", text); err == nil || !strings.Contains(err.Error(), "writes more than 1 MiB") {
		t.Errorf("got %v", err)
	}
}

// A template that does not end is stopped, in whatever way it goes on, when it is read.
func TestATemplateWithoutEndIsRefused(t *testing.T) {
	doubling := ""
	for i := range 60 {
		doubling += fmt.Sprintf(`{{define "t%d"}}{{template "t%d"}}{{template "t%d"}}{{end}}`, i, i+1, i+1)
	}
	for name, text := range map[string]string{
		"a long range":          "{{range 1000000000000}}{{end}}",
		"a range in others":     "{{if true}}x{{else}}y{{end}}{{with .Title}}{{range 1000000000000}}{{continue}}{{end}}{{end}}",
		"a range in an else":    "{{range .Items}}{{else}}{{range 1000000000000}}{{end}}{{end}}",
		"ranges in ranges":      strings.Repeat("{{range 1000}}", 6) + strings.Repeat("{{end}}", 6),
		"a range in a define":   `{{define "x"}}{{range 1000000000000}}{{end}}{{end}}{{template "x"}}`,
		"templates that double": doubling + `{{define "t60"}}{{end}}{{template "t0"}}`,
	} {
		before := time.Now()
		if _, err := parseTemplate("mine", text, 20*time.Millisecond); err == nil ||
			!strings.Contains(err.Error(), "an endless range") {
			t.Errorf("%s: %v", name, err)
		}
		if took := time.Since(before); took > time.Minute {
			t.Errorf("%s: it was stopped after %s only", name, took)
		}
	}
}

// Nor does a template go on that ends for the examples and not for a message; the next message has its own time.
func TestAMessageWithoutEndIsStopped(t *testing.T) {
	tpl, err := parseTemplate("mine", `{{if eq .Cluster "orders"}}{{range 1000000000000}}{{end}}{{end}}{{.Cluster}}`, time.Second)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tpl.Render(Message{Cluster: "orders"}, 1000); err == nil ||
		!strings.Contains(err.Error(), "template mine: it takes longer than 1s for a message: check for an endless range") {
		t.Errorf("got %v", err)
	}
	if got, err := tpl.Render(Message{Cluster: "shop"}, 1000); err != nil || got != "shop" {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestCutKeepsCharactersWhole(t *testing.T) {
	for _, tc := range []struct {
		in    string
		limit int
		want  string
	}{{"abc", 3, "abc"}, {"abcdef", 5, "ab…"}, {"üüü", 5, "ü…"}, {"abc", 0, ""}, {"abcdef", 2, ""}} {
		if got := Cut(tc.in, tc.limit); got != tc.want || len(got) > tc.limit {
			t.Errorf("Cut(%q, %d) = %q, want %q", tc.in, tc.limit, got, tc.want)
		}
	}
}

func TestPercentRoundsToTheNearestButNeverToALimit(t *testing.T) {
	for share, want := range map[float64]string{0: "0 %", 0.001: "under 1 %", 0.29: "29 %", 0.809: "81 %",
		0.9999: "just under 100 %", 1: "100 %", 1.001: "just over 100 %", 1.045: "105 %"} {
		if got := Percent(share); got != want {
			t.Errorf("Percent(%g) = %q, want %q", share, got, want)
		}
	}
}

func TestBar(t *testing.T) {
	for u, want := range map[float64]string{0: "░░░░", 0.5: "██░░", 1: "████", 1.5: "████+", -1: "░░░░"} {
		if got := Bar(u, 4); got != want {
			t.Errorf("Bar(%g) = %q, want %q", u, got, want)
		}
	}
}
