package analyzer

import (
	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/workload"
)

// standardBill is the month of a cluster of Standard brokers.
func standardBill(b *bill, in *Input, profile *catalog.Profile, l *load, size string, p *plan) {
	n, r := float64(p.brokers), &b.prices.region
	b.addHours("brokers", n, profile.HoursPerMonth, "broker-hours", b.prices.broker(size), "")
	b.add("storage", p.volumeGiB, "GB-months", b.prices.of("storage_gp2_gb_month", r.StorageGBMonth), l.retained)
	if p.throughput > 0 {
		b.add("provisioned storage throughput", n*p.throughput, "MB/s-months",
			b.prices.of("provisioned_throughput_mbps_month", r.ProvisionedThroughputMonth), "")
	}
	if p.keptGiB > 0 {
		b.add("tiered storage", p.keptGiB, "GB-months", b.prices.of("tiered_storage_gb_month", r.TieredStorageGBMonth), "")
	}
	b.crossAZ(in, profile, l)
}

// expressBill is the month of a cluster of Express brokers.
func expressBill(b *bill, in *Input, profile *catalog.Profile, l *load, size string, p *plan) {
	r := &b.prices.region
	b.addHours("brokers", float64(p.brokers), profile.HoursPerMonth, "broker-hours", b.prices.broker(size), "")
	b.add("storage", p.keptGiB, "GB-months", b.prices.of("express_storage_gb_month", r.ExpressStorageGBMonth), l.retained)
	b.add("data in", monthGiB(l.inMean, profile.HoursPerMonth), "GB", b.prices.of("express_data_in_gb", r.ExpressDataInGB), "")
	b.crossAZ(in, profile, l)
}

// serverlessBill is the month of so many Serverless clusters that share the load. Traffic between zones is not billed apart.
func serverlessBill(b *bill, profile *catalog.Profile, l *load, clusters int) {
	hours, r := profile.HoursPerMonth, &b.prices.region
	b.addHours("cluster-hours", float64(clusters), hours, "cluster-hours", b.prices.of("serverless_cluster_hour", r.ServerlessClusterHour), "")
	b.addHours("partition-hours", l.partitions.Value, hours, "partition-hours", b.prices.of("serverless_partition_hour", r.ServerlessPartitionHour), "")
	b.add("data in", monthGiB(l.inMean, hours), "GB", b.prices.of("serverless_data_in_gb", r.ServerlessDataInGB), "")
	b.add("data out", monthGiB(l.outMean, hours), "GB", b.prices.of("serverless_data_out_gb", r.ServerlessDataOutGB), "")
	b.add("storage", l.stored.Value/workload.GiB, "GB-months", b.prices.of("serverless_storage_gb_month", r.ServerlessStorageGBMonth), l.retained)
}

// crossAZ adds the traffic that clients send across zones, and what they read across zones where consumers do not read from the
// nearest replica. Replication between brokers is free.
func (b *bill) crossAZ(in *Input, profile *catalog.Profile, l *load) {
	share := profile.CrossAZShare
	if l.zones == 2 {
		share = 0.5
	}
	t := &in.Catalog.Transfer
	p := price{t.CrossAZGB, t.Source, t.CrossAZGB > 0}
	b.add("cross-AZ transfer, producers", monthGiB(l.inMean, profile.HoursPerMonth)*share, "GB", p, t.Note)
	if !in.Workload.RackAwareConsumers {
		b.add("cross-AZ transfer, consumers", monthGiB(l.outMean, profile.HoursPerMonth)*share, "GB", p, "consumers do not read from the nearest replica")
	}
}
