package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/collector/kafka"
	"github.com/mskfit/mskfit/internal/observe"
	"github.com/mskfit/mskfit/internal/workload"
)

// readBack reads back a cluster's log with a client of its own, beside the sweeps.
type readBack struct {
	cfg kafka.Config
	log zerolog.Logger

	mu  sync.Mutex
	src *kafka.Source // nil before it begins
}

var _ observe.Past = (*readBack)(nil)

// ReadBack reads back the span.
func (l *readBack) ReadBack(ctx context.Context, span workload.Window, emit func(workload.Sample) error) error {
	src, err := kafka.New(l.cfg, l.log.Level(max(l.log.GetLevel(), zerolog.WarnLevel))) // its sweep is none of the observation's
	if err != nil {
		return err
	}
	defer src.Close()
	l.mu.Lock()
	l.src = src
	l.mu.Unlock()
	return src.ReadBack(ctx, span, emit)
}

// stats are what reading back has cost so far.
func (l *readBack) stats() kafka.Stats {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.src == nil {
		return kafka.Stats{}
	}
	return l.src.Stats()
}

// spanFlag is a flag for a duration that may be in days.
type spanFlag workload.Span

// Set reads the flag.
func (s *spanFlag) Set(text string) error {
	v, err := workload.ParseSpan(text)
	*s = spanFlag(v)
	return err
}

// String writes it as it may be written.
func (s *spanFlag) String() string {
	const day = 24 * time.Hour
	if d := time.Duration(*s); d%day != 0 || d == 0 {
		return d.String()
	}
	return fmt.Sprintf("%dd", time.Duration(*s)/day)
}

// Type is how the help calls its value.
func (s *spanFlag) Type() string { return "duration" }
