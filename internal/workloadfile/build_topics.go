package workloadfile

import (
	"slices"

	"github.com/mskfit/mskfit/internal/workload"
)

// buildTopics returns the listed topics with what follows from their own figures and their readers, sorted by name.
func (w Workload) buildTopics() []workload.TopicWorkload {
	readers := w.readers()
	out := make([]workload.TopicWorkload, 0, len(w.Topics.List))
	for _, t := range w.Topics.List {
		out = append(out, w.buildTopic(t, readers[t.Name]))
	}
	return out
}

func (w Workload) buildTopic(t Topic, readers []reader) workload.TopicWorkload {
	f := t.flow()
	b := f.basics()
	b.complete()
	out := workload.TopicWorkload{Name: t.Name, Partitions: *t.Partitions, Compacted: &t.Compacted, Application: t.Application,
		MessagesPerSec: constantly(b.messages), AverageMessageBytes: b.average, MaxMessageBytes: declared(f.largest),
		IngressBytesPerSec: withPeak(b.ingress, f.peakIngress), StoredBytes: declared(f.stored)}
	for _, r := range readers {
		out.Groups = append(out.Groups, r.group)
	}
	slices.Sort(out.Groups)
	out.EgressBytesPerSec = readAtPeak(w.readFrom(t, readers), f.peakEgress, out.IngressBytesPerSec)
	out.HottestIngress = busiest(f.hotIngress, out.IngressBytesPerSec, *t.Partitions, "ingress")
	out.HottestEgress = f.busiestRead(out.IngressBytesPerSec, out.EgressBytesPerSec, *t.Partitions)
	for _, r := range []*int{w.ReplicationFactor, t.ReplicationFactor} {
		if r != nil {
			out.ReplicationFactor = *r
		}
	}
	if t.Retention != nil {
		out.Retention = duration(*t.Retention)
	}
	if retention := t.retention(w); out.StoredBytes == nil && !t.Compacted {
		out.StoredBytes = kept(out.IngressBytesPerSec, retention)
	}
	return out
}

func (t Topic) retention(w Workload) *workload.Span {
	if t.Retention != nil {
		return t.Retention
	}
	return w.Retention
}

// busiest is the hottest partition as stated, or the mean one; nil without a whole or its partitions.
func busiest(stated *float64, whole *workload.Quantity, partitions int, what string) *workload.Quantity {
	switch {
	case stated != nil:
		return constantly(declared(stated))
	case whole == nil, partitions == 0:
		return nil
	}
	each := whole.Scale(1 / float64(partitions))
	each.Figure = each.As(workload.Estimated, what+" ÷ partitions, spread evenly")
	return &each
}

// busiestRead is the partition that is read most: as stated, or in the proportion of the stated ingress of the busiest, since
// readers read what is written, or the mean one.
func (f flow) busiestRead(ingress, egress *workload.Quantity, partitions int) *workload.Quantity {
	if f.hotEgress == nil && f.hotIngress != nil && egress != nil && ingress != nil && ingress.Value > 0 {
		return constantly(derived(*f.hotIngress*(egress.Value/ingress.Value), "hottest partition's ingress × egress ÷ ingress"))
	}
	return busiest(f.hotEgress, egress, partitions, "egress")
}

// reader is a group on one topic: the share of the group's egress that comes from there, nil when it is not known.
type reader struct {
	group string
	share *float64
}

// readers lists who reads each topic. A group without other details reads everything once; a stated egress is
// split in proportion to the ingress of its topics.
func (w Workload) readers() map[string][]reader {
	inflow := w.inflows()
	out := map[string][]reader{}
	for _, g := range w.Groups.List {
		all := g.inflow(inflow)
		for _, topic := range g.Topics {
			out[topic] = append(out[topic], reader{g.Name, g.share(inflow[topic], all)})
		}
	}
	return out
}

// inflows is the ingress of each listed topic; nil where it is not known.
func (w Workload) inflows() map[string]*float64 {
	out := map[string]*float64{}
	for _, t := range w.Topics.List {
		out[t.Name] = t.flow().inflow()
	}
	return out
}

// inflow is the ingress of all topics that the group reads.
func (g Group) inflow(byTopic map[string]*float64) sum {
	all := sum{known: true}
	for _, topic := range g.Topics {
		all.add(byTopic[topic])
	}
	return all
}

// share is what the group reads of one of its topics, whose ingress is inflow out of all.
func (g Group) share(inflow *float64, all sum) *float64 {
	switch {
	case g.Egress == nil:
		return inflow
	case len(g.Topics) == 1:
		return base(g.Egress)
	case !all.known || all.total == 0:
		return nil
	}
	v := float64(*g.Egress) * (*inflow / all.total)
	return &v
}

// readFrom is the egress of a topic: as stated, or what its readers take, or ingress × the number of groups where they are
// only counted.
func (w Workload) readFrom(t Topic, readers []reader) *workload.Figure {
	inflow := t.flow().inflow()
	n, counted := w.groupCount()
	switch {
	case t.Egress != nil:
		return declared(base(t.Egress))
	case w.Groups.List != nil:
		all := sum{known: true}
		for _, r := range readers {
			all.add(r.share)
		}
		if all.known {
			return derived(all.total, "sum over the groups that read it")
		}
	case counted && inflow != nil:
		return derived(*inflow*float64(n), "ingress × consumer groups")
	}
	return nil
}

func (w Workload) buildGroups() []workload.GroupWorkload {
	inflow := w.inflows()
	out := make([]workload.GroupWorkload, 0, len(w.Groups.List))
	for _, g := range w.Groups.List {
		egress := declared(base(g.Egress))
		if all := g.inflow(inflow); egress == nil && all.known {
			egress = derived(all.total, "sum over its topics of ingress")
		}
		out = append(out, workload.GroupWorkload{Name: g.Name, Members: g.Members, Topics: slices.Sorted(slices.Values(g.Topics)),
			EgressBytesPerSec: constantly(egress)})
	}
	return out
}
