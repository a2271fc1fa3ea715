package history

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
)

// Facts keeps one document per cluster: what changes slowly and is no time series. It is safe for concurrent use.
type Facts interface {
	// SaveFacts replaces the cluster's document.
	SaveFacts(ctx context.Context, cluster string, doc []byte) error
	// LoadFacts returns the cluster's document; nil when there is none.
	LoadFacts(ctx context.Context, cluster string) ([]byte, error)
}

const factsSchema = 1

// factsEvery is how often changed facts are written. A crash costs what the next sweep sees again.
const factsEvery = 5 * time.Minute

// knownFacts are the facts of one cluster.
type knownFacts struct {
	Schema int `json:"schema"`
	// Sources holds the latest of every source as a sample without rates.
	Sources map[string]*workload.Sample `json:"sources"`
	// Words maps level/quantity/source/method to the words in which the source names the figure ("kafka: log sizes").
	Words map[string]string `json:"words"`
	// Gaps are those that the sources recorded, with when.
	Gaps []*loggedGap `json:"gaps,omitempty"`

	changed bool
	savedAt time.Time
}

// factStore holds the facts of all clusters. It is safe for concurrent use.
type factStore struct {
	store Facts
	mu    sync.Mutex
	known map[string]*knownFacts
}

// of returns the cluster's facts, from memory or from the store. The caller holds mu.
func (b *factStore) of(ctx context.Context, cluster string) (*knownFacts, error) {
	if f := b.known[cluster]; f != nil {
		return f, nil
	}
	f := &knownFacts{Schema: factsSchema, Sources: map[string]*workload.Sample{}, Words: map[string]string{}}
	doc, err := b.store.LoadFacts(ctx, cluster)
	if err != nil {
		return f, fmt.Errorf("read the facts of %q: %w", cluster, err)
	}
	if doc != nil {
		if err := json.Unmarshal(doc, f); err != nil {
			return f, fmt.Errorf("read the facts of %q: %w", cluster, err)
		}
		if f.Schema > factsSchema {
			return f, fmt.Errorf("the facts of %q were written by a newer version (schema %d, this one supports up to %d)", cluster,
				f.Schema, factsSchema)
		}
	}
	b.known[cluster] = f
	return f, nil
}

// takeFacts takes over what a sample says beyond its rates.
func (b *factStore) takeFacts(ctx context.Context, s *workload.Sample, obs []observation, now time.Time) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	f, err := b.of(ctx, s.Cluster)
	if err != nil {
		return err
	}
	fresh, known := update(nil, s), f.Sources[s.Source]
	switch {
	case known == nil:
	case s.Window.End.Before(known.Window.End): // read back from the past: it may have what was not read since
		fresh = update(fresh, known)
	default:
		fresh = update(known, fresh)
	}
	f.Sources[s.Source], f.changed = fresh, true
	f.noteGaps(s, obs, now)
	for _, o := range obs {
		if o.figure.Source == "" {
			continue
		}
		if key := wordsKey(o.level, o.quantity, s.Source, o.figure.Method); f.Words[key] != o.figure.Source {
			f.Words[key] = o.figure.Source
			f.changed = true
		}
	}
	return nil
}

func wordsKey(lv level, q Quantity, source string, m workload.Method) string {
	return string(lv) + "/" + string(q) + "/" + source + "/" + string(m)
}

// save writes what has changed and is due; all of it when now is zero.
func (b *factStore) save(ctx context.Context, now time.Time) (err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, cluster := range slices.Sorted(maps.Keys(b.known)) {
		f := b.known[cluster]
		if !f.changed || !now.IsZero() && now.Sub(f.savedAt).Abs() < factsEvery {
			continue
		}
		doc, e := json.Marshal(f)
		if e == nil {
			e = b.store.SaveFacts(ctx, cluster, doc)
		}
		if e != nil {
			err = fmt.Errorf("write the facts of %q: %w", cluster, e)
			continue
		}
		f.changed, f.savedAt = false, now
	}
	return err
}

// snapshot returns the cluster's sources by name and a copy of the words.
func (b *factStore) snapshot(ctx context.Context, cluster string) ([]workload.Sample, map[string]string, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	f, err := b.of(ctx, cluster)
	if err != nil {
		return nil, nil, err
	}
	var out []workload.Sample
	for _, source := range slices.Sorted(maps.Keys(f.Sources)) {
		out = append(out, *f.Sources[source])
	}
	return out, maps.Clone(f.Words), nil
}

// gaps returns the cluster's gaps in the window.
func (b *factStore) gaps(ctx context.Context, cluster string, w workload.Window) ([]workload.Gap, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	f, err := b.of(ctx, cluster)
	if err != nil {
		return nil, err
	}
	return f.gapsIn(w), nil
}

// LastSeen returns the end of the newest window of the source; zero when there is none. It is written down every few
// minutes: after a crash it may be older than the newest value.
func (s *Store) LastSeen(ctx context.Context, cluster, source string) (time.Time, error) {
	s.facts.mu.Lock()
	defer s.facts.mu.Unlock()
	f, err := s.facts.of(ctx, cluster)
	if err != nil || f.Sources[source] == nil {
		return time.Time{}, err
	}
	return f.Sources[source].Window.End, nil
}
