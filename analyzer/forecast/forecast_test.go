package forecast

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// Monday, half past nine.
var forecastNow = time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC)

const ingressQuantity = "ingress_bytes_per_second"

// daily makes n complete days up to yesterday; at says the peak in MB/s, with days counted from 0 for the first.
func daily(n int, at func(day int) float64) []workload.DailyPeak {
	var out []workload.DailyPeak
	first := forecastNow.Truncate(24*time.Hour).AddDate(0, 0, -n)
	for i := range n {
		out = append(out, workload.DailyPeak{Day: first.AddDate(0, 0, i), Complete: true,
			Values: map[string]float64{ingressQuantity: at(i) * workload.MB}})
	}
	return out
}

// weekend lowers Saturdays and Sundays: day 0 of n days is so many days before Monday.
func weekend(n, day int) bool {
	w := forecastNow.AddDate(0, 0, day-n).Weekday()
	return w == time.Saturday || w == time.Sunday
}

func forecastOf(peaks []workload.DailyPeak, limit float64) verdict.Forecast {
	return Of(peaks, []Limit{{"serverless.ingress_per_cluster", ingressQuantity, limit * workload.MB}}, forecastNow)[0]
}

// written is a forecast in a line: days ahead of the three dates, or "-".
func written(f verdict.Forecast) string {
	var out []string
	for _, at := range []*time.Time{f.Earliest, f.Expected, f.Latest} {
		if at == nil {
			out = append(out, "-")
			continue
		}
		out = append(out, fmt.Sprint(int(at.Sub(forecastNow.Truncate(24*time.Hour)).Hours()/24)))
	}
	return strings.Join(out, " ")
}

func TestForecast(t *testing.T) {
	steady := func(d int) float64 { return 100 + float64(d) } // 1 MB/s a day
	with := func(peaks []workload.DailyPeak, change func([]workload.DailyPeak)) []workload.DailyPeak {
		change(peaks)
		return peaks
	}
	tests := []struct {
		name  string
		peaks []workload.DailyPeak
		limit float64
		want  string
		note  string
	}{
		// Yesterday was day 27 with 127 MB/s, so today is expected to have 128; day 33 is the first beyond 160.
		{"steady growth", daily(28, steady), 160, "33 33 33", "+1 MB/s a day (+1 MB/s to +1 MB/s)"},
		{"no data", nil, 160, "- - -", "needs 7 complete days of data, has 0"},
		{"six days", daily(6, steady), 160, "- - -", "needs 7 complete days of data, has 6"},
		{"seven days, and no further ahead than ten times as many", daily(7, steady), 160, "54 54 54",
			"under two weeks of data, so a weekly season may look like growth"},
		{"beyond the reach of the data", daily(7, steady), 190, "- - -", "not expected to pass within 70 days"},
		{"flat", daily(28, func(int) float64 { return 100 }), 101, "- - -",
			"no clear growth in 28 days: +0 B/s a day (+0 B/s to +0 B/s)"},
		{"falling", daily(28, func(d int) float64 { return 200 - float64(d) }), 210, "- - -",
			"no clear growth in 28 days: −1 MB/s a day (−1 MB/s to −1 MB/s)"},
		{"a week's season is no growth", daily(28, func(d int) float64 {
			if weekend(28, d) {
				return 40
			}
			return 100
		}), 110, "- - -", "no clear growth"},
		{"a first week that begins on a weekend is no growth", daily(9, func(d int) float64 {
			if d < 2 {
				return 40
			}
			return 100
		}), 110, "- - -", "no clear growth"},
		// By the slope only the limit is passed 34 days ahead, on a Sunday, which lies 60 MB/s lower: it is Monday that passes.
		{"growth under a season passes on a working day", daily(28, func(d int) float64 {
			if weekend(28, d) {
				return 40 + float64(d)
			}
			return 100 + float64(d)
		}), 161.5, "35 35 35", "+1 MB/s a day"},
		{"one sale moves nothing", with(daily(28, steady),
			func(p []workload.DailyPeak) { p[25].Values[ingressQuantity] = 900 * workload.MB }), 160, "33 33 33", "+1 MB/s a day"},
		{"missing days", slices.DeleteFunc(daily(42, func(d int) float64 { return 86 + float64(d) }),
			func(p workload.DailyPeak) bool { return p.Day.Day()%4 == 0 }), 160, "33 33 33", "+1 MB/s a day"},
		{"a low floor says nothing", with(daily(28, steady), func(p []workload.DailyPeak) {
			for i := 20; i < 28; i++ {
				p[i].Complete, p[i].Values[ingressQuantity] = false, 5*workload.MB
			}
		}), 160, "33 33 33", "+1 MB/s a day"},
		{"incomplete days do not make a week",
			with(daily(8, steady), func(p []workload.DailyPeak) { p[0].Complete, p[1].Complete = false, false }), 160, "- - -",
			"has 6"},
		{"passed twice this week", daily(28, func(d int) float64 { return 100 + float64(d*d)/12 }), 155, "0 0 0",
			"passed already on at least two of the last seven days"},
		{"passed once, on a sale", with(daily(28, func(int) float64 { return 100 }),
			func(p []workload.DailyPeak) { p[26].Values[ingressQuantity] = 500 * workload.MB }), 160, "- - -", "no clear growth"},
		{"passed by floors", with(daily(28, func(int) float64 { return 100 }), func(p []workload.DailyPeak) {
			for i := 25; i < 28; i++ {
				p[i].Complete, p[i].Values[ingressQuantity] = false, 170*workload.MB
			}
		}), 160, "0 0 0", "passed already"},
		{"passed long ago and no more", with(daily(60, func(int) float64 { return 100 }), func(p []workload.DailyPeak) {
			for i := range 20 {
				p[i].Values[ingressQuantity] = 500 * workload.MB
			}
		}), 160, "- - -", "no clear growth"},
		{"slow growth is not expected in two years", daily(180, func(d int) float64 { return 100 + 0.01*float64(d) }), 160, "- - -",
			"not expected to pass within 730 days"},
		{"no limit", daily(28, steady), math.Inf(1), "- - -", "there is no limit to pass"},
		{"limit of nothing", daily(28, steady), 0, "- - -", "there is no limit to pass"},
		{"values that cannot be", with(daily(28, steady), func(p []workload.DailyPeak) {
			p[3].Values[ingressQuantity], p[4].Values[ingressQuantity], p[5].Values[ingressQuantity] = math.NaN(), math.Inf(1), -1
		}), 160, "33 33 33", ""},
		{"days to come count for nothing", append(daily(28, steady),
			workload.DailyPeak{Day: forecastNow.AddDate(0, 0, 3), Complete: true,
				Values: map[string]float64{ingressQuantity: 9e9}}), 160, "33 33 33", ""},
		{"another order", with(daily(28, steady), func(p []workload.DailyPeak) { slices.Reverse(p) }), 160, "33 33 33", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := forecastOf(tt.peaks, tt.limit)
			if got := written(f); got != tt.want || !strings.Contains(f.Note, tt.note) {
				t.Errorf("got %s, %q\nwant %s, %q", got, f.Note, tt.want, tt.note)
			}
			if flat := strings.HasPrefix(tt.note, "no clear growth"); f.Flat != flat {
				t.Errorf("flat is %t, want %t: %s", f.Flat, flat, f.Note)
			}
		})
	}
}

func TestForecastLimitsInOrderAndByQuantity(t *testing.T) {
	peaks := daily(28, func(d int) float64 { return 100 + float64(d) })
	for i := range peaks {
		peaks[i].Values["partitions"] = 1000 + 10*float64(i)
	}
	got := Of(peaks, []Limit{{"b", "partitions", 2400}, {"a", ingressQuantity, 160 * workload.MB},
		{"c", "requests_per_second", 15000}}, forecastNow)
	var lines []string
	for _, f := range got {
		lines = append(lines, f.Rule+": "+written(f)+" "+f.Note)
	}
	// Partitions are at 1,270 yesterday; 113 days later they are 2,400, and one more passes.
	const want = `b: 113 113 113 +10 a day (+10 to +10)
a: 33 33 33 +1 MB/s a day (+1 MB/s to +1 MB/s)
c: - - - needs 7 complete days of data, has 0`
	if got := strings.Join(lines, "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if at := got[1].Expected; !at.Equal(time.Date(2026, 4, 4, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("expected on %s, want 4 April at midnight UTC", at)
	}
	if at := forecastOf(daily(28, func(int) float64 { return 200 }), 160).Expected; !at.Equal(forecastNow) {
		t.Errorf("a limit that is passed already is expected at %s, want now", at)
	}
}

// Of series that grow by a known slope under noise and a season, nearly all pass between the earliest and the latest date.
func TestForecastIntervalHoldsTheTruth(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	inside, dated := 0, 0
	for range 300 {
		slope := 0.3 + r.Float64()
		f := forecastOf(daily(56, func(d int) float64 { return 100 + slope*float64(d) + 8*r.NormFloat64() }), 250)
		truth := (250 - 100 - slope*56) / slope
		if f.Expected == nil {
			continue
		}
		dated++
		ahead := func(at *time.Time) float64 { return at.Sub(forecastNow).Hours() / 24 }
		if ahead(f.Earliest) <= truth+3 && (f.Latest == nil || truth-3 <= ahead(f.Latest)) {
			inside++
		}
	}
	if dated < 250 || inside < dated*90/100 {
		t.Errorf("the truth is inside for %d of %d dated forecasts", inside, dated)
	}
}

// A flat load with noise and a season, just below its limit, does not alarm: that is what the interval is for.
func TestForecastFlatNoiseDoesNotAlarm(t *testing.T) {
	for _, n := range []int{7, 10, 14, 21, 28, 56, 180} {
		r := rand.New(rand.NewPCG(uint64(n), 1))
		alarms := 0
		for range 400 {
			f := forecastOf(daily(n, func(d int) float64 {
				v := 100 + 5*r.NormFloat64()
				if weekend(n, d) {
					v -= 40
				}
				return v
			}), 130)
			if f.Expected != nil {
				alarms++
			}
		}
		// The interval is of 95 %, so that one in forty may look like growth; short series are coarser.
		if alarms > 400*4/100 {
			t.Errorf("%d days: %d of 400 flat series alarm", n, alarms)
		}
		t.Logf("%d days: %d of 400 flat series alarm", n, alarms)
	}
}

// Whatever the data: dates in order, none before now or beyond the horizon, always a note, and no order matters.
func TestForecastDatesAreInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		peaks := daily(rapid.IntRange(0, 60).Draw(t, "days"),
			func(int) float64 { return rapid.Float64Range(0, 1000).Draw(t, "peak") })
		for i := range peaks {
			peaks[i].Complete = rapid.IntRange(0, 4).Draw(t, "complete") > 0
		}
		limit := rapid.Float64Range(0, 2000).Draw(t, "limit")
		f := forecastOf(peaks, limit)
		last := forecastNow
		for _, at := range []*time.Time{f.Earliest, f.Expected, f.Latest} {
			if at == nil {
				last = forecastNow.AddDate(0, 0, forecastHorizon+1) // nothing may follow an absent date
				continue
			}
			if at.Before(last) || at.After(forecastNow.AddDate(0, 0, forecastHorizon)) {
				t.Fatalf("dates %s: %+v", written(f), f)
			}
			last = *at
		}
		if f.Note == "" || strings.Contains(f.Note, "NaN") {
			t.Fatalf("note %q", f.Note)
		}
		slices.Reverse(peaks)
		if again := forecastOf(peaks, limit); written(again) != written(f) || again.Note != f.Note {
			t.Fatalf("turned round: %+v, want %+v", again, f)
		}
	})
}

func BenchmarkForecast(b *testing.B) {
	r := rand.New(rand.NewPCG(7, 7))
	peaks := daily(400, func(d int) float64 { return 100 + 0.2*float64(d) + 8*r.NormFloat64() })
	limits := []Limit{{"a", ingressQuantity, 250 * workload.MB}, {"b", ingressQuantity, 500 * workload.MB}}
	for b.Loop() {
		Of(peaks, limits, forecastNow)
	}
}
