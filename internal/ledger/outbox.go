package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Message is one message to one target.
type Message struct {
	// ID is the same on every attempt, and different for every other message.
	ID     string
	Target string
	// Payload is what is sent, as JSON.
	Payload []byte
}

// Waiting is a message in the outbox.
type Waiting struct {
	// Row identifies it here.
	Row int64
	Message
	Cluster   string
	CreatedAt time.Time
	// Attempts is how often it was tried in vain, LastError why the last time.
	Attempts  int
	LastError string
}

// The states of a message.
const (
	statePending = "pending"
	stateSent    = "sent"
	stateDead    = "dead"
)

func enqueue(ctx context.Context, tx *sql.Tx, cluster string, m Message, now int64) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO outbox (message_id, cluster, target, payload, created_at, next_at, attempts, state, last_error)
		VALUES ($1, $2, $3, $4, $5, $6, 0, 'pending', '') ON CONFLICT (message_id) DO NOTHING`,
		m.ID, cluster, m.Target, string(m.Payload), now, now)
	return err
}

// Enqueue puts a message that follows from no state (a scheduled report) into the outbox.
func (l *Ledger) Enqueue(ctx context.Context, cluster string, messages ...Message) error {
	return l.Commit(ctx, Commitment{Cluster: cluster, Messages: messages})
}

const waitingColumns = "id, message_id, cluster, target, payload, created_at, attempts, last_error"

// heads are the messages that wait for a target with none before them on the same cluster: a closing never overtakes the
// alert that it closes.
const heads = ` FROM outbox WHERE target = $1 AND state = 'pending' AND NOT EXISTS (SELECT 1 FROM outbox AS earlier
	WHERE earlier.target = outbox.target AND earlier.state = 'pending' AND earlier.cluster = outbox.cluster AND earlier.id < outbox.id)`

// unclaimed are messages that no other replica delivers at present.
const unclaimed = " AND (claimed_by IS NULL OR claimed_by = "

// Due returns the oldest message for the target that may be tried now; false when there is none. Messages on one cluster keep
// their order: a later one waits until the earlier one is done. next is when the earliest of those that wait may be
// tried; zero when none waits.
//
// Among replicas the message is claimed: no other one gets it until this one has settled it, is to try it again, or is dead.
func (l *Ledger) Due(ctx context.Context, target string, now time.Time) (w Waiting, found bool, next time.Time, err error) {
	what := fmt.Sprintf("look for messages to %q", target)
	me := l.claimant()
	w, err = scanWaiting(func(into ...any) error {
		oldest := heads + " AND next_at <= $2" + unclaimed + "$3) ORDER BY id LIMIT 1"
		args := []any{target, millis(now), me}
		if me == "" {
			return l.row(ctx, "SELECT "+waitingColumns+oldest, args, into...)
		}
		return l.row(ctx, "UPDATE outbox SET claimed_by = $3 WHERE id = (SELECT id"+oldest+
			" FOR UPDATE OF outbox SKIP LOCKED) RETURNING "+waitingColumns, args, into...)
	})
	if err == nil {
		return w, true, time.Time{}, nil
	}
	if !errors.Is(err, sql.ErrNoRows) {
		return w, false, next, l.wrap(what, err)
	}
	var ms sql.NullInt64
	err = l.row(ctx, "SELECT MIN(next_at)"+heads+unclaimed+"$2)", []any{target, me}, &ms)
	if ms.Valid {
		next = fromMillis(ms.Int64)
	}
	return Waiting{}, false, next, l.wrap(what, err)
}

func scanWaiting(scan func(...any) error) (w Waiting, err error) {
	var payload string
	var created int64
	err = scan(&w.Row, &w.ID, &w.Cluster, &w.Target, &payload, &created, &w.Attempts, &w.LastError)
	w.Payload, w.CreatedAt = []byte(payload), fromMillis(created)
	return w, err
}

// Sent notes that the message was accepted.
func (l *Ledger) Sent(ctx context.Context, row int64, now time.Time) error {
	return l.finish(ctx, row, stateSent, now, "")
}

// Bury notes that the message never will be accepted, and why. It is kept and can be listed.
func (l *Ledger) Bury(ctx context.Context, row int64, now time.Time, why string) error {
	return l.finish(ctx, row, stateDead, now, why)
}

func (l *Ledger) finish(ctx context.Context, row int64, state string, now time.Time, why string) error {
	return l.exec(ctx, fmt.Sprintf("mark message %d as %s", row, state),
		"UPDATE outbox SET state = $1, settled_at = $2, attempts = attempts + 1, last_error = $3, claimed_by = NULL WHERE id = $4",
		state, millis(now), why, row)
}

// Retry notes that the message has to be tried again.
func (l *Ledger) Retry(ctx context.Context, row int64, at time.Time, why string) error {
	return l.exec(ctx, fmt.Sprintf("postpone message %d", row),
		"UPDATE outbox SET next_at = $1, attempts = attempts + 1, last_error = $2, claimed_by = NULL WHERE id = $3",
		millis(at), why, row)
}

// Undelivered lists messages that wait (or, if dead is set, that were given up), newest first.
func (l *Ledger) Undelivered(ctx context.Context, dead bool, limit int) ([]Waiting, error) {
	state := statePending
	if dead {
		state = stateDead
	}
	var out []Waiting
	query := fmt.Sprintf("SELECT %s FROM outbox WHERE state = $1 ORDER BY id DESC LIMIT %d", waitingColumns, limit)
	err := l.each(ctx, query, []any{state}, func(rows *sql.Rows) error {
		w, err := scanWaiting(rows.Scan)
		out = append(out, w)
		return err
	})
	return out, l.wrap("list undelivered messages", err)
}
