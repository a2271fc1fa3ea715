package agent

import (
	"context"
	"fmt"
	"hash/fnv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/robfig/cron/v3"
)

// Run works on schedule until ctx is done, and returns once every job that was running has ended. Jobs are stopped
// through their context; Run does not wait for one longer than StopTimeout.
//
// It begins with a first turn of every cluster at once, so that no one waits for the clock, and reads back what was
// before.
func (a *Agent) Run(ctx context.Context) error {
	c := cron.New(cron.WithLocation(time.UTC))
	jobs, stopJobs := context.WithCancel(ctx)
	defer stopJobs()
	a.restore(jobs)
	var begun sync.WaitGroup
	for i, w := range a.here() {
		analyze, err := a.schedule(jobs, c, JobAnalyze, w.Name, a.cfg.Analyze,
			func(ctx context.Context) error { return a.analyze(ctx, w) })
		if err != nil {
			return err
		}
		collect, err := a.schedule(jobs, c, JobCollect, w.Name, a.cfg.Collect, func(ctx context.Context) error {
			err := a.collect(ctx, w)
			if analyze != nil && w.fellSilent(a.cfg.Drift.MissingAfter, a.deps.Now()) { // its turn may be a quarter of an hour away
				begun.Go(analyze.Run)
			}
			return err
		})
		if err != nil {
			return err
		}
		begun.Go(func() { a.begin(jobs, w, time.Duration(i)*startsApart, collect, analyze) })
	}
	if _, err := a.schedule(jobs, c, JobReport, "", a.cfg.Report, a.report); err != nil {
		return err
	}
	c.Start()
	<-ctx.Done()
	return awaitEnd(c.Stop(), &begun)
}

// awaitEnd waits for the scheduled jobs and for those that the start began.
func awaitEnd(scheduled context.Context, begun *sync.WaitGroup) error {
	ended := make(chan struct{})
	go func() {
		<-scheduled.Done()
		begun.Wait()
		close(ended)
	}()
	select {
	case <-ended:
		return nil
	case <-time.After(StopTimeout):
		return fmt.Errorf("a job did not stop within %s", StopTimeout)
	}
}

// StopTimeout is how long Run waits for jobs that are being stopped.
const StopTimeout = 5 * time.Second

// startsApart spreads the first turns of many clusters: 50 clusters begin within 10 s.
const startsApart = 200 * time.Millisecond

// How long reading back may take, and how long a failure of it waits for the next attempt.
const (
	backfillTimeout    = 24 * time.Hour
	firstBackfillRetry = time.Minute
	lastBackfillRetry  = time.Hour
)

// begin gives a cluster its first turn, reads back what was before, shows what can be decided as soon as there is a rate, and
// decides once the past is read. Jobs that are off stay off; they are nil.
func (a *Agent) begin(ctx context.Context, w *watched, wait time.Duration, collect, analyze *turns) {
	if collect == nil {
		return
	}
	if w.continues && w.hasRate() {
		a.resume(ctx, w, analyze)
		return
	}
	if sleep(ctx, wait) != nil {
		return
	}
	collect.Run()
	read := make(chan struct{})
	go func() {
		defer close(read)
		a.readPast(ctx, w)
	}()
	select {
	case <-w.rated:
	case <-ctx.Done():
	}
	if analyze != nil && w.mayBackfill() && w.undecided() {
		a.previewSoon(ctx, w, read)
	}
	<-read
	if analyze != nil && ctx.Err() == nil {
		analyze.Run()
	}
}

// resume continues a cluster that the agent before this one has begun: its next turn is due on schedule.
func (a *Agent) resume(ctx context.Context, w *watched, analyze *turns) {
	read := w.pastUnread()
	if read {
		a.readPast(ctx, w)
	}
	if analyze != nil && (read || w.undecided()) && ctx.Err() == nil {
		analyze.Run()
	}
}

// previewSoon shows a verdict while the past is still read; a past that is short is waited for.
func (a *Agent) previewSoon(ctx context.Context, w *watched, read <-chan struct{}) {
	select {
	case <-read:
		return
	case <-ctx.Done():
		return
	case <-time.After(pastPatience):
	}
	_ = a.run(ctx, JobAnalyze, w.Name, a.cfg.JobTimeout,
		func(ctx context.Context) error { return a.preview(ctx, w) }) // run has recorded it
}

// pastPatience is how long a first verdict waits for what is read back.
const pastPatience = 5 * time.Second

// readPast reads back until it has come to an end once, or ctx is done.
func (a *Agent) readPast(ctx context.Context, w *watched) {
	for retry := firstBackfillRetry; w.mayBackfill(); retry = min(2*retry, lastBackfillRetry) {
		err := a.run(ctx, JobBackfill, w.Name, backfillTimeout, func(ctx context.Context) error { return a.backfill(ctx, w) })
		if err == nil || sleep(ctx, retry) != nil {
			return
		}
	}
}

// schedule adds a job to the scheduler; nil for one without a schedule.
func (a *Agent) schedule(ctx context.Context, c *cron.Cron, job Job, cluster, expression string,
	do func(context.Context) error) (*turns, error) {
	if expression == "" {
		return nil, nil
	}
	inner, err := parseSchedule(expression)
	if err != nil {
		return nil, fmt.Errorf("schedule of %s: %w", job, err)
	}
	spread := spreadOver(inner, cluster, a.deps.Now())
	t := &turns{agent: a, ctx: ctx, job: job, cluster: cluster, schedule: spread, do: do}
	c.Schedule(spread, t)
	return t, nil
}

// turns is one scheduled job: cron calls its Run on every turn.
type turns struct {
	agent    *Agent
	ctx      context.Context
	job      Job
	cluster  string
	schedule cron.Schedule
	do       func(context.Context) error
	busy     atomic.Bool
}

// Run does one turn, or counts it as missed while the one before is still running.
func (t *turns) Run() {
	now := t.agent.deps.Now()
	if !t.busy.CompareAndSwap(false, true) {
		t.agent.record(Run{Job: t.job, Cluster: t.cluster, At: now, Missed: true})
		return
	}
	defer t.busy.Store(false)
	_ = t.agent.run(t.ctx, t.job, t.cluster, deadline(t.schedule, now, t.agent.cfg.JobTimeout), t.do) // run has recorded it
}

// deadline is 80 % of the time to the next turn, so that a turn ends before the next one starts, and at most limit.
func deadline(s cron.Schedule, now time.Time, limit time.Duration) time.Duration {
	next := s.Next(now)
	return min(s.Next(next).Sub(next)*8/10, limit)
}

// spread shifts a schedule by a fixed offset, so that many clusters do not start in the same second.
type spread struct {
	cron.Schedule
	offset time.Duration
}

// Next is the inner schedule's next turn, shifted.
func (s spread) Next(t time.Time) time.Time { return s.Schedule.Next(t.Add(-s.offset)).Add(s.offset) }

// spreadOver hashes the name into the first half of the schedule's interval, and at most 30 s, so that the turns
// of many clusters are spread in the same way at every start. Jobs without a cluster are not shifted.
func spreadOver(s cron.Schedule, name string, now time.Time) cron.Schedule {
	if name == "" {
		return s
	}
	next := s.Next(now)
	room := min(s.Next(next).Sub(next)/2, 30*time.Second)
	if room <= 0 {
		return s
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte(name)) // a hash never fails
	return spread{s, time.Duration(h.Sum64() % uint64(room)).Truncate(time.Millisecond)}
}
