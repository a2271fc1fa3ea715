package scale

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write docs/soak.md and docs/scale.md from their JSON")

// The committed documents are what the committed figures make.
func TestCommittedFiguresMakeTheDocuments(t *testing.T) {
	committed(t, "../../docs/soak", SoakMarkdown)
	committed(t, "../../docs/scale", CostMarkdown)
}

func committed[T any](t *testing.T, name string, document func([]T) string) {
	t.Helper()
	runs, err := read[T](name + ".json")
	if err != nil || len(runs) == 0 {
		t.Fatalf("%s.json has %d runs (error %v)", name, len(runs), err)
	}
	want := document(runs)
	if *update {
		if err := os.WriteFile(name+".md", []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if have, err := os.ReadFile(name + ".md"); err != nil || string(have) != want {
		t.Errorf("%s.md is not what its JSON makes (error %v): go test ./internal/scale -run Committed -update", name, err)
	}
}

// readings are 360 of an hour, in which every gauge has the value.
func readings(value func(gauge int, second float64) float64) (out []Sample) {
	for second := 10.0; second <= 3600; second += 10 {
		s := Sample{Second: second}
		for i := range s.Values {
			s.Values[i] = value(i, second)
		}
		out = append(out, s)
	}
	return out
}

// of is 1 for the one gauge that is meant.
func of(i, gauge int) float64 {
	if i == gauge {
		return 1
	}
	return 0
}

func TestALeakIsFoundAndASawtoothIsNot(t *testing.T) {
	for _, c := range []struct {
		name  string
		value func(gauge int, second float64) float64
		held  bool
	}{
		{"steady", func(int, float64) float64 { return 100e6 }, true},
		{"a heap that is collected every minute", func(i int, s float64) float64 {
			if i != 1 {
				return 100e6
			}
			return 100e6 + float64(int(s)%60)*1e6
		}, true},
		{"what fills in the first minutes", func(_ int, s float64) float64 { return 100e6 + 100e6*min(s, 600)/600 }, true},
		{"12 MB an hour", func(i int, s float64) float64 { return 100e6 + 12e6*s/3600*float64(1-min(i, 1)) }, true},
		{"24 MB an hour", func(i int, s float64) float64 { return 100e6 + 24e6*s/3600*float64(1-min(i, 1)) }, false},
		{"a goroutine every three minutes", func(i int, s float64) float64 {
			if i != 2 {
				return 1
			}
			return 30 + s/180
		}, false},
		{"a history that fills within the retention", func(i int, s float64) float64 { return of(i, 4) * 1000 * s }, false},
		{"a ledger that keeps verdicts", func(i int, s float64) float64 { return of(i, 5) * 1000 * s }, true},
	} {
		fits, err := Judge(readings(c.value), 10*time.Minute)
		held := err == nil
		for _, f := range fits {
			held = held && f.Holds()
		}
		if held != c.held {
			t.Errorf("%s: holds is %v (error %v): %+v", c.name, held, err, fits)
		}
	}
	if _, err := Judge(readings(func(int, float64) float64 { return 1 })[:70], 10*time.Minute); err == nil {
		t.Error("ten readings after the warm-up are judged")
	}
}

// A part of a run joins the others of it, and a third run drops the first.
func TestRunsAreCollected(t *testing.T) {
	dir := t.TempDir()
	add := func(id string, c Cost) {
		t.Helper()
		c.Program, c.Cluster = "mskfit", "fake"
		if err := Add(dir, Run{ID: id, Commit: "c-" + id}, func(r *Run) { r.KeepCost(c) }); err != nil {
			t.Fatal(err)
		}
	}
	add("a", Cost{Partitions: 1000})
	add("b", Cost{Partitions: 1000, Wall: []float64{0.010, 0.012, 0.5}, BareWall: []float64{0.010, 0.010, 0.1}})
	add("c", Cost{Partitions: 1000, Wall: []float64{0.5}, BareWall: []float64{0.1}})
	add("c", Cost{Partitions: 1000, Wall: []float64{0.020, 0.030, 0.020}, BareWall: []float64{0.010, 0.010, 0.010}})
	runs, err := read[Run](filepath.Join(dir, "scale.json"))
	if err != nil || len(runs) != 2 || runs[0].ID != "b" || len(runs[1].Costs) != 1 {
		t.Fatalf("runs %+v (error %v)", runs, err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "scale.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"| fake | 1,000 | 0 | 3 | 20 (20–30) | 10 (10–10) | 2.00 | **missed** |",
		"| fake | 1,000 | 0 | 12, 20 | 1.20, 2.00 |",
		"| kminion | – | – | 0 | unknown: no binary was given |",
	} {
		if !strings.Contains(string(text), want) {
			t.Errorf("scale.md lacks %q:\n%s", want, text)
		}
	}
}
