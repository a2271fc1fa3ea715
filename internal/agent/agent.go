package agent

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/rs/zerolog"
	"golang.org/x/sync/errgroup"

	"github.com/mskfit/mskfit/analyzer"
	"github.com/mskfit/mskfit/analyzer/drift"
	"github.com/mskfit/mskfit/collector"
	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// Cluster is one cluster to watch.
type Cluster struct {
	// Name is unique among the agent's clusters; history and ledger keep data under it.
	Name string
	// Region is the AWS region of the target cluster; empty: not declared.
	Region string
	// Sources by the name that figures and gaps carry.
	Sources []NamedSource
	// Requirements are what the owner declared; nil fields were not.
	Requirements workload.Requirements
	// Limits replace quotas in alerts, by id and in base units; nil: none.
	Limits map[string]float64
	// Review compares the cluster with the verdict that it was migrated on; nil: it was not migrated.
	Review Review
	// Remote is set for a cluster that another replica works on: it has no sources here, and what is known of it comes from history
	// and ledger.
	Remote bool
}

// Review compares a cluster with an earlier verdict. The input is what its present verdict is made from.
type Review func(ctx context.Context, in analyzer.Input) (*verdict.Review, error)

// NamedSource is one collector of a cluster.
type NamedSource struct {
	// Name is the collector's: "kafka", "cloudwatch", "prometheus".
	Name string
	// Source reads one window of the cluster.
	Source collector.Source
	// Past reads back what was before; nil for a source that cannot. Reach is how far.
	Past Past
	// Reach is 0 where Past is nil.
	Reach time.Duration
	// Late is how old its newest figures may be; nil: they are those of the present.
	Late func() time.Duration
}

// Past reads back what flowed through a cluster while no one watched.
type Past interface {
	// ReadBack hands over samples of the part of the span that b does not say is done, in any order, but so that what was read
	// before an interruption need not be read again: emit's reached says how far it has come. It ends early, with nil, where
	// the source's memory ends. An error of emit ends it. It runs beside the Source's Collect.
	ReadBack(ctx context.Context, b Backfill, emit func(s workload.Sample, reached Progress) error) error
}

// History keeps samples and gives workloads back.
type History interface {
	Append(ctx context.Context, s workload.Sample) error
	// Workload rolls up what is known of the cluster in the window. A cluster without data is an empty Workload.
	Workload(ctx context.Context, cluster string, w workload.Window) (workload.Workload, error)
	// NoteGaps keeps gaps that were met at an instant and belong to no sample.
	NoteGaps(ctx context.Context, cluster string, at time.Time, gaps []workload.Gap) error
	// LastSeen returns the end of the newest window of the source; zero when there is none.
	LastSeen(ctx context.Context, cluster, source string) (time.Time, error)
}

// Ledger keeps what must survive a restart.
type Ledger interface {
	SaveVerdict(ctx context.Context, v verdict.Verdict) error
	// LatestVerdict returns the last one on the cluster; false when there is none.
	LatestVerdict(ctx context.Context, cluster string) (verdict.Verdict, bool, error)
	DriftState(ctx context.Context, cluster string) (drift.State, error)
	// Backfilled returns how far reading back has come; the zero value when it has not begun.
	Backfilled(ctx context.Context, cluster, source string) (Backfill, error)
	SaveBackfill(ctx context.Context, cluster, source string, b Backfill) error
}

// Notifier takes drift onwards. It stores the state and what has to be sent about the events in one transaction. v is what
// analyzer.Present says: the verdict seen at present.
type Notifier interface {
	Notify(ctx context.Context, v verdict.Verdict, state drift.State, events []drift.Event) error
}

// Reporter writes a verdict where people read it.
type Reporter interface {
	Report(ctx context.Context, verdicts []verdict.Verdict, now time.Time) error
}

// Observer gets what happens, for the metrics. Its methods must not block.
type Observer interface {
	Collected(cluster, source string, s workload.Sample, took time.Duration, err error)
	Backfilled(cluster, source string, b Backfill)
	Decided(v verdict.Verdict, state drift.State)
	RunDone(r Run)
}

// Deps are what an Agent works with.
type Deps struct {
	// Catalog holds quotas and prices; required.
	Catalog *catalog.Catalog
	// History keeps samples; required.
	History History
	// Ledger keeps verdicts and drift states; required.
	Ledger Ledger
	// Notifier turns drift into messages.
	Notifier Notifier
	// Reporter writes scheduled reports.
	Reporter Reporter
	// Observer counts for the metrics; its methods must not block.
	Observer Observer
	// Log gets one line for each failure, and one when it is over.
	Log zerolog.Logger
	// Now is the clock.
	Now func() time.Time
	// Previous is an agent that has ended and whose clusters of the same name are watched on; nil: none. What was known of
	// them stays known.
	Previous *Agent
	// Continue is set when only other clusters have come and gone since Previous: those that stay go on without a first turn.
	Continue bool
}

// Agent watches clusters. It is safe for concurrent use.
type Agent struct {
	cfg      Config
	deps     Deps
	clusters []*watched
	byName   map[string]*watched
	failures failures
	// deciding holds a place for each decision that is made at present.
	deciding chan struct{}
}

// New returns an agent for the clusters. It starts nothing.
func New(cfg Config, clusters []Cluster, deps Deps) (*Agent, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	a := &Agent{cfg: cfg, deps: deps, byName: map[string]*watched{},
		deciding: make(chan struct{}, cfg.Parallel)}
	a.deps.Previous = nil
	for _, c := range clusters {
		if a.byName[c.Name] != nil {
			return nil, fmt.Errorf("cluster %q is listed twice", c.Name)
		}
		before := deps.Previous.find(c.Name)
		if before != nil && before.Remote != c.Remote { // what was known of it here is old: the ledger knows better
			before = nil
		}
		w := newWatched(c, before)
		w.continues = before != nil && deps.Continue
		a.clusters, a.byName[c.Name] = append(a.clusters, w), w
	}
	return a, nil
}

// find returns the cluster of the name, or nil.
func (a *Agent) find(name string) *watched {
	if a == nil {
		return nil
	}
	return a.byName[name]
}

// here are the clusters that this process works on.
func (a *Agent) here() []*watched {
	return slices.DeleteFunc(slices.Clone(a.clusters), func(c *watched) bool { return c.Remote })
}

// RunOnce collects every cluster twice, a collect interval apart, so that there is a rate, and reads back what was before;
// then it decides and reports. The error joins what failed, cluster by cluster; what could be done is done.
func (a *Agent) RunOnce(ctx context.Context) error {
	begun := a.deps.Now()
	a.restore(ctx)
	errs := []error{a.everyCluster(ctx, JobCollect, a.collect), a.everyCluster(ctx, JobBackfill, a.backfill)}
	if err := sleep(ctx, a.cfg.OnceInterval-a.deps.Now().Sub(begun)); err != nil {
		return errors.Join(append(errs, err)...)
	}
	errs = append(errs, a.everyCluster(ctx, JobCollect, a.collect), a.everyCluster(ctx, JobAnalyze, a.analyze),
		a.run(ctx, JobReport, "", a.cfg.JobTimeout, a.report))
	return errors.Join(errs...)
}

// everyCluster runs the job for all clusters, a few at a time, and joins the errors in the clusters' order.
func (a *Agent) everyCluster(ctx context.Context, job Job, do func(context.Context, *watched) error) error {
	all := a.here()
	errs := make([]error, len(all))
	var group errgroup.Group
	group.SetLimit(a.cfg.Parallel)
	for i, c := range all {
		group.Go(func() error {
			errs[i] = a.run(ctx, job, c.Name, a.cfg.JobTimeout, func(ctx context.Context) error { return do(ctx, c) })
			return nil
		})
	}
	_ = group.Wait() // the functions return nil: a cluster fails on its own
	return errors.Join(errs...)
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return ctx.Err()
	}
}
