package history

import (
	"math"

	"github.com/mskfit/mskfit/internal/workload"
)

// observation is one figure of a sample, or a bare value that stands beside them (method empty).
type observation struct {
	level    level
	name     string
	quantity quantity
	figure   workload.Figure
}

// flatten lists the figures of a sample that are kept as series, in a fixed order. Figures that cannot be (negative, not
// finite) are left out and counted.
func flatten(s *workload.Sample) (out []observation, refused int) {
	add := func(lv level, name string, q quantity, f *workload.Figure) {
		switch {
		case f == nil:
		case !(f.Value >= 0) || math.IsInf(f.Value, 1) || math.IsNaN(f.Low) || math.IsNaN(f.High):
			refused++
		default:
			out = append(out, observation{lv, name, q, *f})
		}
	}
	t := &s.Totals
	for _, c := range clusterFigures(t) {
		add(ofCluster, "", c.quantity, c.figure)
	}
	out = append(out, places(t)...)
	for i := range s.Topics {
		t := &s.Topics[i]
		add(ofTopic, t.Name, ingress, t.IngressBytesPerSec)
		add(ofTopic, t.Name, egress, t.EgressBytesPerSec)
		add(ofTopic, t.Name, messages, t.MessagesPerSec)
		add(ofTopic, t.Name, hottestIngress, rateOf(t.HottestIngress))
		add(ofTopic, t.Name, hottestEgress, rateOf(t.HottestEgress))
	}
	for i := range s.Groups {
		add(ofGroup, s.Groups[i].Name, egress, s.Groups[i].EgressBytesPerSec)
	}
	return out, refused
}

type clusterFigure struct {
	quantity quantity
	figure   *workload.Figure
}

func clusterFigures(t *workload.Totals) []clusterFigure {
	return []clusterFigure{
		{ingress, t.IngressBytesPerSec}, {egress, t.EgressBytesPerSec}, {messages, t.MessagesPerSec},
		{hottestIngress, rateOf(t.HottestIngress)}, {hottestEgress, rateOf(t.HottestEgress)},
		{connections, t.ClientConnections}, {attempts, t.ConnectionsPerSec}, {requests, t.RequestsPerSec},
		{stored, t.StoredBytes}, {topics, t.Topics}, {partitions, t.Partitions}, {compacted, t.CompactedPartitions},
		{groups, t.ConsumerGroups},
	}
}

// places says which partition was the busiest, for the two quantities that are about one.
func places(t *workload.Totals) (out []observation) {
	for _, p := range []struct {
		q quantity
		h *workload.Hottest
	}{{ingressPlace, t.HottestIngress}, {egressPlace, t.HottestEgress}} {
		if p.h != nil {
			out = append(out, observation{ofCluster, "", p.q, workload.Figure{Value: placeOf(p.h.Topic, p.h.Partition)}})
		}
	}
	return out
}

func rateOf(h *workload.Hottest) *workload.Figure {
	if h == nil {
		return nil
	}
	return &h.Rate
}
