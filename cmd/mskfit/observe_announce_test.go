package main

import (
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"github.com/mskfit/mskfit/collector/kafka"
	"github.com/mskfit/mskfit/internal/observe"
	"github.com/mskfit/mskfit/internal/progress"
)

// A verdict that goes to a file, with no terminal to show how far it has come, begins with a line.
func TestObserveSaysThatItHasBegun(t *testing.T) {
	for name, tc := range map[string]struct {
		out  output
		line *progress.Line
		want string
	}{
		"to a file":       {output{file: "v.html"}, nil, "observing k:9092 for 1m0s\n"},
		"to stdout":       {output{}, nil, ""},
		"quiet":           {output{file: "v.html", logging: logging{quiet: true}}, nil, ""},
		"on a terminal":   {output{file: "v.html"}, &progress.Line{}, ""},
		"explicit stdout": {output{file: "-"}, nil, ""},
	} {
		var stderr strings.Builder
		cmd := &cobra.Command{}
		cmd.SetErr(&stderr)
		o := observation{cfg: kafka.Config{Bootstrap: []string{"k:9092"}}, plan: observe.Plan{For: time.Minute}, out: &tc.out,
			line: tc.line}
		o.announce(cmd)
		if stderr.String() != tc.want {
			t.Errorf("%s: %q, want %q", name, &stderr, tc.want)
		}
	}
}
