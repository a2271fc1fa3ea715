package workloadfile_test

import (
	"cmp"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mskfit/mskfit/analyzer"
	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/workloadfile"
	"github.com/mskfit/mskfit/verdict"
)

// The examples of configs/workloads decide as their comments say.
func TestExamplesDecide(t *testing.T) {
	tests := map[string]verdict.Choice{
		"ecommerce.yaml":   {Kind: verdict.Express, Size: "express.m7g.8xlarge", Brokers: 24, Clusters: 1},
		"gaming.yaml":      {Kind: verdict.Serverless, Clusters: 1},
		"telemetry.yaml":   {Kind: verdict.Serverless, Clusters: 1},
		"clickstream.yaml": {Kind: verdict.Express, Size: "express.m7g.large", Brokers: 30, Clusters: 1},
		"payments.yaml":    {Kind: verdict.Express, Size: "express.m7g.large", Brokers: 3, Clusters: 1},
		"audit-log.yaml": {Kind: verdict.Standard, Size: "kafka.m7g.large", Brokers: 12, Clusters: 1, TieredStorage: true,
			PrimaryRetention: "24h"},
		"flash-sale.yaml":     {Kind: verdict.Express, Size: "express.m7g.large", Brokers: 33, Clusters: 1},
		"change-capture.yaml": {Kind: verdict.Express, Size: "express.m7g.large", Brokers: 3, Clusters: 1},
	}
	files, err := filepath.Glob(filepath.Join(examples, "*.yaml"))
	if err != nil || len(files) != len(tests) {
		t.Fatalf("%d examples, error %v, want %d", len(files), err, len(tests))
	}
	for _, path := range files {
		name := filepath.Base(path)
		t.Run(name, func(t *testing.T) {
			v := decide(t, path)
			if v.Status != verdict.Decided {
				t.Fatalf("undecided: %s", strings.Join(v.Reasons, "; "))
			}
			got := *v.Choice
			got.MonthlyUSD = 0
			if got != tests[name] {
				t.Errorf("got %+v, want %+v", got, tests[name])
			}
			golden, err := json.MarshalIndent(excerpt(v), "", "  ")
			if err != nil {
				t.Fatal(err)
			}
			compareGolden(t, filepath.Join("testdata", "verdicts", strings.TrimSuffix(name, ".yaml")+".golden.json"),
				append(golden, '\n'))
		})
	}
}

func decide(t *testing.T, path string) verdict.Verdict {
	t.Helper()
	w, r := parseExample(t, filepath.Base(path))
	cat, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	in := analyzer.Input{Workload: w, Requirements: r, Catalog: cat, Options: analyzer.DefaultOptions()}
	if err := analyzer.Validate(in); err != nil {
		t.Errorf("the analyzer refuses it: %v", err)
	}
	return analyzer.Analyze(in, time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC))
}

// excerpt keeps what a reader looks at of a verdict: the best option of each kind, its rules that do not pass, and the bill of
// the choice. A whole verdict holds two dozen options with all their rules.
func excerpt(v verdict.Verdict) verdict.Verdict {
	better := func(a, b verdict.Option) int {
		usd := func(o verdict.Option) float64 {
			if o.MonthlyUSD == nil {
				return 1e18
			}
			return *o.MonthlyUSD
		}
		outOf := func(o verdict.Option) int {
			if o.Feasible == verdict.No {
				return 1
			}
			return 0
		}
		return cmp.Or(cmp.Compare(outOf(a), outOf(b)), cmp.Compare(usd(a), usd(b)), -cmp.Compare(a.Brokers, b.Brokers),
			cmp.Compare(a.Size, b.Size))
	}
	kept := []verdict.Option{}
	for _, kind := range []verdict.Kind{verdict.Serverless, verdict.ServerlessSplit, verdict.Standard, verdict.Express} {
		of := slices.DeleteFunc(slices.Clone(v.Options), func(o verdict.Option) bool { return o.Kind != kind })
		if len(of) == 0 {
			continue
		}
		best := slices.MinFunc(of, better)
		if kind == v.Choice.Kind {
			best = of[slices.IndexFunc(of, func(o verdict.Option) bool { return o.Size == v.Choice.Size })]
		} else {
			best.Cost = []verdict.CostLine{}
		}
		best.Rules = slices.DeleteFunc(slices.Clone(best.Rules), func(r verdict.Rule) bool {
			return r.Outcome == verdict.Pass || r.Outcome == verdict.NotApplicable
		})
		kept = append(kept, best)
	}
	v.Options = kept
	return v
}

// Changes that the examples' comments speak of change the verdict as they say.
func TestExamplesChange(t *testing.T) {
	tests := []struct {
		file, old, new string
		want           verdict.Kind
	}{
		{"telemetry.yaml", "  raised_quotas: {partitions_non_compacted: 5000}\n", "", verdict.Express},
		{"flash-sale.yaml", "sale_event_factor: 6", "sale_event_factor: 1\n  max_premium: 20000", verdict.Serverless},
		{"payments.yaml", "authentication: [mtls]\n  authentication_change: false\n  acls: true",
			"authentication: [iam]\n  acls: false", verdict.Serverless},
		{"clickstream.yaml", "splittable: true", "splittable: true\n  max_premium: 100000", verdict.ServerlessSplit},
		{"telemetry.yaml", "  max_premium: 20000", "", verdict.Express},
	}
	cat, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range tests {
		t.Run(tt.file, func(t *testing.T) {
			text, err := os.ReadFile(filepath.Join(examples, tt.file))
			if err != nil {
				t.Fatal(err)
			}
			changed := strings.Replace(string(text), tt.old, tt.new, 1)
			if changed == string(text) {
				t.Fatalf("%q is not in the file", tt.old)
			}
			w, r, err := workloadfile.Parse(tt.file, []byte(changed))
			if err != nil {
				t.Fatal(err)
			}
			v := analyzer.Analyze(analyzer.Input{Workload: w, Requirements: r, Catalog: cat, Options: analyzer.DefaultOptions()},
				time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC))
			if v.Choice == nil || v.Choice.Kind != tt.want {
				t.Errorf("got %+v, want %s: %s", v.Choice, tt.want, strings.Join(v.Reasons, "; "))
			}
		})
	}
}
