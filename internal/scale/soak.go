// Package scale measures what mskfit costs: sweeps of large clusters (make scale), and whether anything grows while it runs
// (make soak). The figures are written as JSON, and the documents in docs are made of them.
package scale

import (
	"fmt"
	"slices"
	"time"
)

// Gauge is one of the things that must not grow while the daemon runs.
type Gauge struct {
	Name  string
	Unit  string  // what a value is divided by for people: "MB" or "" for a count
	Share float64 // allowed growth over the last half, as a share of its median
	Free  float64 // allowed growth over the last half whatever the median, in the gauge's unit before division
	// Daily is allowed growth a day, for what may grow. Without Share, Free and Daily the gauge has no limit: its growth is stated
	// for each verdict, which is what makes it grow.
	Daily float64
}

// retention and largest are the history's defaults, in days and bytes.
const retention, largest = 396, 8e9

// Gauges are the columns of a sample, in the order of its values.
var Gauges = []Gauge{
	{Name: "anonymous memory (RssAnon)", Unit: "MB", Share: 0.05, Free: 4e6},
	{Name: "heap in use", Unit: "MB", Share: 0.05, Free: 4e6},
	{Name: "goroutines", Share: 0.02, Free: 2},
	{Name: "open descriptors", Share: 0.02, Free: 2},
	{Name: "history on disk", Unit: "MB", Daily: largest / retention},
	{Name: "ledger on disk", Unit: "MB"},
}

// Sample is one reading of the daemon.
type Sample struct {
	Second float64    `json:"s"` // since the daemon served its page; in the accelerated month, of the month
	Values [6]float64 `json:"v"` // one a gauge
}

// Fit is what the readings of one gauge did.
type Fit struct {
	Gauge       Gauge
	Median      float64 // after warm-up
	Most        float64 // of all readings
	First, Last float64 // growth over the first and the last half after warm-up: least-squares slope times duration
	Bound       float64 // growth allowed over the last half; 0: it may grow by Gauge.Daily, or without a limit
	Daily       float64 // growth a day at the slope of the last half
}

// limited reports whether there is a growth that the gauge must not exceed.
func (f Fit) limited() bool { return f.Bound > 0 || f.Gauge.Daily > 0 }

// Holds reports whether the last half grew by no more than allowed. What has no limit holds.
func (f Fit) Holds() bool {
	if f.Gauge.Daily > 0 {
		return f.Daily <= f.Gauge.Daily
	}
	return !f.limited() || f.Last <= f.Bound
}

// Judge fits the readings after a warm-up.
func Judge(samples []Sample, warmUp time.Duration) ([]Fit, error) {
	var kept []Sample
	for _, s := range samples {
		if s.Second >= warmUp.Seconds() {
			kept = append(kept, s)
		}
	}
	if len(kept) < 20 {
		return nil, fmt.Errorf("%d readings after a warm-up of %s: at least 20 are needed", len(kept), warmUp)
	}
	half := len(kept) / 2
	fits := make([]Fit, len(Gauges))
	for i, g := range Gauges {
		var all []float64
		for _, s := range kept {
			all = append(all, s.Values[i])
		}
		slices.Sort(all)
		f := Fit{Gauge: g, Median: all[len(all)/2]}
		for _, s := range samples {
			f.Most = max(f.Most, s.Values[i])
		}
		f.First, _ = growth(kept[:half], i)
		var slope float64
		f.Last, slope = growth(kept[half:], i)
		f.Daily = slope * 86400
		if g.Share > 0 {
			f.Bound = max(g.Share*f.Median, g.Free)
		}
		fits[i] = f
	}
	return fits, nil
}

// growth is the least-squares slope of a gauge a second, and that slope times the time between first and last reading.
func growth(samples []Sample, gauge int) (total, slope float64) {
	var x, y float64
	n := float64(len(samples))
	for _, s := range samples {
		x, y = x+s.Second/n, y+s.Values[gauge]/n
	}
	var xy, xx float64
	for _, s := range samples {
		xy += (s.Second - x) * (s.Values[gauge] - y)
		xx += (s.Second - x) * (s.Second - x)
	}
	if xx == 0 {
		return 0, 0
	}
	slope = xy / xx
	return slope * (samples[len(samples)-1].Second - samples[0].Second), slope
}
