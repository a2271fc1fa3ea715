package refresh

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/mskfit/mskfit/internal/catalog"
)

// Result is what was read; a nil part was not asked for.
type Result struct {
	Prices *Prices
	Quotas *Quotas
	// QuotaRegion is the region whose quotas were read.
	QuotaRegion string
}

// Overlay returns the overlay that brings the catalog up to date, on top of the previous overlay where there is one (nil:
// none): what AWS no longer lists, and a part that was not read this time, stays as it was.
func Overlay(previous *catalog.Overlay, r Result, now time.Time) *catalog.Overlay {
	o := &catalog.Overlay{Schema: catalog.OverlaySchema, WrittenAt: now.UTC().Truncate(time.Second)}
	if previous != nil {
		o.Prices, o.Quotas = previous.Prices, previous.Quotas
	}
	if r.Prices != nil {
		o.Prices = overlayPrices(o.Prices, r.Prices)
	}
	if r.Quotas != nil {
		o.Quotas = overlayQuotas(o.Quotas, r, now)
	}
	return o
}

func overlayPrices(before *catalog.OverlayPrices, p *Prices) *catalog.OverlayPrices {
	out := &catalog.OverlayPrices{Date: p.Date, Regions: map[string]catalog.Region{},
		Source: "AWS Price List API, " + serviceCode + ", published " + p.Date}
	if before != nil {
		for code, region := range before.Regions {
			out.Regions[code] = laid(catalog.Region{Location: region.Location, UsageTypePrefix: region.UsageTypePrefix}, region)
		}
	}
	for code, region := range p.Regions {
		below, there := out.Regions[code]
		if !there {
			below = catalog.Region{Location: region.Location, UsageTypePrefix: region.UsageTypePrefix}
		}
		out.Regions[code] = laid(below, region)
	}
	return out
}

// laid returns below with the prices of above set; below is the caller's own.
func laid(below, above catalog.Region) catalog.Region {
	for key, usd := range above.Prices() {
		below.SetPrice(key, usd)
	}
	return below
}

func overlayQuotas(before *catalog.OverlayQuotas, r Result, now time.Time) *catalog.OverlayQuotas {
	day := now.UTC().Format(time.DateOnly)
	out := &catalog.OverlayQuotas{Date: day, Standard: map[string]float64{},
		Source: fmt.Sprintf("Service Quotas of the account in %s, read on %s", r.QuotaRegion, day)}
	if before != nil {
		out.Serverless, out.Express = before.Serverless, before.Express
		maps.Copy(out.Standard, before.Standard)
	}
	maps.Copy(out.Standard, r.Quotas.Standard)
	return out
}

// MaxJump is by which factor a price may rise or fall before it has to be accepted by hand: AWS has changed the price of
// a unit seldom and by little, and a change of unit (hours to seconds, GB to TB) gives a far larger one.
const MaxJump = 2

// Doubts says in words which of the prices nobody should take over unseen: those of zero, and those that more than
// doubled or halved against the catalog in force. Empty: none.
func Doubts(p *Prices, inForce *catalog.Catalog) []string {
	var doubts []string
	for _, id := range p.Zero {
		doubts = append(doubts, id+": the price list gives 0")
	}
	for _, code := range slices.Sorted(maps.Keys(p.Regions)) {
		was := inForce.Regions[code].Prices()
		is := p.Regions[code].Prices()
		for _, key := range slices.Sorted(maps.Keys(is)) {
			before, known := was[key]
			if known && (is[key] > before*MaxJump || is[key]*MaxJump < before) {
				doubts = append(doubts, fmt.Sprintf("%s %s: %v instead of %v", code, key, is[key], before))
			}
		}
	}
	return doubts
}

// Kept lists the prices in force that the price list does not have, by region and key: they stay as they are.
func Kept(p *Prices, inForce *catalog.Catalog) []string {
	var kept []string
	for _, code := range slices.Sorted(maps.Keys(inForce.Regions)) {
		is := p.Regions[code].Prices()
		for _, key := range slices.Sorted(maps.Keys(inForce.Regions[code].Prices())) {
			if _, listed := is[key]; !listed {
				kept = append(kept, code+" "+key)
			}
		}
	}
	return kept
}
