package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/spf13/cobra"
)

// Release builds set these; a plain go build takes them from the module's build information.
var version, commit, date string

func newVersion() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version, with commit and date",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := fmt.Fprint(cmd.OutOrStdout(), versionLine())
			return err
		},
	}
}

func versionLine() string {
	return fmt.Sprintf("mskfit %s %s %s/%s\n", buildOf(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
}

// build says from what this program was built; what is unknown is empty.
type build struct {
	version, commit string
	// date is the commit's, so that it does not depend on when it was built.
	date     time.Time
	modified bool
}

func (b build) String() string {
	out := b.version
	if b.commit != "" {
		out += fmt.Sprintf(" (commit %.12s", b.commit)
		if b.modified {
			out += " with changes"
		}
		if !b.date.IsZero() {
			out += ", " + b.date.UTC().Format("2006-01-02")
		}
		out += ")"
	}
	return out
}

func buildOf() build {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		info = &debug.BuildInfo{}
	}
	return buildFrom(info, version, commit, date)
}

// buildFrom prefers what a release build was given to what the Go command noted.
func buildFrom(info *debug.BuildInfo, version, commit, date string) build {
	b := build{version: version, commit: commit}
	if b.version == "" && info.Main.Version != "(devel)" {
		b.version = info.Main.Version
	}
	if b.version == "" {
		b.version = "development"
	}
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision" && b.commit == "":
			b.commit = s.Value
		case s.Key == "vcs.time" && date == "":
			date = s.Value
		case s.Key == "vcs.modified" && commit == "":
			b.modified = s.Value == "true"
		}
	}
	b.date, _ = time.Parse(time.RFC3339, date) // unknown when it is not written so
	return b
}

// currentVersion is only the version.
func currentVersion() string { return buildOf().version }
