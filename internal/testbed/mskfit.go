package testbed

import (
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
)

// Mskfit builds the program and returns its path. The flags are those of go build, as for a release.
func Mskfit(t testing.TB, flags ...string) string {
	t.Helper()
	root, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "mskfit")
	cmd := exec.Command("go", append(append([]string{"build", "-o", out}, flags...), "./cmd/mskfit")...)
	cmd.Dir = root
	if text, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build mskfit: %v\n%s", err, text)
	}
	return out
}

// FreePort returns a port of the loopback interface that nothing listens on.
func FreePort(t testing.TB) string {
	t.Helper()
	return strconv.Itoa(freePorts(t, 1)[0])
}
