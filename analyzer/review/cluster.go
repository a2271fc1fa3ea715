package review

import (
	"slices"

	"github.com/mskfit/mskfit/analyzer"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// clusterOf is the cluster that carries the workload now: what a source says is there, else what the verdict chose. It reports
// false where neither is known. A workload that was spread over several Serverless clusters is on one of them.
func clusterOf(predicted verdict.Verdict, there *workload.MSKCluster) (c verdict.Choice, assumed, ok bool) {
	if there != nil && there.Kind != "" {
		return analyzer.CarriedBy(*there), false, true
	}
	if predicted.Choice == nil {
		return c, false, false
	}
	c = *predicted.Choice
	if c.Kind == verdict.ServerlessSplit {
		c = verdict.Choice{Kind: verdict.Serverless, Clusters: 1}
	}
	c.MonthlyUSD = 0
	return c, true, true
}

// same compares what runs, whatever it costs.
func same(a, b verdict.Choice) bool {
	return a.Kind == b.Kind && a.Size == b.Size && a.Brokers == b.Brokers
}

// optionFor finds the option of the verdict that is the cluster; nil when the verdict did not consider it.
func optionFor(predicted verdict.Verdict, c verdict.Choice) *verdict.Option {
	var found *verdict.Option
	for i := range predicted.Options {
		o := &predicted.Options[i]
		if o.Kind != c.Kind || o.Size != c.Size || o.Brokers != c.Brokers {
			continue
		}
		if o.TieredStorage == c.TieredStorage {
			return o
		}
		found = o
	}
	return found
}

// partOf is the verdict on the cluster of its split that has most topics in common with the workload: its topics, groups and
// traffic. It reports false where no part has any.
func partOf(predicted verdict.Verdict, topics []workload.TopicWorkload) (verdict.Verdict, bool) {
	best, most := -1, 0
	for i, part := range predicted.Split {
		common := 0
		for _, t := range topics {
			if slices.Contains(part.Topics, t.Name) {
				common++
			}
		}
		if common > most {
			best, most = i, common
		}
	}
	if best < 0 {
		return predicted, false
	}
	part := predicted.Split[best]
	out := predicted
	out.Topics = slices.DeleteFunc(slices.Clone(predicted.Topics),
		func(t verdict.TopicFigures) bool { return !slices.Contains(part.Topics, t.Name) })
	out.Groups = slices.DeleteFunc(slices.Clone(predicted.Groups),
		func(g verdict.GroupFigures) bool { return !slices.Contains(part.Groups, g.Name) })
	out.Workload = verdict.Figures{
		IngressBytesPerSec: sumOf(out.Topics, func(t verdict.TopicFigures) *workload.Quantity { return t.IngressBytesPerSec }),
		EgressBytesPerSec:  sumOf(out.Topics, func(t verdict.TopicFigures) *workload.Quantity { return t.EgressBytesPerSec }),
	}
	count := 0
	for _, t := range out.Topics {
		count += t.Partitions
	}
	out.Workload.Partitions = workload.Exactly(float64(count), workload.Derived, "topics of the split's part").Ptr()
	return out, true
}

// sumOf adds up the means of topics; nil where one is unknown, because the rest would be too little.
func sumOf(topics []verdict.TopicFigures, of func(verdict.TopicFigures) *workload.Quantity) *workload.Quantity {
	var all []*workload.Figure
	for _, t := range topics {
		q := of(t)
		if q == nil {
			return nil
		}
		all = append(all, &q.Figure)
	}
	sum, ok := workload.Sum(all...)
	if !ok {
		return nil
	}
	return workload.Constantly(sum)
}
