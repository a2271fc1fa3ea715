package msk

import (
	"context"
	"math"
	"time"

	"github.com/mskfit/mskfit/collector"
	"github.com/mskfit/mskfit/internal/workload"
)

const (
	// firstReading is how far the first call reads back: that is how the series' habits become known.
	firstReading = time.Hour
	// longestReading is how far back a call reads after a pause; what lies before is for ReadBack.
	longestReading = day
	minute         = time.Minute
)

// task is a span to read for some tiers.
type task struct {
	tiers      []tier
	start, end time.Time
}

// due lists what there is to read now. Tiers that have come as far as each other are read together.
func (s *Source) due(now time.Time) []task {
	end := now.Add(-s.cfg.Delay).Truncate(block)
	s.mu.Lock()
	intervals := [tiers]time.Duration{s.plan.Rates.Interval, s.plan.Details.Interval}
	s.mu.Unlock()
	var out []task
	for t := range tiers {
		r := &s.tiers[t]
		if intervals[t] == 0 || end.Sub(r.to) < intervals[t] && !r.to.IsZero() {
			continue
		}
		start := r.next
		if start.IsZero() {
			start = end.Add(-firstReading)
		}
		if end.Sub(start) > longestReading {
			start = end.Add(-longestReading)
		}
		switch {
		case !start.Before(end): // the clock was set back
		case len(out) > 0 && out[0].start.Equal(start):
			out[0].tiers = append(out[0].tiers, t)
		default:
			out = append(out, task{[]tier{t}, start, end})
		}
	}
	return out
}

// readTiers fetches a span and gives out the blocks from its begin on that are settled: complete, or waited for long enough. The
// rest is read again with the next span, which costs nothing more. Minutes are put together when one sample is wanted.
func (s *Source) readTiers(ctx context.Context, t task, now time.Time, asOne bool) ([]workload.Sample, error) {
	cluster := s.Cluster()
	list := of(s.series, func(x *series) bool {
		for _, tier := range t.tiers {
			if x.tier == tier {
				return true
			}
		}
		return false
	})
	if len(list) == 0 {
		s.noteNothing(t, cluster.Kind)
		return nil, nil
	}
	r := reader{s.through(), cluster.Name, s.meter}
	g, err := r.read(ctx, list, t.start, t.end, minute)
	if err != nil {
		return nil, err
	}
	gaps := &collector.Gaps{}
	broken(g, gaps)
	slots := s.settledSlots(g, now)
	if asOne && slots > 0 {
		g, slots = g.means(slots), 1
	}
	g.fill(s.memories, slots)
	a := newAssembly(&cluster, g, gaps)
	a.known, a.live = s.known, true
	var out []workload.Sample
	for i := range slots {
		out = append(out, a.sample(i))
	}
	if len(out) > 0 {
		for _, tier := range t.tiers {
			s.tiers[tier].next = out[len(out)-1].Window.End
		}
	}
	for i, tier := range t.tiers {
		s.tiers[tier].to = t.end
		s.gapsOf[tier] = &collector.Gaps{}
		if i == 0 {
			s.gapsOf[tier] = gaps
		}
	}
	s.log.Debug().Stringer("tier", t.tiers[0]).Int("series", len(list)).Int("windows", len(out)).Time("to", t.end).Msg("read CloudWatch")
	return out, nil
}

// noteFailure tells of a reading that failed beside one that did not; it is tried again at the next call.
func (s *Source) noteFailure(t task, err error) {
	for _, tier := range t.tiers {
		s.gapsOf[tier] = &collector.Gaps{}
		s.gapsOf[tier].Add(tier.String()+" since "+t.start.Format("15:04"), err.Error(), "they are read once that is over")
	}
	s.log.Warn().Err(err).Msg("CloudWatch could not be read")
}

// noteNothing: not one of the tier's metrics is published.
func (s *Source) noteNothing(t task, kind string) {
	for _, tier := range t.tiers {
		s.tiers[tier].to, s.tiers[tier].next = t.end, t.end
		s.gapsOf[tier] = &collector.Gaps{}
		if tier == rates {
			s.gapsOf[tier].Add("all rates of the cluster", "CloudWatch has had none of its metrics for three hours: a "+kind+" cluster publishes them once it has traffic",
				"nothing is known of its load", "ingress_bytes_per_second", "egress_bytes_per_second", "messages_per_second")
		}
	}
}

// settledSlots is how many slots, in whole blocks, can be given out. The memories stay as they are.
func (s *Source) settledSlots(g *grid, now time.Time) int {
	held := make(map[string]*memory, len(s.memories))
	for key, m := range s.memories {
		one := *m
		held[key] = &one
	}
	g.fill(held, g.slots)
	perBlock := int(block / g.period)
	for from := 0; from < g.slots; from += perBlock {
		waited := now.Sub(g.at(from+perBlock)) >= s.cfg.Late+s.cfg.Delay
		if !waited && !g.settled(from, from+perBlock) {
			return from
		}
	}
	return g.slots
}

// broken tells which series are not complete, and why.
func broken(g *grid, gaps *collector.Gaps) {
	for i, s := range g.list {
		if why := g.broken[i]; why != "" {
			gaps.Count(s.name+" of "+s.owner(), s.ownerName(), why, "the minutes that are missing are waited for", s.quantity.names()...)
		}
	}
}

// means puts the first slots together into one: the mean of a rate's datapoints, the last of a gauge's.
func (g *grid) means(slots int) *grid {
	out := newGrid(g.list, g.start, g.at(slots), g.period*time.Duration(slots))
	out.broken = g.broken
	for i, row := range g.rows {
		total, n, latest := 0.0, 0, math.NaN()
		for _, v := range row[:slots] {
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
