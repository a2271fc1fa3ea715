package history

import (
	"archive/zip"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/internal/workload"
)

// earlierHistory unpacks a data directory of an earlier version: blocks, the log of two lives, values that came late. It
// returns the workload
// that the earlier version gave.
func earlierHistory(t *testing.T, dir string) (want any) {
	t.Helper()
	r, err := zip.OpenReader("testdata/earlier.zip")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if err := os.CopyFS(dir, r); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "workload.json"))
	if err == nil {
		err = json.Unmarshal(text, &want)
	}
	if err != nil {
		t.Fatal(err)
	}
	return want
}

// A history of an earlier version is read over once, and gives the same workload: percentiles within the 0.05 % that they were
// rounded to.
func TestEarlierHistoryIsReadOver(t *testing.T) {
	cfg, c := testConfig(t.TempDir()), newClock(time.Date(2026, 3, 6, 14, 8, 0, 0, time.UTC))
	want := earlierHistory(t, cfg.Dir)
	if _, err := OpenReader(cfg, Options{Now: c.now, Log: zerolog.Nop()}); !errors.Is(err, errEarlier) {
		t.Errorf("a reader of it: %v, want that it must be imported first", err)
	}
	for range 2 { // the second time there is nothing left to read over
		s, err := Open(cfg, Options{Now: c.now, Log: zerolog.Nop()})
		if err != nil {
			t.Fatal(err)
		}
		w := workloadOf(t, s, mixedCluster, workload.Window{Start: t0, End: c.now()})
		w.HottestIngressOn, w.HottestEgressOn = "", ""
		text, err := json.Marshal(w)
		var got any
		if err == nil {
			err = json.Unmarshal(text, &got)
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range differences("", got, want) {
			t.Error(d)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if hasEarlier(cfg.Dir) {
			t.Fatal("it was not put aside")
		}
	}
}

// differences lists where two JSON values differ, numbers by more than 0.1 %.
func differences(at string, got, want any) (out []string) {
	switch w := want.(type) {
	case map[string]any:
		g, _ := got.(map[string]any)
		for key := range w {
			out = append(out, differences(at+"."+key, g[key], w[key])...)
		}
	case []any:
		g, _ := got.([]any)
		if len(g) != len(w) {
			return []string{fmt.Sprintf("%s: %d, want %d", at, len(g), len(w))}
		}
		for i := range w {
			out = append(out, differences(fmt.Sprintf("%s[%d]", at, i), g[i], w[i])...)
		}
	case float64:
		if g, ok := got.(float64); !ok || math.Abs(g-w) > 1e-3*math.Abs(w) {
			out = append(out, fmt.Sprintf("%s: %v, want %v", at, got, want))
		}
	default:
		if !reflect.DeepEqual(got, want) {
			out = append(out, fmt.Sprintf("%s: %v, want %v", at, got, want))
		}
	}
	return out
}
