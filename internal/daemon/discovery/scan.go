package discovery

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/mskfit/mskfit/collector/msk"
	"github.com/mskfit/mskfit/internal/config"
	"github.com/mskfit/mskfit/internal/ledger"
	"github.com/mskfit/mskfit/internal/web"
	"github.com/mskfit/mskfit/internal/workload"
)

// Again is the wait before a region that could not be asked is asked again, unless its refresh is shorter.
const Again = time.Minute

// leftKept is how many clusters that left are remembered.
const leftKept = 50

// scansAtOnce is how many regions are asked at the same time.
const scansAtOnce = 8

// Scan asks every region whose time has come, and reports whether the clusters are others than before. The error joins the
// regions that could not be asked; none waits for another.
func (d *Finder) Scan(ctx context.Context, cfg config.Config) (changed bool, err error) {
	var mu sync.Mutex
	spots := Spots(cfg)
	errs := make([]error, len(spots))
	var group errgroup.Group
	group.SetLimit(scansAtOnce)
	for i, s := range spots {
		if d.due(ctx, s).After(d.now()) {
			continue
		}
		group.Go(func() error {
			inv, err := d.ask(ctx, s)
			if ctx.Err() != nil {
				return nil
			}
			if err != nil {
				errs[i] = fmt.Errorf("%s: %w", s, err)
			}
			other := d.take(ctx, s, inv, errs[i])
			mu.Lock()
			defer mu.Unlock()
			changed = changed || other
			return nil
		})
	}
	_ = group.Wait() // always nil: a region fails on its own
	return changed, errors.Join(errors.Join(errs...), ctx.Err())
}

func (d *Finder) ask(ctx context.Context, s Spot) (msk.Inventory, error) {
	clients, err := d.access.Clients(ctx, s.Fleet.AWS, s.Region)
	if err != nil {
		return msk.Inventory{}, err
	}
	inv, err := msk.Discover(ctx, clients, s.Fleet.Filter, d.now())
	d.access.Renew(s.Fleet.AWS, s.Region, err)
	return inv, err
}

// Try asks one region now and takes the answer over.
func (d *Finder) Try(ctx context.Context, s Spot) (msk.Inventory, error) {
	inv, err := d.ask(ctx, s)
	d.take(ctx, s, inv, err)
	return inv, err
}

// take takes an answer over; an error leaves the clusters as they were.
func (d *Finder) take(ctx context.Context, s Spot, inv msk.Inventory, err error) (changed bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	p, now := d.place(ctx, s), d.now().UTC()
	p.triedAt = now
	if err != nil {
		if p.err == nil {
			p.failedSince = now
		}
		if p.err == nil || p.err.Error() != err.Error() {
			d.log.Error().Err(err).Int("clusters", len(p.Clusters)).Msg("clusters could not be listed; the known ones are watched")
		}
		p.err = err
		return false
	}
	before, first := p.Clusters, p.ListedAt.IsZero()
	p.unread = false // the list is the truth
	p.err, p.gaps, p.ListedAt, p.Clusters = nil, inv.Gaps, now, nil
	for _, c := range inv.Clusters {
		one := foundCluster{ARN: c.ARN, Name: c.Name}
		if i := slices.IndexFunc(before, func(b foundCluster) bool { return b.ARN == c.ARN }); i >= 0 {
			one.As = before[i].As
		} else {
			changed = true
			d.log.Info().Str("cluster", c.Name).Str("region", s.Region).Str("arn", c.ARN).Msg("cluster found")
		}
		p.Clusters = append(p.Clusters, one)
	}
	for _, b := range before {
		if !slices.ContainsFunc(p.Clusters, func(c foundCluster) bool { return c.ARN == b.ARN }) {
			changed = true
			d.leave(b, cmp.Or(inv.Unwatched[b.ARN],
				"it is no longer in the list of clusters: it was deleted, or the line no longer selects it"), now)
		}
	}
	d.access.Keep(s.Fleet.AWS, inv.Clusters)
	d.stale, d.unsaved = d.stale || changed, d.unsaved || changed || first
	return changed
}

// Undone reports what is left to do of what was found: to put it in force, and to keep it. It counts as tried from now on.
func (d *Finder) Undone() (stale, unsaved bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.triedAt = d.now()
	return d.stale, d.unsaved
}

// InForce notes that a plan was made of all that was found.
func (d *Finder) InForce() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.stale = false
}

// leave notes that a cluster is no longer watched.
func (d *Finder) leave(c foundCluster, why string, now time.Time) {
	d.log.Warn().Str("cluster", cmp.Or(c.As, c.Name)).Str("arn", c.ARN).Str("why", why).Msg("cluster left")
	d.left = append([]web.Left{{Cluster: cmp.Or(c.As, c.Name), Why: why, At: now}}, d.left...)
	d.left = d.left[:min(len(d.left), leftKept)]
}

// Save keeps what was found, names included.
func (d *Finder) Save(ctx context.Context, cfg config.Config) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	var errs []error
	for _, s := range Spots(cfg) {
		p := d.place(ctx, s)
		if p.unread || p.ListedAt.IsZero() {
			continue
		}
		body, err := json.Marshal(p)
		if err == nil {
			err = d.store.SaveDocument(ctx, ledger.Discovered, s.key, body)
		}
		errs = append(errs, err)
	}
	err := errors.Join(errs...)
	d.unsaved = err != nil
	return err
}

// due is when a region has to be asked; the zero time: at once.
func (d *Finder) due(ctx context.Context, s Spot) time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch p := d.place(ctx, s); {
	case p.triedAt.IsZero(), p.triedAt.After(d.now()): // never, or before the clock was set back
		return time.Time{}
	case p.err != nil:
		return p.triedAt.Add(min(Again, s.Fleet.Refresh))
	default:
		return p.triedAt.Add(s.Fleet.Refresh)
	}
}

// Next is when the first region is due, or what was found is tried to be put in force or kept again; false without a region.
func (d *Finder) Next(ctx context.Context, cfg config.Config) (at time.Time, ok bool) {
	for i, s := range Spots(cfg) {
		if due := d.due(ctx, s); i == 0 || due.Before(at) {
			at, ok = due, true
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if again := d.triedAt.Add(Again); ok && (d.stale || d.unsaved) && again.Before(at) {
		at = again
	}
	return at, ok
}

// Tried reports whether every region was asked once.
func (d *Finder) Tried(cfg config.Config) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return !slices.ContainsFunc(Spots(cfg), func(s Spot) bool {
		p := d.places[s.key]
		return p == nil || p.triedAt.IsZero()
	})
}

// Listed reports whether the clusters of every line are known, from now or from before: without that, one that is not watched
// may have left or not.
func (d *Finder) Listed(ctx context.Context, cfg config.Config) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return !slices.ContainsFunc(Spots(cfg), func(s Spot) bool {
		p := d.place(ctx, s)
		return p.unread || p.ListedAt.IsZero()
	})
}

// Problems are the regions that cannot be asked at present.
func (d *Finder) Problems(cfg config.Config) (out []web.Problem) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, s := range Spots(cfg) {
		if p := d.places[s.key]; p != nil && p.err != nil {
			since := p.failedSince
			out = append(out, web.Problem{Part: "discovery", Why: p.err.Error(), Since: &since})
		}
	}
	return out
}

// Unwatched says which clusters the lines take that cannot be watched at present, and why.
func (d *Finder) Unwatched(cfg config.Config) (out []workload.Gap) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, s := range Spots(cfg) {
		if p := d.places[s.key]; p != nil {
			out = append(out, p.gaps...)
		}
	}
	return out
}

// Left are the clusters that left, the latest first.
func (d *Finder) Left() []web.Left {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.left)
}

// Count calls each with what every region's last scan gave: how many clusters, whether it went well, and when it last did.
func (d *Finder) Count(cfg config.Config, each func(s Spot, clusters int, ok bool, listedAt time.Time)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, s := range Spots(cfg) {
		if p := d.places[s.key]; p != nil && !p.triedAt.IsZero() {
			each(s, len(p.Clusters), p.err == nil, p.ListedAt)
		}
	}
}
