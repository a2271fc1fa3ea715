package split

import (
	"cmp"
	"math"
	"slices"
)

const (
	// mostCuts bounds how many ties are cut: beyond that it is a redesign.
	mostCuts = 8
	// mostCandidates bounds how many ties are tried for each cut: those with the most topics.
	mostCandidates = 32
)

// Cut divides a part that does not fit one cluster: it removes the ties whose absence leaves the smallest parts, one after the
// other, until every part fits. It reports false where they do not even then; parts is what is left so far.
func (p *Problem) Cut(c Part) (cuts []int, parts []Part, ok bool) {
	removed := map[int]bool{}
	for {
		parts = p.connected(c, removed)
		big := slices.IndexFunc(parts, func(part Part) bool { return !part.Load.Fits(&p.Capacity) })
		if big < 0 {
			return cuts, parts, true
		}
		tie, found := p.weakest(parts[big], removed)
		if !found || len(cuts) == mostCuts {
			return cuts, parts, false
		}
		removed[tie] = true
		cuts = append(cuts, tie)
	}
}

// weakest is the tie whose removal leaves the smallest largest part; of equals the one with the most topics, then the first.
func (p *Problem) weakest(c Part, removed map[int]bool) (tie int, found bool) {
	candidates := slices.DeleteFunc(slices.Clone(c.Ties), func(i int) bool { return removed[i] || len(p.Ties[i].Topics) < 2 })
	slices.SortStableFunc(candidates, func(a, b int) int { return cmp.Compare(len(p.Ties[b].Topics), len(p.Ties[a].Topics)) })
	lowest := math.Inf(1)
	for _, i := range candidates[:min(len(candidates), mostCandidates)] {
		removed[i] = true
		largest := 0.0
		for _, part := range p.connected(c, removed) {
			u, _ := part.Load.Utilization(&p.Capacity)
			largest = max(largest, u)
		}
		delete(removed, i)
		if largest < lowest-1e-9 {
			tie, lowest, found = i, largest, true
		}
	}
	return tie, found
}

// Elsewhere says for each tie that was cut which of its topics would be on other clusters than the one with most of them, once
// the parts are packed; where they cannot be packed, each has a cluster of its own.
func (p *Problem) Elsewhere(cuts []int, parts []Part) [][]int {
	least := p.LowerBound(parts)
	clusters, packed := p.Pack(parts, least, least+mostCuts)
	if !packed {
		clusters = parts
	}
	place := map[int]int{}
	for at, c := range clusters {
		for _, t := range c.Topics {
			place[t] = at
		}
	}
	out := make([][]int, 0, len(cuts))
	for _, i := range cuts {
		out = append(out, elsewhere(p.Ties[i], place, len(clusters)))
	}
	return out
}

func elsewhere(tie Tie, place map[int]int, clusters int) []int {
	here := make([]int, clusters)
	for _, t := range tie.Topics {
		here[place[t]]++
	}
	home := slices.Index(here, slices.Max(here))
	var out []int
	for _, t := range tie.Topics {
		if place[t] != home {
			out = append(out, t)
		}
	}
	return out
}
