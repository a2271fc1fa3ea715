package testbed

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// NPM returns the folder of a package of the npm registry, "name@version", which is installed into .cache once. The test ends as in
// [Missing] where npm or the registry is not there.
func NPM(t testing.TB, pkg string) string {
	t.Helper()
	name := pkg[:strings.LastIndex(pkg, "@")]
	dir, err := cacheDir("npm", strings.ReplaceAll(pkg, "/", "-"))
	if err != nil {
		t.Fatal(err)
	}
	complete := filepath.Join(dir, "complete")
	unlock := lockFile(t, filepath.Join(dir, ".lock"))
	defer unlock()
	if _, err := os.Stat(complete); err != nil {
		npm := Program(t, "npm")
		out, err := exec.Command(npm, "install", "--prefix", dir, "--ignore-scripts", "--no-audit", "--no-fund",
			pkg).CombinedOutput()
		if err != nil {
			Missing(t, "npm package %s: %v\n%s", pkg, err, bytes.TrimSpace(out))
		}
		if err := os.WriteFile(complete, nil, 0o644); err != nil {
			t.Fatalf("install %s: %v", pkg, err)
		}
	}
	return filepath.Join(dir, "node_modules", name)
}
