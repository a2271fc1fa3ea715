package discovery

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/mskfit/mskfit/internal/config"
	"github.com/mskfit/mskfit/internal/ledger"
)

// Follow takes over what another process has found and kept, and reports whether the clusters are others than before. It asks the
// ledger alone.
func (d *Finder) Follow(ctx context.Context, cfg config.Config) (changed bool, err error) {
	var errs []error
	for _, s := range Spots(cfg) {
		body, _, err := d.store.Document(ctx, ledger.Discovered, s.key)
		var found place
		if err == nil && body != nil {
			err = json.Unmarshal(body, &found)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", s, err))
			continue
		}
		if body != nil {
			changed = d.follow(s, found) || changed
		}
	}
	return changed, errors.Join(errs...)
}

func (d *Finder) follow(s Spot, found place) (changed bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	found.triedAt = found.ListedAt
	before := d.places[s.key]
	d.places[s.key] = &found
	byARN := func(a, b foundCluster) int { return cmp.Compare(a.ARN, b.ARN) }
	slices.SortFunc(found.Clusters, byARN)
	if before == nil || before.unread {
		return len(found.Clusters) > 0
	}
	return !slices.Equal(slices.SortedFunc(slices.Values(before.Clusters), byARN), found.Clusters)
}
