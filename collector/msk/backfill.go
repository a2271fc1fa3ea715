package msk

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
)

// How long CloudWatch keeps datapoints apart (S-CWL), less an hour for the time that reading takes.
const (
	keepsMinutes = 15*day - time.Hour
	keepsBlocks  = 63 * day
)

// pastTopics is how far topics of Provisioned clusters are read back: they are many, one series for each broker.
const pastTopics = 15 * day

// chunkValues bounds the datapoints that are held at once: 64 MB.
const chunkValues = 8 << 20

// pass is one run over the past: some series at one resolution.
type pass struct {
	list     []*series
	period   time.Duration
	from, to time.Time
}

// passes says what a back-fill reads, in its order: the cluster at one minute, then at five minutes as far as that goes, then
// topics and the like at five minutes. On Serverless the topics are the cluster.
func passes(kind string, all []*series, now, from, to time.Time) []pass {
	all = of(all, func(s *series) bool { return s.past })
	first, rest := all, []*series(nil)
	if kind != serverlessKind {
		first = of(all, func(s *series) bool { return s.tier == rates })
		rest = of(all, func(s *series) bool { return s.tier == details })
	}
	from, to = ceil(latest(from, now.Add(-keepsBlocks))), to.Truncate(block)
	middle := ceil(latest(from, now.Add(-keepsMinutes)))
	var out []pass
	for _, p := range []pass{
		{first, minute, middle, to}, {first, block, from, earliest(middle, to)}, {rest, block, ceil(latest(from, now.Add(-pastTopics))), to},
	} {
		if len(p.list) > 0 && p.from.Before(p.to) {
			out = append(out, p)
		}
	}
	return out
}

func ceil(t time.Time) time.Time {
	if down := t.Truncate(block); down.Before(t) {
		return down.Add(block)
	}
	return t
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earliest(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// chunk is how much of a pass is read at once, in whole days where that is more than one.
func (p pass) chunk() time.Duration {
	span := time.Duration(chunkValues/len(p.list)) * p.period
	if span >= day {
		return span.Truncate(day)
	}
	return max(block, span.Truncate(block))
}

// billed is how many metrics the passes request.
func billed(all []pass) (n int) {
	for _, p := range all {
		for to := p.to; to.After(p.from); to = to.Add(-p.chunk()) {
			n += len(p.list)
		}
	}
	return n
}

// progress is how far a back-fill has come: so many passes are done, and the next from its end down to reached.
type progress struct {
	passes  int
	reached time.Time
}

// Progress says how far Backfill has come, for ResumeBackfill after a restart; empty: it has not begun.
func (s *Source) Progress() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.done == (progress{}) {
		return ""
	}
	return fmt.Sprintf("%d %d", s.done.passes, s.done.reached.Unix())
}

// ResumeBackfill has the next Backfill go on where the one with this progress ended; it must be given the same from and to.
func (s *Source) ResumeBackfill(text string) error {
	first, second, found := strings.Cut(text, " ")
	n, err := strconv.Atoi(first)
	at, err2 := strconv.ParseInt(second, 10, 64)
	if text != "" && (!found || err != nil || err2 != nil || n < 0) {
		return fmt.Errorf("resume back-fill: %q is not the progress of one: begin again without", text)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.done = progress{}
	if text != "" {
		s.done = progress{n, time.Unix(at, 0).UTC()}
	}
	return nil
}

// Backfill reads [from, to) back and yields a sample for every minute of the last 15 days, and for every five minutes before, as far
// as CloudWatch keeps them (63 days). The newest come first, in spans of some days that run forward in themselves, so that what was
// read before an interruption can be used; figures of topics come in samples of their own, after those of the cluster. An error, of
// AWS or of yield, ends it; the next call goes on with the span that was not finished (see Progress).
func (s *Source) Backfill(ctx context.Context, from, to time.Time, yield func(workload.Sample) error) error {
	cluster := s.Cluster()
	all, err := listSeries(ctx, s.clients, cluster, s.cfg, s.meter, false)
	if err != nil {
		return fmt.Errorf("read back metrics of cluster %s: %w", cluster.Name, err)
	}
	s.mu.Lock()
	done := s.done
	s.mu.Unlock()
	todo := passes(cluster.Kind, all, s.now(), from, to)
	for i, p := range todo {
		if i < done.passes {
			continue
		}
		if i == done.passes && !done.reached.IsZero() {
			p.to = earliest(p.to, done.reached)
		}
		if err := s.backfillPass(ctx, &cluster, i, p, yield); err != nil {
			return fmt.Errorf("read back metrics of cluster %s: %w", cluster.Name, err)
		}
		s.reached(progress{passes: i + 1})
	}
	return nil
}

func (s *Source) reached(p progress) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.done = p
}

func (s *Source) backfillPass(ctx context.Context, cluster *Cluster, n int, p pass, yield func(workload.Sample) error) error {
	for to := p.to; to.After(p.from); to = to.Add(-p.chunk()) {
		from := latest(p.from, to.Add(-p.chunk()))
		r := reader{s.clients, cluster.Name, s.meter}
		g, err := r.read(ctx, p.list, from, to, p.period)
		if err != nil {
			return err
		}
		if err := yieldAll(ctx, cluster, g, yield); err != nil {
			return err
		}
		s.reached(progress{n, from})
		s.log.Debug().Time("from", from).Time("to", to).Int("series", len(p.list)).Dur("period", p.period).Msg("read back CloudWatch")
	}
	return nil
}

func yieldAll(ctx context.Context, cluster *Cluster, g *grid, yield func(workload.Sample) error) error {
	gaps := newGaps(sourceName)
	broken(g, gaps)
	a := newAssembly(cluster, g, map[string]*memory{}, gaps)
	var list []workload.Gap
	for i := range g.slots {
		if err := ctx.Err(); err != nil {
			return err
		}
		sample := a.sample(i)
		sample.Brokers = nil // what brokers did then says nothing of them now
		if i == 0 || len(gaps.all) != len(list) {
			list = gaps.list()
		}
		sample.Gaps = slices.Clip(list)
		if err := yield(sample); err != nil {
			return err
		}
	}
	return nil
}
