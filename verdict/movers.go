package verdict

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/mskfit/mskfit/internal/workload"
)

// Mover is a topic or a consumer group whose part in a rule changed between two verdicts.
type Mover struct {
	// Kind is "topic" or "group".
	Kind string `json:"kind"`
	Name string `json:"name"`
	// Change is the difference in Unit (bytes/s, bytes, partitions or groups), and Share its part of the change of all that
	// moved in the same direction, 0–1.
	Change float64 `json:"change"`
	Share  float64 `json:"share"`
	Unit   string  `json:"unit"`
}

// maxMovers is how many movers are named.
const maxMovers = 3

// Movers are the topics, or for egress and groups the consumer groups, that moved most in the direction of the whole: at most
// three, the largest first. They are nil where the rule is about neither, and where either verdict has no figures by name.
// What is new moved by all that it has. What has no figure on one of the two sides is left out: that is not known to have
// moved.
func Movers(before, after Verdict, rule string) []Mover {
	measure := measureOf(rule)
	if measure == nil {
		return nil
	}
	kind, unit, old := measure(before)
	_, _, now := measure(after)
	if len(old) == 0 || len(now) == 0 {
		return nil
	}
	var movers []Mover
	total := 0.0
	add := func(name string, change float64) {
		movers = append(movers, Mover{Kind: kind, Name: name, Change: change, Unit: unit})
		total += change
	}
	for name, v := range now {
		was, there := old[name]
		switch {
		case v == nil || there && was == nil:
		case there:
			add(name, *v-*was)
		default:
			add(name, *v)
		}
	}
	for name, was := range old {
		if _, there := now[name]; !there && was != nil {
			add(name, -*was)
		}
	}
	return largest(movers, total)
}

// largest keeps the movers in the direction of the whole and gives each its share of them.
func largest(movers []Mover, total float64) []Mover {
	movers = slices.DeleteFunc(movers, func(m Mover) bool { return m.Change == 0 || math.Signbit(m.Change) != math.Signbit(total) })
	slices.SortFunc(movers, func(a, b Mover) int {
		return cmp.Or(cmp.Compare(math.Abs(b.Change), math.Abs(a.Change)), strings.Compare(a.Name, b.Name))
	})
	same := 0.0
	for _, m := range movers {
		same += m.Change
	}
	for i := range movers {
		movers[i].Share = movers[i].Change / same
	}
	return movers[:min(len(movers), maxMovers)]
}

// measure gives what a verdict says of each topic or group in one respect; nil values are not known.
type measure func(Verdict) (kind, unit string, values map[string]*float64)

// measureOf is what moves a rule; nil where no topic or group does.
func measureOf(rule string) measure {
	_, name, _ := strings.Cut(rule, ".")
	switch {
	case strings.HasPrefix(name, "ingress_per_partition"):
		return topics("bytes/s", func(t TopicFigures) *float64 { return mean(t.HottestIngress) })
	case strings.HasPrefix(name, "ingress"):
		return topics("bytes/s", func(t TopicFigures) *float64 { return mean(t.IngressBytesPerSec) })
	case strings.HasPrefix(name, "egress_per_partition"):
		return topics("bytes/s", func(t TopicFigures) *float64 { return mean(t.EgressBytesPerSec) })
	case strings.HasPrefix(name, "egress"), name == "storage_throughput":
		return readers
	case name == "partitions_compacted":
		return topics("partitions", func(t TopicFigures) *float64 { return partitionsIf(t, true) })
	case strings.HasPrefix(name, "partitions"):
		return topics("partitions", func(t TopicFigures) *float64 { return partitionsIf(t, false) })
	case name == "storage":
		return topics("bytes", func(t TopicFigures) *float64 { return figureValue(t.StoredBytes) })
	case name == "consumer_groups":
		return groupCount
	}
	return nil
}

func topics(unit string, pick func(TopicFigures) *float64) measure {
	return func(v Verdict) (string, string, map[string]*float64) {
		out := map[string]*float64{}
		for _, t := range v.Topics {
			out[t.Name] = pick(t)
		}
		return "topic", unit, out
	}
}

// readers is the egress of each consumer group.
func readers(v Verdict) (string, string, map[string]*float64) {
	out := map[string]*float64{}
	for _, g := range v.Groups {
		out[g.Name] = mean(g.EgressBytesPerSec)
	}
	return "group", "bytes/s", out
}

func groupCount(v Verdict) (string, string, map[string]*float64) {
	out := map[string]*float64{}
	one := 1.0
	for _, g := range v.Groups {
		out[g.Name] = &one
	}
	return "group", "groups", out
}

// partitionsIf are the partitions of a topic for the quota on compacted ones or on the others; nil where it is not known
// which one counts them.
func partitionsIf(t TopicFigures, compacted bool) *float64 {
	n := float64(t.Partitions)
	switch {
	case t.Internal, compacted && t.Compacted == nil:
		return nil
	case compacted != (t.Compacted != nil && *t.Compacted):
		n = 0
	}
	return &n
}

func mean(q *workload.Quantity) *float64 {
	if q == nil {
		return nil
	}
	return &q.Value
}

func figureValue(f *workload.Figure) *float64 {
	if f == nil {
		return nil
	}
	return &f.Value
}

// FigureOf is the figure of the workload that a rule is held against; nil where the rule is about none of them or the figure
// is absent.
func FigureOf(v Verdict, rule string) *workload.Figure {
	if q := QuantityOf(v, rule); q != nil {
		return &q.Figure
	}
	_, name, _ := strings.Cut(rule, ".")
	w := v.Workload
	switch {
	case name == "partitions_compacted":
		return w.CompactedPartitions
	case strings.HasPrefix(name, "partitions"):
		return w.Partitions
	case name == "consumer_groups":
		return w.ConsumerGroups
	case name == "storage":
		return w.StoredBytes
	case name == "message_size", name == "request_size":
		return w.MaxMessageBytes
	}
	return nil
}

// QuantityOf is the quantity of the workload that a rule is held against; nil where the rule is about none, or about a count, or the
// quantity is absent.
func QuantityOf(v Verdict, rule string) *workload.Quantity {
	_, name, _ := strings.Cut(rule, ".")
	w := v.Workload
	switch {
	case strings.HasPrefix(name, "ingress_per_partition"):
		return w.HottestIngress
	case strings.HasPrefix(name, "egress_per_partition"):
		return w.HottestEgress
	case strings.HasPrefix(name, "ingress"):
		return w.IngressBytesPerSec
	case strings.HasPrefix(name, "egress"), name == "storage_throughput":
		return w.EgressBytesPerSec
	case name == "connection_attempts", name == "connection_rate":
		return w.ConnectionsPerSec
	case name == "client_connections", name == "connections":
		return w.ClientConnections
	case name == "request_rate":
		return w.RequestsPerSec
	}
	return nil
}

// PartOf is the part that a topic or consumer group has in what moves a rule; false where the verdict has none of the name, or no figure
// of it.
func PartOf(v Verdict, rule, name string) (float64, bool) {
	measure := measureOf(rule)
	if measure == nil {
		return 0, false
	}
	_, _, values := measure(v)
	value := values[name]
	if value == nil {
		return 0, false
	}
	return *value, true
}

// MovesByRate reports whether what moves a rule is a rate, which is compared over the same minutes of another day, and not a
// count.
func MovesByRate(rule string) bool {
	measure := measureOf(rule)
	if measure == nil {
		return false
	}
	_, unit, _ := measure(Verdict{})
	return unit == "bytes/s"
}

// DailyQuantity is the key under which the daily peaks (workload.DailyPeak) hold what a rule is about; empty where they do not.
func DailyQuantity(rule string) string {
	_, name, _ := strings.Cut(rule, ".")
	for _, q := range DailyQuantities {
		if q.Quota == name {
			return q.Quantity
		}
	}
	switch name {
	case "ingress", "ingress_max":
		return IngressKey
	case "egress", "egress_max":
		return "egress_bytes_per_second"
	}
	return ""
}
