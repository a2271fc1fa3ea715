package daemon

import (
	"context"

	"github.com/mskfit/mskfit/internal/bill"
	"github.com/mskfit/mskfit/internal/migrated"
)

// bills opens what reads a cluster's bill.
func (d *Daemon) bills(ctx context.Context, cfg bill.Config, region string) (migrated.Bills, error) {
	b, err := d.fleet.Access.Bills(ctx, cfg, region)
	if err != nil {
		return nil, err
	}
	return b, nil
}
