package kafka

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// readMetadata asks one broker for all brokers, topics and leaders, and arranges them for this sweep.
func (s *Source) readMetadata(ctx context.Context, g *gaps) error {
	answer, err := s.askAny(ctx, func() kmsg.Request {
		req := kmsg.NewPtrMetadataRequest()
		req.Topics = nil // all
		req.AllowAutoTopicCreation = false
		return req
	})
	if err != nil {
		return err
	}
	m := answer.(*kmsg.MetadataResponse)
	if err := kerr.ErrorForCode(m.ErrorCode); err != nil {
		return fmt.Errorf("read metadata: %w", err)
	}
	s.placeTopics(m, g)
	s.route.strangers = s.placeBrokers(m) || s.route.strangers
	if s.route.strangers {
		s.introduceBrokers(ctx)
	}
	return nil
}

// introduceBrokers lets the client itself see where brokers are now: it keeps addresses from metadata that it asked for, of a
// broker of its own choice. When that one hangs, the next sweep tries again; until then the client has the old addresses.
func (s *Source) introduceBrokers(ctx context.Context) {
	req := kmsg.NewPtrMetadataRequest()
	req.Topics = []kmsg.MetadataRequestTopic{} // brokers only
	ctx, cancel := context.WithTimeout(ctx, s.cfg.Timeout)
	defer cancel()
	_, err := s.client.Request(ctx, req)
	s.route.strangers = err != nil
}

// placeBrokers takes over the brokers and reports whether any came or moved.
func (s *Source) placeBrokers(m *kmsg.MetadataResponse) (moved bool) {
	if m.ClusterID != nil {
		s.world.clusterID = strings.Clone(*m.ClusterID)
	}
	leaders := map[int32]int{}
	for _, t := range s.world.topics {
		for p := range t.parts {
			leaders[t.parts[p].leader]++
		}
	}
	before := s.world.brokers
	s.world.brokers = nil
	for _, b := range m.Brokers {
		next := broker{id: b.NodeID, host: strings.Clone(b.Host), port: b.Port, controller: b.NodeID == m.ControllerID}
		if b.Rack != nil {
			next.rack = strings.Clone(*b.Rack)
		}
		next.leaders = leaders[b.NodeID]
		s.world.brokers = append(s.world.brokers, next)
	}
	slices.SortFunc(s.world.brokers, func(a, b broker) int { return cmp.Compare(a.id, b.id) })
	return !slices.EqualFunc(before, s.world.brokers, func(a, b broker) bool {
		return a.id == b.id && a.host == b.host && a.port == b.port
	})
}

func (s *Source) placeTopics(m *kmsg.MetadataResponse, g *gaps) {
	w := s.world
	w.names = w.names[:0]
	for i := range m.Topics {
		mt := &m.Topics[i]
		if mt.Topic == nil {
			continue
		}
		t := w.topics[*mt.Topic]
		if err := kerr.ErrorForCode(mt.ErrorCode); err != nil {
			g.count("topic", strings.Clone(*mt.Topic), why(s.cfg, err), "its figures for this window are excluded")
			if t != nil {
				t.unread(s.sweep)
				w.names = append(w.names, t.name)
			}
			continue
		}
		if t == nil {
			t = &topic{name: strings.Clone(*mt.Topic), first: s.sweep}
			w.topics[t.name] = t
		}
		if t.update(mt, s.sweep, s.result.finished) {
			t.config, t.policy, t.first = nil, policyUnknown, s.sweep
			g.count("window of topic", t.name, "it was deleted and recreated",
				"what it took in between the last sweep and its deletion is not counted; the upper bounds allow for it")
		}
		t.listed = s.sweep
		w.names = append(w.names, t.name)
	}
	slices.Sort(w.names)
	w.byID = make(map[[16]byte]*topic, len(w.names))
	for name, t := range w.topics {
		if t.listed != s.sweep {
			delete(w.topics, name)
			continue
		}
		w.byID[t.id] = t
	}
}
