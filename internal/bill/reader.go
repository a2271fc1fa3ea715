package bill

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/mskfit/mskfit/internal/awsconf"
	"github.com/mskfit/mskfit/internal/workload"
)

const (
	// RequestUSD is the price of one request in US dollars; each page is one. Source: AWS Cost Explorer FAQs
	// (aws.amazon.com/aws-cost-management/aws-cost-explorer/faqs), read on 2026-11-30.
	RequestUSD = 0.01
	// service is what Cost Explorer calls Amazon MSK. Traffic of clients between zones is billed under EC2 and not part of it.
	service = "Amazon Managed Streaming for Apache Kafka"
	// mostPages bounds an answer: a year of days is one or two.
	mostPages = 10
)

// Day is what AWS billed for one day (UTC) in US dollars: unblended cost, without credits, refunds and tax. 0 means that Cost
// Explorer lists no cost, which for a cluster that runs means that the filter does not match it.
type Day struct {
	At  time.Time
	USD float64
	// Estimated: AWS may still correct it.
	Estimated bool
}

// Reader reads the bill of one cluster.
type Reader struct {
	session *awsconf.Session
	cfg     Config
	region  string
}

// NewReader returns a reader with an identity. A request is tried once, because each attempt may be billed.
func NewReader(cfg Config, session *awsconf.Session, region string) *Reader {
	return &Reader{cfg: cfg, region: region, session: session}
}

// Home is the region where Cost Explorer answers for all regions of a partition.
func Home(region string) string {
	if awsconf.Partition(region) == "aws-cn" {
		return "cn-northwest-1"
	}
	return "us-east-1"
}

// costExplorer is the service. Source of its addresses: the SDK's endpoint rules (service/costexplorer v1.63.10, endpoints.go).
var costExplorer = awsconf.Service{SDKID: "Cost Explorer", Prefix: "ce", Name: "ce"}

// expression, question and answer are those of GetCostAndUsage.
type (
	expression struct {
		And        []expression `json:",omitempty"`
		Not        *expression  `json:",omitempty"`
		Dimensions *values      `json:",omitempty"`
		Tags       *values      `json:",omitempty"`
	}
	values struct {
		Key    string
		Values []string
	}
	question struct {
		Granularity   string
		Metrics       []string
		Filter        expression
		TimePeriod    period
		NextPageToken string `json:",omitempty"`
	}
	period struct{ Start, End string }
	answer struct {
		ResultsByTime []result
		NextPageToken string
	}
	result struct {
		TimePeriod period
		Total      map[string]struct{ Amount, Unit string }
		Estimated  bool
	}
)

// Days returns what was billed for each day of the window, whose start and end are midnights (UTC). It calls requested before each
// request. An error is explained for operators; then there are no days.
func (r *Reader) Days(ctx context.Context, w workload.Window, requested func()) ([]Day, error) {
	in := question{Granularity: "DAILY", Metrics: []string{"UnblendedCost"}, Filter: r.filter(),
		TimePeriod: period{Start: w.Start.UTC().Format(time.DateOnly), End: w.End.UTC().Format(time.DateOnly)}}
	var days []Day
	for range mostPages {
		requested()
		var out answer
		err := costExplorer.PostJSON(ctx, r.session.In(Home(r.region)), "AWSInsightsIndexService.GetCostAndUsage", in, &out)
		if err != nil {
			return nil, awsconf.Explain(awsconf.Call{Action: action, Region: Home(r.region)}, err)
		}
		for _, one := range out.ResultsByTime {
			day, err := dayOf(one)
			if err != nil {
				return nil, err
			}
			days = append(days, day)
		}
		if in.NextPageToken = out.NextPageToken; in.NextPageToken == "" {
			return days, nil
		}
	}
	return nil, fmt.Errorf("%s: the answer has more than %d pages", action, mostPages)
}

// filter selects the cluster's MSK costs.
func (r *Reader) filter() expression {
	dimension := func(key string, of ...string) expression { return expression{Dimensions: &values{key, of}} }
	noUse := dimension("RECORD_TYPE", "Credit", "Refund", "Tax")
	all := []expression{dimension("SERVICE", service), dimension("REGION", r.region), {Not: &noUse}}
	if !r.cfg.OnlyCluster {
		all = append(all, expression{Tags: &values{r.cfg.TagKey, []string{r.cfg.TagValue}}})
	}
	if r.cfg.Account != "" {
		all = append(all, dimension("LINKED_ACCOUNT", r.cfg.Account))
	}
	return expression{And: all}
}

func dayOf(r result) (Day, error) {
	at, err := time.Parse(time.DateOnly, r.TimePeriod.Start)
	if err != nil {
		return Day{}, fmt.Errorf("%s: a result has no day: %w", action, err)
	}
	day := Day{At: at, Estimated: r.Estimated}
	cost, there := r.Total["UnblendedCost"]
	if !there {
		return day, nil
	}
	if cost.Unit != "USD" && cost.Unit != "" && cost.Unit != "N/A" {
		return Day{}, fmt.Errorf("%s: the bill is in %s: only US dollars can be compared with list prices", action, cost.Unit)
	}
	if day.USD, err = strconv.ParseFloat(cost.Amount, 64); err != nil {
		return Day{}, fmt.Errorf("%s: %s: amount %q: %w", action, at.Format(time.DateOnly), cost.Amount, err)
	}
	return day, nil
}
