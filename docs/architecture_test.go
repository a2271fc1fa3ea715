package docs

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const module = "github.com/mskfit/mskfit/"

// TestArchitectureNamesEveryPackage: a package that is not in ARCHITECTURE.md, by its path or its last two names, is one that a
// newcomer does not find.
func TestArchitectureNamesEveryPackage(t *testing.T) {
	text := architecture(t)
	out, err := goList("-f", "{{if and .GoFiles (ne .Name \"main\")}}{{.ImportPath}}{{end}}", "./...")
	if err != nil {
		t.Fatal(err)
	}
	packages := strings.Fields(out)
	if len(packages) < 30 {
		t.Fatalf("go list found only %d packages", len(packages))
	}
	for _, path := range packages {
		path = strings.TrimPrefix(path, module)
		short := filepath.Join(filepath.Base(filepath.Dir(path)), filepath.Base(path))
		if !names(text, path) && !names(text, short) {
			t.Errorf("ARCHITECTURE.md does not name %s: add a line to \"Packages\"", path)
		}
	}
}

// TestArchitectureNamesNoLostFile: every path in backquotes exists.
func TestArchitectureNamesNoLostFile(t *testing.T) {
	paths := regexp.MustCompile("`([\\w./*-]+/[\\w.*-]+)`").FindAllStringSubmatch(architecture(t), -1)
	if len(paths) < 20 {
		t.Fatalf("found only %d paths in ARCHITECTURE.md", len(paths))
	}
	for _, p := range paths {
		if found, err := filepath.Glob(filepath.Join("..", p[1])); err != nil || len(found) == 0 {
			t.Errorf("ARCHITECTURE.md names %s, which does not exist (error %v)", p[1], err)
		}
	}
}

func names(text, path string) bool {
	return regexp.MustCompile(`(^|[\s` + "`" + `(])` + regexp.QuoteMeta(path) + `([\s,;:.` + "`" + `)]|$)`).MatchString(text)
}

func architecture(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../ARCHITECTURE.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// goList runs go list at the root of the repository.
func goList(args ...string) (string, error) {
	cmd := exec.Command("go", append([]string{"list"}, args...)...)
	cmd.Dir = ".."
	out, err := cmd.Output()
	return string(out), err
}
