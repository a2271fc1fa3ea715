package daemon

import (
	"slices"
	"strings"
	"testing"

	"github.com/twmb/franz-go/pkg/kfake"

	"github.com/mskfit/mskfit/internal/testbed/mskfake"
	"github.com/mskfit/mskfit/internal/workload"
)

// A cluster that is seen through its brokers and through CloudWatch has the best of both: measured bytes beside the partitions,
// groups and listeners that only the brokers know, and what it is at AWS.
func TestBrokersAndCloudWatchAreMerged(t *testing.T) {
	c, err := kfake.NewCluster(kfake.NumBrokers(3), kfake.SeedTopics(6, "orders", "carts"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	server := &mskfake.Server{Clusters: []*mskfake.Cluster{mskfake.Provisioned("shop", "kafka.m5.large", 3)},
		Metrics: mskfake.ProvisionedMetrics("shop", 3, mskfake.Office)}
	server.Metrics = slices.DeleteFunc(server.Metrics, func(m *mskfake.Metric) bool { return m.Name == "GlobalPartitionCount" })
	file := mskfake.File(t, mskfake.Config(t, server)+mskfake.Once+`
clusters:
  - name: shop
    kafka: {bootstrap: ['`+strings.Join(c.ListenAddrs(), "', '")+`']}
    msk: {cloudwatch: {backfill: 3h}}
`)
	d := startOnce(t, file)
	if err := d.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	v := statusOf(t, d, "shop").Verdict
	if f := v.Workload.IngressBytesPerSec; f == nil || f.Method != workload.Measured || f.Value < 11e6 {
		t.Errorf("ingress %+v, want that of CloudWatch", f)
	}
	if f := v.Workload.Topics; f == nil || f.Value != 2 {
		t.Errorf("topics %+v, want the 2 of the brokers", f)
	}
	if f := v.Workload.Partitions; f == nil || f.Value != 12 {
		t.Errorf("partitions %+v, want the 12 of the brokers", f)
	}
	if v.Current == nil || v.Current.Name() != "3 × kafka.m5.large" {
		t.Errorf("current %+v", v.Current)
	}
	for _, s := range statusOf(t, d, "shop").Sources {
		if s.Error != "" {
			t.Errorf("%s: %s", s.Name, s.Error)
		}
	}
}
