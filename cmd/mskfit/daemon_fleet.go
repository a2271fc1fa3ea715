package main

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

	"github.com/mskfit/mskfit/internal/agent"
	"github.com/mskfit/mskfit/internal/config"
)

// fleet holds the open sources. A reload keeps those whose configuration is the same, with all that they remember, and
// opens the others beside them; what is no longer wanted is closed once the old generation has ended. It is safe for
// concurrent use; the zero value is empty.
type fleet struct {
	mu   sync.Mutex
	open map[sourceID]*openSource
	// old are sources that a newer plan has replaced.
	old []*openSource
	// access is how MSK clusters are reached.
	access *mskAccess
}

type sourceID struct{ cluster, name string }

type openSource struct {
	*source
	cfg any
	// files are the checksums of what the configuration names: a renewed password is a change.
	files string
}

// plan opens what the clusters want and is not open yet. When something cannot be opened, nothing has changed; the error joins
// all that is wrong.
func (f *fleet) plan(clusters []config.Cluster, log zerolog.Logger) ([]agent.Cluster, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	next, fresh := map[sourceID]*openSource{}, []*openSource{}
	var out []agent.Cluster
	var errs []error
	for _, c := range clusters {
		one := agent.Cluster{Name: c.Name, Region: c.Region, Requirements: c.Requirements.Requirements(), Limits: c.Limits.Base()}
		for _, w := range sourcesOf(c, f.access) {
			id := sourceID{c.Name, w.name}
			kept, files := f.open[id], checksums(w.cfg)
			if kept == nil || kept.files != files || !reflect.DeepEqual(kept.cfg, w.cfg) {
				s, err := w.open(log.With().Str("cluster", c.Name).Logger())
				if err != nil {
					errs = append(errs, fmt.Errorf("cluster %s: %s: %w", c.Name, w.name, err))
					continue
				}
				kept = &openSource{s, w.cfg, files}
				fresh = append(fresh, kept)
			}
			next[id] = kept
			one.Sources = append(one.Sources, agent.NamedSource{Name: w.name, Source: kept.Source, Past: kept.past, Reach: kept.reach, Late: kept.late})
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

// retire closes what a newer plan has replaced.
func (f *fleet) retire() {
	f.mu.Lock()
	defer f.mu.Unlock()
	closeAll(f.old)
	f.old = nil
}

// close closes everything.
func (f *fleet) close() {
	f.retire()
	f.mu.Lock()
	defer f.mu.Unlock()
	closeAll(slices.Collect(maps.Values(f.open)))
	f.open = nil
}

func closeAll(sources []*openSource) {
	for _, s := range sources {
		if s.close != nil {
			s.close()
		}
	}
}

// requests calls each with the number of requests of every cluster's sources, by API.
func (f *fleet) requests(each func(value float64, labels ...string)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for id, s := range f.open {
		if s.requests == nil {
			continue
		}
		for api, n := range s.requests() {
			each(float64(n), id.cluster, api)
		}
	}
}

// checksums is the content of every file that a configuration names, in short: fields whose key ends in _file.
func checksums(cfg any) string {
	var out strings.Builder
	var walk func(v reflect.Value)
	walk = func(v reflect.Value) {
		if v.Kind() != reflect.Struct {
			return
		}
		for i := range v.NumField() {
			tag, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("yaml"), ",")
			if field := v.Field(i); field.Kind() == reflect.String && strings.HasSuffix(tag, "_file") && field.String() != "" {
				data, err := os.ReadFile(field.String())
				fmt.Fprintf(&out, "%s %x %v\n", field.String(), sha256.Sum256(data), err)
			}
			walk(v.Field(i))
		}
	}
	walk(reflect.ValueOf(cfg))
	return out.String()
}
