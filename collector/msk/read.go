package msk

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"golang.org/x/sync/errgroup"

	"github.com/mskfit/mskfit/internal/awsconf"
)

// What one call of GetMetricData may ask for and bring back (S-CWL), and how many calls are under way at once.
const (
	queriesPerCall    = 500
	datapointsPerCall = 100_800
	callsAtOnce       = 4
)

// attemptsPerSeries is how often a series is asked for that CloudWatch answers in part or not at all.
const attemptsPerSeries = 3

// grid holds datapoints: a row of slots for every series.
type grid struct {
	start  time.Time
	period time.Duration
	slots  int
	rows   [][]float64 // by the series' place in list; NaN: no datapoint
	list   []*series
	// broken says why a series is not complete; empty: it is.
	broken []string
	// guesses stand for what is missing, by the series' place and in the order of slots; see fill.
	guesses [][]guess
}

func newGrid(list []*series, start, end time.Time, period time.Duration) *grid {
	g := &grid{start: start, period: period, slots: int(end.Sub(start) / period), list: list, broken: make([]string, len(list))}
	flat := make([]float64, len(list)*g.slots)
	for i := range flat {
		flat[i] = math.NaN()
	}
	for i := range list {
		g.rows = append(g.rows, flat[i*g.slots:(i+1)*g.slots])
	}
	return g
}

// at is when a slot begins.
func (g *grid) at(slot int) time.Time { return g.start.Add(time.Duration(slot) * g.period) }

// put takes a datapoint over. A Sum or a number over several minutes becomes that of one (S-SMON: m1 × 60 ÷ PERIOD(m1)).
func (g *grid) put(i int, at time.Time, v float64) {
	slot := int(at.Sub(g.start) / g.period)
	if at.Before(g.start) || slot >= g.slots || !(v >= 0) || math.IsInf(v, 1) {
		return
	}
	if s := g.list[i].stat; s == sum || s == samples {
		v *= 60 / g.period.Seconds()
	}
	g.rows[i][slot] = v
}

// reader fetches metric data of one cluster.
type reader struct {
	clients Clients
	cluster string
	meter   *meter
}

// read fetches the series over [start, end). Series that CloudWatch does not give completely are asked for again, and then marked as
// broken with the reason. The error is for a read of which nothing came.
func (r reader) read(ctx context.Context, list []*series, start, end time.Time, period time.Duration) (*grid, error) {
	g := newGrid(list, start, end, period)
	todo := make([]int, len(list))
	for i := range list {
		todo[i] = i
	}
	var failed error
	for attempt := 1; len(todo) > 0 && attempt <= attemptsPerSeries; attempt++ {
		if err := r.round(ctx, g, todo); err != nil {
			failed = err
			break // the SDK has tried often enough
		}
		todo = g.incomplete(todo)
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if failed != nil && g.empty() {
		return nil, failed
	}
	return g, nil
}

func (g *grid) incomplete(of []int) (out []int) {
	for _, i := range of {
		if g.broken[i] != "" {
			out = append(out, i)
		}
	}
	return out
}

func (g *grid) empty() bool {
	for i := range g.list {
		if g.broken[i] == "" {
			return false
		}
	}
	return true
}

// round asks once for the series, in as few calls as allowed. The error joins the calls that failed; their series are broken.
func (r reader) round(ctx context.Context, g *grid, todo []int) error {
	size := max(1, min(queriesPerCall, datapointsPerCall/max(1, g.slots)))
	var mu sync.Mutex
	var errs []error
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(callsAtOnce)
	for from := 0; from < len(todo); from += size {
		batch := todo[from:min(from+size, len(todo))]
		group.Go(func() error {
			if err := r.call(ctx, g, batch); err != nil {
				for _, i := range batch {
					g.broken[i] = err.Error()
				}
				mu.Lock()
				errs = append(errs, err)
				mu.Unlock()
			}
			return nil
		})
	}
	_ = group.Wait() // the functions return nil: a call fails alone
	return errors.Join(dedupe(errs)...)
}

// dedupe keeps one of errors that read the same.
func dedupe(errs []error) (out []error) {
	seen := map[string]bool{}
	for _, err := range errs {
		if !seen[err.Error()] {
			seen[err.Error()] = true
			out = append(out, err)
		}
	}
	return out
}

// call makes one request and follows its pages.
func (r reader) call(ctx context.Context, g *grid, batch []int) error {
	in := &cloudwatch.GetMetricDataInput{
		StartTime: aws.Time(g.start), EndTime: aws.Time(g.at(g.slots)), ScanBy: types.ScanByTimestampAscending,
	}
	for n, i := range batch {
		in.MetricDataQueries = append(in.MetricDataQueries, g.list[i].query("m"+strconv.Itoa(n), int32(g.period/time.Second)))
		g.broken[i] = "CloudWatch did not answer for it"
	}
	for {
		out, err := r.clients.cloudwatch.GetMetricData(ctx, in)
		if err != nil {
			return awsconf.Explain(r.clients.call("cloudwatch:GetMetricData", "", "metrics of cluster "+r.cluster), err)
		}
		points := 0
		for k := range out.MetricDataResults {
			result := &out.MetricDataResults[k]
			points += len(result.Values)
			n, err := strconv.Atoi(aws.ToString(result.Id)[min(1, len(aws.ToString(result.Id))):])
			if err == nil && n < len(batch) {
				g.take(batch[n], result)
			}
		}
		r.meter.asked(len(batch), points, out.ResultMetadata)
		token := aws.ToString(out.NextToken)
		if token == "" {
			return nil
		}
		if token == aws.ToString(in.NextToken) {
			return fmt.Errorf("cloudwatch:GetMetricData metrics of cluster %s: AWS answers with the same page again", r.cluster)
		}
		in.NextToken = out.NextToken
	}
}

// take keeps what one page says of one series. A series is complete when the last page that names it says so.
func (g *grid) take(i int, r *types.MetricDataResult) {
	for k := range min(len(r.Timestamps), len(r.Values)) {
		g.put(i, r.Timestamps[k], r.Values[k])
	}
	switch r.StatusCode {
	case types.StatusCodeComplete, "":
		g.broken[i] = ""
	case types.StatusCodePartialData:
		g.broken[i] = "CloudWatch gives only a part of its datapoints (PartialData)"
	case types.StatusCodeForbidden:
		g.broken[i] = "CloudWatch refuses the metric (Forbidden)"
	default:
		g.broken[i] = fmt.Sprintf("CloudWatch has a fault (%s)", r.StatusCode)
	}
}
