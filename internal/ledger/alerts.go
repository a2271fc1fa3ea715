package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/mskfit/mskfit/analyzer/drift"
	"github.com/mskfit/mskfit/internal/alert"
)

// record enters an event.
func record(ctx context.Context, tx *sql.Tx, cluster string, e alert.Entry) error {
	switch e.Kind {
	case drift.EventRaised:
		known, err := changed(tx.ExecContext(ctx, `UPDATE alerts SET level = CASE WHEN level = 'critical' THEN level ELSE $1 END, title = $2, reason = $3,
			utilization = CASE WHEN utilization > $4 THEN utilization ELSE COALESCE($4, utilization) END WHERE cluster = $5 AND key = $6 AND resolved_at IS NULL`,
			string(e.Level), e.Title, e.Reason, e.Utilization, cluster, e.Key))
		if err != nil || known {
			return err
		}
		return insertAlert(ctx, tx, cluster, e, millis(e.At), nil, "")
	case drift.EventResolved:
		known, err := changed(tx.ExecContext(ctx,
			"UPDATE alerts SET resolved_at = $1, ended = $2 WHERE cluster = $3 AND key = $4 AND resolved_at IS NULL",
			millis(e.At), e.Reason, cluster, e.Key))
		if err != nil || known || e.RaisedAt.IsZero() {
			return err
		}
		e.Level = drift.LevelWarning // at least
		return insertAlert(ctx, tx, cluster, e, millis(e.RaisedAt), millis(e.At), e.Reason)
	case drift.EventChoiceChanged:
		return insertAlert(ctx, tx, cluster, e, millis(e.At), millis(e.At), "")
	case drift.EventLowered: // the record keeps the highest level
	}
	return nil
}

func insertAlert(ctx context.Context, tx *sql.Tx, cluster string, e alert.Entry, raised int64, resolved any, ended string) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO alerts (cluster, key, title, level, utilization, reason, raised_at, resolved_at, ended)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		cluster, e.Key, e.Title, string(e.Level), e.Utilization, e.Reason, raised, resolved, ended)
	return err
}

func changed(r sql.Result, err error) (bool, error) {
	if err != nil {
		return false, err
	}
	n, err := r.RowsAffected()
	return n > 0, err
}

// where writes the query as a condition with its arguments.
func where(q alert.Query) (condition string, args []any) {
	var all []string
	add := func(format string, arg any) {
		args = append(args, arg)
		all = append(all, fmt.Sprintf(format, len(args)))
	}
	if q.Cluster != "" {
		add("cluster = $%d", q.Cluster)
	}
	if !q.Since.IsZero() {
		add("(resolved_at IS NULL OR resolved_at >= $%d)", millis(q.Since))
	}
	if q.Open != nil {
		all = append(all, map[bool]string{true: "resolved_at IS NULL", false: "resolved_at IS NOT NULL"}[*q.Open])
	}
	if len(all) == 0 {
		return "", nil
	}
	return " WHERE " + strings.Join(all, " AND "), args
}

// Alerts lists alerts, the latest raise first, and how many there are in all.
func (l *Ledger) Alerts(ctx context.Context, q alert.Query) (out []alert.Record, total int, err error) {
	const what = "list alerts"
	condition, args := where(q)
	if err := l.row(ctx, "SELECT COUNT(*) FROM alerts"+condition, args, &total); err != nil {
		return nil, 0, l.wrap(what, err)
	}
	query := fmt.Sprintf("SELECT cluster, key, title, level, utilization, reason, ended, raised_at, resolved_at FROM alerts%s ORDER BY raised_at DESC, id DESC LIMIT %d OFFSET %d",
		condition, q.Limit, q.Offset)
	err = l.each(ctx, query, args, func(rows *sql.Rows) error {
		var a alert.Record
		var level string
		var raised int64
		var resolved sql.NullInt64
		err := rows.Scan(&a.Cluster, &a.Key, &a.Title, &level, &a.Utilization, &a.Reason, &a.Ended, &raised, &resolved)
		a.Level, a.RaisedAt = drift.Level(level), fromMillis(raised)
		if resolved.Valid {
			a.ResolvedAt = fromMillis(resolved.Int64)
		}
		out = append(out, a)
		return err
	})
	return out, total, l.wrap(what, err)
}
