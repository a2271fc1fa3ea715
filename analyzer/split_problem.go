package analyzer

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/mskfit/mskfit/analyzer/split"
	"github.com/mskfit/mskfit/internal/workload"
)

func newSplitter(in *Input, l *load) *splitter {
	s := &splitter{in: in, l: l}
	for i := range in.Workload.TopicList {
		if t := &in.Workload.TopicList[i]; !t.Internal {
			s.topics = append(s.topics, t)
		}
	}
	slices.SortFunc(s.topics, func(a, b *workload.TopicWorkload) int { return cmp.Compare(a.Name, b.Name) })
	s.Topics = make([]split.Load, len(s.topics))
	s.tie()
	s.traffic()
	s.counts()
	s.limits()
	s.clients()
	return s
}

// tie collects groups and applications with the topics they connect, sorted by kind and name.
func (s *splitter) tie() {
	index := map[string]int{}
	for i, t := range s.topics {
		index[t.Name] = i
	}
	type tieKey struct{ kind, name string }
	ties := map[tieKey]map[int]bool{}
	add := func(kind, name string, topic int, found bool) {
		key := tieKey{kind, name}
		if ties[key] == nil {
			ties[key] = map[int]bool{}
		}
		if found {
			ties[key][topic] = true
		}
	}
	for _, g := range s.in.Workload.GroupList {
		add(split.Group, g.Name, 0, false)
		for _, name := range g.Topics {
			i, ok := index[name]
			add(split.Group, g.Name, i, ok)
		}
	}
	for i, t := range s.topics {
		for _, g := range t.Groups {
			add(split.Group, g, i, true)
		}
		if t.Application != "" {
			add(split.Application, t.Application, i, true)
		}
	}
	for key, topics := range ties {
		tie := split.Tie{Kind: key.kind, Name: key.name}
		for i := range topics {
			tie.Topics = append(tie.Topics, i)
		}
		slices.Sort(tie.Topics)
		s.Ties = append(s.Ties, tie)
	}
	slices.SortFunc(s.Ties, func(a, b split.Tie) int { return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name)) })
}

// traffic fills in ingress and egress of each topic at the sizing statistic, growth and events included. What the cluster
// carries beyond the sum over its topics (topics without a figure, readers that do not commit) is shared out.
func (s *splitter) traffic() {
	k, stat := s.l.events*s.l.growth, s.in.Options.Statistic
	var unknown []int
	readers := s.readers()
	for i, t := range s.topics {
		load := &s.Topics[i]
		in, out := quantityAt(t.IngressBytesPerSec, stat).scale(k), quantityAt(t.EgressBytesPerSec, stat).scale(k)
		if !in.ok {
			unknown = append(unknown, i)
		}
		load[split.Ingress], load[split.Egress] = in.Value, out.Value
		if !out.ok {
			load[split.Egress] = in.Value * float64(readers[i])
		}
	}
	switch {
	case len(unknown) == 0:
	case s.l.in.ok:
		s.assume("%s without a figure share the rest of the ingress by their partitions", topicCount(len(unknown)))
	default:
		s.assume("the ingress of %s is unknown and counts as 0", topicCount(len(unknown)))
	}
	s.shareOut(split.Ingress, unknown, func(i int) float64 { return float64(max(s.topics[i].Partitions, 1)) })
	s.shareOut(split.Egress, nil, func(i int) float64 { return s.Topics[i][split.Ingress] })
}

// readers counts the groups of each topic.
func (s *splitter) readers() []int {
	n := make([]int, len(s.topics))
	for _, tie := range s.Ties {
		for _, t := range tie.Topics {
			if tie.Kind == split.Group {
				n[t]++
			}
		}
	}
	return n
}

// shareOut divides what the whole has beyond the sum of its parts among some parts (nil: all), in proportion to weight.
func (s *splitter) shareOut(dim int, among []int, weight func(topic int) float64) {
	whole := splitQuantities[dim].of(s.l)
	sum, weights := 0.0, 0.0
	for _, load := range s.Topics {
		sum += load[dim]
	}
	if among == nil {
		among = make([]int, len(s.topics))
		for i := range among {
			among[i] = i
		}
	}
	for _, i := range among {
		weights += weight(i)
	}
	if !whole.ok || whole.Value <= sum || weights == 0 {
		return
	}
	for _, i := range among {
		s.Topics[i][dim] += (whole.Value - sum) * (weight(i) / weights)
	}
}

// counts fills in partitions. A topic for which it is unknown whether it is compacted counts as not compacted.
func (s *splitter) counts() {
	guessed, listed := 0, 0
	for i, t := range s.topics {
		dim := split.Plain
		if t.Compacted == nil {
			guessed++
		} else if *t.Compacted {
			dim = split.Compacted
		}
		s.Topics[i][dim] = float64(t.Partitions)
		listed += t.Partitions
	}
	if guessed > 0 {
		s.assume("%s with unknown cleanup.policy count as not compacted", topicCount(guessed))
	}
	if all := s.l.partitions; all.ok && len(s.topics) > 0 && all.Low > float64(listed)*1.01 {
		s.assume("%s partitions belong to topics that are not listed and have no place in the plan",
			count(all.Value-float64(listed)))
	}
}

// assume notes what the plan rests on although it is not confirmed.
func (s *splitter) assume(format string, args ...any) {
	s.maybe = true
	s.notes = append(s.notes, fmt.Sprintf(format, args...))
}

func topicCount(n int) string {
	if n == 1 {
		return "1 topic"
	}
	return count(float64(n)) + " topics"
}

// clients shares connections and requests out in proportion to traffic, because they are not counted per topic.
func (s *splitter) clients() {
	all := s.Total[split.Ingress] + s.Total[split.Egress]
	shared := false
	for dim := split.Connections; dim < split.Quantities; dim++ {
		q := splitQuantities[dim]
		whole := q.of(s.l)
		if !whole.ok || all == 0 || len(s.topics) == 0 {
			continue
		}
		for i := range s.Topics {
			load := &s.Topics[i]
			load[dim] = whole.Value * ((load[split.Ingress] + load[split.Egress]) / all)
		}
		s.Total[dim] = whole.Value
		shared = true
	}
	if shared {
		s.notes = append(s.notes, "connections and requests are shared out by traffic, because they are not counted per topic")
	}
}

// limits fills in totals and capacities. Headroom is kept of what varies with traffic. Where a figure has an upper
// bound above its value, the capacity shrinks by as much, so that the bound fits too (up to a quarter, as elsewhere).
func (s *splitter) limits() {
	for _, load := range s.Topics {
		s.Total = s.Total.Plus(load)
	}
	for _, tie := range s.Ties {
		if tie.Kind == split.Group {
			s.Total[split.Groups]++
		}
	}
	for dim, q := range splitQuantities {
		s.Capacity[dim] = math.Inf(1)
		limit, ok := QuotaLimit(s.in, q.quota)
		if !ok {
			continue
		}
		limit *= 1 - s.in.splitFree(q.quota, q.varies())
		whole := q.of(s.l)
		if q.varies() && whole.ok && whole.Value > 0 {
			limit /= needed(whole) / whole.Value
		}
		s.Capacity[dim] = limit
		if len(s.topics) == 0 && whole.ok {
			s.Total[dim] = whole.Value
		}
	}
}
