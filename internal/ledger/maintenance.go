package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
)

// Maintenance is a span in which nothing is sent, declared at run time.
type Maintenance struct {
	// ID is given by the ledger.
	ID     int64
	Window workload.Window
	// Clusters are names or patterns; empty: all.
	Clusters []string
	Reason   string
}

// AddMaintenance keeps m and returns its ID.
func (l *Ledger) AddMaintenance(ctx context.Context, m Maintenance) (id int64, err error) {
	const what = "add maintenance"
	if m.Window.Duration() <= 0 {
		return 0, l.wrap(what, fmt.Errorf("it ends %s before it starts %s", m.Window.End, m.Window.Start))
	}
	clusters, err := json.Marshal(append([]string{}, m.Clusters...))
	if err != nil {
		return 0, l.wrap(what, err)
	}
	now := millis(l.now())
	err = l.write(ctx, what, func(ctx context.Context, tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, "INSERT INTO maintenance (start_at, end_at, clusters, reason, created_at) VALUES ($1, $2, $3, $4, $5) RETURNING id",
			millis(m.Window.Start), millis(m.Window.End), string(clusters), m.Reason, now).Scan(&id)
	})
	return id, err
}

// EndMaintenance ends a maintenance now, or takes it back when it has not begun.
func (l *Ledger) EndMaintenance(ctx context.Context, id int64) error {
	now := millis(l.now())
	return l.exec(ctx, fmt.Sprintf("end maintenance %d", id), "UPDATE maintenance SET end_at = $1 WHERE id = $2 AND end_at > $3",
		now, id, now)
}

// Maintenances lists those that are not over at the time, by start.
func (l *Ledger) Maintenances(ctx context.Context, at time.Time) ([]Maintenance, error) {
	var out []Maintenance
	const query = "SELECT id, start_at, end_at, clusters, reason FROM maintenance WHERE end_at > $1 ORDER BY start_at, id"
	err := l.each(ctx, query, []any{millis(at)}, func(rows *sql.Rows) error {
		var m Maintenance
		var start, end int64
		var clusters string
		err := rows.Scan(&m.ID, &start, &end, &clusters, &m.Reason)
		if err == nil {
			err = json.Unmarshal([]byte(clusters), &m.Clusters)
		}
		m.Window = workload.Window{Start: fromMillis(start), End: fromMillis(end)}
		out = append(out, m)
		return err
	})
	return out, l.wrap("list maintenances", err)
}
