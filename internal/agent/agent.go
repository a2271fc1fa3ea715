package agent

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/rs/zerolog"
	"golang.org/x/sync/errgroup"

	"github.com/mskfit/mskfit/analyzer"
	"github.com/mskfit/mskfit/collector"
	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/workload"
)

// Cluster is one cluster to watch.
type Cluster struct {
	Name   string
	Region string
	// Sources by the name that figures and gaps carry.
	Sources      []NamedSource
	Requirements workload.Requirements
}

// NamedSource is one collector of a cluster.
type NamedSource struct {
	Name   string
	Source collector.Source
}

// History keeps samples and gives workloads back.
type History interface {
	Append(ctx context.Context, s workload.Sample) error
	// Workload rolls up what is known of the cluster in the window. A cluster without data is an empty Workload.
	Workload(ctx context.Context, cluster string, w workload.Window) (workload.Workload, error)
}

// Ledger keeps what must survive a restart.
type Ledger interface {
	SaveVerdict(ctx context.Context, v analyzer.Verdict) error
	DriftState(ctx context.Context, cluster string) (analyzer.DriftState, error)
	RecordRun(ctx context.Context, r Run) error
}

// Notifier takes drift onwards. It stores the state and what is to be told of the events in one transaction.
type Notifier interface {
	Notify(ctx context.Context, v analyzer.Verdict, state analyzer.DriftState, events []analyzer.Event) error
}

// Reporter writes a verdict where people read it.
type Reporter interface {
	Report(ctx context.Context, verdicts []analyzer.Verdict, now time.Time) error
}

// Observer is told what happens, for the metrics. Its methods must not block.
type Observer interface {
	Collected(cluster, source string, s workload.Sample, took time.Duration, err error)
	Decided(v analyzer.Verdict, state analyzer.DriftState)
	RunDone(r Run)
}

// Deps are what an Agent works with.
type Deps struct {
	Catalog  *catalog.Catalog
	History  History
	Ledger   Ledger
	Notifier Notifier
	Reporter Reporter
	Observer Observer
	Log      zerolog.Logger
	// Now is the clock.
	Now func() time.Time
}

// Agent watches clusters. It is safe for concurrent use.
type Agent struct {
	cfg      Config
	deps     Deps
	clusters []*watched
}

// New returns an agent for the clusters. It starts nothing.
func New(cfg Config, clusters []Cluster, deps Deps) (*Agent, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	a := &Agent{cfg: cfg, deps: deps}
	seen := map[string]bool{}
	for _, c := range clusters {
		if seen[c.Name] {
			return nil, fmt.Errorf("cluster %q stands twice", c.Name)
		}
		seen[c.Name] = true
		a.clusters = append(a.clusters, &watched{Cluster: c, sources: make([]SourceStatus, len(c.Sources))})
	}
	return a, nil
}

// RunOnce collects every cluster twice, a collect interval apart, so that there is a rate; then it decides and
// reports. The error joins what failed, cluster by cluster; what could be done is done.
func (a *Agent) RunOnce(ctx context.Context) error {
	first := a.everyCluster(ctx, JobCollect, a.collect)
	if ctx.Err() != nil {
		return errors.Join(first, ctx.Err())
	}
	if err := sleep(ctx, a.cfg.OnceInterval); err != nil {
		return errors.Join(first, err)
	}
	return errors.Join(a.everyCluster(ctx, JobCollect, a.collect), a.everyCluster(ctx, JobAnalyze, a.analyze),
		a.run(ctx, JobReport, "", a.cfg.JobTimeout, a.report))
}

// everyCluster runs the job for all clusters, a few at a time, and joins the errors in the clusters' order.
func (a *Agent) everyCluster(ctx context.Context, job Job, do func(context.Context, *watched) error) error {
	errs := make([]error, len(a.clusters))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(a.cfg.Parallel)
	for i, c := range a.clusters {
		group.Go(func() error {
			errs[i] = a.run(ctx, job, c.Name, a.cfg.JobTimeout, func(ctx context.Context) error { return do(ctx, c) })
			return nil
		})
	}
	_ = group.Wait() // the functions return nil: a cluster fails alone
	return errors.Join(errs...)
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
