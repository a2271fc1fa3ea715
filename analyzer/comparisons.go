package analyzer

import (
	"cmp"
	"math"
	"slices"

	"github.com/mskfit/mskfit/internal/workload"
)

// Comparison is what one source worked out of a quantity beside what another measured of it; the verdict takes the measured.
type Comparison struct {
	// Quantity is the name that the workload's JSON has for it.
	Quantity string `json:"quantity"`
	// Topic is empty for the cluster.
	Topic     string          `json:"topic,omitempty"`
	Estimated workload.Figure `json:"estimated"`
	Measured  workload.Figure `json:"measured"`
	// Difference is estimated ÷ measured − 1: −0.4 says that the estimate is 40 % too low.
	Difference float64 `json:"difference"`
	// Agrees tells whether the two bounds overlap, so that each is as good as it says.
	Agrees bool `json:"agrees"`
}

// worstTopics is how many of the topics whose sources contradict each other a verdict lists.
const worstTopics = 10

// comparisonsOf are those of the cluster, then those of the topics whose sources contradict each other, the furthest apart first.
func comparisonsOf(w workload.Workload) []Comparison {
	var cluster, topics []Comparison
	for _, c := range w.Comparisons {
		out := Comparison{c.Quantity, c.Topic, c.Estimated, c.Measured, c.Difference, c.Agrees()}
		switch {
		case c.Topic == "":
			cluster = append(cluster, out)
		case !out.Agrees:
			topics = append(topics, out)
		}
	}
	slices.SortStableFunc(topics, func(a, b Comparison) int {
		return cmp.Or(cmp.Compare(math.Abs(b.Difference), math.Abs(a.Difference)), cmp.Compare(a.Topic, b.Topic), cmp.Compare(a.Quantity, b.Quantity))
	})
	return append(cluster, topics[:min(worstTopics, len(topics))]...)
}
