package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// Run is one turn of one scheduled job.
type Run struct {
	Job string
	// Cluster is empty for jobs over all clusters.
	Cluster string
	At      time.Time
	Took    time.Duration
	// Missed: the turn was skipped because the one before was still running.
	Missed bool
	// Error is empty for a run that ended well.
	Error string
}

// RecordRun keeps r.
func (l *Ledger) RecordRun(ctx context.Context, r Run) error {
	return l.exec(ctx, "record a run of "+r.Job, "INSERT INTO runs (job, cluster, at, took_ms, missed, error) VALUES ($1, $2, $3, $4, $5, $6)",
		r.Job, r.Cluster, millis(r.At), r.Took.Milliseconds(), truth(r.Missed), r.Error)
}

// Runs lists the newest runs of the job, newest first; an empty job or cluster stands for all.
func (l *Ledger) Runs(ctx context.Context, job, cluster string, limit int) ([]Run, error) {
	var out []Run
	query := fmt.Sprintf(`SELECT job, cluster, at, took_ms, missed, error FROM runs
		WHERE ($1 = '' OR job = $1) AND ($2 = '' OR cluster = $2) ORDER BY at DESC, id DESC LIMIT %d`, limit)
	err := l.each(ctx, query, []any{job, cluster}, func(rows *sql.Rows) error {
		var r Run
		var at, took, missed int64
		err := rows.Scan(&r.Job, &r.Cluster, &at, &took, &missed, &r.Error)
		r.At, r.Took, r.Missed = fromMillis(at), time.Duration(took)*time.Millisecond, missed == 1
		out = append(out, r)
		return err
	})
	return out, l.wrap("list runs", err)
}
