package daemon

import (
	"context"
	"errors"
	"time"

	"github.com/mskfit/mskfit/internal/config"
)

// discover looks for clusters whenever a region is due, until ctx is done, and puts what has changed in force.
func (d *Daemon) discover(ctx context.Context) {
	for {
		cfg := d.planned().written
		at, any := d.discovery.Next(ctx, cfg)
		if !any || pause(ctx, at.Sub(d.now())) != nil {
			return
		}
		_, _ = d.discovery.Scan(ctx, cfg) // it has logged what went wrong
		if ctx.Err() != nil {
			return
		}
		d.apply(ctx, cfg)
	}
}

// scanFirst scans for the clusters of lines that are new, before a reload puts them in force: a line that was written otherwise
// keeps its clusters and all that their sources remember. It does not wait for long.
func (d *Daemon) scanFirst(ctx context.Context, cfg config.Config) {
	ctx, cancel := context.WithTimeout(ctx, scanFirstFor)
	defer cancel()
	if changed, err := d.discovery.Scan(ctx, cfg); changed || err != nil {
		d.log.Debug().Err(err).Msg("searched for the clusters of new lines")
	}
}

// scanFirstFor is how long a reload waits for that.
const scanFirstFor = 20 * time.Second

// pause waits; no time at all for what is due already.
func pause(ctx context.Context, wait time.Duration) error {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return ctx.Err()
	}
}

// planned is the newest plan.
func (d *Daemon) planned() *plan {
	d.planMu.Lock()
	defer d.planMu.Unlock()
	return d.plan
}

// apply does what the last scan left to do: it puts new clusters in force and keeps what was found. What fails is tried again.
func (d *Daemon) apply(ctx context.Context, scanned config.Config) {
	switch stale, unsaved := d.discovery.Undone(); {
	case stale:
		d.replan(ctx, scanned)
	case unsaved:
		_ = d.keepFound(ctx, scanned) // it has logged why not
	}
}

// replan puts the clusters that were found in force, unless the configuration is another one by now: then its own scan follows.
func (d *Daemon) replan(ctx context.Context, scanned config.Config) {
	d.planning.Lock()
	defer d.planning.Unlock()
	p, err := d.planFor(ctx, d.planned().written)
	if err != nil {
		d.log.Error().Err(err).Msg("the clusters that were found are not watched yet")
		return
	}
	p.continues = true
	d.discovery.InForce()
	_ = d.keepFound(ctx, scanned) // before adopt, which ends the generation and ctx with it; it logs its error
	d.adopt(p)
	d.log.Info().Int("clusters", len(p.clusters)).Msg("clusters were found or have left")
}

// keepFoundFor is how long the ledger may take to keep what was found.
const keepFoundFor = 5 * time.Second

// keepFound keeps what was found in the ledger, also when ctx ends during the write. It logs why it could not, and returns that.
func (d *Daemon) keepFound(ctx context.Context, scanned config.Config) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), keepFoundFor)
	defer cancel()
	err := d.ledger.note(d.discovery.Save(ctx, scanned))
	if err != nil {
		d.log.Error().Err(err).Msg("the clusters that were found are not saved; retry in a minute")
	}
	return err
}

// adopt makes p the newest plan.
func (d *Daemon) adopt(p *plan) {
	d.planMu.Lock()
	before := d.plan
	p.continues = p.continues && (before.continues || before.begun)
	d.plan = p
	d.planMu.Unlock()
	d.forget(before.clusters, p.clusters)
	select {
	case d.changed <- struct{}{}:
	default: // the newest plan is taken in any case
	}
}

// findOnce looks for the clusters of every line, once, before a single run. What could not be asked is in the error; what was found
// before, or elsewhere, is run all the same.
func (d *Daemon) findOnce(ctx context.Context) error {
	cfg := d.plan.written
	if len(cfg.MSK) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, cfg.Agent.JobTimeout)
	defer cancel()
	changed, failed := d.discovery.Scan(ctx, cfg)
	if !changed {
		return failed
	}
	p, err := d.planFor(ctx, cfg)
	if err != nil {
		return errors.Join(failed, err)
	}
	g, err := d.generationOf(p, nil)
	if err != nil {
		return errors.Join(failed, err)
	}
	d.plan = p
	d.current.Store(g)
	d.fleet.Retire()
	d.discovery.InForce()
	return errors.Join(failed, d.keepFound(ctx, cfg))
}

// followFoundEvery is how often a replica that does not look for clusters itself reads what the one that does has found.
const followFoundEvery = 15 * time.Second

// followDiscovery puts in force what another replica finds, until ctx is done.
func (d *Daemon) followDiscovery(ctx context.Context) {
	for {
		cfg := d.planned().written
		if len(cfg.MSK) == 0 {
			return
		}
		changed, err := d.discovery.Follow(ctx, cfg)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			d.log.Warn().Err(err).Msg("the clusters that another replica found are unknown; will retry")
		case changed:
			d.regroupNow(ctx)
		}
		if pause(ctx, followFoundEvery) != nil {
			return
		}
	}
}
