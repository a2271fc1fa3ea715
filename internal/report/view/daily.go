package view

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/mskfit/mskfit/internal/report/chart"
	"github.com/mskfit/mskfit/verdict"
)

// horizon is how far a forecast is drawn.
const horizon = 60 * 24 * time.Hour

// Daily is the highest minute of the ingress on each UTC day, in bytes per second, and its forecast. All slices are as long as
// Days; NaN is no value.
type Daily struct {
	// Days are midnights in UTC, oldest first, those of the forecast included.
	Days []time.Time
	// Peaks are the highest minutes, bytes per second.
	Peaks []float64
	// Expected is the forecast from the last whole day on; Low and High are where its interval ends. All three are nil without
	// a forecast.
	Expected, Low, High []float64
	// Limit is what the forecast reaches, or the limit of the choice; nil where it is far above.
	Limit *float64
}

// DailyOf is false with fewer than three days.
func DailyOf(v verdict.Verdict, days []Day) (Daily, bool) {
	if len(days) < 3 {
		return Daily{}, false
	}
	d := dailyOf(v, days)
	if limit, _, ok := limitOf(v, "ingress"); ok && limit <= farAbove*max(highest(d.Peaks), highest(d.High)) {
		d.Limit = &limit
	}
	return d, true
}

func dailyOf(v verdict.Verdict, days []Day) Daily {
	first, from := days[0].At, base(days)
	f, limit := forecastOf(v)
	end := days[len(days)-1].At
	drawn := f != nil && f.Expected != nil && f.Expected.Sub(from.At) >= 24*time.Hour && limit > from.Peak
	if drawn {
		end = latest(end, from.At.Add(min(reach(*f, from.At).Sub(from.At), horizon)))
	}
	n := index(end, first) + 1
	d := Daily{Days: make([]time.Time, n), Peaks: slices.Repeat([]float64{math.NaN()}, n)}
	for i := range d.Days {
		d.Days[i] = first.AddDate(0, 0, i)
	}
	for _, one := range days {
		d.Peaks[index(one.At, first)] = one.Peak
	}
	if drawn {
		line := func(to *time.Time) []float64 { return towards(n, index(from.At, first), from.Peak, limit, to, from.At) }
		d.Low, d.Expected, d.High = line(f.Latest), line(f.Expected), line(f.Earliest)
	}
	return d
}

// base is the last day that was seen whole, from which a forecast is drawn; the last day without one.
func base(days []Day) Day {
	for _, d := range slices.Backward(days) {
		if !d.Floor {
			return d
		}
	}
	return days[len(days)-1]
}

// reach is how far the drawing goes: to the latest date where that is no more than half as far again as the expected one.
func reach(f verdict.Forecast, from time.Time) time.Time {
	if f.Latest != nil && f.Latest.Sub(from) <= f.Expected.Sub(from)*3/2 {
		return *f.Latest
	}
	return *f.Expected
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func index(day, first time.Time) int { return int(day.Sub(first).Hours() / 24) }

func highest(values []float64) float64 {
	high := 0.0
	for _, v := range values {
		if !math.IsNaN(v) {
			high = max(high, v)
		}
	}
	return high
}

// towards is a straight line of n values from value at an index, which is the day at, that reaches the limit on a date and
// stays there; without a date it stays at value.
func towards(n, from int, value, limit float64, date *time.Time, at time.Time) []float64 {
	out := slices.Repeat([]float64{math.NaN()}, n)
	slope := 0.0
	if date != nil {
		slope = (limit - value) / max(date.Sub(at).Hours()/24, 1)
	}
	for i := from; i < n; i++ {
		out[i] = min(value+slope*float64(i-from), limit)
	}
	return out
}

// forecastOf is the forecast of the cluster's ingress limit, with the limit in bytes per second.
func forecastOf(v verdict.Verdict) (*verdict.Forecast, float64) {
	limit, _, ok := limitOf(v, "ingress")
	if !ok {
		return nil, 0
	}
	for i, f := range v.Forecast {
		_, id, _ := strings.Cut(f.Rule, ".")
		if id == "ingress" || id == "ingress_per_cluster" {
			return &v.Forecast[i], limit
		}
	}
	return nil, 0
}

// dailyChart is the daily peaks of the ingress, with the forecast to the day on which the limit is reached.
func dailyChart(v verdict.Verdict, days []Day) Chart {
	d := dailyOf(v, days)
	c := Chart{ID: "chart-daily", Title: "Daily peaks of the ingress", Columns: []string{"Day (UTC)", "Highest minute"}}
	high := highest(d.Peaks)
	c.Says = fmt.Sprintf("Daily peaks over %s (UTC days): the highest is %s.", counted(len(days), "day"), byteRate(high))
	if floors := c.dailyRows(d, days); floors > 0 {
		c.Says += fmt.Sprintf(" %s not seen whole: the peak may have been higher.", wasWere(floors, "day"))
	}
	labels := make([]string, len(d.Days))
	for i, at := range d.Days {
		labels[i] = at.Format("Jan 2")
	}
	lines := chart.Lines{Labels: labels, Height: 190, Format: byteRate,
		Lines: []chart.Line{{Name: "Peak", Class: 1, Values: d.Peaks}}}
	c.Key = []Key{{"s1", "highest minute of the day"}}
	if d.Expected != nil {
		lines.Band = &chart.Band{Low: d.Low, High: d.High}
		lines.Lines = append(lines.Lines, chart.Line{Name: "Forecast", Class: 4, Values: d.Expected})
		f, _ := forecastOf(v)
		c.Key = append(c.Key, Key{"s4", "forecast, expected"}, Key{"band", "earliest to latest"})
		c.Says += " " + reached(*f)
	}
	c.addLimit(&lines, v, "ingress", max(high, highest(d.High)))
	c.Drawing = lines
	return c
}

// reached says when the limit is reached, and how far off that may be.
func reached(f verdict.Forecast) string {
	out := "The limit is expected to be reached on " + day(f.Expected)
	switch {
	case f.Earliest == nil:
		return out + "."
	case f.Latest == nil:
		return out + ", " + day(f.Earliest) + " at the earliest; at the slowest growth it is not."
	}
	return out + ", between " + day(f.Earliest) + " and " + day(f.Latest) + "."
}

// dailyRows are the numbers behind the drawing; it returns how many days were not seen whole.
func (c *Chart) dailyRows(d Daily, days []Day) (floors int) {
	if d.Expected != nil {
		c.Columns = append(c.Columns, "Forecast")
	}
	add := func(row ...string) { c.Rows = append(c.Rows, row[:len(c.Columns)]) }
	for _, one := range days {
		text := byteRate(one.Peak)
		if one.Floor {
			text, floors = "≥ "+text, floors+1
		}
		add(one.At.Format(time.DateOnly), text, none)
	}
	for i := index(days[len(days)-1].At, d.Days[0]) + 1; i < len(d.Days); i++ {
		add(d.Days[i].Format(time.DateOnly), none,
			fmt.Sprintf("%s (%s to %s)", byteRate(d.Expected[i]), byteRate(d.Low[i]), byteRate(d.High[i])))
	}
	return floors
}

func wasWere(n int, what string) string {
	if n == 1 {
		return "1 " + what + " was"
	}
	return counted(n, what) + " were"
}
