package msk

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/collector"
	"github.com/mskfit/mskfit/internal/workload"
)

// The sources that samples and gaps of this package name.
const (
	controlPlane = "msk"
	sourceName   = "cloudwatch"
)

// Source reads one cluster's metrics from CloudWatch, and now and then what the cluster is. Collect and CollectAll are for one
// goroutine at a time; ReadBack may run beside them, and the other methods at any time.
type Source struct {
	cfg     CloudWatch
	refresh time.Duration
	log     zerolog.Logger
	now     func() time.Time
	meter   *meter

	// What Collect remembers between calls.
	memories  map[string]*memory
	known     map[int32]*workload.Broker
	tiers     [tiers]reading
	series    []*series
	listedAt  time.Time
	describe  time.Time              // when the control plane was last asked
	gapsOf    [tiers]*collector.Gaps // of the last reading of each tier
	posture   *workload.Posture      // fresh, to go out with the next sample
	announced string
	nameless  bool // lag is published without the cluster's name
	// fetching is what is under way for each tier; warm is true when its series' habits are remembered; owed are its blocks with
	// guesses.
	fetching [tiers]*fetch
	warm     [tiers]bool
	owed     [tiers][]owed
	// logged are the control plane's gaps that are in the log.
	logged []workload.Gap
	// spentLogged is the end of the month whose spent budget was logged.
	spentLogged time.Time
	// as is the cluster's name in history; accounts keeps the purse's account, or is nil.
	as       string
	accounts Accounts
	purse    *purse

	mu      sync.Mutex // guards the rest
	clients Clients
	cluster Cluster
	plan    *Plan
	start   *start // nil until it is known
}

// reading is how far a tier has been read.
type reading struct {
	// next is the first block that was not given out yet, to the end of what was asked for.
	next, to time.Time
}

var (
	_ collector.Batch     = (*Source)(nil)
	_ collector.Resumable = (*Source)(nil)
)

// Option changes how a Source meets the world; tests use them.
type Option func(*Source)

// WithClock replaces time.Now.
func WithClock(now func() time.Time) Option { return func(s *Source) { s.now = now } }

// WithAccounts has the source keep what it has cost and how far it has come under the cluster's ARN. name is what the cluster
// is called in history: progress counts for what was kept under that name.
func WithAccounts(accounts Accounts, name string) Option {
	return func(s *Source) { s.accounts, s.as = accounts, name }
}

// NewSource returns a source for a cluster that Discover found. It asks AWS nothing yet. The configuration must be valid.
func NewSource(cfg Config, cluster Cluster, clients Clients, log zerolog.Logger, opts ...Option) *Source {
	s := &Source{
		cfg: cfg.CloudWatch, refresh: cfg.Refresh, clients: clients, cluster: cluster, now: time.Now, meter: &meter{},
		log:      log.With().Str("component", "collector.msk").Str("cluster", cluster.Name).Logger(),
		memories: map[string]*memory{}, known: map[int32]*workload.Broker{}, gapsOf: [tiers]*collector.Gaps{{}, {}},
	}
	for _, o := range opts {
		o(s)
	}
	s.purse = &purse{accounts: s.accounts, arn: cluster.ARN, budget: s.cfg.MonthlyBudget, now: s.now, log: s.log}
	s.describe = cluster.Posture.ReadAt
	s.posture = &cluster.Posture
	s.logGaps(cluster.Gaps)
	return s
}

// Cluster returns the cluster as it was last described.
func (s *Source) Cluster() Cluster {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.cluster
}

// Use has the source ask through other clients from now on: those whose credentials were renewed. What it remembers stays.
func (s *Source) Use(c Clients) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clients = c
}

func (s *Source) through() Clients {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.clients
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

// Late is how old the newest minute of the cluster's rates may be.
func (s *Source) Late() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	cfg := s.cfg
	if s.plan != nil {
		cfg.Interval = s.plan.Rates.Interval
	}
	return cfg.Oldest()
}

// Budget is what a month of reading may cost, in US dollars.
func (s *Source) Budget() float64 { return s.cfg.MonthlyBudget }

// Plan lists the cluster's metrics and says how often they are going to be read and what that costs. It requests no metric data.
func (s *Source) Plan(ctx context.Context) (Plan, error) {
	cluster := s.Cluster()
	recent, err := listSeries(ctx, s.through(), cluster, s.cfg, s.meter, true)
	if err != nil {
		return Plan{}, err
	}
	p, err := s.planOf(recent)
	if err != nil {
		return p, err
	}
	past, err := listSeries(ctx, s.through(), cluster, s.cfg, s.meter, false)
	if err != nil {
		return Plan{}, err
	}
	p.Backfill = s.cfg.Backfill.Duration()
	p.BackfillMetrics = requests(chunks(cluster.Kind, past, s.now(), s.span(s.now())))
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

// Collect reads what has become known since the last call and returns its means as one sample. When that is nothing yet, the sample
// has no figures, says what the cluster is, and is of the instant up to which all is known. The window is the one that was
// really read, whatever is asked for. CollectAll keeps the minutes apart.
func (s *Source) Collect(ctx context.Context, _ workload.Window) (workload.Sample, error) {
	samples, err := s.read(ctx, true)
	switch {
	case err != nil:
		return workload.Sample{Source: sourceName, Cluster: s.Cluster().Name}, err
	case len(samples) > 0:
		return collector.Merge(samples...), nil // rates and details
	}
	upTo := s.tiers[rates].next // an instant after that would make what comes next look like the past
	cluster := s.Cluster()
	out := workload.Sample{Source: sourceName, Cluster: cluster.Name, Window: workload.Window{Start: upTo, End: upTo},
		Gaps: s.gaps(),
		MSK:  &cluster.MSKCluster, Posture: s.posture}
	s.posture = nil
	return out, nil
}

// CollectAll returns a sample for every minute that has become known since the last call, oldest first: none is no error. The
// first call reads an hour back. Rates come a few minutes late, details as late as their interval; the windows of both
// overlap, and no figure comes twice for one minute. The error is for a reading that returned nothing.
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
	if err := s.purse.open(ctx); err != nil {
		return nil, err
	}
	if s.tiers[rates].next.IsZero() {
		s.tiers = s.begun(now).tiers
	}
	var out []workload.Sample
	var errs []error
	for _, due := range s.due(now) {
		samples, err := s.readTiers(ctx, due, now, asOne)
		if err != nil {
			s.noteFailure(due, err)
			errs = append(errs, err)
		}
		out = append(out, samples...)
	}
	if len(out) == 0 {
		return nil, errors.Join(dedupe(errs)...)
	}
	gaps := s.gaps()
	cluster := s.Cluster()
	for i := range out {
		out[i].Gaps, out[i].MSK, out[i].Posture = append(out[i].Gaps, gaps...), &cluster.MSKCluster, s.posture
	}
	s.posture = nil
	return out, nil
}
