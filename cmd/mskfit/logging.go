package main

import (
	"errors"
	"io"
	"os"
	"time"

	"github.com/rs/zerolog"
	"github.com/spf13/cobra"
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

// logger writes to stderr, for people or as JSON lines. Its level has been checked.
func (l *logging) logger(stderr io.Writer) zerolog.Logger {
	level, err := zerolog.ParseLevel(l.level)
	if err != nil || l.quiet {
		level = zerolog.ErrorLevel
	}
	w := stderr
	if l.style == "console" {
		w = zerolog.ConsoleWriter{Out: stderr, TimeFormat: time.TimeOnly, NoColor: l.noColor || !mayColor(stderr)}
	}
	return zerolog.New(w).Level(level).With().Timestamp().Logger()
}

// progress reports whether a live line may be drawn on stderr.
func (l *logging) progress(stderr io.Writer) bool {
	return !l.quiet && isTerminal(stderr) && os.Getenv("TERM") != "dumb"
}
