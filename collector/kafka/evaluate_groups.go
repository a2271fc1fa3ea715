package kafka

import (
	"math"
	"time"
)

// evaluateGroup compares a group's commits of this sweep with the last ones.
func (s *Source) evaluateGroup(gr *group, broken bool, g *gaps) {
	now := s.middleOf(s.sweep)
	for _, name := range sortedKeys(gr.topics) {
		gt := gr.topics[name]
		if gt.topic.listed != s.sweep || gt.topic.first != gt.first { // it is gone, or was made again
			delete(gr.topics, name)
			continue
		}
		for i := range gt.parts {
			s.evaluateProgress(gr, gt, &gt.parts[i], now, broken, g)
		}
	}
}

func (s *Source) evaluateProgress(gr *group, gt *groupTopic, pr *progress, now time.Time, broken bool, g *gaps) {
	p := &gt.topic.parts[pr.partition]
	if pr.fresh.sweep != s.sweep { // nothing committed, or not read
		if pr.evaluated.sweep > 0 {
			pr.fault = faultUnread
		}
		return
	}
	gr.watch(pr, now)
	seconds := s.secondsOfCommits(pr.evaluated, pr.fresh)
	dNew, dOld, known := p.readDensities(gt.topic, pr.evaluated.lag())
	c, f := consumed(pr.evaluated, pr.fresh, seconds, gr.active(), dNew, dOld)
	switch {
	case f == faultNone && broken:
		f = faultClock
	case f == faultNone && !known && c.records > 0:
		f = faultUnread
	}
	pr.window, pr.fault = consumption{}, f
	switch f {
	case faultNone:
		reading := gr.active() || c.records > 0
		rate := math.Max(c.records, p.window.records) / seconds
		c.begin = uncommitted(pr.evaluated, rate, gr.cadence.interval(), reading) * math.Max(dNew.high, dOld.high)
		pr.window = c
		pr.total.add(c)
	case faultReset:
		g.count("egress of group", gr.name, "its committed offset went back (reset)",
			"the partition's egress for this window is excluded")
	case faultJump:
		g.count("egress of group", gr.name, "its committed offset jumped further than it can have read",
			"the partition's egress for this window is excluded")
	}
	pr.evaluated = pr.fresh
}

// add sums windows up; what was read before is that of the first window.
func (c *consumption) add(w consumption) {
	if c.seconds == 0 {
		c.begin = w.begin
	}
	c.records += w.records
	c.bytes += w.bytes
	c.low += w.low
	c.seconds += w.seconds
}

// watch measures how long the group goes without committing: the time from one change of a commit to the next, when a
// sweep in between saw no change although records were there to commit.
func (gr *group) watch(pr *progress, now time.Time) {
	switch {
	case pr.evaluated.sweep == 0:
		pr.moved = now
	case pr.fresh.offset != pr.evaluated.offset:
		if pr.still && gr.active() {
			gr.cadence.longest = max(gr.cadence.longest, now.Sub(pr.moved))
		}
		pr.moved, pr.still = now, false
	case pr.evaluated.lag() > 0:
		pr.still = true
	default: // nothing to commit
		pr.moved, pr.still = now, false
	}
}

func (s *Source) secondsOfCommits(a, b commit) float64 {
	from, to := s.clock.of(a.sweep), s.clock.of(b.sweep)
	if from == nil || to == nil {
		return 0
	}
	x, y := from.brokers[a.coordinator].commits, to.brokers[b.coordinator].commits
	if x.zero() || y.zero() {
		return 0
	}
	return y.mid().Sub(x.mid()).Seconds()
}

// readDensities are the bytes per record of what came in during the window and of what was there before. It reports false
// when nothing is known of the partition. A group that lags by less than two windows reads what is still as it came in.
func (p *partition) readDensities(t *topic, lag int64) (fresh, old density, known bool) {
	d, known := p.density(t)
	fresh, old = d, d
	if w := p.window; p.fault == faultNone && w.records > 0 && w.bytes > 0 {
		fresh, known = density{w.bytes / w.records, w.low / w.records, w.high / w.records}, true
		if d.mean == 0 {
			old = fresh
		}
	}
	if float64(lag) <= 2*p.window.records {
		return fresh, old, known
	}
	if l, ok := logDensity(p.fresh, t.policy); ok {
		old = l
	} else if p.fresh.size > 0 && p.fresh.end > p.fresh.start && p.fresh.start >= 0 {
		old.low = min(old.low, float64(p.fresh.size)/float64(p.fresh.end-p.fresh.start)) // compacted: fewer records are left
	}
	return fresh, old, known
}
