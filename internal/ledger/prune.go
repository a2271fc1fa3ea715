package ledger

import (
	"context"
	"database/sql"
)

// Prune forgets what is past its time: see Config. The latest verdict of a cluster stays whole however old it is, and so
// do those at which the choice changed. Alerts that are open and messages that wait stay until they are over.
func (l *Ledger) Prune(ctx context.Context) error {
	now := l.now()
	keep, whole, delivered := millis(now.Add(-l.cfg.Keep.Duration())), millis(now.Add(-l.cfg.KeepWhole.Duration())),
		millis(now.Add(-l.cfg.KeepRuns.Duration()))
	const latest = "SELECT MAX(at) FROM verdicts AS newest WHERE newest.cluster = verdicts.cluster"
	err := l.write(ctx, "delete old records", func(ctx context.Context, tx *sql.Tx) error {
		for _, step := range []struct {
			sql    string
			before int64
		}{
			{"DELETE FROM verdicts WHERE at < $1 AND at < (" + latest + ")", keep},
			{"UPDATE verdicts SET body = NULL WHERE at < $1 AND changed = 0 AND body IS NOT NULL AND at < (" + latest + ")", whole},
			{"DELETE FROM alerts WHERE resolved_at < $1", keep},
			{"DELETE FROM outbox WHERE state <> 'pending' AND settled_at < $1", delivered},
			{"DELETE FROM maintenance WHERE end_at < $1", delivered},
		} {
			if _, err := tx.ExecContext(ctx, step.sql, step.before); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil || l.dialect.shrink == "" {
		return err
	}
	l.writing.Lock()
	defer l.writing.Unlock()
	if l.memory != nil { // there is nothing to give back
		return nil
	}
	_, err = l.db.ExecContext(ctx, l.dialect.shrink)
	return l.wrap("return freed space", err)
}
