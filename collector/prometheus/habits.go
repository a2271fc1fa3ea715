package prometheus

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// habits are what was found out about a server: how the series are called and how often they are read.
type habits struct {
	at       time.Time
	names    *names
	interval time.Duration // between two scrapes
	scrape   time.Duration // how long one takes at most
}

// A server's habits where they cannot be found out.
const (
	likelyInterval = time.Minute // Prometheus's own default
	likelyScrape   = 200 * time.Millisecond
)

// readHabits reads the ten minutes before a time.
func (s *ServerSource) readHabits(ctx context.Context, at time.Time) (*habits, error) {
	h := &habits{at: at, interval: s.cfg.ScrapeInterval}
	var errs []error
	jobs := map[string]bool{}
	for i := range s.candidates {
		n := &s.candidates[i]
		all, err := s.instant(ctx, n.of[n.first()].promQL(s.match.list(), n.totalMatcher())+"[10m]", at)
		if err != nil {
			errs = append(errs, err)
			break // the next question would fare no better
		}
		if len(all) > 0 {
			h.names = n
			for _, one := range all {
				jobs[one.Metric["job"]] = true
			}
			if h.interval == 0 {
				h.interval = spacing(all)
			}
			break
		}
	}
	if h.names == nil {
		return nil, fmt.Errorf("query %s: %w", s.host, errors.Join(append(errs, s.nothingFound(errs))...))
	}
	h.scrape = s.scrapeDuration(ctx, at, jobs)
	return h, nil
}

// nothingFound says how to fix it.
func (s *ServerSource) nothingFound(errs []error) error {
	if len(errs) > 0 {
		return nil
	}
	tried := &s.candidates[0]
	return fmt.Errorf("%w in the last ten minutes: searched for %s; check match, and set the metric names in metrics", errNoSeries,
		short(tried.of[tried.first()].promQL(s.match.list(), tried.totalMatcher())))
}

// totalMatcher leaves out the parts of topics; where the exporter has no totals, nothing.
func (n *names) totalMatcher() string {
	if n.whole {
		return ""
	}
	return n.TopicLabel + `=""`
}

// seen counts the values of each broker within an hour.
func (h *habits) seen(match *selector) string {
	by := h.names.BrokerLabel
	if by != "job" {
		by += ", job"
	}
	return fmt.Sprintf("count by (%s) (count_over_time(%s[1h]))", by,
		h.names.of[h.names.first()].promQL(match.list(), h.names.totalMatcher()))
}

// spacing is the median time between two values, of the series in which it is longest.
func spacing(all []series) time.Duration {
	longest := time.Duration(0)
	for _, one := range all {
		var steps []time.Duration
		for i := 1; i < len(one.Values); i++ {
			steps = append(steps, one.Values[i].at.Sub(one.Values[i-1].at))
		}
		if len(steps) > 0 {
			slices.Sort(steps)
			longest = max(longest, steps[len(steps)/2])
		}
	}
	if longest <= 0 || longest > 10*time.Minute {
		return likelyInterval
	}
	return longest
}

// scrapeDuration is how long reading a page of the jobs took at most. Servers that are written to do not know it.
func (s *ServerSource) scrapeDuration(ctx context.Context, at time.Time, jobs map[string]bool) time.Duration {
	all, err := s.instant(ctx, "max by (job) (max_over_time(scrape_duration_seconds{"+s.match.list()+"}[10m]))", at)
	longest := time.Duration(0)
	if err == nil {
		for _, one := range all {
			for _, p := range one.Values {
				if !jobs[one.Metric["job"]] {
					continue
				}
				longest = max(longest, time.Duration(p.v*float64(time.Second)))
			}
		}
	}
	if longest <= 0 {
		return likelyScrape
	}
	return min(longest, 10*time.Second)
}
