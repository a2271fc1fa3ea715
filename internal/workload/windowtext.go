package workload

import (
	"fmt"
	"strings"
	"time"
)

const windowSyntax = "write START/END (2026-03-01/2026-03-08T12:00Z), START/DURATION (2026-03-01/7d), or a DURATION up to now (7d); times without a zone are UTC"

// ParseWindow reads a span of past time: "2026-03-01/2026-03-08", "2026-03-01T18:00Z/12h", or "7d" for the seven days up to now. It
// refuses a window that is empty or has not started, and cuts one that ends after now.
func ParseWindow(text string, now time.Time) (Window, error) {
	start, end, has := strings.Cut(text, "/")
	if !has {
		span, err := ParseSpan(text)
		if err != nil || span <= 0 {
			return Window{}, fmt.Errorf("%q is not a window: %s", text, windowSyntax)
		}
		return pastWindow(text, now.Add(-span.Duration()), now, now)
	}
	from, err := moment(start)
	if err != nil {
		return Window{}, fmt.Errorf("%q is not a time: %s", start, windowSyntax)
	}
	if end == "" || end == "now" {
		return pastWindow(text, from, now, now)
	}
	if to, err := moment(end); err == nil {
		return pastWindow(text, from, to, now)
	}
	span, err := ParseSpan(end)
	if err != nil {
		return Window{}, fmt.Errorf("%q is neither a time nor a duration: %s", end, windowSyntax)
	}
	return pastWindow(text, from, from.Add(span.Duration()), now)
}

func pastWindow(text string, from, to, now time.Time) (Window, error) {
	switch {
	case !from.Before(to):
		return Window{}, fmt.Errorf("the window %s ends before it starts", text)
	case from.After(now):
		return Window{}, fmt.Errorf("the window %s has not started", text)
	}
	if to.After(now) {
		to = now
	}
	return Window{Start: from.UTC(), End: to.UTC()}, nil
}

var momentLayouts = []string{time.RFC3339, "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04",
	time.DateOnly}

func moment(text string) (t time.Time, err error) {
	for _, layout := range momentLayouts {
		if t, err = time.Parse(layout, text); err == nil {
			return t, nil
		}
	}
	return t, err
}
