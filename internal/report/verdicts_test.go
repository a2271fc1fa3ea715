package report

import (
	"fmt"
	"strings"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

var at = time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC)

func num(v float64) *float64 { return &v }

func declared(v float64) *workload.Figure {
	return workload.Exactly(v, workload.Declared, "workload file").Ptr()
}

func derived(v float64) *workload.Figure {
	return workload.Exactly(v, workload.Derived, "workload file").Ptr()
}

func steady(f *workload.Figure) *workload.Quantity { return workload.Constantly(*f) }

func quota(id, title string, o verdict.Outcome, observed, limit float64, unit, evidence string) verdict.Rule {
	return verdict.Rule{ID: id, Title: title, Outcome: o, Observed: num(observed), Limit: num(limit), Unit: unit,
		Utilization: num(observed / limit), Evidence: evidence, Source: "S-LIM"}
}

// ecommerce is a described workload that Serverless cannot carry: everything is declared, nothing was observed.
func ecommerce() verdict.Verdict {
	chosen := verdict.Choice{Kind: verdict.Express, Size: "express.m7g.8xlarge", Brokers: 24, Clusters: 1, MonthlyUSD: 497749.47}
	second := verdict.Choice{Kind: verdict.Express, Size: "express.m7g.16xlarge", Brokers: 12, Clusters: 1, MonthlyUSD: 497749.47}
	return verdict.Verdict{
		Schema: verdict.Schema, Cluster: "ecommerce", Region: "us-east-1", At: at, Status: verdict.Decided,
		Confidence: verdict.Confidence{Level: "declared", Why: "every figure is the owner's; none was observed", Coverage: 1},
		Choice:     &chosen, RunnerUp: &second,
		Reasons: []string{
			"Serverless is out: ingress of 4.5 GB/s is 22.5 times its quota of 200 MB/s for a cluster",
			"Standard is out: no size carries 4.5 GB/s within 60 brokers; the largest needs 420",
			"ZooKeeper access is asked for, and a cluster in that mode has at most 30 brokers: 48 × express.m7g.4xlarge is out",
			"24 × express.m7g.8xlarge is the cheapest that is left, at $497,749.47 a month",
		},
		Profile: "aws-script",
		Workload: verdict.Figures{
			IngressBytesPerSec: steady(derived(4.5e9)), EgressBytesPerSec: steady(derived(9e9)),
			MessagesPerSec: steady(declared(150000)), AverageMessageBytes: declared(30000), MaxMessageBytes: declared(15e6),
			Topics: declared(100), Partitions: declared(10000), ConsumerGroups: declared(2),
			HottestIngress: steady(derived(450e3)), HottestEgress: steady(derived(900e3)),
			StoredBytes: derived(1.1664e15), FanOut: derived(2),
		},
		Options: []verdict.Option{
			{Kind: verdict.Serverless, Clusters: 1, Feasible: verdict.No, Binding: "serverless.ingress_per_cluster",
				MonthlyUSD: num(2103570.12), Rules: []verdict.Rule{
					quota("serverless.ingress_per_cluster", "ingress per cluster", verdict.Fail, 4.5e9, 200e6, "bytes/s",
						"4.5 GB/s is 2,250 % of the 200 MB/s quota"),
					quota("serverless.egress_per_cluster", "egress per cluster", verdict.Fail, 9e9, 400e6, "bytes/s",
						"9 GB/s is 2,250 % of the 400 MB/s quota"),
					quota("serverless.ingress_per_partition", "ingress per partition", verdict.Pass, 450e3, 5e6, "bytes/s",
						"450 KB/s is 9 % of the 5 MB/s quota"),
					quota("serverless.message_size", "largest message", verdict.Fail, 15e6, 8388608, "bytes",
						"15 MB is over 8 MiB"),
					quota("serverless.partitions_non_compacted", "partitions, not compacted", verdict.Fail, 10000, 2400,
						"partitions",
						"10,000 leader partitions against 2,400; a support case may raise the quota"),
					{ID: "serverless.client_connections", Title: "client connections", Outcome: verdict.Unknown, Limit: num(3000),
						Unit: "connections", Evidence: "not declared: add client_connections to the workload", Source: "S-LIM"},
					{ID: "serverless.authentication", Title: "authentication", Outcome: verdict.Fail,
						Evidence: "plaintext and sasl_scram must stay; Serverless knows IAM alone", Source: "S-SLS"},
					{ID: "serverless.client_vpcs", Title: "client VPCs", Outcome: verdict.NotApplicable, Limit: num(5),
						Unit:     "VPCs",
						Evidence: "nothing declared", Source: "S-LIM"},
				}},
			{Kind: verdict.Standard, Size: "kafka.m7g.large", Brokers: 744, Clusters: 1, Feasible: verdict.No,
				Binding: "standard.brokers_per_cluster", MonthlyUSD: num(948218.35)},
			{Kind: verdict.Express, Size: chosen.Size, Brokers: 24, Clusters: 1, Feasible: verdict.Yes, Binding: "express.ingress",
				MonthlyUSD: num(497749.47), Cost: []verdict.CostLine{
					{Item: "broker hours", Quantity: 17520, Unit: "hours", UnitPrice: 6.528, MonthlyUSD: 114370.56},
					{Item: "storage", Quantity: 1139062.5, Unit: "GB-month", UnitPrice: 0.1, MonthlyUSD: 113906.25},
					{Item: "data in", Quantity: 11548828.13, Unit: "GB", UnitPrice: 0.01, MonthlyUSD: 115488.28},
					{Item: "cross-AZ transfer", Quantity: 7699218.75, Unit: "GB", UnitPrice: 0.02, MonthlyUSD: 153984.38,
						Note: "two thirds of ingress; consumers read from their own zone"},
				},
				Rules: []verdict.Rule{quota("express.ingress", "ingress, sustained", verdict.Pass, 4.5e9, 4.5e9, "bytes/s",
					"4.5 GB/s on 24 brokers")}},
			{Kind: verdict.Express, Size: second.Size, Brokers: 12, Clusters: 1, Feasible: verdict.Yes, Binding: "express.ingress",
				MonthlyUSD: num(497749.47)},
		},
		Steps: []verdict.Step{
			{ID: "capability", Finding: "a team runs Kafka", PointsTo: "any"},
			{ID: "configuration", Finding: "2 broker properties must be set: log.retention.hours, auto.create.topics.enable",
				PointsTo: "provisioned"},
			{ID: "cluster_quotas", Finding: "ingress 4.5 GB/s of 200 MB/s, egress 9 GB/s of 400 MB/s", PointsTo: "provisioned"},
			{ID: "partition_quotas", Finding: "10,000 partitions of 2,400; hottest 450 KB/s of 5 MB/s", PointsTo: "provisioned"},
			{ID: "security", Finding: "plaintext and sasl_scram must stay", PointsTo: "provisioned"},
			{ID: "cost", Finding: "$497,749.47 a month; Standard would cost more", PointsTo: "express"},
			{ID: "zookeeper", Finding: "ZooKeeper access is asked for", PointsTo: "provisioned"},
		},
		Questions: []verdict.Question{{Field: "client_connections", Question: "how many clients connect at once?",
			Effect: "above 3,000 Serverless would fail one more rule; the choice stays"}},
		Actions: []verdict.Action{{Target: "topics with large messages", Action: "lower max.message.bytes to 8 MiB",
			Why: "15 MB against 8 MiB", Fixes: "serverless.message_size"}},
		TippingPoints: []verdict.TippingPoint{{Field: "zookeeper_access", Change: "no longer needed",
			To: verdict.Choice{Kind: verdict.Express, Size: "express.m7g.4xlarge", Brokers: 48, Clusters: 1,
				MonthlyUSD: 497749.47}}},
		Profiles: []verdict.ProfileView{{Profile: "aws-guide", Choice: &second,
			Difference: "the guide's sustained rates carry no 75 % factor"}},
		BreakEven: &verdict.BreakEven{Against: second, Sentence: "No break-even: the choice is the cheapest."},
		Forecast:  []verdict.Forecast{}, Split: []verdict.SplitCluster{},
		Catalog: verdict.CatalogUsed{Quotas: "2026-02-10", Prices: "2025-04-04", Region: "us-east-1"},
	}
}

// observed is one observation of a live cluster: bounds, floors, gaps and unknowns, and names that no one would choose.
func observed() verdict.Verdict {
	q := func(v, low, high float64, m workload.Method) *workload.Quantity {
		return &workload.Quantity{Figure: workload.Between(v, low, high, m, "kafka: log sizes"),
			P95: num(v * 1.2), P99: num(v * 1.4), Peak: num(v * 1.5), PeakAt: at, Samples: 60}
	}
	v := verdict.Verdict{
		Schema: verdict.Schema, Cluster: "prod-eu", Region: "eu-central-1", At: at, Status: verdict.Decided, Partial: true,
		Window:     workload.Window{Start: at.Add(-time.Minute), End: at},
		Confidence: verdict.Confidence{Level: "low", Why: "60 s of data; a p99 needs a day", Coverage: 1},
		Choice:     &verdict.Choice{Kind: verdict.Serverless, Clusters: 1, MonthlyUSD: 3120.4},
		Reasons: []string{"every Serverless quota holds; the tightest is partitions at 71 %",
			"no operations team, so Serverless is taken where it fits"},
		Conditions: []string{"client connections stay under 3,000: not observed",
			"egress stays under 400 MB/s: groups that never commit are not seen"},
		Profile: "mskfit",
		Workload: verdict.Figures{
			IngressBytesPerSec:  q(15.2e6, 15.1e6, 15.3e6, workload.Derived),
			EgressBytesPerSec:   workload.Constantly(workload.AtLeast(31.4e6, workload.Estimated, "kafka: committed offsets")),
			MessagesPerSec:      q(1020, 1000, 1100, workload.Estimated),
			AverageMessageBytes: workload.Between(14900, 14000, 15100, workload.Estimated, "kafka: sampled batches").Ptr(),
			Topics:              workload.Exactly(38, workload.Measured, "kafka: metadata").Ptr(),
			Partitions:          workload.Exactly(1704, workload.Measured, "kafka: metadata").Ptr(),
			HottestIngress:      q(1.1e6, 0.2e6, 3e6, workload.Estimated),
		},
		Options: []verdict.Option{{Kind: verdict.Serverless, Clusters: 1, Feasible: verdict.Maybe,
			Binding:    "serverless.partitions_non_compacted",
			MonthlyUSD: num(3120.4), Cost: []verdict.CostLine{{Item: "cluster hours", Quantity: 730, Unit: "hours", UnitPrice: 0.75,
				MonthlyUSD: 547.5}},
			Rules: []verdict.Rule{
				quota("serverless.ingress_per_cluster", "ingress per cluster", verdict.Pass, 21e6, 200e6, "bytes/s", "p99 21 MB/s"),
				quota("serverless.partitions_non_compacted", "partitions, not compacted", verdict.Pass, 1704, 2400, "partitions",
					"1,704 of 2,400"),
				{ID: "serverless.client_connections", Title: "client connections", Outcome: verdict.Unknown, Limit: num(3000),
					Unit:     "connections",
					Evidence: "an admin client cannot see connections: add CloudWatch or JMX", Source: "S-LIM",
					Needs: "client_connections"},
			}},
			{Kind: verdict.Express, Size: "express.m7g.large", Brokers: 3, Clusters: 1, Feasible: verdict.Yes,
				Binding: "express.ingress", Rules: []verdict.Rule{}}},
		Steps: []verdict.Step{{ID: "capability", Finding: "no operations team", PointsTo: "serverless"},
			{ID: "cost", Finding: "$3,120.40 a month", PointsTo: "serverless"}},
		Forecast: []verdict.Forecast{{Rule: "serverless.partitions_non_compacted", Note: "60 s of data; a trend needs 7 days"}},
		Diff: &verdict.Diff{At: at.AddDate(0, 0, -7),
			Changes: []string{"quota ingress per cluster is 200 MB/s, was 150 MB/s",
				"mean ingress 15.2 MB/s, was 9.8 MB/s (+55 %)"}},
		Comparisons: []verdict.Comparison{
			{Quantity: "ingress_bytes_per_second",
				Estimated:  *workload.Between(15.2e6, 15.1e6, 15.3e6, workload.Derived, "kafka: log sizes").Ptr(),
				Measured:   *workload.Exactly(15.22e6, workload.Measured, "prometheus: rate over 1m").Ptr(),
				Difference: 15.2/15.22 - 1, Agrees: true},
			{Quantity: "egress_bytes_per_second", Topic: "orders",
				Estimated: *workload.Between(3.1e6, 3e6, 3.2e6, workload.Estimated, "kafka: committed offsets").Ptr(),
				Measured:  *workload.Exactly(9.4e6, workload.Measured, "prometheus: rate over 1m").Ptr(), Difference: 3.1/9.4 - 1},
		},
		Gaps: []workload.Gap{{Source: "kafka", What: "log sizes of broker 2", Why: "the broker did not answer within 5 s",
			Effect: "ingress of 512 partitions rests on offsets"}},
		Catalog: verdict.CatalogUsed{Quotas: "2026-02-10", Prices: "2025-04-04", Region: "eu-central-1"},
	}
	names := []string{"orders", "bestellungen-größe-übersicht", "注文-イベント-履歴", "evil\x1b[2J\x1b]0;owned\a|name", "rtl-\u202egnp.exe",
		"team.domain." + strings.Repeat("very-long-", 20) + "v2", "👩‍👩‍👧-family", "<script>alert(1)</script>", "a`b*c_d[e](f)",
		"c1-\u009b31m"}
	for i := range 14 {
		name := fmt.Sprintf("zz-quiet-%02d", i)
		if i < len(names) {
			name = names[i]
		}
		v.Topics = append(v.Topics, verdict.TopicFigures{Name: name, Partitions: 12 * (i + 1), Groups: []string{"billing"},
			IngressBytesPerSec: q(float64(14-i)*1e5, float64(14-i)*0.99e5, float64(14-i)*1.01e5, workload.Derived)})
	}
	v.Groups = []verdict.GroupFigures{{Name: "billing", Type: "consumer", Topics: []string{"orders"}},
		{Name: "aud\nit", Topics: []string{}}}
	return v
}

// undecided has too little data for a choice.
func undecided() verdict.Verdict {
	v := observed()
	v.Cluster, v.Status, v.Partial, v.Choice, v.Conditions = "fresh", verdict.Undecided, false, nil, nil
	v.Workload = verdict.Figures{}
	v.Topics, v.Groups, v.Gaps, v.Forecast = nil, nil, nil, nil
	v.Reasons = []string{"ingress is unknown: the first rate needs two sweeps, at 09:31 UTC"}
	return v
}

// hopeless is described and breaks a limit of every option.
func hopeless() verdict.Verdict {
	v := ecommerce()
	v.Cluster, v.Status, v.Choice, v.RunnerUp, v.BreakEven = "hopeless", verdict.Undecided, nil, nil, nil
	for i := range v.Options {
		v.Options[i].Feasible = verdict.No
	}
	v.Reasons = []string{"no MSK cluster carries this workload as it is described"}
	return v
}

// split spreads one workload over Serverless clusters, with dates of the forecast.
func split() verdict.Verdict {
	v := observed()
	soon, later := at.AddDate(0, 1, 0), at.AddDate(0, 3, 0)
	v.Cluster, v.Partial = "split", false
	v.Choice = &verdict.Choice{Kind: verdict.ServerlessSplit, Clusters: 2, MonthlyUSD: 6240.8}
	v.Options = append(v.Options, verdict.Option{Kind: verdict.ServerlessSplit, Clusters: 2, Feasible: verdict.Yes,
		MonthlyUSD: num(6240.8)})
	v.Forecast = []verdict.Forecast{{Rule: "serverless.ingress_per_cluster", Earliest: &soon, Expected: &later}}
	v.Split = []verdict.SplitCluster{
		{Topics: []string{"a", "b", "c", "d", "e", "f", "g", "h"}, Groups: []string{"billing"}, IngressBytesPerSec: 120e6,
			EgressBytesPerSec: 240e6, Partitions: 1200},
		{Topics: []string{"orders"}, Groups: nil, IngressBytesPerSec: 90e6},
	}
	v.SplitNote = "2 clusters; no fewer can carry 210 MB/s"
	v.Current = &verdict.Current{Sentence: "The current 6 × kafka.m5.4xlarge costs $9,903.72 a month: the choice saves $3,662.92."}
	return v
}
