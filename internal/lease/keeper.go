package lease

import (
	"context"
	"crypto/rand"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/internal/ledger"
)

// Store is where replicas find each other.
type Store interface {
	Join(ctx context.Context, r ledger.Replica, ttl time.Duration) error
	// Renew returns ledger.ErrLeaseLost once the replica counts as dead.
	Renew(ctx context.Context, id string, ttl time.Duration) (ledger.Members, error)
	Take(ctx context.Context, id string, names []string) (taken []string, err error)
	GiveUp(ctx context.Context, id string, names []string) error
	Leave(ctx context.Context, id string) error
	ReportStatus(ctx context.Context, id string, status map[string][]byte) error
	ActAs(id string, leased func(name string) bool)
}

// Timing is how long a lease lasts and how often it is renewed.
type Timing struct {
	// Length is how long a replica counts as alive after it has proved it; what a dead one held is free after that.
	Length time.Duration
	// Every is how often it proves it, and takes leases or gives them up.
	Every time.Duration
}

// DefaultTiming has a dead replica's clusters taken over within about 65 s, and outlasts a database that is away for 50 s.
func DefaultTiming() Timing { return Timing{Length: time.Minute, Every: 5 * time.Second} }

// stop is how long after its last proof a replica stops: early enough for its jobs to end before another one begins.
func (t Timing) stop() time.Duration { return t.Length - t.Length/10 }

// Options are what a Keeper needs.
type Options struct {
	// Name is that of this replica, as people know it: its host.
	Name string
	// Shares is true when the other replicas can read this one's history.
	Shares bool
	Timing Timing
	// Wanted are the names that some replica is to hold.
	Wanted func() []string
	// Status is what this replica reports to the others on the names that it works on; it must not block.
	Status func() map[string][]byte
	// Changed is called when there is another set to work on: see [Keeper.Held]. It must not block.
	Changed func()
	// Seen is called after every renewal, with its error; evicted replicas were found dead. It must not block.
	Seen func(err error, evicted int)
	Log  zerolog.Logger
}

// Keeper holds the leases of this process. It is safe for concurrent use.
type Keeper struct {
	store Store
	Options

	// proved is when this replica last proved that it is alive; only renew uses it.
	proved time.Time

	mu sync.Mutex
	// id is empty while this replica is not alive.
	id      string
	members ledger.Members
	// granted are leases by the ledger; true: to be worked on, false: to be given up once this replica no longer works on it.
	granted map[string]bool
	// working is what is being worked on.
	working  map[string]bool
	reported map[string]string
}

// New returns a keeper that holds nothing until it runs.
func New(store Store, o Options) *Keeper {
	return &Keeper{store: store, Options: o}
}

// Run joins the replicas and calls work, which is to work on what [Keeper.Held] says until its context ends: with ctx, or when the
// leases have run out. After the latter it joins anew. When ctx is done and work has returned, the leases are given up at once.
func (k *Keeper) Run(ctx context.Context, work func(context.Context) error) error {
	for {
		lost, err := k.live(ctx, work)
		if !lost || ctx.Err() != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(k.Timing.Every):
		}
	}
}

// live is one life of the replica, from joining until its lease is lost or ctx is done.
func (k *Keeper) live(ctx context.Context, work func(context.Context) error) (lost bool, err error) {
	alive, end := context.WithCancelCause(ctx)
	defer end(nil)
	id, sent := rand.Text(), time.Now()
	joining, cancel := context.WithTimeout(ctx, k.Timing.stop())
	err = k.store.Join(joining, ledger.Replica{ID: id, Name: k.Name, Shares: k.Shares}, k.Timing.Length)
	cancel()
	if err != nil {
		k.Seen(err, 0)
		return true, nil
	}
	k.proved = sent
	k.begin(id)
	defer k.end(ctx)
	alarm := time.AfterFunc(time.Until(sent.Add(k.Timing.stop())), func() { end(ledger.ErrLeaseLost) })
	defer alarm.Stop()
	k.renew(alive, id, alarm, end)
	renewed := make(chan struct{})
	go func() {
		defer close(renewed)
		k.keep(alive, id, alarm, end)
	}()
	err = work(alive)
	lost = errors.Is(context.Cause(alive), ledger.ErrLeaseLost)
	if lost {
		k.Log.Warn().Msg("leases lost: this replica has stopped and joins again as soon as it can")
	}
	end(nil)
	<-renewed
	return lost, err
}

func (k *Keeper) begin(id string) {
	k.mu.Lock()
	k.id, k.granted, k.working, k.reported = id, map[string]bool{}, map[string]bool{}, map[string]string{}
	k.mu.Unlock()
	k.store.ActAs(id, func(name string) bool { return slices.Contains(k.Wanted(), name) })
}

// leaveFor is how long giving everything up may take; without it the leases run out.
const leaveFor = 2 * time.Second

func (k *Keeper) end(ctx context.Context) {
	k.mu.Lock()
	id := k.id
	k.id, k.granted, k.working = "", nil, nil
	k.mu.Unlock()
	leaving, cancel := context.WithTimeout(context.WithoutCancel(ctx), leaveFor)
	defer cancel()
	if err := k.store.Leave(leaving, id); err != nil {
		k.Log.Warn().Err(err).Dur("lease", k.Timing.Length).Msg("leases not given up: they run out by themselves")
	}
	k.store.ActAs("", nil)
}

// keep renews until ctx is done.
func (k *Keeper) keep(ctx context.Context, id string, alarm *time.Timer, end context.CancelCauseFunc) {
	tick := time.NewTicker(k.Timing.Every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			k.renew(ctx, id, alarm, end)
		}
	}
}

// renew proves that this replica is alive, and takes and gives up leases.
func (k *Keeper) renew(ctx context.Context, id string, alarm *time.Timer, end context.CancelCauseFunc) {
	asking, cancel := context.WithTimeout(ctx, 2*k.Timing.Every)
	defer cancel()
	sent := time.Now()
	if sent.Round(0).Sub(k.proved.Round(0)) > k.Timing.stop() { // the machine slept: timers do not count that
		end(ledger.ErrLeaseLost)
		return
	}
	m, err := k.store.Renew(asking, id, k.Timing.Length)
	switch {
	case ctx.Err() != nil:
		return
	case errors.Is(err, ledger.ErrLeaseLost):
		end(ledger.ErrLeaseLost)
		return
	case err == nil:
		k.proved = sent
		alarm.Reset(time.Until(sent.Add(k.Timing.stop())))
		err = k.share(asking, id, m)
	}
	if ctx.Err() == nil {
		k.Seen(err, m.Evicted)
	}
}

// share compares what the replica holds with what it is to hold.
func (k *Keeper) share(ctx context.Context, id string, m ledger.Members) error {
	before, free := k.sort(id, m)
	var errs []error
	if len(free) > 0 {
		taken, err := k.store.Take(ctx, id, free)
		errs = append(errs, err)
		k.mu.Lock()
		for _, name := range taken {
			k.granted[name] = true
		}
		k.mu.Unlock()
	}
	if !maps.Equal(before, k.Held()) {
		k.Changed()
	}
	return errors.Join(append(errs, k.giveUp(ctx), k.report(ctx, id))...)
}

// sort notes which leases to keep and which to give up. It returns what was held before, and which names are free to take.
func (k *Keeper) sort(id string, m ledger.Members) (before map[string]bool, free []string) {
	wanted, held := k.Wanted(), map[string]string{}
	for _, l := range m.Leases {
		held[l.Name] = l.Replica
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	before = k.held()
	k.members, k.granted = m, map[string]bool{}
	for name, holder := range held {
		if holder == id {
			k.granted[name] = false
		}
	}
	all := placed(m.Replicas)
	for _, name := range wanted {
		switch holder := held[name]; {
		case all.owner(name) != id:
		case holder == id:
			k.granted[name] = true
		case holder == "":
			free = append(free, name)
		}
	}
	return before, free
}

// giveUp gives up what another replica is to have and this one does not work on.
func (k *Keeper) giveUp(ctx context.Context) error {
	k.mu.Lock()
	id := k.id
	var names []string
	for name, keep := range k.granted {
		if !keep && !k.working[name] {
			names = append(names, name)
		}
	}
	k.mu.Unlock()
	if len(names) == 0 || id == "" {
		return nil
	}
	if err := k.store.GiveUp(ctx, id, names); err != nil {
		return err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, name := range names {
		delete(k.granted, name)
	}
	return nil
}

// report writes what has changed for the other replicas.
func (k *Keeper) report(ctx context.Context, id string) error {
	news := map[string][]byte{}
	all := k.Status()
	k.mu.Lock()
	for name, body := range all {
		if k.granted[name] && k.reported[name] != string(body) {
			news[name] = body
		}
	}
	k.mu.Unlock()
	if len(news) == 0 {
		return nil
	}
	if err := k.store.ReportStatus(ctx, id, news); err != nil {
		return err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	for name, body := range news {
		k.reported[name] = string(body)
	}
	return nil
}

// Held are the names to work on at present.
func (k *Keeper) Held() map[string]bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.held()
}

func (k *Keeper) held() map[string]bool {
	out := map[string]bool{}
	for name, keep := range k.granted {
		if keep {
			out[name] = true
		}
	}
	return out
}

// Working says that these names are worked on from now on, and no others: what is due to be given up and not among them is
// given up at once.
func (k *Keeper) Working(ctx context.Context, names map[string]bool) {
	k.mu.Lock()
	k.working = maps.Clone(names)
	k.mu.Unlock()
	if err := k.giveUp(ctx); err != nil && ctx.Err() == nil {
		k.Log.Warn().Err(err).Msg("leases not given up yet; will retry")
	}
}

// Members are the replicas and leases as they were at the last renewal, and the ID of this replica; empty: it is not one of them.
func (k *Keeper) Members() (m ledger.Members, self string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.members, k.id
}

// Alive is how many replicas share the names, as of the last renewal; 0: this one has not joined yet.
func (k *Keeper) Alive() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return len(k.members.Replicas)
}
