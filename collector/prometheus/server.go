package prometheus

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/mskfit/mskfit/collector"
	"github.com/mskfit/mskfit/internal/promclient"
	"github.com/mskfit/mskfit/internal/workload"
)

// sourceName is the source that gaps and samples of a server name.
const sourceName = "prometheus"

// ServerSource asks a Prometheus-compatible server. Collect and ReadBack may run beside each other.
type ServerSource struct {
	cfg        Config
	client     *promclient.Client
	url, host  string
	limit      int64 // of an answer, in bytes
	candidates []names
	match      *selector
	topics     *regexp.Regexp
	// habits is what the server's series look like, good until an hour later.
	habits *habits
}

var _ collector.Source = (*ServerSource)(nil)

// NewServerSource returns a source of the server that the configuration names; nothing is asked yet.
func NewServerSource(cfg Config) (*ServerSource, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	client, err := promclient.New(cfg.Config)
	if err != nil {
		return nil, err
	}
	s := &ServerSource{cfg: cfg, client: client, url: strings.TrimSuffix(cfg.URL, "/"), topics: topicPattern(cfg.Topics),
		limit: answerLimit}
	if u, err := url.Parse(cfg.URL); err == nil {
		s.host = u.Host
	}
	if s.match, err = parseSelector(cfg.Match); err != nil {
		return nil, err
	}
	s.candidates, err = compileAll(cfg.Metrics)
	return s, err
}

// Close lets go of idle connections.
func (s *ServerSource) Close() { s.client.Close() }

// Collect asks for the window's rates. What one question does not answer is a gap; it is an error when none is answered.
func (s *ServerSource) Collect(ctx context.Context, w workload.Window) (workload.Sample, error) {
	none := workload.Sample{Source: sourceName}
	if w.Duration() <= 0 {
		return none, fmt.Errorf("query %s: the window from %s to %s is empty", s.host, w.Start.Format(time.RFC3339),
			w.End.Format(time.RFC3339))
	}
	w = workload.Window{Start: w.Start.Add(-s.cfg.Delay).UTC(), End: w.End.Add(-s.cfg.Delay).UTC()}
	if s.habits == nil || w.End.Sub(s.habits.at) > time.Hour || w.End.Before(s.habits.at) {
		h, err := s.readHabits(ctx, w.End)
		if err != nil {
			return none, err
		}
		s.habits = h
	}
	h := s.habits
	r := newReading(sourceName, h.how(w.Duration()), h.names, w)
	err := s.askAll(ctx, s.questions(h, h.span(w.Duration())),
		func(q question, expr string) ([]series, error) { return s.instant(ctx, expr, w.End) },
		func(q question, all []series, err error) {
			if err != nil {
				r.failed[q.quantity] = err.Error()
				return
			}
			for _, one := range all {
				for _, p := range one.Values {
					h.take(r, q, one.Metric, p.v)
				}
			}
		})
	if err != nil {
		return none, err
	}
	if len(r.brokers[h.names.first()]) == 0 && len(r.topics[h.names.first()]) == 0 {
		s.habits = nil // perhaps the exporter was changed
	}
	if err := s.expect(ctx, h, r); err != nil {
		r.gaps.Add("brokers that are missing", err.Error(), effectMissing, rates...)
		r.unseen = max(r.unseen, 1)
	}
	return r.sample(), nil
}

// span is how far a rate of a window looks back: one scrape more than the window is long, so that what was counted between
// its scrapes covers as much time as the window and each scrape belongs to one window. It holds two scrapes at least.
func (h *habits) span(window time.Duration) time.Duration {
	return max(window+h.interval, 2*h.interval+h.interval/5).Round(time.Millisecond)
}

func (h *habits) how(window time.Duration) string {
	return fmt.Sprintf("%s: rate over %s", sourceName, (h.span(window) - h.interval).Round(time.Second))
}

// take puts one value of an answer into its place.
func (h *habits) take(r *reading, q question, metric map[string]string, v float64) {
	if !(v >= 0) {
		return // NaN is nothing
	}
	a := within(v, h.blur(r.window.Duration()))
	switch q.kind {
	case ofTopics:
		r.topics[q.quantity][metric[h.names.TopicLabel]] = a
	case ofBrokers:
		if q.quantity.gauge() {
			a = within(v, 0)
		}
		r.brokers[q.quantity][metric[h.names.BrokerLabel]] = a
	case ofRestarts:
		if v > 0 {
			r.anew[metric[h.names.BrokerLabel]] = true
		}
	}
}

// blur is the error of a rate: a scrape's counters are read at some instant of the scrape, at both ends.
func (h *habits) blur(window time.Duration) float64 {
	return min(1, 2*h.scrape.Seconds()/window.Seconds())
}

// expect finds the brokers that should have reported something: those seen within the last hour, and those of their job that
// the server cannot reach.
func (s *ServerSource) expect(ctx context.Context, h *habits, r *reading) error {
	if h.names.whole {
		return nil
	}
	first := h.names.first()
	seen, err := s.instant(ctx, h.seen(s.match), r.window.End)
	if err != nil {
		return err
	}
	down, err := s.instant(ctx, "up{"+s.match.list()+"} == 0", r.window.End)
	if err != nil {
		return err
	}
	var jobs []string
	for _, one := range seen {
		jobs = append(jobs, one.Metric["job"])
		r.expectBroker(first, one.Metric[h.names.BrokerLabel], "it has no values in the window, but had some within the last hour")
	}
	for _, one := range down {
		if slices.Contains(jobs, one.Metric["job"]) {
			r.expectBroker(first, one.Metric[h.names.BrokerLabel], "the server cannot reach it (up is 0)")
		}
	}
	r.expectNumber(first, s.cfg.Brokers)
	return nil
}

func (r *reading) expectBroker(first quantity, name, why string) {
	if _, known := r.brokers[first][name]; !known && name != "" {
		r.missing[name] = why
	}
}

// expectNumber compares with how many brokers there are. Series without the label by which brokers are distinguished are a sum
// already.
func (r *reading) expectNumber(first quantity, brokers int) {
	if _, summed := r.brokers[first][""]; summed {
		r.gaps.Add("which brokers there are", "the series have no label "+r.names.BrokerLabel+": set metrics.broker_label",
			"a missing broker goes unnoticed")
		return
	}
	r.unseen = max(0, brokers-len(r.brokers[first])-len(r.missing))
}

// errAll is for a window in which no query was answered.
var errAll = errors.New("no query was answered")

// Ping asks whether the server answers and knows the cluster; at is the present. Its error says what to fix.
func (s *ServerSource) Ping(ctx context.Context, at time.Time) error {
	_, err := s.readHabits(ctx, at)
	return err
}
