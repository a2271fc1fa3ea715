package workloadfile

import (
	"math"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
)

// counts fills in topics, partitions, groups and copies.
func (w Workload) counts(out *workload.Workload) {
	sums := newSums(w.Topics.List)
	out.Topics = declared(base(w.Topics.Count))
	if n := len(w.Topics.List); n > 0 {
		out.Topics = derived(float64(n), "topics in the list")
	}
	out.Partitions = declared(base(w.Partitions))
	if out.Partitions == nil && sums.partitions.known {
		out.Partitions = derived(sums.partitions.total, "sum over topics of partitions")
	}
	out.CompactedPartitions = declared(base(w.CompactedPartitions))
	if out.CompactedPartitions == nil && sums.compacted.known {
		out.CompactedPartitions = derived(sums.compacted.total, "sum over compacted topics of partitions")
	}
	if n, ok := w.groupCount(); ok {
		v := float64(n)
		out.ConsumerGroups = declared(&v)
	}
	if w.Groups.List != nil && w.ConsumerGroups == nil {
		out.ConsumerGroups = derived(float64(len(w.Groups.List)), "groups in the list")
	}
	if r := w.ReplicationFactor; r != nil {
		out.ReplicationFactor, out.MinReplicationFactor, out.MaxReplicationFactor = *r, *r, *r
	}
	for _, t := range w.Topics.List {
		if r := t.ReplicationFactor; r != nil {
			out.MinReplicationFactor = min(nonZero(out.MinReplicationFactor, *r), *r)
			out.MaxReplicationFactor = max(out.MaxReplicationFactor, *r)
			out.ReplicationFactor = nonZero(out.ReplicationFactor, *r)
		}
	}
}

func nonZero(a, b int) int {
	if a != 0 {
		return a
	}
	return b
}

// keeping fills in retention and stored bytes.
func (w Workload) keeping(out *workload.Workload) {
	if w.Retention != nil {
		out.Retention = duration(*w.Retention)
	}
	for _, t := range w.Topics.List {
		if r := t.Retention; r != nil && (out.Retention == nil || w.Retention == nil && r.Duration() > *out.Retention) {
			out.Retention = duration(*r)
		}
	}
	if w.PrimaryRetention != nil {
		out.PrimaryRetention = duration(*w.PrimaryRetention)
	}
	out.StoredBytes = declared(base(w.StoredBytes))
	if out.StoredBytes == nil {
		out.StoredBytes = w.stored(out)
	}
	unsized := false
	for _, t := range out.TopicList {
		unsized = unsized || *t.Compacted && t.StoredBytes == nil
		if *t.Compacted && t.StoredBytes != nil {
			each := t.StoredBytes.Value / float64(t.Partitions)
			if l := out.LargestCompactedPartitionBytes; l == nil || each > l.Value {
				out.LargestCompactedPartitionBytes = derived(each, "stored bytes of a compacted topic ÷ partitions, spread evenly")
			}
		}
	}
	if l := out.LargestCompactedPartitionBytes; l != nil && unsized {
		l.High = math.Inf(1) // a topic of unknown size may have a larger one
	}
}

// stored is one copy of what is kept: the sum over topics, or ingress × retention where nothing contradicts it.
func (w Workload) stored(out *workload.Workload) *workload.Figure {
	total, known, plainTopics := 0.0, len(out.TopicList) > 0, true
	for i, t := range out.TopicList {
		if known = known && t.StoredBytes != nil; known {
			total += t.StoredBytes.Value
		}
		plainTopics = plainTopics && !*t.Compacted && w.Topics.List[i].Retention == nil
	}
	switch {
	case known:
		return derived(total, "sum over topics of stored bytes")
	case plainTopics && w.Retention != nil:
		return kept(out.IngressBytesPerSec, w.Retention)
	}
	return nil
}

// kept is ingress × retention; nil when the retention is unlimited or either is unknown.
func kept(ingress *workload.Quantity, retention *workload.Span) *workload.Figure {
	if ingress == nil || retention == nil || retention.Duration() == workload.RetentionUnlimited {
		return nil
	}
	return derived(ingress.Value*retention.Duration().Seconds(), "ingress × retention")
}

func duration(s workload.Span) *time.Duration {
	d := s.Duration()
	return &d
}

// hottest fills in the busiest partition of the whole: as stated, or the busiest of the topics, but never less than if the
// whole were spread evenly.
func (w Workload) hottest(out *workload.Workload) {
	f := w.flow()
	partitions := 0
	if out.Partitions != nil {
		partitions = int(out.Partitions.Value)
	}
	in, read := out.IngressBytesPerSec, out.EgressBytesPerSec
	out.HottestIngress, out.HottestIngressOn = hottestOf(f.hotIngress, busiest(f.hotIngress, in, partitions, "ingress"),
		out.TopicList,
		func(t workload.TopicWorkload) *workload.Quantity { return t.HottestIngress })
	out.HottestEgress, out.HottestEgressOn = hottestOf(f.hotEgress, f.busiestRead(in, read, partitions), out.TopicList,
		func(t workload.TopicWorkload) *workload.Quantity { return t.HottestEgress })
}

// hottestOf is what the file states or, where it does not, the hottest among whole and topics.
func hottestOf(stated *float64, whole *workload.Quantity, topics []workload.TopicWorkload,
	get func(workload.TopicWorkload) *workload.Quantity,
) (hottest *workload.Quantity, on string) {
	hottest = whole
	for _, t := range topics {
		if q := get(t); stated == nil && q != nil && (hottest == nil || atPeak(q) >= atPeak(hottest)) {
			hottest, on = q, t.Name
		}
	}
	return hottest, on
}

func atPeak(q *workload.Quantity) float64 {
	f, _ := q.At(workload.Peak)
	return f.Value
}
