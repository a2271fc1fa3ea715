package report

import (
	"fmt"
	"math"
	"time"

	"github.com/mskfit/mskfit/internal/report/view"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// longlived is a cluster that a daemon has watched for two weeks, with a past to draw: days and nights, a growing load, and a gap.
func longlived(topics int) (verdict.Verdict, view.Past) {
	v := observed()
	v.Cluster, v.Partial = "orders-prod", false
	v.Window = workload.Window{Start: at.AddDate(0, 0, -14), End: at}
	v.Confidence = verdict.Confidence{Level: "high", Why: "14 days of data without a gap of an hour", Coverage: 0.99}
	v.Premium = &verdict.Premium{Against: verdict.Choice{Kind: verdict.Standard, Size: "kafka.m7g.large", Brokers: 3, Clusters: 1,
		MonthlyUSD: 1660}, Ratio: 1.9, ExtraUSD: 1460,
		Sentence: "1.9 times the price of 3 × kafka.m7g.large ($1,660): you pay $1,460 a month for not operating brokers."}
	v.Unknowns = []verdict.UnknownLimit{
		{Rules: []string{"serverless.client_connections"}, What: "client connections",
			Action: "read them from JMX, or declare client_connections", Changes: "choice",
			Effect: "above 3,000: 3 × express.m7g.large at $2,050"},
		{What: "requests", Action: "declare requests_per_second", Changes: "nothing"},
	}
	v.Assumptions = []verdict.Assumption{{ID: "even_partitions", Text: "load is spread evenly over the partitions of a topic",
		IfNot: "the hottest partition may reach its 5 MB/s"},
		{ID: "rack_aware_consumers", Text: "consumers read from their own zone", IfNot: "reads cross zones", ExtraUSD: num(412)}}
	v.NearMisses = []verdict.NearMiss{{Choice: verdict.Choice{Kind: verdict.Express},
		Sentence: "3 × express.m7g.large, $2,050 a month, fits if min.insync.replicas may be 2",
		Question: "is min.insync.replicas=2 enough?"}}
	serverless := &v.Options[0]
	serverless.Rules = append(serverless.Rules,
		quota("serverless.egress_per_cluster", "egress per cluster", verdict.Pass, 44e6, 400e6, "bytes/s", "p99 44 MB/s"),
		quota("serverless.ingress_per_partition", "ingress per partition", verdict.Pass, 1.5e6, 5e6, "bytes/s", "p99 1.5 MB/s"))
	v.Options = append(v.Options, verdict.Option{Kind: verdict.Standard, Size: "kafka.m7g.large", Brokers: 3, Clusters: 1,
		Feasible: verdict.Yes, Binding: "standard.ingress",
		MonthlyUSD: num(1660.46), Cost: []verdict.CostLine{{Item: "brokers", Quantity: 2190, Unit: "broker-hours", UnitPrice: 0.204,
			MonthlyUSD: 446.76, Source: "S-PRICE", PriceDate: "2025-04-04"},
			{Item: "storage", Quantity: 7242, Unit: "GB-months", UnitPrice: 0.1, MonthlyUSD: 724.2}}, Rules: []verdict.Rule{
			quota("standard.ingress", "sustained ingress", verdict.Pass, 21e6, 90e6, "bytes/s", "p99 21 MB/s")}})
	expected, early, late := at.AddDate(0, 0, 24), at.AddDate(0, 0, 15), at.AddDate(0, 0, 51)
	v.Forecast = []verdict.Forecast{{Rule: "serverless.ingress_per_cluster", Earliest: &early, Expected: &expected, Latest: &late,
		Note: "14 daily peaks"}}
	v.Actions = []verdict.Action{{Target: "topic orders", Action: "raise its partitions from 12 to 24",
		Why: "the hottest partition takes 3 MB/s of 5 MB/s", Fixes: "serverless.ingress_per_partition"}}
	v.TippingPoints = []verdict.TippingPoint{{Field: "ingress", Change: "× 8.1, to 200 MB/s",
		To: verdict.Choice{Kind: verdict.Express, Size: "express.m7g.large", Brokers: 15, Clusters: 1, MonthlyUSD: 14973}}}
	for i := len(v.Topics); i < topics; i++ {
		v.Topics = append(v.Topics, verdict.TopicFigures{Name: fmt.Sprintf("team-%02d.events.%03d", i%20, i), Partitions: 6 + i%48,
			Groups:             []string{"billing", "audit"},
			IngressBytesPerSec: steady(derived(float64(1e6 / (i + 1)))), EgressBytesPerSec: steady(derived(2e6 / float64(i+1))),
			HottestIngress: steady(derived(1e5 / float64(i+1)))})
	}
	past := view.Past{Step: 2 * time.Hour, TopicGrowth: map[string]float64{"orders": 0.18},
		GroupGrowth: map[string]float64{"billing": -0.04}}
	for h := range 14 * 12 {
		t := v.Window.Start.Add(time.Duration(h) * past.Step)
		if h > 60 && h < 66 { // no one watched
			continue
		}
		load := 8e6 * (1 + 0.6*math.Sin(2*math.Pi*float64(t.Hour()-8)/24)) * (1 + float64(h)/250)
		if t.Weekday() == time.Saturday || t.Weekday() == time.Sunday {
			load *= 0.6
		}
		past.Ingress = append(past.Ingress, view.Point{At: t, Mean: load, Max: load * 1.35})
		past.Egress = append(past.Egress, view.Point{At: t, Mean: load * 2.1, Max: load * 2.6})
		day := t.Truncate(24 * time.Hour)
		if n := len(past.Days); n == 0 || !past.Days[n-1].At.Equal(day) {
			past.Days = append(past.Days, view.Day{At: day, Floor: n == 0})
		}
		last := &past.Days[len(past.Days)-1]
		last.Peak = max(last.Peak, load*1.35*7)
		cell := &past.Week[(int(t.Weekday())+6)%7*24+t.Hour()]
		cell.Mean, cell.Minutes = load, 120
		next := &past.Week[((int(t.Weekday())+6)%7*24+t.Hour()+1)%168]
		next.Mean, next.Minutes = load*1.02, 60
	}
	return v, past
}
