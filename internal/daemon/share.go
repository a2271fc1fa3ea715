package daemon

import (
	"context"
	"os"
	"time"

	"github.com/mskfit/mskfit/internal/agent"
	"github.com/mskfit/mskfit/internal/config"
	"github.com/mskfit/mskfit/internal/lease"
	"github.com/mskfit/mskfit/internal/web"
)

// duties is the lease on what is done once for all clusters: finding them, reporting, ending alerts of those that left, forgetting
// what is old. No cluster can have the name.
const duties = "mskfit: duties"

// share has this process share the clusters with the other replicas on its ledger.
func (d *Daemon) share(o Options) {
	d.replica = d.opened.Ledger.Replica
	if d.replica == "" {
		d.replica, _ = os.Hostname() // empty: replicas have IDs, and need no name
	}
	timing := o.Leases
	if timing == (lease.Timing{}) {
		timing = lease.DefaultTiming()
	}
	d.leases = lease.New(d.ledger, lease.Options{Name: d.replica, Shares: d.opened.History.External.InUse(), Timing: timing,
		Wanted: d.wanted, Status: d.report, Changed: d.wakeRegroup, Seen: d.seenReplicas, Log: d.component("lease")})
}

// wanted are the names that some replica is to hold.
func (d *Daemon) wanted() []string {
	out := []string{duties}
	for _, c := range d.planned().clusters {
		out = append(out, c.Name)
	}
	return out
}

func (d *Daemon) wakeRegroup() {
	select {
	case d.regroup <- struct{}{}:
	default:
	}
}

// seenReplicas notes whether the ledger answers. What a dead replica was about to deliver is delivered here now.
func (d *Daemon) seenReplicas(err error, evicted int) {
	if d.ledger.note(err) != nil {
		d.log.Warn().Err(err).Msg("leases not renewed; this replica stops when they run out")
	}
	d.warnOfNamesakes()
	if g := d.current.Load(); evicted > 0 && g != nil {
		d.log.Warn().Int("replicas", evicted).Msg("replicas are gone; their clusters are taken over")
		g.deliver.Wake()
	}
}

// warnOfNamesakes logs once that another replica has the name of this one: an external history mixes the series of both.
func (d *Daemon) warnOfNamesakes() {
	m, self := d.leases.Members()
	for _, r := range m.Replicas {
		if r.ID != self && self != "" && r.Name == d.replica && !d.namesake.Swap(true) {
			d.log.Warn().Str("replica", d.replica).
				Msg("another replica has the same name: if both run, set ledger.replica, or their external history is mixed")
		}
	}
}

// here are the names that this process works on; nil: all.
func (d *Daemon) here() map[string]bool {
	if d.leases == nil {
		return nil
	}
	return d.leases.Held()
}

// firstPlanFor is planFor for a configuration that was not in force before: sources that other replicas open are tried too.
func (d *Daemon) firstPlanFor(ctx context.Context, cfg config.Config) (*plan, error) {
	if d.leases != nil {
		if err := d.fleet.Try(cfg.Placed().Clusters, d.log); err != nil {
			return nil, err
		}
	}
	return d.planFor(ctx, cfg)
}

// work works on the clusters of this process until ctx is done: on all, or on those that it has leases on.
func (d *Daemon) work(ctx context.Context) error {
	if d.leases == nil {
		return d.generations(ctx)
	}
	err := d.leases.Run(ctx, func(ctx context.Context) error {
		d.fleet.Reread()
		if !d.regroupNow(ctx) {
			return nil
		}
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			d.regroups(ctx)
		}()
		defer func() { <-ended }()
		return d.generations(ctx)
	})
	if ctx.Err() != nil {
		return nil // stopped
	}
	return err
}

// regroups puts other leases in force whenever there are, until ctx is done.
func (d *Daemon) regroups(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-d.regroup:
			d.regroupNow(ctx)
		}
	}
}

// regroupRetry is how long a failed plan waits for the next attempt.
const regroupRetry = 5 * time.Second

// regroupNow makes a plan of the leases that are held. It tries until it can; false: ctx is done.
func (d *Daemon) regroupNow(ctx context.Context) bool {
	for {
		err := d.tryRegroup(ctx)
		if err == nil {
			return true
		}
		if ctx.Err() == nil {
			d.log.Error().Err(err).Msg("clusters of this replica are not watched yet; will retry")
		}
		if pause(ctx, regroupRetry) != nil {
			return false
		}
	}
}

func (d *Daemon) tryRegroup(ctx context.Context) error {
	d.planning.Lock()
	defer d.planning.Unlock()
	p, err := d.planFor(ctx, d.planned().written)
	if err != nil {
		return err
	}
	p.continues = true
	before := len(d.clustersHere())
	d.adopt(p)
	d.log.Info().Int("before", before).Int("now", len(d.clustersHere())).Int("of", len(p.clusters)).Bool("duties", p.duties).
		Msg("this replica works on other clusters")
	return nil
}

// worksOn gives the leases what the plan's generation works on.
func (d *Daemon) worksOn(ctx context.Context, p *plan) {
	if d.leases == nil {
		return
	}
	names := map[string]bool{duties: p.duties}
	for _, c := range p.clusters {
		if !c.Remote {
			names[c.Name] = true
		}
	}
	d.leases.Working(ctx, names)
}

// clustersHere are the clusters of the newest plan that this process works on.
func (d *Daemon) clustersHere() (out []agent.Cluster) {
	for _, c := range d.planned().clusters {
		if !c.Remote {
			out = append(out, c)
		}
	}
	return out
}

// idle reports whether other replicas hold all clusters, or this one has lost its leases.
func (d *Daemon) idle() bool {
	if d.leases == nil {
		return false
	}
	held := d.leases.Held()
	delete(held, duties)
	_, self := d.leases.Members()
	return self == "" || len(held) == 0 && len(d.planned().clusters) > 0
}

// replicas are those that share the clusters; nil: this process shares with none.
func (d *Daemon) replicas() (out []web.Replica) {
	if d.leases == nil {
		return nil
	}
	m, self := d.leases.Members()
	clusters := map[string]int{}
	for _, l := range m.Leases {
		if l.Name != duties {
			clusters[l.Replica]++
		}
	}
	for _, r := range m.Replicas {
		out = append(out, web.Replica{Name: r.Name, JoinedAt: r.JoinedAt, Clusters: clusters[r.ID], Self: r.ID == self})
	}
	return out
}

// leased are the names that some replica holds.
func (d *Daemon) leased() map[string]bool {
	out := map[string]bool{}
	if d.leases != nil {
		m, _ := d.leases.Members()
		for _, l := range m.Leases {
			out[l.Name] = true
		}
	}
	return out
}

// replicaGone reports whether the name is of a replica that has ended.
func (d *Daemon) replicaGone(own string) bool {
	if d.leases == nil {
		return false
	}
	m, _ := d.leases.Members()
	for _, r := range m.Replicas {
		if ownName(r.Name) == own {
			return false
		}
	}
	return len(m.Replicas) > 0
}
