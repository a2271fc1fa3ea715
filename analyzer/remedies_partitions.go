package analyzer

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// partitionLimits are what one partition may take in and give out on a kind of cluster; 0: no limit.
func (d *decision) partitionLimits(k verdict.Kind) (in, out float64) {
	if k == verdict.Express {
		return d.in.Catalog.Express.PerPartitionMBps * workload.MB, 0
	}
	in, _ = QuotaLimit(d.in, "ingress_per_partition")
	out, _ = QuotaLimit(d.in, "egress_per_partition")
	return in, out
}

// plannedPartition is what of those limits is planned with: all but the headroom.
func (d *decision) plannedPartition(k verdict.Kind) (in, out float64) {
	in, out = d.partitionLimits(k)
	return in * (1 - d.in.partitionFree(k, "ingress_per_partition")), out * (1 - d.in.partitionFree(k, "egress_per_partition"))
}

// wholePartitions rounds up to whole partitions, and forgives a product the last bit of its float.
func wholePartitions(v float64) int { return int(math.Ceil(v - 1e-9)) }

// morePartitions spreads the topics whose hottest partition is beyond what one partition may carry over more partitions. It
// supposes that the new partitions share the load as the old ones did.
func (d *decision) morePartitions(o *option, r remedy) (remedy, bool) {
	grown := map[string]int{}
	for _, t := range d.grown(o.kind) {
		grown[t.Name] = t.To
		r.actions = append(r.actions, t.action())
	}
	if len(grown) == 0 {
		limitIn, limitOut := d.plannedPartition(o.kind)
		return d.moreOfAll(r, limitIn, limitOut)
	}
	const most = 5
	if len(r.actions) > most {
		rest := len(r.actions) - most
		r.actions = append(r.actions[:most], verdict.Action{Target: fmt.Sprintf("%d more topics", rest),
			Action: "raise their partitions in the same way", Why: "their hottest partitions are above the quota too"})
	}
	r.premise = "the busiest topics get more partitions (" + joined(slices.Sorted(maps.Keys(grown))) + ")"
	r.apply = func(in *Input) { in.Workload = withPartitions(in.Workload, grown) }
	return r, true
}

// over is how many times a limit a figure is; 0 where there is no figure or no limit.
func over(f fig, limit float64) float64 {
	if !f.ok || limit <= 0 {
		return 0
	}
	return needed(&f) / limit
}

func (d *decision) hotWhy(t *workload.TopicWorkload, hotIn fig, limitIn float64, hotOut fig, limitOut float64) string {
	why := ""
	if over(hotIn, limitIn) > 1 {
		why = fmt.Sprintf("its hottest partition takes %s, planned are at most %s", workload.FormatByteRate(hotIn.Value),
			workload.FormatByteRate(limitIn))
	}
	if over(hotOut, limitOut) > 1 {
		if why != "" {
			why += " and "
		} else {
			why = "its hottest partition "
		}
		why += fmt.Sprintf("gives %s, planned are at most %s", workload.FormatByteRate(hotOut.Value),
			workload.FormatByteRate(limitOut))
	}
	if q := t.IngressBytesPerSec; q != nil && t.HottestIngress != nil && q.Value > 0 && t.Partitions > 1 {
		if skew := t.HottestIngress.Value / (q.Value / float64(t.Partitions)); skew > 2 {
			why += fmt.Sprintf("; it takes %s times its even share, so check the keys first", count(skew))
		}
	}
	return why
}

// moreOfAll is the form for a workload whose topics are not known one by one.
func (d *decision) moreOfAll(r remedy, limitIn, limitOut float64) (remedy, bool) {
	l := &d.load
	need := math.Max(over(l.hotIn, limitIn), over(l.hotOut, limitOut))
	if need <= 1 || need > 1000 || !l.partitions.ok {
		return r, false
	}
	to := float64(wholePartitions(l.partitions.Value * need))
	k := to / l.partitions.Value
	r.actions = []verdict.Action{{Target: "all topics",
		Action: fmt.Sprintf("raise the partitions from %s to %s", count(l.partitions.Value), count(to)),
		Why: fmt.Sprintf("the hottest partition takes %s and gives %s", workload.FormatByteRate(l.hotIn.Value),
			workload.FormatByteRate(l.hotOut.Value))}}
	r.changes = []verdict.Change{{Field: "workload.partitions", From: plainNumber(l.partitions.Value), To: plainNumber(to)}}
	r.question = fmt.Sprintf("Can there be %s partitions?", count(to))
	r.premise = fmt.Sprintf("there are %s partitions instead of %s", count(to), count(l.partitions.Value))
	r.apply = func(in *Input) {
		w := &in.Workload
		w.Partitions = w.Partitions.Scale(k).Ptr()
		w.HottestIngress, w.HottestEgress = scaled(w.HottestIngress, 1/k), scaled(w.HottestEgress, 1/k)
	}
	return r, true
}

func scaled(q *workload.Quantity, k float64) *workload.Quantity {
	if q == nil {
		return nil
	}
	s := q.Scale(k)
	return &s
}

// withPartitions is the workload once the topics have as many partitions as given.
func withPartitions(w workload.Workload, grown map[string]int) workload.Workload {
	w.TopicList = slices.Clone(w.TopicList)
	added := 0.0
	var hotIn, hotOut *workload.Quantity
	for i := range w.TopicList {
		t := &w.TopicList[i]
		if to, ok := grown[t.Name]; ok && t.Partitions > 0 {
			k := float64(t.Partitions) / float64(to)
			added += float64(to - t.Partitions)
			t.Partitions = to
			t.HottestIngress, t.HottestEgress = scaled(t.HottestIngress, k), scaled(t.HottestEgress, k)
		}
		hotIn, hotOut = hotter(hotIn, t.HottestIngress), hotter(hotOut, t.HottestEgress)
	}
	w.HottestIngress, w.HottestEgress = cooled(w.HottestIngress, hotIn), cooled(w.HottestEgress, hotOut)
	if w.Partitions != nil {
		w.Partitions = w.Partitions.Plus(workload.Exactly(added, workload.Derived, w.Partitions.Source)).Ptr()
	}
	return w
}

func hotter(a, b *workload.Quantity) *workload.Quantity {
	if a == nil || b != nil && b.Value > a.Value {
		return b
	}
	return a
}

// cooled is the cluster's hottest partition after its topics changed: that of the hottest topic, where it is known.
func cooled(before, topics *workload.Quantity) *workload.Quantity {
	if before == nil || topics == nil {
		return before
	}
	return topics
}
