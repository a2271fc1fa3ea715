package history

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb/chunkenc"
	"golang.org/x/sync/errgroup"
)

func newEngine() *promql.Engine {
	return promql.NewEngine(promql.EngineOpts{
		MaxSamples: 20_000_000, Timeout: time.Minute, LookbackDelta: 2 * blockMinutes * time.Minute, EnableAtModifier: true,
		EnableNegativeOffset: true, Parser: parser.NewParser(parser.Options{}),
	})
}

// tsdbReader answers from a database of Prometheus.
type tsdbReader struct {
	engine *promql.Engine
	values storage.Queryable
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

func (r tsdbReader) clusters(ctx context.Context, from, to int64) (out []string, err error) {
	q, err := r.chunks(from, to-1)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, q.Close()) }()
	values, _, err := q.LabelValues(ctx, "cluster", nil,
		labels.MustNewMatcher(labels.MatchRegexp, model.MetricNameLabel, prefix+string(ofCluster)+"_.+"))
	if err != nil {
		return nil, err
	}
	for i, v := range values {
		values[i] = unescape(strings.Clone(v)) // the database's strings live as long as its files are mapped
	}
	return values, nil
}

func (r tsdbReader) query(ctx context.Context, expr string, at time.Time) ([]Series, error) {
	q, err := r.engine.NewInstantQuery(ctx, r.values, nil, expr, at)
	if err != nil {
		return nil, err
	}
	return execute(ctx, q)
}

func (r tsdbReader) queryRange(ctx context.Context, expr string, start, end time.Time, step time.Duration) ([]Series, error) {
	q, err := r.engine.NewRangeQuery(ctx, r.values, nil, expr, start, end, step)
	if err != nil {
		return nil, err
	}
	return execute(ctx, q)
}

// execute runs a query and copies its answer out of the engine's memory.
func execute(ctx context.Context, q promql.Query) ([]Series, error) {
	defer q.Close()
	res := q.Exec(ctx)
	if res.Err != nil {
		return nil, res.Err
	}
	switch v := res.Value.(type) {
	case promql.Matrix:
		out := make([]Series, 0, len(v))
		for _, s := range v {
			out = append(out, seriesOf(s.Metric, s.Floats))
		}
		return out, nil
	case promql.Vector:
		out := make([]Series, 0, len(v))
		for _, s := range v {
			out = append(out, seriesOf(s.Metric, []promql.FPoint{{T: s.T, F: s.F}}))
		}
		return out, nil
	case promql.Scalar:
		return []Series{seriesOf(labels.EmptyLabels(), []promql.FPoint{{T: v.T, F: v.V}})}, nil
	}
	return nil, nil
}

func seriesOf(l labels.Labels, points []promql.FPoint) Series {
	s := Series{Labels: map[string]string{}, Points: make([]Point, len(points))}
	l.Range(func(l labels.Label) { s.Labels[strings.Clone(l.Name)] = strings.Clone(l.Value) })
	for i, p := range points {
		s.Points[i] = Point{At: time.UnixMilli(p.T).UTC(), Value: p.F}
	}
	return s
}
