package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"hash/fnv"
	"net/url"
	"time"

	"github.com/ncruces/go-sqlite3"
)

// ErrNotLeader says that another process leads by now; what this one wanted to write is stale.
var ErrNotLeader = errors.New("another replica has taken over")

// leadership is what makes a process the active one. A nil one checks nothing.
type leadership struct {
	name  string
	epoch int64
}

// check refuses to write for a process that has lost its leadership without knowing yet.
func (h *leadership) check(ctx context.Context, tx *sql.Tx, d dialect) error {
	if h == nil {
		return nil
	}
	var epoch int64
	if err := tx.QueryRowContext(ctx, "SELECT epoch FROM leaders WHERE name = $1"+d.share, h.name).Scan(&epoch); err != nil {
		return err
	}
	if epoch != h.epoch {
		return ErrNotLeader
	}
	return nil
}

// How often a standby asks whether the leader is gone, and a leader whether it still is one.
const (
	standbyInterval = 2 * time.Second
	leaderInterval  = 2 * time.Second
)

// Lead waits until this process is the only active one of the name (a shard, say), calls run, and returns what it returned.
// The context of run ends when the leadership is lost: with the connection to PostgreSQL, or with ctx. Then, once run has
// returned, it waits again. While run is active, every write of the ledger is refused should another process lead by
// then. standby is called after each attempt that did not win: err says why PostgreSQL could not be asked; nil: another process
// leads.
func (l *Ledger) Lead(ctx context.Context, name string, standby func(err error), run func(ctx context.Context) error) error {
	for {
		h, err := l.tryLead(ctx, name)
		switch {
		case err != nil && ctx.Err() == nil:
			l.log.Warn().Err(err).Msg("leadership check failed")
		case h != nil:
			lost, err := l.leading(ctx, h, run)
			if !lost {
				return err
			}
			l.log.Warn().Str("name", name).Msg("leadership lost, waiting to take it back")
		}
		if h == nil && standby != nil && ctx.Err() == nil {
			standby(err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(standbyInterval):
		}
	}
}

// held is a won leadership: the connection that the lock lives on.
type held struct {
	leadership
	conn *sql.Conn
	done func() error
}

// leading calls run and watches the lock meanwhile. lost is true when the lock went away under it.
func (l *Ledger) leading(ctx context.Context, h *held, run func(context.Context) error) (lost bool, err error) {
	active, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	l.lead.Store(&h.leadership)
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		h.watch(active, cancel)
	}()
	err = run(active)
	lost = errors.Is(context.Cause(active), ErrNotLeader)
	cancel(nil)
	<-watched
	l.lead.Store(nil)
	if e := h.done(); e != nil && !lost && ctx.Err() == nil {
		l.log.Warn().Err(e).Msg("leadership not released cleanly")
	}
	return lost, err
}

// watch asks the connection that holds the lock whether it is alive.
func (h *held) watch(ctx context.Context, cancel context.CancelCauseFunc) {
	tick := time.NewTicker(leaderInterval)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		ask, stop := context.WithTimeout(ctx, leaderInterval)
		err := h.conn.PingContext(ask)
		stop()
		if err != nil && ctx.Err() == nil {
			cancel(ErrNotLeader)
			return
		}
	}
}

// tryLead takes the lock of the name; nil when another process has it.
func (l *Ledger) tryLead(ctx context.Context, name string) (*held, error) {
	h, err := l.lock(ctx, name)
	if h == nil || err != nil {
		return nil, err
	}
	err = l.row(ctx, `INSERT INTO leaders (name, epoch) VALUES ($1, 1)
		ON CONFLICT (name) DO UPDATE SET epoch = leaders.epoch + 1 RETURNING epoch`, []any{name}, &h.epoch)
	if err != nil {
		return nil, errors.Join(err, h.done())
	}
	return h, nil
}

// lock holds for as long as its connection: a process that dies gives it up.
func (l *Ledger) lock(ctx context.Context, name string) (*held, error) {
	if l.dialect.name == sqliteDialect.name {
		return lockFile(ctx, l.cfg.File+"-lead-"+url.PathEscape(name), name)
	}
	conn, err := l.db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	hash := fnv.New64a()
	fmt.Fprintf(hash, "mskfit leader %s", name)
	key := int64(hash.Sum64())
	var won bool
	if err := conn.QueryRowContext(ctx, "SELECT pg_try_advisory_lock($1)", key).Scan(&won); err != nil || !won {
		return nil, errors.Join(err, conn.Close())
	}
	done := func() error {
		_, err := conn.ExecContext(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock($1)", key)
		return errors.Join(err, conn.Close())
	}
	return &held{leadership: leadership{name: name}, conn: conn, done: done}, nil
}

// lockFile leads among processes of one machine: an open exclusive transaction on a file of its own.
func lockFile(ctx context.Context, file, name string) (*held, error) {
	db, err := sql.Open("sqlite3", sqliteURL(file, "busy_timeout(0)"))
	if err != nil {
		return nil, err
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	if _, err := conn.ExecContext(ctx, "BEGIN EXCLUSIVE"); err != nil {
		if errors.Is(err, sqlite3.BUSY) {
			err = nil
		}
		return nil, errors.Join(err, conn.Close(), db.Close())
	}
	done := func() error {
		_, err := conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
		return errors.Join(err, conn.Close(), db.Close())
	}
	return &held{leadership: leadership{name: name}, conn: conn, done: done}, nil
}
