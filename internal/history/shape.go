package history

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
)

// Shape is how one quantity of a cluster moves: over the week, and from day to day.
type Shape struct {
	// Hours are the hours of the week in UTC, Monday 00:00 first.
	Hours [7 * 24]HourOfWeek
	// Growth is nil with under seven days of data.
	Growth *Growth
}

// HourOfWeek is one hour of the week over all weeks of the window.
type HourOfWeek struct {
	// Mean and Peak are over one-minute values; meaningless when Minutes is 0.
	Mean, Peak float64
	// Minutes is how many values they rest on.
	Minutes int
}

// Growth is the trend of the daily means: the median of the slopes between any two days (Theil and Sen), which a single odd
// day does not move.
type Growth struct {
	// PerDay is in the unit of the quantity per day; negative when it shrinks.
	PerDay float64
	// Level is the median of the daily means, so that PerDay × 30 ÷ Level is the growth a month.
	Level float64
	// Days is how many days it rests on; days seen for less than half are left out.
	Days int
}

const leastDaysForGrowth = 7

// Shape rolls up a quantity, named as in the verdict's JSON ("ingress_bytes_per_second"), over the window.
func (s *Store) Shape(ctx context.Context, cluster, name string, window workload.Window) (Shape, error) {
	r, err := s.reader(ctx, cluster, window)
	if err != nil {
		return Shape{}, err
	}
	var shape Shape
	sel := selection{level: ofCluster, cluster: cluster, from: r.span.first * minuteMillis, to: (r.span.first + int64(r.span.n)) * minuteMillis,
		quantities: []quantity{quantity(name)}}
	err = s.each(ctx, sel, func(_ string, all []series) error {
		if err := r.learnSources(all, nil); err != nil {
			return err
		}
		tr, err := readTrack(r.span, all, r.sources)
		shape = tr.shape()
		return err
	})
	if err != nil {
		return Shape{}, fmt.Errorf("read the shape of %q: %w", cluster, err)
	}
	return shape, nil
}

func (tr track) shape() (out Shape) {
	days := map[int64]*tally{}
	for i, c := range tr.cells {
		if c.rank == 0 {
			continue
		}
		minute := tr.first + int64(i)
		// 1970 began on a Thursday: three days after a Monday.
		h := &out.Hours[(minute+3*minutesPerDay)%minutesPerWeek/60]
		if h.Minutes == 0 || c.v > h.Peak {
			h.Peak = c.v
		}
		h.Mean += c.v
		h.Minutes++
		d := days[minute/minutesPerDay]
		if d == nil {
			d = &tally{}
			days[minute/minutesPerDay] = d
		}
		d.add(c, 1, 1)
	}
	for i := range out.Hours {
		if h := &out.Hours[i]; h.Minutes > 0 {
			h.Mean /= float64(h.Minutes)
		}
	}
	out.Growth = growth(days)
	return out
}

func growth(days map[int64]*tally) *Growth {
	var at []int64
	for d, t := range days {
		if t.minutes >= minutesPerDay/2 {
			at = append(at, d)
		}
	}
	if len(at) < leastDaysForGrowth {
		return nil
	}
	slices.Sort(at)
	var slopes, levels []float64
	for i, a := range at {
		va := days[a].value / days[a].minutes
		levels = append(levels, va)
		for _, b := range at[i+1:] {
			slopes = append(slopes, (days[b].value/days[b].minutes-va)/float64(b-a))
		}
	}
	slices.Sort(slopes)
	slices.Sort(levels)
	return &Growth{PerDay: nearestRank(slopes, 0.5), Level: nearestRank(levels, 0.5), Days: len(at)}
}

// Since returns when the oldest value of the cluster was observed, within the window; false when there is none.
func (s *Store) Since(ctx context.Context, cluster string, window workload.Window) (time.Time, bool, error) {
	oldest := int64(-1)
	sel := selection{level: ofCluster, cluster: cluster, from: window.Start.UnixMilli(), to: window.End.UnixMilli(), quantities: []quantity{windowSeconds}}
	err := s.each(ctx, sel, func(_ string, all []series) error {
		for _, one := range all {
			err := one.each(func(t int64, _ float64) {
				if oldest < 0 || t < oldest {
					oldest = t
				}
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return time.Time{}, false, fmt.Errorf("read since when %q is observed: %w", cluster, err)
	}
	return time.UnixMilli(oldest).UTC(), oldest >= 0, nil
}
