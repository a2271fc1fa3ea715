package analyzer

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/mskfit/mskfit/internal/workload"
)

// Mover is a topic whose load changed between two verdicts.
type Mover struct {
	Topic string `json:"topic"`
	// Change is the difference of the means in the unit of the rule's quantity, and Share its part of the change of all
	// topics that moved in the same direction, 0–1.
	Change float64 `json:"change"`
	Share  float64 `json:"share"`
	Unit   string  `json:"unit"`
}

// maxMovers is how many movers are named.
const maxMovers = 3

// Movers are the topics that moved most in the direction of the whole, for a rule about ingress or egress: at most three,
// the largest first. They are nil for other rules, and where either verdict has no figures by topic. A topic that is new
// moved by all of its load.
func Movers(before, after Verdict, rule string) []Mover {
	pick := topicQuantity(rule)
	if pick == nil || len(before.Topics) == 0 || len(after.Topics) == 0 {
		return nil
	}
	old := map[string]float64{}
	for _, t := range before.Topics {
		if q := pick(t); q != nil {
			old[t.Name] = q.Value
		}
	}
	var movers []Mover
	total := 0.0
	for _, t := range after.Topics {
		if q := pick(t); q != nil {
			movers = append(movers, Mover{Topic: t.Name, Change: q.Value - old[t.Name], Unit: "bytes/s"})
			total += q.Value - old[t.Name]
		}
		delete(old, t.Name)
	}
	for name, v := range old {
		movers = append(movers, Mover{Topic: name, Change: -v, Unit: "bytes/s"})
		total -= v
	}
	return largest(movers, math.Signbit(total))
}

// largest keeps the movers of one direction and gives each its share of them.
func largest(movers []Mover, down bool) []Mover {
	movers = slices.DeleteFunc(movers, func(m Mover) bool { return m.Change == 0 || math.Signbit(m.Change) != down })
	slices.SortFunc(movers, func(a, b Mover) int {
		return cmp.Or(cmp.Compare(math.Abs(b.Change), math.Abs(a.Change)), strings.Compare(a.Topic, b.Topic))
	})
	total := 0.0
	for _, m := range movers {
		total += m.Change
	}
	for i := range movers {
		movers[i].Share = movers[i].Change / total
	}
	return movers[:min(len(movers), maxMovers)]
}

// topicQuantity is the figure of a topic that a rule is about; nil where there is none.
func topicQuantity(rule string) func(TopicFigures) *workload.Quantity {
	switch {
	case strings.Contains(rule, "ingress_per_partition"):
		return func(t TopicFigures) *workload.Quantity { return t.HottestIngress }
	case strings.Contains(rule, "ingress"):
		return func(t TopicFigures) *workload.Quantity { return t.IngressBytesPerSec }
	case strings.Contains(rule, "egress"):
		return func(t TopicFigures) *workload.Quantity { return t.EgressBytesPerSec }
	}
	return nil
}

// QuantityOf is the quantity of the workload that a rule is held against; nil where the rule is about none of them or the
// quantity is absent.
func QuantityOf(v Verdict, rule string) *workload.Quantity {
	w := v.Workload
	switch {
	case strings.Contains(rule, "ingress_per_partition"):
		return w.HottestIngress
	case strings.Contains(rule, "egress_per_partition"):
		return w.HottestEgress
	case strings.Contains(rule, "ingress"):
		return w.IngressBytesPerSec
	case strings.Contains(rule, "egress"):
		return w.EgressBytesPerSec
	case strings.Contains(rule, "connection_attempts"):
		return w.ConnectionsPerSec
	case strings.Contains(rule, "connections"):
		return w.ClientConnections
	case strings.Contains(rule, "request_rate"):
		return w.RequestsPerSec
	}
	return nil
}
