package docs

import (
	"bytes"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// mostModules is how many modules the program may import itself, mostTestModules how many more its tests may. One more needs a
// reason, and one less lowers the number.
const (
	mostModules     = 30
	mostTestModules = 11
)

// TestDependenciesSayWhatFor: the tables of "Dependencies" in ARCHITECTURE.md and the direct requirements of go.mod are the same
// lists, those of the program and those of tests apart.
func TestDependenciesSayWhatFor(t *testing.T) {
	program, tests := directModules(t)
	if len(program) != mostModules {
		t.Errorf("the program imports %d modules, not %d: remove one, or give the reason in the commit that changes mostModules",
			len(program), mostModules)
	}
	if len(tests) != mostTestModules {
		t.Errorf("only tests import %d modules, not %d: remove one, or give the reason in the commit that changes mostTestModules",
			len(tests), mostTestModules)
	}
	_, section, ok := strings.Cut(architecture(t), "\n## Dependencies\n")
	ofProgram, ofTests, apart := strings.Cut(section, "\nOnly tests import:\n")
	if !ok || !apart {
		t.Fatal(`ARCHITECTURE.md has no section "Dependencies" with a second table, "Only tests import:"`)
	}
	compareModules(t, "the program imports", program, ofProgram)
	compareModules(t, "only tests import", tests, ofTests)
}

// directModules are the direct requirements of go.mod: those that a package of the program imports, and the others.
func directModules(t *testing.T) (program, tests []string) {
	t.Helper()
	data, err := os.ReadFile("../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	out, err := goList("-deps", "-f", `{{with .Module}}{{if .Main}}{{range $.Imports}}{{println .}}{{end}}{{end}}{{end}}`, "./cmd/mskfit")
	if err != nil {
		t.Fatal(err)
	}
	direct := regexp.MustCompile(`(?m)^\t(\S+) v\S+$`).FindAllStringSubmatch(string(data), -1)
	imported := map[string]bool{}
	for _, path := range strings.Fields(out) {
		longest := ""
		for _, m := range direct {
			if (path == m[1] || strings.HasPrefix(path, m[1]+"/")) && len(m[1]) > len(longest) {
				longest = m[1]
			}
		}
		imported[longest] = true
	}
	for _, m := range direct {
		if imported[m[1]] {
			program = append(program, m[1])
		} else {
			tests = append(tests, m[1])
		}
	}
	if len(program) < 10 || len(tests) < 2 {
		t.Fatalf("found only %d modules of the program and %d of tests", len(program), len(tests))
	}
	return program, tests
}

func compareModules(t *testing.T, who string, modules []string, table string) {
	t.Helper()
	listed := map[string]bool{}
	for _, row := range regexp.MustCompile(`(?m)^\| (\S+[./]\S+) \| (.*?) *\|$`).FindAllStringSubmatch(table, -1) {
		if listed[row[1]] = true; row[2] == "" {
			t.Errorf("ARCHITECTURE.md does not say what %s is for", row[1])
		}
		if !slices.Contains(modules, row[1]) {
			t.Errorf("ARCHITECTURE.md lists %s where it says what %s: delete or move the line", row[1], who)
		}
	}
	for _, m := range modules {
		if !listed[m] {
			t.Errorf("%s %s: add a line to that table of \"Dependencies\" in ARCHITECTURE.md that says what for", who, m)
		}
	}
}

// TestNoOtherCloud: the program contains no client of Azure, Google Cloud or Kubernetes. They once came with a library and were
// most of the binary.
func TestNoOtherCloud(t *testing.T) {
	out, err := goList("-deps", "./cmd/mskfit")
	if err != nil {
		t.Fatal(err)
	}
	packages := strings.Fields(out)
	if !slices.Contains(packages, module+"analyzer") {
		t.Fatalf("go list -deps found %d packages and not the analyzer", len(packages))
	}
	for _, p := range packages {
		for _, other := range []string{"github.com/Azure/", "k8s.io/", "sigs.k8s.io/", "cloud.google.com/",
			"google.golang.org/api/"} {
			if strings.HasPrefix(p, other) {
				t.Errorf("the program contains %s: go mod why -m names who brings it", p)
			}
		}
	}
}

// README.md says how many packages the first build compiles.
func TestPackageCount(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", "../cmd/mskfit").Output()
	if err != nil {
		t.Fatal(err)
	}
	have := bytes.Count(out, []byte("\n"))
	for _, file := range []string{"../README.md", "install.md"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		m := regexp.MustCompile(`compiles\s+about (\d+) packages`).FindSubmatch(text)
		if m == nil {
			t.Fatalf("%s does not say how many packages are compiled", file)
		}
		if said, err := strconv.Atoi(string(m[1])); err != nil || said < have*95/100 || said > have*105/100 {
			t.Errorf("%s says %s packages, there are %d", file, m[1], have)
		}
	}
}
