package observe

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
)

// estimatedEgress is the source of egress before the observation, as people read it.
const estimatedEgress = "kafka: ingress before × fan-out now"

// extrapolated returns the workload of a scan with the time before it: rates of ingress are those of the whole time, and so are
// those of egress, which the log does not record: before the scan it is taken to be ingress times the fan-out of the scan, topic
// by topic and group by group, and more may have been read. All else is as the scan saw it. The samples of the two do not
// overlap.
//
// A scan that saw 4 MB/s in and 8 MB/s out, and an hour before it with 2 MB/s in, make 4 MB/s out in that hour.
func extrapolated(scan workload.Workload, before, during []workload.Sample) workload.Workload {
	fan := fanOutOf(scan)
	all := make([]workload.Sample, 0, len(before)+len(during))
	for _, s := range slices.Backward(before) {
		all = append(all, fan.read(s))
	}
	all = append(all, during...)
	window := workload.Window{Start: all[0].Window.Start, End: scan.Window.End}
	long := workload.FromSamples(all, workload.RollupOptions{Region: scan.Region, Window: window})
	scan.Window, scan.Coverage = long.Window, long.Coverage
	longer(&scan.IngressBytesPerSec, long.IngressBytesPerSec)
	longer(&scan.EgressBytesPerSec, long.EgressBytesPerSec)
	longer(&scan.MessagesPerSec, long.MessagesPerSec)
	if longer(&scan.HottestIngress, long.HottestIngress) {
		scan.HottestIngressOn = long.HottestIngressOn
	}
	if longer(&scan.HottestEgress, long.HottestEgress) {
		scan.HottestEgressOn = long.HottestEgressOn
	}
	topics := map[string]*workload.TopicWorkload{}
	for i := range long.TopicList {
		topics[long.TopicList[i].Name] = &long.TopicList[i]
	}
	for i := range scan.TopicList {
		t := &scan.TopicList[i]
		if l := topics[t.Name]; l != nil {
			longer(&t.IngressBytesPerSec, l.IngressBytesPerSec)
			longer(&t.EgressBytesPerSec, l.EgressBytesPerSec)
			longer(&t.MessagesPerSec, l.MessagesPerSec)
			longer(&t.HottestIngress, l.HottestIngress)
			longer(&t.HottestEgress, l.HottestEgress)
		}
	}
	groups := map[string]*workload.Quantity{}
	for _, g := range long.GroupList {
		groups[g.Name] = g.EgressBytesPerSec
	}
	for i := range scan.GroupList {
		longer(&scan.GroupList[i].EgressBytesPerSec, groups[scan.GroupList[i].Name])
	}
	return scan
}

// longer replaces a quantity of the scan by that of the whole time where the time before has values of it. A scan too short for
// a value of its own is a peak all the same, when it is one: nothing is sized below what was seen.
func longer(scan **workload.Quantity, long *workload.Quantity) bool {
	now := *scan
	if long == nil || now != nil && long.Samples <= now.Samples {
		return false
	}
	if now != nil && now.Samples == 0 && long.Peak != nil && now.Value > *long.Peak {
		long.Peak, long.PeakAt = &now.Value, time.Time{}
	}
	*scan = long
	return true
}

// fanOut is egress ÷ ingress of the scan: of the cluster, of each topic, and of each group on its topics. What is not known is
// not there.
type fanOut struct {
	cluster *workload.Figure
	topics  map[string]*workload.Figure
	groups  []groupFanOut
}

type groupFanOut struct {
	name   string
	topics []string
	fanOut *workload.Figure
}

func fanOutOf(scan workload.Workload) fanOut {
	f := fanOut{topics: map[string]*workload.Figure{}}
	f.cluster = quotient(scan.EgressBytesPerSec, figureOf(scan.IngressBytesPerSec))
	ingress := map[string]*workload.Figure{}
	for i := range scan.TopicList {
		t := &scan.TopicList[i]
		ingress[t.Name] = figureOf(t.IngressBytesPerSec)
		f.topics[t.Name] = quotient(t.EgressBytesPerSec, ingress[t.Name])
	}
	for i := range scan.GroupList {
		g := &scan.GroupList[i]
		in := sumOf(g.Topics, func(topic string) *workload.Figure { return ingress[topic] })
		if k := quotient(g.EgressBytesPerSec, in); k != nil {
			f.groups = append(f.groups, groupFanOut{g.Name, g.Topics, k})
		}
	}
	return f
}

func figureOf(q *workload.Quantity) *workload.Figure {
	if q == nil {
		return nil
	}
	return &q.Figure
}

func quotient(out *workload.Quantity, in *workload.Figure) *workload.Figure {
	if out == nil || in == nil {
		return nil
	}
	return out.Over(*in, "egress ÷ ingress")
}

// sumOf adds up the ingress of topics; nil unless it is known of all of them.
func sumOf(topics []string, of func(topic string) *workload.Figure) *workload.Figure {
	var sum workload.Figure
	for _, name := range topics {
		f := of(name)
		if f == nil {
			return nil
		}
		sum.Value, sum.Low, sum.High = sum.Value+f.Value, sum.Low+f.Low, sum.High+f.High
	}
	if len(topics) == 0 {
		return nil
	}
	return &sum
}

// read returns a sample of the time before with its egress.
func (f fanOut) read(s workload.Sample) workload.Sample {
	if f.cluster != nil {
		s.Totals.EgressBytesPerSec = read(f.cluster, s.Totals.IngressBytesPerSec)
	}
	s.Totals.HottestEgress = f.hottest(s.Totals.HottestIngress)
	s.Topics = slices.Clone(s.Topics)
	ingress := map[string]*workload.Figure{}
	for i := range s.Topics {
		t := &s.Topics[i]
		ingress[t.Name] = t.IngressBytesPerSec
		if k := f.topics[t.Name]; k != nil {
			t.EgressBytesPerSec = read(k, t.IngressBytesPerSec)
		}
		t.HottestEgress = f.hottest(t.HottestIngress)
	}
	s.Groups = nil
	for _, g := range f.groups {
		in := sumOf(g.topics, func(topic string) *workload.Figure { return ingress[topic] })
		s.Groups = append(s.Groups, workload.Group{Name: g.name, EgressBytesPerSec: read(g.fanOut, in)})
	}
	return s
}

func (f fanOut) hottest(in *workload.Hottest) *workload.Hottest {
	if in == nil {
		return nil
	}
	k := f.topics[in.Topic]
	if k == nil {
		return nil
	}
	return &workload.Hottest{Topic: in.Topic, Partition: in.Partition, Rate: *read(k, &in.Rate)}
}

// read is what was read of what came in; nil where that is not known.
func read(fanOut, in *workload.Figure) *workload.Figure {
	if in == nil {
		return nil
	}
	return workload.Between(in.Value*fanOut.Value, in.Low*fanOut.Low, math.Inf(1), workload.Estimated, estimatedEgress).Ptr()
}

// effect says in words what is taken for egress before the observation.
func (f fanOut) effect() string {
	if f.cluster == nil {
		return "it is unknown"
	}
	return fmt.Sprintf("estimated as ingress × the fan-out during the observation (%s); groups that read differently then are missed", workload.FormatNumber(f.cluster.Value))
}
