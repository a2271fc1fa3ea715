package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/mskfit/mskfit/verdict"
)

// DecidedBy returns the newest whole verdict on the cluster that names a choice and is not newer than at; false when there is none.
func (l *Ledger) DecidedBy(ctx context.Context, cluster string, at time.Time) (verdict.Verdict, bool, error) {
	return l.verdict(ctx, fmt.Sprintf("read the verdict on %q of %s", cluster, at.UTC().Format(time.RFC3339)),
		"cluster = $1 AND at <= $2 AND kind IS NOT NULL", cluster, millis(at))
}

// Judged is what the ledger has on one cluster.
type Judged struct {
	Cluster string
	// FirstAt is when the first whole verdict with a choice was made; zero: there is none.
	FirstAt time.Time
}

// Judged lists the clusters that there are verdicts on, by name.
func (l *Ledger) Judged(ctx context.Context) ([]Judged, error) {
	var out []Judged
	const query = `SELECT cluster, MIN(CASE WHEN kind IS NOT NULL AND body IS NOT NULL THEN at END) FROM verdicts GROUP BY cluster ORDER BY cluster`
	err := l.each(ctx, query, nil, func(rows *sql.Rows) error {
		var one Judged
		var first sql.NullInt64
		if err := rows.Scan(&one.Cluster, &first); err != nil {
			return err
		}
		if first.Valid {
			one.FirstAt = fromMillis(first.Int64)
		}
		out = append(out, one)
		return nil
	})
	return out, l.wrap("list the clusters with a verdict", err)
}
