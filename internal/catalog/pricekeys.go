package catalog

import "strings"

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
	{"express_delivery_s3_tb", func(r *Region) **float64 { return &r.ExpressDeliveryS3TB }},
	{"express_delivery_iceberg_tb", func(r *Region) **float64 { return &r.ExpressDeliveryIcebergTB }},
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
		if v := *p.price(&r); v != nil {
			return *v, true
		}
		return 0, false
	}
	return r.BrokerHour(key)
}

// Prices returns all prices of the region by the keys of Price. What is not sold there is not in the map.
func (r Region) Prices() map[string]float64 {
	all := map[string]float64{}
	for _, f := range families {
		for short, usd := range *f.prices(&r) {
			all[f.prefix+short] = usd
		}
	}
	for _, p := range flatPrices {
		if v := *p.price(&r); v != nil {
			all[p.key] = *v
		}
	}
	return all
}

// SetPrice sets the price with the key of Price in place. It reports false for a key that is none.
func (r *Region) SetPrice(key string, usd float64) bool {
	for _, f := range families {
		short, ok := strings.CutPrefix(key, f.prefix)
		if !ok || short == "" {
			continue
		}
		prices := f.prices(r)
		if *prices == nil {
			*prices = map[string]float64{}
		}
		(*prices)[short] = usd
		return true
	}
	for _, p := range flatPrices {
		if p.key == key {
			*p.price(r) = &usd
			return true
		}
	}
	return false
}

// PriceKey returns the key of the price that a product of AWS's price list is, from its usage type without the region
// ("Kafka.m5.large") and its operation ("RunBroker"), and how the list names it. It reports false for a product that the
// catalog has no price for. The size in a key may be one that the catalog does not know yet.
func (c *Catalog) PriceKey(usageType, operation string) (string, UsageType, bool) {
	for _, u := range c.UsageTypes {
		if u.Operation != operation {
			continue
		}
		if u.Suffix == usageType {
			return u.Price, u, true
		}
		stem, open := strings.CutSuffix(u.Suffix, "*")
		short, ok := strings.CutPrefix(usageType, stem)
		if !open || !ok || short == "" {
			continue
		}
		for _, f := range families {
			if f.key == u.Price {
				return f.prefix + short, u, true
			}
		}
	}
	return "", UsageType{}, false
}

// PriceUnit says what the price with the key of Price is for: "USD per GB-month stored".
func (c *Catalog) PriceUnit(key string) string {
	for _, f := range families {
		if strings.HasPrefix(key, f.prefix) {
			return c.PriceUnits[f.key]
		}
	}
	return c.PriceUnits[key]
}

// HasSize reports whether the catalog knows the broker size.
func (c *Catalog) HasSize(name string) bool {
	if strings.HasPrefix(name, "express.") {
		_, ok := c.Express.Size(name)
		return ok
	}
	_, ok := c.Standard.Size(name)
	return ok
}
