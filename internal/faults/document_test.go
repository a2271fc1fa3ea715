package faults

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mskfit/mskfit/internal/measure"
	"github.com/mskfit/mskfit/internal/testbed"
)

var (
	rows   = flag.String("rows", "", "write the document of the rows in this file, which the tests of faults have added to")
	commit = flag.String("commit", "", "commit that was run")
	out    = flag.String("out", "", "folder of faults.md and faults.json")
)

// TestWriteDocument writes it where -rows asks for it.
func TestWriteDocument(t *testing.T) {
	if *rows == "" {
		return
	}
	all, err := Rows(*rows)
	if err != nil {
		t.Fatal(err)
	}
	d := Document{At: time.Now().UTC().Truncate(time.Second), Commit: *commit, Kafka: testbed.Versions[0], Rows: all,
		Machine: measure.Machine()}
	file := filepath.Join(*out, "faults.json")
	before, err := Read(file)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	d.LeaveOut(before)
	if err := d.Write(file); err != nil {
		t.Fatal(err)
	}
}

// The published document is made of the published rows.
func TestDocumentIsUpToDate(t *testing.T) {
	d, err := Read("../../docs/faults.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := measure.UpToDate("../../docs/faults.json", d.Markdown()); err != nil {
		t.Error(err)
	}
}

// A fault of the document before that did not run is named, and one without an observation has not passed.
func TestWhatDidNotRunIsNamed(t *testing.T) {
	d := Document{Rows: []Row{{Fault: "disk full", Observed: []string{"goes on"}, Passed: true}}}
	d.LeaveOut(Document{Rows: []Row{{Fault: "disk full"}, {Fault: "broker killed"}}, NotRun: []string{"clock set back"}})
	for _, want := range []string{"1 of 1 faults were met as promised. 2 more did not run.",
		"- Did not run, because its test ended before: broker killed.", "before: clock set back."} {
		if text := d.Markdown(); !strings.Contains(text, want) {
			t.Errorf("the document lacks %q:\n%s", want, text)
		}
	}
	file := filepath.Join(t.TempDir(), "rows")
	t.Setenv(File, file)
	t.Run("nothing", func(t *testing.T) { Begin(t, "clock set back", "the window is discarded") })
	if got, err := Rows(file); err != nil || len(got) != 1 || got[0].Passed {
		t.Errorf("a test that observed nothing has passed: %+v, %v", got, err)
	}
}

func TestRowsAreKeptWithTheirOutcome(t *testing.T) {
	file := filepath.Join(t.TempDir(), "rows")
	t.Setenv(File, file)
	t.Run("disk", func(t *testing.T) {
		r := Begin(t, "disk full", "goes on in memory")
		r.Observed("%d values wait | in memory", 7)
		r.Recovered(time.Now().Add(-2 * time.Second))
	})
	got, err := Rows(file)
	if err != nil || len(got) != 1 || !got[0].Passed || got[0].Recovered == nil {
		t.Fatalf("%+v, %v", got, err)
	}
	text := Document{Rows: append(got, Row{Fault: "kill"})}.Markdown()
	for _, want := range []string{"1 of 2 faults",
		`| disk full | goes on in memory | 7 values wait \| in memory | 2.0 s | as promised |`,
		"| kill |  |  | – | **failed** |"} {
		if !strings.Contains(text, want) {
			t.Errorf("the document lacks %q:\n%s", want, text)
		}
	}
}
