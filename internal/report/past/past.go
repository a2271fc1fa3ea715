// Package past makes the charts' series: of the history of a daemon ([Read]), or of the samples of one observation ([FromSamples]).
package past

import (
	"context"
	"time"

	"github.com/mskfit/mskfit/internal/history"
	"github.com/mskfit/mskfit/internal/report/view"
	"github.com/mskfit/mskfit/internal/workload"
)

// Store is what Read needs of the history.
type Store interface {
	Series(ctx context.Context, q history.SeriesQuery) (history.Series, error)
	Workload(ctx context.Context, cluster string, w workload.Window) (workload.Workload, error)
}

// mostPoints is how many points a line has at most.
const mostPoints = 200

var steps = []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour,
	3 * time.Hour, 6 * time.Hour,
	12 * time.Hour, 24 * time.Hour, 48 * time.Hour, 7 * 24 * time.Hour}

// stepFor is the shortest round step with which the window has no more than mostPoints.
func stepFor(window time.Duration) time.Duration {
	for _, s := range steps {
		if window/s <= mostPoints {
			return s
		}
	}
	return steps[len(steps)-1]
}

// Read reads the series of a cluster over a window, for a reader in a zone (nil: UTC), without the growth of topics and groups (see
// [Growth]).
func Read(ctx context.Context, store Store, cluster string, window workload.Window, zone *time.Location) (view.Past, error) {
	step := stepFor(window.Duration())
	base := min(step, hourIn(zone, window.End))
	p := view.Past{Step: step, Zone: zone}
	ingress, err := store.Series(ctx, history.SeriesQuery{Cluster: cluster, Quantity: history.Ingress, Window: window, Step: base})
	if err != nil {
		return p, err
	}
	egress, err := store.Series(ctx, history.SeriesQuery{Cluster: cluster, Quantity: history.Egress, Window: window, Step: base})
	if err != nil {
		return p, err
	}
	if len(ingress.Points) == 0 {
		p.Missing = "No charts: the history has no ingress in this window."
		return p, nil
	}
	p.Step = max(step, ingress.Step)
	p.Ingress, p.Egress = folded(ingress.Points, p.Step), folded(egress.Points, p.Step)
	p.Days = days(ingress.Points)
	for _, one := range ingress.Points {
		addHour(&p, one.At, one.Mean, one.Minutes)
	}
	return p, nil
}

// hourIn is the longest step of which each lies in one hour of the zone: some zones are half an hour or a quarter off.
func hourIn(zone *time.Location, at time.Time) time.Duration {
	if zone == nil {
		return time.Hour
	}
	_, offset := at.In(zone).Zone()
	for _, step := range []time.Duration{time.Hour, 30 * time.Minute, 15 * time.Minute} {
		if offset%int(step.Seconds()) == 0 {
			return step
		}
	}
	return time.Minute
}

// addHour counts minutes with a mean into their hour of the week.
func addHour(p *view.Past, at time.Time, mean float64, minutes int) {
	if p.Zone == nil {
		at = at.UTC()
	} else {
		at = at.In(p.Zone)
	}
	cell := &p.Week[(int(at.Weekday())+6)%7*24+at.Hour()]
	cell.Minutes += minutes
	cell.Mean += (mean - cell.Mean) * float64(minutes) / float64(cell.Minutes)
}

// shortestGrowth is the shortest window whose halves say something about growth: each has all hours of a day.
const shortestGrowth = 48 * time.Hour

// Growth adds the change of each topic and group between the halves of the window; a window under two days has none.
func Growth(ctx context.Context, store Store, cluster string, window workload.Window, p *view.Past) error {
	if window.Duration() < shortestGrowth {
		return nil
	}
	middle := window.Start.Add(window.Duration() / 2).Truncate(time.Minute)
	before, err := store.Workload(ctx, cluster, workload.Window{Start: window.Start, End: middle})
	if err != nil {
		return err
	}
	after, err := store.Workload(ctx, cluster, workload.Window{Start: middle, End: window.End})
	if err != nil {
		return err
	}
	p.TopicGrowth, p.GroupGrowth = map[string]float64{}, map[string]float64{}
	was := map[string]*workload.Quantity{}
	for _, t := range before.TopicList {
		was[t.Name] = t.IngressBytesPerSec
	}
	for _, t := range after.TopicList {
		grown(p.TopicGrowth, t.Name, was[t.Name], t.IngressBytesPerSec)
	}
	read := map[string]*workload.Quantity{}
	for _, g := range before.GroupList {
		read[g.Name] = g.EgressBytesPerSec
	}
	for _, g := range after.GroupList {
		grown(p.GroupGrowth, g.Name, read[g.Name], g.EgressBytesPerSec)
	}
	return nil
}

func grown(into map[string]float64, name string, before, after *workload.Quantity) {
	if before != nil && after != nil && before.Value > 0 {
		into[name] = after.Value/before.Value - 1
	}
}

// folded puts points together into longer steps.
func folded(points []history.Point, step time.Duration) []view.Point {
	var out []view.Point
	minutes := 0
	for _, p := range points {
		at := p.At.Truncate(step)
		if n := len(out); n == 0 || !out[n-1].At.Equal(at) {
			out, minutes = append(out, view.Point{At: at}), 0
		}
		last := &out[len(out)-1]
		minutes += p.Minutes
		last.Mean += (p.Mean - last.Mean) * float64(p.Minutes) / float64(minutes)
		last.Max = max(last.Max, p.Max)
	}
	return out
}

// wholeDay is how many minutes of a day must have been seen finely for its peak to count as that of the day, as in the forecast.
const wholeDay = 12 * 60

func days(points []history.Point) []view.Day {
	var out []view.Day
	seen := 0
	for _, p := range points {
		at := p.At.Truncate(24 * time.Hour)
		if n := len(out); n == 0 || !out[n-1].At.Equal(at) {
			out, seen = append(out, view.Day{At: at}), 0
		}
		last := &out[len(out)-1]
		last.Peak = max(last.Peak, p.Max)
		seen += p.Minutes - p.Coarse
		last.Floor = seen < wholeDay
	}
	return out
}
