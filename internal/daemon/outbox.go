package daemon

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/mskfit/mskfit/analyzer/drift"
	"github.com/mskfit/mskfit/internal/alert"
	"github.com/mskfit/mskfit/internal/ledger"
)

// AlertLog returns what has been sent about the cluster.
func (l *ledgerAdapter) AlertLog(ctx context.Context, cluster string) (b alert.Log, err error) {
	body, err := l.Ledger.AlertLog(ctx, cluster)
	if err != nil || body == nil {
		return b, err
	}
	if err := json.Unmarshal(body, &b); err != nil {
		return b, fmt.Errorf("sent alerts of %q: %w", cluster, err)
	}
	return b, nil
}

// Maintenances returns the ad hoc spans that are not over.
func (l *ledgerAdapter) Maintenances(ctx context.Context, now time.Time) ([]alert.Maintenance, error) {
	spans, err := l.Ledger.Maintenances(ctx, now)
	var out []alert.Maintenance
	for _, m := range spans {
		out = append(out, alert.Maintenance{Start: m.Window.Start, End: m.Window.End, Clusters: m.Clusters, Reason: m.Reason})
	}
	return out, err
}

// Commit keeps drift state, alert log, record and messages in one transaction.
func (l *ledgerAdapter) Commit(ctx context.Context, cluster string, state drift.State, alertLog alert.Log,
	record []alert.Entry, messages []alert.Envelope) error {
	body, err := json.Marshal(alertLog)
	if err != nil {
		return err
	}
	c := ledger.Commitment{Cluster: cluster, Drift: &state, AlertLog: body, Events: record}
	for _, m := range l.signed(ctx, messages) {
		payload, err := json.Marshal(m)
		if err != nil {
			return err
		}
		c.Messages = append(c.Messages, ledger.Message{ID: m.Message.ID, Target: m.Target, Payload: payload})
	}
	return l.note(l.Ledger.Commit(ctx, c))
}

// Due returns the oldest message for the target that may be tried now.
func (l *ledgerAdapter) Due(ctx context.Context, target string, now time.Time) (p alert.Pending, found bool,
	next time.Time, err error) {
	w, found, next, err := l.Ledger.Due(ctx, target, now)
	if err != nil || !found {
		return p, false, next, err
	}
	p.Row, p.CreatedAt, p.Attempts = w.Row, w.CreatedAt, w.Attempts
	if err := json.Unmarshal(w.Payload, &p.Envelope); err != nil { // it must not hold up those behind it
		err = fmt.Errorf("message %d in the outbox cannot be read: %w", w.Row, err)
		return p, false, now, errors.Join(err, l.note(l.Bury(ctx, w.Row, now, err.Error())))
	}
	return p, true, next, nil
}
