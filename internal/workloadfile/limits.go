package workloadfile

import (
	"maps"
	"slices"

	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/workload"
)

// Limits replace quotas where alerts are concerned, by the id that mskfit catalog shows, above or below AWS's own: a low one
// rehearses an alert. They change no verdict.
type Limits map[string]Limit

// Base returns the limits in base units: counts, bytes and bytes per second; nil for none.
func (l Limits) Base() map[string]float64 {
	if len(l) == 0 {
		return nil
	}
	out := map[string]float64{}
	for id, limit := range l {
		out[id] = limit.Base
	}
	return out
}

// Validate reports limits that cannot be: of no quota, in another kind of unit than the quota's, or not above 0.
func (l Limits) Validate() error {
	cat, err := catalog.Embedded()
	if err != nil {
		return err
	}
	var c checker
	for _, id := range slices.Sorted(maps.Keys(l)) {
		known := slices.ContainsFunc([]func(string) (catalog.Quota, bool){cat.Serverless.Quota, cat.Standard.Quota,
			cat.Express.Quota},
			func(find func(string) (catalog.Quota, bool)) bool { _, ok := find(id); return ok })
		switch base := l[id].Base; {
		case !known:
			c.bad(id, "no quota has this id: mskfit catalog lists them")
		case !(base > 0 && base <= workload.LargestCredible):
			c.bad(id, "%g must be above 0", base)
		default:
			c.limit(id, id, l[id], cat)
		}
	}
	return c.err()
}
