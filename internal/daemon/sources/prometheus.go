package sources

import (
	"context"
	"time"

	"github.com/mskfit/mskfit/collector/prometheus"
	"github.com/mskfit/mskfit/internal/agent"
	"github.com/mskfit/mskfit/internal/workload"
)

// serverPast is how far a Prometheus server is read back at the first run: two weeks, the window that verdicts rest on.
const serverPast = 14 * 24 * time.Hour

func openServer(cfg prometheus.Config) (*Source, error) {
	s, err := prometheus.NewServerSource(cfg)
	if err != nil {
		return nil, err
	}
	return &Source{Source: s, Past: serverReadBack{s}, Reach: serverPast, end: s.Close}, nil
}

func openPages(cfg prometheus.Exporters, now func() time.Time) (*Source, error) {
	s, err := prometheus.NewPageSource(cfg, now)
	if err != nil {
		return nil, err
	}
	return &Source{Source: s, end: s.Close}, nil
}

// serverReadBack reads a server's past back, the newest first, as the agent asks for it.
type serverReadBack struct{ source *prometheus.ServerSource }

// ReadBack goes back from where b has come to.
func (s serverReadBack) ReadBack(ctx context.Context, b agent.Backfill, emit func(workload.Sample, agent.Progress) error) error {
	return s.source.ReadBack(ctx, workload.Window{Start: b.Span.Start, End: b.Reached}, func(sample workload.Sample) error {
		return emit(sample, agent.Progress{Reached: sample.Window.Start})
	})
}
