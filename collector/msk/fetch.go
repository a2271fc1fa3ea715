package msk

import (
	"context"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
)

// fetchFor bounds one fetch, with all its calls.
const fetchFor = 4 * time.Minute

// fetch is a task whose metrics are being requested. It outlives the turn that began it: what was asked for is paid for, and a turn
// that ends before a slow answer comes finds it in the next one.
type fetch struct {
	task task
	done chan struct{} // closed once grid and err are set
	grid *grid
	err  error
}

// fetch returns the metrics of the task: those that are under way already, or fresh ones.
func (s *Source) fetch(ctx context.Context, t task, list []*series) (*grid, error) {
	f := s.fetching[t.tiers[0]]
	if f == nil {
		f = &fetch{task: t, done: make(chan struct{})}
		r := s.reader(s.Cluster().Name, false)
		go func() {
			defer close(f.done)
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), fetchFor)
			defer cancel()
			f.grid, f.err = r.read(ctx, list, t.from, t.end, minute)
		}()
		for _, tier := range t.tiers {
			s.fetching[tier] = f
		}
	}
	select {
	case <-f.done:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	for _, tier := range t.tiers {
		s.fetching[tier] = nil
	}
	return f.grid, f.err
}

func (s *Source) reader(cluster string, back bool) reader {
	return reader{clients: s.through(), cluster: cluster, meter: s.meter, purse: s.purse, back: back}
}

// start is where reading begins in this process.
type start struct {
	tiers [tiers]reading
	// since is where the unbroken stretch of minutes begins that are read as they come; what lies before is for ReadBack.
	since time.Time
}

// begun says where reading begins: where an earlier process has come to, unless that is long ago, else an hour back. The
// account must have been opened. The first call decides.
func (s *Source) begun(now time.Time) start {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.start != nil {
		return *s.start
	}
	end := now.Add(-s.cfg.Delay).Truncate(block)
	out, a := start{since: end.Add(-firstReading)}, s.purse.account()
	for t, p := range [tiers]Progress{a.Rates, a.Details} {
		out.tiers[t] = reading{next: out.since}
		if a.Cluster != s.as || p.Kept.IsZero() || p.Kept.After(end) || end.Sub(p.Kept) > p.Interval+resumable {
			continue
		}
		out.tiers[t] = reading{next: p.Kept, to: earliest(p.Asked, end)}
		if tier(t) == rates && !a.Since.IsZero() {
			out.since = earliest(a.Since, p.Kept)
		}
	}
	s.start = &out
	return out
}

// resumable is how long, beyond its interval, a tier may have been left unread for a new process to go on where the last one was:
// a longer pause is read back, piece by piece.
const resumable = 3 * time.Hour

// Kept notes that history has all that CollectAll returned: the next process continues from there.
func (s *Source) Kept(ctx context.Context) {
	before, now := s.purse.account(), s.now()
	since := s.begun(now).since
	s.mu.Lock()
	var intervals [tiers]time.Duration
	if s.plan != nil {
		intervals = [tiers]time.Duration{s.plan.Rates.Interval, s.plan.Details.Interval}
	}
	s.mu.Unlock()
	s.purse.progress(func(a *Account) {
		a.Cluster, a.Since = s.as, since
		a.Rates = Progress{s.tiers[rates].next, s.tiers[rates].to, intervals[rates]}
		a.Details = Progress{s.tiers[details].next, s.tiers[details].to, intervals[details]}
	})
	if s.purse.account() != before {
		s.purse.save(ctx)
	}
}

// owed is a block that was given out with guesses in it.
type owed struct {
	at      time.Time
	guesses int
}

// replaced gives the blocks again that were given out with guesses, where datapoints have come since. They are waited for
// no longer than replacedFor.
func (s *Source) replaced(a *assembly, t task, first int, now time.Time) (out []workload.Sample) {
	g := a.grid
	again := map[time.Time]bool{}
	for _, tier := range t.tiers {
		var left []owed
		for _, o := range s.owed[tier] {
			from := int(o.at.Sub(g.start) / g.period)
			if o.at.Before(g.start) || from >= first || now.Sub(o.at) > replacedFor {
				continue
			}
			n := g.guessed(from, from+g.perBlock(), tier)
			if n < o.guesses {
				again[o.at] = true
			}
			if n > 0 {
				left = append(left, owed{o.at, n})
			}
		}
		s.owed[tier] = left
	}
	for from := 0; from < first; from += g.perBlock() {
		for slot := from; slot < from+g.perBlock() && again[g.at(from)]; slot++ {
			out = append(out, a.liveSample(slot))
		}
	}
	return out
}
