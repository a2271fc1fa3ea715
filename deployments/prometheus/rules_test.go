// Package prometheus tests the alerting rules beside it and the dashboards of deployments/grafana against a running daemon.
package prometheus

import (
	"os/exec"
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
