package catalog

import (
	"maps"
	"slices"
	"strings"

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

// family is one of the broker families that are priced by size.
type family struct {
	key    string // of the map of prices
	prefix string // of the size names
	prices func(*Region) *map[string]float64
}

var families = []family{
	{"t3_broker_hour", "kafka.t3.", func(r *Region) *map[string]float64 { return &r.T3 }},
	{"m5_broker_hour", "kafka.m5.", func(r *Region) *map[string]float64 { return &r.M5 }},
	{"m7g_broker_hour", "kafka.m7g.", func(r *Region) *map[string]float64 { return &r.M7g }},
	{"express_m7g_broker_hour", "express.m7g.", func(r *Region) *map[string]float64 { return &r.Express }},
}

// flatPrice is a price of its own.
type flatPrice struct {
	key   string
	price func(*Region) **float64
}

var flatPrices = []flatPrice{
	{"storage_gp2_gb_month", func(r *Region) **float64 { return &r.StorageGBMonth }},
	{"provisioned_throughput_mbps_month", func(r *Region) **float64 { return &r.ProvisionedThroughputMonth }},
	{"tiered_storage_gb_month", func(r *Region) **float64 { return &r.TieredStorageGBMonth }},
	{"tiered_retrieval_gb", func(r *Region) **float64 { return &r.TieredRetrievalGB }},
	{"express_storage_gb_month", func(r *Region) **float64 { return &r.ExpressStorageGBMonth }},
	{"express_data_in_gb", func(r *Region) **float64 { return &r.ExpressDataInGB }},
	{"serverless_cluster_hour", func(r *Region) **float64 { return &r.ServerlessClusterHour }},
	{"serverless_partition_hour", func(r *Region) **float64 { return &r.ServerlessPartitionHour }},
	{"serverless_storage_gb_month", func(r *Region) **float64 { return &r.ServerlessStorageGBMonth }},
	{"serverless_data_in_gb", func(r *Region) **float64 { return &r.ServerlessDataInGB }},
	{"serverless_data_out_gb", func(r *Region) **float64 { return &r.ServerlessDataOutGB }},
	{"private_connectivity_hour", func(r *Region) **float64 { return &r.PrivateConnectivityHour }},
	{"private_connectivity_gb", func(r *Region) **float64 { return &r.PrivateConnectivityGB }},
	{"connect_mcu_hour", func(r *Region) **float64 { return &r.ConnectMCUHour }},
	{"replicator_hour", func(r *Region) **float64 { return &r.ReplicatorHour }},
	{"replicator_gb_same_region", func(r *Region) **float64 { return &r.ReplicatorGBSameRegion }},
	{"replicator_gb_cross_region", func(r *Region) **float64 { return &r.ReplicatorGBCrossRegion }},
}

// PriceKeys lists the keys of a region's prices in the order of the price file; broker families are priced by size.
func PriceKeys() []string {
	var keys []string
	for _, f := range families {
		keys = append(keys, f.key)
	}
	for _, p := range flatPrices {
		keys = append(keys, p.key)
	}
	return keys
}

// Price returns the price with the key: a size ("kafka.m5.16xlarge") or a key of PriceKeys that is not a family
// ("tiered_storage_gb_month"). It reports false where the region does not sell it.
func (r Region) Price(key string) (float64, bool) {
	for _, p := range flatPrices {
		if p.key != key {
			continue
		}
		v := *p.price(&r)
		if v == nil {
			return 0, false
		}
		return *v, true
	}
	return r.BrokerHour(key)
}

func (l *loader) prices() {
	var file priceFile
	read(l, "prices.yaml", &file, l.checkPrices)
	for code, r := range file.Regions {
		r.Code = code
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
		c.text("units."+key, file.Units[key], "say what the price is for")
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

// region checks the prices of one region. Every key has to be written, so that what is not sold (null) can be told from
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
}

// regionPrices checks the prices that are there.
func (c *checks) regionPrices(catalog *Catalog, at string, r Region) {
	for _, f := range families {
		prices := *f.prices(&r)
		for _, short := range slices.Sorted(maps.Keys(prices)) {
			field := at + "." + f.key + "." + short
			c.positive(field, prices[short])
			if name := f.prefix + short; !catalog.sells(name) {
				c.add(field, "%q is not a size of the catalog", name)
			}
		}
	}
	for _, p := range flatPrices {
		c.optionalPositive(at+"."+p.key, *p.price(&r))
	}
}

// sells reports whether the catalog knows the size.
func (c *Catalog) sells(size string) bool {
	if strings.HasPrefix(size, "express.") {
		_, ok := c.Express.Size(size)
		return ok
	}
	_, ok := c.Standard.Size(size)
	return ok
}
