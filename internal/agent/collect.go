package agent

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/mskfit/mskfit/collector"
	"github.com/mskfit/mskfit/internal/workload"
)

// collect reads every source over the window since the last turn and appends the samples. A source that fails leaves the
// others' samples in place.
func (a *Agent) collect(ctx context.Context, c *watched) error {
	window := a.nextWindow(c)
	errs := make([]error, len(c.Sources))
	var wait sync.WaitGroup
	for i := range c.Sources {
		wait.Go(func() { errs[i] = a.collectSource(ctx, c, i, window) })
	}
	wait.Wait()
	return errors.Join(errs...)
}

// nextWindow runs from the end of the last one to now. A clock that went back, or a pause of many turns, starts a new
// window: such a span is discarded and not averaged.
func (a *Agent) nextWindow(c *watched) workload.Window {
	now := a.deps.Now().UTC()
	c.mu.Lock()
	defer c.mu.Unlock()
	start := c.lastEnd
	if start.IsZero() || !now.After(start) || now.Sub(start) > longestWindow {
		start = now.Add(-time.Minute)
	}
	c.lastEnd = now
	if c.firstEnd.IsZero() {
		c.firstEnd = now
	}
	return workload.Window{Start: start, End: now}
}

// longestWindow is the longest span between two turns that still makes one window.
const longestWindow = 10 * time.Minute

// outOfTime is the error of a collection that its deadline ended after that long.
type outOfTime time.Duration

func (t outOfTime) Error() string {
	return fmt.Sprintf("no complete answer within %s, the time limit of one collection", time.Duration(t))
}

func (outOfTime) Unwrap() error { return context.DeadlineExceeded }

func (a *Agent) collectSource(ctx context.Context, c *watched, i int, window workload.Window) error {
	source := c.Sources[i]
	start := a.deps.Now()
	var samples []workload.Sample
	err := guarded(ctx, func(ctx context.Context) (err error) {
		samples, err = read(ctx, source.Source, window)
		return err
	})
	if err != nil && errors.Is(ctx.Err(), context.Canceled) { // stopped: that says nothing of the source
		return err
	}
	if errors.Is(err, context.DeadlineExceeded) && err.Error() == context.DeadlineExceeded.Error() { // it says nothing else
		err = outOfTime(a.deps.Now().Sub(start).Round(time.Second))
	}
	newest := latest(samples)
	a.deps.Observer.Collected(c.Name, source.Name, newest, a.deps.Now().Sub(start), err)
	c.noteSource(i, a.deps.Now(), newest, err)
	if err != nil {
		return errors.Join(fmt.Errorf("%s: %w", source.Name, err), a.noteUnread(ctx, c, source.Name, err))
	}
	var unkept error
	for _, sample := range samples { // all of them: a source returns each window once
		sample.Cluster = c.Name
		if err := a.deps.History.Append(ctx, sample); err != nil {
			unkept = fmt.Errorf("save sample of %s: %w", source.Name, err)
			continue
		}
		c.noteKept(a.deps.Now(), sample)
	}
	if resumable, ok := source.Source.(collector.Resumable); ok && unkept == nil {
		resumable.Kept(ctx)
	}
	return unkept
}

// noteUnread keeps why a source could not be read: the report says it where minutes are missing.
func (a *Agent) noteUnread(ctx context.Context, c *watched, source string, cause error) error {
	noting, cancel := context.WithTimeout(context.WithoutCancel(ctx), notingFor)
	defer cancel()
	err := a.deps.History.NoteGaps(noting, c.Name, a.deps.Now().UTC(),
		[]workload.Gap{{Source: source, What: "all of this source", Why: cause.Error(),
			Effect: "figures that no other source has are missing for that time"}})
	return wrap("save the gap", err)
}

// notingFor is how long the history may take to keep a gap after a turn's deadline.
const notingFor = 5 * time.Second

// latest is what the samples say of the newest instant: a source may return one window in several.
func latest(samples []workload.Sample) workload.Sample {
	from := len(samples)
	for from > 0 && samples[from-1].Window.End.Equal(samples[len(samples)-1].Window.End) {
		from--
	}
	return collector.Merge(samples[from:]...)
}

// read returns the source's new samples: one, or many from a source that reads many windows at once.
func read(ctx context.Context, source collector.Source, window workload.Window) ([]workload.Sample, error) {
	if batch, ok := source.(collector.Batch); ok {
		samples, err := batch.CollectAll(ctx)
		if err != nil || len(samples) > 0 {
			return samples, err
		} // else Collect says the state of things
	}
	sample, err := source.Collect(ctx, window)
	return []workload.Sample{sample}, err
}
