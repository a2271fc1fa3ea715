package sources

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/collector/kafka"
	"github.com/mskfit/mskfit/collector/msk"
	"github.com/mskfit/mskfit/internal/agent"
	"github.com/mskfit/mskfit/internal/config"
)

// Fleet holds the open sources. A reload keeps those whose configuration is the same, with all that they remember, and
// opens the others beside them; what is no longer wanted is closed once the old generation has ended. It is safe for
// concurrent use; the zero value is empty.
type Fleet struct {
	mu   sync.Mutex
	open map[sourceID]*openSource
	// old are sources that a newer plan has replaced.
	old []*openSource
	// Access is how MSK clusters are reached.
	Access *Access
}

type sourceID struct{ cluster, name string }

type openSource struct {
	*Source
	cfg any
	// files are the checksums of what the configuration names: a renewed password is a change.
	files string
}

// Plan opens what the clusters that are worked on here want and is not open yet; the others are remote. When something cannot be
// opened, nothing has changed; the error joins all that is wrong.
func (f *Fleet) Plan(clusters []config.Cluster, here func(cluster string) bool, log zerolog.Logger) ([]agent.Cluster, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	next, fresh := map[sourceID]*openSource{}, []*openSource{}
	var out []agent.Cluster
	var errs []error
	for _, c := range clusters {
		one := agent.Cluster{Name: c.Name, Region: c.Region, Requirements: c.Requirements.Requirements(), Limits: c.Limits.Base(),
			Remote: !here(c.Name)}
		if one.Remote {
			out = append(out, one)
			continue
		}
		for _, w := range Of(c, f.Access) {
			id := sourceID{c.Name, w.Name}
			kept, files := f.open[id], checksums(w.files)
			if kept == nil || kept.files != files || !reflect.DeepEqual(kept.cfg, w.cfg) {
				s, err := w.Open(log.With().Str("cluster", c.Name).Logger())
				if err != nil {
					errs = append(errs, fmt.Errorf("cluster %s: %s: %w", c.Name, w.Name, err))
					continue
				}
				kept = &openSource{s, w.cfg, files}
				fresh = append(fresh, kept)
			}
			next[id] = kept
			one.Sources = append(one.Sources,
				agent.NamedSource{Name: w.Name, Source: kept.Source.Source, Past: kept.Past, Reach: kept.Reach, Late: kept.Late})
		}
		out = append(out, one)
	}
	if len(errs) > 0 {
		closeAll(fresh)
		return nil, errors.Join(errs...)
	}
	for id, s := range f.open {
		if next[id] != s {
			f.old = append(f.old, s)
		}
	}
	f.open = next
	return out, nil
}

// Try opens what the clusters want and closes it at once: it shows whether a replica could work on them.
func (f *Fleet) Try(clusters []config.Cluster, log zerolog.Logger) error {
	var errs []error
	for _, c := range clusters {
		for _, w := range Of(c, f.Access) {
			s, err := w.Open(log)
			if err != nil {
				errs = append(errs, fmt.Errorf("cluster %s: %s: %w", c.Name, w.Name, err))
				continue
			}
			s.Release()
		}
	}
	return errors.Join(errs...)
}

// Reread has CloudWatch sources read from the ledger, before they go on, what their clusters have cost and how far they have
// been read: after a lost lease another replica may have worked on them.
func (f *Fleet) Reread() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, s := range f.open {
		if s.cloudwatch != nil {
			s.cloudwatch.reread()
		}
	}
}

// Retire closes what a newer plan has replaced.
func (f *Fleet) Retire() {
	f.mu.Lock()
	defer f.mu.Unlock()
	closeAll(f.old)
	f.old = nil
}

// Close closes everything.
func (f *Fleet) Close() {
	f.Retire()
	f.mu.Lock()
	defer f.mu.Unlock()
	closeAll(slices.Collect(maps.Values(f.open)))
	f.open = nil
}

func closeAll(sources []*openSource) {
	for _, s := range sources {
		s.Release()
	}
}

// Requests calls each with the number of requests of every cluster's sources, by API.
func (f *Fleet) Requests(each func(value float64, labels ...string)) {
	f.spent(func(cluster string, s kafka.Stats) {
		for _, r := range s.Requests {
			each(float64(r.Count), cluster, r.API)
		}
	})
}

// BytesSent calls each with the bytes sent to the brokers of every cluster.
func (f *Fleet) BytesSent(each func(value float64, labels ...string)) {
	f.spent(func(cluster string, s kafka.Stats) { each(float64(s.BytesSent), cluster) })
}

// BytesReceived calls each with the bytes received from the brokers of every cluster.
func (f *Fleet) BytesReceived(each func(value float64, labels ...string)) {
	f.spent(func(cluster string, s kafka.Stats) { each(float64(s.BytesReceived), cluster) })
}

func (f *Fleet) spent(each func(cluster string, s kafka.Stats)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for id, s := range f.open {
		if s.Spent != nil {
			each(id.cluster, s.Spent())
		}
	}
}

// CloudWatch calls each with every CloudWatch source whose cluster was found.
func (f *Fleet) CloudWatch(each func(cluster string, s *msk.Source)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for id, s := range f.open {
		if s.cloudwatch == nil {
			continue
		}
		if inner := s.cloudwatch.opened(); inner != nil {
			each(id.cluster, inner)
		}
	}
}

// checksums is the content of files, in short: one that was renewed or cannot be read any more is a change.
func checksums(files []string) string {
	var out strings.Builder
	for _, name := range files {
		if name != "" {
			data, err := os.ReadFile(name)
			fmt.Fprintf(&out, "%s %x %v\n", name, sha256.Sum256(data), err)
		}
	}
	return out.String()
}
