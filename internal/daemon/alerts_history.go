package daemon

import (
	"context"

	"github.com/mskfit/mskfit/internal/ledger"
	"github.com/mskfit/mskfit/internal/web"
)

// Alerts lists the record of alerts, for the pages.
func (d *Daemon) Alerts(ctx context.Context, q web.AlertQuery) ([]web.PastAlert, int, error) {
	list, total, err := d.ledger.Ledger.Alerts(ctx, ledger.AlertQuery{Cluster: q.Cluster, Open: q.Open, Since: q.Since}, q.Offset, q.Limit)
	var out []web.PastAlert
	for _, a := range list {
		out = append(out, web.PastAlert(a))
	}
	return out, total, err
}
