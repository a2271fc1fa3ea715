package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
)

// windowFlag is a span of past time: "2026-03-01/2026-03-08", "2026-03-01T18:00Z/12h", "7d" for the last seven days.
type windowFlag struct {
	text string
	now  time.Time
	w    *workload.Window
}

const windowSyntax = "write START/END (2026-03-01/2026-03-08T12:00Z), START/DURATION (2026-03-01/7d), or a DURATION up to now (7d); times without a zone are UTC"

// Set reads the flag.
func (f *windowFlag) Set(text string) error {
	f.text = text
	start, end, has := strings.Cut(text, "/")
	if !has {
		span, err := workload.ParseSpan(text)
		if err != nil || span <= 0 {
			return fmt.Errorf("%q is not a window: %s", text, windowSyntax)
		}
		return f.take(f.now.Add(-span.Duration()), f.now)
	}
	from, err := moment(start)
	if err != nil {
		return fmt.Errorf("%q is not a time: %s", start, windowSyntax)
	}
	if end == "" || end == "now" {
		return f.take(from, f.now)
	}
	if to, err := moment(end); err == nil {
		return f.take(from, to)
	}
	span, err := workload.ParseSpan(end)
	if err != nil {
		return fmt.Errorf("%q is neither a time nor a duration: %s", end, windowSyntax)
	}
	return f.take(from, from.Add(span.Duration()))
}

// take refuses windows that hold nothing.
func (f *windowFlag) take(from, to time.Time) error {
	switch {
	case !from.Before(to):
		return fmt.Errorf("the window %s ends before it starts", f.text)
	case from.After(f.now):
		return fmt.Errorf("the window %s has not started", f.text)
	}
	if to.After(f.now) {
		to = f.now
	}
	f.w = &workload.Window{Start: from.UTC(), End: to.UTC()}
	return nil
}

// String is the flag as it was given.
func (f *windowFlag) String() string { return f.text }

// Type is how the help names it.
func (f *windowFlag) Type() string { return "window" }

func moment(text string) (time.Time, error) {
	var t time.Time
	var err error
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04", time.DateOnly} {
		if t, err = time.Parse(layout, text); err == nil {
			return t, nil
		}
	}
	return t, err
}
