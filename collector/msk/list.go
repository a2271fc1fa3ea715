package msk

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/smithy-go/middleware"

	"github.com/mskfit/mskfit/internal/awsconf"
)

const namespace = "AWS/Kafka"

// series is one metric with the values of its dimensions.
type series struct {
	*metric
	broker       int32
	topic, group string
	client       string // Client Authentication
	key          string // unique within the cluster
	source       string // what figures made of it name as their source
	dims         []types.Dimension
}

// listSeries finds what the cluster publishes, in a fixed order. Recent ones had a datapoint within about three hours; else
// those of two weeks are listed, with topics that are gone.
func listSeries(ctx context.Context, c Clients, cluster Cluster, cfg CloudWatch, m *meter, recent bool) ([]*series, error) {
	in := &cloudwatch.ListMetricsInput{
		Namespace:  aws.String(namespace),
		Dimensions: []types.DimensionFilter{{Name: aws.String(dimCluster), Value: &cluster.Name}},
	}
	if recent {
		in.RecentlyActive = types.RecentlyActivePt3h
	}
	var out []*series
	for {
		m.listed()
		page, err := c.cloudwatch.ListMetrics(ctx, in)
		if err != nil {
			m.tried(middleware.Metadata{}, err)
			return nil, awsconf.Explain(c.call("cloudwatch:ListMetrics", "", "metrics of cluster "+cluster.Name), err)
		}
		m.tried(page.ResultMetadata, nil)
		for i := range page.Metrics {
			for _, s := range seriesOf(cluster.Kind, &page.Metrics[i]) {
				if cfg.wants(s.metric) {
					out = append(out, s)
				}
			}
		}
		if aws.ToString(page.NextToken) == "" {
			break
		}
		in.NextToken = page.NextToken
	}
	slices.SortFunc(out, func(a, b *series) int { return cmp.Compare(a.key, b.key) })
	return slices.CompactFunc(out, func(a, b *series) bool { return a.key == b.key }), nil
}

// listed returns the dimensions under which a metric was published lately by any cluster: the first page will do.
func listed(ctx context.Context, c Clients, m *meter, name string) ([]map[string]string, error) {
	m.listed()
	page, err := c.cloudwatch.ListMetrics(ctx, &cloudwatch.ListMetricsInput{
		Namespace: aws.String(namespace), MetricName: &name, RecentlyActive: types.RecentlyActivePt3h,
	})
	if err != nil {
		return nil, awsconf.Explain(c.call("cloudwatch:ListMetrics", "", "metric "+name), err)
	}
	var out []map[string]string
	for i := range page.Metrics {
		out = append(out, dimensionsOf(&page.Metrics[i]))
	}
	return out, nil
}

func dimensionsOf(m *types.Metric) map[string]string {
	dims := make(map[string]string, len(m.Dimensions))
	for _, d := range m.Dimensions {
		dims[aws.ToString(d.Name)] = aws.ToString(d.Value)
	}
	return dims
}

func (c CloudWatch) wants(m *metric) bool {
	return (c.Topics || !m.ofATopic()) && (c.Lag || m.quantity != lag)
}

// seriesOf takes what is read, in one statistic or several, and nothing of the rest.
func seriesOf(kind string, m *types.Metric) (out []*series) {
	dims := dimensionsOf(m)
	s := series{topic: dims[dimTopic], group: dims[dimGroup], client: dims[dimAuthentication], dims: m.Dimensions}
	if id, ok := dims[dimBroker]; ok {
		n, err := strconv.ParseInt(id, 10, 32)
		if err != nil {
			return nil
		}
		s.broker = int32(n)
	}
	for _, of := range metricsOf(kind, aws.ToString(m.MetricName), dims) {
		one := s
		one.metric = of
		one.source = sourceName + ": " + of.name + ", " + of.stat
		one.key = fmt.Sprintf("%02d %s %06d %s", one.quantity, strings.Join([]string{one.topic, one.group, one.client}, "\x00"),
			one.broker, one.name)
		out = append(out, &one)
	}
	return out
}

// of returns the series of the tiers.
func of(all []*series, keep func(*series) bool) (out []*series) {
	for _, s := range all {
		if keep(s) {
			out = append(out, s)
		}
	}
	return out
}

// query asks for one series, under an id that is unique in its call.
func (s *series) query(id string, periodSeconds int32) types.MetricDataQuery {
	return types.MetricDataQuery{Id: &id, MetricStat: &types.MetricStat{
		Metric: &types.Metric{Namespace: aws.String(namespace), MetricName: &s.name, Dimensions: s.dims},
		Period: &periodSeconds, Stat: &s.stat,
	}}
}
