package msk

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cwtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/kafka"
	"github.com/aws/aws-sdk-go-v2/service/kafka/types"
	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/internal/awsconf"
	"github.com/mskfit/mskfit/internal/testbed"
	"github.com/mskfit/mskfit/internal/workload"
)

// emulated returns clients of emulators, which are named as an operator would: in the configuration or in the environment.
func emulated(t *testing.T, cfg Config) Clients {
	t.Helper()
	ownEnvironment(t)
	all, err := Open(t.Context(), cfg, awsconf.Options{Version: "test", HTTPClient: finished{awshttp.NewBuildableClient()}})
	if err != nil {
		t.Fatal(err)
	}
	return all[0]
}

// finished plays the part of time: moto leaves its clusters in state CREATING for ever. It reads every answer at once: the SDK
// closes a request's body as soon as the answer begins, and an emulator on this machine answers so soon that Go's transport may
// not be done with that body and gives the connection up.
type finished struct{ *awshttp.BuildableClient }

func (f finished) Do(r *http.Request) (*http.Response, error) {
	resp, err := f.BuildableClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	if strings.Contains(r.URL.Path, "/v2/clusters") {
		body = bytes.ReplaceAll(body, []byte(`"CREATING"`), []byte(`"ACTIVE"`))
	}
	resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	return resp, nil
}

func createClusters(t *testing.T, c *kafka.Client) {
	t.Helper()
	provisioned := func(size string, brokers int32) *types.ProvisionedRequest {
		return &types.ProvisionedRequest{
			KafkaVersion: aws.String("3.8.x"), NumberOfBrokerNodes: &brokers, EnhancedMonitoring: types.EnhancedMonitoringPerBroker,
			BrokerNodeGroupInfo: &types.BrokerNodeGroupInfo{InstanceType: &size, ClientSubnets: []string{"a", "b", "c"},
				StorageInfo: &types.StorageInfo{EbsStorageInfo: &types.EBSStorageInfo{VolumeSize: aws.Int32(500)}}},
		}
	}
	in := []*kafka.CreateClusterV2Input{
		{ClusterName: aws.String("orders"), Provisioned: provisioned("kafka.m5.2xlarge", 6),
			Tags: map[string]string{"team": "orders"}},
		{ClusterName: aws.String("payments"), Provisioned: provisioned("express.m7g.large", 3)},
		{ClusterName: aws.String("clicks"), Serverless: &types.ServerlessRequest{
			VpcConfigs: []types.VpcConfig{{SubnetIds: []string{"a", "b"}}}}},
	}
	for i := range 130 {
		in = append(in, &kafka.CreateClusterV2Input{ClusterName: aws.String(fmt.Sprintf("other-%03d", i)),
			Provisioned: provisioned("kafka.t3.small", 2)})
	}
	for _, one := range in {
		if _, err := c.CreateClusterV2(t.Context(), one); err != nil {
			t.Fatal(err)
		}
	}
}

// Against moto, which has the clusters and neither their nodes nor their bootstrap brokers.
func TestDiscoversAtAnEmulator(t *testing.T) {
	endpoint := testbed.Moto(t)
	cfg := DefaultConfig()
	cfg.Regions, cfg.AWS.Endpoints.Kafka, cfg.AWS.MaxAttempts = []string{"us-east-1"}, endpoint, 1
	c := emulated(t, cfg)
	createClusters(t, c.kafka)
	inv, err := Discover(t.Context(), c, Filter{}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if len(inv.Clusters) != 133 {
		t.Fatalf("%d clusters, want 133; gaps %+v", len(inv.Clusters), inv.Gaps)
	}
	got := map[string]Cluster{}
	for _, one := range inv.Clusters {
		got[one.Name] = one
	}
	if o := got["orders"]; o.Kind != standardKind || o.Size != "kafka.m5.2xlarge" || o.Brokers != 6 ||
		o.StorageGiBPerBroker != 500 || o.Tags["team"] != "orders" || o.KafkaVersion != "3.8.x" {
		t.Errorf("orders %+v", o.MSKCluster)
	}
	if got["payments"].Kind != expressKind || got["clicks"].Kind != serverlessKind ||
		!slices.Equal(got["clicks"].Authentication, []string{"iam"}) {
		t.Errorf("payments %+v, clicks %+v", got["payments"].MSKCluster, got["clicks"].MSKCluster)
	}
	for _, what := range []string{"list of nodes", "bootstrap brokers"} {
		gapAbout(t, got["orders"].Gaps, what)
	}
	team, err := Discover(t.Context(), c, Filter{Names: []string{"o*"}, Tags: map[string]string{"team": "orders"}}, time.Now())
	if err != nil || len(team.Clusters) != 1 || team.Clusters[0].Name != "orders" {
		t.Errorf("with a filter %v, %v: want orders alone", names(team), err)
	}
}

// put stores datapoints in CloudWatch: the values of each minute, one datapoint each.
func put(t *testing.T, c *cloudwatch.Client, metric string, dims map[string]string, from time.Time, minutes int,
	values ...float64) {
	t.Helper()
	var list []cwtypes.Dimension
	for name, value := range dims {
		list = append(list, cwtypes.Dimension{Name: aws.String(name), Value: aws.String(value)})
	}
	slices.SortFunc(list, func(a, b cwtypes.Dimension) int { return strings.Compare(*a.Name, *b.Name) })
	var data []cwtypes.MetricDatum
	for i := range minutes {
		for _, v := range values {
			data = append(data, cwtypes.MetricDatum{MetricName: &metric, Dimensions: list,
				Timestamp: aws.Time(from.Add(time.Duration(i) * time.Minute)), Value: aws.Float64(v)})
		}
	}
	for part := range slices.Chunk(data, 1000) {
		if _, err := c.PutMetricData(t.Context(),
			&cloudwatch.PutMetricDataInput{Namespace: aws.String("AWS/Kafka"), MetricData: part}); err != nil {
			t.Fatal(err)
		}
	}
}

// The whole way on two emulators: a cluster made at the one, its metrics put into the other, and a sample of both.
func TestReadsMetricsAtAnEmulator(t *testing.T) {
	moto, mini := testbed.Moto(t), testbed.MiniStack(t)
	t.Setenv("AWS_ENDPOINT_URL_KAFKA", moto)
	t.Setenv("AWS_ENDPOINT_URL_CLOUDWATCH", mini)
	cfg := DefaultConfig()
	cfg.Regions, cfg.AWS.MaxAttempts = []string{"us-east-1"}, 1
	c := emulated(t, cfg)
	createClusters(t, c.kafka)
	from := time.Now().UTC().Truncate(5 * time.Minute).Add(-90 * time.Minute)
	for id := 1; id <= 6; id++ {
		of := dims("orders", dimBroker, strconv.Itoa(id))
		put(t, c.cloudwatch, "BytesInPerSec", of, from, 85, 4e6)
		put(t, c.cloudwatch, "BytesOutPerSec", of, from, 85, 8e6)
		put(t, c.cloudwatch, "MessagesInPerSec", of, from, 85, 4000)
		put(t, c.cloudwatch, "BytesInPerSec", dims("orders", dimBroker, strconv.Itoa(id), dimTopic, "carts"), from, 85, 3e6)
		put(t, c.cloudwatch, "ClientConnectionCount", dims("orders", dimBroker, strconv.Itoa(id), dimAuthentication, "IAM"), from,
			85, 7, 5)
	}
	put(t, c.cloudwatch, "GlobalPartitionCount", dims("orders"), from, 85, 240, 0, 0, 0, 0, 0)
	for i := range 12 {
		for _, metric := range []string{"BytesInPerSec", "BytesOutPerSec"} {
			put(t, c.cloudwatch, metric, dims("clicks", dimTopic, fmt.Sprintf("page-%d", i)), from, 85, 1000, 2000, 3000)
		}
	}

	inv, err := Discover(t.Context(), c, Filter{Names: []string{"orders", "clicks"}}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	clicks, orders := inv.Clusters[0], inv.Clusters[1]
	s := NewSource(cfg, orders, c, zerolog.Nop())
	samples := collectAll(t, s)
	got := last(samples)
	exactly(t, "ingress", got.Totals.IngressBytesPerSec, 24e6)
	exactly(t, "egress", got.Totals.EgressBytesPerSec, 48e6)
	exactly(t, "messages", got.Totals.MessagesPerSec, 24e3)
	exactly(t, "ingress of the topic", got.Topics[0].IngressBytesPerSec, 18e6)
	if f := got.Totals.Partitions; f == nil || f.High != 240 {
		t.Errorf("partitions %+v, want 240 at most", f)
	}
	if f := got.Totals.ClientConnections; f == nil || f.Value != 6*12 {
		t.Errorf("connections %+v, want 72", f)
	}
	if got.MSK.Size != "kafka.m5.2xlarge" || got.MSK.Brokers != 6 {
		t.Errorf("MSK %+v", got.MSK)
	}

	t.Run("serverless", func(t *testing.T) {
		s := NewSource(cfg, clicks, c, zerolog.Nop())
		got := last(collectAll(t, s))
		exactly(t, "ingress", got.Totals.IngressBytesPerSec, 12*6000)
		exactly(t, "egress", got.Totals.EgressBytesPerSec, 12*6000)
		if h := got.Totals.HottestIngress; h == nil || h.Rate.Value != 3000 {
			t.Errorf("busiest partition %+v, want 3000 bytes/s", h)
		}
	})
	t.Run("read back", func(t *testing.T) {
		n := 0
		err := s.ReadBack(t.Context(), workload.Window{Start: from, End: from.Add(80 * time.Minute)},
			func(one workload.Sample) error {
				if one.Totals.IngressBytesPerSec != nil {
					exactly(t, "ingress", one.Totals.IngressBytesPerSec, 24e6)
					n++
				}
				return nil
			})
		if want := int(s.begun(time.Now()).since.Sub(from).Minutes()); err != nil || n != want {
			t.Errorf("%d minutes, %v: want %d, up to where Collect began", n, err, want)
		}
	})
}
