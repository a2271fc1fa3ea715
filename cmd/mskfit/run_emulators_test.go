package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cwtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/kafka"
	"github.com/aws/aws-sdk-go-v2/service/kafka/types"

	"github.com/mskfit/mskfit/internal/testbed"
	"github.com/mskfit/mskfit/internal/testbed/mskfake"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// behind puts a proxy before an emulator, which plays the part of time: moto leaves its clusters in state CREATING for ever.
func behind(t *testing.T, emulator string) string {
	t.Helper()
	to, err := url.Parse(emulator)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(to)
	proxy.ModifyResponse = func(r *http.Response) error {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return err
		}
		body = bytes.ReplaceAll(body, []byte(`"CREATING"`), []byte(`"ACTIVE"`))
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		r.Header.Set("Content-Length", fmt.Sprint(len(body)))
		return nil
	}
	s := httptest.NewServer(proxy)
	t.Cleanup(s.Close)
	return s.URL
}

// published puts a steady hour and a half of one metric into CloudWatch.
func published(t *testing.T, c *cloudwatch.Client, metric string, dims map[string]string, values ...float64) {
	t.Helper()
	var of []cwtypes.Dimension
	for name, value := range dims {
		of = append(of, cwtypes.Dimension{Name: aws.String(name), Value: aws.String(value)})
	}
	slices.SortFunc(of, func(a, b cwtypes.Dimension) int { return strings.Compare(*a.Name, *b.Name) })
	var data []cwtypes.MetricDatum
	for at := time.Now().Add(-90 * time.Minute).Truncate(time.Minute); at.Before(time.Now()); at = at.Add(time.Minute) {
		for _, v := range values {
			data = append(data, cwtypes.MetricDatum{MetricName: &metric, Dimensions: of, Timestamp: aws.Time(at), Value: &v})
		}
	}
	if _, err := c.PutMetricData(t.Context(),
		&cloudwatch.PutMetricDataInput{Namespace: aws.String("AWS/Kafka"), MetricData: data}); err != nil {
		t.Fatal(err)
	}
}

// The whole way on two emulators, in a process of its own: clusters made at the one, metrics put into the other, one line of
// configuration, and a report for each cluster.
func TestRunOnceAtEmulators(t *testing.T) {
	moto, mini := behind(t, testbed.Moto(t)), behind(t, testbed.MiniStack(t))
	sdk := aws.Config{Region: "us-east-1", Credentials: credentials.NewStaticCredentialsProvider("key", "secret", ""),
		DisableRequestCompression: true}
	control := kafka.NewFromConfig(sdk, func(o *kafka.Options) { o.BaseEndpoint = &moto })
	metrics := cloudwatch.NewFromConfig(sdk, func(o *cloudwatch.Options) { o.BaseEndpoint = &mini })
	for _, in := range []*kafka.CreateClusterV2Input{
		{ClusterName: aws.String("orders"), Provisioned: &types.ProvisionedRequest{KafkaVersion: aws.String("3.8.x"),
			NumberOfBrokerNodes: aws.Int32(3),
			BrokerNodeGroupInfo: &types.BrokerNodeGroupInfo{InstanceType: aws.String("kafka.m5.4xlarge"),
				ClientSubnets: []string{"a", "b", "c"}}}},
		{ClusterName: aws.String("clicks"), Serverless: &types.ServerlessRequest{
			VpcConfigs: []types.VpcConfig{{SubnetIds: []string{"a", "b"}}}}},
	} {
		if _, err := control.CreateClusterV2(t.Context(), in); err != nil {
			t.Fatal(err)
		}
	}
	for _, id := range []string{"1", "2", "3"} {
		broker := map[string]string{"Cluster Name": "orders", "Broker ID": id}
		published(t, metrics, "BytesInPerSec", broker, 4e6)
		published(t, metrics, "BytesOutPerSec", broker, 8e6)
		published(t, metrics, "MessagesInPerSec", broker, 4000)
	}
	published(t, metrics, "GlobalPartitionCount", map[string]string{"Cluster Name": "orders"}, 240, 0, 0)
	for i := range 5 { // each topic has three partitions, and a datapoint of each in every minute
		topic := map[string]string{"Cluster Name": "clicks", "Topic": fmt.Sprintf("page-%d", i)}
		published(t, metrics, "BytesInPerSec", topic, 1000, 2000, 3000)
		published(t, metrics, "BytesOutPerSec", topic, 1000, 2000, 3000)
	}
	for name, value := range map[string]string{"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret",
		"AWS_ENDPOINT_URL_KAFKA":      moto,
		"AWS_ENDPOINT_URL_CLOUDWATCH": mini, "AWS_ENDPOINT_URL_STS": mini, "AWS_EC2_METADATA_DISABLED": "true"} {
		t.Setenv(name, value)
	}
	// moto answers what it does not have with a fault, which is worth another attempt only at AWS.
	file := mskfake.File(t, mskfake.Once+`
aws: {max_attempts: 1}
msk:
  - regions: [us-east-1]
    cloudwatch: {backfill: 2h}
    requirements: {operations_team: false, authentication_change: true, broker_configuration: [], acls: false, zookeeper_access: false}
`)
	stdout, stderr, code := mskfit(t, "run", "-c", file, "--once")
	if code != exitDone || stdout != "" {
		t.Fatalf("exit code %d\n%s%s", code, stdout, stderr)
	}
	for name, want := range map[string]float64{"orders": 12e6, "clicks": 5 * 6000} {
		stdout, stderr, code := mskfit(t, "report", "-c", file, "--cluster", name, "--format", "json")
		var v verdict.Verdict
		if err := json.Unmarshal([]byte(stdout), &v); code != exitDone || err != nil {
			t.Fatalf("report on %s: exit code %d, %v\n%s", name, code, err, stderr)
		}
		if f := v.Workload.IngressBytesPerSec; v.Status != verdict.Decided || f == nil || f.Value < 0.999*want ||
			f.Value > 1.001*want || f.Method != workload.Measured {
			t.Errorf("%s: %s, ingress %+v, want %g measured; %v", name, v.Status, f, want, v.Reasons)
		}
		t.Logf("%s: %s", name, v.Reasons[0])
	}
}
