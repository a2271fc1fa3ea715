package plan_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mskfit/mskfit/analyzer"
	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/plan"
	"github.com/mskfit/mskfit/internal/testbed"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/internal/workloadfile"
)

var update = flag.Bool("update", false, "rewrite the golden plans")

var now = time.Date(2026, 11, 2, 8, 0, 0, 0, time.UTC)

// input reads a workload, given as the path of a file or as its text.
func input(t *testing.T, name, text string) analyzer.Input {
	t.Helper()
	c, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	if text == "" {
		text = mustRead(t, name)
	}
	in := analyzer.Input{Catalog: c, Options: analyzer.DefaultOptions()}
	if in.Workload, in.Requirements, err = workloadfile.Parse(name+".yaml", []byte(text)); err != nil {
		t.Fatal(err)
	}
	return in
}

// make plans for an option ("": the choice), as the command does.
func files(in analyzer.Input, option string, acls []workload.ACL) (map[string]string, error) {
	v := analyzer.Analyze(in, now)
	wanted, err := plan.Chosen(v)
	if option != "" {
		wanted, err = plan.ParseOption(option)
	}
	if err != nil {
		return nil, err
	}
	var raised []analyzer.RaisedTopic
	if in.Workload, raised = analyzer.RaisePartitions(in, wanted.Kind); len(raised) > 0 {
		v = analyzer.Analyze(in, now)
	}
	o, err := plan.Find(v, wanted)
	if err != nil {
		return nil, err
	}
	list, err := plan.Make(plan.Input{Input: in, Verdict: v, Option: o, Raised: raised, ACLs: acls})
	out := map[string]string{}
	for _, f := range list {
		out[f.Name] = string(f.Data)
	}
	return out, err
}

// cases are the golden plans: the two published workloads, compacted topics, a split with raised partitions, and tiered storage.
var cases = []struct{ golden, workload, option string }{
	{"gaming", "gaming", ""},
	{"ecommerce", "ecommerce", ""},
	{"payments-standard", "payments", "standard:kafka.m7g.large"},
	{"change-capture", "change-capture", ""},
	{"split", "split", "serverless_split"},
	{"audit-log", "audit-log", ""},
}

func TestGolden(t *testing.T) {
	for _, c := range cases {
		t.Run(c.golden, func(t *testing.T) {
			got, err := files(input(t, c.workload, ""), c.option, nil)
			if err != nil {
				t.Fatal(err)
			}
			for name, text := range got {
				path := filepath.Join("testdata", c.golden, name)
				if *update {
					if err := errorOf(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o644)); err != nil {
						t.Fatal(err)
					}
				}
				want, err := os.ReadFile(path)
				if err != nil || string(want) != text {
					t.Errorf("%s is not the golden one (error %v): run with -update and read the diff\n%s", path, err, text)
				}
			}
		})
	}
}

func errorOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// Every kind is formatted and valid for the AWS provider, whatever the cluster is called. The plans are modules of one
// configuration: loading the provider takes far longer than checking them.
func TestTerraform(t *testing.T) {
	odd := strings.Replace(mustRead(t, "gaming"), "name: gaming", `name: "a ${file(\"/etc/passwd\")} %{ for x in y } \"q\" é"`, 1)
	kafkaAuth := strings.Replace(mustRead(t, "change-capture"), "[sasl_scram]", "[tls, mtls, sasl_scram, iam]", 1)
	type one struct{ name, workload, text, option string }
	tests := []one{{"odd-name", "odd", odd, ""}, {"all-methods", "auth", kafkaAuth, "standard:kafka.m7g.large"}}
	for _, c := range cases {
		tests = append(tests, one{c.golden, c.workload, "", c.option})
	}
	tf := testbed.NewTerraform(t)
	for _, c := range tests {
		got, err := files(input(t, c.workload, c.text), c.option, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Mkdir(filepath.Join(tf.Dir, c.name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(tf.Dir, c.name, "main.tf"), []byte(got["main.tf"]), 0o644); err != nil {
			t.Fatal(err)
		}
		tf.Use(c.name)
	}
	tf.Init()
	tf.Run("fmt", "-check", "-diff", "-recursive")
	tf.Run("validate")
}

func mustRead(t *testing.T, name string) string {
	t.Helper()
	dir := "../../configs/workloads"
	if name == "split" {
		dir = "testdata"
	}
	data, err := os.ReadFile(filepath.Join(dir, name+".yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
