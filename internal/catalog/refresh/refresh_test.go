package refresh_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/catalog/refresh"
	"github.com/mskfit/mskfit/internal/testbed/awsfake"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func embedded(t *testing.T) *catalog.Catalog {
	t.Helper()
	c, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// config reaches the handler through a real HTTP server.
func config(t *testing.T, handler http.Handler) aws.Config {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return aws.Config{Region: "us-east-1", BaseEndpoint: &server.URL, HTTPClient: server.Client(),
		Credentials: credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "secret", "")}
}

func readPrices(t *testing.T, handler http.Handler) (*refresh.Prices, error) {
	t.Helper()
	api, err := refresh.NewPriceList(config(t, handler), "us-east-1")
	if err != nil {
		t.Fatal(err)
	}
	return refresh.ReadPrices(t.Context(), api, embedded(t))
}

func TestAPriceListThatSaysTheSameChangesNothing(t *testing.T) {
	c := embedded(t)
	fake := &awsfake.Server{Documents: awsfake.PriceList(c)}
	p, err := readPrices(t, fake)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := p.Products, len(fake.Documents); got != want || want < 900 {
		t.Errorf("products: got %d, want %d, more than 900", got, want)
	}
	// 100 to a page, and an empty one among them. There may be more calls: over loopback HTTP now and then closes a
	// connection whose answer came before it had let go of the request, and the call is tried again.
	if got, want := p.Pages, (len(fake.Documents)+99)/100+1; got != want {
		t.Errorf("pages: got %d, want %d", got, want)
	}
	if p.Date != "2026-11-20" || len(p.Regions) != len(c.Regions) || len(p.Zero)+len(p.Unknown)+len(p.Unreadable) != 0 {
		t.Errorf("got prices of %s for %d regions, left out %v %v %v", p.Date, len(p.Regions), p.Zero, p.Unknown, p.Unreadable)
	}
	if doubts := refresh.Doubts(p, c); len(doubts) != 0 {
		t.Errorf("doubts: got %v, want none", doubts)
	}
	if got, want := refresh.Kept(p, c), []string{"us-east-1 express_delivery_iceberg_tb",
		"us-east-1 express_delivery_s3_tb"}; !slices.Equal(got, want) {
		t.Errorf("kept: got %v, want %v", got, want)
	}
	next := c.With("o.yaml", throughFile(t, refresh.Overlay(nil, refresh.Result{Prices: p}, noon)))
	if changes := catalog.Diff(c, next); len(changes) != 0 {
		t.Errorf("changes: got %+v, want none", changes)
	}
	if next.PricesDate != "2026-11-20" || !next.Overlay.Prices || next.Overlay.Quotas {
		t.Errorf("got prices of %s and %+v, want those of the overlay", next.PricesDate, next.Overlay)
	}
}

// throughFile writes the overlay and reads it back, as the command does.
func throughFile(t *testing.T, o *catalog.Overlay) *catalog.Overlay {
	t.Helper()
	read, err := catalog.ReadOverlay("o.yaml", o.YAML(), embedded(t))
	if err != nil {
		t.Fatalf("%v\n%s", err, o.YAML())
	}
	return read
}

func TestWhatThePriceListChanges(t *testing.T) {
	c := embedded(t)
	east := c.Regions["us-east-1"]
	mexico := catalog.Region{Code: "mx-central-1", Location: "Mexico (Central)", UsageTypePrefix: "MXC1"}
	zurich := c.Regions["eu-central-2"]
	p, err := readPrices(t, &awsfake.Server{PageSize: 3, Documents: []string{
		awsfake.Product(east, "Kafka.m5.large", "RunBroker", "0.2150000000"),
		awsfake.Product(east, "Kafka.m8g.large", "RunBroker", "0.2"),      // a family that came later
		awsfake.Product(east, "Kafka.m7g.48xlarge", "RunBroker", "20"),    // a size that came later
		awsfake.Product(zurich, "Express.m7g.large", "RunBroker", "0.55"), // sold there since
		awsfake.Product(mexico, "Express.m7g.large", "RunBroker", "0.45"), // a new region
		awsfake.Product(mexico, "KafkaServerless-ClusterHours", "Serverless", "0.8"),
		awsfake.Product(east, "KafkaReplication-Processed-Bytes", "CrossRegionSourceLocal", "0.09"),
	}})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := p.Unknown, []string{"us-east-1 Kafka.m7g.48xlarge RunBroker",
		"us-east-1 Kafka.m8g.large RunBroker"}; !slices.Equal(got, want) {
		t.Errorf("unknown: got %v, want %v", got, want)
	}
	next := c.With("o.yaml", throughFile(t, refresh.Overlay(nil, refresh.Result{Prices: p}, noon)))
	want := `prices   2026-11-20  7 products on 4 pages, 3 regions

Changed (4)
  eu-central-2 express.m7g.large        none → 0.55
  us-east-1 kafka.m5.large              0.21 → 0.215 (+2.4 %)
  us-east-1 replicator_gb_cross_region  0.08 → 0.09 (+12.5 %)
  mx-central-1                          new: Mexico (Central), 2 prices
`
	got := refresh.Report{Result: refresh.Result{Prices: p}, InForce: c, Next: next}.Text()
	if !strings.HasPrefix(got, want) {
		t.Errorf("got\n%s\nwant it to start with\n%s", got, want)
	}
	// What the list does not have stays as it was, and the report says so.
	kept := len(c.Regions["us-east-1"].Prices()) - 2 + len(c.Regions["eu-central-2"].Prices()) + 1
	for _, want := range []string{
		fmt.Sprintf("\nUnchanged: AWS's price list does not have them (%d)\n  all prices of af-south-1, ap-east-1,", kept),
		fmt.Sprintf("  and %d more\n", kept-20),
		"\nSkipped: the catalog has no entry for them (2)\n  us-east-1 Kafka.m7g.48xlarge RunBroker\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("got\n%s\nwant it to contain\n%s", got, want)
		}
	}
	if usd, ok := next.Regions["us-east-1"].Price("tiered_storage_gb_month"); !ok || usd != 0.06 {
		t.Errorf("a price that the list does not have: got %v, %t, want 0.06 as before", usd, ok)
	}
}

func TestWhatTheLastOverlayHadStays(t *testing.T) {
	c := embedded(t)
	east := c.Regions["us-east-1"]
	list := func(usageType, usd, day string) *refresh.Prices {
		document := strings.Replace(awsfake.Product(east, usageType, "RunBroker", usd), "2026-11-20T", day+"T", 1)
		p, err := readPrices(t, &awsfake.Server{Documents: []string{document}})
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	first := refresh.Overlay(nil, refresh.Result{Prices: list("Kafka.m5.large", "0.22", "2026-11-20"),
		Quotas: &refresh.Quotas{Standard: map[string]float64{"brokers_per_account": 120}}, QuotaRegion: "eu-west-1"}, noon)
	second := throughFile(t, refresh.Overlay(throughFile(t, first),
		refresh.Result{Prices: list("Kafka.m5.xlarge", "0.43", "2026-11-24")}, noon.AddDate(0, 0, 1)))
	next := c.With("o.yaml", second)
	for key, want := range map[string]struct {
		usd  float64
		date string
	}{"kafka.m5.large": {0.22, "2026-11-20"}, "kafka.m5.xlarge": {0.43, "2026-11-24"}, "kafka.m5.2xlarge": {0.84, "2025-04-04"}} {
		r := next.Regions["us-east-1"]
		if got, _ := r.Price(key); got != want.usd || r.Origin(key).Date != want.date {
			t.Errorf("%s: got %v of %s, want %+v", key, got, r.Origin(key).Date, want)
		}
	}
	if oldest, newest := next.Regions["eu-west-1"].PricesBetween(); oldest != "2025-04-04" || newest != "2025-04-04" {
		t.Errorf("a region that was not read: prices from %s to %s, want those of the catalog", oldest, newest)
	}
	if q, _ := next.Standard.Quota("brokers_per_account"); *q.Limit != 120 {
		t.Errorf("a quota that was not read this time: got %v, want 120", *q.Limit)
	}
	if got, want := next.Sources[catalog.OverlayQuotaTag],
		"Service Quotas of the account in eu-west-1, read on 2026-11-22"; got != want {
		t.Errorf("source: got %q, want %q", got, want)
	}
}

// Refreshing into a file with prices of a contract keeps them, and they still hold.
func TestARefreshKeepsNegotiatedPrices(t *testing.T) {
	c := embedded(t)
	contract := &catalog.Overlay{WrittenAt: noon,
		Prices: &catalog.OverlayPrices{Date: "2024-01-01", Source: "contract", Negotiated: true,
			Regions: map[string]catalog.Region{"us-east-1": {M5: map[string]float64{"large": 0.19}}}}}
	p, err := readPrices(t, &awsfake.Server{Documents: []string{
		awsfake.Product(c.Regions["us-east-1"], "Kafka.m5.large", "RunBroker", "0.22"),
		awsfake.Product(c.Regions["us-east-1"], "Kafka.m5.xlarge", "RunBroker", "0.43")}})
	if err != nil {
		t.Fatal(err)
	}
	r := c.With("o.yaml", throughFile(t, refresh.Overlay(contract, refresh.Result{Prices: p}, noon))).Regions["us-east-1"]
	for key, want := range map[string]float64{"kafka.m5.large": 0.19, "kafka.m5.xlarge": 0.43} {
		if usd, _ := r.Price(key); usd != want || r.Origin(key).Negotiated != (key == "kafka.m5.large") {
			t.Errorf("%s: got %v, %+v, want %v", key, usd, r.Origin(key), want)
		}
	}
}

func TestDocumentsThatCannotBeRead(t *testing.T) {
	east := embedded(t).Regions["us-east-1"]
	good := awsfake.Product(east, "Kafka.m5.large", "RunBroker", "0.21")
	for _, tt := range []struct{ name, document, want string }{
		{"no JSON", `{"product":`, "not a product: unexpected end of JSON input"},
		{"another shape", `["Kafka.m5.large"]`,
			"not a product: json: cannot unmarshal array into Go value of type refresh.product"},
		{"no usage type", `{"product":{"sku":"X","attributes":{"operation":"RunBroker","regionCode":"us-east-1"}}}`,
			`product "X": attribute usagetype is missing`},
		{"no region", `{"product":{"sku":"X","attributes":{"operation":"RunBroker","regionCode":"!x","usagetype":"USE1-Kafka.m5.large"}}}`,
			`product "X": "!x" is not the code of a region`},
		{"no terms", `{"product":{"sku":"X","attributes":{"operation":"RunBroker","regionCode":"us-east-1","usagetype":"USE1-Kafka.m5.xlarge"}}}`,
			"us-east-1 kafka.m5.xlarge: no on-demand price"},
		{"a price in words", awsfake.Product(east, "Kafka.m5.xlarge", "RunBroker", "cheap"),
			`us-east-1 kafka.m5.xlarge: "cheap" is not a price`},
		{"a negative price", awsfake.Product(east, "Kafka.m5.xlarge", "RunBroker", "-0.42"),
			`us-east-1 kafka.m5.xlarge: "-0.42" is not a price`},
		{"infinite", awsfake.Product(east, "Kafka.m5.xlarge", "RunBroker", "Inf"),
			`us-east-1 kafka.m5.xlarge: "Inf" is not a price`},
		{"another currency", strings.Replace(awsfake.Product(east, "Kafka.m5.xlarge", "RunBroker", "0.42"), `"USD"`, `"CNY"`, 1),
			"us-east-1 kafka.m5.xlarge: no price in USD"},
		{"two steps", strings.Replace(awsfake.Product(east, "Kafka.m5.xlarge", "RunBroker", "0.42"), `"priceDimensions":{`,
			`"priceDimensions":{"SKU.TERM.FREE":{"unit":"hours","pricePerUnit":{"USD":"0"}},`, 1),
			"us-east-1 kafka.m5.xlarge: 2 price steps instead of one"},
		{"another unit", strings.Replace(awsfake.Product(east, "Kafka.Storage.GP2", "RunVolume", "0.0001"), `"GB-Mo"`, `"MB-Mo"`,
			1),
			`us-east-1 storage_gp2_gb_month: the price is per "MB-Mo", expected one per GB-month`},
		{"a day for an hour", strings.Replace(awsfake.Product(east, "Kafka.m5.xlarge", "RunBroker", "10"), `"hours"`, `"days"`, 1),
			`us-east-1 kafka.m5.xlarge: the price is per "days", expected one per hour`},
		{"no unit", strings.Replace(awsfake.Product(east, "KafkaServerless-In-Bytes", "Serverless", "0.1"), `"unit":"GB"`,
			`"unit":""`, 1),
			`us-east-1 serverless_data_in_gb: the price is per "", expected one per GB`},
		{"said twice", awsfake.Product(east, "Kafka.m5.large", "RunBroker", "0.23"),
			"us-east-1 kafka.m5.large: both 0.21 and 0.23"},
		{"a region without a name", awsfake.Product(catalog.Region{Code: "mx-central-1", UsageTypePrefix: "MXC1"}, "Kafka.m5.large",
			"RunBroker", "0.23"),
			"mx-central-1 kafka.m5.large: a new region without its name or prefix"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			other := awsfake.Product(east, "Kafka.m7g.large", "RunBroker", "0.204")
			p, err := readPrices(t, &awsfake.Server{Documents: []string{good, tt.document, other}})
			if err != nil {
				t.Fatal(err)
			}
			if len(p.Unreadable) != 1 || p.Unreadable[0] != tt.want {
				t.Errorf("got  %q\nwant %q", p.Unreadable, tt.want)
			}
			if _, ok := p.Regions["us-east-1"].Price("kafka.m7g.large"); !ok {
				t.Error("the product after it was lost")
			}
			if _, ok := p.Regions["us-east-1"].Price("kafka.m5.large"); ok != (tt.name != "said twice") {
				t.Errorf("the product before it: got %t", ok)
			}
		})
	}
}

func TestPricesThatAreHardToBelieve(t *testing.T) {
	c := embedded(t)
	east := c.Regions["us-east-1"]
	for _, tt := range []struct {
		usd  string
		want []string
	}{
		{"0.21", nil},
		{"0.42", nil},
		{"0.105", nil},
		{"0.421", []string{"us-east-1 kafka.m5.large: 0.421 instead of 0.21"}},
		{"0.104", []string{"us-east-1 kafka.m5.large: 0.104 instead of 0.21"}},
		{"0.0000583333", []string{"us-east-1 kafka.m5.large: 5.83333e-05 instead of 0.21"}},
		{"0.0000000000", []string{"us-east-1 kafka.m5.large: the price list gives 0"}},
	} {
		p, err := readPrices(t, &awsfake.Server{Documents: []string{
			awsfake.Product(east, "Kafka.m5.large", "RunBroker", tt.usd),
			awsfake.Product(east, "Kafka.m7g.large", "RunBroker", "0.204")}})
		if err != nil {
			t.Fatal(err)
		}
		if got := refresh.Doubts(p, c); !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %q, want %q", tt.usd, got, tt.want)
		}
		// Accepted or not, a price of zero never gets into the catalog.
		next := c.With("o.yaml", throughFile(t, refresh.Overlay(nil, refresh.Result{Prices: p}, noon)))
		if usd, ok := next.Regions["us-east-1"].BrokerHour("kafka.m5.large"); !ok || usd == 0 {
			t.Errorf("%s: the catalog has %v, %t", tt.usd, usd, ok)
		}
	}
}

func TestAPriceListWithoutPricesIsAnError(t *testing.T) {
	east := embedded(t).Regions["us-east-1"]
	for _, tt := range []struct {
		name      string
		documents []string
		want      string
	}{
		{"empty", nil, "pricing:GetProducts: no price of AmazonMSK among 0 products"},
		{"unknown", []string{awsfake.Product(east, "Kafka.m9.large", "RunBroker", "1")},
			"pricing:GetProducts: no price of AmazonMSK among 1 products"},
		{"unreadable", []string{"{"}, "pricing:GetProducts: none of 1 products could be read, the first: not a product: unexpected end of JSON input"},
		{"undated", []string{strings.Replace(awsfake.Product(east, "Kafka.m5.large", "RunBroker", "0.21"), "2026-11-20T12:00:00Z",
			"yesterday", 1)},
			"pricing:GetProducts: no product says when its price list was published"},
	} {
		if _, err := readPrices(t, &awsfake.Server{Documents: tt.documents}); err == nil || err.Error() != tt.want {
			t.Errorf("%s: got  %v\nwant %s", tt.name, err, tt.want)
		}
	}
}

func TestErrorsOfAWSSayWhatToDo(t *testing.T) {
	for _, tt := range []struct{ kind, message, want string }{
		{"AccessDeniedException", "User: arn:aws:iam::123456789012:user/x is not authorized to perform: pricing:GetProducts",
			"pricing:GetProducts: access denied: allow the IAM action pricing:GetProducts on resource *: User: arn:aws:iam::123456789012:user/x is not authorized to perform: pricing:GetProducts"},
		{"ExpiredTokenException", "The security token included in the request is expired",
			"pricing:GetProducts: the credentials have expired: renew them and try again: The security token included in the request is expired"},
		{"UnrecognizedClientException", "The security token included in the request is invalid.",
			"pricing:GetProducts: AWS does not accept the credentials: The security token included in the request is invalid."},
		{"InvalidNextTokenException", "token is bad", "pricing:GetProducts: InvalidNextTokenException: token is bad"},
	} {
		_, err := readPrices(t, &awsfake.Server{Errors: map[string][2]string{"GetProducts": {tt.kind, tt.message}}})
		if err == nil || err.Error() != tt.want {
			t.Errorf("%s: got  %v\nwant %s", tt.kind, err, tt.want)
		}
	}
}

func TestAPageThatNamesItselfEndsTheReading(t *testing.T) {
	east := embedded(t).Regions["us-east-1"]
	_, err := readPrices(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		document := strings.ReplaceAll(awsfake.Product(east, "Kafka.m5.large", "RunBroker", "0.21"), `"`, `\"`)
		_, _ = w.Write([]byte(`{"PriceList": ["` + document + `"], "NextToken": "again"}`))
	}))
	if want := "pricing:GetProducts: page 2 names itself as the next one"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestThrottlingIsWaitedFor(t *testing.T) {
	east := embedded(t).Regions["us-east-1"]
	fake := &awsfake.Server{Documents: []string{awsfake.Product(east, "Kafka.m5.large", "RunBroker", "0.21")}, Throttled: 1}
	p, err := readPrices(t, fake)
	if err != nil {
		t.Fatal(err)
	}
	if p.Products != 1 || fake.Calls("GetProducts") < 2 {
		t.Errorf("got %d products after %d calls, want 1 after 2", p.Products, fake.Calls("GetProducts"))
	}
}

func TestWaitingForAThrottledListEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	fake := &awsfake.Server{Throttled: 1000}
	cfg := config(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fake.ServeHTTP(w, r)
		if fake.Calls("GetProducts") == 2 {
			cancel()
		}
	}))
	api, err := refresh.NewPriceList(cfg, "eu-central-1")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := refresh.ReadPrices(ctx, api, embedded(t)); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context canceled", err)
	}
}

type noNetwork struct{}

func (noNetwork) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, errors.New("connection refused")
}

func TestAnEndpointThatDoesNotAnswer(t *testing.T) {
	c := embedded(t)
	synctest.Test(t, func(t *testing.T) {
		cfg := aws.Config{HTTPClient: &http.Client{Transport: noNetwork{}}, BaseEndpoint: aws.String("http://aws.invalid"),
			Credentials: credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "secret", "")}
		api, err := refresh.NewPriceList(cfg, "ap-south-1")
		if err != nil {
			t.Fatal(err)
		}
		_, err = refresh.ReadPrices(t.Context(), api, c)
		if want := `pricing:GetProducts: no answer after 8 attempts: Post "http://aws.invalid/": connection refused`; err == nil ||
			err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	})
}

// onePage is a price list of one page, without a network.
type onePage []string

func (p onePage) Products(context.Context, string) (refresh.ProductPage, error) {
	return refresh.ProductPage{PriceList: p}, nil
}

func FuzzReadPrices(f *testing.F) {
	c, err := catalog.Embedded()
	if err != nil {
		f.Fatal(err)
	}
	for _, usd := range []string{"0.21", "0", "-1", "1e400", "NaN", ""} {
		f.Add(awsfake.Product(c.Regions["us-east-1"], "Kafka.m5.large", "RunBroker", usd))
	}
	f.Add(`{"product":{"attributes":{"usagetype":"-","operation":"RunBroker","regionCode":"x"}},"terms":{"OnDemand":{"":{"priceDimensions":null}}}}`)
	f.Fuzz(func(t *testing.T, document string) {
		p, err := refresh.ReadPrices(t.Context(), onePage{document}, c)
		if err != nil {
			return
		}
		// Whatever was taken over makes a valid overlay: no price is zero, negative or endless.
		o := refresh.Overlay(nil, refresh.Result{Prices: p}, noon)
		if _, err := catalog.ReadOverlay("o.yaml", o.YAML(), c); err != nil {
			t.Errorf("%v\n%s", err, o.YAML())
		}
	})
}

func TestQuotas(t *testing.T) {
	c := embedded(t)
	fake := &awsfake.Server{PageSize: 2,
		Default: map[string]float64{"L-EDD31C36": 90, "L-FAB9E493": 30, "L-03FD6822": 60, "L-B2FDE22A": 100, "L-36D29E8C": 50},
		Applied: map[string]float64{"L-EDD31C36": 150, "L-00000000": 7}}
	q, err := refresh.ReadQuotas(t.Context(), refresh.NewQuotaList(config(t, fake), "eu-west-1"), c)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(q.Missing, []string{"standard.replicators_per_account"}) {
		t.Errorf("missing: got %v, want standard.replicators_per_account", q.Missing)
	}
	next := c.With("o.yaml", throughFile(t, refresh.Overlay(nil, refresh.Result{Quotas: q, QuotaRegion: "eu-west-1"}, noon)))
	changes := catalog.Diff(c, next)
	if len(changes) != 1 || changes[0].Key != "standard.brokers_per_account" || *changes[0].Old != 90 || *changes[0].New != 150 {
		t.Errorf("changes: got %+v, want brokers_per_account from 90 to 150", changes)
	}
	if limit, _ := next.Standard.Quota("replicators_per_account"); *limit.Limit != 15 {
		t.Errorf("a quota that is not listed: got %v, want 15 as before", *limit.Limit)
	}
}

func TestQuotasThatAreRefused(t *testing.T) {
	for operation, want := range map[string]string{
		"ListServiceQuotas":           "servicequotas:ListServiceQuotas: access denied: allow the IAM action servicequotas:ListServiceQuotas on resource *: no",
		"ListAWSDefaultServiceQuotas": "servicequotas:ListAWSDefaultServiceQuotas: access denied: allow the IAM action servicequotas:ListAWSDefaultServiceQuotas on resource *: no",
	} {
		fake := &awsfake.Server{Errors: map[string][2]string{operation: {"AccessDeniedException", "no"}}}
		_, err := refresh.ReadQuotas(t.Context(), refresh.NewQuotaList(config(t, fake), "eu-west-1"), embedded(t))
		if err == nil || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
	_, err := refresh.ReadQuotas(t.Context(), refresh.NewQuotaList(config(t, &awsfake.Server{}), "eu-west-1"), embedded(t))
	if want := "servicequotas:ListServiceQuotas: none of the 6 quotas of the catalog is listed"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestThePriceListAnswersInThreeRegions(t *testing.T) {
	_, err := refresh.NewPriceList(aws.Config{}, "eu-west-1")
	if want := `price list region "eu-west-1": AWS's price list answers in us-east-1, eu-central-1, ap-south-1 only`; err == nil ||
		err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
