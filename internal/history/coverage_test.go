package history

import (
	"testing"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
)

// What lies before the first minute makes no answer partial: mskfit did not run yet. Holes since then do.
func TestCoverageGaps(t *testing.T) {
	const hour = 60
	seen := func(spans ...[2]int) []float32 {
		covered := make([]float32, 10*hour)
		for _, span := range spans {
			for i := span[0]; i < span[1]; i++ {
				covered[i] = 60
			}
		}
		return covered
	}
	s := openTest(t, testConfig(t.TempDir()), newClock(t0))
	for name, tt := range map[string]struct {
		covered  []float32
		what     string
		why      string
		inherent bool
	}{
		"all of it":          {covered: seen([2]int{0, 600})},
		"a new installation": {seen([2]int{590, 600}), "590 of 600 minutes", "there is no data before 2026-03-02 21:50 UTC", true},
		"a new one with a hole": {seen([2]int{300, 400}, [2]int{401, 600}), "301 of 600 minutes",
			"there is no data before 2026-03-02 17:00 UTC, and there is no data for 1 minute, the longest gap is 1 minute from 2026-03-02 18:40 UTC", true},
		"a long hole": {seen([2]int{0, 100}, [2]int{300, 600}), "200 of 600 minutes",
			"there is no data for 200 minutes, the longest gap is 3.3 hours from 2026-03-02 13:40 UTC", false},
		"nothing": {seen(), "600 of 600 minutes",
			"there is no data for 600 minutes, the longest gap is 10.0 hours from 2026-03-02 12:00 UTC", false},
	} {
		start := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
		r := &reader{span: spanOf(ofCluster, workload.Window{Start: start, End: start.Add(10 * time.Hour)}), store: s}
		var w workload.Workload
		r.coverage(&w, tt.covered)
		if tt.what == "" {
			if len(r.gaps) != 0 {
				t.Errorf("%s: %+v", name, r.gaps)
			}
			continue
		}
		if len(r.gaps) != 1 || r.gaps[0].What != tt.what || r.gaps[0].Why != tt.why || r.gaps[0].Inherent != tt.inherent {
			t.Errorf("%s: %+v, want %s: %s, inherent %v", name, r.gaps, tt.what, tt.why, tt.inherent)
		}
	}
}
