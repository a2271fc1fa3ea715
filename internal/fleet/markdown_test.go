package fleet

import (
	"flag"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mskfit/mskfit/internal/measure"
)

var update = flag.Bool("update", false, "rewrite docs/fleet.md from docs/fleet.json")

// The report is made of the figures beside it.
func TestTheReportIsMadeOfItsFigures(t *testing.T) {
	file := filepath.Join("..", "..", "docs", "fleet.json")
	d, err := Read(file)
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := measure.Write(file, d, d.Markdown()); err != nil {
			t.Fatal(err)
		}
	}
	if err := measure.UpToDate(file, d.Markdown()); err != nil {
		t.Error(err)
	}
}

// A run takes the place of the one with its seed, failed sweeps stay in the report, and an external history has no disk.
func TestRunsAreKeptBySeed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "fleet.json")
	d := Document{Runs: []Run{{Seed: 1, Clusters: 5}, {Seed: 2, Clusters: 6}}}
	one := Process{Setup: "three replicas", Clusters: 2, Seconds: 60, Sweeps: 3, Failed: 7, CPUSeconds: 0.5, RssAnon: 30e6,
		Requests: 24}
	if err := d.Write(file, Run{Seed: 1, Clusters: 9, Processes: []Process{one}}); err != nil {
		t.Fatal(err)
	}
	d, err := Read(file)
	if err != nil || len(d.Runs) != 2 || d.Runs[0].Seed != 2 || d.Runs[1].Clusters != 9 {
		t.Errorf("runs %+v, error %v", d.Runs, err)
	}
	want := "| 1 | three replicas | 2 | 60 s | 3 | 7 | 0 | 0.5 s | 1 % | 250.0 ms | 30 MB | 8.0 | 0 | external |"
	if page := d.Markdown(); !strings.Contains(page, want) {
		t.Errorf("the report lacks %s:\n%s", want, page)
	}
}
