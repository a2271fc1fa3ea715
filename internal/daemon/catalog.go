package daemon

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/config"
)

// catalogEvery is how often the daemon looks whether the overlay of the catalog is another file.
const catalogEvery = time.Minute

// watchCatalog takes a refreshed overlay without a signal, until ctx is done.
func (d *Daemon) watchCatalog(ctx context.Context) {
	seen := overlayStamp(d.planned().cfg)
	for pause(ctx, catalogEvery) == nil {
		seen = d.refreshCatalog(ctx, seen)
	}
}

// refreshCatalog puts the overlay in force if its file is not the one that was seen; it returns what it saw. A bad overlay leaves
// the one before in force.
func (d *Daemon) refreshCatalog(ctx context.Context, seen string) string {
	d.planning.Lock()
	defer d.planning.Unlock()
	written := d.planned()
	stamp := overlayStamp(written.cfg)
	if stamp == seen {
		return seen
	}
	p, err := d.planFor(ctx, written.written)
	if err != nil {
		d.staleCatalog.note("the newer catalog cannot be used; an older one is in use: "+err.Error(), d.now())
		d.log.Error().Err(err).Msg("catalog not refreshed, the previous one stays in use")
		return stamp
	}
	changes := catalog.Diff(written.deps.Catalog, p.deps.Catalog)
	d.adopt(p)
	d.staleCatalog.note("", d.now())
	d.log.Info().Int("changes", len(changes)).Str("quotas", p.deps.Catalog.QuotasDate).Str("prices",
		p.deps.Catalog.PricesDate).Msg("catalog refreshed")
	return stamp
}

// unused logs what of an overlay is not used, and why.
func (d *Daemon) unused(cat *catalog.Catalog) {
	if cat.Overlay == nil {
		return
	}
	for _, why := range cat.Overlay.Ignored {
		d.log.Warn().Str("overlay", cat.Overlay.File).Str("not_used", why).Msg("a part of the catalog overlay is not used")
	}
}

// overlayStamp distinguishes one version of the overlay file from the next; empty: there is none.
func overlayStamp(cfg config.Config) string {
	path := cfg.Catalog.Overlay
	if path == "" {
		var err error
		if path, err = catalog.DefaultOverlayPath(); err != nil {
			return ""
		}
	}
	info, err := os.Stat(path)
	if err != nil {
		return ""
	}
	return fmt.Sprint(info.ModTime().UnixNano(), " ", info.Size())
}
