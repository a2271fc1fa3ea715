package analyzer

import (
	"fmt"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// RaisedTopic is a topic that needs more partitions than it has, because a partition of the target carries less than its
// busiest one.
type RaisedTopic struct {
	Name     string
	From, To int
	// Why is the reason with its numbers: "its hottest partition takes 6.1 MB/s, planned are at most 4 MB/s".
	Why string
}

// RaisePartitions returns the workload with as many more partitions as the per-partition limits of the kind ask for, headroom
// kept, and the topics that changed, in the order of the workload. New partitions are taken to share the load as the old ones did,
// which does not hold for a topic with one hot key. Standard brokers have no such limit, and a workload without a list of topics is
// returned as it is.
func RaisePartitions(in Input, k verdict.Kind) (workload.Workload, []RaisedTopic) {
	in.Workload = sanitized(in.Workload)
	in.Options = in.Options.withDefaults()
	if k == verdict.Standard || unusable(&in) != "" {
		return in.Workload, nil
	}
	d := &decision{evalContext: evalContextOf(&in, nil, forVerdict), load: loadOf(&in)}
	grown := d.grown(k)
	if len(grown) == 0 {
		return in.Workload, nil
	}
	to := map[string]int{}
	for _, t := range grown {
		to[t.Name] = t.To
	}
	return withPartitions(in.Workload, to), grown
}

// grown lists the topics whose hottest partition is beyond what one partition of the kind may carry, with the partitions that they
// need so that the headroom is kept: 12 partitions, one of them with 6.1 MB/s, become 19 at 4 MB/s.
func (d *decision) grown(k verdict.Kind) []RaisedTopic {
	limitIn, limitOut := d.plannedPartition(k)
	stat, scale := d.in.Options.Statistic, d.load.events*d.load.growth
	var out []RaisedTopic
	for i := range d.in.Workload.TopicList {
		t := &d.in.Workload.TopicList[i]
		hotIn, hotOut := quantityAt(t.HottestIngress, stat).scale(scale), quantityAt(t.HottestEgress, stat).scale(scale)
		need := max(over(hotIn, limitIn), over(hotOut, limitOut))
		if need <= 1 || t.Partitions < 1 || need > 1000 {
			continue
		}
		out = append(out, RaisedTopic{Name: t.Name, From: t.Partitions, To: wholePartitions(float64(t.Partitions) * need),
			Why: d.hotWhy(t, hotIn, limitIn, hotOut, limitOut)})
	}
	return out
}

func (t RaisedTopic) action() verdict.Action {
	return verdict.Action{Target: "topic " + t.Name, Action: fmt.Sprintf("raise its partitions from %d to %d", t.From, t.To),
		Why: t.Why}
}
