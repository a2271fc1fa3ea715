package split

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// bounded is a problem whose clusters carry 160 of ingress, 320 of egress, 2,400 and 120 partitions and 500 groups.
func bounded(topics []Load, ties []Tie) *Problem {
	p := &Problem{Topics: topics, Ties: ties, Capacity: Load{160, 320, 2400, 120, 500, math.Inf(1), math.Inf(1), math.Inf(1)}}
	for _, l := range topics {
		p.Total = p.Total.Plus(l)
	}
	for _, tie := range ties {
		if tie.Kind == Group {
			p.Total[Groups]++
		}
	}
	return p
}

func drawProblem(t *rapid.T) *Problem {
	topics := make([]Load, rapid.IntRange(1, 7).Draw(t, "topics"))
	for i := range topics {
		rate := rapid.SampledFrom([]float64{0, 1, 7, 30, 90, 150}).Draw(t, "rate")
		topics[i] = Load{Ingress: rate, Egress: rate * float64(rapid.IntRange(0, 2).Draw(t, "readers")),
			Plain: rapid.SampledFrom([]float64{1, 6, 50, 600, 2000}).Draw(t, "partitions")}
	}
	ties := make([]Tie, rapid.IntRange(0, 3).Draw(t, "ties"))
	for i := range ties {
		ties[i] = Tie{Kind: rapid.SampledFrom([]string{Group, Application}).Draw(t, "kind"), Name: fmt.Sprint(i)}
		for range rapid.IntRange(0, 3).Draw(t, "reads") {
			ties[i].Topics = append(ties[i].Topics, rapid.IntRange(0, len(topics)-1).Draw(t, "topic"))
		}
		slices.Sort(ties[i].Topics)
		ties[i].Topics = slices.Compact(ties[i].Topics)
	}
	return bounded(topics, ties)
}

// On small cases every packing can be tried: the result is never more than one cluster off, and the bound never too high.
func TestPackIsNearTheBest(t *testing.T) {
	exact, all := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		p := drawProblem(rt)
		parts := p.Parts()
		if slices.ContainsFunc(parts, func(c Part) bool { return !c.Load.Fits(&p.Capacity) }) {
			return
		}
		least, best := p.LowerBound(parts), fewest(p, parts, nil, len(parts))
		clusters, ok := p.Pack(parts, least, len(parts))
		if !ok || least > best || len(clusters) < best || len(clusters) > best+1 {
			rt.Fatalf("%d clusters, at least %d, the best is %d", len(clusters), least, best)
		}
		for _, c := range clusters {
			if !c.Load.Fits(&p.Capacity) {
				rt.Fatalf("a cluster carries %v", c.Load)
			}
		}
		if all++; len(clusters) == best {
			exact++
		}
	})
	if exact < all*99/100 {
		t.Errorf("%d of %d packings are the best there is, want 99 %%", exact, all)
	}
}

// fewest tries every packing of the parts into clusters.
func fewest(p *Problem, parts []Part, clusters []Load, best int) int {
	if len(clusters) >= best {
		return best
	}
	if len(parts) == 0 {
		return len(clusters)
	}
	c, rest := parts[0], parts[1:]
	for i := range clusters {
		if with := clusters[i].Plus(c.Load); with.Fits(&p.Capacity) {
			next := slices.Clone(clusters)
			next[i] = with
			best = fewest(p, rest, next, best)
		}
	}
	if len(clusters)+1 < best {
		best = fewest(p, rest, append(slices.Clone(clusters), c.Load), best)
	}
	return best
}

// The tie that is cut leaves the smallest parts, and the topic that it reads elsewhere is named.
func TestCut(t *testing.T) {
	half := Load{Ingress: 50}
	p := bounded([]Load{half, half, half, half}, []Tie{
		{Group, "shop", []int{0, 1}}, {Group, "audit", []int{0, 2}}, {Group, "mail", []int{2, 3}},
	})
	parts := p.Parts()
	if len(parts) != 1 {
		t.Fatalf("%d parts, want 1", len(parts))
	}
	cuts, rest, ok := p.Cut(parts[0])
	if !ok || fmt.Sprint(cuts) != "[1]" || len(rest) != 2 {
		t.Fatalf("cut %v into %d parts, %v, want audit into 2", cuts, len(rest), ok)
	}
	if got := fmt.Sprint(p.Elsewhere(cuts, rest)); got != "[[2]]" {
		t.Errorf("elsewhere is %s, want [[2]]", got)
	}
}
