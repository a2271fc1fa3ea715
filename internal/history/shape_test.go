package history

import (
	"testing"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
)

// Ten days that grow by 100 a day, twice as busy on Mondays at 09:00, with one odd day and one that was hardly seen.
func TestShape(t *testing.T) {
	c := newClock(t0)
	s := openTest(t, testConfig(t.TempDir()), c)
	for h := range 10 * 24 {
		at := t0.Add(time.Duration(h) * time.Hour)
		v := 1000 + 100*float64(h/24)
		switch {
		case h/24 == 5:
			v *= 20 // the odd day
		case h/24 == 8 && h%24 > 2:
			continue
		case at.Weekday() == time.Monday && at.Hour() == 9:
			v *= 2
		}
		sample := ingressSample("prod", "kafka", at, exactly(v))
		sample.Window.End = at.Add(time.Hour)
		appendAll(t, s, c, sample)
	}
	window := workload.Window{Start: t0, End: c.now()}
	got, err := s.Shape(t.Context(), "prod", "ingress_bytes_per_second", window)
	if err != nil {
		t.Fatal(err)
	}
	if g := got.Growth; g == nil || g.Days != 9 || g.PerDay < 90 || g.PerDay > 110 {
		t.Errorf("growth %+v, want about 100 a day over 9 days", g)
	}
	// Two Mondays: days 0 and 7.
	if h := got.Hours[9]; h.Minutes != 120 || !near(h.Mean, (2000+3400)/2.0) || !near(h.Peak, 3400) {
		t.Errorf("Monday 09:00 %+v", h)
	}
	if h := got.Hours[5*24]; h.Minutes != 60 || !near(h.Mean, 30000) {
		t.Errorf("Saturday 00:00 %+v", h)
	}
	since, ok, err := s.Since(t.Context(), "prod", workload.Window{Start: t0.Add(-365 * day), End: c.now()})
	if err != nil || !ok || !since.Equal(t0) {
		t.Errorf("since %s %v %v, want %s", since, ok, err, t0)
	}
	if _, ok, err := s.Since(t.Context(), "nobody", window); ok || err != nil {
		t.Errorf("since of an unknown cluster: %v %v", ok, err)
	}
	short, err := s.Shape(t.Context(), "prod", "ingress_bytes_per_second", workload.Window{Start: t0, End: t0.Add(3 * day)})
	if err != nil || short.Growth != nil {
		t.Errorf("growth of three days: %+v %v", short.Growth, err)
	}
}
