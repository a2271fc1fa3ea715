package catalog_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mskfit/mskfit/internal/catalog"
)

// good is the small catalog of testdata/good.
func good(t *testing.T) *catalog.Catalog {
	t.Helper()
	c, err := catalog.Load(os.DirFS("testdata/good"))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

const newer = `schema: mskfit/catalog-overlay/v1
written_at: 2026-11-22T16:00:00Z
prices:
  date: "2026-11-20"
  source: price list of 20 November
  regions:
    us-east-1:
      m5_broker_hour: {large: 0.22}
      m7g_broker_hour: {}
      storage_gp2_gb_month: 0.11
    mx-central-1:
      location: "Mexico (Central)"
      usagetype_prefix: MXC1
      express_m7g_broker_hour: {large: 0.45}
quotas:
  date: "2026-11-22"
  source: service quotas of 22 November
  standard: {brokers_per_account: 120}
`

func TestAnOverlayReplacesWhatItNamesAndNothingElse(t *testing.T) {
	base := good(t)
	o, err := catalog.ReadOverlay("o.yaml", []byte(newer), base)
	if err != nil {
		t.Fatal(err)
	}
	c := base.With("o.yaml", o)
	if c.PricesDate != "2026-11-20" || c.QuotasDate != "2026-11-22" || !c.Overlay.Prices || !c.Overlay.Quotas ||
		len(c.Overlay.Ignored) != 0 {
		t.Errorf("got prices of %s, quotas of %s and %+v, want those of the overlay in force", c.PricesDate, c.QuotasDate,
			c.Overlay)
	}
	want := []struct {
		key      string
		old, new float64
	}{
		{"standard.brokers_per_account", 90, 120},
		{"mx-central-1 express.m7g.large", 0, 0.45},
		{"us-east-1 kafka.m5.large", 0.21, 0.22},
		{"us-east-1 storage_gp2_gb_month", 0.1, 0.11},
	}
	changes := catalog.Diff(base, c)
	if len(changes) != len(want) {
		t.Fatalf("changes: got %+v, want %d", changes, len(want))
	}
	for i, w := range want {
		got := changes[i]
		if got.Key != w.key || got.New == nil || *got.New != w.new || (got.Old == nil) != (w.old == 0) || got.Old != nil &&
			*got.Old != w.old {
			t.Errorf("change %d: got %+v, want %+v", i, got, w)
		}
	}
	if p, ok := c.Regions["us-east-1"].Price("tiered_storage_gb_month"); !ok || p != 0.06 {
		t.Errorf("a price that the overlay does not name: got %v, %t, want 0.06", p, ok)
	}
	if got, want := c.Regions["us-east-1"].Source, "O-PRICE, S-PRICE"; got != want {
		t.Errorf("source of the region: got %s, want %s", got, want)
	}
	if got, want := c.Sources["O-PRICE"], "price list of 20 November"; got != want {
		t.Errorf("source: got %s, want %s", got, want)
	}
	if q, _ := c.Standard.Quota("brokers_per_account"); *q.Base != 120 || q.Source != "O-QUOTA" {
		t.Errorf("quota: got %v from %s, want 120 from O-QUOTA", *q.Base, q.Source)
	}
	if p, _ := base.Regions["us-east-1"].Price("kafka.m5.large"); p != 0.21 {
		t.Errorf("the catalog below the overlay changed: m5.large is %v", p)
	}
}

// aged is the overlay with its prices of the day before the catalog's, and its quotas too.
func aged(t *testing.T, edits ...string) *catalog.Overlay {
	t.Helper()
	text := strings.NewReplacer(append([]string{`"2026-11-20"`, `"2025-04-03"`, `"2026-11-22"`, `"2026-05-16"`},
		edits...)...).Replace(newer)
	o, err := catalog.ReadOverlay("o.yaml", []byte(text), good(t))
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func TestPricesOlderThanTheCatalogsAreNotUsedAndItSaysSo(t *testing.T) {
	base := good(t)
	c := base.With("o.yaml", aged(t))
	changes := catalog.Diff(base, c)
	if len(changes) != 1 || changes[0].Key != "mx-central-1 express.m7g.large" {
		t.Errorf("changes: got %+v, want the one price that the catalog does not have", changes)
	}
	want := "2 of its 3 prices of 2025-04-03 are older than those compiled in (add negotiated: true if they are of your own contract); " +
		"its quotas are of 2026-05-16, those compiled in of 2026-05-17"
	if got := strings.Join(c.Overlay.Ignored, "; "); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestNegotiatedPricesHoldWhateverTheirDate(t *testing.T) {
	base := good(t)
	c := base.With("o.yaml", aged(t, "  source: price list", "  negotiated: true\n  source: price list"))
	if usd, _ := c.Regions["us-east-1"].Price("kafka.m5.large"); usd != 0.22 {
		t.Errorf("kafka.m5.large: got %v, want 0.22", usd)
	}
	want := catalog.Origin{Source: "O-PRICE", Date: "2025-04-03", Negotiated: true}
	if got := c.Regions["us-east-1"].Origin("kafka.m5.large"); got != want {
		t.Errorf("origin: got %+v, want %+v", got, want)
	}
	if len(c.Overlay.Ignored) != 1 || !strings.HasPrefix(c.Overlay.Ignored[0], "its quotas") {
		t.Errorf("ignored: got %q, want the quotas alone", c.Overlay.Ignored)
	}
}

func TestEveryPriceKeepsItsOwnDate(t *testing.T) {
	base := good(t)
	o, err := catalog.ReadOverlay("o.yaml", []byte(newer), base)
	if err != nil {
		t.Fatal(err)
	}
	r := base.With("o.yaml", o).Regions["us-east-1"]
	for key, want := range map[string]catalog.Origin{
		"kafka.m5.large":          {Source: "O-PRICE", Date: "2026-11-20"},
		"storage_gp2_gb_month":    {Source: "O-PRICE", Date: "2026-11-20"},
		"tiered_storage_gb_month": {Source: "S-PRICE", Date: "2025-04-04"},
		"kafka.m7g.large":         {},
	} {
		if got := r.Origin(key); got != want {
			t.Errorf("%s: got %+v, want %+v", key, got, want)
		}
	}
	if oldest, newest := r.PricesBetween(); oldest != "2025-04-04" || newest != "2026-11-20" {
		t.Errorf("prices from %s to %s, want 2025-04-04 to 2026-11-20", oldest, newest)
	}
	if got := base.Regions["us-east-1"].Origin("kafka.m5.large"); got.Source != "S-PRICE" {
		t.Errorf("the catalog below the overlay changed: %+v", got)
	}
}

// A contract, the list of November and, for one price, the list of October: each price is from the list that holds for it.
func TestAnOverlayMayHoldSeveralPriceLists(t *testing.T) {
	base := good(t)
	text := strings.Replace(newer, "quotas:\n", `earlier_prices:
  - date: "2024-01-01"
    source: contract
    negotiated: true
    regions: {us-east-1: {storage_gp2_gb_month: 0.08}}
  - date: "2026-10-20"
    source: price list of 20 October
    regions: {us-east-1: {m5_broker_hour: {large: 0.3}, tiered_storage_gb_month: 0.07}}
quotas:
`, 1)
	o, err := catalog.ReadOverlay("o.yaml", []byte(text), base)
	if err != nil {
		t.Fatal(err)
	}
	if o, err = catalog.ReadOverlay("written.yaml", o.YAML(), base); err != nil {
		t.Fatal(err)
	}
	c := base.With("o.yaml", o)
	r := c.Regions["us-east-1"]
	for key, want := range map[string]struct {
		usd          float64
		date, source string
	}{
		"storage_gp2_gb_month":    {0.08, "2024-01-01", "contract"},
		"kafka.m5.large":          {0.22, "2026-11-20", "price list of 20 November"},
		"tiered_storage_gb_month": {0.07, "2026-10-20", "price list of 20 October"},
	} {
		usd, _ := r.Price(key)
		if got := r.Origin(key); usd != want.usd || got.Date != want.date || c.Sources[got.Source] != want.source {
			t.Errorf("%s: got %v of %s from %s, want %+v", key, usd, got.Date, c.Sources[got.Source], want)
		}
	}
}

func TestReadOverlayNamesLineFieldAndRemedy(t *testing.T) {
	for _, tt := range []struct{ name, old, new, want string }{
		{"schema", "overlay/v1", "overlay/v9",
			`o.yaml:1:9: schema: "mskfit/catalog-overlay/v9" is not supported: use one of mskfit/catalog-overlay/v1`},
		{"no time", "written_at: 2026-11-22T16:00:00Z\n", "",
			"o.yaml:1:1: written_at: missing: write the time, like 2026-01-31T00:00:00Z"},
		{"no date", "  date: \"2026-11-20\"\n", "", `o.yaml:4:3: prices.date: "" is not a date: write it as 2026-01-31`},
		{"price of zero", "large: 0.22", "large: 0",
			"o.yaml:8:31: prices.regions.us-east-1.m5_broker_hour.large: 0: required, above 0"},
		{"negative price", "storage_gp2_gb_month: 0.11", "storage_gp2_gb_month: -1",
			"o.yaml:10:29: prices.regions.us-east-1.storage_gp2_gb_month: -1: required, above 0"},
		{"unknown size", "large: 0.22", "huge: 0.22",
			`o.yaml:8:30: prices.regions.us-east-1.m5_broker_hour.huge: "kafka.m5.huge" is not a size of the catalog`},
		{"unknown price", "storage_gp2_gb_month", "storage_gp3_gb_month",
			`o.yaml:10:7: prices.regions.us-east-1.storage_gp3_gb_month: unknown key: did you mean "storage_gp2_gb_month"?`},
		{"new region without location", "      location: \"Mexico (Central)\"\n", "",
			"o.yaml:12:7: prices.regions.mx-central-1.location: missing: the region is new to the catalog and needs its location"},
		{"rows", "      m7g_broker_hour: {}\n", "      rows: [{prices: [kafka.m5.large], source: me}]\n",
			"o.yaml:9:13: prices.regions.us-east-1.rows: not in an overlay: give prices of another source a list of their own under earlier_prices"},
		{"unknown quota", "brokers_per_account", "brokers_per_galaxy",
			"o.yaml:18:34: quotas.standard.brokers_per_galaxy: not a quota of the catalog: see mskfit catalog"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := strings.Replace(newer, tt.old, tt.new, 1)
			_, err := catalog.ReadOverlay("o.yaml", []byte(text), good(t))
			if err == nil || err.Error() != tt.want {
				t.Errorf("got  %v\nwant %s", err, tt.want)
			}
		})
	}
}

func TestInForceLooksInTheDefaultPlace(t *testing.T) {
	home := t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", home)
	t.Setenv("HOME", home)
	path, err := catalog.DefaultOverlayPath()
	if err != nil {
		t.Fatal(err)
	}
	if c, err := catalog.InForce(""); err != nil || c.Overlay != nil {
		t.Fatalf("without a file: got overlay %v and error %v, want neither", c.Overlay, err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(newer), 0o644); err != nil {
		t.Fatal(err)
	}
	c, err := catalog.InForce("")
	if err != nil {
		t.Fatal(err)
	}
	if p, _ := c.Regions["us-east-1"].BrokerHour("kafka.m5.large"); p != 0.22 || c.Overlay.File != path {
		t.Errorf("got %v from %+v, want 0.22 from %s", p, c.Overlay, path)
	}
	if _, err := catalog.InForce(filepath.Join(home, "none.yaml")); err == nil ||
		!strings.HasPrefix(err.Error(), "catalog overlay: open ") {
		t.Errorf("a named file that is not there: got %v", err)
	}
}

func TestAnOverlayIsReadAsItWasWritten(t *testing.T) {
	base := good(t)
	o, err := catalog.ReadOverlay("o.yaml", []byte(newer), base)
	if err != nil {
		t.Fatal(err)
	}
	written := o.YAML()
	again, err := catalog.ReadOverlay("written.yaml", written, base)
	if err != nil {
		t.Fatalf("%v\n%s", err, written)
	}
	if changes := catalog.Diff(base.With("o.yaml", o), base.With("o.yaml", again)); len(changes) != 0 {
		t.Errorf("changes: got %+v, want none", changes)
	}
	if got, want := string(again.YAML()), string(written); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// The example of the manual is an overlay, and negotiated.
func TestTheManualsExampleIsAnOverlay(t *testing.T) {
	page, err := os.ReadFile("../../docs/prices.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(page), "```yaml\n")
	text, _, found := strings.Cut(rest, "```")
	base, err := catalog.Embedded()
	if !found || err != nil {
		t.Fatalf("no example, or %v", err)
	}
	o, err := catalog.ReadOverlay("docs/prices.md", []byte(text), base)
	if err != nil {
		t.Fatal(err)
	}
	c := base.With("prices.md", o)
	if usd, _ := c.Regions["eu-west-1"].Price("kafka.m7g.large"); usd != 0.19 || len(c.Overlay.Ignored) != 0 {
		t.Errorf("kafka.m7g.large: got %v, ignored %q", usd, c.Overlay.Ignored)
	}
}
