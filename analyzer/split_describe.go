package analyzer

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/mskfit/mskfit/analyzer/split"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// describe turns the packing into the plan.
func (s *splitter) describe(clusters []split.Part, plan *splitPlan) {
	for _, c := range clusters {
		plan.Clusters = append(plan.Clusters, s.cluster(c))
	}
	slices.SortFunc(plan.Clusters, func(a, b verdict.SplitCluster) int { return cmp.Compare(firstOf(a), firstOf(b)) })
	plan.worst = s.worst(clusters)
	plan.Feasible = verdict.Yes
	if s.maybe || !s.certain(&plan.worst) {
		plan.Feasible = verdict.Maybe
	}
	n := len(plan.Clusters)
	note := fmt.Sprintf("%d clusters; it takes %d at the least", n, plan.LowerBound)
	switch {
	case n == 1:
		note = "one cluster carries it all"
	case n <= plan.LowerBound:
		note = fmt.Sprintf("%d clusters, and no fewer can carry it", n)
	}
	plan.Note = strings.Join(append([]string{note}, s.notes...), "; ")
}

func firstOf(c verdict.SplitCluster) string {
	if len(c.Topics) > 0 {
		return c.Topics[0]
	}
	return "\xff" + strings.Join(c.Groups, ",") // groups without topics come last
}

func (s *splitter) cluster(p split.Part) verdict.SplitCluster {
	c := verdict.SplitCluster{Topics: []string{}, Groups: []string{}, IngressBytesPerSec: tidy(p.Load[split.Ingress]),
		EgressBytesPerSec: tidy(p.Load[split.Egress]), Partitions: int(p.Load[split.Plain] + p.Load[split.Compacted])}
	for _, t := range p.Topics {
		c.Topics = append(c.Topics, s.topics[t].Name)
	}
	for _, i := range p.Ties {
		if s.Ties[i].Kind == split.Group {
			c.Groups = append(c.Groups, s.Ties[i].Name)
		}
	}
	slices.Sort(c.Topics)
	slices.Sort(c.Groups)
	return c
}

// worst is the sized load with each packed quantity replaced by that of the cluster that has most of it. What the bill is
// made of stays that of the whole.
func (s *splitter) worst(clusters []split.Part) load {
	l := *s.l
	var most split.Load
	partitions := 0.0
	for _, c := range clusters {
		for d, v := range c.Load {
			most[d] = max(most[d], v)
		}
		partitions = max(partitions, c.Load[split.Plain]+c.Load[split.Compacted])
	}
	for d, q := range splitQuantities {
		whole := q.of(&l)
		switch {
		case whole.ok && whole.Value > 0 && q.varies():
			whole.Figure = whole.Scale(most[d] / whole.Value)
		case whole.ok || most[d] > 0:
			*whole = fig{Figure: workload.Exactly(most[d], workload.Derived, "sum over the topics of a cluster"), ok: true,
				stat: whole.stat}
		}
	}
	l.partitions = fig{Figure: workload.Exactly(partitions, workload.Derived, "sum over the topics of a cluster"), ok: true}
	return l
}

// certain reports whether the bounds of every packed quantity fit, headroom kept.
func (s *splitter) certain(worst *load) bool {
	for _, q := range splitQuantities {
		limit, ok := QuotaLimit(s.in, q.quota)
		limit *= 1 - s.in.splitFree(q.quota, q.varies())
		if f := q.of(worst); ok && f.ok && within(*f, limit*(1+1e-9)) != verdict.Pass {
			return false
		}
	}
	return true
}
