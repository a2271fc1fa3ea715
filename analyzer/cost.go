package analyzer

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/verdict"
)

// bill adds up the lines of a month. A line without a price makes the whole bill unknown.
//
// AWS bills a GB of storage as 2^30 bytes (Service Terms, as quoted with its sizing script). Of data in and out it states no
// unit but GB, and they are counted by the profile's data unit: 15 MB/s are 39,420 GB a month, or 36,713 GiB, which would be
// 7 % below such a bill.
type bill struct {
	keep    bool               // the lines, not only the sum
	lines   []verdict.CostLine // not rounded until they are shown
	sum     float64
	unknown bool
	// unpriced names the lines without a price, where lines are kept.
	unpriced []string
	prices   *prices
}

// price is what one unit costs in dollars, and where that is from; not ok: the region has no such price.
type price struct {
	usd    float64
	origin catalog.Origin
	ok     bool
}

func (b *bill) add(item string, quantity float64, unit string, p price, note string) {
	b.addHours(item, quantity, 1, unit, p, note)
}

// addHours adds a line of things that are paid by the hour. The order of the product is that of AWS's script, to which the
// aws-script profile is exact where the last cent is a matter of rounding.
func (b *bill) addHours(item string, things, hours float64, unit string, p price, note string) {
	quantity := things * hours
	if !p.ok && b.keep {
		b.unpriced = append(b.unpriced, item)
	}
	if !p.ok || math.IsNaN(quantity) || math.IsInf(quantity, 0) {
		b.unknown = true
		return
	}
	usd := things * p.usd * hours
	b.sum += usd
	b.line(item, quantity, unit, p, usd, note)
}

// line keeps a line for people; it adds nothing.
func (b *bill) line(item string, quantity float64, unit string, p price, usd float64, note string) {
	if !b.keep || quantity <= 0 {
		return
	}
	b.lines = append(b.lines, verdict.CostLine{Item: item, Quantity: tidy(quantity), Unit: unit, UnitPrice: p.usd, MonthlyUSD: usd,
		Note: note, Source: p.origin.Source, PriceDate: p.origin.Date, Unverified: p.origin.Unverified,
		Negotiated: p.origin.Negotiated})
}

// addData adds a line of bytes that flow: what the rate adds up to in a month, by the GB.
func (b *bill) addData(item string, rate fig, p price, note string) {
	if !b.has(item, rate) {
		return
	}
	gb, unit := b.prices.profile.BytesOfData()
	b.add(item, rate.Value*3600*b.prices.profile.HoursPerMonth/gb, unit, p, note)
}

// has makes the bill unknown where the figure that a line multiplies is missing: an unknown amount is not a free one.
func (b *bill) has(item string, f fig) bool {
	if !f.ok {
		b.unknown = true
		if b.keep {
			b.unpriced = append(b.unpriced, item+" (amount unknown)")
		}
	}
	return f.ok
}

// total is the month in dollars, not rounded; false where a price is missing.
func (b *bill) total() (float64, bool) { return b.sum, !b.unknown }

// rounded returns the lines in cents that add up to the total in cents: each is rounded down, and the cents that are missing
// go to those that lost most. Rounding each for itself would leave the sum a cent or two off.
//
// Worked line: 1.004, 1.004 and 1.004 make 3.01: 1.01, 1.00 and 1.00.
func rounded(lines []verdict.CostLine, total float64) []verdict.CostLine {
	out := slices.Clone(lines)
	missing := math.Round(cents(total) * 100)
	order := make([]int, len(out))
	lost := make([]float64, len(out))
	for i, l := range out {
		down := math.Floor(l.MonthlyUSD * 100)
		order[i], lost[i] = i, l.MonthlyUSD*100-down
		out[i].MonthlyUSD = down / 100
		missing -= down
	}
	if missing < 0 || missing > float64(len(out)) || total > 1e12 { // not what was added up, or beyond a float's cents
		for i, l := range lines {
			out[i].MonthlyUSD = cents(l.MonthlyUSD)
		}
		return out
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(lost[b], lost[a]) })
	for _, i := range order[:int(missing)] {
		out[i].MonthlyUSD = (math.Round(out[i].MonthlyUSD*100) + 1) / 100
	}
	return out
}

// cents rounds to a cent, as printing does.
func cents(v float64) float64 {
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(v, 'f', 2, 64), 64)
	if err != nil {
		return v
	}
	return rounded
}

// prices looks up a region's prices under the overrides of a profile.
type prices struct {
	region  catalog.Region
	known   bool
	profile *catalog.Profile
	dates   map[string]string // of sources, by tag
	hours   map[string]price  // of brokers, by size
}

// pricesOf looks up what the options of the input cost an hour.
func pricesOf(in *Input, profile *catalog.Profile) prices {
	p := prices{profile: profile, dates: in.Catalog.SourceDates,
		hours: make(map[string]price, len(in.Catalog.Standard.Sizes)+len(in.Catalog.Express.Sizes))}
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
// overrides it. A profile's prices are those of us-east-1, and give way to negotiated ones.
func (p *prices) of(key string, listed *float64) price {
	if listed == nil || !p.known {
		return price{}
	}
	origin := p.region.Origin(key)
	if usd, ok := p.profile.PriceOverrides[key]; ok && p.region.Code == referenceRegion && !origin.Negotiated {
		return price{usd, p.origin(p.profile.Source, false), true}
	}
	return price{*listed, origin, true}
}

// origin is that of a price outside the regions, by the tag of its source.
func (p *prices) origin(tag string, unverified bool) catalog.Origin {
	return catalog.Origin{Source: tag, Date: p.dates[tag], Unverified: unverified}
}

// broker is the price of an hour of one broker; not ok where the region has no price of the size.
func (p *prices) broker(size string) price { return p.hours[size] }
