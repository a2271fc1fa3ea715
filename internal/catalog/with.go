package catalog

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
)

// With returns a copy of the catalog with the overlay applied; file names the overlay. What is older than the
// catalog's own is not used, unless it is negotiated, and Catalog.Overlay says so. The overlay must have been checked by
// ReadOverlay.
func (c *Catalog) With(file string, o *Overlay) *Catalog {
	out := *c
	out.Sources, out.SourceDates = maps.Clone(c.Sources), maps.Clone(c.SourceDates)
	applied := &AppliedOverlay{File: file, WrittenAt: o.WrittenAt}
	out.Overlay = applied
	out.Regions = maps.Clone(c.Regions)
	for i, p := range inOrder(o.Lists()) {
		out.layPrices(applied, priceTag(i), p)
	}
	if q := o.Quotas; q != nil {
		if applied.Quotas = q.Date >= c.QuotasDate; applied.Quotas {
			out.layQuotas(q)
		} else {
			applied.Ignored = append(applied.Ignored, fmt.Sprintf(
				"its quotas are of %s, those compiled in of %s", q.Date, c.QuotasDate))
		}
	}
	return &out
}

// inOrder sorts price lists into the order in which they are applied: by date, negotiated ones last, because they hold whatever
// AWS's list says.
func inOrder(lists []OverlayPrices) []OverlayPrices {
	slices.SortStableFunc(lists, func(a, b OverlayPrices) int {
		switch {
		case a.Negotiated != b.Negotiated && a.Negotiated:
			return 1
		case a.Negotiated != b.Negotiated:
			return -1
		case a.Date != b.Date && a.Date < b.Date:
			return -1
		case a.Date != b.Date:
			return 1
		}
		return 0
	})
	return lists
}

// priceTag names the nth price list of an overlay: O-PRICE, O-PRICE-2.
func priceTag(n int) string {
	if n == 0 {
		return OverlayPriceTag
	}
	return OverlayPriceTag + "-" + strconv.Itoa(n+1)
}

// layPrices applies one price list to the catalog, price by price: a price that the catalog has from a later day stays.
func (c *Catalog) layPrices(applied *AppliedOverlay, tag string, p OverlayPrices) {
	origin := Origin{Source: tag, Date: p.Date, Negotiated: p.Negotiated}
	used, all := 0, 0
	for _, code := range slices.Sorted(maps.Keys(p.Regions)) {
		over := p.Regions[code]
		r, known := c.Regions[code]
		if !known {
			r = Region{Code: code, Location: over.Location, UsageTypePrefix: over.UsageTypePrefix}
		}
		laid := r.lay(over, origin)
		used, all = used+laid, all+len(over.Prices())
		if laid > 0 {
			c.Regions[code] = r
		}
	}
	if used < all {
		applied.Ignored = append(applied.Ignored, ignoredPrices(p, used, all))
	}
	if used == 0 {
		return
	}
	applied.Prices = true
	c.PricesDate = max(c.PricesDate, p.Date)
	c.Sources[tag], c.SourceDates[tag] = p.Source, p.Date
}

func ignoredPrices(p OverlayPrices, used, all int) string {
	what := "its prices"
	if used > 0 {
		what = fmt.Sprintf("%d of its %d prices", all-used, all)
	}
	return fmt.Sprintf("%s of %s are older than those compiled in (add negotiated: true if they are of your own contract)",
		what, p.Date)
}

// lay takes over every price that is there and not older, or in place of an unverified one, and returns how many. The maps of
// the region below are copied first, never written to.
func (r *Region) lay(over Region, origin Origin) (used int) {
	for _, f := range families {
		*f.prices(r) = maps.Clone(*f.prices(r))
	}
	if r.origins = maps.Clone(r.origins); r.origins == nil {
		r.origins = map[string]Origin{}
	}
	for key, usd := range over.Prices() {
		below, ok := r.origins[key]
		if ok && !below.Unverified && !origin.Negotiated && origin.Date < below.Date {
			continue
		}
		r.SetPrice(key, usd)
		r.origins[key] = origin
		used++
	}
	r.cite()
	return used
}

func (c *Catalog) layQuotas(q *OverlayQuotas) {
	c.QuotasDate = q.Date
	c.Sources[OverlayQuotaTag], c.SourceDates[OverlayQuotaTag] = q.Source, q.Date
	c.Serverless.Quotas = withLimits(c.Serverless.Quotas, q.Serverless)
	c.Standard.Quotas = withLimits(c.Standard.Quotas, q.Standard)
	c.Express.Quotas = withLimits(c.Express.Quotas, q.Express)
}

func withLimits(quotas []Quota, limits map[string]float64) []Quota {
	out := slices.Clone(quotas)
	for i, q := range out {
		limit, ok := limits[q.ID]
		if !ok {
			continue
		}
		base := limit * units[q.Unit]
		out[i].Limit, out[i].Base, out[i].Unlimited, out[i].Source = &limit, &base, false, OverlayQuotaTag
	}
	return out
}
