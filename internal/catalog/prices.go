package catalog

import (
	"maps"
	"slices"

	"github.com/mskfit/mskfit/internal/yamlfile"
)

// priceFile is prices.yaml.
type priceFile struct {
	Date       string            `yaml:"date"`
	Currency   string            `yaml:"currency"`
	Source     string            `yaml:"source"`
	Units      map[string]string `yaml:"units"`
	Transfer   Transfer          `yaml:"transfer"`
	UsageTypes []UsageType       `yaml:"usage_types"`
	Notes      []Note            `yaml:"notes"`
	Regions    map[string]Region `yaml:"regions"`
}

func (l *loader) prices() {
	var file priceFile
	read(l, "prices.yaml", &file, l.checkPrices)
	for code, r := range file.Regions {
		r.Code = code
		r.date(l.catalog.SourceDates)
		file.Regions[code] = r
	}
	c := l.catalog
	c.PricesDate, c.PriceSource, c.PriceUnits = file.Date, file.Source, file.Units
	c.Transfer, c.UsageTypes, c.PriceNotes, c.Regions = file.Transfer, file.UsageTypes, file.Notes, file.Regions
}

func (l *loader) checkPrices(doc *yamlfile.Document, file *priceFile) error {
	var c checks
	c.day("date", file.Date, false)
	c.oneOf("currency", file.Currency, "USD")
	l.known(&c, "source", file.Source, false)
	keys := PriceKeys()
	for _, key := range keys {
		c.text("units."+key, file.Units[key], "describe what the price is for")
	}
	for _, key := range slices.Sorted(maps.Keys(file.Units)) {
		c.oneOf("units."+key, key, keys...)
	}
	c.positive("transfer.cross_az_gb", file.Transfer.CrossAZGB)
	l.known(&c, "transfer.source", file.Transfer.Source, file.Transfer.Unverified)
	for i, u := range file.UsageTypes {
		at := indexed("usage_types", i)
		c.text(at+".suffix", u.Suffix, "write the usage type without its region")
		c.text(at+".operation", u.Operation, "name the operation")
		c.oneOf(at+".price", u.Price, keys...)
		c.oneOf(at+".unit", u.Unit, slices.Sorted(maps.Keys(listUnits))...)
	}
	l.notes(&c, "notes", file.Notes)
	if !doc.Has("regions") {
		c.add("regions", "missing: list at least one")
	}
	for _, code := range slices.Sorted(maps.Keys(file.Regions)) {
		l.region(&c, doc, "regions."+code, file.Regions[code])
	}
	return c.err()
}

// region checks the prices of one region. Every key has to be written, so that what is not sold (null) can be distinguished from
// what was forgotten.
func (l *loader) region(c *checks, doc *yamlfile.Document, at string, r Region) {
	c.text(at+".location", r.Location, `write the name that AWS uses, like "US East (N. Virginia)"`)
	c.text(at+".usagetype_prefix", r.UsageTypePrefix, "write the prefix of its usage types, like USE1")
	l.known(c, at+".source", r.Source, false)
	for _, key := range PriceKeys() {
		if !doc.Names(at + "." + key) {
			c.add(at+"."+key, "missing: write null where it is not sold")
		}
	}
	c.regionPrices(l.catalog, at, r)
	l.rows(c, at, r)
}

// regionPrices checks the prices that are there.
func (c *checks) regionPrices(catalog *Catalog, at string, r Region) {
	for _, f := range families {
		prices := *f.prices(&r)
		for _, short := range slices.Sorted(maps.Keys(prices)) {
			field := at + "." + f.key + "." + short
			c.positive(field, prices[short])
			if name := f.prefix + short; !catalog.HasSize(name) {
				c.add(field, "%q is not a size of the catalog", name)
			}
		}
	}
	for _, p := range flatPrices {
		c.optionalPositive(at+"."+p.key, *p.price(&r))
	}
}
