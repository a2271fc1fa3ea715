package daemon

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/internal/agent"
	"github.com/mskfit/mskfit/internal/config"
	"github.com/mskfit/mskfit/internal/progress"
	"github.com/mskfit/mskfit/internal/testbed/mskfake"
	"github.com/mskfit/mskfit/internal/web"
	"github.com/mskfit/mskfit/internal/workload"
)

// A single run says on the terminal what it does, how far reading back has come, and leaves nothing there.
func TestASingleRunShowsItsProgress(t *testing.T) {
	server := &mskfake.Server{Clusters: []*mskfake.Cluster{mskfake.Provisioned("orders", "kafka.m5.large", 3)},
		Metrics: mskfake.ProvisionedMetrics("orders", 3, mskfake.Office)}
	cfg, err := config.Load(mskfake.File(t, mskfake.Config(t, server)+mskfake.Once+
		"msk: [{regions: [us-east-1], cloudwatch: {backfill: 2d}}]\n"))
	if err != nil {
		t.Fatal(err)
	}
	var screen, log bytes.Buffer
	line := progress.New(&screen, func() int { return 100 })
	d, err := Open(t.Context(), cfg, Options{Quiet: true, Line: line, Log: zerolog.New(&log)})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"searching for the clusters of the msk lines", "collecting from 1 cluster",
		"orders: cloudwatch was read",
		"orders: reading back 2 days from cloudwatch: 0 %", "orders: reading back 2 days from cloudwatch: 50 %"} {
		if !strings.Contains(screen.String(), want) {
			t.Errorf("the terminal does not show %q", want)
		}
	}
	if !strings.HasSuffix(screen.String(), "\r\x1b[K") {
		t.Errorf("the line stays: %q", screen.String()[max(0, screen.Len()-80):])
	}
	if !strings.Contains(log.String(), `"step":"collecting from 1 cluster"`) {
		t.Errorf("the log does not say what is done: %s", log.String())
	}
}

// Without a terminal only the log says how far reading back has come, every half a minute.
func TestReadingBackIsLogged(t *testing.T) {
	now := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	var log bytes.Buffer
	p := newRunProgress(web.NewMetrics("test"), nil, zerolog.New(&log), func() time.Time { return now })
	b := agent.Backfill{Span: workload.Window{Start: now.Add(-100 * time.Hour), End: now}}
	for i := range 100 {
		b.Reached = now.Add(-time.Duration(i) * time.Hour)
		p.Backfilled("orders", "cloudwatch", b)
		if i%10 == 9 {
			now, b.Span.Start, b.Span.End = now.Add(10*time.Second), b.Span.Start.Add(10*time.Second),
				b.Span.End.Add(10*time.Second)
		}
	}
	if got := strings.Count(log.String(), "reading back"); got != 3 {
		t.Errorf("%d lines in 100 seconds, want one every 30:\n%s", got, log.String())
	}
}
