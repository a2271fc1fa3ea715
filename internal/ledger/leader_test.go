package ledger

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/mskfit/mskfit/internal/testbed"
)

// replica runs Lead in the background and says what happens to it.
type replica struct {
	ledger  *Ledger
	active  chan context.Context // the context of every time it leads
	standby chan struct{}
	stop    context.CancelFunc
	ended   chan error
}

func startReplica(t *testing.T, cfg Config, name string) *replica {
	t.Helper()
	l, err := Open(t.Context(), cfg, Options{})
	must(t, err)
	ctx, stop := context.WithCancel(t.Context())
	r := &replica{ledger: l, active: make(chan context.Context, 10), standby: make(chan struct{}, 10), stop: stop,
		ended: make(chan error, 1)}
	go func() {
		r.ended <- l.Lead(ctx, name, func(error) {
			select {
			case r.standby <- struct{}{}:
			default:
			}
		}, func(active context.Context) error {
			r.active <- active
			<-active.Done()
			return active.Err()
		})
	}()
	t.Cleanup(func() {
		stop()
		if err := <-r.ended; err != nil && !errors.Is(err, context.Canceled) {
			t.Errorf("a replica ended with %v", err)
		}
		l.Close()
	})
	return r
}

func await[T any](t *testing.T, what string, ch <-chan T) (v T) {
	t.Helper()
	select {
	case v = <-ch:
	case <-time.After(30 * time.Second):
		t.Fatalf("%s: not within 30 s", what)
	}
	return v
}

// Of two replicas one is active; the other takes over when the first one stops, and other shards are led at the same time.
func testLead(t *testing.T, cfg Config) {
	first := startReplica(t, cfg, "shard-1")
	await(t, "first leads", first.active)
	second := startReplica(t, cfg, "shard-1")
	await(t, "second stands by", second.standby)
	other := startReplica(t, cfg, "shard-2")
	await(t, "another shard is led", other.active)
	select {
	case <-second.active:
		t.Fatal("two replicas are active at once")
	default:
	}
	first.stop()
	if err := await(t, "first ends", first.ended); !errors.Is(err, context.Canceled) {
		t.Errorf("the stopped replica returned %v", err)
	}
	first.ended <- nil
	await(t, "second takes over", second.active)
	if err := second.ledger.Enqueue(t.Context(), "prod", Message{"m1", "slack", []byte("{}")}); err != nil {
		t.Errorf("the new leader cannot write: %v", err)
	}
}

func TestLeadOnSQLite(t *testing.T) {
	cfg := DefaultConfig()
	cfg.File = filepath.Join(t.TempDir(), "ledger.db")
	testLead(t, cfg)
}

func TestLeadOnPostgres(t *testing.T) {
	server := testbed.Postgres(t)
	testLead(t, schemaOf(t, server.DSN))
}

// When the server dies, the leader stops being one; once the server is back, one of the replicas leads again, and what
// one that does not know yet still wants to write is refused.
func TestLeaderLosesTheServer(t *testing.T) {
	server := testbed.Postgres(t)
	cfg := schemaOf(t, server.DSN)
	leader := startReplica(t, cfg, "")
	active := await(t, "leads", leader.active)
	server.Kill()
	await(t, "the context ends", active.Done())
	if !errors.Is(context.Cause(active), ErrNotLeader) {
		t.Errorf("the context ended because of %v", context.Cause(active))
	}
	server.Start()
	await(t, "leads again", leader.active)
	must(t, leader.ledger.Enqueue(t.Context(), "prod", Message{"m1", "slack", []byte("{}")}))
	_, err := leader.ledger.db.ExecContext(t.Context(), "UPDATE leaders SET epoch = epoch + 1") // another replica took over
	must(t, err)
	if err := leader.ledger.Enqueue(t.Context(), "prod", Message{"m1", "slack", []byte("{}")}); !errors.Is(err, ErrNotLeader) {
		t.Errorf("a former leader wrote: %v", err)
	}
}
