package msk

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/collector"
	"github.com/mskfit/mskfit/internal/awsconf"
	"github.com/mskfit/mskfit/internal/workload"
)

// Source reads one cluster's metrics from CloudWatch, and now and then what the cluster is. Collect and CollectAll are for one
// goroutine at a time; ReadBack may run beside them, and the other methods at any time.
type Source struct {
	cfg     CloudWatch
	refresh time.Duration
	clients Clients
	log     zerolog.Logger
	now     func() time.Time
	meter   *meter

	// What Collect remembers between calls.
	memories  map[string]*memory
	known     map[int32]*workload.Broker
	tiers     [tiers]reading
	series    []*series
	listedAt  time.Time
	describe  time.Time         // when the control plane was last asked
	gapsOf    [tiers]*gaps      // of the last reading of each tier
	posture   *workload.Posture // fresh, to go out with the next sample
	announced string

	mu      sync.Mutex // guards the rest
	cluster Cluster
	plan    *Plan
}

// reading is how far a tier has been read.
type reading struct {
	// next is the first block that was not given out yet, to the end of what was asked for.
	next, to time.Time
}

var _ collector.Batch = (*Source)(nil)

// Option changes how a Source meets the world; tests use them.
type Option func(*Source)

// WithClock replaces time.Now.
func WithClock(now func() time.Time) Option { return func(s *Source) { s.now = now } }

// NewSource returns a source for a cluster that Discover found. It asks AWS nothing yet. The configuration must be valid.
func NewSource(cfg Config, cluster Cluster, clients Clients, log zerolog.Logger, opts ...Option) *Source {
	s := &Source{
		cfg: cfg.CloudWatch, refresh: cfg.Refresh, clients: clients, cluster: cluster, now: time.Now, meter: &meter{},
		log:      log.With().Str("component", "collector.msk").Str("cluster", cluster.Name).Logger(),
		memories: map[string]*memory{}, known: map[int32]*workload.Broker{}, gapsOf: [tiers]*gaps{newGaps(sourceName), newGaps(sourceName)},
	}
	for _, o := range opts {
		o(s)
	}
	s.describe = cluster.Posture.ReadAt
	s.posture = &cluster.Posture
	return s
}

// Cluster returns the cluster as it was last described.
func (s *Source) Cluster() Cluster {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.cluster
}

// Stats returns what observing has cost so far.
func (s *Source) Stats() Stats { return s.meter.stats() }

// MonthlyCost returns what a month of reading is expected to cost, in US dollars by a price that is not verified. It reports false
// until the metrics were listed once.
func (s *Source) MonthlyCost() (usd float64, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.plan == nil {
		return 0, false
	}
	return s.plan.MonthlyUSD, true
}

// Plan lists the cluster's metrics and says how often they are going to be read and what that costs. It requests no metric data.
func (s *Source) Plan(ctx context.Context) (Plan, error) {
	cluster := s.Cluster()
	recent, err := listSeries(ctx, s.clients, cluster, s.cfg, s.meter, true)
	if err != nil {
		return Plan{}, err
	}
	p, err := s.planOf(recent)
	if err != nil {
		return p, err
	}
	past, err := listSeries(ctx, s.clients, cluster, s.cfg, s.meter, false)
	if err != nil {
		return Plan{}, err
	}
	p.Backfill = s.cfg.Backfill.Duration()
	for _, c := range chunks(cluster.Kind, past, s.now(), s.span(s.now())) {
		p.BackfillMetrics += c.metrics()
	}
	p.BackfillUSD = price(float64(p.BackfillMetrics))
	return p, nil
}

func (s *Source) planOf(all []*series) (Plan, error) {
	n := len(of(all, func(x *series) bool { return x.tier == rates }))
	p, err := planFor(s.cfg, n, len(all)-n)
	if err != nil {
		return p, fmt.Errorf("cloudwatch of cluster %s: %w", s.Cluster().Name, err)
	}
	return p, nil
}

// Collect reads what has become known since the last call and returns its means as one sample, or a sample without figures
// when that is nothing yet; the window is the one that was really read. CollectAll keeps the minutes apart.
func (s *Source) Collect(ctx context.Context, _ workload.Window) (workload.Sample, error) {
	samples, err := s.read(ctx, true)
	if err != nil || len(samples) > 0 {
		return last(samples), err
	}
	now := s.now().UTC()
	return workload.Sample{Source: sourceName, Cluster: s.Cluster().Name, Window: workload.Window{Start: now, End: now}, Gaps: s.gaps()}, nil
}

func last(samples []workload.Sample) workload.Sample {
	if len(samples) == 0 {
		return workload.Sample{Source: sourceName}
	}
	return samples[len(samples)-1]
}

// CollectAll returns a sample for every minute that has become known since the last call, oldest first: none is no error. The
// first call reads an hour back. Rates come a few minutes late, details as late as their interval; the windows of both
// overlap, and no figure comes twice for one minute. The error is for a reading of which nothing came.
func (s *Source) CollectAll(ctx context.Context) ([]workload.Sample, error) {
	return s.read(ctx, false)
}

func (s *Source) read(ctx context.Context, asOne bool) ([]workload.Sample, error) {
	now := s.now().UTC()
	if err := s.describeWhenDue(ctx, now); err != nil {
		return nil, err
	}
	if err := s.listWhenDue(ctx, now); err != nil {
		return nil, err
	}
	var out []workload.Sample
	for _, due := range s.due(now) {
		samples, err := s.readTiers(ctx, due, now, asOne)
		if err != nil {
			return out, err
		}
		out = append(out, samples...)
	}
	gaps := s.gaps()
	cluster := s.Cluster()
	for i := range out {
		out[i].Gaps, out[i].MSK, out[i].Posture = gaps, &cluster.MSKCluster, s.posture
	}
	if len(out) > 0 {
		s.posture = nil
	}
	return out, nil
}

// listWhenDue finds the metrics again every hour: topics come and go.
func (s *Source) listWhenDue(ctx context.Context, now time.Time) error {
	if !s.listedAt.IsZero() && now.Sub(s.listedAt) < time.Hour && !now.Before(s.listedAt) {
		return nil
	}
	all, err := listSeries(ctx, s.clients, s.Cluster(), s.cfg, s.meter, true)
	if err != nil {
		if s.series == nil {
			return err
		}
		s.log.Warn().Err(err).Msg("metrics could not be listed again; the known ones are read")
		return nil
	}
	plan, err := s.planOf(all)
	if err != nil {
		return err
	}
	s.series, s.listedAt = all, now
	s.mu.Lock()
	s.plan = &plan
	s.mu.Unlock()
	if text := plan.String(); text != s.announced {
		s.announced = text
		s.log.Info().Int("rates", plan.Rates.Metrics).Dur("interval", plan.Rates.Interval).Int("details", plan.Details.Metrics).
			Dur("detail_interval", plan.Details.Interval).Float64("monthly_usd", plan.MonthlyUSD).Msg("reading CloudWatch")
	}
	return nil
}

// describeWhenDue asks again what the cluster is. A cluster that is gone is an error; one that cannot be described stays as it was.
func (s *Source) describeWhenDue(ctx context.Context, now time.Time) error {
	if age := now.Sub(s.describe); age >= 0 && age < s.refresh {
		return nil
	}
	fresh, err := Describe(ctx, s.clients, s.Cluster().ARN, now)
	switch {
	case awsconf.KindOf(err) == awsconf.NotFound:
		return fmt.Errorf("cluster %s is gone: %w", s.Cluster().Name, err)
	case err != nil:
		s.log.Warn().Err(err).Msg("the cluster could not be described again; what is known is used")
		return nil
	}
	s.describe = now
	s.posture = &fresh.Posture
	s.mu.Lock()
	if !slices.Equal(s.cluster.Nodes, fresh.Nodes) {
		s.known = map[int32]*workload.Broker{}
	}
	s.cluster = fresh
	s.mu.Unlock()
	return nil
}

// gaps are all that hold at present: of the control plane, of the kind of cluster, and of the last readings.
func (s *Source) gaps() []workload.Gap {
	cluster := s.Cluster()
	out := slices.Clone(cluster.Gaps)
	out = append(out, notPublished(&cluster)...)
	all := newGaps(sourceName)
	for _, g := range s.gapsOf {
		for key, names := range g.all {
			all.all[key] = append(all.all[key], names...)
		}
	}
	return append(out, all.list()...)
}
