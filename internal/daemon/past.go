package daemon

import (
	"context"
	"time"

	"github.com/mskfit/mskfit/internal/report/past"
	"github.com/mskfit/mskfit/internal/report/view"
	"github.com/mskfit/mskfit/internal/workload"
)

// zone is the time zone of reports and pages, as the configuration in force says.
func (d *Daemon) zone() *time.Location { return d.planned().zone }

// past reads what the charts of a scheduled report are drawn from.
func (d *Daemon) past(ctx context.Context, cluster string, w workload.Window) (view.Past, error) {
	p, err := past.Read(ctx, d.history, cluster, w, d.zone())
	if err != nil {
		return p, err
	}
	return p, past.Growth(ctx, d.history, cluster, w, &p)
}
