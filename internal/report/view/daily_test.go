package view

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mskfit/mskfit/internal/report/chart"
	"github.com/mskfit/mskfit/verdict"
)

var firstDay = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)

// growing is a verdict whose ingress of 100 MB/s is expected to pass the quota of 200 MB/s, and ten days of peaks; the last is
// not over.
func growing(earliest, expected, latest int) (verdict.Verdict, []Day) {
	on := func(day int) *time.Time {
		if day == 0 {
			return nil
		}
		at := firstDay.AddDate(0, 0, day)
		return &at
	}
	limit := 200.0
	v := verdict.Verdict{Options: []verdict.Option{{Kind: verdict.Serverless, Clusters: 1,
		Rules: []verdict.Rule{{ID: "serverless.ingress_per_cluster", Limit: &limit, Unit: "MBps"}}}},
		Forecast: []verdict.Forecast{{Rule: "serverless.ingress_per_cluster", Earliest: on(earliest), Expected: on(expected),
			Latest: on(latest)}}}
	var days []Day
	for i := range 10 {
		if i != 4 { // a gap
			days = append(days, Day{At: firstDay.AddDate(0, 0, i), Peak: 100e6, Floor: i == 9})
		}
	}
	days[len(days)-1].Peak = 10e6
	return v, days
}

// The forecast begins at the last whole day, rises to the limit on its dates and stays there.
func TestForecastIsABandFromTheLastWholeDay(t *testing.T) {
	v, days := growing(18, 28, 38)
	d, ok := DailyOf(v, days)
	if !ok || len(d.Days) != 39 || *d.Limit != 200e6 {
		t.Fatalf("%t: %d days up to %v", ok, len(d.Days), d.Days[len(d.Days)-1])
	}
	for day, want := range map[int][3]float64{8: {100e6, 100e6, 100e6}, 13: {100e6 + 100e6*5/30, 125e6, 150e6},
		18: {100e6 + 100e6*10/30, 150e6, 200e6}, 28: {100e6 + 100e6*20/30, 200e6, 200e6}, 38: {200e6, 200e6, 200e6}} {
		if got := [3]float64{d.Low[day], d.Expected[day], d.High[day]}; math.Abs(got[0]-want[0]) > 1 || got[1] != want[1] ||
			got[2] != want[2] {
			t.Errorf("day %d: %v, want %v", day, got, want)
		}
	}
	for day := range 8 {
		if !math.IsNaN(d.Low[day]) || !math.IsNaN(d.High[day]) {
			t.Errorf("the band reaches back to day %d", day)
		}
	}
	if !math.IsNaN(d.Peaks[4]) || !math.IsNaN(d.Peaks[10]) {
		t.Error("a day without data has a peak")
	}
	c := dailyChart(v, days)
	lines, _ := c.Drawing.(chart.Lines)
	if lines.Band == nil || !slices.ContainsFunc(c.Key, func(k Key) bool { return k.Class == "band" }) {
		t.Error("the chart has no band, or its key does not name it")
	}
	last := c.Rows[len(c.Rows)-1]
	if want := []string{"2026-12-09", "–", "200 MB/s (200 MB/s to 200 MB/s)"}; !slices.Equal(last, want) {
		t.Errorf("the last row is %q, want %q", last, want)
	}
}

func TestForecastWithoutALatestDateStaysFlatBelow(t *testing.T) {
	v, days := growing(18, 28, 0)
	d, _ := DailyOf(v, days)
	if d.Low[28] != 100e6 || d.High[28] != 200e6 {
		t.Errorf("the band ends from %g to %g, want from 100 to 200 MB/s", d.Low[28], d.High[28])
	}
	if c := dailyChart(v, days); !strings.Contains(c.Says,
		"expected to be reached on 2026-11-29, 2026-11-19 at the earliest; at the slowest growth it is not.") {
		t.Error(c.Says)
	}
}

func TestNoForecastNoBand(t *testing.T) {
	v, days := growing(0, 0, 0)
	if d, _ := DailyOf(v, days); d.Expected != nil || d.Low != nil || len(d.Days) != 10 {
		t.Errorf("a forecast of %d days is drawn of nothing", len(d.Days))
	}
	v, days = growing(9, 9, 9)
	v.Forecast[0].Expected = &days[7].At // passed already
	if d, _ := DailyOf(v, days); d.Expected != nil {
		t.Error("a forecast is drawn of what has been reached")
	}
}
