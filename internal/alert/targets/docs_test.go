package targets

import (
	"os"
	"strings"
	"testing"
)

// The configuration in docs/alerting.md must be one that works.
func TestTheDocumentsConfigurationIsGood(t *testing.T) {
	text, err := os.ReadFile("../../../docs/alerting.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(text), "\n    alerts:\n")
	block, _, ended := strings.Cut(rest, "\n\n")
	if !found || !ended {
		t.Fatal("docs/alerting.md shows no alerts")
	}
	var lines []string
	for line := range strings.Lines(block) {
		lines = append(lines, strings.TrimPrefix(line, "      "))
	}
	c, err := load(strings.Join(lines, ""))
	if err != nil || len(c.Targets) != 7 || len(c.Routes) != 3 || len(c.Maintenance) != 1 {
		t.Errorf("%d targets, %d routes, %d maintenances: %v", len(c.Targets), len(c.Routes), len(c.Maintenance), err)
	}
}
