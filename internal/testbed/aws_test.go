package testbed

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cwtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/kafka"
	kafkatypes "github.com/aws/aws-sdk-go-v2/service/kafka/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

func awsConfig(endpoint string) aws.Config {
	return aws.Config{Region: "us-east-1", BaseEndpoint: &endpoint,
		Credentials: credentials.NewStaticCredentialsProvider("test", "test", "")}
}

func TestMotoHasClusters(t *testing.T) {
	client := kafka.NewFromConfig(awsConfig(Moto(t)))
	_, err := client.CreateClusterV2(t.Context(), &kafka.CreateClusterV2Input{
		ClusterName: aws.String("orders"),
		Provisioned: &kafkatypes.ProvisionedRequest{
			KafkaVersion: aws.String("3.8.x"), NumberOfBrokerNodes: aws.Int32(3),
			BrokerNodeGroupInfo: &kafkatypes.BrokerNodeGroupInfo{InstanceType: aws.String("kafka.m7g.large"),
				ClientSubnets: []string{"a", "b", "c"}},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	list, err := client.ListClustersV2(t.Context(), &kafka.ListClustersV2Input{})
	if err != nil {
		t.Fatal(err)
	}
	if len(list.ClusterInfoList) != 1 || *list.ClusterInfoList[0].ClusterName != "orders" {
		t.Errorf("clusters: %+v", list.ClusterInfoList)
	}
}

func TestMiniStackKeepsMetricsAndDelivers(t *testing.T) {
	config := awsConfig(MiniStack(t))
	at := time.Now().Add(-10 * time.Minute).Truncate(time.Minute)
	metrics := cloudwatch.NewFromConfig(config)
	_, err := metrics.PutMetricData(t.Context(), &cloudwatch.PutMetricDataInput{
		Namespace:  aws.String("AWS/Kafka"),
		MetricData: []cwtypes.MetricDatum{{MetricName: aws.String("BytesInPerSec"), Timestamp: &at, Value: aws.Float64(4711)}},
	})
	if err != nil {
		t.Fatal(err)
	}
	data, err := metrics.GetMetricData(t.Context(), &cloudwatch.GetMetricDataInput{
		StartTime: aws.Time(at.Add(-time.Minute)), EndTime: aws.Time(at.Add(time.Minute)),
		MetricDataQueries: []cwtypes.MetricDataQuery{{Id: aws.String("a"), MetricStat: &cwtypes.MetricStat{
			Metric: &cwtypes.Metric{Namespace: aws.String("AWS/Kafka"), MetricName: aws.String("BytesInPerSec")},
			Period: aws.Int32(60), Stat: aws.String("Sum"),
		}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(data.MetricDataResults) != 1 || len(data.MetricDataResults[0].Values) != 1 ||
		data.MetricDataResults[0].Values[0] != 4711 {
		t.Errorf("metric data: %+v", data.MetricDataResults)
	}

	topics, queues := sns.NewFromConfig(config), sqs.NewFromConfig(config)
	topic, err := topics.CreateTopic(t.Context(), &sns.CreateTopicInput{Name: aws.String("alerts")})
	if err != nil {
		t.Fatal(err)
	}
	queue, err := queues.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String("inbox")})
	if err != nil {
		t.Fatal(err)
	}
	_, err = topics.Subscribe(t.Context(), &sns.SubscribeInput{TopicArn: topic.TopicArn, Protocol: aws.String("sqs"),
		Endpoint: aws.String("arn:aws:sqs:us-east-1:000000000000:inbox")})
	if err != nil {
		t.Fatal(err)
	}
	if _, err = topics.Publish(t.Context(), &sns.PublishInput{TopicArn: topic.TopicArn,
		Message: aws.String("quota near")}); err != nil {
		t.Fatal(err)
	}
	inbox, err := queues.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: queue.QueueUrl, WaitTimeSeconds: 5})
	if err != nil {
		t.Fatal(err)
	}
	if len(inbox.Messages) != 1 || !strings.Contains(*inbox.Messages[0].Body, "quota near") {
		t.Errorf("inbox: %+v", inbox.Messages)
	}
}
