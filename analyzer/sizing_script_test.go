package analyzer

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/workload"
)

// TestScriptRows holds the aws-script profile against the rows of testdata/script: every broker count, bottleneck and cent.
func TestScriptRows(t *testing.T) {
	data, err := os.ReadFile("testdata/script/rows.tsv")
	if err != nil {
		t.Fatal(err)
	}
	c, rows := embedded(t), 0
	for line := range strings.Lines(string(data)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		given, answers, _ := strings.Cut(strings.TrimSpace(line), "\t")
		got := sizedByScript(t, rowInput(t, given, Input{Catalog: c}))
		for _, want := range strings.Fields(answers) {
			rows++
			size, _, _ := strings.Cut(want, ":")
			if got[size] != want {
				t.Errorf("%s\ngot  %s\nwant %s", given, got[size], want)
			}
		}
	}
	if rows < 1000 {
		t.Errorf("only %d rows", rows)
	}
}

// rowInput makes an input of a row: [avgIn, peakIn, avgOut, peakOut, partitions, rf, retention, primary, throughput, rackAware].
func rowInput(t *testing.T, row string, in Input) Input {
	t.Helper()
	var f []any
	if err := json.Unmarshal([]byte(row), &f); err != nil || len(f) != 10 {
		t.Fatalf("%s: %d fields, %v", row, len(f), err)
	}
	n := func(i int) float64 { v, _ := f[i].(float64); return v }
	aware, _ := f[9].(bool)
	in = scriptInput{n(0), n(1), n(2), n(3), 3, int(n(6)), int(n(7)), n(8), aware}.input(in.Catalog)
	partitions := workload.Exactly(n(4), workload.Declared, "row")
	in.Workload.Partitions, in.Workload.ReplicationFactor = &partitions, int(n(5))
	return in
}

func sizedByScript(t *testing.T, in Input) map[string]string {
	t.Helper()
	in.Options = in.Options.withDefaults()
	out := map[string]string{}
	for _, o := range decide(&in, forVerdict).options {
		if o.size != "" {
			out[o.size] = fmt.Sprintf("%s:%d:%s:%.2f", o.size, o.brokers, constraintNames[o.plan.bottleneck], o.cost)
		}
	}
	return out
}

// Express keeps three copies whatever is declared: of 12,532 partitions with replication factor 2 the script counts 25,064
// replicas and takes 27 large brokers, the other profiles count 37,596.
func TestExpressKeepsThreeCopiesOutsideTheScript(t *testing.T) {
	const row = "[25, 125, 50, 250, 12532, 2, 24, 24, 0, true]"
	for profile, want := range map[string]int{"aws-script": 27, "mskfit": 39, "aws-guide": 39} {
		in := rowInput(t, row, Input{Catalog: embedded(t)})
		in.Options.Profile = profile
		in.Options = in.Options.withDefaults()
		for _, o := range decide(&in, forVerdict).options {
			if o.size == "express.m7g.large" && o.brokers != want {
				t.Errorf("%s: got %d express.m7g.large, want %d", profile, o.brokers, want)
			}
		}
	}
}

// The script's prices are those of us-east-1, and a contract goes before them.
func TestTheScriptsPricesAreForItsRegion(t *testing.T) {
	c := embedded(t)
	contract := &catalog.Overlay{Prices: &catalog.OverlayPrices{Date: "2024-01-01", Source: "contract", Negotiated: true,
		Regions: map[string]catalog.Region{"us-east-1": {M5: map[string]float64{"16xlarge": 5}}}}}
	for name, tt := range map[string]struct {
		region string
		prices *catalog.Catalog
		want   float64
	}{"script": {"us-east-1", c, 6.72}, "elsewhere": {"eu-west-1", c, 7.499},
		"contract": {"us-east-1", c.With("o.yaml", contract), 5}} {
		in := rowInput(t, "[25, 125, 50, 250, 100, 3, 24, 24, 0, true]", Input{Catalog: tt.prices})
		in.Workload.Region = tt.region
		p := in.Catalog.Profiles["aws-script"]
		prices := pricesOf(&in, &p)
		if got := prices.broker("kafka.m5.16xlarge"); got.usd != tt.want {
			t.Errorf("%s: kafka.m5.16xlarge costs %v an hour, want %v", name, got.usd, tt.want)
		}
	}
}
