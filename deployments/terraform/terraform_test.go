// Package terraform tests the module: its policies are those that mskfit asks for, it is formatted and valid, and its own tests
// pass.
package terraform

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/mskfit/mskfit/collector/msk"
	"github.com/mskfit/mskfit/internal/awsconf"
	"github.com/mskfit/mskfit/internal/testbed"
)

var update = flag.Bool("update", false, "rewrite the policies")

func TestPoliciesAreThoseThatAreAskedFor(t *testing.T) {
	alerts := msk.Statements(msk.PolicyOptions{SNSTopics: []string{"TOPIC_ARN"}})
	for file, want := range map[string][]byte{
		"watch-msk.json":           msk.IAMPolicy(msk.PolicyOptions{}),
		"watch-msk-and-kafka.json": msk.IAMPolicy(msk.PolicyOptions{Kafka: true, ReadBatches: true}),
		"alerts.json":              policyOf(alerts[len(alerts)-1]),
	} {
		path := filepath.Join("policies", file)
		if *update {
			if err := os.WriteFile(path, want, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		have, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if string(have) != string(want) {
			t.Errorf("%s is not what mskfit asks for: run this test with -update and read the diff\ngot  %s\nwant %s", path, have,
				want)
		}
		if strings.Contains(string(have), `:*"`+"\n      ],\n      \"Resource\"") {
			t.Errorf("%s grants a wildcard action", path)
		}
	}
}

// The module and its examples are formatted and valid, as modules of one configuration: loading the provider takes far longer than
// checking them.
func TestModuleAndExamples(t *testing.T) {
	tf := copied(t)
	examples, err := filepath.Glob("examples/*")
	if err != nil || len(examples) < 3 {
		t.Fatalf("%d examples, error %v", len(examples), err)
	}
	for _, example := range examples {
		tf.Use(filepath.Join("module", example))
	}
	tf.Use("module")
	documented(t, filepath.Join(tf.Dir, "module", "documented"))
	tf.Use("module/documented")
	tf.Init()
	tf.Run("fmt", "-check", "-diff", "-recursive")
	tf.Run("validate")
}

// documented makes a folder of what README.md shows, for the module next to it.
func documented(t *testing.T, dir string) {
	t.Helper()
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`(?ms)^    module "mskfit" \{$.*?^    \}$`).FindString(string(text))
	if m == "" {
		t.Fatal("README.md shows no module")
	}
	main := regexp.MustCompile(`source +=.*`).ReplaceAllString(strings.ReplaceAll("\n"+m, "\n    ", "\n")[1:]+"\n",
		`source     = "./.."`)
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	root := filepath.Join(dir, "..", "..") // where terraform runs, and file() looks
	for file, content := range map[string]string{filepath.Join(dir, "main.tf"): main,
		filepath.Join(root, "mskfit.yaml"): "web: {listen: \":9444\"}\nmsk: [{regions: [us-east-1]}]\n"} {
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// Plans are made with a provider that answers nothing, so that no account is needed.
func TestPlans(t *testing.T) {
	tf := copied(t)
	tf.Dir = filepath.Join(tf.Dir, "module")
	tf.Init()
	tf.Run("test")
}

// copied is a folder with a copy of the module, so that terraform writes nothing next to the module itself.
func copied(t *testing.T) *testbed.Terraform {
	t.Helper()
	tf := testbed.NewTerraform(t)
	if err := os.CopyFS(filepath.Join(tf.Dir, "module"), os.DirFS(".")); err != nil {
		t.Fatal(err)
	}
	return tf
}

func policyOf(s awsconf.Statement) []byte { return awsconf.Policy([]awsconf.Statement{s}) }
