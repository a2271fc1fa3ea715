package analyzer

import (
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

func topicsOf(topics []workload.TopicWorkload) []verdict.TopicFigures {
	out := make([]verdict.TopicFigures, 0, len(topics))
	for _, t := range topics {
		out = append(out, verdict.TopicFigures{
			Name: t.Name, Partitions: t.Partitions, MessagesPerSec: t.MessagesPerSec,
			IngressBytesPerSec: t.IngressBytesPerSec, EgressBytesPerSec: t.EgressBytesPerSec,
			AverageMessageBytes: t.AverageMessageBytes, StoredBytes: t.StoredBytes, HottestIngress: t.HottestIngress,
			BatchesPerSec: t.BatchesPerSec, Compression: t.Compression, Compacted: t.Compacted, Internal: t.Internal,
			Groups: listed(t.Groups),
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
