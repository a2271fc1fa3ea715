package bill

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/costexplorer"
	"github.com/aws/aws-sdk-go-v2/service/costexplorer/types"

	"github.com/mskfit/mskfit/internal/awsconf"
	"github.com/mskfit/mskfit/internal/workload"
)

const (
	// RequestUSD is the price of one request, pages included. Source: AWS Cost Explorer pricing.
	RequestUSD = 0.01
	// service is what Cost Explorer calls Amazon MSK. Traffic of clients between zones is billed under EC2 and not part of it.
	service = "Amazon Managed Streaming for Apache Kafka"
	// mostPages bounds an answer: a year of days is one or two.
	mostPages = 10
)

// Day is what AWS billed for one day (UTC) in US dollars: unblended cost, without credits, refunds and tax. 0 means that Cost Explorer
// lists no cost, which for a cluster that runs means that the filter does not match it.
type Day struct {
	At  time.Time
	USD float64
	// Estimated: AWS may still correct it.
	Estimated bool
}

// Reader reads the bill of one cluster.
type Reader struct {
	client *costexplorer.Client
	cfg    Config
	region string
}

// NewReader returns a reader with an identity. A request is tried once, because each attempt may be billed.
func NewReader(cfg Config, session *awsconf.Session, region string) *Reader {
	return &Reader{cfg: cfg, region: region, client: costexplorer.NewFromConfig(session.In(Home(region)), func(o *costexplorer.Options) {
		o.Retryer = aws.NopRetryer{}
	})}
}

// Home is the region where Cost Explorer answers for all regions of a partition.
func Home(region string) string {
	if awsconf.Partition(region) == "aws-cn" {
		return "cn-northwest-1"
	}
	return "us-east-1"
}

// Days returns what was billed for each day of the window, whose start and end are midnights (UTC). It calls requested before each
// request. An error is explained for operators; then there are no days.
func (r *Reader) Days(ctx context.Context, w workload.Window, requested func()) ([]Day, error) {
	in := &costexplorer.GetCostAndUsageInput{
		Granularity: types.GranularityDaily, Metrics: []string{"UnblendedCost"}, Filter: r.filter(),
		TimePeriod: &types.DateInterval{Start: aws.String(w.Start.UTC().Format(time.DateOnly)), End: aws.String(w.End.UTC().Format(time.DateOnly))},
	}
	var days []Day
	for range mostPages {
		requested()
		out, err := r.client.GetCostAndUsage(ctx, in)
		if err != nil {
			return nil, awsconf.Explain(awsconf.Call{Action: action, Region: Home(r.region)}, err)
		}
		for _, result := range out.ResultsByTime {
			day, err := dayOf(result)
			if err != nil {
				return nil, err
			}
			days = append(days, day)
		}
		if in.NextPageToken = out.NextPageToken; aws.ToString(in.NextPageToken) == "" {
			return days, nil
		}
	}
	return nil, fmt.Errorf("%s: the answer has more than %d pages", action, mostPages)
}

// filter selects the cluster's MSK costs.
func (r *Reader) filter() *types.Expression {
	dimension := func(key types.Dimension, values ...string) types.Expression {
		return types.Expression{Dimensions: &types.DimensionValues{Key: key, Values: values}}
	}
	noUse := dimension(types.DimensionRecordType, "Credit", "Refund", "Tax")
	all := []types.Expression{dimension(types.DimensionService, service), dimension(types.DimensionRegion, r.region), {Not: &noUse}}
	if !r.cfg.OnlyCluster {
		all = append(all, types.Expression{Tags: &types.TagValues{Key: &r.cfg.TagKey, Values: []string{r.cfg.TagValue}}})
	}
	if r.cfg.Account != "" {
		all = append(all, dimension(types.DimensionLinkedAccount, r.cfg.Account))
	}
	return &types.Expression{And: all}
}

func dayOf(r types.ResultByTime) (Day, error) {
	if r.TimePeriod == nil {
		return Day{}, fmt.Errorf("%s: a result has no day", action)
	}
	at, err := time.Parse(time.DateOnly, aws.ToString(r.TimePeriod.Start))
	if err != nil {
		return Day{}, fmt.Errorf("%s: %w", action, err)
	}
	day := Day{At: at, Estimated: r.Estimated}
	cost, there := r.Total["UnblendedCost"]
	if !there {
		return day, nil
	}
	if unit := aws.ToString(cost.Unit); unit != "USD" && unit != "" && unit != "N/A" {
		return Day{}, fmt.Errorf("%s: the bill is in %s: only US dollars can be compared with list prices", action, unit)
	}
	if day.USD, err = strconv.ParseFloat(aws.ToString(cost.Amount), 64); err != nil {
		return Day{}, fmt.Errorf("%s: %s: amount %q: %w", action, at.Format(time.DateOnly), aws.ToString(cost.Amount), err)
	}
	return day, nil
}
