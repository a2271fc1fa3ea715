package kafka

import (
	"cmp"
	"context"
	"slices"
	"sync"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
	"golang.org/x/sync/errgroup"
)

const (
	// batchedOffsetFetch is the first version of OffsetFetch that takes several groups.
	batchedOffsetFetch = 8
	// singlesAtOnce bounds the requests in flight to one coordinator before that.
	singlesAtOnce = 8
)

// commit is one group's committed offset on one partition in one sweep.
type commit struct {
	// offset is -1 when nothing is committed; end is the partition's end offset, -1 when unread.
	offset, end int64
	// sweep is the number of the sweep, 0: there is none.
	sweep, coordinator int32
}

// lag is how many records lie between the commit and the end. The commit is read after the end, so it may be ahead.
func (c commit) lag() int64 { return max(0, c.end-c.offset) }

// readCommits reads the committed offsets of a coordinator's groups, in one request where the broker takes it.
func (s *Source) readCommits(ctx context.Context, id int32, groups []*group, g *gaps) {
	newest, known := s.versions[id].knows(keyOffsetFetch)
	if known && newest < batchedOffsetFetch {
		s.readCommitsSingly(ctx, id, groups, g)
		return
	}
	req := kmsg.NewPtrOffsetFetchRequest()
	for _, gr := range groups {
		rg := kmsg.NewOffsetFetchRequestGroup()
		rg.Group, rg.Topics = gr.name, nil // all topics
		req.Groups = append(req.Groups, rg)
	}
	answer, at, err := s.ask(ctx, id, req)
	if err != nil {
		for _, gr := range groups {
			g.count("committed offsets of group", gr.name, why(s.cfg, err), effectNoGroup)
		}
		return
	}
	s.clock.note(id, func(t *brokerTimes) { t.commits = at })
	resp := answer.(*kmsg.OffsetFetchResponse)
	for i := range resp.Groups {
		rg := &resp.Groups[i]
		gr := s.groups[rg.Group]
		if gr == nil {
			continue
		}
		if err := kerr.ErrorForCode(rg.ErrorCode); err != nil {
			g.count("committed offsets of group", gr.name, why(s.cfg, err), effectNoGroup)
			continue
		}
		for j := range rg.Topics {
			rt := &rg.Topics[j]
			gt := gr.on(s.world.topicOf(rt.Topic, rt.TopicID))
			for k := range rt.Partitions {
				rp := &rt.Partitions[k]
				gt.commit(rp.Partition, rp.Offset, rp.ErrorCode, id, s.sweep)
			}
		}
	}
}

// readCommitsSingly asks group by group, a fixed number at a time. The instant of the commits is taken to be the whole
// span of asking: the widest reading of it.
func (s *Source) readCommitsSingly(ctx context.Context, id int32, groups []*group, g *gaps) {
	var mu sync.Mutex
	var span stamp
	var all errgroup.Group
	all.SetLimit(singlesAtOnce)
	for _, gr := range groups {
		all.Go(func() error {
			req := kmsg.NewPtrOffsetFetchRequest()
			req.Group, req.Topics = gr.name, nil
			answer, at, err := s.ask(ctx, id, req)
			if err == nil {
				err = kerr.ErrorForCode(answer.(*kmsg.OffsetFetchResponse).ErrorCode)
			}
			if err != nil {
				g.count("committed offsets of group", gr.name, why(s.cfg, err), effectNoGroup)
				return nil
			}
			for _, rt := range answer.(*kmsg.OffsetFetchResponse).Topics {
				gt := gr.on(s.world.topics[rt.Topic])
				for _, rp := range rt.Partitions {
					gt.commit(rp.Partition, rp.Offset, rp.ErrorCode, id, s.sweep)
				}
			}
			mu.Lock()
			defer mu.Unlock()
			if span.zero() || at.sent.Before(span.sent) {
				span.sent = at.sent
			}
			if at.received.After(span.received) {
				span.received = at.received
			}
			return nil
		})
	}
	_ = all.Wait() // always nil: failures are gaps
	// A request a group cannot be saved here, and must not use up what is left for record batches: they count as one.
	s.asked.spent.Add(1 - int64(len(groups)))
	if !span.zero() {
		s.clock.note(id, func(t *brokerTimes) { t.commits = span })
	}
}

// readShareOffsets reads how far share groups have come: the start of what they still hold.
func (s *Source) readShareOffsets(ctx context.Context, id int32, groups []*group, g *gaps) {
	req := kmsg.NewPtrDescribeShareGroupOffsetsRequest()
	for _, gr := range groups {
		rg := kmsg.NewDescribeShareGroupOffsetsRequestGroup()
		rg.GroupID, rg.Topics = gr.name, nil
		req.Groups = append(req.Groups, rg)
	}
	answer, at, err := s.ask(ctx, id, req)
	if err != nil {
		for _, gr := range groups {
			g.count("offsets of share group", gr.name, why(s.cfg, err), effectNoGroup)
		}
		return
	}
	s.clock.note(id, func(t *brokerTimes) { t.commits = at })
	for _, rg := range answer.(*kmsg.DescribeShareGroupOffsetsResponse).Groups {
		gr := s.groups[rg.GroupID]
		if gr == nil {
			continue
		}
		if err := kerr.ErrorForCode(rg.ErrorCode); err != nil {
			g.count("offsets of share group", gr.name, why(s.cfg, err), effectNoGroup)
			continue
		}
		for _, rt := range rg.Topics {
			gt := gr.on(s.world.topicOf(rt.Topic, rt.TopicID))
			for _, rp := range rt.Partitions {
				gt.commit(rp.Partition, rp.StartOffset, rp.ErrorCode, id, s.sweep)
			}
		}
	}
}

// on returns the group's progress on a topic, begun if need be; nil for a topic that is not known, or was made again
// since.
func (gr *group) on(t *topic) *groupTopic {
	if t == nil {
		return nil
	}
	gt := gr.topics[t.name]
	if gt == nil || gt.topic != t || gt.first != t.first {
		gt = &groupTopic{topic: t, first: t.first}
		gr.topics[t.name] = gt
	}
	return gt
}

// at is the group's progress on a partition, begun if need be. A topic can have many more partitions than one group reads.
func (gt *groupTopic) at(partition int32) *progress {
	i, found := slices.BinarySearchFunc(gt.parts, partition, func(p progress, n int32) int { return cmp.Compare(p.partition, n) })
	if !found {
		gt.parts = slices.Insert(gt.parts, i, progress{partition: partition})
	}
	return &gt.parts[i]
}

func (gt *groupTopic) commit(partition int32, offset int64, code int16, coordinator, sweep int32) {
	if gt == nil || partition < 0 || int(partition) >= len(gt.topic.parts) || code != 0 || offset < 0 {
		return
	}
	gt.at(partition).fresh = commit{offset: offset, end: gt.topic.parts[partition].fresh.end, sweep: sweep,
		coordinator: coordinator}
	gt.listed = sweep
}

// topicNames are the topics that the group has commits on, or members assigned to, sorted.
func (gr *group) topicNames(sweep int32) []string {
	names := slices.Clone(gr.assigned)
	for name, gt := range gr.topics {
		if gt.listed == sweep {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
