package testbed

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
	"syscall"
	"testing"
)

// pom is a throw-away project that asks Maven for jars and their dependencies.
const pom = `<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>mskfit</groupId><artifactId>jars</artifactId><version>1</version>
  <dependencies>%s</dependencies>
</project>
`

const pomDependency = `
    <dependency><groupId>%s</groupId><artifactId>%s</artifactId><version>%s</version><classifier>%s</classifier></dependency>`

// jars returns the jars of the given artifacts ("group:artifact:version" or "group:artifact:version:classifier") with all that they
// depend on, sorted by name. They are downloaded from Maven Central once and kept in .cache/kafka/<name>.
func jars(t testing.TB, name string, artifacts ...string) []string {
	t.Helper()
	dir, err := cacheDir("kafka")
	if err != nil {
		t.Fatal(err)
	}
	lib := filepath.Join(dir, name)
	if _, err := os.Stat(lib); err != nil {
		mvn := Program(t, "mvn")
		unlock := lockFile(t, filepath.Join(dir, ".lock"))
		err := download(mvn, lib, artifacts)
		unlock()
		if err != nil {
			t.Fatal(err)
		}
	}
	found, err := filepath.Glob(filepath.Join(lib, "*.jar"))
	if err != nil || len(found) == 0 {
		t.Fatalf("jars of %s: none in %s (remove that folder to download them again)", name, lib)
	}
	sort.Strings(found)
	return found
}

// download has Maven put the jars into a new folder and gives it the name lib once it is complete.
func download(mvn, lib string, artifacts []string) error {
	if _, err := os.Stat(lib); err == nil {
		return nil // another test had the lock and has done it
	}
	work, err := os.MkdirTemp(filepath.Dir(lib), ".download-")
	if err != nil {
		return fmt.Errorf("download jars: %w", err)
	}
	defer func() { _ = os.RemoveAll(work) }()
	var deps strings.Builder
	for _, a := range artifacts {
		part := append(strings.SplitN(a, ":", 4), "")
		fmt.Fprintf(&deps, pomDependency, part[0], part[1], part[2], part[3])
	}
	if err := os.WriteFile(filepath.Join(work, "pom.xml"), fmt.Appendf(nil, pom, deps.String()), 0o644); err != nil {
		return fmt.Errorf("download jars: %w", err)
	}
	cmd := exec.Command(mvn, "-q", "-B", "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies",
		"-DoutputDirectory=lib")
	cmd.Dir = work
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("download jars of %v with Maven: %w\n%s", artifacts, err, bytes.TrimSpace(out))
	}
	if err := os.Rename(filepath.Join(work, "lib"), lib); err != nil {
		return fmt.Errorf("download jars: %w", err)
	}
	return nil
}

// lockFile waits for a lock that other test processes respect, and returns what releases it. The kernel releases it too when
// the process dies.
func lockFile(t testing.TB, path string) (unlock func()) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		t.Fatalf("lock %s: %v", path, err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
		_ = f.Close()
		t.Fatalf("lock %s: %v", path, err)
	}
	return func() { _ = f.Close() }
}
