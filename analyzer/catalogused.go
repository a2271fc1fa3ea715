package analyzer

import "github.com/mskfit/mskfit/verdict"

// catalogUsed says what the options were judged and priced by. The date of the prices is that of the oldest in their cost
// lines; where nothing is priced, that of the region's oldest.
func (d *decision) catalogUsed(options []verdict.Option) verdict.CatalogUsed {
	c := d.in.Catalog
	used := verdict.CatalogUsed{Quotas: c.QuotasDate, Region: d.in.Workload.Region}
	if used.Region == "" {
		used.Region = referenceRegion
	}
	for _, o := range options {
		for _, l := range o.Cost {
			if l.PriceDate != "" && (used.Prices == "" || l.PriceDate < used.Prices) {
				used.Prices = l.PriceDate
			}
		}
	}
	if used.Prices == "" {
		used.Prices = d.pricesOf()
	}
	if c.Overlay != nil {
		used.Overlay, used.OverlayNotUsed = c.Overlay.File, c.Overlay.Ignored
	}
	return used
}

// pricesOf is the date of the oldest price of the region: what is not sold there was not sold then. Without any, that of the
// price file.
func (f *evalContext) pricesOf() string {
	if oldest, _ := f.prices.region.PricesBetween(); oldest != "" {
		return oldest
	}
	return f.in.Catalog.PricesDate
}
