package analyzer

import (
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// figuresOf lays out the workload under the names of the verdict's JSON. They are as observed or declared; what the sizing
// makes of them (sale-event factor, growth, extra readers) is in the rules' evidence.
func figuresOf(w workload.Workload) verdict.Figures {
	return verdict.Figures{
		IngressBytesPerSec: w.IngressBytesPerSec, EgressBytesPerSec: w.EgressBytesPerSec,
		MessagesPerSec: w.MessagesPerSec, AverageMessageBytes: w.AverageMessageBytes, MaxMessageBytes: w.MaxMessageBytes,
		Topics: w.Topics, Partitions: w.Partitions, CompactedPartitions: w.CompactedPartitions,
		ConsumerGroups: w.ConsumerGroups, HottestIngress: w.HottestIngress, HottestEgress: w.HottestEgress,
		StoredBytes: w.StoredBytes, ClientConnections: w.ClientConnections, ConnectionsPerSec: w.ConnectionsPerSec,
		RequestsPerSec: w.RequestsPerSec, FanOut: fanOutOf(w),
	}
}

// fanOutOf is egress ÷ ingress; nil without both or without ingress. Bounds are those of the quotient.
func fanOutOf(w workload.Workload) *workload.Figure {
	in, out := w.IngressBytesPerSec, w.EgressBytesPerSec
	if in == nil || out == nil || in.Value <= 0 || in.Low <= 0 {
		return nil
	}
	return out.Over(in.Figure, "egress ÷ ingress")
}

func topicsOf(topics []workload.TopicWorkload) []verdict.TopicFigures {
	out := make([]verdict.TopicFigures, 0, len(topics))
	for _, t := range topics {
		out = append(out, verdict.TopicFigures{
			Name: t.Name, Partitions: t.Partitions, MessagesPerSec: t.MessagesPerSec,
			IngressBytesPerSec: t.IngressBytesPerSec, EgressBytesPerSec: t.EgressBytesPerSec,
			AverageMessageBytes: t.AverageMessageBytes, StoredBytes: t.StoredBytes, HottestIngress: t.HottestIngress,
			Compacted: t.Compacted, Internal: t.Internal, Groups: listed(t.Groups),
		})
	}
	return out
}

func groupsOf(groups []workload.GroupWorkload) []verdict.GroupFigures {
	out := make([]verdict.GroupFigures, 0, len(groups))
	for _, g := range groups {
		out = append(out, verdict.GroupFigures{Name: g.Name, Type: g.Type, Members: g.Members, Topics: listed(g.Topics),
			EgressBytesPerSec: g.EgressBytesPerSec, LagMessages: g.LagMessages})
	}
	return out
}

// listed turns nil into an empty list, which JSON writes as [] and not as null.
func listed[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}
