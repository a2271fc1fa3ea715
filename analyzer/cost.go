package analyzer

import (
	"math"
	"strconv"

	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// bill adds up the lines of a month. AWS bills a GB as 2^30 bytes. A line without a price makes the whole bill unknown.
type bill struct {
	keep    bool // the lines, not the sum alone
	lines   []verdict.CostLine
	sum     float64
	unknown bool
	prices  *prices
}

// price is what one unit costs in dollars, and where that stands; not ok: the region does not sell it.
type price struct {
	usd    float64
	source string
	ok     bool
}

func (b *bill) add(item string, quantity float64, unit string, p price, note string) {
	b.addHours(item, quantity, 1, unit, p, note)
}

// addHours adds a line of things that are paid by the hour. The order of the product is that of AWS's script, to which the
// aws-script profile is exact where the last cent is a matter of rounding.
func (b *bill) addHours(item string, things, hours float64, unit string, p price, note string) {
	quantity := things * hours
	if !p.ok || math.IsNaN(quantity) || math.IsInf(quantity, 0) {
		b.unknown = true
		return
	}
	usd := things * p.usd * hours
	b.sum += usd
	if b.keep && quantity > 0 {
		b.lines = append(b.lines, verdict.CostLine{Item: item, Quantity: tidy(quantity), Unit: unit, UnitPrice: p.usd,
			MonthlyUSD: cents(usd), Note: note, Source: p.source})
	}
}

// total is the month in dollars, not rounded; false where a price is missing.
func (b *bill) total() (float64, bool) { return b.sum, !b.unknown }

// cents rounds to a cent, as printing does.
func cents(v float64) float64 {
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(v, 'f', 2, 64), 64)
	if err != nil {
		return v
	}
	return rounded
}

// monthGiB is what a rate adds up to in a month, in GiB.
func monthGiB(rate fig, hours float64) float64 { return rate.Value * 3600 * hours / workload.GiB }

// prices looks up a region's prices under the overrides of a profile.
type prices struct {
	region  catalog.Region
	known   bool
	profile *catalog.Profile
	hours   map[string]price // of brokers, by size
}

// pricesOf looks up what the options of the input cost an hour.
func pricesOf(in *Input, profile *catalog.Profile) prices {
	p := prices{profile: profile, hours: make(map[string]price, len(in.Catalog.Standard.Sizes)+len(in.Catalog.Express.Sizes))}
	p.region, p.known = priceRegion(in)
	note := func(size string) {
		if hour, sold := p.region.BrokerHour(size); sold {
			p.hours[size] = p.of(size, &hour)
		}
	}
	for i := range in.Catalog.Standard.Sizes {
		note(in.Catalog.Standard.Sizes[i].Name)
	}
	for i := range in.Catalog.Express.Sizes {
		note(in.Catalog.Express.Sizes[i].Name)
	}
	return p
}

// of returns the price with the key, a broker size or a key of the price file, as the region lists it or as the profile
// overrides it.
func (p *prices) of(key string, listed *float64) price {
	if listed == nil || !p.known {
		return price{}
	}
	if usd, ok := p.profile.PriceOverrides[key]; ok {
		return price{usd, p.profile.Source, true}
	}
	return price{*listed, p.region.Source, true}
}

// broker is the price of an hour of one broker; not ok where the region does not sell the size.
func (p *prices) broker(size string) price { return p.hours[size] }
