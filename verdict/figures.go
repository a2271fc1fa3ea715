package verdict

import "github.com/mskfit/mskfit/internal/workload"

// FiguresOf lays out the workload under the names of the verdict's JSON. They are as observed or declared; what the sizing
// makes of them (sale-event factor, growth, extra readers) is in the rules' evidence.
func FiguresOf(w workload.Workload) Figures {
	return Figures{
		IngressBytesPerSec: w.IngressBytesPerSec, EgressBytesPerSec: w.EgressBytesPerSec,
		MessagesPerSec: w.MessagesPerSec, AverageMessageBytes: w.AverageMessageBytes, MaxMessageBytes: w.MaxMessageBytes,
		Topics: w.Topics, Partitions: w.Partitions, CompactedPartitions: w.CompactedPartitions,
		ConsumerGroups: w.ConsumerGroups, HottestIngress: w.HottestIngress, HottestEgress: w.HottestEgress,
		StoredBytes: w.StoredBytes, ClientConnections: w.ClientConnections, ConnectionsPerSec: w.ConnectionsPerSec,
		RequestsPerSec: w.RequestsPerSec, BatchesPerSec: w.BatchesPerSec, FanOut: fanOutOf(w),
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
