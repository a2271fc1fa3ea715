package accuracy

import (
	"flag"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write docs/accuracy.md and the README's table from docs/accuracy.json")

// The committed document and the README's table are what the committed figures make.
func TestCommittedFiguresMakeTheDocuments(t *testing.T) {
	const file, readme = "../../docs/accuracy.json", "../../README.md"
	d, err := Read(file)
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, begins := strings.Cut(string(text), ReadmeBegin)
	table, after, ends := strings.Cut(rest, ReadmeEnd)
	if !begins || !ends {
		t.Fatalf("%s lacks the marks of the table of accuracy", readme)
	}
	if *update {
		if err := d.Write(file); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(readme, []byte(before+ReadmeBegin+d.Readme()+ReadmeEnd+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if err := d.UpToDate(file); err != nil {
		t.Errorf("%v, or go test ./internal/accuracy -run Committed -update", err)
	}
	if table != d.Readme() {
		t.Errorf("the README's table is not what accuracy.json makes: go test ./internal/accuracy -run Committed -update\n%s",
			d.Readme())
	}
}

func figure(scenario, quantity string, estimate, low, high, truth float64) Row {
	return Row{Scenario: scenario, Quantity: quantity, Estimate: &estimate, Low: low, High: &high, Truth: truth}
}

func twoRuns() Document {
	return Document{Runs: []Run{{Cluster: "4.3.1 KRaft, 3 brokers", Seed: 1, Rows: []Row{
		figure("zstd JSON", BytesIn, 100, 99, 101, 100),
		figure("broker recompresses", BytesIn, 50, 20, 200, 100),
		figure("lz4, small records", Messages, 110, 109, 111, 100),
		{Scenario: "group never commits", Quantity: BytesOut, Truth: 5},
	}}, {Cluster: "4.3.1 KRaft, 3 brokers", Seed: 2, Rows: []Row{
		figure("zstd JSON", BytesIn, 100, 99, 101, 100),
		figure("broker recompresses", BytesIn, 40, 20, 200, 100),
		figure("lz4, small records", Messages, 100, 99, 101, 100),
	}}}}
}

// A figure that is off is in the document with its cause, whether or not its bounds hold the truth.
func TestDocumentKeepsWhatIsOff(t *testing.T) {
	text := twoRuns().Markdown()
	_, rest, _ := strings.Cut(text, "## Where a figure is off")
	section, _, ok := strings.Cut(rest, "## Runs")
	if !ok {
		t.Fatal("no section of what is off before the runs")
	}
	for _, line := range []string{
		"| broker recompresses | bytes in | 2 of 2 runs | -60.00 % to -50.00 % | 2 of 2 | The log holds",
		"| lz4, small records | messages in | 1 of 2 runs | +10.00 % | 0 of 1 | Not explained yet.",
		"| group never commits | bytes out | 1 of 1 runs | unknown | 0 of 1 | Nothing shows what it reads.",
	} {
		if !strings.Contains(section, line) {
			t.Errorf("the section lacks %q:\n%s", line, section)
		}
	}
	if strings.Contains(section, "zstd JSON") {
		t.Errorf("a figure that is right is listed as off:\n%s", section)
	}
	if want := "| 4.3.1 KRaft, 3 brokers | 3 | 2 | messages in of lz4, small records |"; !strings.Contains(text, want) {
		t.Errorf("the seeds are not compared: no %q in\n%s", want, text)
	}
}

// The README has how often, where not, and what is said then.
func TestReadmeNamesTheExceptions(t *testing.T) {
	text := twoRuns().Readme()
	for _, line := range []string{
		"| bytes in | within 1 % in 2 of 4 cases, within 3 % in 2; within the stated bounds in 4 | broker recompresses (-60.00 % to -50.00 %): bounds of half to 20 times, and a gap names the topic |",
		"| bytes out | within 1 % in 0 of 1 cases, within 3 % in 0; within the stated bounds in 0 | group never commits (unknown): unknown |",
	} {
		if !strings.Contains(text, line) {
			t.Errorf("the table lacks %q:\n%s", line, text)
		}
	}
}
