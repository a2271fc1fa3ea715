package catalog

import (
	"fmt"
	"maps"
	"slices"
)

// With returns a copy of the catalog with the overlay laid over it; file names the overlay. A part that is older than
// the catalog's own is left aside, and Catalog.Overlay says so. The overlay must have been checked by ReadOverlay.
func (c *Catalog) With(file string, o *Overlay) *Catalog {
	out := *c
	out.Sources, out.SourceDates = maps.Clone(c.Sources), maps.Clone(c.SourceDates)
	applied := &AppliedOverlay{File: file, WrittenAt: o.WrittenAt}
	out.Overlay = applied
	if p := o.Prices; p != nil {
		if applied.Prices = p.Date >= c.PricesDate; applied.Prices {
			out.layPrices(p)
		} else {
			applied.Ignored = append(applied.Ignored, fmt.Sprintf(
				"its prices are of %s, those compiled in of %s", p.Date, c.PricesDate))
		}
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

func (c *Catalog) layPrices(p *OverlayPrices) {
	c.PricesDate = p.Date
	c.Sources[OverlayPriceTag], c.SourceDates[OverlayPriceTag] = p.Source, p.Date
	c.Regions = maps.Clone(c.Regions)
	for code, over := range p.Regions {
		r, known := c.Regions[code]
		if !known {
			r = Region{Code: code, Location: over.Location, UsageTypePrefix: over.UsageTypePrefix}
		}
		r.lay(over)
		r.Source = OverlayPriceTag
		if known {
			r.Source += ", " + c.Regions[code].Source
		}
		c.Regions[code] = r
	}
}

// lay takes over every price that is there. The maps of the region below are copied first, never written to.
func (r *Region) lay(over Region) {
	for _, f := range families {
		*f.prices(r) = maps.Clone(*f.prices(r))
	}
	for key, usd := range over.Prices() {
		r.SetPrice(key, usd)
	}
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
