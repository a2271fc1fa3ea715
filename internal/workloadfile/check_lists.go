package workloadfile

import (
	"fmt"
	"strings"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/internal/yamlfile"
)

// topics checks the list of topics, and the totals of the file against it.
func (c *checker) topics(w Workload) {
	if w.Topics.List != nil && len(w.Topics.List) == 0 {
		c.bad("topics", "empty: list the topics, or write their number")
	}
	first := map[string]int{}
	for i, t := range w.Topics.List {
		at := fmt.Sprintf("topics[%d].", i)
		c.name(at+"name", t.Name, i, first)
		if t.Partitions == nil {
			c.bad(at+"partitions", "missing: write how many it has")
		}
		c.count(at+"partitions", t.Partitions, 1)
		c.replicas(at+"replication_factor", t.ReplicationFactor)
		if t.Retention != nil && *t.Retention == 0 {
			c.bad(at+"retention", "0: write how long messages are kept, like 72h, 7d or unlimited")
		}
		c.flow(at, t.flow())
	}
	c.totals(w)
}

// totals holds what the file states of the whole against the sum over its topics.
func (c *checker) totals(w Workload) {
	sums := newSums(w.Topics.List)
	if w.Partitions != nil && sums.partitions.known && *base(w.Partitions) != sums.partitions.total {
		c.bad("partitions", "%d contradicts the topics, which have %s: correct one or remove it", *w.Partitions,
			plain(sums.partitions.total))
	}
	if w.CompactedPartitions != nil && sums.compacted.known && *base(w.CompactedPartitions) != sums.compacted.total {
		c.bad("compacted_partitions", "%d contradicts the topics: %s are compacted: correct one or remove it",
			*w.CompactedPartitions, plain(sums.compacted.total))
	}
	for _, s := range []struct {
		field  string
		stated *float64
		sum    sum
		format func(float64) string
	}{
		{"ingress", base(w.Ingress), sums.ingress, workload.FormatByteRate},
		{"egress", base(w.Egress), sums.egress, workload.FormatByteRate},
		{"messages_per_second", w.MessagesPerSecond, sums.messages, plain},
		{"stored_bytes", base(w.StoredBytes), sums.stored, workload.FormatBytes},
	} {
		if s.stated != nil && s.sum.known {
			c.agree(s.field, *s.stated, "the sum over topics", s.sum.total, s.format)
		}
	}
}

// groups checks the consumer groups, listed or counted.
func (c *checker) groups(w Workload) {
	if n, ok := w.groupCount(); ok && w.ConsumerGroups != nil && *w.ConsumerGroups != n {
		c.bad("consumer_groups", "%d contradicts the list of groups, which has %d: remove it", *w.ConsumerGroups, n)
	}
	topics := map[string]bool{}
	names := make([]string, 0, len(w.Topics.List))
	for _, t := range w.Topics.List {
		topics[t.Name] = true
		names = append(names, t.Name)
	}
	first := map[string]int{}
	read := 0.0
	known := len(w.Groups.List) > 0
	for i, g := range w.Groups.List {
		at := fmt.Sprintf("groups[%d].", i)
		c.name(at+"name", g.Name, i, first)
		c.count(at+"members", g.Members, 0)
		c.number(at+"egress", base(g.Egress))
		if len(g.Topics) == 0 {
			c.bad(at+"topics", "missing: list the topics that it reads")
		}
		c.distinct(at+"topics", g.Topics)
		for j, name := range g.Topics {
			if !topics[name] {
				c.bad(fmt.Sprintf("%stopics[%d]", at, j), "%q is not in the list of topics%s", name, remedy(name, names))
			}
		}
		if known = known && g.Egress != nil; known {
			read += float64(*g.Egress)
		}
	}
	if known && w.Egress != nil {
		c.agree("egress", float64(*w.Egress), "the sum over groups", read, workload.FormatByteRate)
	}
}

// remedy says how to name a topic that the list has.
func remedy(name string, known []string) string {
	if len(known) == 0 {
		return ": write topics as a list for groups to name them"
	}
	if near, ok := yamlfile.Nearest(name, known); ok {
		return fmt.Sprintf(": did you mean %q?", near)
	}
	return ": add it there, or correct the name"
}

func (c *checker) name(field, name string, i int, first map[string]int) {
	j, twice := first[name]
	switch {
	case strings.TrimSpace(name) == "":
		c.bad(field, "missing: write its name in Kafka")
	case twice:
		c.bad(field, "%q is listed twice, first as number %d: keep one", name, j+1)
	default:
		first[name] = i
	}
}
