package msk

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/smithy-go/middleware"
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

// reader fetches metric data of one cluster.
type reader struct {
	clients Clients
	cluster string
	meter   *meter
	purse   *purse
	// back is true when the past is read.
	back bool
}

// read fetches the series over [start, end). Series that CloudWatch does not give completely are asked for again, and then
// marked as broken with the reason. The error is for a read that returned nothing.
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
	r.purse.save(context.WithoutCancel(ctx))
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if failed != nil && g.empty() {
		return nil, failed
	}
	return g, nil
}

// round asks once for the series, in as few calls as allowed. The error joins the calls that failed; their series are broken.
func (r reader) round(ctx context.Context, g *grid, todo []int) error {
	if err := r.purse.spend(ctx, len(todo), r.back); err != nil {
		for _, i := range todo {
			g.broken[i] = err.Error()
		}
		return err
	}
	size := max(1, min(queriesPerCall, datapointsPerCall/max(1, g.slots)))
	var mu sync.Mutex
	var errs []error
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(callsAtOnce)
	for from := 0; from < len(todo); from += size {
		batch := todo[from:min(from+size, len(todo))]
		group.Go(func() error {
			if ctx.Err() != nil {
				r.purse.refund(len(batch), r.back)
				return nil
			}
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
	_ = group.Wait() // the functions return nil: a call fails on its own
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
		g.broken[i] = "CloudWatch returned no answer for it"
	}
	for page := 1; ; page++ {
		if page > 1 {
			r.purse.extra(len(batch), r.back)
		}
		out, err := r.clients.cloudwatch.GetMetricData(ctx, in)
		if err != nil {
			if refused(err) {
				r.purse.refund(len(batch), r.back)
			}
			r.meter.tried(middleware.Metadata{}, err)
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
			return fmt.Errorf("cloudwatch:GetMetricData metrics of cluster %s: AWS returned the same page again", r.cluster)
		}
		in.NextToken = out.NextToken
	}
}

// refused reports whether AWS cannot have billed a call that failed: it answered with a refusal, or was not reached. What was
// sent and not answered in time may be billed.
func refused(err error) bool {
	var answered *awshttp.ResponseError
	var dns *net.DNSError
	var op *net.OpError
	return errors.As(err, &answered) && answered.HTTPStatusCode() != 0 || errors.As(err, &dns) || errors.As(err, &op) &&
		op.Op == "dial"
}
