package main

import (
	"strings"
	"testing"
	"time"
)

func TestWindowsOfThePast(t *testing.T) {
	now := time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	for text, want := range map[string]string{
		"7d":                                   "2026-03-03T12:00:00Z 2026-03-10T12:00:00Z",
		"2026-03-01/2026-03-08":                "2026-03-01T00:00:00Z 2026-03-08T00:00:00Z",
		"2026-03-01T18:00Z/12h":                "2026-03-01T18:00:00Z 2026-03-02T06:00:00Z",
		"2026-03-01T18:00:00+01:00/2026-03-02": "2026-03-01T17:00:00Z 2026-03-02T00:00:00Z",
		"2026-03-09/":                          "2026-03-09T00:00:00Z 2026-03-10T12:00:00Z",
		"2026-03-09/14d":                       "2026-03-09T00:00:00Z 2026-03-10T12:00:00Z", // the future holds nothing
	} {
		f := windowFlag{now: now}
		if err := f.Set(text); err != nil {
			t.Errorf("%s: %v", text, err)
		} else if got := f.w.Start.Format(time.RFC3339) + " " + f.w.End.Format(time.RFC3339); got != want {
			t.Errorf("%s is %s, want %s", text, got, want)
		}
	}
	for text, want := range map[string]string{
		"soon":                  "is not a window: write START/END",
		"2026-13-01/7d":         "is not a time",
		"2026-03-01/later":      "is neither a time nor a duration",
		"2026-03-08/2026-03-01": "ends before it starts",
		"2027-03-08/7d":         "has not started",
	} {
		f := windowFlag{now: now}
		if err := f.Set(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: the error %v does not say %q", text, err, want)
		}
	}
}
