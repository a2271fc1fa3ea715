package testbed

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Terraform is a folder with a root configuration. Folders below it become modules of the root with [Terraform.Use], so that
// one start of the provider, which takes seconds, checks them all.
type Terraform struct {
	t       testing.TB
	program string
	root    strings.Builder
	// Dir is the folder, empty at first.
	Dir string
}

// NewTerraform makes an empty folder. The test ends as in [Missing] when terraform is not on the machine.
func NewTerraform(t testing.TB) *Terraform {
	t.Helper()
	program, err := exec.LookPath("terraform")
	if err != nil {
		Missing(t, "terraform 1.7 or newer is not in PATH: install it from https://developer.hashicorp.com/terraform/install")
	}
	return &Terraform{t: t, program: program, Dir: t.TempDir()}
}

var variable = regexp.MustCompile(`(?ms)^variable "(\w+)" \{(.*?)\}$`)

// Use makes the folder below Dir a module of the root. Variables without a default get a value that terraform does not know
// yet, which is right for every type.
func (tf *Terraform) Use(folder string) {
	tf.t.Helper()
	files, err := filepath.Glob(filepath.Join(tf.Dir, folder, "*.tf"))
	if err != nil || len(files) == 0 {
		tf.t.Fatalf("%s: %d files, error %v", folder, len(files), err)
	}
	fmt.Fprintf(&tf.root, "module %q {\n  source = \"./%s\"\n", filepath.Base(folder), folder)
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			tf.t.Fatal(err)
		}
		for _, m := range variable.FindAllSubmatch(text, -1) {
			if !strings.Contains(string(m[2]), "default") {
				fmt.Fprintf(&tf.root, "  %s = var.unknown\n", m[1])
			}
		}
	}
	tf.root.WriteString("}\n\n")
}

// Init writes the root and gets the provider. The test ends as in [Missing] when the provider is not to be had.
func (tf *Terraform) Init() {
	tf.t.Helper()
	if tf.root.Len() > 0 {
		root := "variable \"unknown\" {\n  type = any\n}\n\n" + strings.TrimSuffix(tf.root.String(), "\n")
		if err := os.WriteFile(filepath.Join(tf.Dir, "root.tf"), []byte(root), 0o600); err != nil {
			tf.t.Fatal(err)
		}
		tf.Run("fmt", "root.tf")
	}
	args := []string{"init", "-backend=false", "-input=false", "-no-color"}
	mirror := terraformMirror()
	if mirror != "" {
		args = append(args, "-plugin-dir="+mirror)
	}
	if out, err := tf.command(args...).CombinedOutput(); err != nil {
		Missing(tf.t, "the AWS provider of terraform (folder of providers: %q; without one, registry.terraform.io is asked; set TF_PLUGIN_DIR to"+
			" a folder made by `terraform providers mirror`): %v\n%s", mirror, err, out)
	}
}

// Run runs terraform in the folder. The test fails when terraform does.
func (tf *Terraform) Run(args ...string) {
	tf.t.Helper()
	if out, err := tf.command(append(args, "-no-color")...).CombinedOutput(); err != nil {
		tf.t.Errorf("terraform %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

func (tf *Terraform) command(args ...string) *exec.Cmd {
	cmd := exec.Command(tf.program, args...)
	cmd.Dir = tf.Dir
	return cmd
}

// terraformMirror is a folder with providers, for machines that do not reach the registry: TF_PLUGIN_DIR, or one where packages
// put such folders. Empty: terraform asks the registry.
func terraformMirror() string {
	if dir := os.Getenv("TF_PLUGIN_DIR"); dir != "" {
		return dir
	}
	for _, root := range []string{"/usr/share/*", "/usr/local/share/*", "/opt/*"} {
		if found, _ := filepath.Glob(root + "/registry.terraform.io/hashicorp/aws"); len(found) > 0 { // the pattern is well-formed
			return filepath.Join(found[0], "../../..")
		}
	}
	return ""
}
