package accuracy

import (
	"strings"
	"testing"
)

func figure(scenario, quantity string, estimate, low, high, truth float64) Row {
	return Row{Scenario: scenario, Quantity: quantity, Estimate: &estimate, Low: low, High: &high, Truth: truth}
}

// A figure that is off is in the document with its cause, whether or not its bounds hold the truth.
func TestDocumentKeepsWhatIsOff(t *testing.T) {
	d := Document{Runs: []Run{{Cluster: "4.3.1 KRaft, 3 brokers", Rows: []Row{
		figure("zstd JSON", BytesIn, 100, 99, 101, 100),
		figure("broker recompresses", BytesIn, 50, 20, 200, 100),
		figure("lz4, small records", Messages, 110, 109, 111, 100),
		{Scenario: "group never commits", Quantity: BytesOut, Truth: 5},
	}}}}
	_, rest, _ := strings.Cut(d.Markdown(), "## Where a figure is off")
	section, _, ok := strings.Cut(rest, "## Runs")
	if !ok {
		t.Fatal("no section of what is off before the runs")
	}
	for _, line := range []string{
		"| broker recompresses | bytes in | 1 | -50.0 % | 1 of 1 | The log holds",
		"| lz4, small records | messages in | 1 | +10.0 % | 0 of 1 | Not explained yet.",
		"| group never commits | bytes out | 1 | unknown | 0 of 1 | Nothing shows what it reads.",
	} {
		if !strings.Contains(section, line) {
			t.Errorf("the section lacks %q:\n%s", line, section)
		}
	}
	if strings.Contains(section, "zstd JSON") {
		t.Errorf("a figure that is right is listed as off:\n%s", section)
	}
}
