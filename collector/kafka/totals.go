package kafka

import (
	"math"

	"github.com/mskfit/mskfit/internal/workload"
)

// totals are the cluster's figures.
func (v *view) totals(groups []workload.Group) workload.Totals {
	out := workload.Totals{StoredBytes: v.stored.figure(workload.Measured, fromLogDirs)}
	v.counts(&out, groups)
	if v.anyUndescribable() {
		for _, s := range []*sum{&v.total, &v.records, &v.stored, &v.sentTotal} {
			s.miss(math.Inf(1))
		}
		v.hottest.high = math.Inf(1)
		out.StoredBytes = v.stored.figure(workload.Measured, fromLogDirs)
	}
	if !v.rated() {
		return out
	}
	v.total.withError(math.Sqrt(v.lumpBytes))
	v.records.withError(math.Sqrt(v.lumpRecords))
	if v.average > 0 || v.total.value == 0 && v.total.high == 0 {
		out.IngressBytesPerSec = v.total.bytes()
	}
	out.MessagesPerSec = v.records.figure(workload.Derived, fromOffsets)
	out.BatchesPerSec = v.sentTotal.batches()
	out.HottestIngress = v.hottest.hottest()
	out.HottestEgress = v.read.hottest()
	out.EgressBytesPerSec = v.egress(groups)
	return out
}

// counts fills in the numbers of topics, partitions and groups. They are floors when topics cannot be described or
// brokers did not list their groups.
func (v *view) counts(out *workload.Totals, groups []workload.Group) {
	var topics, partitions, compacted, unknown float64
	for i := range v.topics {
		t := &v.topics[i]
		if t.Internal {
			continue
		}
		topics++
		partitions += float64(t.Partitions)
		if is, known := t.Compacted(); !known {
			unknown += float64(t.Partitions)
		} else if is {
			compacted += float64(t.Partitions)
		}
	}
	exact := func(n float64, source string, complete bool) *workload.Figure {
		if !complete {
			return workload.AtLeast(n, workload.Estimated, source).Ptr()
		}
		return workload.Exactly(n, workload.Measured, source).Ptr()
	}
	complete := !v.anyUndescribable()
	out.Topics = exact(topics, fromMetadata, complete)
	out.Partitions = exact(partitions, fromMetadata, complete)
	switch {
	case !complete:
		out.CompactedPartitions = workload.AtLeast(compacted, workload.Estimated, fromConfigs).Ptr()
	case unknown == 0:
		out.CompactedPartitions = workload.Exactly(compacted, workload.Measured, fromConfigs).Ptr()
	case unknown < partitions:
		out.CompactedPartitions = workload.Between(compacted, compacted, compacted+unknown, workload.Estimated, fromConfigs).Ptr()
	}
	if members := membersOf(groups); members > 0 {
		out.ClientConnections = workload.AtLeast(members, workload.Estimated, fromMembers).Ptr()
	}
	if v.asked.groupsKnown || len(groups) > 0 {
		out.ConsumerGroups = exact(float64(len(groups)), fromGroups, v.asked.groupsKnown)
	}
}

// membersOf counts the members of all groups: each holds a connection at the least, and nothing else shows how many there are.
func membersOf(groups []workload.Group) (n float64) {
	for _, g := range groups {
		if g.Members != nil {
			n += float64(*g.Members)
		}
	}
	return n
}

// egress is a floor: consumers that do not commit are not seen. It is absent when no group's progress is known.
func (v *view) egress(groups []workload.Group) *workload.Figure {
	var total *workload.Figure
	for i := range groups {
		f := groups[i].EgressBytesPerSec
		switch {
		case f == nil:
		case total == nil:
			total = f
		default:
			total = total.Plus(*f).Ptr()
		}
	}
	if total == nil {
		return nil
	}
	return workload.Between(total.Value, total.Low, math.Inf(1), workload.Estimated, fromCommits).Ptr()
}

// brokerList is the brokers with what they lead.
func (v *view) brokerList() []workload.Broker {
	out := make([]workload.Broker, 0, len(v.world.brokers))
	for _, b := range v.world.brokers {
		w := workload.Broker{ID: b.id, Host: b.host, Port: b.port, Rack: b.rack, Controller: b.controller, Leaders: b.leaders}
		if s := v.brokers[b.id]; s != nil && v.rated() {
			w.IngressBytesPerSec = s.bytes()
		}
		out = append(out, w)
	}
	return out
}
