package history

import (
	"github.com/mskfit/mskfit/internal/workload"
)

// compareSources sets beside each other what one source measured of a quantity of the cluster and what another worked out,
// as means over the minutes that both know. It is nil where there are no such minutes. Which figure counts is decided by merge.
func (r *reader) compareSources(q Quantity, sources [][]point) *workload.Comparison {
	measured, weaker := make([]point, r.span.n), make([]point, r.span.n)
	known := 0
	for _, points := range sources {
		if points != nil {
			known++
		}
	}
	if known < 2 {
		return nil
	}
	for _, points := range sources {
		for m := range points {
			into := &weaker[m]
			if points[m].rank == rankOf(workload.Measured) {
				into = &measured[m]
			}
			if points[m].better(into.cell) {
				*into = points[m]
			}
		}
	}
	return r.comparison(q, measured, weaker)
}

func (r *reader) comparison(q Quantity, measured, weaker []point) *workload.Comparison {
	var strong, weak sums
	for m := range measured {
		if measured[m].rank > 0 && weaker[m].rank > 0 {
			strong.add(measured[m].cell, 1, 1)
			weak.add(weaker[m].cell, 1, 1)
		}
	}
	if strong.minutes == 0 || strong.value == 0 {
		return nil
	}
	name := r.sourceNamer(ofCluster, q)
	mean := func(t sums) workload.Figure {
		return workload.Between(t.value/t.minutes, t.low/t.minutes, t.high/t.minutes, methods[t.rank-1], name(t.sources, t.rank))
	}
	return &workload.Comparison{Quantity: string(q), Estimated: mean(weak), Measured: mean(strong),
		Difference: weak.value/strong.value - 1}
}
