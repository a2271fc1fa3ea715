package verdict

// IngressKey is the name of ingress among the values of a daily peak.
const IngressKey = "ingress_bytes_per_second"

// DailyQuantities maps the quotas of Serverless that a forecast watches to the names of daily peaks.
var DailyQuantities = []struct{ Quota, Quantity string }{
	{"ingress_per_cluster", IngressKey},
	{"egress_per_cluster", "egress_bytes_per_second"},
	{"ingress_per_partition", "hottest_partition_ingress_bytes_per_second"},
	{"egress_per_partition", "hottest_partition_egress_bytes_per_second"},
	{"partitions_non_compacted", "partitions"},
	{"partitions_compacted", "compacted_partitions"},
	{"consumer_groups", "consumer_groups"},
	{"client_connections", "client_connections"},
	{"request_rate", "requests_per_second"},
}
