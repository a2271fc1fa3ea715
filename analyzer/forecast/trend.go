package forecast

import (
	"math"
	"slices"
)

// trend is the growth of a daily peak.
type trend struct {
	values []dailyValue
	// days is how many complete days there are.
	days  int
	slope interval
	// points are what the slope was drawn from: complete days, and incomplete ones whose floor is above the line.
	points []dailyValue
}

// interval is an estimate with its 95 % bounds, a day.
type interval struct{ low, value, high float64 }

// trendOf fits a line with a weekly season to daily peaks.
//
// The slope is the median of the slopes between all pairs of days of the same weekday, so that neither a single sale nor
// a quiet weekend moves it (the seasonal Kendall slope of Hirsch, Slack and Smith, 1982, which is the Theil–Sen slope within
// each season). Below 14 complete days there are too few such pairs, and all pairs are taken. Its interval is Sen's (1968): the
// slopes whose ranks lie 1.96 standard deviations of Kendall's statistic around the middle.
//
// The peak of an incomplete day is a floor: where it lies above the line it counts like a value, elsewhere it says
// nothing.
func trendOf(values []dailyValue) trend {
	t := trend{values: values}
	for _, v := range values {
		if v.complete {
			t.points = append(t.points, v)
		}
	}
	t.days = len(t.points)
	if t.days < forecastDays {
		return t
	}
	t.slope = slopeOf(t.points)
	line, points := t.line(t.slope.value), slices.Clone(t.points)
	for _, v := range values {
		if !v.complete && v.value > line.at(v.day) {
			points = append(points, v)
		}
	}
	if len(points) > len(t.points) {
		slices.SortStableFunc(points, func(a, b dailyValue) int { return a.day - b.day })
		t.points = points
		t.slope = slopeOf(points)
	}
	return t
}

// slopeOf is the median slope between pairs of days, with its interval.
func slopeOf(points []dailyValue) interval {
	seasons := [7][]dailyValue{}
	for _, p := range points {
		w := weekday(p.day)
		if len(points) < seasonDays {
			w = 0
		}
		seasons[w] = append(seasons[w], p)
	}
	var slopes []float64
	variance := 0.0
	for _, season := range seasons {
		n := float64(len(season))
		variance += n * (n - 1) * (2*n + 5) / 18
		for i, a := range season {
			for _, b := range season[i+1:] {
				if b.day != a.day {
					slopes = append(slopes, (b.value-a.value)/float64(b.day-a.day))
				}
			}
		}
	}
	if len(slopes) == 0 {
		return interval{}
	}
	slices.Sort(slopes)
	half := 1.96 * math.Sqrt(variance)
	rank := func(r float64) float64 { return slopes[int(min(max(r, 0), float64(len(slopes)-1)))] }
	n := float64(len(slopes))
	return interval{low: rank(math.Floor((n-half)/2) - 1), value: median(slopes), high: rank(math.Ceil((n + half) / 2))}
}

// weekday numbers the days of a week from 0; 1970 began on a Thursday, which is 0.
func weekday(day int) int { return ((day % 7) + 7) % 7 }

// line is a trend line with what each weekday adds to it.
type line struct {
	slope, intercept float64
	origin           int
	season           [7]float64
}

// line draws the trend with one of its slopes through the middle of the points: the median of what is left of the values
// without the slope. The season is the median of what is left on each weekday, from two weeks on.
func (t trend) line(slope float64) line {
	l := line{slope: slope, origin: t.points[len(t.points)-1].day}
	left := make([]float64, 0, len(t.points))
	byDay := [7][]float64{}
	for _, p := range t.points {
		v := p.value - slope*float64(p.day-l.origin)
		left = append(left, v)
		byDay[weekday(p.day)] = append(byDay[weekday(p.day)], v)
	}
	l.intercept = median(left)
	if len(t.points) < seasonDays {
		return l
	}
	for w, values := range byDay {
		if len(values) > 0 {
			l.season[w] = median(values) - l.intercept
		}
	}
	return l
}

// at is the expected peak of a day.
func (l line) at(day int) float64 {
	return l.intercept + l.slope*float64(day-l.origin) + l.season[weekday(day)]
}
