package verdict

import (
	"slices"
	"testing"
	"time"
)

func TestChangesNameQuotasAndPrices(t *testing.T) {
	limited := func(mbps, hour, storage float64) Verdict {
		return Verdict{Region: "eu-west-1", Choice: &Choice{Kind: Serverless, Clusters: 1, MonthlyUSD: 1000},
			Options: []Option{
				{Kind: Serverless, Rules: []Rule{{ID: "serverless.ingress_per_cluster", Title: "ingress per cluster", Limit: &mbps,
					Unit: "MBps"}},
					Cost: []CostLine{{Item: "cluster-hours", Unit: "cluster-hours", UnitPrice: hour}}},
				{Kind: Standard, Size: "kafka.m7g.large",
					Rules: []Rule{{ID: "standard.ingress", Title: "ingress", Limit: &mbps, Unit: "MBps"}},
					Cost:  []CostLine{{Item: "storage", Unit: "GB-months", UnitPrice: storage}}},
				{Kind: Standard, Size: "kafka.m7g.xlarge",
					Cost: []CostLine{{Item: "storage", Unit: "GB-months", UnitPrice: storage},
						{Item: "brokers", Unit: "broker-hours", UnitPrice: 0.408}}},
			}}
	}
	before, now := limited(200, 0.75, 0.1), limited(150, 0.80, 0.11)
	now.Choice = &Choice{Kind: Standard, Size: "kafka.m7g.large", Brokers: 3, Clusters: 1, MonthlyUSD: 1200}
	want := []string{"cost $1,200.00, was $1,000.00 (+20 %)",
		"quota ingress per cluster is 150 MB/s, was 200 MB/s",
		"price of serverless cluster-hours is $0.8, was $0.75", "price of standard storage is $0.11, was $0.1"}
	at := time.Date(2026, 3, 2, 6, 0, 0, 0, time.UTC)
	got := DiffSince(at, before, now)
	if !slices.Equal(got.Changes, want) {
		t.Errorf("changes are %q\nwant %q", got.Changes, want)
	}
	if got.Before == nil || got.Before.Kind != Serverless || !got.At.Equal(at) {
		t.Errorf("it was %+v at %s, want Serverless at %s", got.Before, got.At, at)
	}
	if got := DiffSince(at, before, before); len(got.Changes) > 0 || got.Before != nil {
		t.Errorf("nothing has changed, and %+v is reported", got)
	}
	elsewhere := limited(200, 0.9, 0.1)
	elsewhere.Region = "sa-east-1"
	if got := DiffSince(at, before, elsewhere).Changes; len(got) > 0 {
		t.Errorf("another region has other prices, and %q is reported", got)
	}
}
