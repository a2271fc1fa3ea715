package refresh

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/mskfit/mskfit/internal/catalog"
)

// Result is what was read; a nil part was not asked for.
type Result struct {
	Prices *Prices
	Quotas *Quotas
	// QuotaRegion is the region whose quotas were read.
	QuotaRegion string
	// QuotasNotRead says why quotas were not read although they were not left out; empty: they were, or were left out.
	QuotasNotRead string
}

// Overlay returns the overlay that brings the catalog up to date, on top of the previous overlay where there is one (nil:
// none): what AWS no longer lists, and a part that was not read this time, stays as it was.
func Overlay(previous *catalog.Overlay, r Result, now time.Time) *catalog.Overlay {
	o := &catalog.Overlay{Schema: catalog.OverlaySchema, WrittenAt: now.UTC().Truncate(time.Second)}
	if previous != nil {
		o.Prices, o.EarlierPrices, o.Quotas = previous.Prices, previous.EarlierPrices, previous.Quotas
	}
	if r.Prices != nil {
		o.Prices, o.EarlierPrices = overlayPrices(o.Lists(), r.Prices)
	}
	if r.Quotas != nil {
		o.Quotas = overlayQuotas(o.Quotas, r, now)
	}
	return o
}

// overlayPrices puts what was read first and keeps of the lists before, each with its own date and source, what was not read
// this time. Negotiated prices stay whole: they hold beside any list.
func overlayPrices(before []catalog.OverlayPrices, p *Prices) (*catalog.OverlayPrices, []catalog.OverlayPrices) {
	fresh := &catalog.OverlayPrices{Date: p.Date, Source: p.Source, Regions: p.Regions}
	var earlier []catalog.OverlayPrices
	for _, list := range before {
		if !list.Negotiated {
			list.Regions = without(list, fresh)
		}
		if len(list.Regions) > 0 {
			earlier = append(earlier, list)
		}
	}
	return fresh, earlier
}

// without returns the regions of the list with the prices that the fresh one does not replace.
func without(list catalog.OverlayPrices, fresh *catalog.OverlayPrices) map[string]catalog.Region {
	out := map[string]catalog.Region{}
	for code, region := range list.Regions {
		left := catalog.Region{Location: region.Location, UsageTypePrefix: region.UsageTypePrefix}
		read := fresh.Regions[code].Prices()
		for key, usd := range region.Prices() {
			if _, again := read[key]; !again || list.Date > fresh.Date {
				left.SetPrice(key, usd)
			}
		}
		if len(left.Prices()) > 0 {
			out[code] = left
		}
	}
	return out
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

// Doubts says in words which of the prices no one should take over unseen: those of zero, and those that more than
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

// Kept lists the prices in force that the price list does not have, by region and key, and the regions that it has nothing of:
// they stay as they are.
func Kept(p *Prices, inForce *catalog.Catalog) []string {
	var kept, others []string
	for _, code := range slices.Sorted(maps.Keys(inForce.Regions)) {
		read, there := p.Regions[code]
		if !there {
			others = append(others, code)
			continue
		}
		is := read.Prices()
		for _, key := range slices.Sorted(maps.Keys(inForce.Regions[code].Prices())) {
			if _, listed := is[key]; !listed {
				kept = append(kept, code+" "+key)
			}
		}
	}
	if len(others) > 0 {
		kept = append([]string{"all prices of " + strings.Join(others, ", ")}, kept...)
	}
	return kept
}
