package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync/atomic"
	"time"
)

// Kinds of documents that this program keeps.
const (
	// Facts are what changes slowly on a cluster; the name is the cluster's.
	Facts = "facts"
	// Backfill is how far reading back has come; the name is that of cluster and source.
	Backfill = "backfill"
	// Discovered are the clusters that one line of the configuration found in one region; the name is a checksum of both.
	Discovered = "discovered"
	// CloudWatch is what reading a cluster's metrics has cost this month, and how far it has come; the name is the cluster's ARN.
	CloudWatch = "cloudwatch"
	// Reviewed is the verdict that a migrated cluster is compared with, and the months that are over; the name is the cluster's.
	Reviewed = "reviewed"
	// Percentiles are those of long windows, computed in the background; the name has cluster and window.
	Percentiles = "percentiles"
)

// SaveDocument replaces the document of the kind and name.
func (l *Ledger) SaveDocument(ctx context.Context, kind, name string, body []byte) error {
	what := fmt.Sprintf("save %s of %q", kind, name)
	packed, err := pack(body)
	if err != nil {
		return l.wrap(what, err)
	}
	return l.exec(ctx, what, `INSERT INTO documents (kind, name, body, updated_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (kind, name) DO UPDATE SET body = excluded.body, updated_at = excluded.updated_at`,
		kind, name, packed, millis(l.now()))
}

// FirstDocument keeps a document of the kind and name unless there is one, and returns the one that is there then: of several
// replicas that begin at once, one wins.
func (l *Ledger) FirstDocument(ctx context.Context, kind, name string, body []byte) ([]byte, error) {
	what := fmt.Sprintf("save %s of %q", kind, name)
	packed, err := pack(body)
	if err != nil {
		return nil, l.wrap(what, err)
	}
	err = l.exec(ctx, what, `INSERT INTO documents (kind, name, body, updated_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (kind, name) DO NOTHING`, kind, name, packed, millis(l.now()))
	if err != nil {
		return nil, err
	}
	there, _, err := l.Document(ctx, kind, name)
	return there, err
}

// UpdateDocument replaces the document of the kind and name by what change makes of it, and returns that. change gets nil when
// there is none. Nothing else writes the document in between, in this process or another one. change may be called more than
// once, and later, so it must depend on nothing but its argument.
func (l *Ledger) UpdateDocument(ctx context.Context, kind, name string, change func([]byte) ([]byte, error)) ([]byte, error) {
	var after atomic.Pointer[[]byte]
	now := millis(l.now())
	err := l.write(ctx, fmt.Sprintf("update %s of %q", kind, name), func(ctx context.Context, tx *sql.Tx) error {
		var packed, before []byte
		err := tx.QueryRowContext(ctx, `INSERT INTO documents (kind, name, body, updated_at) VALUES ($1, $2, $3, $4)
			ON CONFLICT (kind, name) DO UPDATE SET updated_at = excluded.updated_at RETURNING body`, // locks the row
			kind, name, []byte{}, now).Scan(&packed)
		if err == nil && len(packed) > 0 {
			before, err = unpack(packed)
		}
		if err != nil {
			return err
		}
		body, err := change(before)
		if err == nil {
			packed, err = pack(body)
		}
		if err != nil {
			return err
		}
		after.Store(&body)
		_, err = tx.ExecContext(ctx, "UPDATE documents SET body = $1 WHERE kind = $2 AND name = $3", packed, kind, name)
		return err
	})
	if err != nil {
		return nil, err
	}
	return *after.Load(), nil
}

// Document returns the document of the kind and name, and when it was saved; nil when there is none.
func (l *Ledger) Document(ctx context.Context, kind, name string) (body []byte, savedAt time.Time, err error) {
	var packed []byte
	var ms int64
	err = l.row(ctx, "SELECT body, updated_at FROM documents WHERE kind = $1 AND name = $2", []any{kind, name}, &packed, &ms)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, savedAt, nil
	}
	if err == nil {
		body, err = unpack(packed)
	}
	return body, fromMillis(ms), l.wrap(fmt.Sprintf("read %s of %q", kind, name), err)
}

// DropDocument forgets the document of the kind and name, if there is one.
func (l *Ledger) DropDocument(ctx context.Context, kind, name string) error {
	return l.exec(ctx, fmt.Sprintf("drop %s of %q", kind, name), "DELETE FROM documents WHERE kind = $1 AND name = $2", kind, name)
}

// SaveFacts keeps the facts of a cluster where every replica finds them.
func (l *Ledger) SaveFacts(ctx context.Context, cluster string, doc []byte) error {
	return l.SaveDocument(ctx, Facts, cluster, doc)
}

// LoadFacts returns the facts of a cluster; nil when there are none.
func (l *Ledger) LoadFacts(ctx context.Context, cluster string) ([]byte, error) {
	body, _, err := l.Document(ctx, Facts, cluster)
	return body, err
}
