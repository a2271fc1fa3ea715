package catalog

import (
	"slices"
	"strings"
)

// Region is the price list of one region, in USD. A nil price: not sold there when the price file was made.
type Region struct {
	// Code is AWS's: "us-east-1".
	Code string `yaml:"-"`
	// Location is AWS's name of the region: "US East (N. Virginia)".
	Location string `yaml:"location"`
	// UsageTypePrefix starts the usage types of the region in AWS's price list ("USE1").
	UsageTypePrefix string `yaml:"usagetype_prefix"`
	// Source holds the tags of all its prices' sources; Origin has that of each price.
	Source string `yaml:"source"`
	// Broker-hours by size within the family: "large", "2xlarge". Nil: the family is not sold there.
	T3      map[string]float64 `yaml:"t3_broker_hour"`
	M5      map[string]float64 `yaml:"m5_broker_hour"`          // kafka.m5
	M7g     map[string]float64 `yaml:"m7g_broker_hour"`         // kafka.m7g
	Express map[string]float64 `yaml:"express_m7g_broker_hour"` // express.m7g

	StorageGBMonth             *float64 `yaml:"storage_gp2_gb_month"`              // per GB-month of EBS, Standard
	ProvisionedThroughputMonth *float64 `yaml:"provisioned_throughput_mbps_month"` // per MB/s-month of EBS, Standard
	TieredStorageGBMonth       *float64 `yaml:"tiered_storage_gb_month"`           // per GB-month in the low-cost tier, Standard
	TieredRetrievalGB          *float64 `yaml:"tiered_retrieval_gb"`               // per GB read from the low-cost tier, Standard
	ExpressStorageGBMonth      *float64 `yaml:"express_storage_gb_month"`          // per GB-month stored
	ExpressDataInGB            *float64 `yaml:"express_data_in_gb"`                // per GB from producers
	ServerlessClusterHour      *float64 `yaml:"serverless_cluster_hour"`           // per cluster-hour
	ServerlessPartitionHour    *float64 `yaml:"serverless_partition_hour"`         // per partition-hour
	ServerlessStorageGBMonth   *float64 `yaml:"serverless_storage_gb_month"`       // per GB-month stored
	ServerlessDataInGB         *float64 `yaml:"serverless_data_in_gb"`             // per GB from producers
	ServerlessDataOutGB        *float64 `yaml:"serverless_data_out_gb"`            // per GB to consumers
	PrivateConnectivityHour    *float64 `yaml:"private_connectivity_hour"`         // per cluster-hour and authentication
	PrivateConnectivityGB      *float64 `yaml:"private_connectivity_gb"`           // per GB over multi-VPC private connectivity
	ConnectMCUHour             *float64 `yaml:"connect_mcu_hour"`                  // per MSK Connect unit and hour
	ReplicatorHour             *float64 `yaml:"replicator_hour"`                   // per replicator-hour
	ReplicatorGBSameRegion     *float64 `yaml:"replicator_gb_same_region"`         // per GB replicated within the region
	ReplicatorGBCrossRegion    *float64 `yaml:"replicator_gb_cross_region"`        // per GB replicated to another region
	ExpressDeliveryS3TB        *float64 `yaml:"express_delivery_s3_tb"`            // per TB delivered to S3 objects
	ExpressDeliveryIcebergTB   *float64 `yaml:"express_delivery_iceberg_tb"`       // per TB delivered to Iceberg tables

	// Rows are the prices that Source does not hold for.
	Rows []Rows `yaml:"rows,omitempty"`

	origins map[string]Origin // by the key of Price
}

// BrokerHour returns the price of an hour of one broker of the size ("kafka.m5.large", "express.m7g.large"); false
// where the region does not sell it.
func (r Region) BrokerHour(size string) (float64, bool) {
	for _, f := range [...]struct {
		prefix string
		prices map[string]float64
	}{{"kafka.t3.", r.T3}, {"kafka.m5.", r.M5}, {"kafka.m7g.", r.M7g}, {"express.m7g.", r.Express}} {
		if name, ok := strings.CutPrefix(size, f.prefix); ok {
			price, sold := f.prices[name]
			return price, sold
		}
	}
	return 0, false
}

// Transfer is the price of traffic between availability zones, both directions together.
type Transfer struct {
	// CrossAZGB is USD per GB.
	CrossAZGB float64 `yaml:"cross_az_gb"`
	// Region is the one that the price was stated for.
	Region string `yaml:"region"`
	// Source holds tags of Catalog.Sources, joined with a comma.
	Source string `yaml:"source"`
	// Unverified: no document at hand confirms the price.
	Unverified bool `yaml:"unverified"`
	// Note is for people; empty: nothing to add.
	Note string `yaml:"note"`
}

// UsageType says which price a product of AWS's price list is: the usage type of the product is the region's prefix, a
// hyphen and Suffix, in which a final * stands for the size; Price is the key of the price. A price in another unit than
// Unit is not that price.
type UsageType struct {
	// Suffix follows the region's prefix and a hyphen; a final * stands for the size.
	Suffix string `yaml:"suffix"`
	// Operation is the product's operation in AWS's price list.
	Operation string `yaml:"operation"`
	// Price is a key of Region.Prices.
	Price string `yaml:"price"`
	// Unit is "hour", "GB", "GB-month" or "MB/s-month".
	Unit string `yaml:"unit"`
}

// listUnits are the spellings of AWS's price list for the units of usage types, in lower case.
var listUnits = map[string][]string{
	"hour":       {"hours", "hour", "hrs", "hr"},
	"GB":         {"gb"},
	"GB-month":   {"gb-mo", "gb-month", "gb-months"},
	"MB/s-month": {"mbps-mo", "mbps-month", "mibps-mo", "mibps-month", "mb/s-month"},
}

// InUnit reports whether the price list's unit is the one that the price is in.
func (u UsageType) InUnit(unit string) bool {
	return slices.Contains(listUnits[u.Unit], strings.ToLower(unit))
}
