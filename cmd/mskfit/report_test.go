package main

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/internal/config"
	"github.com/mskfit/mskfit/internal/daemon"
	"github.com/mskfit/mskfit/internal/testbed/mskfake"
)

// A report about no cluster fails and says why.
func TestAReportOnNoClusterFails(t *testing.T) {
	file := mskfake.File(t, mskfake.Config(t, &mskfake.Server{})+mskfake.Once+"msk: [{cloudwatch: {backfill: 0s}}]\n")
	cfg, err := config.Load(file)
	if err != nil {
		t.Fatal(err)
	}
	d, err := daemon.Open(t.Context(), cfg, daemon.Options{Quiet: true, Log: zerolog.Nop()})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(d.Once(t.Context()), d.Close()); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	cmd := newReport()
	cmd.SetArgs([]string{"-c", file})
	cmd.SetOut(&out)
	cmd.SetErr(io.Discard)
	cmd.SilenceUsage, cmd.SilenceErrors = true, true
	err = cmd.ExecuteContext(t.Context())
	var coded *codedError
	if !errors.As(err, &coded) || coded.code != exitFailed || !strings.Contains(err.Error(), "no cluster is known") {
		t.Errorf("error %v, want exit code %d and that no cluster is known", err, exitFailed)
	}
	if out.Len() > 0 {
		t.Errorf("printed %q", out.String())
	}
}
