package kafka

import (
	"context"
	"maps"
	"strings"
	"sync"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
	"golang.org/x/sync/errgroup"
)

// versions are the requests that a broker understands, and the feature levels of the cluster as it knows them.
type versions struct {
	newest   map[int16]int16
	features map[string]int
	answer   *kmsg.ApiVersionsResponse
}

// knows returns the newest version of a request that the broker understands. It reports false when it does not know
// the request at all, or when the broker was not asked.
func (v versions) knows(key int16) (newest int16, ok bool) {
	newest, ok = v.newest[key]
	return newest, ok
}

// lacks returns the error of sending a request that the broker is known not to understand, else nil.
func (v versions) lacks(key int16) error {
	if _, ok := v.knows(key); v.newest != nil && !ok {
		return kerr.UnsupportedVersion
	}
	return nil
}

// readVersions asks brokers that were not asked since the last slow sweep what they understand.
func (s *Source) readVersions(ctx context.Context, g *gaps) {
	var mu sync.Mutex
	var all errgroup.Group
	all.SetLimit(brokersAtOnce)
	read := map[int32]versions{}
	for _, b := range s.world.brokers {
		if _, known := s.versions[b.id]; known && !s.slowDue() {
			continue
		}
		all.Go(func() error {
			v, err := s.askVersions(ctx, b.id)
			if err != nil {
				g.count("versions of broker", s.brokerAt(b.id), why(s.cfg, err),
					"requests are sent without knowing whether it supports them")
				return nil
			}
			mu.Lock()
			defer mu.Unlock()
			read[b.id] = v
			return nil
		})
	}
	_ = all.Wait() // always nil: failures are gaps
	maps.Copy(s.versions, read)
}

func (s *Source) askVersions(ctx context.Context, id int32) (versions, error) {
	req := kmsg.NewPtrApiVersionsRequest()
	req.ClientSoftwareName, req.ClientSoftwareVersion = clientID, "1"
	answer, _, err := s.ask(ctx, id, req)
	if err != nil {
		return versions{}, err
	}
	resp := answer.(*kmsg.ApiVersionsResponse)
	if err := kerr.ErrorForCode(resp.ErrorCode); err != nil {
		return versions{}, err
	}
	v := versions{newest: make(map[int16]int16, len(resp.ApiKeys)), features: map[string]int{}, answer: resp}
	for _, k := range resp.ApiKeys {
		v.newest[k.ApiKey] = k.MaxVersion
	}
	for _, f := range resp.FinalizedFeatures {
		v.features[strings.Clone(f.Name)] = int(f.MaxVersionLevel)
	}
	return v, nil
}
