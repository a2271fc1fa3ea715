package agent

import (
	"context"
	"fmt"
	"hash/fnv"
	"sync/atomic"
	"time"

	"github.com/robfig/cron/v3"
)

// Run works on schedule until ctx is done, and returns once every job that was running has ended. Jobs are told to stop
// through their context; Run does not wait for one longer than StopTimeout.
func (a *Agent) Run(ctx context.Context) error {
	c := cron.New(cron.WithLocation(time.UTC))
	jobs, stopJobs := context.WithCancel(ctx)
	defer stopJobs()
	add := func(job Job, cluster, expression string, do func(context.Context) error) error {
		if expression == "" {
			return nil
		}
		schedule, err := parseSchedule(expression)
		if err != nil {
			return fmt.Errorf("schedule of %s: %w", job, err)
		}
		spread := spreadOver(schedule, cluster, a.deps.Now())
		c.Schedule(spread, &turns{agent: a, ctx: jobs, job: job, cluster: cluster, schedule: spread, do: do})
		return nil
	}
	for _, w := range a.clusters {
		if err := add(JobCollect, w.Name, a.cfg.Collect, func(ctx context.Context) error { return a.collect(ctx, w) }); err != nil {
			return err
		}
		if err := add(JobAnalyze, w.Name, a.cfg.Analyze, func(ctx context.Context) error { return a.analyze(ctx, w) }); err != nil {
			return err
		}
	}
	if err := add(JobReport, "", a.cfg.Report, a.report); err != nil {
		return err
	}
	c.Start()
	<-ctx.Done()
	stopped := c.Stop()
	stopJobs()
	select {
	case <-stopped.Done():
		return nil
	case <-time.After(StopTimeout):
		return fmt.Errorf("a job did not stop within %s", StopTimeout)
	}
}

// StopTimeout is how long Run waits for jobs that were told to stop.
const StopTimeout = 8 * time.Second

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
		t.agent.record(t.ctx, Run{Job: t.job, Cluster: t.cluster, At: now, Missed: true})
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
