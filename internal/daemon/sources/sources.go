package sources

import (
	"context"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/collector"
	"github.com/mskfit/mskfit/collector/kafka"
	"github.com/mskfit/mskfit/internal/agent"
	"github.com/mskfit/mskfit/internal/config"
	"github.com/mskfit/mskfit/internal/workload"
)

// Wanted is one source of a cluster as the configuration asks for it.
type Wanted struct {
	// Name is what figures and gaps of the source carry.
	Name string
	// cfg is its part of the configuration and files are those that it names, by which a reload sees whether it has changed.
	cfg   any
	files []string
	// Open makes the source without connecting yet.
	Open func(zerolog.Logger) (*Source, error)
}

// Source is an open source.
type Source struct {
	collector.Source
	// Past is nil for a source that reads nothing back; Reach is how far it goes.
	Past  agent.Past
	Reach time.Duration
	// Late is how old its newest figures may be; nil: they are those of the present.
	Late func() time.Duration
	// Spent is what was sent to the brokers and received from them so far; nil for sources that do not count it.
	Spent func() kafka.Stats
	// cloudwatch is the source where it is one; it knows what asking costs.
	cloudwatch *mskSource
	end        func()
}

// Release closes the source's connections, if it has any.
func (s *Source) Release() {
	if s.end != nil {
		s.end()
	}
}

// Of lists the sources of a cluster. A new kind of source has its place here.
func Of(c config.Cluster, access *Access) []Wanted {
	var out []Wanted
	if c.Kafka != nil {
		cfg := c.Kafka.Config
		out = append(out, Wanted{"kafka", cfg, cfg.Files(), func(log zerolog.Logger) (*Source, error) {
			return openKafka(cfg,
				log)
		}})
	}
	if c.MSK != nil {
		out = append(out, wantedMSK(*c.MSK, c.Name, c.Region, access))
	}
	if c.Prometheus != nil {
		cfg := *c.Prometheus
		out = append(out, Wanted{"prometheus", cfg, cfg.Files(), func(zerolog.Logger) (*Source, error) { return openServer(cfg) }})
	}
	if c.Exporters != nil {
		cfg := *c.Exporters
		out = append(out, Wanted{"exporters", cfg, cfg.Files(), func(zerolog.Logger) (*Source, error) {
			return openPages(cfg,
				time.Now)
		}})
	}
	return out
}

func openKafka(cfg kafka.Config, log zerolog.Logger) (*Source, error) {
	s, err := kafka.New(cfg, log)
	if err != nil {
		return nil, err
	}
	out := &Source{Source: s, end: s.Close, Spent: s.Stats}
	if cfg.Backfill > 0 {
		back := &kafkaPast{cfg: cfg, log: log}
		out.Past, out.Reach = back, cfg.Backfill.Duration()
		out.Spent = func() kafka.Stats { return s.Stats().Plus(back.stats()) }
	}
	return out, nil
}

// kafkaPast reads back a cluster's log with a client of its own, beside the sweeps.
type kafkaPast struct {
	cfg kafka.Config
	log zerolog.Logger

	mu sync.Mutex
	// spent is what has ended, running is what runs; nil: nothing does.
	spent   kafka.Stats
	running *kafka.Source
}

// ReadBack goes back from where b has come to.
func (p *kafkaPast) ReadBack(ctx context.Context, b agent.Backfill, emit func(workload.Sample, agent.Progress) error) error {
	s, err := kafka.New(p.cfg, p.log)
	if err != nil {
		return err
	}
	defer s.Close()
	p.begin(s)
	defer p.end()
	return s.ReadBack(ctx, workload.Window{Start: b.Span.Start, End: b.Reached}, func(sample workload.Sample) error {
		return emit(sample, agent.Progress{Reached: sample.Window.Start})
	})
}

func (p *kafkaPast) begin(s *kafka.Source) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.running = s
}

func (p *kafkaPast) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.spent = p.spent.Plus(p.running.Stats())
	p.running = nil
}

// stats is what reading back has cost so far.
func (p *kafkaPast) stats() kafka.Stats {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.running != nil {
		return p.spent.Plus(p.running.Stats())
	}
	return p.spent
}
