package ledger

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/mskfit/mskfit/internal/testbed"
	"github.com/mskfit/mskfit/verdict"
)

// joined opens the ledger as a replica.
func joined(t *testing.T, cfg Config, id string, ttl time.Duration) *Ledger {
	t.Helper()
	l, err := Open(t.Context(), cfg, Options{})
	must(t, err)
	t.Cleanup(func() { must(t, l.Close()) })
	must(t, l.Join(t.Context(), Replica{ID: id, Name: id, Shares: true}, ttl))
	l.ActAs(id, func(name string) bool { return name != "own" })
	return l
}

func take(t *testing.T, l *Ledger, id string, names ...string) []string {
	t.Helper()
	got, err := l.Take(t.Context(), id, names)
	must(t, err)
	slices.Sort(got)
	return got
}

func TestLeases(t *testing.T) {
	server := testbed.Postgres(t)
	t.Run("one holder", func(t *testing.T) { testOneHolder(t, schemaOf(t, server.DSN)) })
	t.Run("dead replica", func(t *testing.T) { testDeadReplica(t, schemaOf(t, server.DSN)) })
	t.Run("claims", func(t *testing.T) { testClaims(t, schemaOf(t, server.DSN)) })
	t.Run("claims at once", func(t *testing.T) { testClaimsAtOnce(t, schemaOf(t, server.DSN)) })
}

// A lease has one holder, who alone writes on the cluster; given up or left behind, another one takes it.
func testOneHolder(t *testing.T, cfg Config) {
	a, b := joined(t, cfg, "a", time.Hour), joined(t, cfg, "b", time.Hour)
	if got := take(t, a, "a", "orders", "shop"); !slices.Equal(got, []string{"orders", "shop"}) {
		t.Errorf("a took %v", got)
	}
	if got := take(t, b, "b", "orders", "games"); !slices.Equal(got, []string{"games"}) {
		t.Errorf("b took %v, want what is free", got)
	}
	message := Message{"m1", "slack", []byte("{}")}
	must(t, a.Enqueue(t.Context(), "orders", message))
	must(t, b.Enqueue(t.Context(), "own", message))
	for _, err := range []error{b.Enqueue(t.Context(), "orders", message), b.Enqueue(t.Context(), "nobodys", message),
		b.SaveVerdict(t.Context(), verdict.Verdict{Cluster: "orders", At: time.Now()})} {
		if !errors.Is(err, ErrLeaseLost) {
			t.Errorf("b writes on a cluster that it does not hold: %v", err)
		}
	}
	must(t, a.GiveUp(t.Context(), "a", []string{"orders", "games"}))
	if err := a.Enqueue(t.Context(), "orders", message); !errors.Is(err, ErrLeaseLost) {
		t.Errorf("a writes after giving up: %v", err)
	}
	if got := take(t, b, "b", "orders", "shop", "games"); !slices.Equal(got, []string{"orders"}) {
		t.Errorf("b took %v after a gave up orders", got)
	}
	must(t, b.ReportStatus(t.Context(), "b", map[string][]byte{"orders": []byte("{}"), "shop": []byte("no")}))
	m, err := a.Renew(t.Context(), "a", time.Hour)
	must(t, err)
	want := []Lease{{"games", "b", []byte{}}, {"orders", "b", []byte("{}")}, {"shop", "a", []byte{}}}
	if len(m.Replicas) != 2 || fmt.Sprint(m.Leases) != fmt.Sprint(want) || m.Evicted != 0 {
		t.Errorf("members %+v", m)
	}
	must(t, b.Leave(t.Context(), "b"))
	if got := take(t, a, "a", "orders", "games"); len(got) != 2 {
		t.Errorf("a took %v after b left", got)
	}
}

// By the database's clock a replica that does not renew is dead: its leases are free, and it cannot come back or write.
func testDeadReplica(t *testing.T, cfg Config) {
	a, b := joined(t, cfg, "a", time.Hour), joined(t, cfg, "b", time.Hour)
	take(t, a, "a", "orders")
	_, err := a.db.ExecContext(t.Context(), "UPDATE replicas SET expires_at = "+dbNow+" - 1 WHERE id = 'a'")
	must(t, err)
	if got := take(t, b, "b", "orders"); len(got) != 0 {
		t.Errorf("b took %v before a was found dead", got)
	}
	m, err := b.Renew(t.Context(), "b", time.Hour)
	must(t, err)
	if m.Evicted != 1 || len(m.Replicas) != 1 || len(m.Leases) != 0 {
		t.Errorf("members %+v", m)
	}
	if _, err := a.Renew(t.Context(), "a", time.Hour); !errors.Is(err, ErrLeaseLost) {
		t.Errorf("a dead replica renews: %v", err)
	}
	if _, err := a.Take(t.Context(), "a", []string{"orders"}); err == nil {
		t.Error("a dead replica takes a lease")
	}
	if err := a.Enqueue(t.Context(), "orders", Message{"m", "slack", []byte("{}")}); !errors.Is(err, ErrLeaseLost) {
		t.Errorf("a dead replica writes: %v", err)
	}
	if got := take(t, b, "b", "orders"); len(got) != 1 {
		t.Errorf("b took %v from a dead replica", got)
	}
}

// due is the message that a replica may deliver; empty: none.
func due(t *testing.T, l *Ledger) (Waiting, string, time.Time) {
	t.Helper()
	w, _, next, err := l.Due(t.Context(), "slack", time.Now())
	must(t, err)
	return w, w.ID, next
}

// A message is one replica's until it is settled, or that one is dead. The next one on its cluster waits.
func testClaims(t *testing.T, cfg Config) {
	a, b := joined(t, cfg, "a", time.Hour), joined(t, cfg, "b", time.Hour)
	must(t, a.Commit(t.Context(), Commitment{Cluster: "own",
		Messages: []Message{{"m1", "slack", []byte("{}")}, {"m2", "slack", []byte("{}")}}}))
	w, id, _ := due(t, a)
	if id != "m1" {
		t.Fatalf("a gets %q", id)
	}
	if _, id, next := due(t, b); id != "" || !next.IsZero() {
		t.Errorf("b gets %q, or is to look again at %v, while a delivers", id, next)
	}
	if _, id, _ := due(t, a); id != "m1" {
		t.Errorf("a gets %q the second time", id)
	}
	must(t, a.Retry(t.Context(), w.Row, time.Now().Add(-time.Second), "503"))
	if _, id, _ := due(t, b); id != "m1" {
		t.Errorf("b gets %q after a was refused", id)
	}
	must(t, b.Leave(t.Context(), "b"))
	if _, id, _ := due(t, a); id != "m1" {
		t.Errorf("a gets %q after b died with it", id)
	}
	must(t, a.Sent(t.Context(), w.Row, time.Now()))
	if _, id, _ := due(t, a); id != "m2" {
		t.Errorf("a gets %q, want the next one", id)
	}
}

// Replicas that look at the same time never get the same message, and together they get all.
func testClaimsAtOnce(t *testing.T, cfg Config) {
	const messages, replicas = 60, 4
	var all []*Ledger
	for i := range replicas {
		all = append(all, joined(t, cfg, fmt.Sprint(i), time.Hour))
	}
	for i := range messages {
		must(t, all[0].exec(t.Context(), "fill", `INSERT INTO outbox (message_id, cluster, target, payload, created_at, next_at, attempts, state, last_error)
			VALUES ($1, $2, 'slack', '{}', 0, 0, 0, 'pending', '')`, fmt.Sprint(i), fmt.Sprint(i%20)))
	}
	var mu sync.Mutex
	got := map[string]int{}
	var wait sync.WaitGroup
	for _, l := range all {
		wait.Go(func() {
			for {
				mu.Lock()
				done := len(got) == messages
				mu.Unlock()
				if done {
					return
				}
				w, found, _, err := l.Due(t.Context(), "slack", time.Now())
				if err == nil && found {
					mu.Lock()
					got[w.ID]++
					mu.Unlock()
					err = l.Sent(t.Context(), w.Row, time.Now())
				}
				if err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wait.Wait()
	for id, n := range got {
		if n != 1 {
			t.Errorf("message %s was given out %d times", id, n)
		}
	}
}
