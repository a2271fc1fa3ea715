// Package helm tests that the chart agrees with the program: its configuration schema, its port, its rules and dashboards. The
// chart is linted, rendered and validated in deployments/verify.
package helm

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the parts of the chart that are generated")

// The values' schema has the configuration's own in it, so that Helm refuses a configuration that mskfit would refuse.
func TestValuesSchemaHasTheConfigurations(t *testing.T) {
	const file = "mskfit/values.schema.json"
	var values, config map[string]any
	have := decode(t, file, &values)
	decode(t, "../../configs/schema/config.schema.json", &config)
	definitions := config["$defs"].(map[string]any)
	definitions["port"] = values["$defs"].(map[string]any)["port"]
	values["$defs"] = definitions
	want, err := json.MarshalIndent(values, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	same(t, file, have, append(want, '\n'))
}

// The chart ships copies, because Helm packs only what lies below its own folder.
func TestChartShipsTheRulesAndDashboards(t *testing.T) {
	copies := map[string]string{"mskfit.rules.yaml": "../prometheus/mskfit.rules.yaml"}
	boards, err := filepath.Glob("../grafana/*.json")
	if err != nil || len(boards) == 0 {
		t.Fatalf("%d dashboards, error %v", len(boards), err)
	}
	for _, b := range boards {
		copies[filepath.Base(b)] = b
	}
	for name, from := range copies {
		want, err := os.ReadFile(from)
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join("mskfit/files", name)
		have, err := os.ReadFile(file)
		if err != nil && !*update {
			t.Fatal(err)
		}
		same(t, file, have, want)
	}
	shipped, err := filepath.Glob("mskfit/files/*")
	if err != nil || len(shipped) != len(copies) {
		t.Errorf("the chart ships %d files, want %d (error %v)", len(shipped), len(copies), err)
	}
}

func decode(t *testing.T, file string, into any) []byte {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, into); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return data
}

// same compares a generated file with what it must be, or rewrites it with -update.
func same(t *testing.T, file string, have, want []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, want, 0o644); err != nil {
			t.Fatal(err)
		}
	} else if !bytes.Equal(have, want) {
		t.Errorf("%s is out of date: run this test with -update and read the diff", file)
	}
}
