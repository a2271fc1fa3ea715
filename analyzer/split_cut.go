package analyzer

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/mskfit/mskfit/verdict"
)

const (
	// mostCuts bounds how many groups a proposal separates: beyond that it is a redesign and no cut.
	mostCuts = 8
	// mostCandidates bounds how many ties are tried for each cut: those with the most topics.
	mostCandidates = 32
)

// tooBig refuses a plan when a component does not fit one cluster. It names what holds the fullest one together, and what
// cutting there would cost.
func (s *splitter) tooBig(components []component, plan *splitPlan) bool {
	worst, most := -1, 1+1e-9
	for i, c := range components {
		if u, _ := c.load.utilization(&s.capacity); u > most {
			worst, most = i, u
		}
	}
	if worst < 0 {
		return false
	}
	plan.Feasible, plan.Stop = verdict.No, stopTogether
	c := components[worst]
	_, dim := c.load.utilization(&s.capacity)
	q := splitQuantities[dim]
	size := fmt.Sprintf("%s of %s, and one cluster takes %s", q.amount(c.load[dim]), q.what, q.amount(s.capacity[dim]))
	if free := s.in.splitFree(q.quota, q.varies); free > 0 {
		size += fmt.Sprintf(" with %s to spare", sharePercent(free))
	}
	if len(c.topics) == 1 {
		plan.Stop = stopTopic
		plan.Note = fmt.Sprintf("topic %s alone has %s: divide it into several topics", s.parts[c.topics[0]].t.Name, size)
		return true
	}
	cuts, parts, ok := s.cut(c)
	plan.Note = s.cutNote(c, size, cuts, parts, ok)
	if ok {
		plan.Cuts = s.proposal(cuts, parts)
		plan.Note += ": " + cutCost(plan.Cuts)
	}
	return true
}

func (s *splitter) cutNote(c component, size string, cuts []int, parts []component, ok bool) string {
	names := make([]string, len(cuts))
	for i, tie := range cuts {
		names[i] = s.ties[tie].kind + " " + s.ties[tie].name
	}
	together := fmt.Sprintf("%s belong together and have %s", topicCount(len(c.topics)), size)
	if ok {
		verb := " holds"
		if len(names) > 1 {
			verb = " hold"
		}
		return together + "; " + joined(names) + verb + " them together"
	}
	for _, part := range parts {
		if u, dim := part.load.utilization(&s.capacity); u > 1+1e-9 && len(part.topics) == 1 {
			return together + fmt.Sprintf("; topic %s alone has %s", s.parts[part.topics[0]].t.Name, splitQuantities[dim].amount(part.load[dim]))
		}
	}
	if len(names) == 0 {
		return together
	}
	return together + "; even without " + joined(names) + " the rest is too large"
}

// cut removes the ties whose absence leaves the smallest parts, one after the other, until every part fits.
func (s *splitter) cut(c component) (cuts []int, parts []component, ok bool) {
	removed := map[int]bool{}
	for {
		parts = s.connected(c, removed)
		big := slices.IndexFunc(parts, func(p component) bool { return !p.load.fits(&s.capacity) })
		if big < 0 {
			return cuts, parts, true
		}
		tie, found := s.weakest(parts[big], removed)
		if !found || len(cuts) == mostCuts {
			return cuts, parts, false
		}
		removed[tie] = true
		cuts = append(cuts, tie)
	}
}

// weakest is the tie whose removal leaves the smallest largest part; of equals the one with the most topics, then the first.
func (s *splitter) weakest(c component, removed map[int]bool) (tie int, found bool) {
	candidates := slices.DeleteFunc(slices.Clone(c.ties), func(i int) bool { return removed[i] || len(s.ties[i].topics) < 2 })
	slices.SortStableFunc(candidates, func(a, b int) int { return cmp.Compare(len(s.ties[b].topics), len(s.ties[a].topics)) })
	lowest := math.Inf(1)
	for _, i := range candidates[:min(len(candidates), mostCandidates)] {
		removed[i] = true
		largest := 0.0
		for _, p := range s.connected(c, removed) {
			u, _ := p.load.utilization(&s.capacity)
			largest = max(largest, u)
		}
		delete(removed, i)
		if largest < lowest-1e-9 {
			tie, lowest, found = i, largest, true
		}
	}
	return tie, found
}

// proposal places the parts and says which topics each cut tie would have to reach on other clusters.
func (s *splitter) proposal(cuts []int, parts []component) []splitCut {
	place := map[int]int{}
	least := s.lowerBound(parts)
	bins, packed := s.pack(parts, least, least+mostCuts)
	if !packed {
		bins = make([]bin, len(parts))
		for i := range parts {
			bins[i].members = []int{i}
		}
	}
	for b := range bins {
		for _, c := range bins[b].members {
			for _, t := range parts[c].topics {
				place[t] = b
			}
		}
	}
	out := make([]splitCut, 0, len(cuts))
	for _, i := range cuts {
		out = append(out, splitCut{s.ties[i].kind, s.ties[i].name, s.elsewhere(s.ties[i], place, len(bins))})
	}
	return out
}

func (s *splitter) elsewhere(tie splitTie, place map[int]int, bins int) []string {
	here := make([]int, bins)
	for _, t := range tie.topics {
		here[place[t]]++
	}
	home := slices.Index(here, slices.Max(here))
	var names []string
	for _, t := range tie.topics {
		if place[t] != home {
			names = append(names, s.parts[t].t.Name)
		}
	}
	return names
}

// cutCost says what the cuts ask of those that are cut.
func cutCost(cuts []splitCut) string {
	var words []string
	for _, c := range cuts {
		if len(c.Elsewhere) == 0 {
			continue
		}
		verb := "would read"
		if c.Kind == tieApplication {
			verb = "would use"
		}
		words = append(words, fmt.Sprintf("%s %s %s from another cluster", c.Name, verb, joined(c.Elsewhere)))
	}
	if len(words) == 0 {
		return "separately, each of them would fit one cluster"
	}
	return "cut there, " + strings.Join(words, "; ")
}
