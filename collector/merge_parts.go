package collector

import (
	"cmp"

	"github.com/mskfit/mskfit/internal/workload"
)

func (m *merger) topics() {
	m.out.Topics = united(m.in, func(s *workload.Sample) []workload.Topic { return s.Topics },
		func(t *workload.Topic) string { return t.Name }, mergeTopic)
}

func mergeTopic(t, o *workload.Topic) {
	t.Internal = t.Internal || o.Internal
	t.Partitions = cmp.Or(t.Partitions, o.Partitions)
	t.ReplicationFactor = cmp.Or(t.ReplicationFactor, o.ReplicationFactor)
	if t.Config == nil {
		t.Config = o.Config
	}
	t.IngressBytesPerSec = workload.Best(t.IngressBytesPerSec, o.IngressBytesPerSec)
	t.EgressBytesPerSec = workload.Best(t.EgressBytesPerSec, o.EgressBytesPerSec)
	t.MessagesPerSec = workload.Best(t.MessagesPerSec, o.MessagesPerSec)
	t.BatchesPerSec = workload.Best(t.BatchesPerSec, o.BatchesPerSec)
	t.Compression = union(t.Compression, o.Compression)
	t.AverageMessageBytes = workload.Best(t.AverageMessageBytes, o.AverageMessageBytes)
	t.LargestBatchBytes = workload.Best(t.LargestBatchBytes, o.LargestBatchBytes)
	t.StoredBytes = workload.Best(t.StoredBytes, o.StoredBytes)
	t.HottestIngress = hotter(t.HottestIngress, o.HottestIngress)
	t.HottestEgress = hotter(t.HottestEgress, o.HottestEgress)
	t.Groups = union(t.Groups, o.Groups)
}

func (m *merger) groups() {
	m.out.Groups = united(m.in, func(s *workload.Sample) []workload.Group { return s.Groups },
		func(g *workload.Group) string { return g.Name }, mergeGroup)
}

func mergeGroup(g, o *workload.Group) {
	g.Type, g.State = cmp.Or(g.Type, o.Type), cmp.Or(g.State, o.State)
	g.Members = cmp.Or(g.Members, o.Members)
	g.Topics = union(g.Topics, o.Topics)
	// The parts go with the sum that they make.
	if f := workload.Best(g.EgressBytesPerSec, o.EgressBytesPerSec); f != g.EgressBytesPerSec {
		g.EgressBytesPerSec, g.EgressByTopic = f, o.EgressByTopic
	}
	g.MessagesPerSec = workload.Best(g.MessagesPerSec, o.MessagesPerSec)
	g.LagMessages = workload.Best(g.LagMessages, o.LagMessages)
}

func (m *merger) brokers() {
	m.out.Brokers = united(m.in, func(s *workload.Sample) []workload.Broker { return s.Brokers },
		func(b *workload.Broker) int32 { return b.ID }, mergeBroker)
}

func mergeBroker(b, o *workload.Broker) {
	b.Host, b.Port, b.Rack = cmp.Or(b.Host, o.Host), cmp.Or(b.Port, o.Port), cmp.Or(b.Rack, o.Rack)
	b.Controller = b.Controller || o.Controller
	b.Leaders = cmp.Or(b.Leaders, o.Leaders)
	b.IngressBytesPerSec = workload.Best(b.IngressBytesPerSec, o.IngressBytesPerSec)
	b.EgressBytesPerSec = workload.Best(b.EgressBytesPerSec, o.EgressBytesPerSec)
	b.ClientConnections = workload.Best(b.ClientConnections, o.ClientConnections)
	b.CPUBusyRatio = workload.Best(b.CPUBusyRatio, o.CPUBusyRatio)
	b.StorageUsedRatio = workload.Best(b.StorageUsedRatio, o.StorageUsedRatio)
}
