package history

import (
	"context"
	"errors"
	"runtime"
	"strings"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb/chunkenc"
	"golang.org/x/sync/errgroup"
)

// tsdbReader answers from a database of Prometheus.
type tsdbReader struct {
	// chunks opens [from, to] in milliseconds.
	chunks func(from, to int64) (storage.ChunkQuerier, error)
}

// each reads a selection on all cores. It reads chunks: walking their values without the database's merging iterators
// takes half the time.
func (r tsdbReader) each(ctx context.Context, sel selection, visit func(name string, all []series) error) (err error) {
	q, err := r.chunks(sel.from, sel.to-1)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, q.Close()) }()
	set := q.Select(ctx, false, &storage.SelectHints{Start: sel.from, End: sel.to - 1},
		labels.MustNewMatcher(labels.MatchRegexp, model.MetricNameLabel, sel.metrics()),
		labels.MustNewMatcher(labels.MatchEqual, "cluster", escape(sel.cluster)))
	byName := map[string][]series{}
	for set.Next() {
		s := set.At()
		id, ok := parseSeries(s.Labels().Get)
		if !ok {
			continue
		}
		byName[id.name] = append(byName[id.name], series{id, func(visit func(int64, float64)) error { return walk(s, sel, visit) }})
	}
	if err := set.Err(); err != nil {
		return err
	}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for name, all := range byName {
		g.Go(func() error {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			return visit(name, all)
		})
	}
	return g.Wait()
}

// metrics is the regular expression of the selection's series names.
func (sel selection) metrics() string {
	if len(sel.quantities) == 0 {
		return prefix + string(sel.level) + "_.+"
	}
	names := make([]string, len(sel.quantities))
	for i, q := range sel.quantities {
		names[i] = string(q)
	}
	return prefix + string(sel.level) + "_(?:" + strings.Join(names, "|") + ")(?:" + errorSuffix + ")?"
}

// walk visits the values of a series. Chunks of one series follow each other without overlap.
func walk(s storage.ChunkSeries, sel selection, visit func(t int64, v float64)) error {
	var values chunkenc.Iterator
	list := s.Iterator(nil)
	for list.Next() {
		values = list.At().Chunk.Iterator(values)
		for values.Next() == chunkenc.ValFloat {
			if t, v := values.At(); t >= sel.from && t < sel.to {
				visit(t, v)
			}
		}
		if err := values.Err(); err != nil {
			return err
		}
	}
	return list.Err()
}
