package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Replica is a process that shares the ledger with others.
type Replica struct {
	// ID is drawn anew at each joining; Name is the host's and need not be unique.
	ID, Name string
	// Shares is true when its history is in a store that the other replicas read too.
	Shares bool
	// JoinedAt is by the database's clock.
	JoinedAt time.Time
}

// Lease is the right of one replica to work on one thing, a cluster as a rule.
type Lease struct {
	Name, Replica string
	// Status is what its holder last reported, as JSON; empty: nothing yet.
	Status []byte
}

// Members are the replicas that are alive, the oldest first, and what they hold.
type Members struct {
	Replicas []Replica
	Leases   []Lease
	// Evicted is how many replicas were found dead and removed, with all that they held.
	Evicted int
}

// ErrLeaseLost says that this process counts as dead, or that another replica works on the cluster: what it wanted to write is
// stale.
var ErrLeaseLost = errors.New("the lease is lost: another replica may have taken over")

// lease is write on the connections for leases.
func (l *Ledger) lease(ctx context.Context, what string, do func(context.Context, *sql.Tx) error) error {
	return l.wrap(what, l.transact(ctx, l.leasing, do))
}

// leaseExec is lease for a single statement.
func (l *Ledger) leaseExec(ctx context.Context, what, query string, args ...any) error {
	return l.lease(ctx, what, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, query, args...)
		return err
	})
}

// dbNow is the present by the database's clock, in milliseconds.
const dbNow = "(EXTRACT(EPOCH FROM clock_timestamp()) * 1000)::BIGINT"

// Join announces a replica that counts as alive for ttl. It works only with PostgreSQL, as all methods on leases do.
func (l *Ledger) Join(ctx context.Context, r Replica, ttl time.Duration) error {
	return l.leaseExec(ctx, "join the replicas", `INSERT INTO replicas (id, name, shares, joined_at, expires_at)
		VALUES ($1, $2, $3, `+dbNow+`, `+dbNow+` + $4)`, r.ID, r.Name, truth(r.Shares), ttl.Milliseconds())
}

// Renew keeps the replica alive for another ttl, removes those that are dead and returns who holds what. The error is ErrLeaseLost
// once the replica itself counts as dead; it holds nothing then.
func (l *Ledger) Renew(ctx context.Context, id string, ttl time.Duration) (m Members, err error) {
	const what = "renew the lease"
	err = l.lease(ctx, what, func(ctx context.Context, tx *sql.Tx) error {
		const query = "UPDATE replicas SET expires_at = " + dbNow + " + $1 WHERE id = $2 AND expires_at > " + dbNow
		alive, err := changed(tx.ExecContext(ctx, query, ttl.Milliseconds(), id))
		if err == nil && !alive {
			err = ErrLeaseLost
		}
		return err
	})
	if err != nil {
		return m, err
	}
	err = l.lease(ctx, what, func(ctx context.Context, tx *sql.Tx) error { // one that renews at this moment is locked, and skipped
		r, err := tx.ExecContext(ctx, `DELETE FROM replicas WHERE id IN
			(SELECT id FROM replicas WHERE expires_at <= `+dbNow+` FOR UPDATE SKIP LOCKED)`)
		if err != nil {
			return err
		}
		n, err := r.RowsAffected()
		m.Evicted = int(n)
		return err
	})
	if err != nil {
		return m, err
	}
	return m, l.wrap(what, l.members(ctx, &m))
}

func (l *Ledger) members(ctx context.Context, m *Members) error {
	err := eachOf(ctx, l.leasing,
		"SELECT id, name, shares, joined_at FROM replicas ORDER BY joined_at, id", nil, func(rows *sql.Rows) error {
			var r Replica
			var shares, joined int64
			err := rows.Scan(&r.ID, &r.Name, &shares, &joined)
			r.Shares, r.JoinedAt = shares == 1, fromMillis(joined)
			m.Replicas = append(m.Replicas, r)
			return err
		})
	if err != nil {
		return err
	}
	return eachOf(ctx, l.leasing, "SELECT name, replica, status FROM leases ORDER BY name", nil, func(rows *sql.Rows) error {
		var one Lease
		err := rows.Scan(&one.Name, &one.Replica, &one.Status)
		m.Leases = append(m.Leases, one)
		return err
	})
}

// Take gives the replica those of the names that no replica holds, and returns it.
func (l *Ledger) Take(ctx context.Context, id string, names []string) (taken []string, err error) {
	err = l.lease(ctx, "take leases", func(ctx context.Context, tx *sql.Tx) (err error) {
		taken = nil
		rows, err := tx.QueryContext(ctx, `INSERT INTO leases (name, replica, taken_at, status)
			SELECT unnest($1::TEXT[]), $2, `+dbNow+`, '' ON CONFLICT DO NOTHING RETURNING name`, names, id)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, rows.Close()) }()
		for rows.Next() {
			var name string
			if err := rows.Scan(&name); err != nil {
				return err
			}
			taken = append(taken, name)
		}
		return rows.Err()
	})
	return taken, err
}

// GiveUp ends leases of the replica.
func (l *Ledger) GiveUp(ctx context.Context, id string, names []string) error {
	return l.leaseExec(ctx, "give up leases", "DELETE FROM leases WHERE replica = $1 AND name = ANY($2::TEXT[])", id, names)
}

// Leave ends the replica and all its leases at once.
func (l *Ledger) Leave(ctx context.Context, id string) error {
	return l.leaseExec(ctx, "leave the replicas", "DELETE FROM replicas WHERE id = $1", id)
}

// ReportStatus keeps what the holder of leases reports to the other replicas: JSON by name.
func (l *Ledger) ReportStatus(ctx context.Context, id string, status map[string][]byte) error {
	var names, bodies []string
	for name, body := range status {
		names, bodies = append(names, name), append(bodies, string(body))
	}
	return l.leaseExec(ctx, "report the status of clusters", `UPDATE leases SET status = new.status
		FROM unnest($1::TEXT[], $2::TEXT[]) AS new (name, status) WHERE leases.name = new.name AND replica = $3`, names, bodies, id)
}

// fence is whom this process is among the replicas.
type fence struct {
	id     string
	leased func(name string) bool
}

// ActAs has the ledger refuse what is written on a cluster whose lease the replica does not hold, with ErrLeaseLost, and claim
// messages for it. leased says which names are subject to a lease. An empty id ends that.
func (l *Ledger) ActAs(id string, leased func(name string) bool) {
	if id == "" {
		l.acting.Store(nil)
		return
	}
	l.acting.Store(&fence{id, leased})
}

// check refuses to write on a cluster for a replica that has lost its lease without knowing yet. The lease stays until the
// transaction ends.
func (f *fence) check(ctx context.Context, tx *sql.Tx, cluster string) error {
	if f == nil {
		return nil
	}
	var holder string
	err := tx.QueryRowContext(ctx, "SELECT replica FROM leases WHERE name = $1 FOR KEY SHARE", cluster).Scan(&holder)
	switch {
	case errors.Is(err, sql.ErrNoRows) && !f.leased(cluster):
		return nil
	case errors.Is(err, sql.ErrNoRows), err == nil && holder != f.id:
		return fmt.Errorf("%q: %w", cluster, ErrLeaseLost)
	}
	return err
}

// claimant is the replica that claims messages; empty: the ledger has one user.
func (l *Ledger) claimant() string {
	if f := l.acting.Load(); f != nil {
		return f.id
	}
	return ""
}
