package main

import (
	"errors"
	"io"
	"os"
	"time"

	"github.com/rs/zerolog"
	"github.com/spf13/cobra"

	"github.com/mskfit/mskfit/internal/progress"
)

// logging is how loud a command is on stderr.
type logging struct {
	level   string
	style   string
	quiet   bool
	noColor bool
}

var (
	levels    = []string{"debug", "info", "warn", "error"}
	logStyles = []string{"console", "json"}
)

func (l *logging) addTo(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&l.level, "log-level", "warn", "log from `LEVEL` on: debug, info, warn or error")
	f.StringVar(&l.style, "log-format", "console", "log as `FORMAT`: console or json")
	f.BoolVar(&l.quiet, "quiet", false, "no progress and no log below error")
	f.BoolVar(&l.noColor, "no-color", false, "no colour, like NO_COLOR in the environment")
	complete(cmd, "log-level", levels)
	complete(cmd, "log-format", logStyles)
}

func (l *logging) check() error {
	return errors.Join(oneOf("--log-level", l.level, levels), oneOf("--log-format", l.style, logStyles))
}

// open returns the log on stderr, for people or as JSON lines, and the line on which progress is shown: nil, which draws
// nothing, unless stderr is a terminal and no one asked for quiet. The log makes room for the line. check comes first.
func (l *logging) open(stderr io.Writer) (zerolog.Logger, *progress.Line) {
	level, err := zerolog.ParseLevel(l.level)
	if err != nil || l.quiet {
		level = zerolog.ErrorLevel
	}
	var line *progress.Line
	w := stderr
	if !l.quiet && isTerminal(stderr) && os.Getenv("TERM") != "dumb" {
		line = progress.New(stderr, func() int { return textWidth(stderr) })
		w = line
	}
	if l.style == "console" {
		w = zerolog.ConsoleWriter{Out: w, TimeFormat: time.TimeOnly, NoColor: l.noColor || !mayColor(stderr)}
	}
	return zerolog.New(w).Level(level).With().Timestamp().Logger(), line
}
