package analyzer

import (
	"cmp"
	"math"
	"slices"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// worstTopics is how many of the topics whose sources contradict each other a verdict lists.
const worstTopics = 10

// comparisonsOf are those of the cluster, then those of the topics whose sources contradict each other, the furthest apart first.
func comparisonsOf(w workload.Workload) []verdict.Comparison {
	var cluster, topics []verdict.Comparison
	for _, c := range w.Comparisons {
		out := verdict.Comparison{Quantity: c.Quantity, Topic: c.Topic, Estimated: c.Estimated, Measured: c.Measured,
			Difference: c.Difference, Agrees: c.Agrees()}
		switch {
		case c.Topic == "":
			cluster = append(cluster, out)
		case !out.Agrees:
			topics = append(topics, out)
		}
	}
	slices.SortStableFunc(topics, func(a, b verdict.Comparison) int {
		return cmp.Or(cmp.Compare(math.Abs(b.Difference), math.Abs(a.Difference)), cmp.Compare(a.Topic, b.Topic),
			cmp.Compare(a.Quantity, b.Quantity))
	})
	return append(cluster, topics[:min(worstTopics, len(topics))]...)
}
