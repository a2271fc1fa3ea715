package verdict

import (
	"time"

	"github.com/mskfit/mskfit/internal/workload"
)

// Figures are the quantities of the workload under the names that the JSON fixes; nil ones are absent.
type Figures struct {
	// IngressBytesPerSec is bytes/s from producers, as compressed on the wire, without replication.
	IngressBytesPerSec *workload.Quantity `json:"ingress_bytes_per_second,omitempty"`
	// EgressBytesPerSec is bytes/s to consumers, without replication; a floor where groups are seen by their commits.
	EgressBytesPerSec *workload.Quantity `json:"egress_bytes_per_second,omitempty"`
	// MessagesPerSec is records/s from producers.
	MessagesPerSec *workload.Quantity `json:"messages_per_second,omitempty"`
	// AverageMessageBytes is bytes ÷ records on the wire, compressed.
	AverageMessageBytes *workload.Figure `json:"average_message_bytes,omitempty"`
	// MaxMessageBytes is the largest message in use: between the largest batch seen and max.message.bytes.
	MaxMessageBytes *workload.Figure `json:"max_message_bytes,omitempty"`
	// Topics counts user topics.
	Topics *workload.Figure `json:"topics,omitempty"`
	// Partitions counts leader partitions of user topics.
	Partitions *workload.Figure `json:"partitions,omitempty"`
	// CompactedPartitions counts the leader partitions of user topics that are compacted.
	CompactedPartitions *workload.Figure `json:"compacted_partitions,omitempty"`
	// ConsumerGroups counts the groups that the cluster knows, idle ones included.
	ConsumerGroups *workload.Figure `json:"consumer_groups,omitempty"`
	// HottestIngress is bytes/s into the busiest partition of each window, whichever that was.
	HottestIngress *workload.Quantity `json:"hottest_partition_ingress_bytes_per_second,omitempty"`
	// HottestEgress is bytes/s out of the busiest partition of each window, whichever that was.
	HottestEgress *workload.Quantity `json:"hottest_partition_egress_bytes_per_second,omitempty"`
	// StoredBytes is one copy: replicas are not counted.
	StoredBytes *workload.Figure `json:"stored_bytes,omitempty"`
	// ClientConnections is how many are open at once.
	ClientConnections *workload.Quantity `json:"client_connections,omitempty"`
	// ConnectionsPerSec is new connections per second.
	ConnectionsPerSec *workload.Quantity `json:"connection_attempts_per_second,omitempty"`
	// RequestsPerSec is requests per second from clients.
	RequestsPerSec *workload.Quantity `json:"requests_per_second,omitempty"`
	// BatchesPerSec is how many record batches producers send: the number of accepted produce requests is not above it. Refused
	// ones and duplicate retries leave no batch.
	BatchesPerSec *workload.Quantity `json:"produce_batches_per_second,omitempty"`
	// FanOut is egress ÷ ingress, of the means.
	FanOut *workload.Figure `json:"fan_out,omitempty"`
}

// Forecast is when a limit will be passed. Dates are nil when the trend does not reach the limit.
type Forecast struct {
	// Rule is the id of the rule whose limit will be passed.
	Rule string `json:"rule"`
	// Earliest follows the steepest credible trend; nil: not within reach.
	Earliest *time.Time `json:"earliest,omitempty"`
	// Expected follows the fitted trend; nil: not within reach.
	Expected *time.Time `json:"expected,omitempty"`
	// Latest follows the flattest credible trend; nil: not within reach.
	Latest *time.Time `json:"latest,omitempty"`
	// Flat is true where the quantity shows no clear growth; there are no dates then.
	Flat bool `json:"flat,omitempty"`
	// Note says why there are no dates, or what the forecast is based on.
	Note string `json:"note,omitempty"`
}

// TopicFigures are one topic's figures.
type TopicFigures struct {
	// Name is the topic's in Kafka.
	Name string `json:"name"`
	// Partitions counts leader partitions.
	Partitions int `json:"partitions"`
	// MessagesPerSec is records/s from producers; nil: unknown.
	MessagesPerSec *workload.Quantity `json:"messages_per_second,omitempty"`
	// IngressBytesPerSec is bytes/s from producers, compressed, without replication; nil: unknown.
	IngressBytesPerSec *workload.Quantity `json:"ingress_bytes_per_second,omitempty"`
	// EgressBytesPerSec is bytes/s to consumers, without replication; nil: unknown.
	EgressBytesPerSec *workload.Quantity `json:"egress_bytes_per_second,omitempty"`
	// AverageMessageBytes is bytes ÷ records on the wire, compressed; nil: unknown.
	AverageMessageBytes *workload.Figure `json:"average_message_bytes,omitempty"`
	// StoredBytes is one copy; nil: unknown.
	StoredBytes *workload.Figure `json:"stored_bytes,omitempty"`
	// HottestIngress is bytes/s into the topic's busiest partition; nil: unknown.
	HottestIngress *workload.Quantity `json:"hottest_partition_ingress_bytes_per_second,omitempty"`
	// BatchesPerSec is how many record batches producers send, and Compression lists the codecs of those that were seen.
	BatchesPerSec *workload.Quantity `json:"produce_batches_per_second,omitempty"`
	// Compression is sorted (gzip, lz4, none, snappy, zstd); empty: no batch was seen.
	Compression []string `json:"compression,omitempty"`
	// Compacted: cleanup.policy includes compact; nil: the configuration was not read.
	Compacted *bool `json:"compacted,omitempty"`
	// Internal: Kafka's or MSK's own topic, such as __consumer_offsets.
	Internal bool `json:"internal,omitempty"`
	// Groups are the consumer groups with committed offsets on the topic, sorted.
	Groups []string `json:"groups"`
}

// GroupFigures are one consumer group's figures.
type GroupFigures struct {
	// Name is the group id in Kafka.
	Name string `json:"name"`
	// Type is "classic", "consumer" (KIP-848) or "share" (KIP-932); empty: unknown.
	Type string `json:"type,omitempty"`
	// Members is how many were connected last; nil: unknown.
	Members *int `json:"members,omitempty"`
	// Topics are those with committed offsets or assigned members, sorted.
	Topics []string `json:"topics"`
	// EgressBytesPerSec is what the group's commits say that it read; nil: it does not commit.
	EgressBytesPerSec *workload.Quantity `json:"egress_bytes_per_second,omitempty"`
	// LagMessages is records not yet read, at the window's end; nil: unknown.
	LagMessages *workload.Figure `json:"lag_messages,omitempty"`
}

// FiguresOf gives the workload the names of the verdict's JSON. They are as observed or declared; what the sizing
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
