package analyzer

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/verdict"
)

func TestTheLinesOfABillAddUpToItsTotal(t *testing.T) {
	lines := func(usd ...float64) (out []verdict.CostLine) {
		for _, v := range usd {
			out = append(out, verdict.CostLine{MonthlyUSD: v})
		}
		return out
	}
	for _, tt := range []struct {
		in   []float64
		want []float64
	}{
		{[]float64{1.004, 1.004, 1.004}, []float64{1.01, 1, 1}},
		{[]float64{1.006, 1.006, 1.006}, []float64{1.01, 1.01, 1}},
		{[]float64{0.1, 0.2}, []float64{0.1, 0.2}},
		{[]float64{5}, []float64{5}},
		{nil, nil},
	} {
		sum := 0.0
		for _, v := range tt.in {
			sum += v
		}
		got, total := rounded(lines(tt.in...), sum), 0.0
		for i, l := range got {
			total += l.MonthlyUSD
			if l.MonthlyUSD != tt.want[i] {
				t.Errorf("%v, line %d: got %v, want %v", tt.in, i, l.MonthlyUSD, tt.want[i])
			}
		}
		if math.Abs(total-cents(sum)) > 1e-9 {
			t.Errorf("%v: the lines are %v together, the total is %v", tt.in, total, cents(sum))
		}
	}
}

// Whatever the workload, what is printed of every option adds up to the cent.
func TestEveryOptionsLinesAddUp(t *testing.T) {
	for _, row := range []string{
		"[394.4, 701.86, 1350.91, 2404.03, 100, 2, 24, 24, 1000, false]",
		"[342.4, 902.31, 647.36, 1705.96, 2000, 3, 12, 12, 0, false]",
		"[0.37, 1.11, 0.41, 2.2, 77, 3, 720, 24, 0, false]", "[75, 300, 225, 900, 12532, 2, 336, 195, 250, true]",
	} {
		for _, profile := range []string{"mskfit", "aws-script", "aws-guide"} {
			in := rowInput(t, row, Input{Catalog: embedded(t)})
			in.Options.Profile = profile
			priced := 0
			for _, o := range Analyze(in, time.Unix(0, 0)).Options {
				if o.MonthlyUSD == nil {
					continue
				}
				priced++
				sum := 0.0
				for _, l := range o.Cost {
					sum += l.MonthlyUSD
				}
				if math.Abs(sum-*o.MonthlyUSD) > 1e-6 {
					t.Errorf("%s, %s %s: the lines are %.2f together, the total is %.2f", profile, o.Kind, o.Size, sum,
						*o.MonthlyUSD)
				}
			}
			if priced < 15 {
				t.Errorf("%s: only %d options have a price", profile, priced)
			}
		}
	}
}

// 15 MB/s are 39,420 GB a month; AWS's script counts MiB and GiB.
func TestDataIsBilledByTheGBAndStorageByTheGiB(t *testing.T) {
	for profile, want := range map[string]struct {
		quantity float64
		unit     string
	}{"mskfit": {39420, "GB"}, "aws-guide": {39420, "GB"}, "aws-script": {36712.7, "GiB"}} {
		in := rowInput(t, "[14.30511474609375, 14.30511474609375, 14.30511474609375, 14.30511474609375, 50, 3, 24, 24, 0, true]",
			Input{Catalog: embedded(t)})
		in.Options.Profile = profile
		for _, o := range Analyze(in, time.Unix(0, 0)).Options {
			for _, l := range o.Cost {
				if o.Kind == verdict.Serverless && l.Item == "data out" &&
					(math.Abs(l.Quantity-want.quantity) > 0.1 || l.Unit != want.unit) {
					t.Errorf("%s: got %v %s out, want %v %s", profile, l.Quantity, l.Unit, want.quantity, want.unit)
				}
				if l.Item == "storage" && l.Unit != "GiB-months" {
					t.Errorf("%s: storage by the %s, want GiB-months", profile, l.Unit)
				}
			}
		}
	}
}

// The verdict's price date is that of the oldest price in use, not that of the newest list.
func TestAPartialRefreshDoesNotRedateTheOtherPrices(t *testing.T) {
	c := embedded(t)
	overlay, err := catalog.ReadOverlay("o.yaml", []byte(`schema: mskfit/catalog-overlay/v1
written_at: 2026-11-22T16:00:00Z
prices:
  date: "2026-11-01"
  source: price list of 1 November
  regions: {us-east-1: {express_data_in_gb: 0.011}, eu-west-1: {serverless_cluster_hour: 0.8, serverless_partition_hour: 0.0016}}
`), c)
	if err != nil {
		t.Fatal(err)
	}
	for _, region := range []string{"us-east-1", "ap-northeast-2"} {
		in := rowInput(t, "[15, 15, 15, 15, 50, 3, 24, 24, 0, true]", Input{Catalog: c.With("o.yaml", overlay)})
		in.Workload.Region, in.Options.Profile = region, "mskfit"
		v := Analyze(in, time.Unix(0, 0))
		if v.Catalog.Prices != "2025-04-04" || v.Catalog.Overlay != "o.yaml" {
			t.Errorf("%s: got prices of %s under %q, want 2025-04-04, the oldest", region, v.Catalog.Prices, v.Catalog.Overlay)
		}
		for _, o := range v.Options {
			for _, l := range o.Cost {
				date, source := "2025-04-04", "S-PRICE"
				switch {
				case region == "us-east-1" && o.Kind == verdict.Express && l.Item == "data in":
					date, source = "2026-11-01", "O-PRICE"
				case l.Item == "cross-AZ transfer, producers":
					date, source = "2026-08-20", "S-SKILL"
				}
				if l.PriceDate != date || l.Source != source {
					t.Errorf("%s, %s %s, %s: got a price of %s from %s, want %s from %s", region, o.Kind, o.Size, l.Item,
						l.PriceDate, l.Source, date, source)
				}
			}
		}
	}
}

// A region with a price that AWS's guide does not list is unknown, one without either is out, and one whose prices are not
// all known is out of the comparison with its reason.
func TestServerlessInRegionsThatTheGuideDoesNotList(t *testing.T) {
	for region, want := range map[string]struct {
		outcome  verdict.Outcome
		priced   bool
		evidence string
	}{
		"us-east-1": {verdict.Pass, true, "Serverless is offered in us-east-1"},
		"ap-southeast-5": {verdict.Unknown, true,
			"AWS's price list of 2026-09-11 has Serverless in ap-southeast-5, its guide does not list the region: try to create a cluster there"},
		"sa-east-1": {verdict.Unknown, false,
			"AWS's price list of 2026-10-07 has Serverless in sa-east-1, its guide does not list the region: try to create a cluster there"},
		"eu-central-2": {verdict.Fail, false, "Serverless is not offered in eu-central-2"},
	} {
		in := rowInput(t, "[15, 15, 15, 15, 50, 3, 24, 24, 0, true]", Input{Catalog: embedded(t)})
		in.Workload.Region, in.Options.Profile = region, "mskfit"
		v := Analyze(in, time.Unix(0, 0))
		for _, o := range v.Options {
			for _, r := range o.Rules {
				if o.Kind == verdict.Serverless && r.ID == "serverless.region" &&
					(r.Outcome != want.outcome || r.Evidence != want.evidence) {
					t.Errorf("%s: got %s: %s\nwant %+v", region, r.Outcome, r.Evidence, want)
				}
			}
			if o.Kind == verdict.ServerlessSplit {
				t.Errorf("%s: a split into %d clusters, where one lacks nothing but a price", region, o.Clusters)
			}
			if o.Kind == verdict.Serverless && (o.MonthlyUSD != nil) != want.priced {
				t.Errorf("%s: priced is %v, want %v", region, o.MonthlyUSD != nil, want.priced)
			}
		}
		reason := "MSK Serverless is not compared: no price is known in sa-east-1 for data in, data out and storage"
		if got := slices.Contains(v.Reasons, reason); got != (region == "sa-east-1") {
			t.Errorf("%s: reasons %q", region, v.Reasons)
		}
	}
}

// Whether Serverless can be created in a region that AWS's guide does not list decides the choice, and is asked as that.
func TestARegionOutsideTheGuideIsAskedAbout(t *testing.T) {
	in := rowInput(t, "[15, 15, 15, 15, 50, 3, 24, 24, 0, true]", Input{Catalog: embedded(t)})
	in.Workload.Region, in.Options.Profile = "ap-southeast-5", "mskfit"
	v := Analyze(in, time.Unix(0, 0))
	i := slices.IndexFunc(v.Unknowns, func(u verdict.UnknownLimit) bool { return slices.Contains(u.Rules, "serverless.region") })
	if v.Choice == nil || v.Choice.Kind != verdict.Serverless || i < 0 {
		t.Fatalf("chose %+v with unknowns %+v", v.Choice, v.Unknowns)
	}
	if u := v.Unknowns[i]; u.Changes != "choice" || !strings.HasPrefix(u.Effect, "if not: 3 × express.m7g.large, $") ||
		u.Action != "try to create a Serverless cluster there" {
		t.Errorf("got %+v", u)
	}
}

// A bill with an unknown amount has no total: partition-hours of unknown partitions are not free.
func TestAnUnknownAmountLeavesTheBillOpen(t *testing.T) {
	in := rowInput(t, "[15, 15, 15, 15, 50, 3, 24, 24, 0, true]", Input{Catalog: embedded(t)})
	in.Workload.Partitions = nil
	for _, o := range Analyze(in, time.Unix(0, 0)).Options {
		if o.Kind == verdict.Serverless && o.MonthlyUSD != nil {
			t.Errorf("Serverless costs %.2f without a number of partitions", *o.MonthlyUSD)
		}
	}
}

// A refreshed price list opens a region.
func TestARefreshedPriceListOpensARegion(t *testing.T) {
	c := embedded(t)
	overlay, err := catalog.ReadOverlay("o.yaml", []byte(`schema: mskfit/catalog-overlay/v1
written_at: 2026-11-22T16:00:00Z
prices:
  date: "2026-11-20"
  source: price list
  regions:
    eu-central-2: {serverless_cluster_hour: 0.9, serverless_partition_hour: 0.0018, serverless_storage_gb_month: 0.13, serverless_data_in_gb: 0.12, serverless_data_out_gb: 0.06}
`), c)
	if err != nil {
		t.Fatal(err)
	}
	in := rowInput(t, "[15, 15, 15, 15, 50, 3, 24, 24, 0, true]", Input{Catalog: c.With("o.yaml", overlay)})
	in.Workload.Region, in.Options.Profile = "eu-central-2", "mskfit"
	v := Analyze(in, time.Unix(0, 0))
	for _, o := range v.Options {
		if o.Kind == verdict.Serverless && (o.MonthlyUSD == nil || o.Feasible != verdict.Maybe) {
			t.Errorf("Serverless is %s, priced %v, want unknown and a price", o.Feasible, o.MonthlyUSD != nil)
		}
	}
}
