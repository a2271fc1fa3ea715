package msk

import (
	"context"
	"math"
	"slices"
	"time"

	"github.com/mskfit/mskfit/collector"
	"github.com/mskfit/mskfit/internal/workload"
)

// readTiers fetches a span and gives out the blocks from its start on that are complete, or waited for long enough. The
// rest is read again with the next span, which costs nothing more. Minutes are put together when one sample is wanted.
func (s *Source) readTiers(ctx context.Context, t task, now time.Time, asOne bool) ([]workload.Sample, error) {
	cluster := s.Cluster()
	list := of(s.series, func(x *series) bool { return slices.ContainsFunc(t.tiers, func(t tier) bool { return t.has(x) }) })
	if len(list) == 0 {
		s.noteNothing(t, cluster.Kind)
		return nil, nil
	}
	g, err := s.fetch(ctx, t, list)
	if err != nil {
		return nil, err
	}
	if t.from.Before(t.start) { // all that has to be remembered comes with it
		for _, x := range g.list {
			delete(s.memories, x.key)
		}
	}
	first := int(t.start.Sub(t.from) / g.period)
	upTo := s.completeSlots(g, now, first)
	present := &collector.Gaps{}
	broken(g, present)
	if asOne && upTo > first {
		g.fill(s.memories, first)
		g = g.means(first, upTo)
		first, upTo = 0, 1
	}
	g.fill(s.memories, upTo)
	a := newAssembly(&cluster, g, present)
	a.known, a.live = s.known, true
	out := s.replaced(a, t, first, now)
	for i := first; i < upTo; i++ {
		out = append(out, a.liveSample(i))
	}
	s.cameTo(t, g, first, upTo, asOne)
	for i, tier := range t.tiers {
		s.gapsOf[tier] = &collector.Gaps{}
		if i == 0 {
			s.gapsOf[tier] = present
		}
	}
	s.log.Debug().Stringer("tier", t.tiers[0]).Int("series", len(list)).Int("windows", len(out)).Time("to",
		t.end).Msg("read CloudWatch")
	return out, nil
}

// liveSample is the sample of a slot with the gaps that are its own.
func (a *assembly) liveSample(slot int) workload.Sample {
	a.gaps = &collector.Gaps{}
	sample := a.sample(slot)
	sample.Gaps = a.gaps.List(sourceName)
	return sample
}

// cameTo notes how far a task has come, and which blocks were given out with guesses in them.
func (s *Source) cameTo(t task, g *grid, first, upTo int, asOne bool) {
	for _, tier := range t.tiers {
		r := &s.tiers[tier]
		r.to = t.end
		s.warm[tier] = true
		if upTo > first {
			r.next = g.at(upTo)
		}
		if asOne {
			continue
		}
		for from := first; from < upTo; from += g.perBlock() {
			if n := g.guessed(from, from+g.perBlock(), tier); n > 0 {
				s.owed[tier] = append(s.owed[tier], owed{g.at(from), n})
			}
		}
	}
}

// noteFailure adds a gap for a reading that failed beside one that did not; it is tried again at the next call.
func (s *Source) noteFailure(t task, err error) {
	for _, tier := range t.tiers {
		s.gapsOf[tier] = &collector.Gaps{}
		s.gapsOf[tier].Add(tier.String()+" since "+t.start.Format("15:04"), err.Error(), "they are read when that ends")
	}
	s.log.Warn().Err(err).Msg("CloudWatch could not be read")
}

// noteSpent adds a gap when the month's budget does not pay for the tier.
func (s *Source) noteSpent(t tier) {
	var leavesOpen []string
	effect := "they are missing until then; up to one day is read when reading resumes"
	if t == rates {
		leavesOpen = []string{"ingress_bytes_per_second", "egress_bytes_per_second", "messages_per_second"}
	}
	why := s.purse.spent()
	if s.gapsOf[t] = (&collector.Gaps{}); !s.spentLogged.Equal(why.Until) {
		s.spentLogged = why.Until
		s.log.Warn().Err(why).Msg("CloudWatch is not read")
	}
	s.gapsOf[t].Add(t.String()+" since "+s.tiers[t].next.Format("2006-01-02 15:04 MST"), why.Error(), effect, leavesOpen...)
}

// noteNothing: not one of the tier's metrics is published.
func (s *Source) noteNothing(t task, kind string) {
	for _, tier := range t.tiers {
		s.tiers[tier].to, s.tiers[tier].next = t.end, t.end
		s.gapsOf[tier] = &collector.Gaps{}
		if tier == rates {
			s.gapsOf[tier].Add("all rates of the cluster",
				"CloudWatch has had no metrics of it for three hours: a "+kind+" cluster publishes them once it has traffic",
				"its load is unknown", "ingress_bytes_per_second", "egress_bytes_per_second", "messages_per_second")
		}
	}
}

// completeSlots is up to which slot, from first on and in whole blocks, a grid can be given out. The memories stay as they are.
func (s *Source) completeSlots(g *grid, now time.Time, first int) int {
	held := make(map[string]*memory, len(s.memories))
	for key, m := range s.memories {
		one := *m
		held[key] = &one
	}
	g.fill(held, g.slots)
	for from := first; from < g.slots; from += g.perBlock() {
		until := from + g.perBlock()
		waited := now.Sub(g.at(until)) >= s.cfg.Late+s.cfg.Delay
		if !waited && !g.complete(from, until) {
			return from
		}
	}
	return g.slots
}

// broken says which series are not complete, and why.
func broken(g *grid, gaps *collector.Gaps) {
	for i, s := range g.list {
		if why := g.broken[i]; why != "" {
			gaps.Count(s.name+" of "+s.owner(), s.ownerName(), why, "mskfit waits for the missing minutes", s.quantity.names()...)
		}
	}
}

// means puts the slots [first, until) together into one: the mean of a rate's datapoints, the last of a gauge's.
func (g *grid) means(first, until int) *grid {
	out := newGrid(g.list, g.at(first), g.at(until), g.period*time.Duration(until-first))
	out.broken = g.broken
	for i, row := range g.rows {
		total, n, latest := 0.0, 0, math.NaN()
		for _, v := range row[first:until] {
			if !math.IsNaN(v) {
				total, n, latest = total+v, n+1, v
			}
		}
		switch {
		case n == 0:
		case g.list[i].rate:
			out.rows[i][0] = total / float64(n)
		default:
			out.rows[i][0] = latest
		}
	}
	return out
}
