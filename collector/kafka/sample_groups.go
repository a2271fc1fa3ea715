package kafka

import (
	"math"

	"github.com/mskfit/mskfit/internal/workload"
)

// reads are what groups read of one topic; parts is indexed by partition number.
type reads struct {
	egress sum
	parts  []sum
	groups []string
}

func (v *view) readsOf(topic string) *reads {
	r := v.readOf[topic]
	if r == nil {
		r = &reads{}
		v.readOf[topic] = r
	}
	return r
}

// groupList is every group with its progress, sorted by name.
func (v *view) groupList() []workload.Group {
	var out []workload.Group
	for _, name := range sortedKeys(v.groups) {
		gr := v.groups[name]
		if gr.listed != v.sweep && !v.asked.groupsKnown && gr.listed != v.result.previous {
			continue
		}
		out = append(out, v.group(gr))
	}
	return out
}

func (v *view) group(gr *group) workload.Group {
	out := workload.Group{Name: gr.name, Type: string(gr.kind), State: gr.state, Topics: gr.topicNames(v.sweep)}
	if gr.members >= 0 {
		n := gr.members
		out.Members = &n
	}
	for _, name := range out.Topics {
		r := v.readsOf(name)
		r.groups = append(r.groups, gr.name)
	}
	var egress, records, lag sum
	byTopic := map[string]workload.Figure{}
	for _, name := range sortedKeys(gr.topics) {
		gt := gr.topics[name]
		of := v.groupOnTopic(gt, &records, &lag)
		egress.merge(of)
		if f := of.figure(workload.Estimated, fromCommits); f != nil {
			byTopic[name] = *f
		}
	}
	out.LagMessages = lag.figure(workload.Derived, "kafka: end − committed offsets")
	if !v.rated() {
		return out
	}
	out.EgressBytesPerSec = egress.figure(workload.Estimated, fromCommits)
	out.MessagesPerSec = records.figure(workload.Estimated, "kafka: committed offsets")
	if len(byTopic) > 0 {
		out.EgressByTopic = byTopic
	}
	return out
}

// groupOnTopic sums a group's egress on one topic's partitions, and adds its records and lag to the group's.
func (v *view) groupOnTopic(gt *groupTopic, records, lag *sum) (egress sum) {
	of := v.readsOf(gt.topic.name)
	of.grow(len(gt.topic.parts))
	for i := range gt.parts {
		pr := &gt.parts[i]
		if pr.evaluated.sweep != v.sweep { // no commit there, or not read
			continue
		}
		if pr.evaluated.end >= 0 {
			n := float64(pr.evaluated.lag())
			lag.add(n, n, n, true)
		} else {
			lag.miss(math.Inf(1))
		}
		if !v.rated() {
			continue
		}
		c, ok := pr.consumption(v.scope)
		if !ok {
			egress.miss(math.Inf(1))
			records.miss(math.Inf(1))
			continue
		}
		edge := v.commitEdgeOf(pr.evaluated.coordinator)
		value, low := c.rates(edge)
		egress.add(value, low, math.Inf(1), false)
		perSec := c.records / c.seconds
		records.add(perSec, perSec*ratio(low, value), math.Inf(1), false)
		of.parts[pr.partition].add(value, low, math.Inf(1), false)
	}
	of.egress.merge(egress)
	return egress
}

// ratio is a bound as a multiple of its value; 1 without a value.
func ratio(bound, value float64) float64 {
	if value <= 0 {
		return 1
	}
	return bound / value
}

// grow makes room for n partitions.
func (r *reads) grow(n int) {
	if n > len(r.parts) {
		r.parts = append(r.parts, make([]sum, n-len(r.parts))...)
	}
}

// consumption returns what a group read of a partition over the scope, and false when it was not measured.
func (pr *progress) consumption(sc scope) (consumption, bool) {
	if sc == wholeWindowEdges {
		return pr.total, pr.total.seconds > 0
	}
	return pr.window, pr.fault == faultNone && pr.window.seconds > 0
}

// rates are the bytes per second that were committed, and how many were read at least: commits count what was read before the
// window if it was not committed then.
func (c consumption) rates(edge float64) (value, low float64) {
	return c.bytes / c.seconds, max(0, c.low-c.begin) / c.seconds * (1 - edge)
}

// spreadReads gives the topics what groups read of them: others may read without committing.
func (v *view) spreadReads() {
	for _, name := range sortedKeys(v.readOf) {
		r := v.readOf[name]
		i, ok := v.perTopic[name]
		if !ok {
			continue
		}
		t := &v.topics[i]
		t.Groups = r.groups
		if !v.rated() {
			continue
		}
		t.EgressBytesPerSec = r.egress.figure(workload.Estimated, fromCommits)
		var hottest busiest
		for n := range r.parts {
			if f := r.parts[n].figure(workload.Estimated, fromCommits); f != nil {
				hottest.add(name, int32(n), *f)
			}
		}
		t.HottestEgress = hottest.hottest()
		if !t.Internal {
			v.read.merge(hottest)
		}
	}
}
