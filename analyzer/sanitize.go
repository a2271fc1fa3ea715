package analyzer

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/mskfit/mskfit/internal/workload"
)

// sanitized returns a copy of w in which every figure is finite, not negative and within its bounds, with topics and groups
// in order of their names. What had to be left out is listed in a gap.
func sanitized(w workload.Workload) workload.Workload {
	c := cleaner{}
	for _, q := range []struct {
		name string
		at   **workload.Quantity
	}{
		{"ingress", &w.IngressBytesPerSec}, {"egress", &w.EgressBytesPerSec}, {"messages per second", &w.MessagesPerSec},
		{"ingress of the hottest partition", &w.HottestIngress}, {"egress of the hottest partition", &w.HottestEgress},
		{"client connections", &w.ClientConnections}, {"connection attempts", &w.ConnectionsPerSec},
		{"requests", &w.RequestsPerSec}, {"record batches", &w.BatchesPerSec},
	} {
		c.quantity(q.name, q.at)
	}
	for _, f := range []struct {
		name string
		at   **workload.Figure
	}{
		{"average message size", &w.AverageMessageBytes}, {"largest message", &w.MaxMessageBytes},
		{"stored bytes", &w.StoredBytes}, {"topics", &w.Topics}, {"partitions", &w.Partitions},
		{"compacted partitions", &w.CompactedPartitions}, {"consumer groups", &w.ConsumerGroups},
		{"largest compacted partition", &w.LargestCompactedPartitionBytes},
	} {
		c.figure(f.name, f.at)
	}
	w.TopicList = slices.Clone(w.TopicList)
	for i := range w.TopicList {
		c.topic(&w.TopicList[i])
	}
	w.GroupList = slices.Clone(w.GroupList)
	for i := range w.GroupList {
		c.group(&w.GroupList[i])
	}
	slices.SortStableFunc(w.TopicList, func(a, b workload.TopicWorkload) int { return cmp.Compare(a.Name, b.Name) })
	slices.SortStableFunc(w.GroupList, func(a, b workload.GroupWorkload) int { return cmp.Compare(a.Name, b.Name) })
	if !(w.Coverage >= 0 && w.Coverage <= 1) {
		w.Coverage = 0
	}
	w.Gaps = append(slices.Clone(w.Gaps), c.gaps...)
	return w
}

// cleaner drops figures that are none and remembers which.
type cleaner struct{ gaps []workload.Gap }

func (c *cleaner) dropped(name string, v float64) {
	why := fmt.Sprintf("%g is not a figure to size on: it must be from 0 to %g", v, workload.LargestCredible)
	if math.IsNaN(v) || math.IsInf(v, 0) {
		why = "it is not a finite number"
	}
	c.gaps = append(c.gaps, workload.Gap{Source: "analyzer", What: name, Why: why, Effect: "it is treated as missing"})
}

func credible(v float64) bool { return v >= 0 && v <= workload.LargestCredible }

func (c *cleaner) figure(name string, at **workload.Figure) {
	if *at == nil {
		return
	}
	f, ok := cleanFigure(**at)
	if !ok {
		c.dropped(name, (*at).Value)
		*at = nil
		return
	}
	*at = &f
}

// cleanFigure fixes bounds and reports whether there is a figure at all.
func cleanFigure(f workload.Figure) (workload.Figure, bool) {
	if !credible(f.Value) {
		return f, false
	}
	if !credible(f.Low) || f.Low > f.Value {
		f.Low = 0
	}
	if !credible(f.High) {
		f.High = math.Inf(1)
	}
	f.High = max(f.High, f.Value)
	return f, true
}

func (c *cleaner) quantity(name string, at **workload.Quantity) {
	if *at == nil {
		return
	}
	q := **at
	f, ok := cleanFigure(q.Figure)
	if !ok {
		c.dropped(name, q.Value)
		*at = nil
		return
	}
	q.Figure = f
	for _, p := range []**float64{&q.P50, &q.P95, &q.P99, &q.Peak} {
		if *p != nil && !credible(**p) {
			c.dropped("a statistic of "+name, **p)
			*p = nil
		}
	}
	*at = &q
}

func (c *cleaner) topic(t *workload.TopicWorkload) {
	name := "of topic " + t.Name
	c.quantity("messages per second "+name, &t.MessagesPerSec)
	c.quantity("ingress "+name, &t.IngressBytesPerSec)
	c.quantity("egress "+name, &t.EgressBytesPerSec)
	c.quantity("hottest ingress "+name, &t.HottestIngress)
	c.quantity("hottest egress "+name, &t.HottestEgress)
	c.figure("average message size "+name, &t.AverageMessageBytes)
	c.figure("largest message "+name, &t.MaxMessageBytes)
	c.figure("stored bytes "+name, &t.StoredBytes)
	t.Partitions = max(t.Partitions, 0)
}

func (c *cleaner) group(g *workload.GroupWorkload) {
	c.quantity("egress of group "+g.Name, &g.EgressBytesPerSec)
	c.figure("lag of group "+g.Name, &g.LagMessages)
}
