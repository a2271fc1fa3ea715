package daemon

import (
	"context"

	"github.com/mskfit/mskfit/internal/alert"
	"github.com/mskfit/mskfit/internal/ledger"
	"github.com/mskfit/mskfit/internal/web"
	"github.com/mskfit/mskfit/internal/workload"
)

// Maintenances lists the spans that are not over, for the pages.
func (d *Daemon) Maintenances(ctx context.Context) ([]web.Maintenance, error) {
	now := d.now().UTC()
	spans, err := d.ledger.Ledger.Maintenances(ctx, now)
	if err != nil {
		return nil, err
	}
	var out []web.Maintenance
	for _, m := range spans {
		out = append(out, web.Maintenance{ID: m.ID, From: web.FromAPI, Active: !now.Before(m.Window.Start), Start: &m.Window.Start,
			End:      &m.Window.End,
			Clusters: append([]string{}, m.Clusters...), Reason: m.Reason})
	}
	d.planMu.Lock()
	own := d.plan.cfg.Alerts.Maintenance
	d.planMu.Unlock()
	for _, m := range own {
		if m.Over(now) {
			continue
		}
		out = append(out, fromFile(m, m.Active(now)))
	}
	return out, nil
}

func fromFile(m alert.Maintenance, active bool) web.Maintenance {
	out := web.Maintenance{From: web.FromFile, Active: active, Schedule: m.Schedule, Clusters: append([]string{}, m.Clusters...),
		Reason: m.Reason}
	if m.Schedule != "" {
		out.Duration = m.Duration.String()
		return out
	}
	start, end := m.Start.UTC(), m.End.UTC()
	out.Start, out.End = &start, &end
	return out
}

// AddMaintenance keeps a span and returns its ID. The next analysis heeds it.
func (d *Daemon) AddMaintenance(ctx context.Context, m web.Maintenance) (int64, error) {
	id, err := d.ledger.AddMaintenance(ctx, ledger.Maintenance{Window: workload.Window{Start: *m.Start, End: *m.End},
		Clusters: m.Clusters, Reason: m.Reason})
	return id, d.ledger.note(err)
}

// EndMaintenance ends a span now.
func (d *Daemon) EndMaintenance(ctx context.Context, id int64) error {
	return d.ledger.note(d.ledger.Ledger.EndMaintenance(ctx, id))
}
