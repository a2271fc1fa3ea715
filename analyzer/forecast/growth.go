package forecast

import (
	"slices"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

const (
	// minGrowthDays is the least number of complete days that a trend is drawn from: one of each weekday.
	minGrowthDays = 7
	// MaxHorizon is how far ahead a trend may be drawn: three years.
	MaxHorizon = 3 * 365 * 24 * time.Hour
	// LargestGrowth bounds what a trend may multiply the load by: a launch is not a trend.
	LargestGrowth = 4
)

// Growth is what the load is multiplied by to be sized for the end of the horizon: the median slope between any two
// complete daily peaks of ingress (Theil–Sen), drawn on from the median. 10 MB/s that grow by 0.1 MB/s a day make a factor of
// 1.9 over 90 days. It is 1 without a horizon, with less than 7 complete days, and for a falling load.
func Growth(peaks []workload.DailyPeak, horizon time.Duration) float64 {
	if horizon <= 0 {
		return 1
	}
	type point struct{ day, value float64 }
	var points []point
	for _, p := range peaks {
		if v, ok := p.Values[verdict.IngressKey]; ok && p.Complete && v > 0 && v <= workload.LargestCredible {
			points = append(points, point{float64(p.Day.Unix()) / 86400, v})
		}
	}
	if len(points) < minGrowthDays {
		return 1
	}
	var slopes, values []float64
	for i, a := range points {
		values = append(values, a.value)
		for _, b := range points[i+1:] {
			if b.day != a.day {
				slopes = append(slopes, (b.value-a.value)/(b.day-a.day))
			}
		}
	}
	if len(slopes) == 0 {
		return 1
	}
	days := min(horizon, MaxHorizon).Hours() / 24
	return min(max(1+median(slopes)*days/median(values), 1), LargestGrowth)
}

// median sorts values and returns the middle one, or the mean of the middle two. There must be at least one.
func median(values []float64) float64 {
	slices.Sort(values)
	n := len(values)
	return (values[(n-1)/2] + values[n/2]) / 2
}
