package agent

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
)

// Backfill is how far reading back one source of a cluster has come. It is kept in the ledger: a restart goes on where the last
// run was stopped.
type Backfill struct {
	// Span is what was asked for when it began: from the reach of the configuration to the first sight of the cluster.
	Span workload.Window `json:"span"`
	// Reached is the oldest instant that was read back so far.
	Reached time.Time `json:"reached"`
	// Done: the span, or all that the source remembers of it, is read.
	Done bool `json:"done"`
}

// Ratio is the part of the span that is done, 0–1.
func (b Backfill) Ratio() float64 {
	switch whole := b.Span.Duration(); {
	case b.Done:
		return 1
	case whole <= 0:
		return 0
	default:
		return min(1, max(0, b.Span.End.Sub(b.Reached).Seconds()/whole.Seconds()))
	}
}

// backfill reads back what was before the cluster was first seen, from all sources that can. What is done is remembered, and
// nothing is recorded where there is nothing to do.
func (a *Agent) backfill(ctx context.Context, c *watched) error {
	errs := make([]error, len(c.Sources))
	var wait sync.WaitGroup
	for i := range c.Sources {
		b, err := a.dueBackfill(ctx, c, i)
		if b == nil {
			errs[i] = err
			continue
		}
		wait.Go(func() {
			errs[i] = guarded(ctx, func(ctx context.Context) error { return a.readBack(ctx, c, i, *b) })
		})
	}
	wait.Wait()
	return errors.Join(errs...)
}

// mayBackfill reports whether the cluster has a source that reads back, and shall.
func (a *Agent) mayBackfill(c *watched) bool {
	return a.cfg.Backfill > 0 && slices.ContainsFunc(c.Sources, func(s NamedSource) bool { return s.Past != nil })
}

// dueBackfill returns where to go on reading back a source; nil when there is nothing left.
func (a *Agent) dueBackfill(ctx context.Context, c *watched, i int) (*Backfill, error) {
	source := c.Sources[i]
	if a.cfg.Backfill == 0 || source.Past == nil {
		return nil, nil
	}
	b, err := a.deps.Ledger.Backfilled(ctx, c.Name, source.Name)
	if err != nil {
		return nil, fmt.Errorf("%s: read how far reading back has come: %w", source.Name, err)
	}
	if b.Span.Duration() <= 0 {
		b = Backfill{Span: a.pastOf(c)}
		b.Reached = b.Span.End
	}
	a.noteBackfill(c, i, b)
	if b.Done {
		return nil, nil
	}
	return &b, nil
}

func (a *Agent) noteBackfill(c *watched, i int, b Backfill) {
	c.noteBackfill(i, b)
	a.deps.Observer.Backfilled(c.Name, c.Sources[i].Name, b)
}

// savedEvery is how often progress is written down; what comes after it is read twice when the process dies.
const savedEvery = 10 * time.Second

func (a *Agent) readBack(ctx context.Context, c *watched, i int, b Backfill) error {
	source := c.Sources[i]
	saved := a.deps.Now()
	err := source.Past.ReadBack(ctx, workload.Window{Start: b.Span.Start, End: b.Reached}, func(s workload.Sample) error {
		s.Cluster = c.Name
		if err := a.deps.History.Append(ctx, s); err != nil {
			return fmt.Errorf("keep what was read back: %w", err)
		}
		b.Reached = s.Window.Start
		a.noteBackfill(c, i, b)
		if now := a.deps.Now(); now.Sub(saved) >= savedEvery {
			saved = now
			return a.deps.Ledger.SaveBackfill(ctx, c.Name, source.Name, b)
		}
		return nil
	})
	b.Done = err == nil
	a.noteBackfill(c, i, b)
	saving, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	return errors.Join(wrap(source.Name, err), wrap("remember how far reading back has come", a.deps.Ledger.SaveBackfill(saving, c.Name, source.Name, b)))
}

// pastOf is what there is to read back: up to the minute in which watching began.
func (a *Agent) pastOf(c *watched) workload.Window {
	c.mu.Lock()
	end := c.firstEnd
	c.mu.Unlock()
	if end.IsZero() {
		end = a.deps.Now().UTC()
	}
	end = end.Truncate(time.Minute)
	return workload.Window{Start: end.Add(-a.cfg.Backfill.Duration()), End: end}
}
