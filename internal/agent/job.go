package agent

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"
)

// Job is one of the agent's jobs.
type Job string

// The jobs. Backfill runs once, at a cluster's first start; the others are scheduled.
const (
	JobCollect  Job = "collect"
	JobBackfill Job = "backfill"
	JobAnalyze  Job = "analyze"
	JobReport   Job = "report"
)

// Jobs lists every job, for metrics that start at zero.
func Jobs() []Job { return []Job{JobCollect, JobBackfill, JobAnalyze, JobReport} }

// Run is one turn of one job.
type Run struct {
	// Job is collect, analyze, report or another of the agent's jobs.
	Job Job
	// Cluster is empty for jobs over all clusters.
	Cluster string
	// At is when the turn began.
	At time.Time
	// Took is how long the turn lasted.
	Took time.Duration
	// Missed is true when the turn was skipped because the one before was still running; Took and Err are empty then.
	Missed bool
	// Err is nil after a success.
	Err error
}

// run does one turn: with a deadline, timed, recorded, and with a panic turned into that turn's error.
func (a *Agent) run(ctx context.Context, job Job, cluster string, timeout time.Duration, do func(context.Context) error) error {
	start := a.deps.Now()
	bounded, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	err := guarded(bounded, do)
	if ctx.Err() != nil && err != nil {
		return ctx.Err() // stopped: that is no outcome of the job
	}
	if errors.Is(err, context.DeadlineExceeded) && bounded.Err() != nil {
		err = fmt.Errorf("stopped after its deadline of %s: %w", timeout, err)
	}
	if err != nil {
		err = fmt.Errorf("%s: %w", jobName(job, cluster), err)
	}
	a.record(Run{Job: job, Cluster: cluster, At: start, Took: a.deps.Now().Sub(start), Err: err})
	return err
}

func jobName(job Job, cluster string) string {
	if cluster == "" {
		return string(job)
	}
	return string(job) + " " + cluster
}

// guarded runs do and returns a panic as its error, with the stack for the log.
func guarded(ctx context.Context, do func(context.Context) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &PanicError{Value: p, Stack: debug.Stack()}
		}
	}()
	return do(ctx)
}

// PanicError is a defect of this program that one job met; the agent keeps running.
type PanicError struct {
	// Value is what was passed to panic.
	Value any
	// Stack is the goroutine's, as runtime/debug writes it.
	Stack []byte
}

// Error names the defect; the stack goes only to the log.
func (e *PanicError) Error() string {
	return fmt.Sprintf("internal error, please report it: %v", e.Value)
}

// record reports a turn to the observer and the log.
func (a *Agent) record(r Run) {
	a.deps.Observer.RunDone(r)
	a.logRun(r)
}

// logRun writes a line for every turn that is worth one. A job that keeps failing, or missing its turns, is reported at the
// first, second, fourth, eighth… time.
func (a *Agent) logRun(r Run) {
	log := a.deps.Log.With().Str("job", string(r.Job)).Str("cluster", r.Cluster).Logger()
	n, ended := a.failures.count(r)
	var defect *PanicError
	switch {
	case ended > 0:
		log.Info().Int("failures", ended).Dur("took", r.Took).Msg("job works again")
	case n&(n-1) != 0:
	case r.Missed:
		log.Warn().Int("times", n).Msg("run skipped: the previous one is still running")
	case errors.As(r.Err, &defect):
		log.Error().Err(r.Err).Int("times", n).Bytes("stack", defect.Stack).Msg("job met an internal error")
	case r.Err != nil:
		log.Error().Err(r.Err).Int("times", n).Dur("took", r.Took).Msg("job ended with an error")
	case r.Job == JobReport || r.Job == JobBackfill:
		log.Info().Dur("took", r.Took).Msg("job done")
	default:
		log.Debug().Dur("took", r.Took).Msg("job done")
	}
}
