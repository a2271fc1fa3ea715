package analyzer

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/mskfit/mskfit/internal/workload"
)

// splitTopic is one topic with what it takes of a cluster.
type splitTopic struct {
	t    *workload.TopicWorkload
	load splitLoad
}

// What keeps topics together.
const (
	tieGroup       = "group"
	tieApplication = "application"
)

// splitTie keeps topics together: a consumer group or an application.
type splitTie struct {
	kind, name string
	topics     []int // indices of parts, ascending
}

func newSplitter(in *Input, l *load) *splitter {
	s := &splitter{in: in, l: l}
	for i := range in.Workload.TopicList {
		if t := &in.Workload.TopicList[i]; !t.Internal {
			s.parts = append(s.parts, splitTopic{t: t})
		}
	}
	slices.SortFunc(s.parts, func(a, b splitTopic) int { return cmp.Compare(a.t.Name, b.t.Name) })
	s.root, s.at = make([]int, len(s.parts)), make([]int, len(s.parts))
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
	for i, p := range s.parts {
		index[p.t.Name] = i
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
		add(tieGroup, g.Name, 0, false)
		for _, name := range g.Topics {
			i, ok := index[name]
			add(tieGroup, g.Name, i, ok)
		}
	}
	for i, p := range s.parts {
		for _, g := range p.t.Groups {
			add(tieGroup, g, i, true)
		}
		if p.t.Application != "" {
			add(tieApplication, p.t.Application, i, true)
		}
	}
	for key, topics := range ties {
		tie := splitTie{kind: key.kind, name: key.name}
		for i := range topics {
			tie.topics = append(tie.topics, i)
		}
		slices.Sort(tie.topics)
		s.ties = append(s.ties, tie)
	}
	slices.SortFunc(s.ties, func(a, b splitTie) int { return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.name, b.name)) })
}

// traffic fills in ingress and egress of each topic at the sizing statistic, growth and events included. What the cluster
// carries beyond the sum over its topics (topics without a figure, readers that do not commit) is shared out.
func (s *splitter) traffic() {
	k, stat := s.l.events*s.l.growth, s.in.Options.Statistic
	var unknown []int
	readers := s.readers()
	for i := range s.parts {
		p := &s.parts[i]
		in, out := quantityAt(p.t.IngressBytesPerSec, stat).scale(k), quantityAt(p.t.EgressBytesPerSec, stat).scale(k)
		if !in.ok {
			unknown = append(unknown, i)
		}
		p.load[dimIngress], p.load[dimEgress] = in.Value, out.Value
		if !out.ok {
			p.load[dimEgress] = in.Value * float64(readers[i])
		}
	}
	switch {
	case len(unknown) == 0:
	case s.l.in.ok:
		s.assume("%s without a figure share the rest of the ingress by their partitions", topicCount(len(unknown)))
	default:
		s.assume("the ingress of %s is unknown and counts as 0", topicCount(len(unknown)))
	}
	s.shareOut(dimIngress, unknown, func(p splitTopic) float64 { return float64(max(p.t.Partitions, 1)) })
	s.shareOut(dimEgress, nil, func(p splitTopic) float64 { return p.load[dimIngress] })
}

// readers counts the groups of each topic.
func (s *splitter) readers() []int {
	n := make([]int, len(s.parts))
	for _, tie := range s.ties {
		for _, t := range tie.topics {
			if tie.kind == tieGroup {
				n[t]++
			}
		}
	}
	return n
}

// shareOut divides what the whole has beyond the sum of its parts among some parts (nil: all), in proportion to weight.
func (s *splitter) shareOut(dim int, among []int, weight func(splitTopic) float64) {
	whole := splitQuantities[dim].of(s.l)
	sum, weights := 0.0, 0.0
	for _, p := range s.parts {
		sum += p.load[dim]
	}
	if among == nil {
		among = make([]int, len(s.parts))
		for i := range among {
			among[i] = i
		}
	}
	for _, i := range among {
		weights += weight(s.parts[i])
	}
	if !whole.ok || whole.Value <= sum || weights == 0 {
		return
	}
	for _, i := range among {
		s.parts[i].load[dim] += (whole.Value - sum) * (weight(s.parts[i]) / weights)
	}
}

// counts fills in partitions. A topic of which nobody knows whether it is compacted counts as not compacted.
func (s *splitter) counts() {
	guessed, listed := 0, 0
	for i := range s.parts {
		p := &s.parts[i]
		dim := dimPlain
		if p.t.Compacted == nil {
			guessed++
		} else if *p.t.Compacted {
			dim = dimCompacted
		}
		p.load[dim] = float64(p.t.Partitions)
		listed += p.t.Partitions
	}
	if guessed > 0 {
		s.assume("%s with unknown cleanup.policy count as not compacted", topicCount(guessed))
	}
	if all := s.l.partitions; all.ok && len(s.parts) > 0 && all.Low > float64(listed)*1.01 {
		s.assume("%s partitions belong to topics that are not listed and have no place in the plan", count(all.Value-float64(listed)))
	}
}

// assume notes what the plan rests on although nobody confirmed it.
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

// clients shares connections and requests out in proportion to traffic, because nobody counts them per topic.
func (s *splitter) clients() {
	all := s.total[dimIngress] + s.total[dimEgress]
	shared := false
	for dim := dimConnections; dim < splitDims; dim++ {
		q := splitQuantities[dim]
		whole := q.of(s.l)
		if !whole.ok || all == 0 || len(s.parts) == 0 {
			continue
		}
		for i := range s.parts {
			p := &s.parts[i]
			p.load[dim] = whole.Value * ((p.load[dimIngress] + p.load[dimEgress]) / all)
		}
		s.total[dim] = whole.Value
		shared = true
	}
	if shared {
		s.notes = append(s.notes, "connections and requests are shared out by traffic, because they are not counted per topic")
	}
}

// limits fills in totals and capacities. Headroom is kept of what varies with traffic. Where a figure has an upper
// bound above its value, the capacity shrinks by as much, so that the bound fits too (up to a quarter, as elsewhere).
func (s *splitter) limits() {
	for _, p := range s.parts {
		s.total = s.total.plus(p.load)
	}
	for _, tie := range s.ties {
		if tie.kind == tieGroup {
			s.total[dimGroups]++
		}
	}
	for dim, q := range splitQuantities {
		s.capacity[dim] = math.Inf(1)
		limit, ok := QuotaLimit(s.in, q.quota)
		if !ok {
			continue
		}
		limit *= 1 - s.in.splitFree(q.quota, q.varies)
		whole := q.of(s.l)
		if q.varies && whole.ok && whole.Value > 0 {
			limit /= needed(whole) / whole.Value
		}
		s.capacity[dim] = limit
		if len(s.parts) == 0 && whole.ok {
			s.total[dim] = whole.Value
		}
	}
}
