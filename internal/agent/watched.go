package agent

import (
	"slices"
	"sync"
	"time"

	"github.com/mskfit/mskfit/analyzer"
	"github.com/mskfit/mskfit/analyzer/drift"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// watched is one cluster and what the agent knows of it at present.
type watched struct {
	Cluster
	*state
	// continues is set when an agent before this one has worked on the cluster in the same way.
	continues bool
}

// state is what the agent knows of a cluster. It outlives the agent when another one continues to watch the cluster.
type state struct {
	mu      sync.Mutex
	sources []SourceStatus
	lastEnd time.Time // end of the last collected window
	// firstEnd is that of the first.
	firstEnd time.Time
	// lastSeen is when an earlier process last saw the cluster through each source, by name.
	lastSeen map[string]time.Time
	verdict  *verdict.Verdict
	input    *analyzer.Input // of the last decision on the long window
	// drift is nil until it was read from the ledger.
	drift *drift.State
	// unsent are events that could not be handed to the notifier yet.
	unsent []drift.Event
	keptAt time.Time // when history last took a sample
	// newest is the end of the newest window that was kept, silent the one after which the silence was evaluated.
	newest, silent time.Time
	// kept is how much time the samples cover that history took; rated is closed once there is a whole minute, the least
	// that a decision can be made on.
	kept   time.Duration
	enough bool
	rated  chan struct{}
}

// newWatched takes over what is known from an earlier watch of the same cluster, which may be nil. Sources that are no longer
// there are forgotten.
func newWatched(c Cluster, before *watched) *watched {
	s := &state{rated: make(chan struct{}), lastSeen: map[string]time.Time{}}
	if before != nil {
		s = before.state
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	old := s.sources
	s.sources = make([]SourceStatus, len(c.Sources))
	for i, source := range c.Sources {
		s.sources[i].Name = source.Name
		if j := slices.IndexFunc(old, func(o SourceStatus) bool { return o.Name == source.Name }); j >= 0 {
			s.sources[i] = old[j]
		}
	}
	return &watched{Cluster: c, state: s}
}

// noteSource notes how a collection went.
func (s *state) noteSource(i int, now time.Time, sample workload.Sample, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	status := &s.sources[i]
	status.TriedAt = now
	if err != nil {
		status.Error = err.Error()
		return
	}
	status.CollectedAt, status.Gaps, status.Error = now, sample.Gaps, ""
}

// noteKept notes that history took a sample.
func (s *state) noteKept(now time.Time, sample workload.Sample) {
	s.mu.Lock()
	defer s.mu.Unlock()
	d := sample.Window.Duration()
	before := s.enough
	s.keptAt, s.kept = now, s.kept+d
	if sample.Window.End.After(s.newest) {
		s.newest = sample.Window.End
	}
	s.enough = before || d >= 55*time.Second || s.kept >= 2*time.Minute // shorter windows wait for the rest of their minute
	if s.enough && !before {
		close(s.rated)
	}
}

func (s *state) noteBackfill(i int, b Backfill) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sources[i].Backfill = &b
}

// noteDecided notes the latest verdict and the state of the rules; drift may be nil.
func (s *state) noteDecided(v verdict.Verdict, drift *drift.State, unsent []drift.Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.verdict, s.unsent = &v, unsent
	if drift != nil {
		s.drift = drift
	}
}

// hasRate reports whether history took enough to decide on.
func (s *state) hasRate() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.enough
}
