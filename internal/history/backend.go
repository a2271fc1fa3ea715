package history

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"
)

// backend keeps entries and gives them back. It is safe for concurrent use.
type backend interface {
	// write stores entries, oldest first, and returns how many of their values it does not take (too old). An entry of a
	// minute that is
	// there replaces it, except in a store that cannot. After an error the same entries may be written again.
	write(ctx context.Context, entries []*entry) (refused int, err error)
	// each calls visit once for every name (of a topic, a group, a partition; empty for the cluster) that has values in the
	// selection, with
	// all its series; what waits to be written is part of them. Calls for different names may run at the same time; the series
	// are valid
	// until visit returns.
	each(ctx context.Context, sel selection, waiting []*entry, visit func(name string, all []series) error) error
	// ping reports whether the store answers.
	ping(ctx context.Context) error
	// maintain does what is due: force the log to disk, compact, forget what is past its retention.
	maintain(ctx context.Context, now time.Time) error
	close() error
}

// selection names series of one level of one cluster, and the span in which they are read.
type selection struct {
	level   level
	cluster string
	span    span
	// quantities and name restrict what is read; empty: all of the level.
	quantities []Quantity
	name       string
}

func (sel selection) wants(id seriesID) bool {
	return id.level == sel.level && id.cluster == sel.cluster && (sel.name == "" || id.name == sel.name) &&
		(len(sel.quantities) == 0 || slices.Contains(sel.quantities, id.quantity))
}

// touches reports whether some of [first, end) is in the span, in minutes.
func (sel selection) touches(first, end int64) bool {
	from, to := sel.span.minutes()
	return first < to && end > from
}

// series is one series of a selection.
type series struct {
	id seriesID
	// stored puts what is stored into the points of the span; nil: nothing is.
	stored func(into []point) error
	// newest is what has to be taken over what is stored, oldest first.
	newest []run
	// keeps: what is stored stays.
	keeps bool
}

// read returns the points of the span of the selection, in memory that is used again when there is enough of it.
func (s series) read(sp span, memory []point) ([]point, error) {
	points := slices.Grow(memory[:0], sp.n)[:sp.n]
	clear(points)
	if s.stored != nil {
		if err := s.stored(points); err != nil {
			return points, err
		}
	}
	sp.putAll(points, s.newest, bitsOf(s.id.quantity), s.keeps)
	return points, nil
}

// newestRuns are what has to be taken over what is stored, by name and series.
type newestRuns map[string]map[seriesID][]run

// add takes what a selection wants of an entry.
func (o newestRuns) add(sel selection, entries ...*entry) error {
	for _, e := range entries {
		if !sel.touches(e.first, e.end()) || !slices.ContainsFunc(e.ids, sel.wants) {
			continue
		}
		err := e.each(func(id seriesID, r run) {
			if !sel.wants(id) {
				return
			}
			if o[id.name] == nil {
				o[id.name] = map[seriesID][]run{}
			}
			o[id.name][id] = append(o[id.name][id], r)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// take adds what belongs to a name to its series, and lets go of it.
func (o newestRuns) take(name string, all []series) []series {
	runs := o[name]
	delete(o, name)
	for i, s := range all {
		all[i].newest = runs[s.id]
		delete(runs, s.id)
	}
	for _, id := range sortedSeries(runs) {
		all = append(all, series{id: id, newest: runs[id]})
	}
	return all
}

// rest visits the names that no one has taken.
func (o newestRuns) rest(visit func(name string, all []series) error) error {
	for _, name := range slices.Sorted(maps.Keys(o)) {
		if err := visit(name, o.take(name, nil)); err != nil {
			return err
		}
	}
	return nil
}

func sortedSeries(runs map[seriesID][]run) []seriesID {
	return slices.SortedFunc(maps.Keys(runs), func(a, b seriesID) int {
		return cmp.Or(cmp.Compare(a.quantity, b.quantity), cmp.Compare(a.source, b.source))
	})
}

// empty is a store that is not there yet, opened for reading.
type empty struct{}

var _ backend = empty{}

func (empty) write(context.Context, []*entry) (int, error) { return 0, errReadOnly }

func (empty) each(_ context.Context, sel selection, waiting []*entry, visit func(string, []series) error) error {
	o := newestRuns{}
	if err := o.add(sel, waiting...); err != nil {
		return err
	}
	return o.rest(visit)
}

func (empty) ping(context.Context) error { return nil }

func (empty) maintain(context.Context, time.Time) error { return nil }

func (empty) close() error { return nil }
