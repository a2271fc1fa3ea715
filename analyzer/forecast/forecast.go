package forecast

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

const (
	// forecastHorizon is how far ahead a date is given, and forecastReach how many times the days that a trend rests on:
	// two weeks of data say nothing of next year.
	forecastHorizon = 730
	forecastReach   = 10
	// forecastDays is the least number of complete days, seasonDays that for distinguishing a weekly season from a trend.
	forecastDays = 7
	seasonDays   = 14
	// forecastMemory is how many days back a trend looks: half a year. What came before was another workload.
	forecastMemory = 182
	// overDays of the last week beyond a limit mean that it is passed: one may be a sale.
	overDays = 2
)

// Limit is a limit to be passed, in the base unit of a quantity of the daily peaks.
type Limit struct {
	// Rule is the id of the rule that will fail: "serverless.ingress_per_cluster".
	Rule string
	// Quantity is a key of DailyPeak.Values: "ingress_bytes_per_second".
	Quantity string
	Limit    float64
}

// Of says for each limit on which day its quantity will pass it, in the order of the limits. The trend is robust
// against outliers (see trendOf): 100 MB/s that grow by 1 to 1.5 MB/s a day, expectedly 1.2, pass 160 MB/s in 40 to 60
// days, expectedly 50. A day passes a limit when trend and season of its weekday do.
//
// A bound of the interval that does not reach the limit within two years, or within ten times the days of data, has no
// date. There are no dates, and a note says why, below 7 complete days and where the interval does not exclude that the
// load is flat. A limit that at least two of the last seven days are beyond is passed now.
func Of(peaks []workload.DailyPeak, limits []Limit, now time.Time) []verdict.Forecast {
	trends := map[string]trend{}
	out := make([]verdict.Forecast, 0, len(limits))
	for _, l := range limits {
		t, known := trends[l.Quantity]
		if !known {
			t = trendOf(dailyValues(peaks, l.Quantity, now))
			trends[l.Quantity] = t
		}
		out = append(out, t.passing(l, now))
	}
	return out
}

// dailyValue is the peak of one day. Days count from 1970 in UTC.
type dailyValue struct {
	day      int
	value    float64
	complete bool
}

// dailyValues are the peaks of one quantity up to now, oldest first, the last half year of them. Today is not over, and
// counts as incomplete.
func dailyValues(peaks []workload.DailyPeak, quantity string, now time.Time) []dailyValue {
	var out []dailyValue
	today := dayOf(now)
	for _, p := range peaks {
		v, ok := p.Values[quantity]
		day := dayOf(p.Day)
		if ok && v >= 0 && v <= workload.LargestCredible && day <= today && day > today-forecastMemory {
			out = append(out, dailyValue{day, v, p.Complete && day < today})
		}
	}
	slices.SortStableFunc(out, func(a, b dailyValue) int { return cmp.Compare(a.day, b.day) })
	return out
}

func dayOf(t time.Time) int { return int(math.Floor(float64(t.Unix()) / 86400)) }

// passing says when a limit is passed.
func (t trend) passing(l Limit, now time.Time) verdict.Forecast {
	f := verdict.Forecast{Rule: l.Rule}
	words := unitsOf(l.Quantity)
	switch {
	case !(l.Limit > 0) || math.IsInf(l.Limit, 1):
		f.Note = "there is no limit to pass"
	case t.days < forecastDays:
		f.Note = fmt.Sprintf("needs %d complete days of data, has %d", forecastDays, t.days)
	case t.over(l.Limit, dayOf(now)):
		f.Earliest, f.Expected, f.Latest = &now, &now, &now
		f.Note = "passed already on at least two of the last seven days"
	case !(t.slope.low > 0):
		f.Flat = true
		f.Note = fmt.Sprintf("no clear growth in %d days: %s", t.days, t.words(words))
	default:
		t.dates(&f, l.Limit, now)
		f.Note = t.words(words)
		if f.Expected == nil {
			f.Note += fmt.Sprintf("; not expected to pass within %d days", t.reach())
		}
		if t.days < seasonDays {
			f.Note += "; under two weeks of data, so a weekly season may look like growth"
		}
	}
	return f
}

func (t trend) dates(f *verdict.Forecast, limit float64, now time.Time) {
	for _, bound := range []struct {
		slope float64
		date  **time.Time
	}{{t.slope.high, &f.Earliest}, {t.slope.value, &f.Expected}, {t.slope.low, &f.Latest}} {
		line := t.line(bound.slope)
		for ahead := range t.reach() + 1 {
			if day := dayOf(now) + ahead; line.at(day) > limit {
				at := time.Unix(int64(day)*86400, 0).UTC()
				if at.Before(now) {
					at = now
				}
				*bound.date = &at
				break
			}
		}
	}
}

// reach is how many days ahead the trend may be drawn.
func (t trend) reach() int { return min(forecastHorizon, forecastReach*t.days) }

// over reports whether enough of the last seven days are beyond the limit; the peak of an incomplete day is a floor and
// counts if it is beyond.
func (t trend) over(limit float64, today int) bool {
	n := 0
	for _, v := range t.values {
		if v.day > today-7 && v.value > limit {
			n++
		}
	}
	return n >= overDays
}

// words writes the slope with its interval: "+1.2 MB/s a day (1 – 1.5 MB/s)".
func (t trend) words(amount func(float64) string) string {
	return fmt.Sprintf("%s a day (%s to %s)", signed(t.slope.value, amount), signed(t.slope.low, amount),
		signed(t.slope.high, amount))
}

func signed(v float64, amount func(float64) string) string {
	if v < 0 {
		return "−" + amount(-v)
	}
	return "+" + amount(v)
}

// unitsOf says how amounts of a quantity are written.
func unitsOf(quantity string) func(float64) string {
	switch {
	case strings.HasSuffix(quantity, "bytes_per_second"):
		return workload.FormatByteRate
	case strings.HasSuffix(quantity, "bytes"):
		return workload.FormatBytes
	}
	return workload.FormatNumber
}
