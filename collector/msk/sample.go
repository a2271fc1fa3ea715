package msk

import (
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/mskfit/mskfit/internal/workload"
)

// sample makes the sample of one slot.
func (a *assembly) sample(slot int) workload.Sample {
	a.grid.cells(slot, a.cells)
	at := a.grid.at(slot)
	s := workload.Sample{Source: sourceName, Cluster: a.cluster.Name, Window: workload.Window{Start: at, End: at.Add(a.grid.period)}}
	s.Totals = a.totals()
	for i := range a.layout.topics {
		s.Topics = append(s.Topics, a.topic(&a.layout.topics[i]))
	}
	for i := range a.layout.groups {
		s.Groups = append(s.Groups, a.group(&a.layout.groups[i]))
	}
	s.Brokers = a.brokers()
	return s
}

func (a *assembly) totals() workload.Totals {
	t := workload.Totals{
		IngressBytesPerSec: a.ofCluster(ingress), EgressBytesPerSec: a.ofCluster(egress), MessagesPerSec: a.ofCluster(messages),
		ConnectionsPerSec: a.ofCluster(attempts), ClientConnections: a.connections(), StoredBytes: a.stored(),
	}
	t.Topics, t.Partitions = a.counts()
	t.HottestIngress, t.HottestEgress = a.hottest(hottestIn), a.hottest(hottestOut)
	if n := len(a.layout.groups); n > 0 {
		t.ConsumerGroups = workload.AtLeast(float64(n), workload.Measured, sourceName+": groups with lag metrics").Ptr()
	}
	return t
}

// connections are those that authenticated (S-MET): where clients need not, the others are not counted.
func (a *assembly) connections() *workload.Figure {
	f := a.total(a.layout.cluster[connections])
	if f != nil && (slices.Contains(a.cluster.Authentication, "plaintext") || slices.Contains(a.cluster.Authentication, "tls")) {
		a.gaps.add("connections of clients that do not authenticate", "ClientConnectionCount counts authenticated clients only", "the number of connections is a floor", connections.names()...)
		return workload.AtLeast(f.Low, f.Method, f.Source).Ptr()
	}
	return f
}

// stored is one copy of what is kept. Express tells it (AWS says without replicas, S-METX; one of its own skills reckons with three
// copies, unverified). A Standard broker's disks hold all copies, each partition at least once and at most once on every
// broker, and one in every zone if nobody chose otherwise; index files and what is about to be deleted count, too.
func (a *assembly) stored() *workload.Figure {
	if f := a.gauge(a.layout.cluster[stored]); f != nil {
		return f
	}
	c := a.cluster
	of := a.layout.cluster[diskUsed]
	if len(of) == 0 || len(of) < c.Brokers || c.StorageGiBPerBroker == 0 {
		return nil
	}
	bytes := 0.0
	for _, i := range of {
		if a.cells[i].state == absent {
			return nil
		}
		bytes += a.cells[i].value / 100 * float64(c.StorageGiBPerBroker) * workload.GiB
	}
	copies := float64(max(1, min(c.Zones, c.Brokers)))
	return workload.Between(bytes/copies, bytes/float64(max(1, c.Brokers)), bytes, workload.Estimated, sourceName+": KafkaDataLogsDiskUsed × volume ÷ copies").Ptr()
}

// counts are of user topics; the controller's counts have internal ones in them, so that they are ceilings. Topics that publish
// metrics are a floor.
func (a *assembly) counts() (topics, parts *workload.Figure) {
	users := 0
	for i := range a.layout.topics {
		if !internalTopic(a.layout.topics[i].name) {
			users++
		}
	}
	floor := float64(users)
	if f := a.gauge(a.layout.cluster[topicCount]); f != nil {
		topics = workload.Between(f.Value, min(floor, f.Value), f.Value, workload.Estimated, sourceName+": GlobalTopicCount, internal topics included").Ptr()
	} else if users > 0 && a.cluster.Kind == serverlessKind {
		topics = workload.AtLeast(floor, workload.Measured, sourceName+": topics with metrics").Ptr()
	}
	if f := a.gauge(a.layout.cluster[partitionCount]); f != nil {
		parts = workload.Between(f.Value, min(floor, f.Value), f.Value, workload.Estimated, sourceName+": GlobalPartitionCount, internal topics included").Ptr()
	}
	if f := a.total(a.layout.cluster[partitions]); f != nil {
		parts = workload.AtLeast(f.Value, workload.Derived, sourceName+": partitions with datapoints").Ptr()
	}
	return topics, parts
}

// hottest is the busiest partition of all topics: the largest of their largest datapoints.
func (a *assembly) hottest(q quantity) (out *workload.Hottest) {
	for i := range a.layout.topics {
		if h := a.hottestOf(&a.layout.topics[i], q); h != nil && (out == nil || h.Rate.Value > out.Rate.Value) {
			out = h
		}
	}
	return out
}

// hottestOf is the busiest partition of a topic. Which one it is, no dimension tells.
func (a *assembly) hottestOf(l *topicLayout, q quantity) *workload.Hottest {
	f := a.gauge(l.members[q])
	if f == nil {
		return nil
	}
	return &workload.Hottest{Topic: l.name, Partition: workload.SomePartition, Rate: f.As(workload.Derived, f.Source)}
}

// internalTopic tells Kafka's own topics and MSK's canary.
func internalTopic(name string) bool {
	return name == "__consumer_offsets" || name == "__transaction_state" || name == "__share_group_state" || strings.HasPrefix(name, "__amazon_msk_")
}

func (a *assembly) topic(l *topicLayout) workload.Topic {
	t := workload.Topic{
		Name: l.name, Internal: internalTopic(l.name), Groups: l.groups,
		IngressBytesPerSec: a.total(l.members[ingress]), EgressBytesPerSec: a.total(l.members[egress]), MessagesPerSec: a.total(l.members[messages]),
	}
	t.HottestIngress, t.HottestEgress = a.hottestOf(l, hottestIn), a.hottestOf(l, hottestOut)
	if of := l.members[partitions]; len(of) == 1 && a.cells[of[0]].state != absent {
		t.Partitions = int(math.Round(a.cells[of[0]].value))
	}
	if in, n := t.IngressBytesPerSec, t.MessagesPerSec; in != nil && n != nil && n.Low > 0 {
		t.AverageMessageBytes = workload.Between(in.Value/n.Value, in.Low/n.High, in.High/n.Low, weaker(in, n), sourceName+": bytes ÷ messages").Ptr()
	}
	return t
}

func weaker(a, b *workload.Figure) workload.Method {
	if a.Method == workload.Measured && b.Method == workload.Measured {
		return workload.Derived
	}
	return workload.Estimated
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
	switch source := sourceName + ": SumOffsetLag, " + maximum; {
	case seen == len(l.lag):
		g.LagMessages = workload.Exactly(sum, workload.Measured, source).Ptr()
	case seen > 0:
		g.LagMessages = workload.AtLeast(sum, workload.Measured, source).Ptr()
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
func set(into **workload.Figure, f *workload.Figure, looked []int) {
	if len(looked) > 0 {
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
