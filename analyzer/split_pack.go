package analyzer

import (
	"cmp"
	"math"
	"slices"
)

// bin is one cluster in the making.
type bin struct {
	members []int // indices of components
	load    splitLoad
}

// lowerBound is the least number of clusters: each total in shares of its capacity, rounded up, and the components that take
// more than half of one capacity, no two of which fit together.
func (s *splitter) lowerBound(components []component) int {
	n := 0
	for d := range s.total {
		if s.capacity[d] <= 0 || math.IsInf(s.capacity[d], 1) {
			continue
		}
		n = max(n, int(min(math.Ceil(s.total[d]/s.capacity[d]-1e-9), math.MaxInt32)))
		big := 0
		for _, c := range components {
			if c.load[d] > s.capacity[d]/2*(1+1e-9) {
				big++
			}
		}
		n = max(n, big)
	}
	return n
}

// available is how many clusters the account has room for.
func (s *splitter) available(components int) int {
	limit, ok := QuotaLimit(s.in, "clusters_per_account")
	if !ok {
		return max(components, 1)
	}
	if n := s.in.Requirements.ExistingServerlessClusters; n != nil {
		limit -= float64(*n)
	}
	return int(max(min(limit, math.MaxInt32), 0))
}

// pack puts the components into as few clusters as it can, from at least to most, and evens them out.
func (s *splitter) pack(components []component, least, most int) (best []bin, ok bool) {
	orders := s.orders(components)
	for n := max(least, 1); n <= min(most, max(len(components), 1)); n++ {
		lowest := math.Inf(1)
		for _, order := range orders {
			for _, rule := range []packRule{spread, tightest, firstFit} {
				if bins, fits := s.packInto(n, components, order, rule, lowest-1e-12); fits {
					best, lowest = bins, s.fullest(bins)
				}
			}
		}
		if best != nil {
			s.even(components, best)
			return best, true
		}
	}
	return nil, false
}

// packRule says whether a component goes rather to a cluster that it would fill to share a than to b.
type packRule func(a, b float64) bool

func spread(a, b float64) bool       { return a < b-1e-12 }
func tightest(a, b float64) bool     { return a > b+1e-12 }
func firstFit(float64, float64) bool { return false }

// packInto packs the components in their order into n clusters, all of them filled to less than the share below. It reports
// false where that does not work out.
func (s *splitter) packInto(n int, components []component, order []int, better packRule, below float64) ([]bin, bool) {
	bins := make([]bin, n)
	for _, c := range order {
		chosen, share := -1, 0.0
		for b := range bins {
			u, _ := bins[b].load.plus(components[c].load).utilization(&s.capacity)
			if u <= 1+1e-9 && (chosen < 0 || better(u, share)) {
				chosen, share = b, u
			}
		}
		if chosen < 0 || share >= below {
			return nil, false
		}
		bins[chosen].members = append(bins[chosen].members, c)
		bins[chosen].load = bins[chosen].load.plus(components[c].load)
	}
	return bins, true
}

// orders are ways to take the components, largest first: by the fullest quantity, by the sum of shares, and by each quantity.
func (s *splitter) orders(components []component) [][]int {
	keys := []func(component) float64{
		func(c component) float64 { u, _ := c.load.utilization(&s.capacity); return u },
		func(c component) float64 {
			sum := 0.0
			for d, v := range c.load {
				if !math.IsInf(s.capacity[d], 1) && s.capacity[d] > 0 {
					sum += v / s.capacity[d]
				}
			}
			return sum
		},
	}
	for d := range splitDims {
		if !math.IsInf(s.capacity[d], 1) && s.total[d] > 0 && d < dimConnections {
			keys = append(keys, func(c component) float64 { return c.load[d] })
		}
	}
	out := make([][]int, len(keys))
	for k, key := range keys {
		weight := make([]float64, len(components))
		for i, c := range components {
			weight[i] = key(c)
			out[k] = append(out[k], i)
		}
		slices.SortStableFunc(out[k], func(a, b int) int { return cmp.Compare(weight[b], weight[a]) })
	}
	return out
}

func (s *splitter) fullest(bins []bin) float64 {
	most := 0.0
	for _, b := range bins {
		u, _ := b.load.utilization(&s.capacity)
		most = max(most, u)
	}
	return most
}

// even moves components out of the fullest cluster as long as that lowers it without filling another one as far.
func (s *splitter) even(components []component, bins []bin) {
	for range 4 * len(components) {
		from, most := 0, -1.0
		for b := range bins {
			if u, _ := bins[b].load.utilization(&s.capacity); u > most+1e-12 {
				from, most = b, u
			}
		}
		member, to, lowest := -1, -1, most-1e-9
		for m, c := range bins[from].members {
			rest, _ := bins[from].load.minus(components[c].load).utilization(&s.capacity)
			for b := range bins {
				if b == from || rest >= lowest {
					continue
				}
				u, _ := bins[b].load.plus(components[c].load).utilization(&s.capacity)
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
		bins[from].load, bins[to].load = sumOf(components, bins[from].members), sumOf(components, bins[to].members)
	}
}

func sumOf(components []component, members []int) splitLoad {
	var sum splitLoad
	for _, c := range members {
		sum = sum.plus(components[c].load)
	}
	return sum
}
