package testbed

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
)

// Missing ends the test because something that it needs is not on this machine: skipped on a user's machine, failed in CI,
// where nothing may be missing.
func Missing(t testing.TB, format string, args ...any) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatalf("this test's needs are not met, and CI is set: "+format, args...)
	}
	t.Skipf("needs what this machine lacks: "+format, args...)
}

// Program returns the path of the first of the named programs that is on the machine, searched in PATH and then at
// the absolute paths among the names. The test ends as in [Missing] when none is.
func Program(t testing.TB, names ...string) string {
	t.Helper()
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	Missing(t, "none of the programs %q (internal/testbed/install.sh installs them on Debian)", names)
	return ""
}

// cacheDir returns a folder below .cache at the module's root, made when it is not there.
func cacheDir(elem ...string) (string, error) {
	root, err := moduleRoot()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(append([]string{root, ".cache"}, elem...)...)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", fmt.Errorf("make the cache folder: %w", err)
	}
	return dir, nil
}

// moduleRoot is the folder of go.mod, found upwards from this source file, and from the working folder when the sources
// have moved since the build (go test runs in the package's folder).
func moduleRoot() (string, error) {
	var starts []string
	if _, file, _, ok := runtime.Caller(0); ok {
		starts = append(starts, filepath.Dir(file))
	}
	if wd, err := os.Getwd(); err == nil {
		starts = append(starts, wd)
	}
	for _, dir := range starts {
		for ; ; dir = filepath.Dir(dir) {
			if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
				return dir, nil
			}
			if dir == filepath.Dir(dir) {
				break
			}
		}
	}
	return "", errors.New("find the module's root: no go.mod above the test")
}
