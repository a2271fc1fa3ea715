package main

import (
	"runtime/debug"
	"testing"
)

func TestVersionSaysCommitAndDate(t *testing.T) {
	settings := []debug.BuildSetting{{Key: "vcs.revision", Value: "0123456789abcdef0123"},
		{Key: "vcs.time", Value: "2026-03-02T10:00:00Z"}, {Key: "vcs.modified", Value: "true"}}
	built := &debug.BuildInfo{Main: debug.Module{Version: "(devel)"}, Settings: settings}
	installed := &debug.BuildInfo{Main: debug.Module{Version: "v1.2.3"}}
	for _, tt := range []struct {
		info                  *debug.BuildInfo
		version, commit, date string
		want                  string
	}{
		{built, "", "", "", "development (commit 0123456789ab with changes, 2026-03-02)"},
		{built, "1.2.4", "fedcba9876543210", "2026-04-01T00:00:00Z", "1.2.4 (commit fedcba987654, 2026-04-01)"},
		{built, "1.2.4", "fedcba9876543210", "yesterday", "1.2.4 (commit fedcba987654)"},
		{installed, "", "", "", "v1.2.3"},
		{&debug.BuildInfo{}, "", "", "", "development"},
	} {
		if got := buildFrom(tt.info, tt.version, tt.commit, tt.date).String(); got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}
