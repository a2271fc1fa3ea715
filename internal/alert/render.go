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

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

//go:embed text.tmpl
var defaultText string

// Template writes a message as text. The default is embedded; users may give their own in Go's text/template language over
// [Message], with the functions upper, percent, bar, usd, amount, moved, date and day.
type Template struct {
	t *template.Template
	// patience is how long it may take for one message.
	patience time.Duration
}

// DefaultTemplate returns the embedded template.
func DefaultTemplate() Template {
	return Template{template.Must(bounded("text", defaultText)), longestRender}
}

// ParseTemplate reads a user's template and tries it on messages with and without everything, so that a template that
// cannot work is refused when it is read and not when it is needed.
func ParseTemplate(name, text string) (Template, error) {
	return parseTemplate(name, text, longestRender)
}

func parseTemplate(name, text string, patience time.Duration) (Template, error) {
	t, err := bounded(name, text)
	if err != nil {
		return Template{}, fmt.Errorf("template: %w", err)
	}
	tpl := Template{t, patience}
	return tpl, tpl.try()
}

// longestRender is how long a template may take for a message. A good one takes under a millisecond; on a machine that is busy with
// something else that may be seconds.
const longestRender = 10 * time.Second

func (t Template) try() error {
	for _, m := range []Message{ExampleMessage(), {Title: "empty"}} {
		if _, err := t.Render(m, math.MaxInt); err != nil {
			return err
		}
	}
	return nil
}

// maxRendered stops a template that writes without end.
const maxRendered = 1 << 20

// Render writes the message, cut to at most limit bytes between two characters, with "…" where something was cut. A template that
// takes longer than ten seconds or writes more than 1 MiB is an error.
func (t Template) Render(m Message, limit int) (text string, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("template %s: %v", t.t.Name(), p)
		}
	}()
	one, err := t.t.Clone()
	if err != nil {
		return "", fmt.Errorf("template: %w", err)
	}
	var b bytes.Buffer
	err = one.Funcs(untilThen(time.Now().Add(t.patience))).Execute(&limited{w: &b, left: maxRendered}, m)
	switch {
	case errors.Is(err, errTooLong):
		return "", fmt.Errorf("template %s: it takes longer than %s for a message: check for an endless range", t.t.Name(),
			t.patience)
	case err != nil:
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

// Of a number that is not there the functions say "unknown".
var functions = template.FuncMap{
	"upper":   func(v any) string { return strings.ToUpper(strings.ReplaceAll(fmt.Sprint(v), "_", " ")) },
	"percent": func(v any) string { return known(v, Percent) },
	"bar":     func(v any) string { return known(v, func(u float64) string { return Bar(u, 10) }) },
	"usd":     func(v any) string { return known(v, workload.FormatUSD) },
	"amount": func(v any, unit string) string {
		return known(v, func(n float64) string { return verdict.Amount(n, unit) })
	},
	"moved": Moved,
	"date":  date,
	"day":   day,
}

// known writes a float or what a pointer to one leads to.
func known(v any, write func(float64) string) string {
	switch n := v.(type) {
	case float64:
		return write(n)
	case *float64:
		if n != nil {
			return write(*n)
		}
	}
	return "unknown"
}

// Percent writes a share as every other text of mskfit does: 0.829 is "83 %", and 0.999 is "just under 100 %".
func Percent(v float64) string { return workload.FormatPercent(v) }

// Moved says how far a topic or group moved: "topic orders +21 MB/s (70 % of the change)".
func Moved(m verdict.Contributor) string {
	sign, change := "+", m.Change
	if change < 0 {
		sign, change = "−", -change
	}
	return fmt.Sprintf("%s %s %s%s (%s of the change)", m.Kind, m.Name, sign, verdict.Amount(change, m.Unit), Percent(m.Share))
}

// date and day write a time.Time or a pointer to one.
func date(v any) string { return written(v, "2006-01-02 15:04 MST") }
func day(v any) string  { return written(v, "2006-01-02") }

func written(v any, layout string) string {
	switch t := v.(type) {
	case time.Time:
		return t.UTC().Format(layout)
	case *time.Time:
		if t != nil {
			return t.UTC().Format(layout)
		}
	}
	return "unknown"
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
