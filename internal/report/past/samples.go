package past

import (
	"slices"
	"time"

	"github.com/mskfit/mskfit/internal/report/view"
	"github.com/mskfit/mskfit/internal/workload"
)

// fewest is how many windows with a rate a chart needs.
const fewest = 3

// FromSamples makes the series of what one observation saw: its sweeps, and what it read back of the time before; zone as in
// [Read].
func FromSamples(samples []workload.Sample, zone *time.Location) view.Past {
	samples = slices.Clone(samples)
	samples = slices.DeleteFunc(samples, func(s workload.Sample) bool {
		return s.Totals.IngressBytesPerSec == nil ||
			s.Window.Duration() <= 0
	})
	slices.SortFunc(samples, func(a, b workload.Sample) int { return a.Window.Start.Compare(b.Window.Start) })
	if len(samples) < fewest {
		return view.Past{Missing: "No charts over time: the observation is too short for them."}
	}
	span := samples[len(samples)-1].Window.End.Sub(samples[0].Window.Start)
	step := stepFor(span)
	if span < mostPoints*time.Second*5 { // a short look is drawn by its sweeps
		step = max(span/mostPoints, samples[0].Window.Duration()).Round(time.Second)
	}
	p := view.Past{Step: max(step, time.Second), Zone: zone}
	in, out := newFold(p.Step), newFold(p.Step)
	day, hour := newFold(24*time.Hour), newFold(hourIn(zone, samples[0].Window.End))
	coarse := map[time.Time]time.Duration{}
	for _, s := range samples {
		for _, f := range []*fold{in, day, hour} {
			f.add(s.Window, s.Totals.IngressBytesPerSec)
		}
		out.add(s.Window, s.Totals.EgressBytesPerSec)
		if s.Window.Duration() <= 5*time.Minute {
			coarse[s.Window.Start.Truncate(24*time.Hour)] += s.Window.Duration()
		}
	}
	p.Ingress, p.Egress = in.points, out.points
	for _, d := range day.points {
		p.Days = append(p.Days, view.Day{At: d.At, Peak: d.Max, Floor: coarse[d.At] < wholeDay*time.Minute})
	}
	for i, h := range hour.points {
		addHour(&p, h.At, h.Mean, max(1, int(hour.took[i].Minutes())))
	}
	return p
}

// fold puts windows into steps; a window longer than a step counts in each that it covers.
type fold struct {
	step   time.Duration
	points []view.Point
	took   []time.Duration
}

func newFold(step time.Duration) *fold { return &fold{step: step} }

func (f *fold) add(w workload.Window, rate *workload.Figure) {
	if rate == nil {
		return
	}
	for at := w.Start.UTC().Truncate(f.step); at.Before(w.End); at = at.Add(f.step) {
		part := minTime(w.End, at.Add(f.step)).Sub(maxTime(w.Start, at))
		n := len(f.points)
		if n == 0 || f.points[n-1].At.Before(at) {
			f.points, f.took = append(f.points, view.Point{At: at}), append(f.took, 0)
			n++
		}
		p, took := &f.points[n-1], &f.took[n-1]
		*took += part
		p.Mean += (rate.Value - p.Mean) * part.Seconds() / took.Seconds()
		p.Max = max(p.Max, rate.Value)
	}
}

func minTime(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

func maxTime(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
