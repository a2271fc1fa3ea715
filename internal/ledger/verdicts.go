package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/mskfit/mskfit/verdict"
)

// SaveVerdict keeps v. A verdict of the same cluster and instant is replaced.
func (l *Ledger) SaveVerdict(ctx context.Context, v verdict.Verdict) error {
	what := fmt.Sprintf("save the verdict on %q", v.Cluster)
	whole, err := json.Marshal(v)
	if err != nil {
		return l.wrap(what, err)
	}
	body, err := pack(whole)
	if err != nil {
		return l.wrap(what, err)
	}
	var c choiceColumns
	c.set(v.Choice)
	return l.write(ctx, what, func(ctx context.Context, tx *sql.Tx) error {
		if err := l.acting.Load().check(ctx, tx, v.Cluster); err != nil {
			return err
		}
		changed, err := differs(ctx, tx, v)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO verdicts
			(cluster, at, status, kind, size, brokers, clusters, monthly_usd, window_start, window_end, quotas, prices, changed, body)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
			ON CONFLICT (cluster, at) DO UPDATE SET status = excluded.status, kind = excluded.kind, size = excluded.size,
				brokers = excluded.brokers, clusters = excluded.clusters, monthly_usd = excluded.monthly_usd,
				window_start = excluded.window_start, window_end = excluded.window_end, quotas = excluded.quotas,
				prices = excluded.prices, changed = excluded.changed, body = excluded.body`,
			v.Cluster, millis(v.At), string(v.Status), c.kind, c.size, c.brokers, c.clusters, c.usd, millis(v.Window.Start),
			millis(v.Window.End), v.Catalog.Quotas, v.Catalog.Prices, truth(changed), body)
		return err
	})
}

func truth(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// differs compares the choice with that of the last decided verdict before.
func differs(ctx context.Context, tx *sql.Tx, v verdict.Verdict) (bool, error) {
	var c choiceColumns
	err := tx.QueryRowContext(ctx, `SELECT kind, size, brokers, clusters, monthly_usd FROM verdicts
		WHERE cluster = $1 AND at < $2 AND kind IS NOT NULL ORDER BY at DESC LIMIT 1`, v.Cluster, millis(v.At)).
		Scan(&c.kind, &c.size, &c.brokers, &c.clusters, &c.usd)
	if errors.Is(err, sql.ErrNoRows) {
		return v.Choice != nil, nil
	}
	return v.Choice != nil && !same(v.Choice, c.choice()), err
}

// choiceColumns is a choice as the table has it.
type choiceColumns struct {
	kind, size        sql.NullString
	brokers, clusters sql.NullInt64
	usd               sql.NullFloat64
}

func (c *choiceColumns) set(choice *verdict.Choice) {
	if choice == nil {
		return
	}
	c.kind = sql.NullString{String: string(choice.Kind), Valid: true}
	c.size = sql.NullString{String: choice.Size, Valid: true}
	c.brokers = sql.NullInt64{Int64: int64(choice.Brokers), Valid: true}
	c.clusters = sql.NullInt64{Int64: int64(choice.Clusters), Valid: true}
	c.usd = sql.NullFloat64{Float64: choice.MonthlyUSD, Valid: true}
}

func (c *choiceColumns) choice() *verdict.Choice {
	if !c.kind.Valid {
		return nil
	}
	return &verdict.Choice{Kind: verdict.Kind(c.kind.String), Size: c.size.String, Brokers: int(c.brokers.Int64),
		Clusters: int(c.clusters.Int64), MonthlyUSD: c.usd.Float64}
}

// LatestVerdict returns the newest verdict on the cluster; false when there is none.
func (l *Ledger) LatestVerdict(ctx context.Context, cluster string) (verdict.Verdict, bool, error) {
	return l.verdict(ctx, fmt.Sprintf("read the latest verdict on %q", cluster), "cluster = $1", cluster)
}

// VerdictBefore returns the newest verdict on the cluster that is older than at; false when there is none. Where it has
// been trimmed, the newest one that is still whole is returned: it gave the same choice.
func (l *Ledger) VerdictBefore(ctx context.Context, cluster string, at time.Time) (verdict.Verdict, bool, error) {
	return l.verdict(ctx, fmt.Sprintf("read the verdict on %q before %s", cluster, at.UTC().Format(time.RFC3339)),
		"cluster = $1 AND at < $2", cluster, millis(at))
}

func (l *Ledger) verdict(ctx context.Context, what, where string, args ...any) (v verdict.Verdict, found bool, err error) {
	var body []byte
	err = l.row(ctx, "SELECT body FROM verdicts WHERE "+where+" AND body IS NOT NULL ORDER BY at DESC LIMIT 1", args, &body)
	if errors.Is(err, sql.ErrNoRows) {
		return v, false, nil
	}
	if err == nil {
		body, err = unpack(body)
	}
	if err == nil {
		err = json.Unmarshal(body, &v)
	}
	return v, err == nil, l.wrap(what, err)
}

// same compares what is bought, not what it costs.
func same(a, b *verdict.Choice) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Same(*b)
}
