package daemon

import (
	"context"
	"time"

	"github.com/mskfit/mskfit/analyzer"
	"github.com/mskfit/mskfit/analyzer/drift"
	"github.com/mskfit/mskfit/internal/workload"
)

// Rehearse follows the alerts of a cluster through a window of its history, as if the daemon had run then, and keeps where that
// ends, with a verdict as of now.
// Nothing is sent for it unless the window is still open: it serves the demo.
func (d *Daemon) Rehearse(ctx context.Context, cluster string, w workload.Window) error {
	p := d.planned()
	in := analyzer.Input{Catalog: p.deps.Catalog, Options: p.cfg.Agent.Sizing}
	for _, c := range p.clusters {
		if c.Name == cluster {
			in.Requirements = c.Requirements
		}
	}
	at := func(end time.Time, span time.Duration) (analyzer.Input, error) {
		got, err := d.history.Workload(ctx, cluster, workload.Window{Start: end.Add(-span), End: end})
		got.Cluster = cluster
		if got.Region == "" {
			got.Region = p.cfg.Region
		}
		in.Workload = got
		return in, err
	}
	long, err := at(d.now(), p.cfg.Agent.Window)
	if err != nil {
		return err
	}
	v := analyzer.Analyze(long, d.now())
	state := drift.State{}.Noted(v, in.Requirements)
	for now := w.Start.Add(-5 * time.Minute); now.Before(w.End.Add(3*time.Hour)) &&
		now.Before(d.now()); now = now.Add(5 * time.Minute) {
		recent, err := at(now, p.cfg.Agent.DriftWindow)
		if err != nil {
			return err
		}
		present := analyzer.Present(recent, v, state, p.cfg.Agent.Drift, now)
		var events []drift.Event
		state, events = drift.Advance(state, present, drift.Seen{}, p.cfg.Agent.Drift, now)
		if err := d.current.Load().notify.Notify(ctx, present, state, events); err != nil {
			return err
		}
	}
	return d.ledger.SaveVerdict(ctx, v) // shown from the start
}
