package dashboard

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

var metricRead = regexp.MustCompile(`(?:byCluster\(|m\[)"([a-z_]+)"`)

// Each metric that the system page reads is one that a running daemon exposes: docs/metrics.md is made from such a daemon. A
// name that nothing exposes would show a dash for ever.
func TestTheSystemPageReadsMetricsThatExist(t *testing.T) {
	source, err := os.ReadFile("system.go")
	if err != nil {
		t.Fatal(err)
	}
	reference, err := os.ReadFile("../../docs/metrics.md")
	if err != nil {
		t.Fatal(err)
	}
	names := metricRead.FindAllStringSubmatch(string(source), -1)
	if len(names) < 6 {
		t.Fatalf("found %d metrics in system.go, want 6", len(names))
	}
	for _, n := range names {
		if !strings.Contains(string(reference), "`mskfit_"+n[1]+"`") {
			t.Errorf("no daemon exposes mskfit_%s", n[1])
		}
	}
}
