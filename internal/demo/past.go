package demo

import (
	"math"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
)

// PastDays is how many days [Past] makes up.
const PastDays = 15

// pastStep is the length of a window of the past but for its last day, which has one a minute.
const pastStep = 5 * time.Minute

// Spike is when the past has its moment of drift: yesterday's sale, for 70 minutes.
func Spike(now time.Time) workload.Window {
	start := now.UTC().Truncate(24*time.Hour).AddDate(0, 0, -1).Add(15 * time.Hour)
	return workload.Window{Start: start, End: start.Add(70 * time.Minute)}
}

// Past calls each with made-up samples of the days before now, oldest first, and stops at its first error. They are the sample
// like, which was measured, times a wave: busy afternoons, quiet nights and weekends, some growth, and a sale (see [Spike]) in
// which the hottest partition takes hot bytes per second. Each carries a gap that says that it is made up.
func Past(like workload.Sample, now time.Time, hot float64, each func(workload.Sample) error) error {
	end := now.UTC().Truncate(pastStep)
	base := busy(end)
	sale := Spike(now)
	minutes := end.Add(-26 * time.Hour).Truncate(pastStep)
	step := pastStep
	for at := end.AddDate(0, 0, -PastDays); at.Before(end); at = at.Add(step) {
		if !at.Before(minutes) {
			step = time.Minute
		}
		k := busy(at) / base * (1 + 0.02*ripple(at))
		s := scaled(like, k)
		s.Window = workload.Window{Start: at, End: at.Add(step)}
		if !at.Before(sale.Start) && at.Before(sale.End) {
			heat(&s, hot)
		}
		s.Gaps = []workload.Gap{{Source: like.Source, What: "the days before the demo was started",
			Why:    "the demo makes them up: what it measured at its start, times a daily wave",
			Effect: "figures over days, charts and forecast are an example", Inherent: true}}
		if err := each(s); err != nil {
			return err
		}
	}
	return nil
}

// busy is how busy the shop is: 1 on a weekday afternoon at the end of the past, less at night, on weekends and earlier.
func busy(at time.Time) float64 {
	hour := float64(at.Hour()) + float64(at.Minute())/60
	day := 0.35 + 0.65*math.Exp(-math.Pow((hour-15)/5.5, 2))
	if wd := at.Weekday(); wd == time.Saturday || wd == time.Sunday {
		day *= 0.7
	}
	return day * math.Exp(0.012*float64(at.Unix())/86400-0.012*20500)
}

// ripple is a small irregularity that is the same in every run.
func ripple(at time.Time) float64 {
	m := float64(at.Unix() / 60)
	return math.Sin(m*0.7) + math.Sin(m*0.13)
}

// scaled is the sample with all rates times k. What does not flow stays.
func scaled(s workload.Sample, k float64) workload.Sample {
	rate := func(f *workload.Figure) *workload.Figure {
		if f == nil {
			return nil
		}
		out := f.Scale(k)
		return &out
	}
	hottest := func(h *workload.Hottest) *workload.Hottest {
		if h == nil {
			return nil
		}
		out := *h
		out.Rate = h.Rate.Scale(k)
		return &out
	}
	t := &s.Totals
	t.IngressBytesPerSec, t.EgressBytesPerSec, t.MessagesPerSec = rate(t.IngressBytesPerSec), rate(t.EgressBytesPerSec),
		rate(t.MessagesPerSec)
	t.BatchesPerSec = rate(t.BatchesPerSec)
	t.HottestIngress, t.HottestEgress = hottest(t.HottestIngress), hottest(t.HottestEgress)
	s.Topics = append([]workload.Topic(nil), s.Topics...)
	for i := range s.Topics {
		t := &s.Topics[i]
		t.IngressBytesPerSec, t.EgressBytesPerSec, t.MessagesPerSec = rate(t.IngressBytesPerSec), rate(t.EgressBytesPerSec),
			rate(t.MessagesPerSec)
		t.BatchesPerSec = rate(t.BatchesPerSec)
		t.HottestIngress, t.HottestEgress = hottest(t.HottestIngress), hottest(t.HottestEgress)
	}
	s.Groups = append([]workload.Group(nil), s.Groups...)
	for i := range s.Groups {
		s.Groups[i].EgressBytesPerSec = rate(s.Groups[i].EgressBytesPerSec)
	}
	s.Posture = nil
	return s
}

// heat raises the hottest partition, its topic and the whole to where the partition takes hot bytes per second.
func heat(s *workload.Sample, hot float64) {
	h := s.Totals.HottestIngress
	if h == nil || h.Rate.Value <= 0 || h.Rate.Value >= hot {
		return
	}
	more := hot - h.Rate.Value
	h.Rate = h.Rate.Scale(hot / h.Rate.Value)
	add := func(f *workload.Figure) {
		if f != nil && f.Value > 0 {
			*f = f.Scale(1 + more/f.Value)
		}
	}
	add(s.Totals.IngressBytesPerSec)
	for i := range s.Topics {
		if t := &s.Topics[i]; t.Name == h.Topic {
			add(t.IngressBytesPerSec)
			if t.HottestIngress != nil && t.HottestIngress.Rate.Value > 0 {
				t.HottestIngress.Rate = t.HottestIngress.Rate.Scale(hot / t.HottestIngress.Rate.Value)
			}
		}
	}
}
