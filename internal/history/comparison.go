package history

import (
	"slices"

	"github.com/mskfit/mskfit/internal/workload"
)

// compareSources sets beside each other what one source measured of a quantity of the cluster and what another worked out,
// as means over the minutes that both know. It is nil where there are no such minutes. Which figure counts is decided by readTrack.
func (r *reader) compareSources(q quantity, all []series) (*workload.Comparison, error) {
	measured, weaker := make([]cell, r.span.n), make([]cell, r.span.n)
	one := make([]cell, r.span.n)
	for i, source := range r.sources {
		mine := slices.DeleteFunc(slices.Clone(all), func(s series) bool { return s.id.source != source })
		if len(mine) == 0 {
			continue
		}
		if len(mine) == len(all) {
			return nil, nil // nobody else knows it
		}
		clear(one)
		if err := readCells(r.span, mine, one); err != nil {
			return nil, err
		}
		for m := range one {
			c := &one[m]
			if c.rank == 0 {
				continue
			}
			c.finish()
			c.source = uint8(i)
			into := &weaker[m]
			if c.rank == rankOf(workload.Measured) {
				into = &measured[m]
			}
			if c.better(*into) {
				*into = *c
			}
		}
	}
	return r.comparison(q, measured, weaker), nil
}

func (r *reader) comparison(q quantity, measured, weaker []cell) *workload.Comparison {
	var strong, weak tally
	for m := range measured {
		if measured[m].rank > 0 && weaker[m].rank > 0 {
			strong.add(measured[m], 1, 1)
			weak.add(weaker[m], 1, 1)
		}
	}
	if strong.minutes == 0 || strong.value == 0 {
		return nil
	}
	name := r.sourceNamer(ofCluster, q)
	mean := func(t tally) workload.Figure {
		return workload.Between(t.value/t.minutes, t.low/t.minutes, t.high/t.minutes, methods[t.rank-1], name(t.sources, t.rank))
	}
	return &workload.Comparison{Quantity: string(q), Estimated: mean(weak), Measured: mean(strong), Difference: weak.value/strong.value - 1}
}
