package split

import (
	"cmp"
	"math"
	"slices"
)

// bin is one cluster in the making.
type bin struct {
	members []int // indexes of parts
	load    Load
}

// LowerBound is the least number of clusters: each total in shares of its capacity, rounded up, and the parts that take
// more than half of one capacity: no two of them fit together.
func (p *Problem) LowerBound(parts []Part) int {
	n := 0
	for d := range p.Total {
		if p.Capacity[d] <= 0 || math.IsInf(p.Capacity[d], 1) {
			continue
		}
		n = max(n, int(min(math.Ceil(p.Total[d]/p.Capacity[d]-1e-9), math.MaxInt32)))
		big := 0
		for _, c := range parts {
			if c.Load[d] > p.Capacity[d]/2*(1+1e-9) {
				big++
			}
		}
		n = max(n, big)
	}
	return n
}

// Pack puts the parts into as few clusters as it can, from least to most, and evens them out. It returns what each cluster
// gets, in no order, and reports false where it finds no way.
func (p *Problem) Pack(parts []Part, least, most int) (clusters []Part, ok bool) {
	bins, ok := p.pack(parts, least, most)
	for _, b := range bins {
		if len(b.members) == 0 {
			continue
		}
		c := Part{Load: b.load}
		for _, m := range b.members {
			c.Topics = append(c.Topics, parts[m].Topics...)
			c.Ties = append(c.Ties, parts[m].Ties...)
		}
		slices.Sort(c.Topics)
		slices.Sort(c.Ties)
		clusters = append(clusters, c)
	}
	return clusters, ok
}

func (p *Problem) pack(parts []Part, least, most int) (best []bin, ok bool) {
	orders := p.orders(parts)
	for n := max(least, 1); n <= min(most, max(len(parts), 1)); n++ {
		lowest := math.Inf(1)
		for _, order := range orders {
			for _, rule := range []packRule{spread, tightest, firstFit} {
				if bins, fits := p.packInto(n, parts, order, rule, lowest-1e-12); fits {
					best, lowest = bins, p.fullest(bins)
				}
			}
		}
		if best != nil {
			p.even(parts, best)
			return best, true
		}
	}
	return nil, false
}

// packRule says whether a part goes rather to a cluster that it would fill to share a than to b.
type packRule func(a, b float64) bool

func spread(a, b float64) bool       { return a < b-1e-12 }
func tightest(a, b float64) bool     { return a > b+1e-12 }
func firstFit(float64, float64) bool { return false }

// packInto packs the parts in their order into n clusters, all of them filled to less than the share below. It reports
// false where that does not work out.
func (p *Problem) packInto(n int, parts []Part, order []int, better packRule, below float64) ([]bin, bool) {
	bins := make([]bin, n)
	for _, c := range order {
		chosen, share := -1, 0.0
		for b := range bins {
			u, _ := bins[b].load.Plus(parts[c].Load).Utilization(&p.Capacity)
			if u <= 1+1e-9 && (chosen < 0 || better(u, share)) {
				chosen, share = b, u
			}
		}
		if chosen < 0 || share >= below {
			return nil, false
		}
		bins[chosen].members = append(bins[chosen].members, c)
		bins[chosen].load = bins[chosen].load.Plus(parts[c].Load)
	}
	return bins, true
}

// orders are ways to take the parts, largest first: by the fullest quantity, by the sum of shares, and by each quantity.
func (p *Problem) orders(parts []Part) [][]int {
	keys := []func(Part) float64{
		func(c Part) float64 { u, _ := c.Load.Utilization(&p.Capacity); return u },
		func(c Part) float64 {
			sum := 0.0
			for d, v := range c.Load {
				if !math.IsInf(p.Capacity[d], 1) && p.Capacity[d] > 0 {
					sum += v / p.Capacity[d]
				}
			}
			return sum
		},
	}
	for d := range Quantities {
		if !math.IsInf(p.Capacity[d], 1) && p.Total[d] > 0 && d < Connections {
			keys = append(keys, func(c Part) float64 { return c.Load[d] })
		}
	}
	out := make([][]int, len(keys))
	for k, key := range keys {
		weight := make([]float64, len(parts))
		for i, c := range parts {
			weight[i] = key(c)
			out[k] = append(out[k], i)
		}
		slices.SortStableFunc(out[k], func(a, b int) int { return cmp.Compare(weight[b], weight[a]) })
	}
	return out
}

func (p *Problem) fullest(bins []bin) float64 {
	most := 0.0
	for _, b := range bins {
		u, _ := b.load.Utilization(&p.Capacity)
		most = max(most, u)
	}
	return most
}

// even moves parts out of the fullest cluster as long as that lowers it without filling another one as far.
func (p *Problem) even(parts []Part, bins []bin) {
	for range 4 * len(parts) {
		from, most := 0, -1.0
		for b := range bins {
			if u, _ := bins[b].load.Utilization(&p.Capacity); u > most+1e-12 {
				from, most = b, u
			}
		}
		member, to, lowest := -1, -1, most-1e-9
		for m, c := range bins[from].members {
			rest, _ := bins[from].load.minus(parts[c].Load).Utilization(&p.Capacity)
			for b := range bins {
				if b == from || rest >= lowest {
					continue
				}
				u, _ := bins[b].load.Plus(parts[c].Load).Utilization(&p.Capacity)
				if max(u, rest) < lowest {
					member, to, lowest = m, b, max(u, rest)
				}
			}
		}
		if member < 0 {
			return
		}
		c := bins[from].members[member]
		bins[from].members = slices.Delete(bins[from].members, member, member+1)
		bins[to].members = append(bins[to].members, c)
		bins[from].load, bins[to].load = sumOf(parts, bins[from].members), sumOf(parts, bins[to].members)
	}
}

func sumOf(parts []Part, members []int) Load {
	var sum Load
	for _, c := range members {
		sum = sum.Plus(parts[c].Load)
	}
	return sum
}
