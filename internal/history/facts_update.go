package history

import (
	"github.com/mskfit/mskfit/internal/workload"
)

// update returns the facts of s, completed from older ones where s did not look (configuration is read hourly, record
// sizes are sampled now and then). Rates are left out: they are series. Neither argument is changed.
func update(old, s *workload.Sample) *workload.Sample {
	if old == nil {
		old = &workload.Sample{}
	}
	out := &workload.Sample{
		Source: s.Source, Cluster: s.Cluster, Window: workload.Window{Start: s.Window.End, End: s.Window.End}, Gaps: s.Gaps,
		Posture: or(s.Posture, old.Posture), MSK: or(s.MSK, old.MSK), Brokers: orList(s.Brokers, old.Brokers),
		Totals: workload.Totals{
			StoredBytes:         or(s.Totals.StoredBytes, old.Totals.StoredBytes),
			Topics:              or(s.Totals.Topics, old.Totals.Topics),
			Partitions:          or(s.Totals.Partitions, old.Totals.Partitions),
			CompactedPartitions: or(s.Totals.CompactedPartitions, old.Totals.CompactedPartitions),
			ConsumerGroups:      or(s.Totals.ConsumerGroups, old.Totals.ConsumerGroups),
		},
		Topics: old.Topics, Groups: old.Groups,
	}
	if len(s.Topics) > 0 {
		out.Topics = updateTopics(old.Topics, s.Topics)
	}
	if s.Groups != nil {
		out.Groups = updateGroups(old.Groups, s.Groups)
	}
	return out
}

func updateTopics(old, fresh []workload.Topic) []workload.Topic {
	before := make(map[string]*workload.Topic, len(old))
	for i := range old {
		before[old[i].Name] = &old[i]
	}
	out := make([]workload.Topic, 0, len(fresh))
	for _, t := range fresh {
		was := before[t.Name]
		if was == nil {
			was = &workload.Topic{}
		}
		kept := workload.Topic{
			Name: t.Name, Internal: t.Internal, Partitions: t.Partitions, ReplicationFactor: t.ReplicationFactor, Config: t.Config,
			AverageMessageBytes: or(t.AverageMessageBytes, was.AverageMessageBytes),
			LargestBatchBytes:   larger(t.LargestBatchBytes, was.LargestBatchBytes),
			StoredBytes:         or(t.StoredBytes, was.StoredBytes),
			Compression:         orList(t.Compression, was.Compression),
			Groups:              orList(t.Groups, was.Groups),
		}
		if kept.Config == nil {
			kept.Config = was.Config
		}
		if kept.Partitions == 0 {
			kept.Partitions, kept.ReplicationFactor = was.Partitions, was.ReplicationFactor
		}
		out = append(out, kept)
	}
	return out
}

func updateGroups(old, fresh []workload.Group) []workload.Group {
	before := make(map[string]*workload.Group, len(old))
	for i := range old {
		before[old[i].Name] = &old[i]
	}
	out := make([]workload.Group, 0, len(fresh))
	for _, g := range fresh {
		was := before[g.Name]
		if was == nil {
			was = &workload.Group{}
		}
		out = append(out, workload.Group{
			Name: g.Name, Type: g.Type, State: g.State, Members: or(g.Members, was.Members), Topics: orList(g.Topics, was.Topics),
			LagMessages: or(g.LagMessages, was.LagMessages),
		})
	}
	return out
}

func or[T any](a, b *T) *T {
	if a != nil {
		return a
	}
	return b
}

func orList[T any](a, b []T) []T {
	if a != nil {
		return a
	}
	return b
}

func larger(a, b *workload.Figure) *workload.Figure {
	if a == nil || b != nil && b.Value > a.Value {
		return b
	}
	return a
}
