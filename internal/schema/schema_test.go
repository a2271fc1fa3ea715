package schema_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"github.com/mskfit/mskfit/analyzer"
	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/internal/workloadfile"
	"github.com/mskfit/mskfit/verdict"
)

var update = flag.Bool("update", false, "rewrite the schemas")

const (
	schemas  = "../../configs/schema"
	examples = "../../configs/workloads"
)

func TestSchemasAreCurrent(t *testing.T) {
	for _, f := range formats {
		t.Run(f.file, func(t *testing.T) {
			path, got := filepath.Join(schemas, f.file), generate(t, f, false)
			if *update {
				if err := os.WriteFile(path, got, 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("%s does not describe the Go types any more: run go generate ./internal/schema and read the difference",
					path)
			}
		})
	}
}

// compile returns the schema of a file, in which every key must be known.
func compile(t *testing.T, file string) *jsonschema.Schema {
	t.Helper()
	for _, f := range formats {
		if f.file != file {
			continue
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(generate(t, f, true)))
		if err != nil {
			t.Fatal(err)
		}
		c := jsonschema.NewCompiler()
		c.AssertFormat()
		if err := c.AddResource(file, doc); err != nil {
			t.Fatal(err)
		}
		s, err := c.Compile(file)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	t.Fatalf("no format %s", file)
	return nil
}

func exampleFiles(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(examples, "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%d examples, error %v", len(files), err)
	}
	return files
}

// fromYAML turns YAML into what a validator of JSON takes.
func fromYAML(t *testing.T, text []byte) any {
	t.Helper()
	var v any
	if err := yaml.Unmarshal(text, &v); err != nil {
		t.Fatal(err)
	}
	asJSON, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	out, err := jsonschema.UnmarshalJSON(bytes.NewReader(asJSON))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestExamplesFollowTheSchema(t *testing.T) {
	s := compile(t, "workload.schema.json")
	files := exampleFiles(t)
	more, _ := filepath.Glob("../workloadfile/testdata/*.yaml")
	for _, path := range append(files, more...) {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Validate(fromYAML(t, text)); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestVerdictsFollowTheSchema(t *testing.T) {
	s := compile(t, "verdict.schema.json")
	cat, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	inputs := map[string]analyzer.Input{"nothing known": {Catalog: cat}, "no catalog": {}}
	for _, path := range exampleFiles(t) {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		w, r, err := workloadfile.Parse(path, text)
		if err != nil {
			t.Fatal(err)
		}
		inputs[filepath.Base(path)] = analyzer.Input{Workload: w, Requirements: r, Catalog: cat, Options: analyzer.DefaultOptions()}
		w.Declared, w.Window = false, workload.Window{Start: now.AddDate(0, 0, -30), End: now}
		w.EgressBytesPerSec = workload.Constantly(workload.AtLeast(1e6, workload.Estimated, "kafka: commits"))
		w.Gaps = []workload.Gap{{Source: "kafka", What: "broker 2", Why: "it did not answer", Effect: "bounds are wider"}}
		inputs["observed "+filepath.Base(path)] = analyzer.Input{Workload: w, Catalog: cat, Options: analyzer.DefaultOptions()}
	}
	for name, in := range inputs {
		t.Run(name, func(t *testing.T) {
			text, err := json.Marshal(analyzer.Analyze(in, now))
			if err != nil {
				t.Fatal(err)
			}
			v, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Validate(v); err != nil {
				t.Errorf("%v\n%s", err, text)
			}
		})
	}
}

func TestGoldenVerdictsFollowTheSchema(t *testing.T) {
	s := compile(t, "verdict.schema.json")
	files, err := filepath.Glob("../workloadfile/testdata/verdicts/*.golden.json")
	if err != nil || len(files) < 8 {
		t.Fatalf("%d golden verdicts, error %v", len(files), err)
	}
	for _, path := range files {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		v, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Validate(v); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// What the schema refuses the parser refuses too, and the words that it lists are those that the parser takes.
func TestWorkloadSchemaAgreesWithTheParser(t *testing.T) {
	s := compile(t, "workload.schema.json")
	const head = "region: us-east-1\nworkload: {ingress: 1MBps}\nrequirements: "
	type testCase struct {
		text string
		good bool
	}
	tests := []testCase{
		{"region: us-east-1\nworkload: {ingress: 1MBps}", true},
		{"workload: {ingress: 1MBps}", false},
		{"region: us-east-1", false},
		{"region: us-east-1\nworkload: {ingres: 1MBps}", false},
		{"region: us-east-1\nworkload: {ingress: 1MB}", false},
		{"region: us-east-1\nworkload: {ingress: 1MBps, retention: 3 days}", false},
		{"region: us-east-1\nworkload: {ingress: 1MBps, retention: 1h30m, topics: 3}", true},
		{"region: us-east-1\nworkload: {ingress: 1MBps, topics: 0}", false},
		{"region: us-east-1\nworkload: {ingress: 1MBps, topics: {a: 1}}", false},
		{"region: us-east-1\nworkload: {topics: [{name: a, partitions: 1, ingress: 1 MiB/s}], groups: [{name: g, topics: [a]}]}",
			true},
		{"region: us-east-1\nworkload: {ingress: 1MBps, topics: [{name: a}]}", false},
		{head + "{authentication: [scram]}", false},
		{head + "{zones: 4}", false},
		{head + "{headroom: 0, max_premium: 20000, tiered_storage: false}", true},
		{head + "{headroom: {all: 0.1, ingress_per_cluster: 0}}", true},
		{head + "{headroom: 20}", false},
		{head + "{headroom: [0.1]}", false},
		{head + "{kafka_version: 3.9, raised_quotas: {partitions_non_compacted: 5000}}", true},
	}
	for _, method := range authentication {
		tests = append(tests, testCase{fmt.Sprintf("%s{authentication: [%s]}", head, method), true})
	}
	for _, kind := range []verdict.Kind{verdict.Serverless, verdict.ServerlessSplit, verdict.Standard, verdict.Express} {
		tests = append(tests, testCase{fmt.Sprintf("%s{prefer: %s}", head, kind), true})
	}
	for _, tt := range tests {
		_, _, refused := workloadfile.Parse("w.yaml", []byte(tt.text))
		invalid := s.Validate(fromYAML(t, []byte(tt.text)))
		if (refused == nil) != tt.good || (invalid == nil) != tt.good {
			t.Errorf("%s\nparser: %v\nschema: %v\nwant accepted: %v", tt.text, refused, invalid, tt.good)
		}
	}
}

// The comments of the types are the manual: every key of a workload file has one, under the name that the file writes.
func TestEveryKeyOfAWorkloadFileIsDescribed(t *testing.T) {
	var s struct {
		Defs map[string]struct {
			Properties map[string]struct{ Description string } `json:"properties"`
		} `json:"$defs"`
	}
	for _, f := range formats {
		if f.file == "workload.schema.json" {
			if err := json.Unmarshal(generate(t, f, true), &s); err != nil {
				t.Fatal(err)
			}
		}
	}
	keys := 0
	for name, def := range s.Defs {
		for key, p := range def.Properties {
			keys++
			if p.Description == "" || strings.Contains(p.Description, "\n") {
				t.Errorf("%s.%s is described as %q", name, key, p.Description)
			}
		}
	}
	if keys < 50 {
		t.Errorf("%d keys, want all of them", keys)
	}
}
