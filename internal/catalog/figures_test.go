package catalog_test

import (
	"math"
	"testing"

	"github.com/mskfit/mskfit/internal/catalog"
)

// The figures that most decisions rest on, as AWS published them, in base units. Each row is a check of the catalog against
// the document that its tag names, typed here a second time on purpose.
func TestQuotasAreThePublishedOnes(t *testing.T) {
	c := embedded(t)
	const none = -1
	for _, tt := range []struct {
		kind, id string
		base     float64
		source   string
	}{
		{"serverless", "ingress_per_cluster", 200e6, "S-LIM"},
		{"serverless", "egress_per_cluster", 400e6, "S-LIM"},
		{"serverless", "ingress_per_partition", 5e6, "S-LIM"},
		{"serverless", "egress_per_partition", 10e6, "S-LIM"},
		{"serverless", "partitions_non_compacted", 2400, "S-LIM"},
		{"serverless", "partitions_compacted", 120, "S-LIM"},
		{"serverless", "partition_create_delete_rate", 250, "S-LIM"},
		{"serverless", "partition_size_compacted", 250e9, "S-LIM"},
		{"serverless", "partition_size_non_compacted", none, "S-LIM"},
		{"serverless", "retention", none, "S-LIM"},
		{"serverless", "client_connections", 3000, "S-LIM"},
		{"serverless", "connection_attempts", 100, "S-LIM"},
		{"serverless", "message_size", 8388608, "S-LIM"},
		{"serverless", "request_rate", 15000, "S-LIM"},
		{"serverless", "topic_management_api_rate", 2, "S-LIM"},
		{"serverless", "fetch_bytes_per_request", 55e6, "S-LIM"},
		{"serverless", "consumer_groups", 500, "S-LIM"},
		{"serverless", "client_vpcs", 5, "S-LIM"},
		{"serverless", "clusters_per_account", 10, "S-LIM"},
		{"standard", "brokers_per_cluster_zookeeper", 30, "S-LIM, S-SQ"},
		{"standard", "brokers_per_cluster_kraft", 60, "S-LIM, S-SQ"},
		{"standard", "storage_per_broker_max", 16384 * 1073741824.0, "S-LIM"},
		{"standard", "iam_tcp_connections_per_broker", 3000, "S-LIM"},
		{"standard", "iam_connection_rate_t3", 4, "S-LIM"},
		{"express", "brokers_per_cluster_zookeeper", 30, "S-LIM"},
		{"express", "brokers_per_cluster_kraft", 60, "S-LIM"},
		{"express", "storage_per_broker", none, "S-LIM"},
	} {
		find := map[string]func(string) (catalog.Quota, bool){
			"serverless": c.Serverless.Quota, "standard": c.Standard.Quota, "express": c.Express.Quota}[tt.kind]
		q, ok := find(tt.id)
		switch {
		case !ok:
			t.Errorf("%s.%s: missing", tt.kind, tt.id)
		case tt.base == none && q.Base != nil:
			t.Errorf("%s.%s: got %v, want none", tt.kind, tt.id, *q.Base)
		case tt.base != none && (q.Base == nil || *q.Base != tt.base):
			t.Errorf("%s.%s: got %v %s, want %v in base units", tt.kind, tt.id, q.Limit, q.Unit, tt.base)
		}
		if q.Source != tt.source {
			t.Errorf("%s.%s: source: got %s, want %s", tt.kind, tt.id, q.Source, tt.source)
		}
	}
	if n := len(c.Serverless.Quotas); n != 19 {
		t.Errorf("serverless quotas: got %d, want 19", n)
	}
}

func TestSizesAreThePublishedOnes(t *testing.T) {
	c := embedded(t)
	if got, want := len(c.Standard.Sizes), 16; got != want {
		t.Errorf("standard sizes: got %d, want %d", got, want)
	}
	if got, want := len(c.Express.Sizes), 7; got != want {
		t.Errorf("express sizes: got %d, want %d", got, want)
	}
	big, _ := c.Standard.Size("kafka.m7g.16xlarge")
	for _, tt := range []struct {
		what      string
		got, want float64
	}{
		{"m7g.16xlarge guide ingress (S-MCP, S-XOV)", *big.GuideIngressMBps, 153.8},
		{"m7g.16xlarge EBS (S-EBS: 20000 Mbit/s)", big.EBSBaselineMBps, 20000.0 / 8},
		{"m7g.16xlarge partitions (S-BP)", float64(big.PartitionsRecommended), 4000},
		{"m7g.16xlarge partitions for updates (S-BP)", float64(big.PartitionsMax), 6000},
		{"m7g.16xlarge provisioned throughput (S-PST)", *big.ProvisionedMaxMiB, 1000},
		{"default throughput (S-PST)", c.Standard.DefaultThroughputMiB, 250},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: got %v, want %v", tt.what, tt.got, tt.want)
		}
	}
	small, _ := c.Standard.Size("kafka.t3.small")
	if small.KRaft || small.ScriptEBSMiB != nil || small.ProvisionedMaxMiB != nil {
		t.Errorf("kafka.t3.small: got %+v, want no KRaft, no figures of the script and no provisioned throughput", small)
	}
	// AWS's example: 45 MBps in and 90 MBps out fit 3 × express.m7g.large (S-BPE).
	large, _ := c.Express.Size("express.m7g.large")
	if 3*large.IngressSustainedMBps < 45 || 3*large.EgressSustainedMBps < 90 {
		t.Errorf("express.m7g.large: got %v in and %v out, too little for AWS's example", large.IngressSustainedMBps,
			large.EgressSustainedMBps)
	}
	if c.Express.PerPartitionMBps != 15 {
		t.Errorf("express partition: got %v MB/s, want 15", c.Express.PerPartitionMBps)
	}
}

// AWS's pricing page, us-east-1: a Serverless cluster over 31 days with 100 partitions, 100 GB in and 200 GB out a day and
// 100 GB stored costs 1299.60 USD.
func TestUnitPricesGiveThePricingPageExample(t *testing.T) {
	r, err := embedded(t).Region("us-east-1")
	if err != nil {
		t.Fatal(err)
	}
	hours := 31 * 24.0
	got := hours**r.ServerlessClusterHour + 100*hours**r.ServerlessPartitionHour + 100**r.ServerlessStorageGBMonth +
		31*100**r.ServerlessDataInGB + 31*200**r.ServerlessDataOutGB
	if math.Abs(got-1299.60) > 0.005 {
		t.Errorf("got %.2f, want 1299.60", got)
	}
}

func TestPricesAreThoseOfThePriceFile(t *testing.T) {
	c := embedded(t)
	if got, want := len(c.Regions), 32; got != want {
		t.Errorf("regions: got %d, want %d", got, want)
	}
	const notSold = -1
	for _, tt := range []struct {
		region, key string
		want        float64
	}{
		{"us-east-1", "kafka.t3.small", 0.0456},
		{"us-east-1", "kafka.m5.large", 0.21},
		{"us-east-1", "kafka.m5.16xlarge", 6.73},
		{"us-east-1", "kafka.m7g.xlarge", 0.408},
		{"us-east-1", "express.m7g.4xlarge", 3.264},
		{"us-east-1", "tiered_storage_gb_month", 0.06},
		{"us-west-2", "express.m7g.large", 0.476},
		{"us-west-2", "express_data_in_gb", 0.0117},
		{"eu-west-1", "serverless_cluster_hour", 0.8625},
		{"ap-south-1", "kafka.m7g.large", 0.1458},
		{"ap-southeast-5", "kafka.m5.large", notSold},
		{"ca-west-1", "kafka.m7g.large", notSold},
		{"us-west-1", "express_storage_gb_month", notSold},
		{"us-gov-west-1", "serverless_cluster_hour", notSold},
		{"us-east-1", "kafka.m6.large", notSold},
		{"us-east-1", "m5_broker_hour", notSold},
	} {
		r, err := c.Region(tt.region)
		if err != nil {
			t.Fatal(err)
		}
		got, ok := r.Price(tt.key)
		if ok != (tt.want != notSold) || ok && got != tt.want {
			t.Errorf("%s %s: got %v, %t, want %v (-1: not sold)", tt.region, tt.key, got, ok, tt.want)
		}
	}
	for _, code := range c.Serverless.Regions {
		r, err := c.Region(code)
		if err != nil {
			t.Fatal(err)
		}
		if r.ServerlessClusterHour == nil {
			t.Errorf("%s sells Serverless by the documentation, but has no price", code)
		}
	}
}

func TestARegionThatIsNotThereNamesThoseNearIt(t *testing.T) {
	for _, tt := range []struct{ code, want string }{
		{"us-est-1", `region "us-est-1": not among the 32 regions of the prices of 2025-04-04; near it are us-east-1, us-west-1, us-east-2`},
		{"eu-wst-1", `region "eu-wst-1": not among the 32 regions of the prices of 2025-04-04; near it are eu-west-1, eu-west-2, eu-west-3`},
		{"moon", `region "moon": not among the 32 regions of the prices of 2025-04-04; known are af-south-1, ap-east-1, ap-northeast-1, ` +
			`ap-northeast-2, ap-northeast-3, ap-south-1, ap-south-2, ap-southeast-1, ap-southeast-2, ap-southeast-3, ap-southeast-4, ` +
			`ap-southeast-5, ca-central-1, ca-west-1, eu-central-1, eu-central-2, eu-north-1, eu-south-1, eu-south-2, eu-west-1, eu-west-2, ` +
			`eu-west-3, il-central-1, me-central-1, me-south-1, sa-east-1, us-east-1, us-east-2, us-gov-east-1, us-gov-west-1, us-west-1, us-west-2`},
	} {
		_, err := embedded(t).Region(tt.code)
		if err == nil || err.Error() != tt.want {
			t.Errorf("got  %v\nwant %s", err, tt.want)
		}
	}
}

func TestQuotasOf2022(t *testing.T) {
	now := embedded(t)
	old, err := now.WithQuotas2022()
	if err != nil {
		t.Fatal(err)
	}
	if got, want := old.QuotasDate, "2022-07-25"; got != want {
		t.Errorf("date: got %s, want %s", got, want)
	}
	for _, tt := range []struct {
		id       string
		was, now float64
	}{
		{"partitions_non_compacted", 120, 2400}, {"client_connections", 1000, 3000}, {"partition_create_delete_rate", 120, 250},
		{"clusters_per_account", 3, 10}, {"ingress_per_cluster", 200, 200}, {"request_rate", 15000, 15000},
	} {
		was, _ := old.Serverless.Quota(tt.id)
		is, _ := now.Serverless.Quota(tt.id)
		if was.Limit == nil || *was.Limit != tt.was || is.Limit == nil || *is.Limit != tt.now {
			t.Errorf("%s: got %v then and %v now, want %v and %v", tt.id, was.Limit, is.Limit, tt.was, tt.now)
		}
	}
	if q, _ := old.Serverless.Quota("retention"); q.Base == nil || *q.Base != 24*3600 {
		t.Errorf("retention then: got %+v, want 24 hours", q)
	}
	if got, want := len(old.Serverless.TopicConfigs), len(now.Serverless.TopicConfigs); got != want {
		t.Errorf("topic configurations then: got %d, want %d", got, want)
	}
}
