package observe

import (
	"context"
	"slices"
	"time"

	"github.com/mskfit/mskfit/collector"
	"github.com/mskfit/mskfit/internal/workload"
)

const (
	// beat is how often progress is shown while nothing else happens.
	beat = time.Second
	// grace is how long an interrupted sweep may take to return. One that hangs is left behind: a user who pressed Ctrl-C
	// wants the prompt back.
	grace = 300 * time.Millisecond
)

// Source is what an observation reads from.
type Source interface {
	collector.Source
	// WholeWindow returns one sample of all that was observed so far, with only the error of its two edges; false before there
	// is one. It asks the cluster nothing.
	WholeWindow() (workload.Sample, bool)
}

// Result is what an observation saw.
type Result struct {
	// Samples are the sweeps that succeeded, in order. The first has no rates.
	Samples []workload.Sample
	// WholeWindow is one sample from the first sweep to the last; nil before there are two.
	WholeWindow *workload.Sample
	// Asked is the window that was planned, Seen how far it got.
	Asked, Seen workload.Window
	// Interrupted: the context was done before the last sweep was.
	Interrupted bool
	// Failures are the sweeps from which nothing could be read.
	Failures []Failure
	// Before is what was read back of the time before; nil: nothing was asked for.
	Before *ReadBack
}

// All are the samples of the scan and, before them, those that were read back of the whole cluster, in no particular order.
func (r Result) All() []workload.Sample {
	return append(slices.Clone(r.Before.known()), r.Samples...)
}

// Failure is one sweep that failed.
type Failure struct {
	// Sweep counts from 1.
	Sweep int
	Err   error
}

// Run sweeps src as planned and reports progress (which may be nil) before and after each sweep and once a second. It returns
// an error when the first sweep fails: then there is nothing to look at. Later failures are part of the result. When ctx
// is done it returns what it has within a fraction of a second, even while a sweep hangs.
func Run(ctx context.Context, src Source, p Plan, now func() time.Time, progress func(Progress)) (Result, error) {
	if progress == nil {
		progress = func(Progress) {}
	}
	started := now()
	r := &run{src: src, plan: p, now: now, show: progress, started: started, until: started}
	r.result.Asked = workload.Window{Start: started.UTC(), End: started.Add(p.For).UTC()}
	for i := 0; i < p.Sweeps(); i = p.next(i, now().Sub(started)) {
		r.progress.Sweep, r.progress.Sweeps = i+1, p.Sweeps()
		err := r.wait(ctx, started.Add(p.mark(i)))
		if err == nil {
			err = r.sweep(ctx, i)
		}
		if ctx.Err() != nil {
			r.result.Interrupted = true
			break
		}
		if err != nil {
			return Result{}, err
		}
		if i == 0 {
			r.past = startReadBack(ctx, p, r.until)
		}
	}
	r.result.Before = r.past.end()
	r.result.Seen = workload.Window{Start: started.UTC(), End: r.until.UTC()}
	return r.result, nil
}

// run is the state of one observation.
type run struct {
	src      Source
	plan     Plan
	now      func() time.Time
	show     func(Progress)
	started  time.Time
	until    time.Time // the last sweep that succeeded
	progress Progress
	in, out  running
	past     *readingBack // nil: nothing is read back
	result   Result
}

// sweep takes one sample. It returns an error only when the first sweep fails or ctx is done.
func (r *run) sweep(ctx context.Context, i int) error {
	at := r.now()
	sample, err := r.collect(ctx, workload.Window{Start: r.until.UTC(), End: at.UTC()})
	switch {
	case err != nil && ctx.Err() != nil:
		return ctx.Err()
	case err != nil && len(r.result.Samples) == 0:
		return err
	case err != nil:
		r.result.Failures = append(r.result.Failures, Failure{Sweep: i + 1, Err: err})
		return nil
	}
	r.until = at
	r.result.Samples = append(r.result.Samples, sample)
	r.progress.Counted = len(r.result.Samples)
	if whole, ok := r.src.WholeWindow(); ok {
		r.result.WholeWindow = &whole
	}
	r.in.add(sample.Totals.IngressBytesPerSec, sample.Window)
	r.out.add(sample.Totals.EgressBytesPerSec, sample.Window)
	r.progress.Partitions = sample.Totals.Partitions
	r.progress.IngressBytesPerSec, r.progress.EgressBytesPerSec = r.in.mean(), r.out.mean()
	r.report()
	return nil
}

// collect runs one sweep, reporting progress as long as it takes. What an interrupted sweep brings back is full of holes that say
// nothing of the cluster, so that it is an error; one that was done before the interruption counts.
func (r *run) collect(ctx context.Context, w workload.Window) (workload.Sample, error) {
	type answer struct {
		sample workload.Sample
		err    error
	}
	done := make(chan answer, 1) // buffered: a sweep that was left behind must be able to end
	go func() {
		s, err := r.src.Collect(ctx, w)
		if ctx.Err() != nil {
			err = ctx.Err()
		}
		done <- answer{s, err}
	}()
	tick := time.NewTicker(beat)
	defer tick.Stop()
	r.report()
	for {
		select {
		case a := <-done:
			return a.sample, a.err
		case <-tick.C:
			r.report()
		case <-ctx.Done():
			select {
			case a := <-done:
				return a.sample, a.err
			case <-time.After(grace):
				return workload.Sample{}, ctx.Err()
			}
		}
	}
}

// wait waits until the time comes, reporting progress.
func (r *run) wait(ctx context.Context, due time.Time) error {
	timer := time.NewTimer(due.Sub(r.now()))
	defer timer.Stop()
	tick := time.NewTicker(beat)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-timer.C:
			return ctx.Err()
		case <-tick.C:
			r.report()
		}
	}
}

func (r *run) report() {
	p := r.progress
	p.ReadBack = r.past.reached()
	p.Left = max(0, r.plan.For-r.now().Sub(r.started))
	r.show(p)
}
