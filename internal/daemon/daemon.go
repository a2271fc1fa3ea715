package daemon

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/mskfit/mskfit/verdict"

	"github.com/rs/zerolog"
	"golang.org/x/sync/errgroup"

	"github.com/mskfit/mskfit/internal/agent"
	"github.com/mskfit/mskfit/internal/alert"
	"github.com/mskfit/mskfit/internal/config"
	"github.com/mskfit/mskfit/internal/daemon/discovery"
	"github.com/mskfit/mskfit/internal/daemon/sources"
	"github.com/mskfit/mskfit/internal/dashboard"
	"github.com/mskfit/mskfit/internal/history"
	"github.com/mskfit/mskfit/internal/lease"
	"github.com/mskfit/mskfit/internal/ledger"
	"github.com/mskfit/mskfit/internal/migrated"
	"github.com/mskfit/mskfit/internal/progress"
	"github.com/mskfit/mskfit/internal/web"
)

// Daemon is mskfit run without flags and signals. What is opened stays open until close; what a reload may change is a
// generation.
type Daemon struct {
	version string
	file    string // the configuration, for reloads
	// leases are the clusters that this process works on, of those that it shares with replicas; nil: it works on all.
	leases *lease.Keeper
	// replica is the name of this process among the replicas; empty without leases.
	replica string
	// namesake is set once the log has a warning of another replica with that name.
	namesake atomic.Bool
	// remotes is what the other replicas say of their clusters.
	remotes atomic.Pointer[map[string]remoteStatus]
	now     func() time.Time
	log     zerolog.Logger
	started time.Time

	// opened is the configuration that the long-lived parts were opened with.
	opened  config.Config
	history *history.Store
	ledger  *ledgerAdapter
	metrics *web.Metrics
	// single shows how far a single run has come; nil for a daemon.
	single   *runProgress
	listener net.Listener
	fleet    sources.Fleet
	// discovery finds the clusters of the configuration's msk lines.
	discovery *discovery.Finder

	current atomic.Pointer[generation]
	// changed signals that there is a newer plan, regroup that there are other leases.
	changed, regroup chan struct{}
	// planning is held while a plan is made.
	planning sync.Mutex
	planMu   sync.Mutex
	plan     *plan
	reload   reloadState
	// staleCatalog is why a newer overlay of the catalog is not in force.
	staleCatalog reloadState
	// reviewer compares migrated clusters with their predictions, over all generations.
	reviewer *migrated.Reviewer
}

// plan is a configuration that was found good, with what its generation needs.
type plan struct {
	// written is the configuration as it was read, cfg with its folders in place.
	written  config.Config
	cfg      config.Config
	clusters []agent.Cluster
	deps     agent.Deps
	targets  map[string]alert.Target
	// duties is set where this process does what is done once for all clusters.
	duties bool
	// continues is set when only clusters have come and gone since the plan before; begun once the plan is in use.
	continues, begun bool
	// zone is the time zone of reports and pages, read once: it comes from a file.
	zone *time.Location
}

// generation is what works by one configuration, until the next one.
type generation struct {
	agent   *agent.Agent
	notify  notifier
	deliver *alert.Deliverer
}

// Options are what a daemon is given beside its configuration.
type Options struct {
	// Version is the program's.
	Version string
	// File is read again for reloads.
	File string
	// Leases is how long a lease lasts; the zero value: lease.DefaultTiming.
	Leases lease.Timing
	// Quiet leaves the page out: nothing listens.
	Quiet bool
	// Line shows the progress of a single run; nil: no terminal.
	Line *progress.Line
	// Now is the clock; nil: time.Now.
	Now func() time.Time
	// Log is where the daemon logs.
	Log zerolog.Logger
}

// Open opens all that the configuration names, and starts nothing. Close it.
func Open(ctx context.Context, cfg config.Config, o Options) (d *Daemon, err error) {
	d = &Daemon{version: o.Version, file: o.File, now: time.Now, log: o.Log, opened: cfg.Placed(),
		changed: make(chan struct{}, 1), regroup: make(chan struct{}, 1)}
	if o.Now != nil {
		d.now = o.Now
	}
	d.started = d.now()
	defer func() {
		if err != nil {
			err = errors.Join(err, d.Close())
		}
	}()
	if err := d.usable(); err != nil {
		return d, err
	}
	l, err := ledger.Open(ctx, d.opened.Ledger, ledger.Options{Now: d.now, Log: d.component("ledger")})
	if err != nil {
		return d, err
	}
	d.ledger = &ledgerAdapter{Ledger: l, now: d.now}
	if d.opened.Ledger.Shared() && !o.Quiet {
		d.share(o)
	}
	d.fleet.Access = sources.NewAccess(d.version, d.ledger, d.now)
	if d.leases != nil {
		d.fleet.Access.Share(d.leases.Alive)
	}
	if d.history, err = history.Open(d.opened.History, d.historyOptions()); err != nil {
		return d, err
	}
	d.reviewer = &migrated.Reviewer{History: d.history, Ledger: d.ledger, Keep: true, Now: d.now, Log: d.component("review"),
		Bills: d.bills}
	if !o.Quiet {
		if d.listener, err = web.Listen(d.opened.Web); err != nil {
			return d, err
		}
	}
	d.metrics = web.NewMetrics(d.version)
	if o.Quiet {
		d.single = newRunProgress(d.metrics, o.Line, d.component("run"), d.now)
	}
	d.discovery = discovery.New(d.fleet.Access, d.ledger, d.now, d.component("discovery"))
	d.exportReadings()
	if d.plan, err = d.firstPlanFor(ctx, cfg); err != nil {
		return d, err
	}
	d.metrics.Reloaded(true, d.now())
	g, err := d.generationOf(d.plan, nil)
	if err != nil {
		return d, err
	}
	d.current.Store(g)
	return d, nil
}

func (d *Daemon) component(name string) zerolog.Logger {
	return d.log.With().Str("component", name).Logger()
}

// historyOptions keeps the facts where the history is: in files beside the embedded one, and in the ledger when several
// replicas share an external one.
func (d *Daemon) historyOptions() history.Options {
	o := history.Options{Now: d.now, Log: d.component("history")}
	if d.opened.History.External.InUse() {
		o.Facts, o.Replica = d.ledger.Ledger, d.replica
	}
	return o
}

// Close closes what was opened; what is left undone is in the error. It may be called in any state.
func (d *Daemon) Close() error {
	d.fleet.Close()
	var errs []error
	if d.listener != nil {
		if err := d.listener.Close(); !errors.Is(err, net.ErrClosed) {
			errs = append(errs, err)
		}
	}
	if d.history != nil {
		errs = append(errs, d.history.Close())
	}
	if d.ledger != nil {
		errs = append(errs, d.ledger.Close())
	}
	return errors.Join(errs...)
}

// Run works until ctx is done.
func (d *Daemon) Run(ctx context.Context, reload <-chan struct{}) error {
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		d.warnExposed()
		pages := dashboard.New(dashboard.Deps{Agent: d, History: d.history, Maintenance: d, Outbox: d, Alerts: d.ledger,
			Metrics: d.metrics.Gatherer(), Now: d.now,
			Zone: d.zone, Log: d.component("dashboard")})
		handler := web.Handler(web.Deps{Agent: d, Maintenance: d, Outbox: d, Metrics: d.metrics, Config: d.opened.Web, Pages: pages,
			ExternalHost: d.externalHost, Now: d.now, Log: d.component("web")})
		return web.Serve(ctx, d.listener, d.opened.Web, handler, d.component("web"))
	})
	group.Go(func() error { return d.history.Run(ctx) })
	group.Go(func() error { return d.ledger.Run(ctx) })
	group.Go(func() error { d.tidy(ctx); return nil })
	group.Go(func() error { return d.work(ctx) })
	group.Go(func() error { d.reloads(ctx, reload); return nil })
	group.Go(func() error { d.watchCatalog(ctx); return nil })
	group.Go(func() error { d.notifySystemd(ctx); return nil })
	d.log.Info().Str("version", d.version).Int("clusters", len(d.plan.clusters)).Str("replica", d.replica).
		Str("web", "http://"+d.listener.Addr().String()).Str("data_directory", d.opened.DataDir).Msg("mskfit started")
	return group.Wait()
}

// Once does everything once. The page is not served.
func (d *Daemon) Once(ctx context.Context) error {
	defer d.single.line.Erase()
	if len(d.plan.written.MSK) > 0 {
		d.single.step("searching for the clusters of the msk lines")
	}
	found := d.findOnce(ctx)
	d.single.step("collecting from " + clustersText(len(d.planned().clusters)))
	g := d.current.Load()
	return errors.Join(found, g.agent.RunOnce(ctx), d.endDeparted(ctx, g.notify))
}

func clustersText(n int) string {
	if n == 1 {
		return "1 cluster"
	}
	return fmt.Sprintf("%d clusters", n)
}

// observer gets what the agent does.
func (d *Daemon) observer() agent.Observer {
	if d.single != nil {
		return d.single
	}
	return d.metrics
}

// generations runs one generation after the other until ctx is done. The first knows nothing of what was before: another
// process may have been active in the meantime.
func (d *Daemon) generations(ctx context.Context) error {
	var previous *agent.Agent
	for ctx.Err() == nil {
		p := d.takePlan()
		g, err := d.generationOf(p, previous)
		if err != nil {
			return err
		}
		d.current.Store(g)
		d.fleet.Retire()
		d.worksOn(ctx, p)
		if err := d.live(ctx, p, g); err != nil {
			return err
		}
		previous = g.agent
	}
	return nil
}

// takePlan returns the newest plan and notes that it is in use.
func (d *Daemon) takePlan() *plan {
	d.planMu.Lock()
	defer d.planMu.Unlock()
	d.plan.begun = true
	return d.plan
}

// live runs a generation until ctx is done or there is a newer plan.
func (d *Daemon) live(ctx context.Context, p *plan, g *generation) error {
	alive, end := context.WithCancel(ctx)
	defer end()
	group, alive := errgroup.WithContext(alive)
	group.Go(func() error { return g.agent.Run(alive) })
	group.Go(func() error { return g.deliver.Run(alive) })
	group.Go(func() error {
		if p.duties {
			d.discover(alive)
		} else {
			d.followDiscovery(alive)
		}
		return nil
	})
	group.Go(func() error { d.followReplicas(alive, g.agent); return nil })
	group.Go(func() error { d.notifyOwn(alive, g.notify); return nil })
	ended := make(chan error, 1)
	go func() { ended <- group.Wait() }()
	select {
	case err := <-ended:
		return err
	case <-d.changed:
		end()
		if err := <-ended; err != nil {
			d.log.Warn().Err(err).Msg("the jobs of the old configuration did not end cleanly")
		}
		return nil
	}
}

// generationOf makes a generation of a plan.
func (d *Daemon) generationOf(p *plan, previous *agent.Agent) (*generation, error) {
	g := &generation{}
	g.deliver = alert.NewDeliverer(p.targets, d.ledger, d.metrics.Alerted, d.now, d.component("alert"))
	deps := p.deps
	deps.Previous, deps.Continue = previous, p.continues
	recipients := alert.Recipients(p.targets)
	g.notify = alert.NewNotifier(p.cfg.Alerts.Config, alert.Deps{Recipients: recipients, Store: d.ledger, Past: d.history,
		Wake: g.deliver.Wake, Now: d.now, Log: d.component("alert")})
	deps.Notifier = g.notify
	deps.Reporter = diffReporter{d.ledger, reporters{deps.Reporter,
		alert.NewReportNotifier(p.cfg.Alerts.Config, recipients, d.ledger, g.deliver.Wake)}}
	var err error
	jobs := p.cfg.Agent
	if !p.duties {
		jobs.Report = "" // another replica reports
	}
	g.agent, err = agent.New(jobs, p.clusters, deps)
	return g, err
}

// tidyEvery is how often what is past its time is forgotten.
const tidyEvery = 24 * time.Hour

// tidy forgets what the ledger need not keep, at the start and every day.
func (d *Daemon) tidy(ctx context.Context) {
	tick := time.NewTicker(tidyEvery)
	defer tick.Stop()
	for {
		if d.planned().duties {
			if err := d.ledger.note(d.ledger.Prune(ctx)); err != nil && ctx.Err() == nil {
				d.log.Error().Err(err).Msg("old records not removed")
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Address is where the pages are served.
func (d *Daemon) Address() net.Addr { return d.listener.Addr() }

// History is the history that the daemon keeps; it is open until close.
func (d *Daemon) History() *history.Store { return d.history }

// Decide decides on a cluster's history as it is now.
func (d *Daemon) Decide(ctx context.Context, cluster string) (verdict.Verdict, error) {
	return d.current.Load().agent.Decide(ctx, cluster)
}

// Daemon is the state of the process.
func (d *Daemon) Daemon() web.Daemon {
	written := d.planned().written
	out := web.Daemon{Version: d.version, StartedAt: d.started.UTC(), Role: web.RoleActive, Replica: d.replica,
		Replicas: d.replicas(),
		Ready:    d.discovery.Tried(written) && d.current.Load().agent.Ready(), Left: d.discovery.Left(),
		Unwatched: d.discovery.Unwatched(written)}
	if d.idle() {
		out.Role = web.RoleStandby
	}
	problem := func(part, why string, since time.Time) {
		if why != "" {
			out.Problems = append(out.Problems, web.Problem{Part: part, Why: why, Since: &since})
		}
	}
	st := d.history.Status()
	if st.Reason != "" {
		problem("history", fmt.Sprintf("cannot be written: %s; %d values wait in memory, %d were dropped", st.Reason, st.Waiting,
			st.Dropped), st.Since)
	}
	why, since := d.ledger.trouble()
	problem("ledger", why, since)
	why, since = d.reload.trouble()
	problem("configuration", why, since)
	why, since = d.staleCatalog.trouble()
	problem("catalog", why, since)
	out.Problems = append(out.Problems, d.discovery.Problems(written)...)
	out.Problems = append(out.Problems, sourceProblems(d.Status())...)
	return out
}
