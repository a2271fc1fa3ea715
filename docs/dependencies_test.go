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

// mostModules is how many modules mskfit may import itself. One more needs a reason, and one less lowers this number.
const mostModules = 45

// TestDependenciesSayWhatFor: the table "Dependencies" of ARCHITECTURE.md and the direct requirements of go.mod are the same list.
func TestDependenciesSayWhatFor(t *testing.T) {
	data, err := os.ReadFile("../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	var direct []string
	for _, m := range regexp.MustCompile(`(?m)^\t(\S+) v\S+$`).FindAllStringSubmatch(string(data), -1) {
		direct = append(direct, m[1])
	}
	if len(direct) < 10 {
		t.Fatalf("found only %d direct requirements in go.mod", len(direct))
	}
	if len(direct) != mostModules {
		t.Errorf("go.mod requires %d modules directly, not %d: remove one, or give the reason in the commit that changes mostModules", len(direct), mostModules)
	}
	_, table, ok := strings.Cut(architecture(t), "\n## Dependencies\n")
	if !ok {
		t.Fatal(`ARCHITECTURE.md has no section "Dependencies"`)
	}
	listed := map[string]bool{}
	for _, row := range regexp.MustCompile(`(?m)^\| (\S+[./]\S+) \| (.*?) *\|$`).FindAllStringSubmatch(table, -1) {
		if listed[row[1]] = true; row[2] == "" {
			t.Errorf("ARCHITECTURE.md does not say what %s is for", row[1])
		}
		if !slices.Contains(direct, row[1]) {
			t.Errorf("ARCHITECTURE.md lists %s, which go.mod does not require directly: delete the line", row[1])
		}
	}
	for _, m := range direct {
		if !listed[m] {
			t.Errorf("go.mod requires %s: add a line to \"Dependencies\" in ARCHITECTURE.md that says what for", m)
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
