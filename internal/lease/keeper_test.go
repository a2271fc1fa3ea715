package lease

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/internal/ledger"
)

// members are the replicas of a ledger; the keeper under test is the first.
type members struct {
	mu     sync.Mutex
	self   ledger.Replica
	others []ledger.Replica
}

func (m *members) set(names ...string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.others = nil
	for _, n := range names {
		m.others = append(m.others, ledger.Replica{ID: n, Name: n, Shares: true})
	}
}

func (m *members) Join(_ context.Context, r ledger.Replica, _ time.Duration) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.self = r
	return nil
}

func (m *members) Renew(context.Context, string, time.Duration) (ledger.Members, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return ledger.Members{Replicas: append([]ledger.Replica{m.self}, m.others...)}, nil
}

func (m *members) Take(_ context.Context, _ string, names []string) ([]string, error) {
	return names, nil
}
func (m *members) GiveUp(context.Context, string, []string) error                { return nil }
func (m *members) Leave(context.Context, string) error                           { return nil }
func (m *members) ReportStatus(context.Context, string, map[string][]byte) error { return nil }
func (m *members) ActAs(string, func(string) bool)                               {}

// How many replicas share follows with the next renewal when one joins and when one is found dead.
func TestAliveFollowsTheReplicas(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, timing := &members{}, DefaultTiming()
		k := New(store, Options{Name: "a", Shares: true, Timing: timing, Wanted: func() []string { return []string{"orders"} },
			Status: func() map[string][]byte { return nil }, Changed: func() {}, Seen: func(error, int) {}, Log: zerolog.Nop()})
		if k.Alive() != 0 {
			t.Errorf("%d are alive before this one has joined", k.Alive())
		}
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- k.Run(ctx, func(ctx context.Context) error { <-ctx.Done(); return nil }) }()
		for _, others := range [][]string{nil, {"b"}, {"b", "c"}, {"c"}, nil} {
			store.set(others...)
			time.Sleep(timing.Every)
			synctest.Wait()
			if got, want := k.Alive(), 1+len(others); got != want {
				t.Errorf("%d are alive beside %v, want %d", got, others, want)
			}
		}
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}
