package msk

import (
	"maps"
	"math"
	"slices"

	"github.com/mskfit/mskfit/internal/workload"
)

// sample makes the sample of one slot.
func (a *assembly) sample(slot int) workload.Sample {
	a.grid.cells(slot, a.cells)
	at := a.grid.at(slot)
	s := workload.Sample{Source: sourceName, Cluster: a.cluster.Name,
		Window: workload.Window{Start: at, End: at.Add(a.grid.period)}}
	s.Totals = a.totals()
	if a.bare {
		return s
	}
	s.Topics = make([]workload.Topic, len(a.layout.topics))
	for i := range a.layout.topics {
		s.Topics[i] = a.topic(&a.layout.topics[i])
	}
	for i := range a.layout.groups {
		s.Groups = append(s.Groups, a.group(&a.layout.groups[i]))
	}
	s.Brokers = a.brokers()
	return s
}

func (a *assembly) totals() workload.Totals {
	a.noteExpress()
	t := workload.Totals{
		IngressBytesPerSec: a.ofCluster(ingress), EgressBytesPerSec: a.ofCluster(egress), MessagesPerSec: a.ofCluster(messages),
		ConnectionsPerSec: a.ofCluster(attempts), ClientConnections: a.connections(), StoredBytes: a.stored(),
	}
	t.Topics, t.Partitions = a.counts()
	t.HottestIngress, t.HottestEgress = a.hottest(hottestIn), a.hottest(hottestOut)
	seen := 0
	for i := range a.layout.groups {
		seen += min(1, a.published(a.layout.groups[i].lag))
	}
	if seen > 0 {
		t.ConsumerGroups = workload.AtLeast(float64(seen), workload.Measured, sourceName+": groups with a lag datapoint").Ptr()
	}
	return t
}

func (a *assembly) topic(l *topicLayout) workload.Topic {
	t := workload.Topic{
		Name: l.name, Internal: internalTopic(l.name), Groups: l.groups,
		IngressBytesPerSec: a.total(l.members[ingress]), EgressBytesPerSec: a.total(l.members[egress]),
		MessagesPerSec: a.total(l.members[messages]),
	}
	t.HottestIngress, t.HottestEgress = a.hottestOf(l, hottestIn), a.hottestOf(l, hottestOut)
	if of := l.members[partitions]; len(of) == 1 && a.cells[of[0]].state != absent {
		t.Partitions = int(math.Round(a.cells[of[0]].value))
	}
	if in, n := t.IngressBytesPerSec, t.MessagesPerSec; in != nil && n != nil && n.Low > 0 {
		t.AverageMessageBytes = in.Over(*n, sourceName+": bytes ÷ messages")
	}
	return t
}

// group has its lag over all topics; a topic whose lag is not published leaves a floor.
func (a *assembly) group(l *groupLayout) workload.Group {
	g := workload.Group{Name: l.name, Topics: l.topics}
	sum, seen := 0.0, 0
	for _, i := range l.lag {
		if c := a.cells[i]; c.state != absent {
			sum, seen = sum+c.value, seen+1
		}
	}
	method := workload.Estimated // by values up to an hour old
	if a.published(l.lag) == seen {
		method = workload.Measured
	}
	switch source := sourceName + ": SumOffsetLag, " + maximum; {
	case seen == len(l.lag):
		g.LagMessages = workload.Exactly(sum, method, source).Ptr()
	case seen > 0:
		g.LagMessages = workload.AtLeast(sum, method, source).Ptr()
	}
	return g
}

// brokers brings what is known of the brokers up to date with the slot, and lists them by id.
func (a *assembly) brokers() []workload.Broker {
	if a.known == nil {
		a.known = map[int32]*workload.Broker{}
	}
	for _, n := range a.cluster.Nodes {
		b := entry(a.known, n.ID)
		b.ID, b.Host = n.ID, n.Host
	}
	for i := range a.layout.brokers {
		l := &a.layout.brokers[i]
		b := entry(a.known, l.id)
		b.ID = l.id
		set(&b.IngressBytesPerSec, a.total(l.members[ingress]), l.members[ingress])
		set(&b.EgressBytesPerSec, a.total(l.members[egress]), l.members[egress])
		set(&b.ClientConnections, a.total(l.members[connections]), l.members[connections])
		set(&b.CPUBusyRatio, a.busy(l), l.members[cpuUser])
		set(&b.StorageUsedRatio, percent(a.gauge(l.members[diskUsed])), l.members[diskUsed])
	}
	var out []workload.Broker
	for _, id := range slices.Sorted(maps.Keys(a.known)) {
		out = append(out, *a.known[id])
	}
	return out
}

// set replaces a figure, also by none, where this reading looked for it.
func set(into **workload.Figure, f *workload.Figure, slots []int) {
	if len(slots) > 0 {
		*into = f
	}
}

// busy is CpuUser + CpuSystem, as AWS's own alarm has it (S-CWA).
func (a *assembly) busy(l *brokerLayout) *workload.Figure {
	user, system := a.gauge(l.members[cpuUser]), a.gauge(l.members[cpuSystem])
	if user == nil || system == nil {
		return nil
	}
	both := user.Plus(*system)
	return percent(&both)
}

func percent(f *workload.Figure) *workload.Figure {
	if f == nil {
		return nil
	}
	return f.Scale(0.01).Ptr()
}
