package history

import (
	"time"

	"github.com/mskfit/mskfit/internal/workload"
)

// finest is the longest window, in seconds, whose mean still passes for a minute's value in a day's peak: CloudWatch keeps
// five minutes where it no longer keeps one.
const finest = 300

// dayPeaks collects the highest one-minute value of every UTC day.
type dayPeaks struct {
	reader *reader
	first  int64 // day
	peaks  []map[string]float64
}

func newDayPeaks(r *reader) *dayPeaks {
	d := &dayPeaks{reader: r}
	if r.span.n > 0 {
		d.first = r.span.first / minutesPerDay
		d.peaks = make([]map[string]float64, (r.span.first+int64(r.span.n)-1)/minutesPerDay-d.first+1)
	}
	return d
}

func (d *dayPeaks) add(q Quantity, tr track) {
	for i, c := range tr.points {
		if c.rank == 0 {
			continue
		}
		at := (tr.first+int64(i))/minutesPerDay - d.first
		if d.peaks[at] == nil {
			d.peaks[at] = map[string]float64{}
		}
		if v, ok := d.peaks[at][string(q)]; !ok || c.v > v {
			d.peaks[at][string(q)] = c.v
		}
	}
}

// rows gives the days with data, oldest first. A day is complete when half of its minutes were seen finely enough: the peak of
// means of an hour is a floor.
func (d *dayPeaks) rows(covered []float32) []workload.DailyPeak {
	fine := make([]int, len(d.peaks))
	for i, window := range covered {
		if window > 0 && window <= finest {
			fine[(d.reader.span.first+int64(i))/minutesPerDay-d.first]++
		}
	}
	var out []workload.DailyPeak
	for i, values := range d.peaks {
		if values == nil {
			continue
		}
		out = append(out, workload.DailyPeak{Day: time.Unix((d.first+int64(i))*24*3600, 0).UTC(), Values: values,
			Complete: fine[i] >= minutesPerDay/2})
	}
	return out
}
