package verdict

import (
	"slices"
	"strings"

	"github.com/mskfit/mskfit/internal/workload"
)

// The quantities that limits are about, by the names that the workload's JSON and the daily peaks have for them.
const (
	IngressKey             = "ingress_bytes_per_second"
	EgressKey              = "egress_bytes_per_second"
	HottestIngressKey      = "hottest_partition_ingress_bytes_per_second"
	HottestEgressKey       = "hottest_partition_egress_bytes_per_second"
	PartitionsKey          = "partitions"
	CompactedPartitionsKey = "compacted_partitions"
	ConsumerGroupsKey      = "consumer_groups"
	ClientConnectionsKey   = "client_connections"
	ConnectionAttemptsKey  = "connection_attempts_per_second"
	RequestsKey            = "requests_per_second"
	StoredKey              = "stored_bytes"
	MaxMessageKey          = "max_message_bytes"
)

// Quantity is what some limits are about. The table of them is the one place that says which rules a quantity feeds, where the
// verdict has its figure, which topics or groups make it up, and in which unit.
type Quantity struct {
	// Key is one of the keys above.
	Key string
	// Daily are the names of the rules whose limit is held against the daily peaks of this quantity, the quota of Serverless
	// first; empty: peaks are not kept of it.
	Daily []string
	// rules are the names of all rules on it; "ingress*" is all that begin so. The longest name that fits a rule counts.
	rules []string
	// over is its figure over the window; nil: it is counted, and count has the figure.
	over  func(*Figures) *workload.Quantity
	count func(*Figures) *workload.Figure
	// parts are what it is made of; nil: topics and groups have no part in it that is known.
	parts parts
}

var quantities = []Quantity{
	{Key: IngressKey, Daily: []string{"ingress_per_cluster", "ingress", "ingress_max"}, rules: []string{"ingress*"},
		over:  func(f *Figures) *workload.Quantity { return f.IngressBytesPerSec },
		parts: topics("bytes/s", func(t TopicFigures) *float64 { return mean(t.IngressBytesPerSec) })},
	{Key: EgressKey, Daily: []string{"egress_per_cluster", "egress", "egress_max"},
		rules: []string{"egress*", "storage_throughput"},
		over:  func(f *Figures) *workload.Quantity { return f.EgressBytesPerSec }, parts: readers},
	{Key: HottestIngressKey, Daily: []string{"ingress_per_partition"}, rules: []string{"ingress_per_partition*"},
		over:  func(f *Figures) *workload.Quantity { return f.HottestIngress },
		parts: topics("bytes/s", func(t TopicFigures) *float64 { return mean(t.HottestIngress) })},
	{Key: HottestEgressKey, Daily: []string{"egress_per_partition"}, rules: []string{"egress_per_partition*"},
		over:  func(f *Figures) *workload.Quantity { return f.HottestEgress },
		parts: topics("bytes/s", func(t TopicFigures) *float64 { return mean(t.EgressBytesPerSec) })},
	{Key: PartitionsKey, Daily: []string{"partitions_non_compacted"}, rules: []string{"partitions*"},
		count: func(f *Figures) *workload.Figure { return f.Partitions },
		parts: topics("partitions", func(t TopicFigures) *float64 { return partitionsIf(t, false) })},
	{Key: CompactedPartitionsKey, Daily: []string{"partitions_compacted"}, rules: []string{"partitions_compacted"},
		count: func(f *Figures) *workload.Figure { return f.CompactedPartitions },
		parts: topics("partitions", func(t TopicFigures) *float64 { return partitionsIf(t, true) })},
	{Key: ConsumerGroupsKey, Daily: []string{"consumer_groups"}, rules: []string{"consumer_groups"},
		count: func(f *Figures) *workload.Figure { return f.ConsumerGroups }, parts: groupCount},
	{Key: ClientConnectionsKey, Daily: []string{"client_connections"}, rules: []string{"client_connections", "connections"},
		over: func(f *Figures) *workload.Quantity { return f.ClientConnections }},
	{Key: RequestsKey, Daily: []string{"request_rate"}, rules: []string{"request_rate"},
		over: func(f *Figures) *workload.Quantity { return f.RequestsPerSec }},
	{Key: ConnectionAttemptsKey, rules: []string{"connection_attempts", "connection_rate"},
		over: func(f *Figures) *workload.Quantity { return f.ConnectionsPerSec }},
	{Key: StoredKey, rules: []string{"storage"}, count: func(f *Figures) *workload.Figure { return f.StoredBytes },
		parts: topics("bytes", func(t TopicFigures) *float64 { return figureValue(t.StoredBytes) })},
	{Key: MaxMessageKey, rules: []string{"message_size", "request_size"},
		count: func(f *Figures) *workload.Figure { return f.MaxMessageBytes }},
}

// DailyQuantities are those with daily peaks kept, in the order of forecasts.
func DailyQuantities() []Quantity {
	return slices.DeleteFunc(slices.Clone(quantities), func(q Quantity) bool { return len(q.Daily) == 0 })
}

// quantityOf is what a rule ("serverless.ingress_per_cluster") is about; nil: none of the quantities.
func quantityOf(rule string) *Quantity {
	_, name, _ := strings.Cut(rule, ".")
	var found *Quantity
	longest := -1
	for i := range quantities {
		for _, r := range quantities[i].rules {
			start, open := strings.CutSuffix(r, "*")
			if (r == name || open && strings.HasPrefix(name, start)) && len(r) > longest {
				found, longest = &quantities[i], len(r)
			}
		}
	}
	return found
}

// FigureOf is the figure of the workload that a rule is held against; nil where the rule is about none of them or the figure
// is absent.
func FigureOf(f Figures, rule string) *workload.Figure {
	q := quantityOf(rule)
	switch {
	case q == nil:
		return nil
	case q.over == nil:
		return q.count(&f)
	}
	if over := q.over(&f); over != nil {
		return &over.Figure
	}
	return nil
}

// QuantityOf is the quantity of the workload that a rule is held against; nil where the rule is about none, or about a count,
// or the quantity is absent.
func QuantityOf(f Figures, rule string) *workload.Quantity {
	if q := quantityOf(rule); q != nil && q.over != nil {
		return q.over(&f)
	}
	return nil
}

// DailyQuantity is the key under which the daily peaks (workload.DailyPeak) hold what a rule is about; empty where they do not.
func DailyQuantity(rule string) string {
	_, name, _ := strings.Cut(rule, ".")
	if q := quantityOf(rule); q != nil && slices.Contains(q.Daily, name) {
		return q.Key
	}
	return ""
}
