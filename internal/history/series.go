package history

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
)

// mostPoints bounds the steps of one [SeriesQuery]: more than any chart can show.
const mostPoints = 50_000

// SeriesQuery asks for one quantity of a cluster, a topic or a consumer group over time.
type SeriesQuery struct {
	Cluster string
	// Topic or Group narrows it down; with neither, the series is the whole cluster's.
	Topic, Group string
	// Quantity is what to read, e.g. [Ingress].
	Quantity Quantity
	Window   workload.Window
	// Step is how much time one point stands for, in whole minutes (0: one minute). Steps are aligned to UTC: a step of 24 h
	// gives the
	// days and their peaks. Topics and groups are kept in five minutes; a shorter step becomes five minutes.
	Step time.Duration
}

// Series is the answer to a [SeriesQuery].
type Series struct {
	// Step is the step that was used.
	Step time.Duration
	// Points are in order of time. A step without data has no point: two points further apart than Step have a gap between
	// them.
	Points []Point
}

// Point is one step of a [Series].
type Point struct {
	// At is the start of the step, in UTC.
	At time.Time
	// Mean and Max are over the one-minute values of the step, in the quantity's unit.
	Mean, Max float64
	// Minutes is how many minutes of the step have data, at least 1. Of these, Coarse are known only as the mean of a longer
	// window
	// (read back from the past): Max may have been higher.
	Minutes, Coarse int
}

// Series reads one quantity over time, merged over the sources as [Store.Workload] does. What the store does not have is an
// empty
// series. A query that makes no sense (unknown quantity, a step that is not whole minutes, more than 50,000 steps) is an error.
func (s *Store) Series(ctx context.Context, q SeriesQuery) (Series, error) {
	out, err := s.series(ctx, q)
	if err != nil {
		return Series{}, fmt.Errorf("read the history of %s: %w", q, err)
	}
	return out, nil
}

// String names what is asked for.
func (q SeriesQuery) String() string {
	switch {
	case q.Topic != "":
		return fmt.Sprintf("%s of topic %q of %q", q.Quantity, q.Topic, q.Cluster)
	case q.Group != "":
		return fmt.Sprintf("%s of consumer group %q of %q", q.Quantity, q.Group, q.Cluster)
	}
	return fmt.Sprintf("%s of %q", q.Quantity, q.Cluster)
}

// level returns what the query is about, and its name.
func (q SeriesQuery) level() (level, string) {
	switch {
	case q.Topic != "":
		return ofTopic, q.Topic
	case q.Group != "":
		return ofGroup, q.Group
	}
	return ofCluster, ""
}

// check fills in the step and reports what makes no sense.
func (q *SeriesQuery) check() error {
	lv, _ := q.level()
	finest := time.Minute
	if lv != ofCluster {
		finest = blockMinutes * time.Minute
	}
	q.Step = max(q.Step, finest)
	switch {
	case q.Topic != "" && q.Group != "":
		return fmt.Errorf("both a topic and a group are set: use one")
	case !slices.Contains(quantitiesOf[lv], q.Quantity):
		return fmt.Errorf("a %s has no such quantity: use one of %v", lv, quantitiesOf[lv])
	case q.Step%finest != 0:
		return fmt.Errorf("a step of %s: use a multiple of %s", q.Step, finest)
	case q.Window.Duration()/q.Step > mostPoints:
		return fmt.Errorf("a step of %s over %s gives more than %d points: use a longer step", q.Step, q.Window.Duration(),
			mostPoints)
	}
	return nil
}

func (s *Store) series(ctx context.Context, q SeriesQuery) (Series, error) {
	if err := q.check(); err != nil {
		return Series{}, err
	}
	r, err := s.reader(ctx, q.Cluster, q.Window)
	if err != nil {
		return Series{}, err
	}
	windows := r.selection(ofCluster, windowSeconds)
	if err := s.each(ctx, windows, func(_ string, all []series) error { return r.readSources(all, all) }); err != nil {
		return Series{}, err
	}
	steps := stepper{step: int64(q.Step / time.Minute), reader: r}
	lv, name := q.level()
	sel := r.selection(lv, q.Quantity)
	sel.name = name
	err = s.each(ctx, sel, func(_ string, all []series) error {
		for _, one := range all { // a source may know nothing of the windows
			if !slices.Contains(r.sources, one.id.source) {
				r.sources = append(r.sources, one.id.source)
			}
		}
		var b trackReader
		tr, err := b.read(sel.span, all, r.sources)
		for i := range tr.points {
			if p := &tr.points[i]; p.rank > 0 {
				steps.add(p, tr.minute(i))
			}
		}
		return err
	})
	return Series{Step: q.Step, Points: steps.points}, err
}

// stepper puts figures in order of time into steps.
type stepper struct {
	step   int64 // minutes
	reader *reader
	points []Point
}

// add takes a point whose last minute is given.
func (s *stepper) add(q *point, minute int64) {
	at := time.UnixMilli(minute / s.step * s.step * minuteMillis).UTC()
	if k := len(s.points); k == 0 || !s.points[k-1].At.Equal(at) {
		s.points = append(s.points, Point{At: at})
	}
	p, n := &s.points[len(s.points)-1], q.minutes()
	p.Max = max(p.Max, q.max)
	p.Minutes += n
	p.Mean += (q.v - p.Mean) * float64(n) / float64(p.Minutes)
	if s.reader.windowOf(q.source, minute) > finest {
		p.Coarse += n
	}
}
