package testbed

import (
	"os"
	"path/filepath"
)

// TerraformMirror is a folder with providers, for machines that do not reach the registry: TF_PLUGIN_DIR, or one where packages put such
// folders. Empty: terraform looks itself.
func TerraformMirror() string {
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
