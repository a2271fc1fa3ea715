package kafka

import (
	"context"
	"strings"
	"sync"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
	"golang.org/x/sync/errgroup"
)

// groupKind is the protocol that a group speaks.
type groupKind string

const (
	classicGroup  groupKind = "classic"
	consumerGroup groupKind = "consumer" // KIP-848
	shareGroup    groupKind = "share"    // KIP-932
)

// effectNoGroup is what an unread group costs.
const effectNoGroup = "its egress is not counted"

// group is one consumer group with what is remembered of its progress.
type group struct {
	name  string
	kind  groupKind
	state string
	// members is -1 until the group was described.
	members     int
	coordinator int32
	listed      int32
	// assigned are the topics of its members' assignments, as of the last description.
	assigned []string
	topics   map[string]*groupTopic
	cadence  cadence
}

// active reports whether somebody may be reading: an empty group's offsets move only by a reset, or by consumers
// that commit without joining.
func (gr *group) active() bool { return gr.members != 0 }

// groupTopic is a group's progress on one topic.
type groupTopic struct {
	topic *topic
	// parts are the partitions on which the group has committed, sorted by number.
	parts []progress
	// first is the topic's, to notice that it was made again; listed the last sweep with a commit.
	first, listed int32
}

// readGroups lists the groups of every broker, which is their coordinator, and asks each coordinator for members and
// committed offsets.
func (s *Source) readGroups(ctx context.Context, g *gaps) {
	complete := s.listGroups(ctx, g)
	s.asked.groupsKnown = complete
	for name, gr := range s.groups {
		if gr.listed != s.sweep && complete {
			delete(s.groups, name)
		}
	}
	byCoordinator := map[int32][]*group{}
	for _, name := range sortedKeys(s.groups) {
		if gr := s.groups[name]; gr.listed == s.sweep {
			byCoordinator[gr.coordinator] = append(byCoordinator[gr.coordinator], gr)
		}
	}
	s.asked.coordinators = len(byCoordinator)
	var all errgroup.Group
	all.SetLimit(brokersAtOnce)
	for _, id := range sortedKeys(byCoordinator) {
		all.Go(func() error {
			s.readCoordinator(ctx, id, byCoordinator[id], g)
			return nil
		})
	}
	_ = all.Wait() // always nil: failures are gaps
}

// readCoordinator asks for the offsets of all its groups, and describes as many kinds of groups as three requests leave
// room for; the others have their turn in the next sweeps. A slow sweep describes all.
func (s *Source) readCoordinator(ctx context.Context, id int32, groups []*group, g *gaps) {
	kinds := map[groupKind][]*group{}
	for _, gr := range groups {
		kinds[gr.kind] = append(kinds[gr.kind], gr)
	}
	share := kinds[shareGroup]
	var offsets []*group // whatever is not a share group commits offsets
	for _, gr := range groups {
		if gr.kind != shareGroup {
			offsets = append(offsets, gr)
		}
	}
	room := 3
	if len(offsets) > 0 {
		s.readCommits(ctx, id, offsets, g)
		room--
	}
	if len(share) > 0 {
		s.readShareOffsets(ctx, id, share, g)
		room--
	}
	describe := []func(){}
	for _, d := range []struct {
		kind groupKind
		ask  func(context.Context, int32, []*group, *gaps)
	}{{classicGroup, s.describeClassic}, {consumerGroup, s.describeConsumer}, {shareGroup, s.describeShare}} {
		if of := kinds[d.kind]; len(of) > 0 {
			describe = append(describe, func() { d.ask(ctx, id, of, g) })
		}
	}
	if s.slowDue() { // it has no budget
		room = len(describe)
	}
	for i := range min(room, len(describe)) {
		describe[(int(s.sweep)+i)%len(describe)]()
	}
}

// listGroups reports whether every broker answered.
func (s *Source) listGroups(ctx context.Context, g *gaps) (complete bool) {
	var mu sync.Mutex
	complete = true
	var all errgroup.Group
	all.SetLimit(brokersAtOnce)
	for _, b := range s.world.brokers {
		if s.silent(b) {
			complete = false
			continue
		}
		all.Go(func() error {
			answer, _, err := s.ask(ctx, b.id, kmsg.NewPtrListGroupsRequest())
			if err == nil {
				err = kerr.ErrorForCode(answer.(*kmsg.ListGroupsResponse).ErrorCode)
			}
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				complete = false
				g.count("consumer groups of broker", s.brokerAt(b.id), why(s.cfg, err),
					"the groups it coordinates are not counted, and neither is their egress")
				return nil
			}
			for _, lg := range answer.(*kmsg.ListGroupsResponse).Groups {
				s.listGroup(b.id, lg)
			}
			return nil
		})
	}
	_ = all.Wait() // always nil: failures are gaps
	return complete
}

// silent reports whether a broker that leads partitions has not answered in this sweep: it is not asked again.
func (s *Source) silent(b broker) bool {
	return b.leaders > 0 && s.clock.silent(b.id)
}

func (s *Source) listGroup(coordinator int32, lg kmsg.ListGroupsResponseGroup) {
	gr := s.groups[lg.Group]
	kind := kindOf(lg)
	if gr == nil || gr.kind != kind {
		gr = &group{name: strings.Clone(lg.Group), kind: kind, members: -1, topics: map[string]*groupTopic{}}
		s.groups[gr.name] = gr
	}
	gr.coordinator, gr.listed = coordinator, s.sweep
	if lg.GroupState != "" {
		gr.state = strings.Clone(lg.GroupState)
	}
}

// kindOf reads the type that brokers send from ListGroups v5 on; before that there are only classic groups.
func kindOf(lg kmsg.ListGroupsResponseGroup) groupKind {
	switch strings.ToLower(lg.GroupType) {
	case "consumer":
		return consumerGroup
	case "share":
		return shareGroup
	case "", "classic":
		return classicGroup
	}
	return groupKind(strings.ToLower(lg.GroupType))
}
