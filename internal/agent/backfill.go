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

// Backfill is how far reading back one source of a cluster has come. It is kept in the ledger: a restart continues where the last
// run was stopped.
type Backfill struct {
	// Span is what was asked for when it began: from the source's reach, or the beginning of a pause, to the first sight of the
	// cluster by this process.
	Span workload.Window `json:"span"`
	Progress
	// Done: the span, or all that the source remembers of it, is read.
	Done bool `json:"done"`
}

// Progress is how far a source has come.
type Progress struct {
	// Reached is the oldest instant that was read back so far, for a source that goes back in time.
	Reached time.Time `json:"reached"`
	// Token is the source's own mark; empty for a source that needs none.
	Token string `json:"token,omitempty"`
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

// backfill reads back what was before the cluster was first seen, and what was missed in a pause, from all sources that can. What
// is done is remembered.
func (a *Agent) backfill(ctx context.Context, c *watched) error {
	errs := make([]error, len(c.Sources))
	var wait sync.WaitGroup
	for i := range c.Sources {
		if c.Sources[i].Past == nil {
			continue
		}
		wait.Go(func() {
			errs[i] = guarded(ctx, func(ctx context.Context) error { return a.backfillSource(ctx, c, i) })
		})
	}
	wait.Wait()
	return errors.Join(errs...)
}

// mayBackfill reports whether the cluster has a source that reads back.
func (c *watched) mayBackfill() bool {
	return slices.ContainsFunc(c.Sources, func(s NamedSource) bool { return s.Past != nil })
}

// pastUnread reports whether a source has still to be read back.
func (c *watched) pastUnread() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i, s := range c.Sources {
		if b := c.sources[i].Backfill; s.Past != nil && (b == nil || !b.Done) {
			return true
		}
	}
	return false
}

func (a *Agent) backfillSource(ctx context.Context, c *watched, i int) error {
	name := c.Sources[i].Name
	b, err := a.deps.Ledger.Backfilled(ctx, c.Name, name)
	if err != nil {
		return fmt.Errorf("%s: read the backfill progress: %w", name, err)
	}
	begun := c.begun(a.deps.Now())
	if b.Span.Duration() <= 0 {
		b = newBackfill(begun.Add(-c.Sources[i].Reach), begun)
	}
	if err := a.readBack(ctx, c, i, b); err != nil {
		return err
	}
	if paused, long := c.pause(begun, c.Sources[i]); long && paused.End.After(b.Span.End) {
		return a.readBack(ctx, c, i, newBackfill(paused.Start, paused.End))
	}
	return nil
}

func newBackfill(start, end time.Time) Backfill {
	return Backfill{Span: workload.Window{Start: start.UTC(), End: end.UTC()}, Progress: Progress{Reached: end.UTC()}}
}

// savedEvery is how often progress is written down; what comes after it is read twice when the process dies.
const savedEvery = 2 * time.Second

// readBack continues b until it is done.
func (a *Agent) readBack(ctx context.Context, c *watched, i int, b Backfill) error {
	source, saved := c.Sources[i], a.deps.Now()
	a.noteBackfill(c, i, b)
	if b.Done {
		return nil
	}
	err := source.Past.ReadBack(ctx, b, func(s workload.Sample, reached Progress) error {
		s.Cluster = c.Name
		if err := a.deps.History.Append(ctx, s); err != nil {
			return fmt.Errorf("save what was read back: %w", err)
		}
		b.Progress = reached
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
	return errors.Join(wrap(source.Name, err),
		wrap("save the backfill progress", a.deps.Ledger.SaveBackfill(saving, c.Name, source.Name, b)))
}

func (a *Agent) noteBackfill(c *watched, i int, b Backfill) {
	c.noteBackfill(i, b)
	a.deps.Observer.Backfilled(c.Name, c.Sources[i].Name, b)
}

// begun is the minute in which watching began: what came before can only be read back.
func (s *state) begun(now time.Time) time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.firstEnd.IsZero() {
		return now.UTC().Truncate(time.Minute)
	}
	return s.firstEnd.Truncate(time.Minute)
}

// pause is the time in which no process saw the cluster through the source, within the reach of the source; false when there was
// none to speak of.
func (s *state) pause(begun time.Time, source NamedSource) (workload.Window, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	last := s.lastSeen[source.Name]
	if last.IsZero() || begun.Sub(last) < longestWindow {
		return workload.Window{}, false
	}
	start := last.Truncate(time.Minute).Add(time.Minute)
	if earliest := begun.Add(-source.Reach); start.Before(earliest) {
		start = earliest
	}
	return workload.Window{Start: start, End: begun}, true
}
