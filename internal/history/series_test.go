package history

import (
	"strings"
	"testing"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
)

// seriesOf reads a series that must be there.
func seriesOf(t *testing.T, s *Store, q SeriesQuery) Series {
	t.Helper()
	got, err := s.Series(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// Three hours of minutes with one hour missing, of a cluster, a topic and a group: every step has the mean and the maximum of
// its
// minutes, and the missing hour has no point.
func TestSeries(t *testing.T) {
	c := newClock(t0)
	s := openTest(t, testConfig(t.TempDir()), c)
	for m := range 180 {
		if m >= 60 && m < 120 {
			continue
		}
		sample := ingressSample("prod", "kafka", t0.Add(time.Duration(m)*time.Minute), exactly(float64(m)))
		sample.Topics = []workload.Topic{{Name: "orders", MessagesPerSec: exactly(float64(10 * m))}}
		sample.Groups = []workload.Group{{Name: "billing", EgressBytesPerSec: exactly(float64(100 * m))}}
		appendAll(t, s, c, sample)
	}
	window := workload.Window{Start: t0, End: t0.Add(3 * time.Hour)}
	for _, tt := range []struct {
		query  SeriesQuery
		step   time.Duration
		points int
		first  Point
		last   Point
	}{
		{SeriesQuery{Quantity: Ingress}, time.Minute, 120, Point{At: t0, Mean: 0, Max: 0, Minutes: 1},
			Point{At: t0.Add(179 * time.Minute), Mean: 179, Max: 179, Minutes: 1}},
		{SeriesQuery{Quantity: Ingress, Step: time.Hour}, time.Hour, 2, Point{At: t0, Mean: 29.5, Max: 59, Minutes: 60},
			Point{At: t0.Add(2 * time.Hour), Mean: 149.5, Max: 179, Minutes: 60}},
		{SeriesQuery{Quantity: Ingress, Step: day}, day, 1, Point{At: t0, Mean: 89.5, Max: 179, Minutes: 120},
			Point{At: t0, Mean: 89.5, Max: 179, Minutes: 120}},
		{SeriesQuery{Topic: "orders", Quantity: Messages, Step: time.Minute}, 5 * time.Minute, 24,
			Point{At: t0, Mean: 20, Max: 40, Minutes: 5},
			Point{At: t0.Add(175 * time.Minute), Mean: 1770, Max: 1790, Minutes: 5}},
		{SeriesQuery{Group: "billing", Quantity: Egress, Step: time.Hour}, time.Hour, 2,
			Point{At: t0, Mean: 2950, Max: 5900, Minutes: 60},
			Point{At: t0.Add(2 * time.Hour), Mean: 14950, Max: 17900, Minutes: 60}},
	} {
		q := tt.query
		q.Cluster, q.Window = "prod", window
		got := seriesOf(t, s, q)
		if got.Step != tt.step || len(got.Points) != tt.points {
			t.Fatalf("%s: %d points of %s, want %d of %s", q, len(got.Points), got.Step, tt.points, tt.step)
		}
		checkPoint(t, q.String()+" first", got.Points[0], tt.first)
		checkPoint(t, q.String()+" last", got.Points[len(got.Points)-1], tt.last)
	}
	for what, q := range map[string]SeriesQuery{
		"cluster": {Cluster: "unknown", Quantity: Ingress}, "topic": {Cluster: "prod", Topic: "unknown", Quantity: Ingress},
		"time": {Cluster: "prod", Quantity: Ingress, Window: workload.Window{Start: t0.Add(-time.Hour), End: t0}},
	} {
		if q.Window.End.IsZero() {
			q.Window = window
		}
		if got := seriesOf(t, s, q); len(got.Points) != 0 {
			t.Errorf("an unknown %s has %d points", what, len(got.Points))
		}
	}
}

func checkPoint(t *testing.T, what string, got, want Point) {
	t.Helper()
	if !got.At.Equal(want.At) || !near(got.Mean, want.Mean) || !near(got.Max, want.Max) || got.Minutes != want.Minutes ||
		got.Coarse != want.Coarse {
		t.Errorf("%s: %+v, want %+v", what, got, want)
	}
}

// Hours that were read back count as coarse: the peak of their minutes is not known.
func TestSeriesOfReadBackHours(t *testing.T) {
	c := newClock(t0.Add(2 * day))
	s := openTest(t, testConfig(t.TempDir()), c)
	for h := range 24 {
		sample := ingressSample("prod", "kafka", t0.Add(time.Duration(h)*time.Hour), exactly(float64(100+h)))
		sample.Window.End = sample.Window.Start.Add(time.Hour)
		appendAll(t, s, c, sample)
	}
	for m := range 60 {
		appendAll(t, s, c, ingressSample("prod", "kafka", t0.Add(day+time.Duration(m)*time.Minute), exactly(200)))
	}
	got := seriesOf(t, s, SeriesQuery{Cluster: "prod", Quantity: Ingress, Window: workload.Window{Start: t0, End: c.now()},
		Step: day})
	if len(got.Points) != 2 {
		t.Fatalf("%d days, want 2", len(got.Points))
	}
	checkPoint(t, "day read back", got.Points[0], Point{At: t0, Mean: 111.5, Max: 123, Minutes: 1440, Coarse: 1440})
	checkPoint(t, "day seen", got.Points[1], Point{At: t0.Add(day), Mean: 200, Max: 200, Minutes: 60})
}

func TestSeriesQueriesThatMakeNoSense(t *testing.T) {
	s := openTest(t, testConfig(t.TempDir()), newClock(t0))
	week := workload.Window{Start: t0.Add(-7 * day), End: t0}
	for want, q := range map[string]SeriesQuery{
		"a cluster has no such quantity": {Quantity: "bytes", Window: week},
		"a group has no such quantity":   {Group: "billing", Quantity: Ingress, Window: week},
		"both a topic and a group":       {Topic: "orders", Group: "billing", Quantity: Egress, Window: week},
		"use a multiple of 1m0s":         {Quantity: Ingress, Window: week, Step: 90 * time.Second},
		"use a multiple of 5m0s":         {Topic: "orders", Quantity: Ingress, Window: week, Step: 7 * time.Minute},
		"more than 50000 points":         {Quantity: Ingress, Window: workload.Window{Start: t0.Add(-365 * day), End: t0}},
	} {
		q.Cluster = "prod"
		if _, err := s.Series(t.Context(), q); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: error %v, want %q", q, err, want)
		}
	}
}
