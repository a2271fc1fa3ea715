package catalog

import "github.com/mskfit/mskfit/internal/workload"

// Profile is a named way of sizing: the constants that turn a workload into a number of brokers. Formulas are in
// analyzer; every constant is here, so that a profile can be read, compared and changed without code.
type Profile struct {
	// Name is what --profile and sizing_profile take.
	Name string `yaml:"name"`
	// Description is one sentence for people.
	Description string `yaml:"description"`
	// Source holds tags of Catalog.Sources, joined with a comma.
	Source string `yaml:"source"`

	// Standard holds the constants for Standard brokers.
	Standard StandardProfile `yaml:"standard"`
	// Express holds the constants for Express brokers.
	Express ExpressProfile `yaml:"express"`

	// BrokerMultiple is what broker counts are rounded up to (3: one broker a zone).
	BrokerMultiple int `yaml:"broker_multiple"`
	// BrokerLimit is the largest broker count considered.
	BrokerLimit int `yaml:"broker_limit"`
	// HoursPerMonth is the month of the cost lines (730).
	HoursPerMonth float64 `yaml:"hours_per_month"`
	// DataUnit is what data in, data out and traffic between zones are counted in: "GB" (10^9 bytes) or "GiB" (2^30).
	DataUnit string `yaml:"data_unit"`
	// AsScript reproduces AWS's script where no constant does: Express is sized by the declared replication factor, not by the
	// three copies that Express keeps, and a need is rounded up however little it is above a whole number.
	AsScript bool `yaml:"as_script"`
	// Connections says whether connection limits count towards the number of brokers.
	Connections bool `yaml:"connections"`
	// PriceOverrides replace prices of the catalog where a source uses others, by the key of the price
	// ("tiered_storage_gb_month", "kafka.m5.16xlarge").
	PriceOverrides map[string]float64 `yaml:"price_overrides"`
	// PartitionOverrides replace a size's partition limit for updates, by size.
	PartitionOverrides map[string]int `yaml:"partition_overrides"`
	// ExcludedFamilies are families of sizes that the profile does not size, with the reason in words.
	ExcludedFamilies map[string]string `yaml:"excluded_families"`
	// Corrections name what the profile does differently from the one that it builds on, and why.
	Corrections []Note `yaml:"corrections"`
}

// BytesOfData is what one unit of priced data (DataUnit) is, in bytes, and its name.
func (p *Profile) BytesOfData() (size float64, unit string) {
	if p.DataUnit == "GiB" {
		return workload.GiB, "GiB"
	}
	return workload.GB, "GB"
}

// The words that profiles choose with.
const (
	MethodCapacity       = "capacity"
	MethodScript         = "script"
	MethodTable          = "table"
	ThroughputScript     = "script"
	ThroughputDefault    = "default"
	PartitionRecommended = "recommended"
	PartitionMax         = "max"
)

// StandardProfile sizes Standard brokers.
type StandardProfile struct {
	// Method is "capacity" (storage and network of the size, divided by the factors below) or "table" (the
	// developer guide's rates for each size).
	Method string `yaml:"method"`
	// Utilization is the share of the computed capacity to plan with (0.50).
	Utilization float64 `yaml:"utilization"`
	// StorageFactor is the storage I/O of one byte of ingress (6.5); TieredFactor is added with tiered storage (1.5).
	StorageFactor float64 `yaml:"storage_factor"`
	// TieredFactor is what tiered storage adds to StorageFactor and to NetworkBase (1.5).
	TieredFactor float64 `yaml:"tiered_factor"`
	// TierKeepsAll: the low-cost tier is billed for the whole retention, what is still on the brokers included.
	TierKeepsAll bool `yaml:"tier_keeps_all"`
	// NetworkBase is the network I/O of one byte of ingress besides consumers (5.7); FanOutFactor multiplies fan-out (1.5).
	NetworkBase float64 `yaml:"network_base"`
	// FanOutFactor is the network I/O of each byte of egress, in bytes (1.5).
	FanOutFactor float64 `yaml:"fan_out_factor"`
	// StorageHeadroom multiplies the bytes to keep (2.0).
	StorageHeadroom float64 `yaml:"storage_headroom"`
	// MaxStorageGiB is the largest volume of one broker (16384).
	MaxStorageGiB float64 `yaml:"max_storage_gib"`
	// Throughput says which storage throughput a size has: "script" (the script's constants), or "default" (the
	// default of a volume unless more is provisioned, never above the size's own baseline).
	Throughput string `yaml:"throughput"`
	// ProvisionedFrom lists the sizes that may provision throughput; empty: those that the catalog marks.
	ProvisionedFrom []string `yaml:"provisioned_from"`
	// PartitionLimit is "recommended" or "max".
	PartitionLimit string `yaml:"partition_limit"`
}

// ExpressProfile sizes Express brokers.
type ExpressProfile struct {
	// Method is "table" (the sustained rates that AWS documents, times the factors below) or "script" (the script's ingress rate,
	// from which it works out egress too).
	Method string `yaml:"method"`
	// IngressFactor is the share of a broker's ingress rate to plan with, 0–1 (0.75). EgressFactor is with "table" the share of
	// the documented egress rate, 0–1, and with "script" how many times the ingress rate a broker gives out (2.5). With "table" 0
	// means all of the rate.
	IngressFactor float64 `yaml:"ingress_factor"`
	// EgressFactor is a share, 0–1, with "table", and a multiple of the ingress rate with "script" (2.5).
	EgressFactor float64 `yaml:"egress_factor"`
	// PartitionLimit is "recommended" or "max".
	PartitionLimit string `yaml:"partition_limit"`
}
