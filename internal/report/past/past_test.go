package past

import (
	"context"
	"math"
	"testing"
	"time"

	"github.com/mskfit/mskfit/internal/history"
	"github.com/mskfit/mskfit/internal/workload"
)

var monday = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)

// hours is a history with a point every hour, but for one.
type hours struct{ missing int }

func (h hours) Series(_ context.Context, q history.SeriesQuery) (history.Series, error) {
	s := history.Series{Step: q.Step}
	for i := 0; monday.Add(time.Duration(i) * time.Hour).Before(q.Window.End); i++ {
		if i != h.missing {
			s.Points = append(s.Points, history.Point{At: monday.Add(time.Duration(i) * time.Hour), Mean: float64(i),
				Max: float64(2 * i), Minutes: 60})
		}
	}
	return s, nil
}

func (h hours) Workload(_ context.Context, _ string, w workload.Window) (workload.Workload, error) {
	rate := 100.0
	if w.Start.After(monday) {
		rate = 120
	}
	q := workload.Constantly(workload.Exactly(rate, workload.Measured, "test"))
	return workload.Workload{TopicList: []workload.TopicWorkload{{Name: "orders", IngressBytesPerSec: q}, {Name: "new"}}}, nil
}

func TestReadFoldsTheHistory(t *testing.T) {
	w := workload.Window{Start: monday, End: monday.AddDate(0, 0, 14)}
	p, err := Read(t.Context(), hours{missing: 5}, "orders", w, nil)
	if err != nil {
		t.Fatal(err)
	}
	if p.Step != 2*time.Hour || len(p.Ingress) != 168 || len(p.Days) != 14 {
		t.Errorf("%d points of %s over %d days, want 168 of 2 h over 14", len(p.Ingress), p.Step, len(p.Days))
	}
	if got := p.Ingress[1]; got.Mean != 2.5 || got.Max != 6 {
		t.Errorf("the second point is %+v, want the mean 2.5 of hours 2 and 3 and their peak 6", got)
	}
	if got := p.Ingress[2]; got.Mean != 4 { // hour 5 is missing, and is not 0
		t.Errorf("the third point is %+v, want hour 4 alone", got)
	}
	if p.Days[0].Peak != 46 || p.Days[0].Floor {
		t.Errorf("the first day is %+v, want its peak 46, seen whole", p.Days[0])
	}
	if got := p.Week[1]; got.Mean != (1+169)/2.0 || got.Minutes != 120 {
		t.Errorf("Monday 01:00 is %+v, want the mean of two weeks", got)
	}
	if err := Growth(t.Context(), hours{}, "orders", w, &p); err != nil {
		t.Fatal(err)
	}
	if g, ok := p.TopicGrowth["orders"]; !ok || math.Abs(g-0.2) > 1e-9 {
		t.Errorf("orders grew by %g (%t), want 0.2", g, ok)
	}
	if _, ok := p.TopicGrowth["new"]; ok {
		t.Error("a topic without a figure has a growth")
	}
}

// Monday 00:30 UTC is half past nine on Monday in Tokyo, Sunday evening in New York, and six in the morning in India, where an
// hour of UTC lies in two.
func TestHoursOfTheWeekAreTheReaders(t *testing.T) {
	for name, want := range map[string]int{"": 0, "Asia/Tokyo": 9, "America/New_York": 6*24 + 19} {
		var zone *time.Location
		if name != "" {
			var err error
			if zone, err = time.LoadLocation(name); err != nil {
				t.Fatal(err)
			}
		}
		p, err := Read(t.Context(), hours{missing: -1}, "orders", workload.Window{Start: monday, End: monday.Add(48 * time.Hour)},
			zone)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Week[want]; got.Mean != 0 || got.Minutes == 0 {
			t.Errorf("%q: the first hour is %+v at %d, want the mean 0", name, got, want)
		}
	}
	kolkata, err := time.LoadLocation("Asia/Kolkata")
	if err != nil {
		t.Fatal(err)
	}
	if got := hourIn(kolkata, monday); got != 30*time.Minute {
		t.Errorf("hours of India are read in steps of %s, want 30 min", got)
	}
}

func TestAnEmptyHistorySaysSo(t *testing.T) {
	p, err := Read(t.Context(), hours{}, "orders", workload.Window{Start: monday.AddDate(0, 0, -1), End: monday}, nil)
	if err != nil || p.Missing == "" || p.Ingress != nil {
		t.Errorf("of nothing it reads %+v (%v)", p, err)
	}
}

func sample(start time.Time, length time.Duration, rate float64) workload.Sample {
	s := workload.Sample{Window: workload.Window{Start: start, End: start.Add(length)}}
	s.Totals.IngressBytesPerSec = workload.Exactly(rate, workload.Derived, "test").Ptr()
	return s
}

func TestOneObservationIsDrawnOfItsSamples(t *testing.T) {
	var all []workload.Sample
	for i := range 48 { // what was read back comes newest first, in means of an hour
		all = append(all, sample(monday.Add(time.Duration(47-i)*time.Hour), time.Hour, float64(47-i)))
	}
	all = append(all, sample(monday.Add(48*time.Hour), 10*time.Second, 100))
	p := FromSamples(all, nil)
	if len(p.Ingress) < 48 || p.Ingress[0].Mean != 0 || p.Ingress[len(p.Ingress)-1].Max != 100 {
		t.Errorf("%d points from %+v to %+v", len(p.Ingress), p.Ingress[0], p.Ingress[len(p.Ingress)-1])
	}
	if !p.Days[0].Floor {
		t.Error("the peak of a day of hourly means is not called a floor")
	}
	if p.Egress != nil {
		t.Errorf("egress that nobody saw has %d points", len(p.Egress))
	}
	if short := FromSamples(all[:2], nil); short.Missing == "" || short.Ingress != nil {
		t.Errorf("two samples make %+v", short)
	}
}
