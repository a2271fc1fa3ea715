package demo

import (
	"context"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// createTopic creates the topic of a shape and returns its ID.
func createTopic(ctx context.Context, client *kgo.Client, s shape) (id [16]byte, err error) {
	topic := kmsg.NewCreateTopicsRequestTopic()
	topic.Topic, topic.NumPartitions, topic.ReplicationFactor = s.topic, s.partitions, brokers
	for name, value := range s.configs() {
		topic.Configs = append(topic.Configs, kmsg.CreateTopicsRequestTopicConfig{Name: name, Value: &value})
	}
	req := kmsg.NewPtrCreateTopicsRequest()
	req.Topics, req.TimeoutMillis = append(req.Topics, topic), 15000
	resp, err := req.RequestWith(ctx, client)
	if err != nil {
		return id, err
	}
	for _, t := range resp.Topics {
		if err := kerr.ErrorForCode(t.ErrorCode); err != nil {
			return id, err
		}
		id = t.TopicID
	}
	return id, nil
}

// retiredTopic is what an old group has read.
const retiredTopic = "legacy-import"

// commitRetired leaves behind the offsets of a group that no one runs any more, as every old cluster has them.
func commitRetired(ctx context.Context, client *kgo.Client, id [16]byte) error {
	partition := kmsg.NewOffsetCommitRequestTopicPartition()
	topic := kmsg.NewOffsetCommitRequestTopic()
	topic.Topic, topic.TopicID, topic.Partitions = retiredTopic, id, append(topic.Partitions, partition)
	req := kmsg.NewPtrOffsetCommitRequest()
	req.Group, req.Generation, req.Topics = "legacy-loader", -1, append(req.Topics, topic)
	resp, err := req.RequestWith(ctx, client)
	if err != nil {
		return err
	}
	for _, t := range resp.Topics {
		for _, p := range t.Partitions {
			if err := kerr.ErrorForCode(p.ErrorCode); err != nil {
				return err
			}
		}
	}
	return nil
}

// slowDown takes back what hurried the groups while they formed.
func slowDown(ctx context.Context, client *kgo.Client) error {
	cluster := kmsg.NewIncrementalAlterConfigsRequestResource()
	cluster.ResourceType = kmsg.ConfigResourceTypeBroker // without a name: of all brokers
	for name := range hurried("") {
		cluster.Configs = append(cluster.Configs,
			kmsg.IncrementalAlterConfigsRequestResourceConfig{Name: name, Op: kmsg.IncrementalAlterConfigOpDelete})
	}
	req := kmsg.NewPtrIncrementalAlterConfigsRequest()
	req.Resources = append(req.Resources, cluster)
	resp, err := req.RequestWith(ctx, client)
	if err != nil {
		return err
	}
	for _, r := range resp.Resources {
		if err := kerr.ErrorForCode(r.ErrorCode); err != nil {
			return err
		}
	}
	return nil
}
