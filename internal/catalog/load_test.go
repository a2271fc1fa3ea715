package catalog_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/mskfit/mskfit/internal/catalog"
)

// edited returns the files of testdata/good, a small catalog, with one text of one file replaced.
func edited(t *testing.T, file, old, replacement string) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{}
	names, err := filepath.Glob("testdata/good/*.yaml")
	if err != nil || len(names) == 0 {
		t.Fatalf("files of testdata/good: %d, %v", len(names), err)
	}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		files[filepath.Base(name)] = &fstest.MapFile{Data: data}
	}
	text := string(files[file].Data)
	if !strings.Contains(text, old) {
		t.Fatalf("%s does not contain %q", file, old)
	}
	files[file].Data = []byte(strings.Replace(text, old, replacement, 1))
	return files
}

func embedded(t *testing.T) *catalog.Catalog {
	t.Helper()
	c, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestTheEmbeddedCatalogIsValidAndDated(t *testing.T) {
	c := embedded(t)
	if got, want := c.PricesDate, "2025-04-04"; got != want {
		t.Errorf("prices date: got %s, want %s", got, want)
	}
	if got, want := c.QuotasDate, "2026-08-21"; got != want {
		t.Errorf("quotas date: got %s, want %s", got, want)
	}
	for _, name := range []string{"aws-script", "aws-guide", "mskfit"} {
		if c.Profiles[name].Name != name {
			t.Errorf("profile %s is missing", name)
		}
	}
}

const quotaUnits = "GB, GBps, GiB, MB, MBps, MiB, MiBps, VPCs, brokers, bytes, clusters, configurations, connections, " +
	"groups, hours, partitions, partitions_per_5_minutes, per_second, replicators, revisions, topics, users"

func TestLoadNamesFileLineFieldAndRemedy(t *testing.T) {
	for _, tt := range []struct {
		name, file, old, new string
		want                 string
	}{
		{"missing unit", "serverless.yaml", "    unit: MBps\n", "",
			"serverless.yaml:2:5: quotas[0].unit: missing: use one of " + quotaUnits},
		{"unknown unit", "serverless.yaml", "MBps", "Mbps",
			`serverless.yaml:5:11: quotas[0].unit: "Mbps" is not a unit: use one of ` + quotaUnits},
		{"negative limit", "serverless.yaml", "limit: 200", "limit: -200",
			"serverless.yaml:4:12: quotas[0].limit: -200: required, above 0"},
		{"limit of zero", "serverless.yaml", "limit: 200", "limit: 0",
			"serverless.yaml:4:12: quotas[0].limit: 0: required, above 0"},
		{"forgotten limit", "serverless.yaml", "    limit: 200\n", "",
			"serverless.yaml:2:5: quotas[0].limit: missing: write null where none is published"},
		{"limit in words", "serverless.yaml", "limit: 200", "limit: plenty",
			`serverless.yaml:4:12: quotas[0].limit: expected a number, found "plenty"`},
		{"unlimited beside a limit", "serverless.yaml", "limit: null", "limit: 24",
			"serverless.yaml:15:16: quotas[2].unlimited: true beside a limit: keep one of them"},
		{"unknown key", "serverless.yaml", "limit: 200", "limt: 200",
			"serverless.yaml:2:5: quotas[0].limit: missing: write null where none is published\n" +
				`serverless.yaml:4:5: quotas[0].limt: unknown key: did you mean "limit"?`},
		{"quota twice", "serverless.yaml", "id: message_size", "id: ingress_per_cluster",
			`serverless.yaml:7:9: quotas[1].id: "ingress_per_cluster" is listed twice: keep one`},
		{"missing source", "serverless.yaml", "    source: S-DOC\n", "",
			"serverless.yaml:2:5: quotas[0].source: missing: name a source of sources.yaml"},
		{"unknown source", "serverless.yaml", "source: S-DOC\n", "source: S-DOOM\n",
			`serverless.yaml:6:13: quotas[0].source: "S-DOOM" is not in sources.yaml`},
		{"memory taken for a source", "serverless.yaml", "unverified: true, ", "",
			"serverless.yaml:27:42: notes[0].source: S-MEMORY is not a document: mark the entry unverified: true"},
		{"way to raise", "standard.yaml", "code: L-EDD31C36", "adjustable: maybe",
			`standard.yaml:5:97: quotas[0].adjustable: "maybe" is not supported: use one of ` +
				`support case, Service Quotas, operator`},
		{"quota code", "standard.yaml", "code: L-EDD31C36", "code: EDD31C36",
			`standard.yaml:5:91: quotas[0].code: "EDD31C36" is not a code of Service Quotas: they look like L-EDD31C36`},
		{"way to authenticate", "express.yaml", "authentication: [iam]", "authentication: [iam, scram]",
			`express.yaml:9:23: authentication[1]: "scram" is not supported: use one of plaintext, tls, mtls, sasl_plain, sasl_scram, oauthbearer, kerberos, iam`},
		{"recommended above the maximum", "standard.yaml", "partitions_recommended: 1000", "partitions_recommended: 1600",
			"standard.yaml:2:88: sizes[0].partitions_recommended: 1600 is above partitions_max_for_updates 1500"},
		{"sustained above the maximum", "express.yaml", "egress_sustained_mb_s: 31.2", "egress_sustained_mb_s: 312",
			"express.yaml:3:53: sizes[0].egress_sustained_mb_s: 312 is above egress_max_mb_s 58.5"},
		{"missing figure of a size", "express.yaml", "ingress_max_mb_s: 23.4, ", "",
			"express.yaml:2:5: sizes[0].ingress_max_mb_s: 0: required, above 0\n" +
				"express.yaml:2:131: sizes[0].ingress_sustained_mb_s: 15.6 is above ingress_max_mb_s 0"},
		{"size of another family", "standard.yaml", "family: m5", "family: m7g",
			`standard.yaml:2:12: sizes[0].size: "kafka.m5.large" is not a size: expected kafka.m7g. and its size, like kafka.m7g.large`},
		{"malformed day", "standard.yaml", `"2027-04-21"`, `"2027-4-21"`,
			`standard.yaml:9:65: kafka_versions[0].end_of_support: "2027-4-21" is not a date: write it as 2026-01-31`},
		{"malformed date of a source", "sources.yaml", `"2026-03"`, `"March 2026"`,
			`sources.yaml:2:45: sources.S-DOC.date: "March 2026" is not a date: write it as 2026-01-31`},
		{"unknown size in a price table", "prices.yaml", "m5_broker_hour: {large:", "m5_broker_hour: {lagre:",
			`prices.yaml:11:29: regions.us-east-1.m5_broker_hour.lagre: "kafka.m5.lagre" is not a size of the catalog`},
		{"negative price", "prices.yaml", "storage_gp2_gb_month: 0.1\n", "storage_gp2_gb_month: -0.1\n",
			"prices.yaml:14:27: regions.us-east-1.storage_gp2_gb_month: -0.1: required, above 0"},
		{"price of a size is zero", "prices.yaml", "large: 0.408", "large: 0",
			"prices.yaml:13:38: regions.us-east-1.express_m7g_broker_hour.large: 0: required, above 0"},
		{"price that is no number", "prices.yaml", "replicator_hour: 0.3\n", "replicator_hour: .inf\n",
			`prices.yaml:28:22: regions.us-east-1.replicator_hour: expected a finite number, found ".inf"`},
		{"forgotten price", "prices.yaml", "    tiered_retrieval_gb: 0.0015\n", "",
			"prices.yaml:7:5: regions.us-east-1.tiered_retrieval_gb: missing: write null where it is not sold"},
		{"region without location", "prices.yaml", "    location: \"US East (N. Virginia)\"\n", "",
			`prices.yaml:7:5: regions.us-east-1.location: missing: write the name that AWS uses, like "US East (N. Virginia)"`},
		{"price without unit", "prices.yaml", "  tiered_retrieval_gb: USD per GB\n", "",
			"prices.yaml:34:3: units.tiered_retrieval_gb: missing: describe what the price is for"},
		{"unknown price of a usage type", "prices.yaml", "price: m5_broker_hour", "price: m6_broker_hour",
			"prices.yaml:58:57: usage_types[0].price: \"m6_broker_hour\" is not supported: use one of " +
				strings.Join(catalog.PriceKeys(), ", ")},
		{"unit of a usage type", "prices.yaml", "unit: hour}", "unit: day}",
			`prices.yaml:58:79: usage_types[0].unit: "day" is not supported: use one of GB, GB-month, MB/s-month, hour`},
		{"row of a price that is not there", "prices.yaml", "    replicator_hour: 0.3\n",
			"    replicator_hour: 0.3\n    rows: [{prices: [kafka.m5.huge], source: S-DOC}]\n",
			`prices.yaml:29:22: regions.us-east-1.rows[0].prices[0]: "kafka.m5.huge" is not a price of the region`},
		{"row without a source", "prices.yaml", "    replicator_hour: 0.3\n",
			"    replicator_hour: 0.3\n    rows: [{prices: [kafka.m5.large]}]\n",
			"prices.yaml:29:12: regions.us-east-1.rows[0].source: missing: name a source of sources.yaml"},
		{"not YAML", "prices.yaml", "currency: USD", "currency: [USD",
			"prices.yaml:2:1: not valid YAML: did not find expected ',' or ']'"},
		{"constant of a profile", "profiles.yaml", "storage_factor: 6.5, ", "",
			"profiles.yaml:8:15: profiles[0].standard.storage_factor: 0: required, above 0"},
		{"share above one", "profiles.yaml", "utilization: 0.5", "utilization: 50",
			"profiles.yaml:8:47: profiles[0].standard.utilization: 50: required, above 0 and at most 1"},
		{"unknown size in a profile", "profiles.yaml", "kafka.m5.large: 0.2", "kafka.m6.large: 0.2",
			`profiles.yaml:11:39: profiles[0].price_overrides.kafka.m6.large: "kafka.m6.large" is not a size of the catalog`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := catalog.Load(edited(t, tt.file, tt.old, tt.new))
			if err == nil {
				t.Fatal("got no error")
			}
			if err.Error() != tt.want {
				t.Errorf("got  %s\nwant %s", err, tt.want)
			}
		})
	}
}

func TestLoadReportsEveryFileAtOnce(t *testing.T) {
	files := edited(t, "serverless.yaml", "limit: 200", "limit: -200")
	files["prices.yaml"] = edited(t, "prices.yaml", "currency: USD", "currency: EUR")["prices.yaml"]
	delete(files, "express.yaml")
	_, err := catalog.Load(files)
	if err == nil {
		t.Fatal("got no error")
	}
	for _, want := range []string{
		"serverless.yaml:4:12: quotas[0].limit: -200",
		"catalog file express.yaml: open express.yaml: file does not exist",
		`prices.yaml:2:11: currency: "EUR" is not supported: use one of USD`,
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("got  %s\nwant it to contain %s", err, want)
		}
	}
}

func TestProfilesAndOldQuotasAreOptional(t *testing.T) {
	files := edited(t, "prices.yaml", "currency: USD", "currency: USD")
	delete(files, "profiles.yaml")
	c, err := catalog.Load(files)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Profiles) != 0 {
		t.Errorf("got %d profiles, want none", len(c.Profiles))
	}
	if _, err := c.WithQuotas2022(); err == nil ||
		err.Error() != "quotas of 2022: this catalog was loaded without serverless-2022.yaml" {
		t.Errorf("quotas of 2022: got %v", err)
	}
}
