package analyzer

import (
	"math"

	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/workload"
)

// standardBill is the month of a cluster of Standard brokers.
func standardBill(b *bill, in *Input, profile *catalog.Profile, l *load, size string, p *plan) {
	n, r := float64(p.brokers), &b.prices.region
	b.addHours("brokers", n, profile.HoursPerMonth, "broker-hours", b.prices.broker(size), "")
	b.add("storage", p.volumeGiB, "GiB-months", b.prices.of("storage_gp2_gb_month", r.StorageGBMonth), l.retained)
	if p.keptGiB > 0 {
		b.add("tiered storage", p.keptGiB, "GiB-months", b.prices.of("tiered_storage_gb_month", r.TieredStorageGBMonth), "")
	}
	b.crossAZ(in, l)
	if p.throughput > 0 {
		b.add("provisioned storage throughput", n*p.throughput, "MB/s-months",
			b.prices.of("provisioned_throughput_mbps_month", r.ProvisionedThroughputMonth), "")
	}
}

// expressBill is the month of a cluster of Express brokers.
func expressBill(b *bill, in *Input, profile *catalog.Profile, l *load, size string, p *plan) {
	r := &b.prices.region
	b.addHours("brokers", float64(p.brokers), profile.HoursPerMonth, "broker-hours", b.prices.broker(size), "")
	b.add("storage", p.keptGiB, "GiB-months", b.prices.of("express_storage_gb_month", r.ExpressStorageGBMonth), l.retained)
	b.addData("data in", l.inMean, b.prices.of("express_data_in_gb", r.ExpressDataInGB), "")
	b.crossAZ(in, l)
}

// serverlessBill is the month of so many Serverless clusters that share the load. Traffic between zones is not billed apart.
func serverlessBill(b *bill, profile *catalog.Profile, l *load, clusters int) {
	hours, r := profile.HoursPerMonth, &b.prices.region
	b.addHours("cluster-hours", float64(clusters), hours, "cluster-hours",
		b.prices.of("serverless_cluster_hour", r.ServerlessClusterHour), "")
	if b.has("partition-hours", l.partitions) {
		b.addHours("partition-hours", l.partitions.Value, hours, "partition-hours",
			b.prices.of("serverless_partition_hour", r.ServerlessPartitionHour), "")
	}
	b.addData("data in", l.inMean, b.prices.of("serverless_data_in_gb", r.ServerlessDataInGB), "")
	b.addData("data out", l.outMean, b.prices.of("serverless_data_out_gb", r.ServerlessDataOutGB), "")
	b.add("storage", l.stored.Value/workload.GiB, "GiB-months",
		b.prices.of("serverless_storage_gb_month", r.ServerlessStorageGBMonth), l.retained)
}

// crossAZ adds the traffic that clients send across zones, and what they read across zones where consumers do not read from the
// nearest replica. Replication between brokers is free. The sum is made in the order of AWS's script, apart from the two lines.
func (b *bill) crossAZ(in *Input, l *load) {
	zones := float64(l.zones)
	others := func(rate float64) float64 { return rate * (zones - 1) / zones }
	gb, unit := b.prices.profile.BytesOfData()
	month := func(rate float64) float64 { return rate * 3600 * b.prices.profile.HoursPerMonth / gb }
	t := &in.Catalog.Transfer
	p := price{t.CrossAZGB, b.prices.origin(t.Source, t.Unverified), t.CrossAZGB > 0}
	rate := others(l.inMean.Value)
	if !in.Workload.RackAwareConsumers {
		rate += others(l.outMean.Value)
	}
	usd := month(rate) * p.usd
	if !p.ok || math.IsNaN(usd) || math.IsInf(usd, 0) {
		b.unknown = true
		return
	}
	b.sum += usd
	produced := month(others(l.inMean.Value))
	b.line("cross-AZ transfer, producers", produced, unit, p, produced*p.usd, t.Note)
	if !in.Workload.RackAwareConsumers {
		read := month(others(l.outMean.Value))
		b.line("cross-AZ transfer, consumers", read, unit, p, read*p.usd, "consumers do not read from the nearest replica")
	}
}
