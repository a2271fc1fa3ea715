package kept

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"time"

	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/internal/config"
	"github.com/mskfit/mskfit/internal/daemon/discovery"
	"github.com/mskfit/mskfit/internal/daemon/sources"
)

// WithFound adds to a configuration the clusters that its daemon has found, by the ledger.
func WithFound(ctx context.Context, cfg config.Config, version string, log zerolog.Logger) (out config.Config, err error) {
	placed := cfg.Placed()
	if len(cfg.MSK) == 0 {
		return cfg, nil
	}
	l, err := openLedger(ctx, placed.Ledger, log)
	if errors.Is(err, fs.ErrNotExist) {
		return cfg, fmt.Errorf("the clusters of msk are not known yet: %w: mskfit run finds them", err)
	}
	if err != nil {
		return cfg, err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	found := discovery.New(sources.NewAccess(version, nil, time.Now), l, time.Now, log).Clusters(ctx, cfg)
	cfg.Clusters = slices.Concat(cfg.Clusters, found)
	return cfg, nil
}
