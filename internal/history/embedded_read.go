package history

import (
	"context"
	"runtime"
	"slices"
	"strings"
	"time"

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

func (e *embedded) each(ctx context.Context, sel selection, visit func(name string, all []series) error) error {
	e.mu.RLock()
	defer e.mu.RUnlock()
	q, err := e.querier(sel.from, sel.to)
	if err != nil {
		return err
	}
	defer q.Close()
	return eachOf(ctx, q, sel, visit)
}

// eachOf reads a selection from any Prometheus storage, on all cores.
func eachOf(ctx context.Context, q storage.Querier, sel selection, visit func(name string, all []series) error) error {
	set := q.Select(ctx, false, nil,
		labels.MustNewMatcher(labels.MatchRegexp, labels.MetricName, sel.metrics()),
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

func walk(s storage.Series, sel selection, visit func(t int64, v float64)) error {
	it := s.Iterator(nil)
	for it.Next() == chunkenc.ValFloat {
		if t, v := it.At(); t >= sel.from && t < sel.to {
			visit(t, v)
		}
	}
	return it.Err()
}

func clusterLabels(ctx context.Context, q storage.Querier) ([]string, error) {
	values, _, err := q.LabelValues(ctx, "cluster", nil,
		labels.MustNewMatcher(labels.MatchRegexp, labels.MetricName, prefix+string(ofCluster)+"_.+"))
	if err != nil {
		return nil, err
	}
	for i, v := range values {
		values[i] = unescape(strings.Clone(v)) // the database's strings live as long as its files are mapped
	}
	slices.Sort(values)
	return values, nil
}

func (e *embedded) query(ctx context.Context, expr string, at time.Time) ([]Series, error) {
	e.mu.RLock()
	defer e.mu.RUnlock()
	if e.db == nil {
		return nil, errNotOpen
	}
	q, err := e.engine.NewInstantQuery(ctx, e.db, nil, expr, at)
	if err != nil {
		return nil, err
	}
	return execute(ctx, q)
}

func (e *embedded) queryRange(ctx context.Context, expr string, start, end time.Time, step time.Duration) ([]Series, error) {
	e.mu.RLock()
	defer e.mu.RUnlock()
	if e.db == nil {
		return nil, errNotOpen
	}
	q, err := e.engine.NewRangeQuery(ctx, e.db, nil, expr, start, end, step)
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
