package history

import (
	"math"

	"github.com/mskfit/mskfit/internal/workload"
)

// observation is one figure of a sample.
type observation struct {
	level    level
	name     string
	quantity Quantity
	figure   workload.Figure
}

// flatten lists the figures of a sample that are kept as series, in a fixed order. Figures that cannot be (negative, not
// finite, beyond 3e38) are left out and counted.
func flatten(s *workload.Sample) (out []observation, refused int) {
	add := func(lv level, name string, q Quantity, f *workload.Figure) {
		switch {
		case f == nil:
		case !(f.Value >= 0) || f.Value > math.MaxFloat32 || math.IsNaN(f.Low) || math.IsNaN(f.High):
			refused++
		default:
			out = append(out, observation{lv, name, q, *f})
		}
	}
	t := &s.Totals
	for _, c := range clusterFigures(t) {
		add(ofCluster, "", c.quantity, c.figure)
	}
	for i := range s.Topics {
		t := &s.Topics[i]
		add(ofTopic, t.Name, Ingress, t.IngressBytesPerSec)
		add(ofTopic, t.Name, Egress, t.EgressBytesPerSec)
		add(ofTopic, t.Name, Messages, t.MessagesPerSec)
		add(ofTopic, t.Name, Batches, t.BatchesPerSec)
		add(ofTopic, t.Name, HottestIngress, rateOf(t.HottestIngress))
		add(ofTopic, t.Name, HottestEgress, rateOf(t.HottestEgress))
	}
	for i := range s.Groups {
		add(ofGroup, s.Groups[i].Name, Egress, s.Groups[i].EgressBytesPerSec)
	}
	known := refused // the cluster's figures have counted these
	if h := t.HottestIngress; h != nil {
		add(ofPartition, workload.PartitionName(h.Topic, h.Partition), HottestIngress, &h.Rate)
	}
	if h := t.HottestEgress; h != nil {
		add(ofPartition, workload.PartitionName(h.Topic, h.Partition), HottestEgress, &h.Rate)
	}
	return out, known
}

type clusterFigure struct {
	quantity Quantity
	figure   *workload.Figure
}

func clusterFigures(t *workload.Totals) []clusterFigure {
	return []clusterFigure{
		{Ingress, t.IngressBytesPerSec}, {Egress, t.EgressBytesPerSec}, {Messages, t.MessagesPerSec},
		{HottestIngress, rateOf(t.HottestIngress)}, {HottestEgress, rateOf(t.HottestEgress)},
		{Connections, t.ClientConnections}, {Attempts, t.ConnectionsPerSec}, {Requests, t.RequestsPerSec},
		{Batches, t.BatchesPerSec},
		{Stored, t.StoredBytes}, {Topics, t.Topics}, {Partitions, t.Partitions}, {Compacted, t.CompactedPartitions},
		{Groups, t.ConsumerGroups},
	}
}

func rateOf(h *workload.Hottest) *workload.Figure {
	if h == nil {
		return nil
	}
	return &h.Rate
}
