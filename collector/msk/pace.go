package msk

import (
	"context"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/smithy-go/middleware"
)

// Quota is what AWS lets one account use in one region, every second. Whatever else the account runs uses the same quota.
type Quota struct {
	// Name is for metrics and logs: "list_metrics".
	Name string
	// PerSecond is the quota in requests or datapoints.
	PerSecond float64
}

// The quotas of the calls that this package makes. Those of CloudWatch are S-CWL: AWS CloudWatch User Guide, CloudWatch quotas,
// as of 2026. AWS publishes none for MSK's control plane: 40 requests per second is an assumption, which is not verified.
var (
	quotaMSK              = Quota{"msk_requests", 40}
	quotaListMetrics      = Quota{"list_metrics_requests", 25}
	quotaGetMetricData    = Quota{"get_metric_data_requests", 500}
	quotaRecentDatapoints = Quota{"recent_datapoints", 180_000} // of requests that begin within the last three hours
	quotaOlderDatapoints  = Quota{"older_datapoints", 396_000}
)

// recentFor is how old the start of a request for recent datapoints is at most (S-CWL).
const recentFor = 3 * time.Hour

// Pace holds calls back, so that all clusters of an account and region together stay within its quotas.
type Pace interface {
	// Wait returns once n requests or datapoints of the quota may be used, or with the error of ctx. n may be more than the quota
	// of a second.
	Wait(ctx context.Context, q Quota, n float64) error
}

// use is how much of a quota one attempt of a call takes.
type use struct {
	quota Quota
	n     float64
}

// usesOf says what one attempt takes: input is the call's.
func usesOf(input any, now time.Time) []use {
	switch in := input.(type) {
	case *cloudwatch.ListMetricsInput:
		return []use{{quotaListMetrics, 1}}
	case *cloudwatch.GetMetricDataInput:
		points := use{quotaOlderDatapoints, datapoints(in)}
		if now.Sub(aws.ToTime(in.StartTime)) <= recentFor {
			points.quota = quotaRecentDatapoints
		}
		return []use{{quotaGetMetricData, 1}, points}
	}
	return []use{{quotaMSK, 1}}
}

// datapoints is how many a request can bring back: CloudWatch counts by span and period, not by what it has (S-CWL).
func datapoints(in *cloudwatch.GetMetricDataInput) (n float64) {
	span := aws.ToTime(in.EndTime).Sub(aws.ToTime(in.StartTime)).Seconds()
	for _, q := range in.MetricDataQueries {
		if q.MetricStat != nil {
			n += span / float64(max(1, aws.ToInt32(q.MetricStat.Period)))
		}
	}
	return min(n, datapointsPerCall)
}

type usesKey struct{}

// paced has every attempt of a call wait for its turn; repeated attempts are calls too.
func paced(c aws.Config, p Pace) aws.Config {
	if p == nil {
		return c
	}
	note := func(ctx context.Context, in middleware.InitializeInput,
		next middleware.InitializeHandler) (middleware.InitializeOutput,
		middleware.Metadata, error) {
		return next.HandleInitialize(middleware.WithStackValue(ctx, usesKey{}, usesOf(in.Parameters, time.Now())), in)
	}
	wait := func(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (out middleware.FinalizeOutput,
		m middleware.Metadata, err error) {
		uses, _ := middleware.GetStackValue(ctx, usesKey{}).([]use)
		for _, u := range uses {
			if err := p.Wait(ctx, u.quota, u.n); err != nil {
				return out, m, err
			}
		}
		return next.HandleFinalize(ctx, in)
	}
	c.APIOptions = append(slices.Clone(c.APIOptions), func(stack *middleware.Stack) error {
		if err := stack.Initialize.Add(middleware.InitializeMiddlewareFunc("mskfitNoteUses", note), middleware.After); err != nil {
			return err
		}
		return stack.Finalize.Insert(middleware.FinalizeMiddlewareFunc("mskfitPace", wait), "Retry", middleware.After)
	})
	return c
}
