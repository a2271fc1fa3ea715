package listing_test

import (
	"encoding/csv"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/catalog/listing"
)

func inRegion(t *testing.T, code string) (*catalog.Catalog, catalog.Region) {
	t.Helper()
	c, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	r, err := c.Region(code)
	if err != nil {
		t.Fatal(err)
	}
	return c, r
}

func TestTextFitsATerminalInEveryRegion(t *testing.T) {
	c, _ := inRegion(t, "us-east-1")
	for _, code := range slices.Sorted(maps.Keys(c.Regions)) {
		for line := range strings.Lines(listing.Of(c, c.Regions[code]).Text()) {
			if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > listing.Width {
				t.Errorf("%s: %d columns: %s", code, n, line)
			}
		}
	}
}

func TestTextShowsWhatIsInForceWithItsSource(t *testing.T) {
	c, r := inRegion(t, "eu-central-2")
	text := listing.Of(c, r).Text()
	for _, want := range []string{
		"quotas   2026-08-21  the newest source behind them; each row names its own\n",
		"prices   2025-04-04  eu-central-2, EU (Zurich); USD, on demand\n",
		"overlay  none\n",
		"  partitions_non_compacted          2,400 partitions  support case  S-LIM\n",
		"  partition_size_non_compacted        none published                S-LIM\n",
		"  retention                                unlimited                S-LIM\n",
		"  message_size                                 8 MiB                S-LIM\n",
		"  storage_per_broker_min              at least 1 GiB                  S-LIM\n",
		"  kafka.m5.4xlarge      16   64   4000/6000   593.75        5    593   2.214\n",
		"  kafka.m7g.large        2    8   1000/1500    78.75    0.937      -       -\n",
		"  serverless_cluster_hour            no price  cluster-hour\n",
		"  storage_gp2_gb_month                  0.143  GB-month of provisioned EBS\n",
		"  serverless: the documentation names no Kafka version; believed to be 2.8.1\n    [S-MEMORY]\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("missing:\n%s", want)
		}
	}
}

func TestEveryQuotaAndSourceIsListed(t *testing.T) {
	c, r := inRegion(t, "us-east-1")
	text := listing.Of(c, r).Text()
	for _, q := range slices.Concat(c.Serverless.Quotas, c.Standard.Quotas, c.Express.Quotas) {
		if !strings.Contains(text, "\n  "+q.ID+" ") {
			t.Errorf("quota %s is not listed", q.ID)
		}
	}
	for tag := range c.Sources {
		if !strings.Contains(text, "\n  "+tag+" ") {
			t.Errorf("source %s is not listed", tag)
		}
	}
	markdown := listing.Of(c, r).Markdown()
	if want := "| partitions_compacted | 120 partitions | support case | S-LIM |\n"; !strings.Contains(markdown, want) {
		t.Errorf("markdown: missing %s", want)
	}
}

func TestTheOverlayIsNamed(t *testing.T) {
	c, r := inRegion(t, "us-east-1")
	with := *c
	with.Overlay = &catalog.AppliedOverlay{File: "mine.yaml", WrittenAt: time.Date(2026, 11, 22, 16, 0, 0, 0, time.UTC),
		Ignored: []string{"its prices are of 2025-01-01, those compiled in of 2025-04-04"}}
	want := "overlay  2026-11-22 16:00 UTC  mine.yaml\n" +
		"         not used: its prices are of 2025-01-01, those compiled in of 2025-04-04\n"
	if got := listing.Of(&with, r).Text(); !strings.Contains(got, want) {
		t.Errorf("got\n%s\nwant it to contain\n%s", got[:400], want)
	}
}

func TestPricesOfAnotherSourceSaySo(t *testing.T) {
	c, r := inRegion(t, "sa-east-1")
	text := listing.Of(c, r).Text()
	joined := strings.Join(strings.Fields(text), " ")
	for _, want := range []string{"prices 2025-04-04 sa-east-1,", "the newest are of 2026-10-07 ",
		"Other prices: S-PRICE of 2025-04-04.",
		"serverless_cluster_hour, serverless_partition_hour: S-PRICE-SAO unverified of 2026-10-07.",
		"serverless_data_in_gb no price GB written"} {
		if !strings.Contains(joined, want) {
			t.Errorf("missing: %s\n%s", want, text)
		}
	}
	data, err := listing.CSV(c, r)
	if want := "price,serverless_cluster_hour,1.195,USD per cluster-hour,S-PRICE-SAO,2026-10-07,true\n"; err != nil ||
		!strings.Contains(string(data), want) {
		t.Errorf("CSV: %v, missing %s", err, want)
	}
	if data, err = listing.JSON(c, r); err != nil || !strings.Contains(string(data), `"prices_date": "2025-04-04"`) ||
		!strings.Contains(string(data), `"date": "2026-10-07"`) {
		t.Errorf("JSON: %v, or a date is missing", err)
	}
}

func TestCSVHasOneLineAFigure(t *testing.T) {
	c, r := inRegion(t, "us-west-1")
	text, err := listing.CSV(c, r)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(string(text))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"part|name|value|unit|source|date|unverified",
		"serverless quota|partitions_non_compacted|2400|partitions|S-LIM|2025-11|false",
		"serverless quota|retention|unlimited|hours|S-LIM|2025-11|false",
		"serverless quota|partition_size_non_compacted||GB|S-LIM|2025-11|false",
		"price|kafka.m5.large|0.245|USD per broker-hour|S-PRICE|2025-04-04|false",
		"price|express.m7g.large||USD per broker-hour|||false",
		"price|serverless_cluster_hour||USD per cluster-hour|||false",
		"express size|express.m7g.large ingress sustained|15.6|MBps|S-LIM|2025-11|false",
	} {
		if !slices.ContainsFunc(rows, func(row []string) bool { return strings.Join(row, "|") == want }) {
			t.Errorf("missing row %s", want)
		}
	}
}

func TestJSONKeepsUnknownApartFromZero(t *testing.T) {
	c, r := inRegion(t, "us-west-1")
	text, err := listing.JSON(c, r)
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Schema     string
		PricesDate string `json:"prices_date"`
		Prices     map[string]any
		Serverless struct {
			Quotas []struct {
				ID     string
				Limit  *float64
				Source string
			}
		}
		Sources map[string]string
	}
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	if got.Schema != listing.Schema || got.PricesDate != "2025-04-04" || len(got.Sources) != len(c.Sources) {
		t.Errorf("got schema %s, prices of %s, %d sources", got.Schema, got.PricesDate, len(got.Sources))
	}
	if v, there := got.Prices["serverless_cluster_hour"]; v != nil || !there {
		t.Errorf("a price that is not sold: got %v, %t, want null", v, there)
	}
	if v := got.Prices["storage_gp2_gb_month"]; v != 0.12 {
		t.Errorf("storage: got %v, want 0.12", v)
	}
	for _, q := range got.Serverless.Quotas {
		if q.ID == "retention" && q.Limit != nil {
			t.Errorf("retention: got %v, want null", *q.Limit)
		}
	}
	again, err := listing.JSON(c, r)
	if err != nil || string(again) != string(text) {
		t.Errorf("the same catalog gave other bytes, or %v", err)
	}
}
