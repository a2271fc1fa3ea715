package view

import (
	"strings"
	"testing"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// Limits whose quantity does not grow share a line. One with a date or a remark of its own keeps its row.
func TestForecastNamesWhatDoesNotGrowOnce(t *testing.T) {
	date := time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)
	rows, steady := forecasts(verdict.Verdict{Forecast: []verdict.Forecast{
		{Rule: "serverless.ingress_per_cluster", Earliest: &date, Note: "+3 KB/s a day"},
		{Rule: "serverless.consumer_groups", Flat: true, Note: "no clear growth in 13 days: +0 a day (+0 to +0)"},
		{Rule: "serverless.egress_per_cluster", Note: "not expected to pass within 130 days"},
		{Rule: "serverless.client_connections", Flat: true, Note: "no clear growth in 13 days: +0 a day (+0 to +0)"},
	}})
	if len(rows) != 2 || rows[0].Rule != "Ingress per cluster" || rows[1].Rule != "Egress per cluster" {
		t.Errorf("rows: %+v", rows)
	}
	if want := "No clear growth in 13 days: consumer groups, client connections."; steady != want {
		t.Errorf("steady is %q, want %q", steady, want)
	}
}

func TestFlipsNameTheirFieldOnce(t *testing.T) {
	to := verdict.Choice{Kind: verdict.Standard, Size: "kafka.m7g.large", Brokers: 6, Clusters: 1, MonthlyUSD: 986.03}
	for change, want := range map[string]string{
		"partitions × 5.75, to 1,190": "Partitions × 5.75, to 1,190: 6 × kafka.m7g.large, $986 a month",
		"× 5.75, to 1,190":            "Partitions × 5.75, to 1,190: 6 × kafka.m7g.large, $986 a month",
	} {
		if got := tippingPointWords(verdict.TippingPoint{Field: "partitions", Change: change, To: to}); got != want {
			t.Errorf("%q reads %q, want %q", change, got, want)
		}
	}
}

// An option without a price is not compared, which is neither good nor bad.
func TestAnOptionWithoutAPriceHasNoTone(t *testing.T) {
	o := newOption(verdict.Verdict{}, verdict.Option{Kind: verdict.Express, Size: "express.m7g.large", Brokers: 3, Clusters: 1,
		Feasible: verdict.Yes})
	if o.Fits != "" || o.Verdict != "not compared: no price is known" {
		t.Errorf("fits %q, %q", o.Fits, o.Verdict)
	}
}

// The sentence on the bars says of a peak that it is one: the sizing may rest on another statistic.
func TestHeadroomSaysThatItIsThePeak(t *testing.T) {
	peak, limit, use := 4.6e6, 5.0, 0.06
	q := workload.Constantly(workload.Exactly(0.3e6, workload.Measured, "test"))
	q.Peak = &peak
	r := verdict.Rule{ID: "serverless.ingress_per_partition", Title: "ingress per partition", Outcome: verdict.Pass, Limit: &limit,
		Unit: "MBps", Utilization: &use}
	c := headroomChart("MSK Serverless quotas", []bar{newBar(r, q)})
	if want := "The closest is ingress per partition: 92 % at the peak, 6 % on average."; !strings.HasSuffix(c.Says, want) {
		t.Errorf("the chart says %q, want it to end with %q", c.Says, want)
	}
}
