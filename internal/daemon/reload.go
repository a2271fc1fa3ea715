package daemon

import (
	"context"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	sd "github.com/coreos/go-systemd/v22/daemon"

	"github.com/mskfit/mskfit/internal/agent"
	"github.com/mskfit/mskfit/internal/alert"
	"github.com/mskfit/mskfit/internal/alert/targets"
	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/config"
	"github.com/mskfit/mskfit/internal/report/folder"
	"github.com/mskfit/mskfit/internal/yamlfile"
)

// reloadState is how the last reload went.
type reloadState struct {
	mu      sync.Mutex
	problem string
	since   time.Time
}

func (r *reloadState) note(why string, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.problem == "" {
		r.since = now
	}
	r.problem = why
}

func (r *reloadState) trouble() (why string, since time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.problem, r.since
}

// planFor makes a plan of a valid configuration: it reads the catalog and opens sources and targets. When it fails, nothing has
// changed.
func (d *Daemon) planFor(ctx context.Context, cfg config.Config) (*plan, error) {
	placed := cfg.Placed()
	cat, err := catalog.InForce(placed.Catalog.Overlay)
	if err != nil {
		return nil, err
	}
	d.unused(cat)
	opened, err := placed.Alerts.Build(ctx, targets.Deps{Now: d.now, AWS: d.awsIn(placed), Threads: d.ledger,
		Log: d.component("alert")})
	if err != nil {
		return nil, err
	}
	all := slices.Concat(placed.Clusters, d.discovery.Clusters(ctx, placed))
	here := d.here()
	clusters, err := d.fleet.Plan(all, func(name string) bool { return here == nil || here[name] }, d.log)
	if err != nil {
		return nil, err
	}
	for _, c := range clusters {
		if c.Remote {
			continue
		}
		var sources []string
		for _, s := range c.Sources {
			sources = append(sources, s.Name)
		}
		d.metrics.Watch(c.Name, sources, slices.Sorted(maps.Keys(opened)),
			[]string{alert.OutcomeSent, alert.OutcomeRetried, alert.OutcomeDead})
	}
	clusters = d.reviewer.Attach(clusters, placed.Migrations())
	return &plan{written: cfg, duties: here == nil || here[duties], cfg: placed, zone: placed.Zone(),
		clusters: clusters, targets: opened, deps: agent.Deps{
			Catalog: cat, History: d.history, Ledger: d.ledger,
			Reporter: folder.New(placed.Reports, folder.Deps{Past: d.past, AWS: d.awsIn(placed)}), Observer: d.observer(),
			Log: d.component("agent"), Now: d.now,
		}}, nil
}

// reloads reads the configuration again on each signal.
func (d *Daemon) reloads(ctx context.Context, reload <-chan struct{}) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-reload:
			d.notify(sd.SdNotifyReloading, strings.TrimSpace(sd.SdNotifyMonotonicUsec()))
			d.reloadNow(ctx)
			d.notify(sd.SdNotifyReady)
		}
	}
}

// reloadNow puts the file in force, or keeps what is in force when something is wrong with it.
func (d *Daemon) reloadNow(ctx context.Context) {
	d.planning.Lock()
	defer d.planning.Unlock()
	cfg, err := config.Load(d.file)
	var p *plan
	if err == nil {
		d.scanFirst(ctx, cfg)
		p, err = d.firstPlanFor(ctx, cfg)
	}
	d.metrics.Reloaded(err == nil, d.now())
	if err != nil {
		for _, problem := range yamlfile.Lines(err) {
			d.log.Error().Str("problem", problem).Msg("configuration not reloaded, the old one stays in use")
		}
		d.reload.note("the file was refused, an older one is in use: "+strings.Join(yamlfile.Lines(err), "; "), d.now())
		return
	}
	d.discovery.InForce()
	_ = d.keepFound(ctx, cfg) // it has logged why not
	d.adopt(p)
	d.staleCatalog.note("", d.now())
	late := needRestart(d.opened, p.cfg)
	d.reload.note("", d.now())
	if len(late) > 0 {
		d.reload.note("takes effect after a restart: "+strings.Join(late, ", "), d.now())
		d.log.Warn().Strs("keys", late).Msg("some changes need a restart")
	}
	d.log.Info().Int("clusters", len(p.clusters)).Msg("configuration reloaded")
}

// forget drops the metrics of clusters that are no longer watched here.
func (d *Daemon) forget(before, after []agent.Cluster) {
	still := map[string]bool{}
	for _, c := range after {
		still[c.Name] = !c.Remote
	}
	for _, c := range before {
		if !c.Remote && !still[c.Name] {
			d.metrics.Forget(c.Name)
		}
	}
}

// needRestart lists the keys that have changed and belong to parts that stay open.
func needRestart(opened, now config.Config) []string {
	var keys []string
	for _, part := range []struct {
		key      string
		old, new any
	}{
		{"data_directory", opened.DataDir, now.DataDir}, {"history", opened.History, now.History},
		{"ledger", opened.Ledger, now.Ledger},
		{"web", opened.Web, now.Web}, {"log", opened.Log, now.Log},
	} {
		if !reflect.DeepEqual(part.old, part.new) {
			keys = append(keys, part.key)
		}
	}
	return keys
}
