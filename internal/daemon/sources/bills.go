package sources

import (
	"context"

	"github.com/mskfit/mskfit/internal/bill"
	"github.com/mskfit/mskfit/internal/workload"
)

// Bills reads the bill of one cluster with the sessions of the process.
type Bills struct {
	*bill.Reader
	access *Access
	cfg    bill.Config
	region string
}

// Bills returns what reads the bill of a cluster in the region. It asks AWS nothing.
func (a *Access) Bills(ctx context.Context, cfg bill.Config, region string) (*Bills, error) {
	s, err := a.Session(ctx, cfg.AWS, region)
	if err != nil {
		return nil, err
	}
	return &Bills{bill.NewReader(cfg, s, region), a, cfg, region}, nil
}

// Days is that of the reader; credentials that AWS no longer takes are read again before the next call.
func (b *Bills) Days(ctx context.Context, w workload.Window, requested func()) ([]bill.Day, error) {
	days, err := b.Reader.Days(ctx, w, requested)
	if err != nil {
		b.access.Renew(b.cfg.AWS, b.region, err)
	}
	return days, err
}
