package refresh

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/mskfit/mskfit/internal/catalog"
)

// serviceCode names MSK in the price list.
const serviceCode = "AmazonMSK"

// Prices is what the price list says.
type Prices struct {
	// Date is the day of the newest price list seen (YYYY-MM-DD), Source says which list it is.
	Date    string
	Source  string
	Regions map[string]catalog.Region
	// Pages and Products count what was read.
	Pages, Products int
	// Zero are prices that the list gives as 0, by region and key; they are not in Regions.
	Zero []string
	// Unknown are products that the catalog has no price for, and Unreadable those that could not be read, with the
	// cause; neither is in Regions.
	Unknown, Unreadable []string
	// Missed are offers files that the public list does not have, with the answer.
	Missed []string
}

// ReadPrices reads all pages of the price list of MSK. It fails when a call fails or when not one price could be read;
// what it left out is in the result.
func ReadPrices(ctx context.Context, api PriceList, known *catalog.Catalog) (*Prices, error) {
	r := newReader(known)
	for token, first := "", true; first || token != ""; first = false {
		out, err := api.Products(ctx, token)
		if err != nil {
			return nil, explained(ctx, "pricing:GetProducts", err)
		}
		if token != "" && out.NextToken == token {
			return nil, fmt.Errorf("pricing:GetProducts: page %d names itself as the next one", r.prices.Pages+1)
		}
		r.page(out.PriceList)
		token = out.NextToken
	}
	return r.result("pricing:GetProducts", "AWS Price List API")
}

func newReader(known *catalog.Catalog) *reader {
	return &reader{known: known, prices: &Prices{Regions: map[string]catalog.Region{}}, seen: map[string]float64{},
		conflicts: map[string]bool{}}
}

// reader turns documents into prices.
type reader struct {
	known  *catalog.Catalog
	prices *Prices
	// seen are the prices so far by region and key, conflicts those that the list gives twice and differently.
	seen      map[string]float64
	conflicts map[string]bool
}

func (r *reader) page(documents []string) {
	r.prices.Pages++
	for _, document := range documents {
		r.prices.Products++
		p, err := parse(document)
		r.take(p, err)
	}
}

// take takes one product, or notes why it cannot be read.
func (r *reader) take(p product, err error) {
	if err != nil {
		r.prices.Unreadable = append(r.prices.Unreadable, err.Error())
		return
	}
	if day, ok := p.published(); ok {
		r.prices.Date = max(r.prices.Date, day)
	}
	r.product(p)
}

func (r *reader) product(p product) {
	attributes := p.Product.Attributes
	code := attributes["regionCode"]
	known := r.known.Regions[code]
	usageType, prefix := p.usageType(known.UsageTypePrefix)
	key, listed, ok := r.known.PriceKey(usageType, attributes["operation"])
	if ok && isSize(key) {
		ok = r.known.HasSize(key)
	}
	if !ok {
		r.prices.Unknown = append(r.prices.Unknown, fmt.Sprintf("%s %s %s", code, usageType, attributes["operation"]))
		return
	}
	id := code + " " + key
	usd, err := p.usd(listed)
	switch before, twice := r.seen[id]; {
	case err != nil:
		r.prices.Unreadable = append(r.prices.Unreadable, fmt.Sprintf("%s: %v", id, err))
		return
	case twice && before != usd:
		r.prices.Unreadable = append(r.prices.Unreadable, fmt.Sprintf("%s: both %v and %v", id, before, usd))
		r.conflicts[id] = true
		return
	case usd == 0:
		r.prices.Zero = append(r.prices.Zero, id)
		return
	}
	region, there := r.prices.Regions[code]
	if !there {
		if known.Code == "" && (attributes["location"] == "" || prefix == "") {
			r.prices.Unreadable = append(r.prices.Unreadable, id+": a new region without its name or prefix")
			return
		}
		region = catalog.Region{Code: code, Location: attributes["location"], UsageTypePrefix: prefix}
	}
	region.SetPrice(key, usd)
	r.prices.Regions[code], r.seen[id] = region, usd
}

// result returns what was read; from names what was read in errors, list in the source of the prices.
func (r *reader) result(from, list string) (*Prices, error) {
	p := r.prices
	p.Source = fmt.Sprintf("%s, %s, published %s", list, serviceCode, p.Date)
	for _, list := range []*[]string{&p.Zero, &p.Unknown, &p.Unreadable} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	for _, code := range slices.Collect(maps.Keys(p.Regions)) {
		p.Regions[code] = r.clean(p.Regions[code])
	}
	switch {
	case len(r.seen) == 0 && len(p.Unreadable) > 0:
		return nil, fmt.Errorf("%s: none of %d products could be read, the first: %s", from, p.Products, p.Unreadable[0])
	case len(r.seen) == 0:
		return nil, fmt.Errorf("%s: no price of %s among %d products", from, serviceCode, p.Products)
	case p.Date == "":
		return nil, fmt.Errorf("%s: no product says when its price list was published", from)
	}
	return p, nil
}

// clean returns the region without the prices that the list contradicts itself on, and with its AWS name as the catalog
// has it.
func (r *reader) clean(region catalog.Region) catalog.Region {
	out := catalog.Region{Code: region.Code}
	if _, known := r.known.Regions[region.Code]; !known {
		out.Location, out.UsageTypePrefix = region.Location, region.UsageTypePrefix
	}
	for key, usd := range region.Prices() {
		if !r.conflicts[region.Code+" "+key] {
			out.SetPrice(key, usd)
		}
	}
	return out
}

// isSize distinguishes the keys of broker sizes from those of other prices.
func isSize(key string) bool { return !slices.Contains(catalog.PriceKeys(), key) }
