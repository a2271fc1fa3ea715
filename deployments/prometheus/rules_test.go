// Package prometheus tests the alerting rules that lie beside it. It has no code of its own.
package prometheus

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/mskfit/mskfit/internal/testbed"
)

func TestRulesWithPromtool(t *testing.T) {
	promtool := testbed.Program(t, "promtool")
	for _, args := range [][]string{{"check", "rules", "mskfit.rules.yaml"}, {"test", "rules", "mskfit.rules.test.yaml"}} {
		if out, err := exec.Command(promtool, args...).CombinedOutput(); err != nil {
			t.Errorf("promtool %s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
}

// A rule over a metric that nobody exports never fires, and promtool does not see that.
func TestRulesUseMetricsThatAreExported(t *testing.T) {
	exported := map[string]bool{}
	named := regexp.MustCompile(`(?:gauge|counter|of|count|spots|Name:|GaugeOpts\{Name:|HistogramOpts\{Name:)\W*"(?:mskfit_)?([a-z_]+)"`)
	sources, err := filepath.Glob("../../internal/web/*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range append(sources, "../../cmd/mskfit/daemon_readings.go", "../../cmd/mskfit/daemon_msk_readings.go") {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range named.FindAllStringSubmatch(string(text), -1) {
			exported[m[1]] = true
		}
	}
	rules, err := os.ReadFile("mskfit.rules.yaml")
	if err != nil {
		t.Fatal(err)
	}
	used := regexp.MustCompile(`\bmskfit_([a-z_]+)\b`).FindAllStringSubmatch(string(rules), -1)
	if len(used) < 15 {
		t.Errorf("the rules use %d metrics: that cannot be all", len(used))
	}
	for _, m := range used {
		if !exported[m[1]] {
			t.Errorf("nobody exports mskfit_%s", m[1])
		}
	}
}
