package analyzer

import (
	"fmt"
	"strings"

	"github.com/mskfit/mskfit/analyzer/split"
	"github.com/mskfit/mskfit/verdict"
)

// tooBig refuses a plan when a component does not fit one cluster. It names what holds the fullest one together, and what
// cutting there would cost.
func (s *splitter) tooBig(components []split.Part, plan *splitPlan) bool {
	worst, most := -1, 1+1e-9
	for i, c := range components {
		if u, _ := c.Load.Utilization(&s.Capacity); u > most {
			worst, most = i, u
		}
	}
	if worst < 0 {
		return false
	}
	plan.Feasible, plan.Stop = verdict.No, stopTogether
	c := components[worst]
	_, dim := c.Load.Utilization(&s.Capacity)
	q := splitQuantities[dim]
	size := fmt.Sprintf("%s of %s, and one cluster takes %s", q.amount(c.Load[dim]), q.what, q.amount(s.Capacity[dim]))
	if free := s.in.splitFree(q.quota, q.varies()); free > 0 {
		size += fmt.Sprintf(" with %s to spare", sharePercent(free))
	}
	if len(c.Topics) == 1 {
		plan.Stop = stopTopic
		plan.Note = fmt.Sprintf("topic %s alone has %s: divide it into several topics", s.topics[c.Topics[0]].Name, size)
		return true
	}
	cuts, parts, ok := s.Cut(c)
	plan.Note = s.cutNote(c, size, cuts, parts, ok)
	if ok {
		plan.Cuts = s.proposal(cuts, parts)
		plan.Note += ": " + cutCost(plan.Cuts)
	}
	return true
}

func (s *splitter) cutNote(c split.Part, size string, cuts []int, parts []split.Part, ok bool) string {
	names := make([]string, len(cuts))
	for i, tie := range cuts {
		names[i] = s.Ties[tie].Kind + " " + s.Ties[tie].Name
	}
	together := fmt.Sprintf("%s belong together and have %s", topicCount(len(c.Topics)), size)
	if ok {
		verb := " holds"
		if len(names) > 1 {
			verb = " hold"
		}
		return together + "; " + joined(names) + verb + " them together"
	}
	for _, part := range parts {
		if u, dim := part.Load.Utilization(&s.Capacity); u > 1+1e-9 && len(part.Topics) == 1 {
			return together + fmt.Sprintf("; topic %s alone has %s", s.topics[part.Topics[0]].Name,
				splitQuantities[dim].amount(part.Load[dim]))
		}
	}
	if len(names) == 0 {
		return together
	}
	return together + "; even without " + joined(names) + " the rest is too large"
}

// proposal says which topics each cut tie would have to reach on other clusters.
func (s *splitter) proposal(cuts []int, parts []split.Part) []splitCut {
	out := make([]splitCut, 0, len(cuts))
	for i, topics := range s.Elsewhere(cuts, parts) {
		tie := s.Ties[cuts[i]]
		c := splitCut{Kind: tie.Kind, Name: tie.Name}
		for _, t := range topics {
			c.Elsewhere = append(c.Elsewhere, s.topics[t].Name)
		}
		out = append(out, c)
	}
	return out
}

// cutCost says what the cuts ask of those that are cut.
func cutCost(cuts []splitCut) string {
	var words []string
	for _, c := range cuts {
		if len(c.Elsewhere) == 0 {
			continue
		}
		verb := "would read"
		if c.Kind == split.Application {
			verb = "would use"
		}
		words = append(words, fmt.Sprintf("%s %s %s from another cluster", c.Name, verb, joined(c.Elsewhere)))
	}
	if len(words) == 0 {
		return "separately, each of them would fit one cluster"
	}
	return "cut there, " + strings.Join(words, "; ")
}
