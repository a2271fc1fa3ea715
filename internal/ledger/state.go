package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/mskfit/mskfit/analyzer/drift"
	"github.com/mskfit/mskfit/internal/alert"
)

// The kinds of states. The alert log is the alerting's own document of what has been sent.
const (
	kindDrift    = "drift"
	kindAlertLog = "book"
)

// Commitment is what one decision on one cluster changes. All of it is kept, or nothing.
type Commitment struct {
	Cluster string
	// Drift is the state of the rules; nil: unchanged.
	Drift *drift.State
	// AlertLog is the JSON of what has been sent; nil: unchanged.
	AlertLog []byte
	// Events go into the record of alerts, see [Ledger.Alerts].
	Events []alert.Entry
	// Messages go into the outbox. One whose ID is there already is left out.
	Messages []Message
}

// Commit keeps states and messages in one transaction: after a crash at any instant there is no state without its
// messages, and no message without its state.
func (l *Ledger) Commit(ctx context.Context, c Commitment) error {
	what := fmt.Sprintf("commit the alert state of %q", c.Cluster)
	var drift []byte
	if c.Drift != nil {
		var err error
		if drift, err = json.Marshal(c.Drift); err != nil {
			return l.wrap(what, err)
		}
	}
	now := millis(l.now())
	return l.write(ctx, what, func(ctx context.Context, tx *sql.Tx) error {
		if err := l.acting.Load().check(ctx, tx, c.Cluster); err != nil {
			return err
		}
		for _, s := range []struct {
			kind string
			body []byte
		}{{kindDrift, drift}, {kindAlertLog, c.AlertLog}} {
			if s.body == nil {
				continue
			}
			_, err := tx.ExecContext(ctx, `INSERT INTO alert_states (cluster, kind, body, updated_at) VALUES ($1, $2, $3, $4)
				ON CONFLICT (cluster, kind) DO UPDATE SET body = excluded.body, updated_at = excluded.updated_at`,
				c.Cluster, s.kind, string(s.body), now)
			if err != nil {
				return err
			}
		}
		for _, e := range c.Events {
			if err := record(ctx, tx, c.Cluster, e); err != nil {
				return err
			}
		}
		for _, m := range c.Messages {
			if err := enqueue(ctx, tx, c.Cluster, m, now); err != nil {
				return err
			}
		}
		return nil
	})
}

// DriftState returns the state of the cluster's rules; the zero state for a cluster never seen.
func (l *Ledger) DriftState(ctx context.Context, cluster string) (drift.State, error) {
	var s drift.State
	body, err := l.state(ctx, cluster, kindDrift)
	if err == nil && body != nil {
		err = json.Unmarshal(body, &s)
	}
	return s, l.wrap(fmt.Sprintf("read the alert state of %q", cluster), err)
}

// AlertLog returns the JSON of what has been sent about the cluster; nil when there is none.
func (l *Ledger) AlertLog(ctx context.Context, cluster string) ([]byte, error) {
	body, err := l.state(ctx, cluster, kindAlertLog)
	return body, l.wrap(fmt.Sprintf("read sent alerts of %q", cluster), err)
}

func (l *Ledger) state(ctx context.Context, cluster, kind string) ([]byte, error) {
	var body string
	err := l.row(ctx, "SELECT body FROM alert_states WHERE cluster = $1 AND kind = $2", []any{cluster, kind}, &body)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return []byte(body), err
}
