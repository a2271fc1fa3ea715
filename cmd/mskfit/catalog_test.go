package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/testbed/awsfake"
)

// atHome gives the test a home of its own, without overlay and without AWS configuration.
func atHome(t *testing.T) string {
	t.Helper()
	home := t.TempDir()
	for name, value := range map[string]string{
		"HOME": home, "XDG_CONFIG_HOME": home, "AWS_CONFIG_FILE": filepath.Join(home, "none"),
		"AWS_SHARED_CREDENTIALS_FILE": filepath.Join(home, "none"), "AWS_EC2_METADATA_DISABLED": "true", "AWS_PROFILE": "",
		"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_SESSION_TOKEN": "", "AWS_REGION": "", "AWS_DEFAULT_REGION": "",
		"AWS_CONTAINER_CREDENTIALS_FULL_URI": "", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "", "AWS_WEB_IDENTITY_TOKEN_FILE": "",
	} {
		t.Setenv(name, value)
	}
	return home
}

// runCatalog runs mskfit catalog and returns what it wrote.
func runCatalog(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, complaints bytes.Buffer
	code = run(context.Background(), append([]string{"catalog"}, args...), &out, &complaints)
	return code, out.String(), complaints.String()
}

func TestCatalogPrintsEveryFormat(t *testing.T) {
	home := atHome(t)
	for format, want := range map[string]string{
		"text":     "prices   2025-04-04  eu-west-1, EU (Ireland); USD, on demand\n",
		"markdown": "# mskfit catalog\n",
		"json":     `"prices_date": "2025-04-04"`,
		"csv":      "part,name,value,unit,source,date,unverified\n",
	} {
		code, stdout, stderr := runCatalog(t, "--region", "eu-west-1", "--format", format)
		if code != exitDone || stderr != "" || !strings.Contains(stdout, want) {
			t.Errorf("%s: got code %d, stderr %q, stdout without %q", format, code, stderr, want)
		}
		file := filepath.Join(home, "catalog."+format)
		if code, onStdout, stderr := runCatalog(t, "--region", "eu-west-1", "--format", format, "--out", file); code != exitDone ||
			onStdout != "" || stderr != "" {
			t.Errorf("%s --out: got code %d, stdout %q, stderr %q", format, code, onStdout, stderr)
		}
		if data, err := os.ReadFile(file); err != nil || string(data) != stdout {
			t.Errorf("%s --out: the file differs from stdout, or %v", format, err)
		}
	}
}

func TestCatalogSaysWhatIsWrong(t *testing.T) {
	home := atHome(t)
	broken := filepath.Join(home, "broken.yaml")
	if err := os.WriteFile(broken, []byte("schema: mskfit/catalog-overlay/v1\nwritten_at: 2026-11-22T12:00:00Z\nprices:\n  date: \"2026-11-20\"\n  source: me\n  regions:\n    us-east-1: {m5_broker_hour: {large: -1}}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	missing := filepath.Join(home, "missing.yaml")
	for _, tt := range []struct {
		name string
		args []string
		code int
		want string
	}{
		{"region", []string{"--region", "us-est-1"}, exitUsage,
			"mskfit: region \"us-est-1\": not among the 32 regions of the prices of 2025-04-04; near it are us-east-1, us-west-1, us-east-2\n"},
		{"format", []string{"--format", "html"}, exitUsage,
			"mskfit: --format \"html\" is not supported: use text, markdown, json or csv\n"},
		{"no overlay", []string{"--overlay", missing}, exitUsage,
			"mskfit: catalog overlay: open " + missing + ": no such file or directory\n"},
		{"broken overlay", []string{"--overlay", broken}, exitUsage,
			"mskfit: " + broken + ":7:41: prices.regions.us-east-1.m5_broker_hour.large: -1: required, above 0\n"},
		{"nowhere to write", []string{"--out", filepath.Join(home, "no", "where")}, exitFailed,
			"mskfit: print the catalog: write " + filepath.Join(home, "no", "where") + ": no such file or directory\n"},
		{"argument", []string{"prices"}, exitUsage, "mskfit: unknown command \"prices\" for \"mskfit catalog\"\n"},
	} {
		code, stdout, stderr := runCatalog(t, tt.args...)
		if code != tt.code || stdout != "" || stderr != tt.want {
			t.Errorf("%s: got code %d, stdout %q, stderr\n%s\nwant code %d and\n%s", tt.name, code, stdout, stderr, tt.code,
				tt.want)
		}
	}
}

// onAWS serves the fake under the SDK's own variables, with credentials.
func onAWS(t *testing.T, fake *awsfake.Server) {
	t.Helper()
	server := httptest.NewServer(fake)
	t.Cleanup(server.Close)
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL_PRICING": server.URL, "AWS_ENDPOINT_URL_SERVICE_QUOTAS": server.URL,
		"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "very-secret-key", "AWS_REGION": "eu-west-1",
	} {
		t.Setenv(name, value)
	}
}

// awsWith answers what the catalog says, but for one price.
func awsWith(t *testing.T, usd string) *awsfake.Server {
	t.Helper()
	c, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	fake := &awsfake.Server{
		Default: map[string]float64{"L-EDD31C36": 90, "L-FAB9E493": 30, "L-03FD6822": 60, "L-B2FDE22A": 100, "L-36D29E8C": 50,
			"L-8F940D28": 15},
		Applied: map[string]float64{"L-EDD31C36": 120},
	}
	east := awsfake.Product(c.Regions["us-east-1"], "Kafka.m5.large", "RunBroker", "0.2100000000")
	for _, document := range awsfake.PriceList(c) {
		if document == east {
			document = awsfake.Product(c.Regions["us-east-1"], "Kafka.m5.large", "RunBroker", usd)
		}
		fake.Documents = append(fake.Documents, document)
	}
	return fake
}

func TestCatalogRefreshIsUsedFromThenOn(t *testing.T) {
	home := atHome(t)
	onAWS(t, awsWith(t, "0.2150000000"))
	overlay := filepath.Join(home, "mskfit", "catalog-overlay.yaml")
	const changed = "\nChanged (2)\n" +
		"  standard.brokers_per_account  90 → 120 (+33.3 %)\n" +
		"  us-east-1 kafka.m5.large      0.21 → 0.215 (+2.4 %)\n" +
		"\nUnchanged: AWS's price list does not have them (2)\n" +
		"  us-east-1 express_delivery_iceberg_tb\n  us-east-1 express_delivery_s3_tb\n"

	code, stdout, stderr := runCatalog(t, "refresh", "--dry-run")
	if code != exitDone || stderr != "" || !strings.HasSuffix(stdout, changed+"\nNothing was written (--dry-run).\n") {
		t.Errorf("dry run: got code %d, stderr %q, stdout\n%s", code, stderr, stdout)
	}
	if _, err := os.Stat(overlay); err == nil {
		t.Error("a dry run wrote the overlay")
	}
	code, stdout, stderr = runCatalog(t, "refresh")
	if code != exitDone || stderr != "" || !strings.HasSuffix(stdout, changed+"\nWritten to "+overlay+"\n") {
		t.Errorf("refresh: got code %d, stderr %q, stdout\n%s", code, stderr, stdout)
	}
	code, stdout, _ = runCatalog(t)
	for _, want := range []string{"prices   2026-11-20  us-east-1", "  " + overlay + "\n",
		"  kafka.m5.large         2    8   1000/1500    81.25     0.75      -   0.215\n"} {
		if code != exitDone || !strings.Contains(stdout, want) {
			t.Errorf("after the refresh: got code %d, no %q in\n%.400s", code, want, stdout)
		}
	}
	code, stdout, _ = runCatalog(t, "refresh")
	if code != exitDone || !strings.Contains(stdout, "\nNothing changed.\n") {
		t.Errorf("second refresh: got code %d, stdout\n%s", code, stdout)
	}
}

func TestCatalogRefreshRefusesWhatIsHardToBelieve(t *testing.T) {
	home := atHome(t)
	overlay := filepath.Join(home, "o.yaml")
	onAWS(t, awsWith(t, "21.0000000000"))
	code, stdout, stderr := runCatalog(t, "refresh", "--out", overlay)
	want := "mskfit: refresh the catalog: some prices look wrong; nothing was written. Check them, and add --accept to " +
		"take over those that are not 0:\n  us-east-1 kafka.m5.large: 21 instead of 0.21\n"
	if code != exitFailed || stdout != "" || stderr != want {
		t.Errorf("got code %d, stdout %q, stderr\n%s\nwant\n%s", code, stdout, stderr, want)
	}
	if _, err := os.Stat(overlay); err == nil {
		t.Error("the overlay was written all the same")
	}
	if code, _, stderr := runCatalog(t, "refresh", "--out", overlay, "--accept"); code != exitDone {
		t.Errorf("accepted: got code %d, stderr %s", code, stderr)
	}
	before, err := os.ReadFile(overlay)
	if err != nil || !bytes.Contains(before, []byte("large: 21,")) {
		t.Errorf("accepted: got %v and an overlay without the price", err)
	}
	// A price of zero is left out even when accepted: the one in force stays.
	onAWS(t, awsWith(t, "0.0000000000"))
	if code, _, stderr := runCatalog(t, "refresh", "--out", overlay); code != exitFailed ||
		!strings.Contains(stderr, "us-east-1 kafka.m5.large: the price list gives 0\n") {
		t.Errorf("zero: got code %d, stderr %s", code, stderr)
	}
	if after, err := os.ReadFile(overlay); err != nil || !bytes.Equal(after, before) {
		t.Errorf("zero: the overlay changed, or %v", err)
	}
	code, stdout, _ = runCatalog(t, "refresh", "--out", overlay, "--accept")
	if code != exitDone || !strings.Contains(stdout, "\nUnchanged: AWS's price list does not have them (3)\n") ||
		!strings.Contains(stdout, "  us-east-1 kafka.m5.large\n") {
		t.Errorf("zero, accepted: got code %d, stdout\n%s", code, stdout)
	}
}

func TestCatalogRefreshSaysWhatIsWrong(t *testing.T) {
	home := atHome(t)
	overlay := filepath.Join(home, "o.yaml")
	bad := filepath.Join(home, "bad.yaml")
	if err := os.WriteFile(bad, []byte("schema: mskfit/catalog-overlay/v1\nwritten_at: yesterday\nprices: {date: \"2026-11-20\", source: me}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	denied := func(operation string) func() {
		return func() {
			fake := awsWith(t, "0.21")
			fake.Errors = map[string][2]string{operation: {"AccessDeniedException", "not authorized"}}
			onAWS(t, fake)
		}
	}
	for _, tt := range []struct {
		name   string
		before func()
		args   []string
		code   int
		want   string
	}{
		{"quotas without credentials", func() {}, []string{"--only", "quotas"}, exitFailed,
			"mskfit: refresh the catalog: AWS credentials: none found in environment, shared files, SSO or role: "},
		{"a public list that is not there", func() {}, []string{"--price-list-url", "http://127.0.0.1:1"}, exitFailed,
			`mskfit: refresh the catalog: public price list: Get "http://127.0.0.1:1/offers/v1.0/aws/AmazonMSK/current/af-south-1/index.json": `},
		{"a file that is not there", func() {}, []string{"--from", "none.json"}, exitFailed,
			"mskfit: refresh the catalog: --from: open none.json: no such file or directory; nothing was written\n"},
		{"files of a region", func() {}, []string{"--from", "a.json", "--region", "eu-west-1"}, exitUsage,
			"mskfit: --from: remove --public and --region: the files contain their regions\n"},
		{"quotas of everybody", func() {}, []string{"--only", "quotas", "--public"}, exitUsage,
			"mskfit: --only quotas: --public, --region and --from are for prices: remove them\n"},
		{"pricing denied", denied("GetProducts"), nil, exitFailed,
			"mskfit: refresh the catalog: pricing:GetProducts: access denied: allow the IAM action pricing:GetProducts on resource *: not authorized; nothing was written\n"},
		{"quotas denied", denied("ListServiceQuotas"), nil, exitFailed,
			"mskfit: refresh the catalog: servicequotas:ListServiceQuotas: access denied: allow the IAM action servicequotas:ListServiceQuotas on resource *: " +
				"not authorized (or skip quotas with --only prices); nothing was written\n"},
		{"quotas without a region", func() { onAWS(t, awsWith(t, "0.21")); t.Setenv("AWS_REGION", "") },
			[]string{"--only", "quotas"}, exitFailed,
			"mskfit: refresh the catalog: quotas: no AWS region is configured: set --quota-region, or skip quotas with --only prices; nothing was written\n"},
		{"part", func() {}, []string{"--only", "all"}, exitUsage,
			"mskfit: --only \"all\" is not supported: use prices or quotas\n"},
		{"price list region", func() {}, []string{"--price-list-region", "eu-west-1"}, exitUsage,
			"mskfit: --price-list-region \"eu-west-1\" is not supported: use us-east-1, eu-central-1 or ap-south-1\n"},
		{"overlay that is none", func() {}, []string{"--out", bad}, exitUsage, "mskfit: " + bad + ":2:13: written_at: "},
		{"no time", func() { onAWS(t, awsWith(t, "0.21")) }, []string{"--timeout", "1ns"}, exitFailed,
			"mskfit: refresh the catalog: not finished after 1ns: raise --timeout; nothing was written\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.before()
			code, stdout, stderr := runCatalog(t, append([]string{"refresh", "--out", overlay}, tt.args...)...)
			if code != tt.code || stdout != "" || !strings.HasPrefix(stderr, tt.want) {
				t.Errorf("got code %d, stdout %q, stderr\n%s\nwant code %d and\n%s", code, stdout, stderr, tt.code, tt.want)
			}
			if strings.Contains(stderr, "very-secret-key") {
				t.Error("the secret key is in the message")
			}
			if _, err := os.Stat(overlay); err == nil {
				t.Error("the overlay was written")
			}
		})
	}
}

// publicList serves the price list for everybody, with one price of us-east-1 changed, and says where.
func publicList(t *testing.T) string {
	t.Helper()
	c, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	changed := *c
	changed.Regions = maps.Clone(c.Regions)
	east := changed.Regions["us-east-1"]
	east.M5 = maps.Clone(east.M5)
	east.M5["large"] = 0.22
	changed.Regions["us-east-1"] = east
	server := httptest.NewServer(awsfake.OffersOf(&changed))
	t.Cleanup(server.Close)
	return server.URL
}

func TestCatalogRefreshTakesThePublicListWithoutCredentials(t *testing.T) {
	home := atHome(t)
	overlay := filepath.Join(home, "o.yaml")
	code, stdout, stderr := runCatalog(t, "refresh", "--out", overlay, "--price-list-url", publicList(t))
	if code != exitDone || stderr != "" {
		t.Fatalf("got code %d, stderr %s", code, stderr)
	}
	for _, want := range []string{"prices   2026-11-21  940 products on 32 pages, 32 regions\n",
		"quotas   not read: AWS credentials: none found", "Changed (1)\n  us-east-1 kafka.m5.large  0.21 → 0.22 (+4.8 %)\n"} {
		if !strings.Contains(stdout, want) {
			t.Errorf("missing %q in\n%s", want, stdout)
		}
	}
	if data, err := os.ReadFile(overlay); err != nil ||
		!bytes.Contains(data, []byte(`source: "AWS public price list, AmazonMSK, published 2026-11-21"`)) {
		t.Errorf("got %v, or an overlay without its source", err)
	}
}

// With --public nothing is asked of the account, credentials or not.
func TestCatalogRefreshReadsThePublicListOfOneRegion(t *testing.T) {
	home := atHome(t)
	fake := awsWith(t, "0.21")
	onAWS(t, fake)
	code, stdout, stderr := runCatalog(t, "refresh", "--out", filepath.Join(home, "o.yaml"), "--price-list-url", publicList(t),
		"--region", "us-east-1")
	if code != exitDone || stderr != "" || fake.Calls("GetProducts")+fake.Calls("ListServiceQuotas") != 0 {
		t.Errorf("got code %d, stderr %s, %d calls of the API", code, stderr, fake.Calls("GetProducts"))
	}
	for _, want := range []string{" products on 1 pages, 1 regions\n",
		"quotas   not read: the public price list has none (--public)\n", "  all prices of af-south-1, ap-east-1,"} {
		if !strings.Contains(stdout, want) {
			t.Errorf("missing %q in\n%s", want, stdout)
		}
	}
}

// One region that was downloaded elsewhere redates nothing but itself.
func TestCatalogRefreshFromAFileLeavesTheRestAsItWas(t *testing.T) {
	home := atHome(t)
	overlay, file := filepath.Join(home, "o.yaml"), filepath.Join(home, "index.json")
	answer, err := http.Get(publicList(t) + "/offers/v1.0/aws/AmazonMSK/current/us-east-1/index.json")
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(answer.Body)
	if err := errors.Join(err, answer.Body.Close(), os.WriteFile(file, data, 0o600)); err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr := runCatalog(t, "refresh", "--out", overlay, "--from", file)
	if code != exitDone || stderr != "" || !strings.Contains(stdout, "  us-east-1 kafka.m5.large  0.21 → 0.22 (+4.8 %)\n") {
		t.Fatalf("got code %d, stderr %s, stdout\n%s", code, stderr, stdout)
	}
	for region, want := range map[string]string{"us-east-1": "2026-11-21", "eu-west-1": "2025-04-04"} {
		code, stdout, _ := runCatalog(t, "--overlay", overlay, "--region", region)
		if code != exitDone || !strings.Contains(stdout, "prices   "+want+"  "+region) {
			t.Errorf("%s: got code %d, no prices of %s in\n%.300s", region, code, want, stdout)
		}
	}
}

func TestCatalogRefreshCanReadPricesAlone(t *testing.T) {
	home := atHome(t)
	fake := awsWith(t, "0.2150000000")
	onAWS(t, fake)
	overlay := filepath.Join(home, "o.yaml")
	code, stdout, stderr := runCatalog(t, "refresh", "--only", "prices", "--out", overlay)
	if code != exitDone || stderr != "" || strings.Contains(stdout, "quotas") || fake.Calls("ListServiceQuotas") != 0 {
		t.Errorf("got code %d, stderr %q, %d quota calls, stdout\n%s", code, stderr, fake.Calls("ListServiceQuotas"), stdout)
	}
	if code, stdout, _ := runCatalog(t, "--overlay", overlay); code != exitDone || !strings.Contains(stdout, "  "+overlay+"\n") {
		t.Errorf("with the overlay: got code %d, stdout\n%.300s", code, stdout)
	}
}

func TestCatalogRefreshCanBeInterrupted(t *testing.T) {
	home := atHome(t)
	overlay := filepath.Join(home, "o.yaml")
	ctx, cancel := context.WithCancel(t.Context())
	onAWS(t, awsWith(t, "0.21"))
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { cancel() }))
	t.Cleanup(server.Close)
	t.Setenv("AWS_ENDPOINT_URL_PRICING", server.URL)
	var stdout, stderr bytes.Buffer
	code := run(ctx, []string{"catalog", "refresh", "--out", overlay}, &stdout, &stderr)
	want := "mskfit: refresh the catalog: interrupted; nothing was written\n"
	if code != exitInterrupted || stdout.String() != "" || stderr.String() != want {
		t.Errorf("got code %d, stdout %q, stderr %q, want code %d and %q", code, stdout.String(), stderr.String(), exitInterrupted,
			want)
	}
	if _, err := os.Stat(overlay); err == nil {
		t.Error("the overlay was written")
	}
}
