package msk

import (
	"context"
	"fmt"
	"time"

	"github.com/mskfit/mskfit/collector"
	"github.com/mskfit/mskfit/internal/workload"
)

// How long CloudWatch keeps datapoints apart (S-CWL), less an hour for the time that reading takes.
const (
	keepsMinutes = 15*day - time.Hour
	keepsBlocks  = 63 * day
)

// chunkValues bounds the datapoints that are held at once: 64 MB.
const chunkValues = 8 << 20

// chunk is a span of the past that is read at once.
type chunk struct {
	workload.Window
	// period is that of the cluster's rates; details are read by five minutes, and are nil where minutes are gone: no one keeps
	// thousands of series for months.
	rates, details []*series
	period         time.Duration
	// bare leaves topics out of the samples: they are what the cluster's figures are made of, and no one keeps them for months.
	bare bool
}

// metrics is how many are requested for it.
func (c chunk) metrics() int { return len(c.rates) + len(c.details) }

// requests is how many metrics the chunks request together.
func requests(all []chunk) (n int) {
	for _, c := range all {
		n += c.metrics()
	}
	return n
}

// values is how many datapoints a time of it can have.
func (c chunk) values(d time.Duration) int {
	return len(c.rates)*int(d/c.period) + len(c.details)*int(d/block)
}

// chunks says what there is to read of a span, the newest first: the cluster at one minute as long as CloudWatch keeps them,
// with details, and at five minutes before. On Serverless the topics are the cluster.
func chunks(kind string, all []*series, now time.Time, span workload.Window) (out []chunk) {
	all = of(all, func(s *series) bool { return s.past })
	young := chunk{rates: all, period: minute}
	if kind != serverlessKind {
		young.rates = of(all, func(s *series) bool { return s.tier == rates })
		young.details = of(all, func(s *series) bool { return s.tier == details })
	}
	old := chunk{rates: young.rates, period: block, bare: true}
	from, to := ceil(latest(span.Start, now.Add(-keepsBlocks))), ceil(span.End)
	middle := ceil(latest(from, now.Add(-keepsMinutes)))
	out = young.divide(out, middle, to)
	return old.divide(out, from, earliest(middle, to))
}

// divide appends chunks like c that fill [from, to) from its end on: whole days, if one fits.
func (c chunk) divide(out []chunk, from, to time.Time) []chunk {
	if c.metrics() == 0 {
		return out
	}
	length := block
	if days := chunkValues / max(1, c.values(day)); days > 0 {
		length = time.Duration(days) * day
	} else if blocks := chunkValues / max(1, c.values(block)); blocks > 0 {
		length = time.Duration(blocks) * block
	}
	for to.After(from) {
		c.Window = workload.Window{Start: latest(from, to.Add(-length)), End: to}
		out = append(out, c)
		to = c.Start
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

// span is what the configuration has the first run read back.
func (s *Source) span(now time.Time) workload.Window {
	return workload.Window{Start: now.Add(-s.cfg.Backfill.Duration()), End: now}
}

// ReadBack hands over what CloudWatch keeps of the span, the newest first, each sample adjoining the one before: a minute each
// in the last 15 days, five minutes before, up to 63 days, only the cluster. What is kept by five minutes beside them (topics
// of Provisioned clusters, disks) follows the five minutes to which it belongs, in a sample over all of them. A minute about
// which nothing is known is a sample without figures. The minutes that Collect reads, old enough to be complete, are left to
// it. It ends with nil where CloudWatch's memory or the configured reach ends, and with the first error of emit. Called again
// with a span that ends where it was stopped, it continues from there; what that requests beyond the first announcement counts
// against the month's budget, and a spent one is a SpentError.
func (s *Source) ReadBack(ctx context.Context, span workload.Window, emit func(workload.Sample) error) error {
	cluster, now := s.Cluster(), s.now().UTC()
	if err := s.purse.open(ctx); err != nil {
		return err
	}
	span.Start, span.End = latest(span.Start, s.span(now).Start), earliest(span.End, s.begun(now).since)
	if span.Duration() <= 0 {
		return nil
	}
	all, err := listSeries(ctx, s.through(), cluster, s.cfg, s.meter, false)
	if err != nil {
		return fmt.Errorf("read back: %w", err)
	}
	s.purse.announce(requests(chunks(cluster.Kind, all, now, s.span(now))))
	for _, c := range chunks(cluster.Kind, all, now, span) {
		if err := s.readChunk(ctx, &cluster, c, func(one workload.Sample) error {
			// The last five minutes may be half read already, or half over.
			if one.Window.End.After(now) || one.Window.End.After(span.End) && one.Window.Duration() == c.period {
				return nil
			}
			return emit(one)
		}); err != nil {
			return fmt.Errorf("read back: %w", err)
		}
		s.log.Debug().Time("from", c.Start).Time("to", c.End).Int("metrics", c.metrics()).Msg("read CloudWatch back")
	}
	return nil
}

func (s *Source) readChunk(ctx context.Context, cluster *Cluster, c chunk, emit func(workload.Sample) error) error {
	rates, err := s.past(ctx, cluster, c.rates, c.Window, c.period)
	if err != nil {
		return err
	}
	details, err := s.past(ctx, cluster, c.details, c.Window, block)
	if err != nil {
		return err
	}
	if rates != nil {
		rates.bare = c.bare
	}
	perBlock := int(block / c.period)
	for b := int(c.Duration()/block) - 1; b >= 0; b-- {
		if err := ctx.Err(); err != nil {
			return err
		}
		for slot := (b+1)*perBlock - 1; slot >= b*perBlock && rates != nil; slot-- {
			if err := emit(rates.pastSample(slot)); err != nil {
				return err
			}
		}
		if details == nil {
			continue
		}
		if err := emit(details.pastSample(b)); err != nil {
			return err
		}
	}
	return nil
}

// past reads series of the past and makes them ready for samples; nil when there are none. The hour before the window comes
// with it, at no price, so that what is missing at its begin is known to be.
func (s *Source) past(ctx context.Context, cluster *Cluster, list []*series, w workload.Window, period time.Duration) (*assembly,
	error) {
	if len(list) == 0 {
		return nil, nil
	}
	keeps := keepsMinutes
	if period > minute {
		keeps = keepsBlocks
	}
	from := earliest(w.Start, latest(w.Start.Add(-habits), ceil(s.now().Add(-keeps))))
	g, err := s.reader(cluster.Name, true).read(ctx, list, from, w.End, period)
	if err != nil {
		return nil, err
	}
	g.fill(map[string]*memory{}, g.slots)
	a := newAssembly(cluster, g, &collector.Gaps{})
	a.first = int(w.Start.Sub(from) / period)
	return a, nil
}

// pastSample is the sample of a slot of the window, without what says nothing of the present.
func (a *assembly) pastSample(slot int) workload.Sample {
	a.gaps = &collector.Gaps{}
	sample := a.sample(a.first + slot)
	sample.Brokers, sample.Gaps = nil, a.gaps.List(sourceName)
	return sample
}
