package dashboard

import (
	"context"
	"math"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/mskfit/mskfit/internal/history"
	"github.com/mskfit/mskfit/internal/report/past"
	"github.com/mskfit/mskfit/internal/workload"
)

const (
	sparkSpan = 24 * time.Hour
	sparkStep = 30 * time.Minute
	// sparkAge is for how long a sparkline is kept, and sparksWithin how long a page waits for those that it has to read: a
	// fleet of a thousand fills up over the reloads of its page and does not hold any of them up.
	sparkAge     = 5 * time.Minute
	sparksWithin = 300 * time.Millisecond
)

// spark is a day of ingress as a polyline in a box of 100 × 20; empty without data.
type spark struct {
	// Lines are the parts between gaps, each as points of an SVG polyline.
	Lines []string
	Says  string
}

// sparks keeps the sparklines of the fleet page. It is safe for concurrent use.
type sparks struct {
	store past.Store
	// reading is held by the one page that reads at present; others take what is kept.
	reading sync.Mutex
	mu      sync.Mutex
	kept    map[string]keptSpark
}

type keptSpark struct {
	spark spark
	at    time.Time
}

func newSparks(store past.Store) *sparks { return &sparks{store: store, kept: map[string]keptSpark{}} }

// fill gives the rows their sparklines, and reads old ones again as far as time allows. What cannot be read stays empty.
func (s *sparks) fill(ctx context.Context, rows []fleetRow, now time.Time) {
	ctx, stop := context.WithTimeout(ctx, sparksWithin)
	defer stop()
	reads := s.reading.TryLock()
	if reads {
		defer s.reading.Unlock()
	}
	for i := range rows {
		k, found := s.of(rows[i].Name)
		if reads && ctx.Err() == nil && (!found || now.Sub(k.at) > sparkAge) {
			if drawn, err := s.read(ctx, rows[i].Name, now); err == nil {
				k = keptSpark{drawn, now}
				s.keep(rows[i].Name, k)
			}
		}
		rows[i].Spark = k.spark
	}
}

func (s *sparks) of(cluster string) (k keptSpark, found bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k, found = s.kept[cluster]
	return k, found
}

func (s *sparks) keep(cluster string, k keptSpark) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kept[cluster] = k
}

func (s *sparks) read(ctx context.Context, cluster string, now time.Time) (spark, error) {
	w := workload.Window{Start: now.Add(-sparkSpan), End: now}
	series, err := s.store.Series(ctx, history.SeriesQuery{Cluster: cluster, Quantity: history.Ingress, Window: w, Step: sparkStep})
	if err != nil || len(series.Points) < 2 {
		return spark{}, err
	}
	return drawSpark(series.Points, w), nil
}

func drawSpark(points []history.Point, w workload.Window) spark {
	top := 0.0
	for _, p := range points {
		top = max(top, p.Max)
	}
	if top <= 0 || math.IsInf(top, 0) {
		return spark{}
	}
	out := spark{Says: "ingress of the last 24 hours, highest " + workload.FormatByteRate(top)}
	var b strings.Builder
	flush := func() {
		if b.Len() > 0 {
			out.Lines = append(out.Lines, b.String())
		}
		b.Reset()
	}
	number := func(v float64) string { return strconv.FormatFloat(v, 'f', 1, 64) }
	for i, p := range points {
		if i > 0 && p.At.Sub(points[i-1].At) > sparkStep {
			flush()
		}
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		x := 100 * float64(p.At.Sub(w.Start)) / float64(sparkSpan)
		b.WriteString(number(x) + "," + number(19-18*p.Max/top))
	}
	flush()
	return out
}
