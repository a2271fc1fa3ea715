package alert

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"text/template"
	"time"
	"unicode/utf8"

	"github.com/mskfit/mskfit/analyzer"
	"github.com/mskfit/mskfit/internal/workload"
)

//go:embed text.tmpl
var defaultText string

// Template writes a message as text. The default is embedded; users may give their own in Go's text/template language over
// [Message], with the functions upper, percent, bar, rate, usd, date and day.
type Template struct{ t *template.Template }

// DefaultTemplate returns the embedded template.
func DefaultTemplate() Template {
	return Template{template.Must(template.New("text").Funcs(functions).Parse(defaultText))}
}

// ParseTemplate reads a user's template and tries it on messages with and without everything, so that a template that
// cannot work is refused when it is read and not when it is needed.
func ParseTemplate(name, text string) (Template, error) {
	t, err := template.New(name).Funcs(functions).Parse(text)
	if err != nil {
		return Template{}, fmt.Errorf("template: %w", err)
	}
	tpl := Template{t}
	for _, m := range []Message{ExampleMessage(), {Title: "empty"}} {
		if _, err := tpl.Render(m, math.MaxInt); err != nil {
			return Template{}, err
		}
	}
	return tpl, nil
}

// maxRendered stops a template that writes without end.
const maxRendered = 1 << 20

// Render writes the message, cut to at most limit bytes between two characters, with "…" where something was cut.
func (t Template) Render(m Message, limit int) (text string, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("template %s: %v", t.t.Name(), p)
		}
	}()
	var b bytes.Buffer
	if err := t.t.Execute(&limited{w: &b, left: maxRendered}, m); err != nil {
		return "", fmt.Errorf("template: %w", err)
	}
	return Cut(b.String(), limit), nil
}

// Cut shortens s to at most limit bytes without splitting a character.
func Cut(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	const mark = "…"
	end := max(limit-len(mark), 0)
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	if limit < len(mark) {
		return s[:end]
	}
	return s[:end] + mark
}

type limited struct {
	w    io.Writer
	left int
}

func (l *limited) Write(p []byte) (int, error) {
	if len(p) > l.left {
		return 0, errors.New("writes more than 1 MiB")
	}
	l.left -= len(p)
	return l.w.Write(p)
}

var functions = template.FuncMap{
	"upper":   func(v any) string { return strings.ToUpper(fmt.Sprint(v)) },
	"percent": func(v any) string { return workload.FormatNumber(number(v)*100) + " %" },
	"bar":     func(v any) string { return Bar(number(v), 10) },
	"rate":    func(v any) string { return signed(number(v)) },
	"usd":     func(v any) string { return workload.FormatUSD(number(v)) },
	"date":    func(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 MST") },
	"day":     func(t *time.Time) string { return t.UTC().Format("2006-01-02") },
}

func signed(v float64) string {
	if v < 0 {
		return "−" + workload.FormatByteRate(-v)
	}
	return "+" + workload.FormatByteRate(v)
}

// number reads a float or a pointer to one; anything else is 0.
func number(v any) float64 {
	switch n := v.(type) {
	case float64:
		return n
	case *float64:
		if n != nil {
			return *n
		}
	}
	return 0
}

// Bar draws a utilization with width cells; beyond the limit it is full and ends in "+".
func Bar(utilization float64, width int) string {
	full := int(math.Round(math.Max(0, math.Min(utilization, 1)) * float64(width)))
	bar := strings.Repeat("█", full) + strings.Repeat("░", width-full)
	if utilization > 1 {
		bar += "+"
	}
	return bar
}

// ExampleMessage is a message with everything in it: for previews, tests of a target, and trying templates.
func ExampleMessage() Message {
	at := time.Date(2026, 3, 2, 10, 10, 0, 0, time.UTC)
	expected := at.AddDate(0, 0, 9)
	observed, limit, utilization, today := 164e6, 200e6, 0.82, 1840.0
	choice := &analyzer.Choice{Kind: analyzer.Serverless, Clusters: 1, MonthlyUSD: 1299.6}
	movers := []analyzer.Mover{{Kind: "topic", Name: "orders", Change: 21e6, Share: 0.7, Unit: "bytes/s"}, {Kind: "topic", Name: "clicks", Change: 6e6, Share: 0.2, Unit: "bytes/s"}}
	return Message{
		Schema: Schema, ID: "example", Kind: KindDrift, Cluster: "shop", Region: "us-east-1", Severity: analyzer.LevelWarning,
		Title: "shop: warning: ingress per cluster at 82 % of the limit and 1 more", At: at, Choice: choice,
		Link: "https://mskfit.example.com/clusters/shop", Thread: "drift/shop",
		Items: []Item{
			{Key: "serverless.ingress_per_cluster", State: Raised, Level: analyzer.LevelWarning, Title: "ingress per cluster",
				Reason: "ingress p99 164 MB/s is 82 % of the quota of 200 MB/s", Observed: &observed, Limit: &limit, Unit: "bytes/s", Utilization: &utilization,
				Since: at.Add(-10 * time.Minute), Movers: movers, Action: "cluster: move topic clicks to a second Serverless cluster", Sure: "derived, ±1 %"},
			{Key: "forecast/serverless.partitions_non_compacted", State: Raised, Level: analyzer.LevelWarning, Title: "forecast of leader partitions",
				Reason: "the quota of 2,400 is expected to be passed on 2026-03-11", Since: at.Add(-10 * time.Minute), Expected: &expected},
		},
		Omitted: 1,
		Report: &Report{TotalUSD: 1299.6, Undecided: 1, Clusters: []ReportRow{
			{Cluster: "shop", Choice: choice, Before: &analyzer.Choice{Kind: analyzer.Express, Size: "express.m7g.large", Brokers: 3}, CurrentUSD: &today, Reason: "ingress is 82 % of the quota", Movers: movers},
			{Cluster: "lab", Reason: "6 minutes of data; an hour is needed"}}},
	}
}
