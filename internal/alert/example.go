package alert

import (
	"time"

	"github.com/mskfit/mskfit/analyzer/drift"
	"github.com/mskfit/mskfit/verdict"
)

// ExampleMessage is a message with everything in it: for previews, tests of a target, and trying templates.
func ExampleMessage() Message {
	at := time.Date(2026, 3, 2, 10, 10, 0, 0, time.UTC)
	expected := at.AddDate(0, 0, 9)
	observed, limit, utilization, today := 164.0, 200.0, 0.82, 1840.0
	choice := &verdict.Choice{Kind: verdict.Serverless, Clusters: 1, MonthlyUSD: 1299.6}
	contributors := []verdict.Contributor{{Kind: "topic", Name: "orders", Change: 21e6, Share: 0.7, Unit: "bytes/s"},
		{Kind: "topic", Name: "clicks", Change: 6e6, Share: 0.2, Unit: "bytes/s"}}
	return Message{
		Schema: Schema, ID: "example", Kind: KindDrift, Cluster: "shop", Region: "us-east-1", Severity: drift.LevelWarning,
		Title: "shop: warning: ingress per cluster at 82 % of the limit and 2 more", At: at, Choice: choice, StillOpen: 3,
		Link: "https://mskfit.example.com/clusters/shop", Thread: "drift/shop",
		Items: []Item{
			{Key: "serverless.ingress_per_cluster", State: Raised, Level: drift.LevelWarning, Title: "ingress per cluster",
				Reason: "ingress p99 164 MB/s is 82 % of the quota of 200 MB/s", Observed: &observed, Limit: &limit, Unit: "MBps",
				Utilization: &utilization,
				Since:       at.Add(-10 * time.Minute), Expected: &expected,
				When: "expected to pass the limit on 2026-03-11 (between 2026-03-09 and 2026-03-15)", TopContributors: contributors,
				MovedSince: at.AddDate(0, 0, -7), DailyPeaks: examplePeaks(at),
				Action: "cluster: spread it over 2 Serverless clusters: clicks to one of their own (2 clusters, and no fewer can carry it)", Sure: "derived, ±1 %"},
			{Key: "forecast/serverless.partitions_non_compacted", State: Raised, Level: drift.LevelWarning,
				Title:  "forecast of leader partitions",
				Reason: "leader partitions: expected to pass 2,400 partitions on 2026-03-11, in 9 days (between 2026-03-09 and 2026-03-15)", Since: at.Add(-10 * time.Minute), Expected: &expected,
				Action: "quota partitions_non_compacted: ask AWS to raise it from 2,400 to 2,800 (support case)",
				Sure:   "measured, exact"},
		},
		Omitted: 1,
		Report: &Report{TotalUSD: 1299.6, Undecided: 1, Clusters: []ReportRow{
			{Cluster: "shop", Choice: choice, Before: &verdict.Choice{Kind: verdict.Express, Size: "express.m7g.large", Brokers: 3},
				CurrentUSD: &today, Reason: "ingress is 82 % of the quota", TopContributors: contributors},
			{Cluster: "lab", Reason: "ingress is unknown: the log sizes could not be read"}}},
	}
}

// examplePeaks are four weeks that grow by 2 MB/s a day, with quiet weekends and a gap.
func examplePeaks(at time.Time) []DayPeak {
	var out []DayPeak
	for i := range 28 {
		d := DayPeak{Day: at.Truncate(24*time.Hour).AddDate(0, 0, i-27), Value: 108 + 2*float64(i), Floor: i == 12 || i == 27}
		if w := d.Day.Weekday(); w == time.Saturday || w == time.Sunday {
			d.Value *= 0.7
		}
		out = append(out, d)
	}
	return out
}
