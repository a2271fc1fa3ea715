package kafka

import (
	"context"
	"slices"
	"strings"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// groupNames are the names of groups, in order.
func groupNames(groups []*group) []string {
	names := make([]string, len(groups))
	for i, gr := range groups {
		names[i] = gr.name
	}
	return names
}

func (s *Source) describeClassic(ctx context.Context, id int32, groups []*group, g *gaps) {
	req := kmsg.NewPtrDescribeGroupsRequest()
	req.Groups = groupNames(groups)
	answer, _, err := s.ask(ctx, id, req)
	if err != nil {
		s.undescribed(groups, err, g)
		return
	}
	for _, rg := range answer.(*kmsg.DescribeGroupsResponse).Groups {
		var topics []string
		for _, m := range rg.Members {
			topics = append(topics, assignedTopics(rg.ProtocolType, m.MemberAssignment)...)
		}
		s.described(rg.Group, rg.ErrorCode, rg.State, len(rg.Members), topics, g)
	}
}

// assignedTopics reads a member's assignment as consumers write it; other protocols (Connect) have their own form.
func assignedTopics(protocol string, assignment []byte) []string {
	if protocol != "consumer" || len(assignment) == 0 {
		return nil
	}
	var a kmsg.ConsumerMemberAssignment
	if a.ReadFrom(assignment) != nil {
		return nil
	}
	topics := make([]string, len(a.Topics))
	for i, t := range a.Topics {
		topics[i] = t.Topic
	}
	return topics
}

func (s *Source) describeConsumer(ctx context.Context, id int32, groups []*group, g *gaps) {
	req := kmsg.NewPtrConsumerGroupDescribeRequest()
	req.Groups = groupNames(groups)
	answer, _, err := s.ask(ctx, id, req)
	if err != nil {
		s.undescribed(groups, err, g)
		return
	}
	for _, rg := range answer.(*kmsg.ConsumerGroupDescribeResponse).Groups {
		var topics []string
		for _, m := range rg.Members {
			for _, tp := range m.Assignment.TopicPartitions {
				if t := s.world.topicOf(tp.Topic, tp.TopicID); t != nil {
					topics = append(topics, t.name)
				}
			}
		}
		s.described(rg.Group, rg.ErrorCode, rg.State, len(rg.Members), topics, g)
	}
}

func (s *Source) describeShare(ctx context.Context, id int32, groups []*group, g *gaps) {
	req := kmsg.NewPtrShareGroupDescribeRequest()
	req.GroupIDs = groupNames(groups)
	answer, _, err := s.ask(ctx, id, req)
	if err != nil {
		s.undescribed(groups, err, g)
		return
	}
	for _, rg := range answer.(*kmsg.ShareGroupDescribeResponse).Groups {
		var topics []string
		for _, m := range rg.Members {
			for _, tp := range m.Assignment.TopicPartitions {
				if t := s.world.topicOf(tp.Topic, tp.TopicID); t != nil {
					topics = append(topics, t.name)
				}
			}
		}
		s.described(rg.GroupID, rg.ErrorCode, rg.GroupState, len(rg.Members), topics, g)
	}
}

func (s *Source) undescribed(groups []*group, err error, g *gaps) {
	for _, gr := range groups {
		g.count("members of group", gr.name, why(s.cfg, err), "its members are unknown")
	}
}

// described takes over one group's description.
func (s *Source) described(name string, code int16, state string, members int, topics []string, g *gaps) {
	gr := s.groups[name]
	if gr == nil {
		return
	}
	if err := kerr.ErrorForCode(code); err != nil {
		g.count("members of group", name, why(s.cfg, err), "its members are unknown")
		return
	}
	gr.state, gr.members = strings.Clone(state), members
	slices.Sort(topics)
	topics = slices.Compact(topics)
	gr.assigned = gr.assigned[:0]
	for _, t := range topics {
		gr.assigned = append(gr.assigned, strings.Clone(t))
	}
}
