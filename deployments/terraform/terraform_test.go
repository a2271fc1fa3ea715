// Package terraform tests the module: its policies are those that mskfit asks for, it is formatted and valid, and its own tests pass.
package terraform

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
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
		if err != nil || string(have) != string(want) {
			t.Errorf("%s is not what mskfit asks for (error %v): run this test with -update and read the diff", path, err)
		}
		if strings.Contains(string(have), `:*"`+"\n      ],\n      \"Resource\"") {
			t.Errorf("%s grants a wildcard action", path)
		}
	}
}

func TestFormatted(t *testing.T) {
	if out, err := exec.Command(testbed.Program(t, "terraform"), "fmt", "-check", "-diff", "-recursive").CombinedOutput(); err != nil {
		t.Errorf("terraform fmt: %v\n%s", err, out)
	}
}

// Plans are made with a provider that answers nothing, so that no account is needed.
func TestModule(t *testing.T) {
	dir := initialized(t, ".")
	run(t, dir, "validate")
	run(t, dir, "test")
}

func TestExamples(t *testing.T) {
	examples, err := filepath.Glob("examples/*")
	if err != nil || len(examples) < 3 {
		t.Fatalf("%d examples, error %v", len(examples), err)
	}
	for _, example := range examples {
		run(t, initialized(t, example), "validate")
	}
}

// initialized copies the module, so that terraform writes nothing beside it, and gets the provider for a folder of it.
func initialized(t *testing.T, folder string) string {
	t.Helper()
	copied := t.TempDir()
	if err := os.CopyFS(copied, os.DirFS(".")); err != nil {
		t.Fatal(err)
	}
	args := []string{"init", "-backend=false", "-input=false", "-no-color"}
	if mirror := testbed.TerraformMirror(); mirror != "" {
		args = append(args, "-plugin-dir="+mirror)
	}
	dir := filepath.Join(copied, folder)
	cmd := exec.Command(testbed.Program(t, "terraform"), args...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		testbed.Missing(t, "the AWS provider of terraform: %v\n%s", err, out)
	}
	return dir
}

func run(t *testing.T, dir string, args ...string) {
	t.Helper()
	cmd := exec.Command(testbed.Program(t, "terraform"), append(args, "-no-color")...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("terraform %s in %s: %v\n%s", strings.Join(args, " "), dir, err, out)
	}
}

func policyOf(s awsconf.Statement) []byte { return awsconf.Policy([]awsconf.Statement{s}) }
