package prometheus

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
)

const (
	// piece is how much of the past is read at once: with a thousand topics, a quarter of a million values a question.
	piece = 4 * time.Hour
	// censusPiece is how much of the past is searched for brokers at once.
	censusPiece = 14 * 24 * time.Hour
	// coarse is the length of windows where brokers are read less often than every minute.
	coarse = 5 * time.Minute
)

// ReadBack hands over samples of the span, the newest first, each adjoining the one before: minutes, or five of them where the
// server reads brokers less often. A span about which nothing is known is one sample without figures. It ends with nil where the
// server's memory ends, or the span, and with the first error of emit. Called again with a span that ends where it was stopped,
// it continues from there.
func (s *ServerSource) ReadBack(ctx context.Context, span workload.Window, emit func(workload.Sample) error) error {
	if span.Duration() <= 0 {
		return nil
	}
	h, err := s.readHabitsBack(ctx, span)
	if err != nil || h == nil {
		return err
	}
	c, err := s.census(ctx, h, span)
	if err != nil {
		return err
	}
	step := time.Minute
	if h.interval > step {
		step = coarse
	}
	for end := span.End; end.After(span.Start) && end.After(c.oldest); {
		start := end.Add(-time.Nanosecond).Truncate(piece)
		if start.Before(span.Start) {
			start = span.Start
		}
		if err := s.readPiece(ctx, h, c, workload.Window{Start: start, End: end}, step, emit); err != nil {
			return err
		}
		end = start
	}
	return nil
}

// readHabitsBack looks for habits where the span ends, and then ever earlier: a server may have lost sight of the cluster. Nil
// without an error: there is nothing in the span.
func (s *ServerSource) readHabitsBack(ctx context.Context, span workload.Window) (*habits, error) {
	for back := time.Duration(0); ; back = max(10*time.Minute, 2*back) {
		at := span.End.Add(-back)
		if at.Before(span.Start) {
			return nil, nil
		}
		h, err := s.readHabits(ctx, at)
		if err == nil || !errors.Is(err, errNoSeries) {
			return h, err
		}
	}
}

// census is when each broker reported something.
type census struct {
	first, last map[string]time.Time
	oldest      time.Time
}

// census searches the span by the hour, from its end to the first piece without any broker after one that had some.
func (s *ServerSource) census(ctx context.Context, h *habits, span workload.Window) (census, error) {
	c := census{first: map[string]time.Time{}, last: map[string]time.Time{}, oldest: span.End}
	for end := span.End; end.After(span.Start); end = end.Add(-censusPiece) {
		from := end.Add(-censusPiece).Truncate(time.Hour)
		if from.Before(span.Start) {
			from = span.Start.Truncate(time.Hour)
		}
		all, err := s.ranged(ctx, h.seen(s.match), from.Add(time.Hour), end.Add(time.Hour), time.Hour)
		if err != nil {
			return c, err
		}
		for _, one := range all {
			name := one.Metric[h.names.BrokerLabel]
			for _, p := range one.Values {
				c.note(name, p.at.Add(-time.Hour), p.at)
			}
		}
		if len(all) == 0 && len(c.first) > 0 {
			break
		}
	}
	return c, nil
}

func (c *census) note(name string, from, to time.Time) {
	if old, known := c.first[name]; !known || from.Before(old) {
		c.first[name] = from
	}
	if to.After(c.last[name]) {
		c.last[name] = to
	}
	if from.Before(c.oldest) {
		c.oldest = from
	}
}

// expect notes the brokers that reported nothing in a window between the first and the last hour in which they did.
func (c *census) expect(first quantity, r *reading, brokers int) {
	for name, from := range c.first {
		// In its first and its last hour it may have come or gone: then a sample of it before or after is not missed.
		if r.window.Start.Before(from.Add(time.Hour)) || r.window.End.After(c.last[name].Add(-time.Hour)) {
			continue
		}
		r.expectBroker(first, name, "it has no values in the window, but has some before and after")
	}
	r.expectNumber(first, brokers)
}

// readPiece reads a piece and hands its windows over, the newest first.
func (s *ServerSource) readPiece(ctx context.Context, h *habits, c census, p workload.Window, step time.Duration,
	emit func(workload.Sample) error) error {
	readings := windowsOf(h, p, step)
	oldest := readings[len(readings)-1].window.End
	var failed error // a part of the past that is passed over would never be asked for again
	err := s.askAll(ctx, s.questions(h, h.span(step)), func(_ question, expr string) ([]series, error) {
		return s.ranged(ctx, expr, oldest, p.End, step)
	}, func(q question, all []series, err error) {
		if err != nil {
			failed = err
			return
		}
		for _, one := range all {
			for _, v := range one.Values {
				// The points lie whole steps before the end.
				if i := int((p.End.Sub(v.at) + step/2) / step); i >= 0 && i < len(readings) {
					h.take(readings[i], q, one.Metric, v.v)
				}
			}
		}
	})
	if err := cmp.Or(err, failed); err != nil {
		return err
	}
	for _, r := range readings {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := emit(c.sample(h, r, s.cfg.Brokers)); err != nil {
			return err
		}
	}
	return nil
}

// sample makes a sample of the past; where no broker reported anything it has no figures.
func (c *census) sample(h *habits, r *reading, brokers int) workload.Sample {
	first := h.names.first()
	if len(r.brokers[first]) == 0 && len(r.topics[first]) == 0 {
		r.gaps.Add("all rates", "the server has no values for that time", "everything about that time is unknown", rates...)
		return workload.Sample{Source: sourceName, Window: r.window, Gaps: r.gaps.List(r.source)}
	}
	if !h.names.whole {
		c.expect(first, r, brokers)
	}
	return r.sample()
}

// windowsOf divides a piece into steps from its end backwards; the first may be shorter.
func windowsOf(h *habits, p workload.Window, step time.Duration) []*reading {
	var all []*reading
	for end := p.End; end.After(p.Start); end = end.Add(-step) {
		start := end.Add(-step)
		if start.Before(p.Start) {
			start = p.Start
		}
		all = append(all, newReading(sourceName, h.how(step), h.names, workload.Window{Start: start.UTC(), End: end.UTC()}))
	}
	return all
}
