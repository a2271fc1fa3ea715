package measure

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"testing"
)

func TestMedian(t *testing.T) {
	values := []float64{3, 1, 2, 4}
	if m := Median(values); m != 3 || values[0] != 3 {
		t.Errorf("median %v of %v, want 3 and the values as they were", m, values)
	}
	if !math.IsNaN(Median(nil)) {
		t.Error("no values have a median")
	}
}

func TestSum(t *testing.T) {
	page := []byte("# HELP runs of jobs\nruns{job=\"a\",outcome=\"ok\"} 2\nruns{job=\"a\",outcome=\"error\"} 5\n" +
		"runs{job=\"b\",outcome=\"ok\"} 1.5\nruns_total 7\nup 1\n")
	for _, test := range []struct {
		metric string
		labels []string
		want   float64
	}{{"runs", nil, 8.5}, {"runs", []string{`job="a"`, `outcome="ok"`}, 2}, {"runs_total", nil, 7}, {"up", nil, 1},
		{"down", nil, 0}} {
		if got := Sum(page, test.metric, test.labels...); got != test.want {
			t.Errorf("%s %v: %v, want %v", test.metric, test.labels, got, test.want)
		}
	}
}

func TestDocumentsAreKeptBesideTheirFigures(t *testing.T) {
	file := filepath.Join(t.TempDir(), "figures.json")
	var figures struct{ N int }
	if err := Read(file, &figures); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
	figures.N = 7
	if err := Write(file, figures, "seven\n"); err != nil {
		t.Fatal(err)
	}
	figures.N = 0
	if err := Read(file, &figures); err != nil || figures.N != 7 {
		t.Errorf("read back %+v, %v", figures, err)
	}
	if err := UpToDate(file, "seven\n"); err != nil {
		t.Error(err)
	}
	if UpToDate(file, "eight\n") == nil {
		t.Error("another document passes for the one that was written")
	}
}
