package analyzer

import (
	"math"
	"strconv"

	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/workload"
)

// bill adds up the lines of a month. AWS bills a GB as 2^30 bytes. A line without a price makes the whole bill unknown.
type bill struct {
	keep    bool // the lines, not the sum alone
	lines   []CostLine
	sum     float64
	unknown bool
	prices  *prices
}

// prices looks up a region's prices under the overrides of a profile.
type prices struct {
	region    catalog.Region
	overrides map[string]float64
	known     bool
	// hours are the broker-hours of the sizes, -1 where a size is not sold.
	hours map[string]float64
}

// pricesOf looks up what the options of the input cost an hour.
func pricesOf(in *Input, overrides map[string]float64) prices {
	p := prices{overrides: overrides, hours: make(map[string]float64, len(in.Catalog.Standard.Sizes)+len(in.Catalog.Express.Sizes))}
	p.region, p.known = priceRegion(in)
	note := func(size string) {
		hour, sold := p.region.BrokerHour(size)
		if v, ok := overrides[size]; ok && sold {
			hour = v
		}
		if !sold {
			hour = -1
		}
		p.hours[size] = hour
	}
	for i := range in.Catalog.Standard.Sizes {
		note(in.Catalog.Standard.Sizes[i].Name)
	}
	for i := range in.Catalog.Express.Sizes {
		note(in.Catalog.Express.Sizes[i].Name)
	}
	return p
}

// of returns the price with the key: a broker size or a key of the price file.
func (p *prices) of(key string, listed *float64) (float64, bool) {
	if v, ok := p.overrides[key]; ok {
		return v, true
	}
	if listed == nil {
		return 0, false
	}
	return *listed, p.known
}

// broker is the price of an hour of one broker; false where the region does not sell the size.
func (p *prices) broker(size string) (float64, bool) {
	hour, ok := p.hours[size]
	return hour, ok && hour >= 0
}

func (b *bill) add(item string, quantity float64, unit string, price float64, ok bool, note string) {
	b.addHours(item, quantity, 1, unit, price, ok, note)
}

// addHours adds a line of things that are paid by the hour. The order of the product is that of AWS's script, to which the
// aws-script profile is exact where the last cent is a matter of rounding.
func (b *bill) addHours(item string, things, hours float64, unit string, price float64, ok bool, note string) {
	quantity := things * hours
	if !ok || math.IsNaN(quantity) || math.IsInf(quantity, 0) {
		b.unknown = true
		return
	}
	usd := things * price * hours
	b.sum += usd
	if b.keep && quantity > 0 {
		b.lines = append(b.lines, CostLine{Item: item, Quantity: tidy(quantity), Unit: unit, UnitPrice: price,
			MonthlyUSD: cents(usd), Note: note})
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

// crossAZ adds the traffic that clients send and read across zones, where consumers do not read from the nearest replica.
func (b *bill) crossAZ(in *Input, profile *catalog.Profile, l *load) {
	share := profile.CrossAZShare
	if l.zones == 2 {
		share = 0.5
	}
	transfer := in.Catalog.Transfer
	ok := transfer.CrossAZGB > 0 || transfer.Source != ""
	b.add("cross-AZ transfer, producers", monthGiB(l.inMean, profile.HoursPerMonth)*share, "GB", transfer.CrossAZGB, ok, transfer.Note)
	if !in.Workload.RackAwareConsumers {
		b.add("cross-AZ transfer, consumers", monthGiB(l.outMean, profile.HoursPerMonth)*share, "GB", transfer.CrossAZGB, ok,
			"consumers do not read from the nearest replica")
	}
}

// standardBill is the month of a cluster of Standard brokers.
func standardBill(b *bill, in *Input, profile *catalog.Profile, l *load, size string, p *plan) {
	n := float64(p.brokers)
	hour, ok := b.prices.broker(size)
	b.addHours("brokers", n, profile.HoursPerMonth, "broker-hours", hour, ok, "")
	gb, ok := b.prices.of("storage_gp2_gb_month", b.prices.region.StorageGBMonth)
	b.add("storage", p.volumeGiB, "GB-months", gb, ok, l.retained)
	if p.throughput > 0 {
		mb, ok := b.prices.of("provisioned_throughput_mbps_month", b.prices.region.ProvisionedThroughputMonth)
		b.add("provisioned storage throughput", n*p.throughput, "MB/s-months", mb, ok, "")
	}
	if p.keptGiB > 0 {
		gb, ok := b.prices.of("tiered_storage_gb_month", b.prices.region.TieredStorageGBMonth)
		b.add("tiered storage", p.keptGiB, "GB-months", gb, ok, "")
	}
	b.crossAZ(in, profile, l)
}

// expressBill is the month of a cluster of Express brokers.
func expressBill(b *bill, in *Input, profile *catalog.Profile, l *load, size string, p *plan) {
	hours := profile.HoursPerMonth
	hour, ok := b.prices.broker(size)
	b.addHours("brokers", float64(p.brokers), hours, "broker-hours", hour, ok, "")
	gb, ok := b.prices.of("express_storage_gb_month", b.prices.region.ExpressStorageGBMonth)
	b.add("storage", p.keptGiB, "GB-months", gb, ok, l.retained)
	gb, ok = b.prices.of("express_data_in_gb", b.prices.region.ExpressDataInGB)
	b.add("data in", monthGiB(l.inMean, hours), "GB", gb, ok, "")
	b.crossAZ(in, profile, l)
}

// serverlessBill is the month of so many Serverless clusters that share the load. Traffic between zones is not billed apart.
func serverlessBill(b *bill, profile *catalog.Profile, l *load, clusters int) {
	hours, region := profile.HoursPerMonth, &b.prices.region
	price, ok := b.prices.of("serverless_cluster_hour", region.ServerlessClusterHour)
	b.addHours("cluster-hours", float64(clusters), hours, "cluster-hours", price, ok, "")
	price, ok = b.prices.of("serverless_partition_hour", region.ServerlessPartitionHour)
	b.addHours("partition-hours", l.partitions.Value, hours, "partition-hours", price, ok, "")
	price, ok = b.prices.of("serverless_data_in_gb", region.ServerlessDataInGB)
	b.add("data in", monthGiB(l.inMean, hours), "GB", price, ok, "")
	price, ok = b.prices.of("serverless_data_out_gb", region.ServerlessDataOutGB)
	b.add("data out", monthGiB(l.outMean, hours), "GB", price, ok, "")
	price, ok = b.prices.of("serverless_storage_gb_month", region.ServerlessStorageGBMonth)
	b.add("storage", l.stored.Value/workload.GiB, "GB-months", price, ok, l.retained)
}
