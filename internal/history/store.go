package history

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/internal/workload"
)

// Store keeps the history of any number of clusters. It is safe for concurrent use. What opens it runs [Store.Run] beside
// it and
// closes it.
type Store struct {
	cfg     Config
	now     func() time.Time
	log     zerolog.Logger
	backend backend
	facts   factStore
	// read: there was an answer since the last Maintain.
	read atomic.Bool

	// writing lets one writer drain at a time, so that values reach the backend in order.
	writing sync.Mutex
	mu      sync.Mutex
	rollers map[rollerID]*roller
	pending *pending
	status  Status
	// failedAt is when writing was last tried in vain.
	failedAt time.Time
}

type rollerID struct{ cluster, source string }

// Status says whether what was appended is on disk.
type Status struct {
	// Reason is why nothing can be written; empty when everything was. Since is when that began.
	Reason string
	Since  time.Time
	// Waiting is how many values are only in memory, and Dropped how many were given up because the buffer was full.
	Waiting int
	Dropped int64
	// Written counts the values that were stored, Refused those that the store does not take: older than Config.Backfill.
	Written, Refused int64
}

// Options are what Open may be given beyond its configuration.
type Options struct {
	// Facts keeps the documents; nil: files in the folder "facts" beside the embedded store.
	Facts Facts
	// Replica is a label on what is written to an external store: replicas that follow each other on one cluster never write to the
	// same series, and the store would refuse what overlaps. Readers take all of them. Empty: no label.
	Replica string
	// Now is the clock; nil: time.Now.
	Now func() time.Time
	Log zerolog.Logger
}

// Open opens the store, and creates it when there is none. A disk that is full or read-only is no error: the store then
// works in memory and tries again every [Config.FlushInterval]; Status says so. The error is for a store that is in use by
// another
// process, or an external one whose configuration cannot work.
func Open(cfg Config, o Options) (*Store, error) {
	s := newStore(cfg, o)
	if cfg.External.InUse() {
		e, err := openExternal(cfg.External, o.Replica)
		if err != nil {
			return nil, fmt.Errorf("open external history: %w", err)
		}
		s.backend = e
		return s, nil
	}
	e, err := openSQLite(cfg, o.Log)
	if e == nil {
		return nil, fmt.Errorf("open history: %w", err)
	}
	s.backend = e
	if err != nil {
		s.note(err)
	}
	return s, nil
}

func newStore(cfg Config, o Options) *Store {
	s := &Store{cfg: cfg, now: o.Now, log: o.Log, rollers: map[rollerID]*roller{}, pending: newPending(int(cfg.Buffer))}
	if s.now == nil {
		s.now = time.Now
	}
	s.facts = factStore{store: o.Facts, known: map[string]*knownFacts{}}
	if o.Facts == nil {
		s.facts.store = FileFacts{filepath.Join(cfg.Dir, "facts")}
	}
	return s
}

// OpenReader opens the embedded store for reading, also while another process writes to it. A store that is not there yet is
// empty.
// With an external store it is the same as Open.
func OpenReader(cfg Config, o Options) (*Store, error) {
	if cfg.External.InUse() {
		return Open(cfg, o)
	}
	s := newStore(cfg, o)
	e, err := openReader(cfg, o.Log)
	if err != nil {
		return nil, fmt.Errorf("open history for reading: %w", err)
	}
	s.backend = e
	if e == nil {
		s.backend = empty{}
	}
	return s, nil
}

// furthest is how far ahead of the clock a window may end. Values from the future would make the database forget the
// past: its retention counts from the newest.
const furthest = 10 * time.Minute

// longest is the longest window that makes sense for a mean.
const longest = 31 * day

// Append keeps what a sample says. It returns nil once everything is in the store's log. After an error about the store itself
// nothing is
// lost: the values wait in memory and are written when that is possible again. A minute that is there already is replaced by a
// later
// sample of the same source, unless the later one is coarser (a window of 90 s or more); of the five minutes of a topic or
// group
// exactly while they are young (half an hour), afterwards as if the minute had been like the five. Windows that end in the
// future, have no duration
// or are very long are refused; facts are taken from any. The sample must not be changed afterwards.
func (s *Store) Append(ctx context.Context, sample workload.Sample) error {
	obs, refused := flatten(&sample)
	errs := []error{s.facts.takeFacts(ctx, &sample, obs, s.now())}
	if err := s.plausible(sample.Window); err != nil {
		return errors.Join(append(errs, err)...)
	}
	s.mu.Lock()
	id := rollerID{sample.Cluster, sample.Source}
	r := s.rollers[id]
	if r == nil {
		r = &roller{cluster: sample.Cluster, source: sample.Source}
		s.rollers[id] = r
	}
	if sample.Window.Duration() > 0 {
		s.pending.add(r.add(sample.Window, obs)...)
	}
	s.status.Refused += int64(refused)
	s.mu.Unlock()
	errs = append(errs, s.drain(ctx, false))
	if refused > 0 {
		errs = append(errs, fmt.Errorf("history of %q: %d figures of %s are negative or not numbers and were dropped",
			sample.Cluster, refused, sample.Source))
	}
	return errors.Join(errs...)
}

func (s *Store) plausible(w workload.Window) error {
	switch ahead := w.End.Sub(s.now()); {
	case w.Duration() < 0:
		return fmt.Errorf("history: a window runs backwards, from %s to %s: the clock was changed", w.Start, w.End)
	case w.Duration() > longest:
		return fmt.Errorf("history: a window of %s is longer than %s and was dropped", w.Duration(), longest)
	case ahead > furthest:
		return fmt.Errorf("history: a window ends %s in the future and was dropped: check the clock", ahead.Round(time.Second))
	}
	return nil
}

// drain writes what waits. After a failure it does not try again before FlushInterval is over, unless at once is set.
func (s *Store) drain(ctx context.Context, atOnce bool) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	if err := s.held(atOnce); err != nil {
		return err
	}
	for {
		s.mu.Lock()
		entries := s.pending.take()
		s.mu.Unlock()
		if len(entries) == 0 {
			s.recovered()
			return nil
		}
		refused, err := s.backend.write(ctx, entries)
		s.mu.Lock()
		if err != nil {
			s.pending.back()
			s.mu.Unlock()
			return s.failed(err)
		}
		s.pending.done()
		for _, e := range entries {
			s.status.Written += int64(len(e.ids))
		}
		s.status.Written -= int64(refused)
		s.status.Refused += int64(refused)
		s.mu.Unlock()
	}
}

// held returns the error of the last attempt while it is too early for the next.
func (s *Store) held(atOnce bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.status.Reason == "" || atOnce || s.now().Sub(s.failedAt).Abs() >= s.cfg.FlushInterval {
		return nil
	}
	return s.unwritten()
}

// unwritten says what is not on disk. The caller holds mu.
func (s *Store) unwritten() error {
	return &UnwrittenError{Reason: s.status.Reason, Waiting: s.pending.waiting(), Dropped: s.pending.dropped,
		Retry: s.cfg.FlushInterval}
}

// UnwrittenError says that values wait in memory. Nothing older is lost.
type UnwrittenError struct {
	Reason  string
	Waiting int
	Dropped int64
	Retry   time.Duration
}

// Error says what waits, why, and when it is tried again.
func (e *UnwrittenError) Error() string {
	lost := ""
	if e.Dropped > 0 {
		lost = fmt.Sprintf(", %d older ones were dropped: the buffer is full", e.Dropped)
	}
	return fmt.Sprintf("history cannot be written: %s; %d values wait in memory%s; retried every %s", e.Reason, e.Waiting, lost,
		e.Retry)
}

// failed notes a failure and returns what it means.
func (s *Store) failed(cause error) error {
	s.note(cause)
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.unwritten()
}

func (s *Store) note(cause error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	if s.status.Reason == "" {
		s.status.Since = now
		s.log.Error().Err(cause).Msg("history cannot be written; values wait in memory")
	}
	s.status.Reason, s.failedAt = cause.Error(), now
}

func (s *Store) recovered() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.status.Reason != "" {
		s.log.Info().Time("since", s.status.Since).Msg("history is writable again")
	}
	s.status.Reason, s.status.Since = "", time.Time{}
}

// Status returns the state of the store.
func (s *Store) Status() Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.status
	st.Waiting, st.Dropped = s.pending.waiting(), s.pending.dropped
	return st
}

// Ping reports whether the store answers. An external one is asked for a constant.
func (s *Store) Ping(ctx context.Context) error {
	if err := s.backend.ping(ctx); err != nil {
		return fmt.Errorf("ask the history: %w", err)
	}
	return nil
}

// Run maintains the store every FlushInterval until ctx is done.
func (s *Store) Run(ctx context.Context) error {
	tick := time.NewTicker(s.cfg.FlushInterval)
	defer tick.Stop()
	for failures := 0; ; {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		switch err := s.Maintain(ctx); {
		case ctx.Err() != nil:
		case err == nil && failures > 0:
			s.log.Info().Int("failures", failures).Msg("history works again")
			failures = 0
		case err != nil:
			if failures++; failures&(failures-1) == 0 { // the first, second, fourth, eighth… time
				s.log.Error().Err(err).Int("times", failures).Msg("history has a problem")
			}
		}
	}
}

// Maintain does what is due: it writes what waits, forces the log to disk, compacts and saves facts.
func (s *Store) Maintain(ctx context.Context) error {
	now := s.now()
	s.close(nearestMinute(now.Add(-2 * time.Minute).UnixMilli()))
	if s.read.Swap(false) {
		defer debug.FreeOSMemory() // two weeks of 500 topics take as much as all the rest, once in a quarter of an hour
	}
	return errors.Join(s.drain(ctx, false), s.backend.maintain(ctx, now), s.facts.save(ctx, now))
}

// close takes the minutes of short windows that began before minute, for sources that fell silent.
func (s *Store) close(minute int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, id := range slices.SortedFunc(maps.Keys(s.rollers), rollerID.compare) {
		s.pending.add(s.rollers[id].flush(minute)...)
	}
}

// Close writes what is open, saves the facts and closes the store. An error says what is lost.
func (s *Store) Close() error {
	s.close(1 << 62)
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	return errors.Join(s.drain(ctx, true), s.facts.save(ctx, time.Time{}), s.backend.close())
}
