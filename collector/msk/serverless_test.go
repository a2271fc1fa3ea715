package msk

import (
	"math"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"github.com/mskfit/mskfit/internal/testbed/mskfake"
	"github.com/mskfit/mskfit/internal/workload"
)

// A Serverless cluster of 700 topics with 1 to 5 partitions each. The total must be that of all of them: the statistic Average
// gives a third of it, and the 500 series that one call takes two thirds.
func TestServerlessTotalOf700Topics(t *testing.T) {
	metrics, want := serverlessMetrics("clicks", 700)
	server := &mskfake.Server{Now: at(noon), Clusters: []*mskfake.Cluster{mskfake.Serverless("clicks")}, Metrics: metrics}
	s := sourceOf(t, server, nil)
	got := last(collectAll(t, s))
	exactly(t, "ingress", got.Totals.IngressBytesPerSec, want)
	exactly(t, "egress", got.Totals.EgressBytesPerSec, 2*want)
	if len(got.Topics) != 700 {
		t.Errorf("%d topics, want 700", len(got.Topics))
	}
	exactly(t, "ingress of a topic of 5 partitions", got.Topics[699].IngressBytesPerSec, 5*1699)
	exactly(t, "messages of it", got.Topics[699].MessagesPerSec, 50)
	if n := got.Topics[699].Partitions; n != 5 {
		t.Errorf("%d partitions, want 5: one for each datapoint", n)
	}
	if h := got.Topics[699].HottestIngress; h == nil || h.Rate.Value != 1699 || h.Partition != workload.SomePartition {
		t.Errorf("busiest partition %+v, want one with 1699 bytes/s", h)
	}
	if h := got.Totals.HottestEgress; h == nil || h.Topic != "topic-699" || h.Rate.Value != 2*1699 ||
		h.Rate.Method != workload.Derived {
		t.Errorf("busiest partition %+v, want one of topic-699", h)
	}
	if f := got.Totals.Partitions; f == nil || f.Value != 700*3 || f.Bounded() {
		t.Errorf("partitions %+v, want at least 2,100", f)
	}

	wrong := naively(t, s.clients, metrics)
	t.Logf("truth and ours %.0f bytes/s, Average of 700 topics %.0f, Sum of 500 topics %.0f", want, wrong.average, wrong.cut)
	if r := wrong.average / want; r > 0.5 {
		t.Errorf("Average gives %.2f of the truth: the load does not show the trap", r)
	}
	if r := wrong.cut / want; r > 0.7 {
		t.Errorf("500 series give %.2f of the truth: the load does not show the trap", r)
	}
}

type naive struct{ average, cut float64 }

// naively asks the same service as a dashboard would: Average for every topic, or Sum for as many series as one call takes.
func naively(t *testing.T, c Clients, metrics []*mskfake.Metric) (out naive) {
	t.Helper()
	n := 0
	for _, m := range metrics {
		if m.Name != "BytesInPerSec" {
			continue
		}
		n++
		for _, stat := range []string{"Average", "Sum"} {
			answer, err := c.cloudwatch.GetMetricData(t.Context(), &cloudwatch.GetMetricDataInput{
				StartTime: aws.Time(noon.Add(-10 * time.Minute)), EndTime: aws.Time(noon.Add(-9 * time.Minute)),
				MetricDataQueries: []types.MetricDataQuery{{Id: aws.String("a"),
					MetricStat: &types.MetricStat{Period: aws.Int32(60), Stat: &stat,
						Metric: &types.Metric{Namespace: aws.String("AWS/Kafka"), MetricName: &m.Name,
							Dimensions: []types.Dimension{
								{Name: aws.String("Cluster Name"), Value: aws.String("clicks")},
								{Name: aws.String("Topic"), Value: aws.String(m.Dimensions["Topic"])}}}}}},
			})
			if err != nil {
				t.Fatal(err)
			}
			v := answer.MetricDataResults[0].Values[0]
			switch {
			case stat == "Average":
				out.average += v
			case n <= 500:
				out.cut += v
			}
		}
	}
	return out
}

// The Sum over five minutes has five times the datapoints; the rate is the same.
func TestServerlessRateIsTheSameAtFiveMinutes(t *testing.T) {
	metrics, want := serverlessMetrics("clicks", 20)
	server := &mskfake.Server{Now: at(noon), Clusters: []*mskfake.Cluster{mskfake.Serverless("clicks")}, Metrics: metrics}
	s := sourceOf(t, server, nil)
	r := s.reader("clicks", false)
	list, err := listSeries(t.Context(), s.clients, s.Cluster(), s.cfg, s.meter, true)
	if err != nil {
		t.Fatal(err)
	}
	for _, period := range []time.Duration{time.Minute, 5 * time.Minute} {
		g, err := r.read(t.Context(), list, noon.Add(-time.Hour), noon.Add(-30*time.Minute), period)
		if err != nil {
			t.Fatal(err)
		}
		total := 0.0
		for i, one := range g.list {
			if one.quantity == ingress {
				total += g.rows[i][0]
			}
		}
		if math.Abs(total-want) > 1e-6 {
			t.Errorf("at %s the total is %g, want %g", period, total, want)
		}
	}
}

func TestServerlessSaysWhatIsNotPublished(t *testing.T) {
	metrics, _ := serverlessMetrics("clicks", 2)
	s := sourceOf(t, &mskfake.Server{Now: at(noon), Clusters: []*mskfake.Cluster{mskfake.Serverless("clicks")}, Metrics: metrics},
		nil)
	got := last(collectAll(t, s))
	for _, what := range []string{"stored bytes", "partition count", "client connections and connection attempts", "request rate",
		"throttling by quotas", "bytes of single partitions", "consumer group count"} {
		gapAbout(t, got.Gaps, what)
	}
	if tt := got.Totals; tt.StoredBytes != nil || tt.CompactedPartitions != nil || tt.ClientConnections != nil ||
		tt.RequestsPerSec != nil || tt.ConsumerGroups != nil {
		t.Errorf("figures of what Serverless does not publish: %+v", tt)
	}
}
