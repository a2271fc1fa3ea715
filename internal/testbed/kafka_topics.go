package testbed

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// CreateTopic makes a topic that is replicated to all brokers, with the given configuration (nil: none), and returns once every
// broker knows all its leaders.
func (c *Cluster) CreateTopic(name string, partitions int, config map[string]string) {
	c.t.Helper()
	values := map[string]*string{}
	for key, value := range config {
		values[key] = &value
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	made, err := c.admin().CreateTopic(ctx, int32(partitions), int16(c.Options.Brokers), values, name)
	if err == nil {
		err = made.Err
	}
	if err != nil && !errors.Is(err, kerr.TopicAlreadyExists) { // a request that a slow broker answered late was sent again
		c.t.Fatalf("create topic %s: %v", name, err)
	}
	c.AwaitTopics(map[string]int{name: partitions})
}

// AwaitTopics returns once every running broker knows a leader for all partitions of the topics (partition counts by name).
func (c *Cluster) AwaitTopics(partitions map[string]int) {
	c.t.Helper()
	for _, b := range c.brokers {
		if b.process.ended() {
			continue
		}
		b.process.waitUntil(c.t, 3*time.Minute, func() error { return b.knowsTopics(partitions) })
	}
}

// knowsTopics asks the broker itself, not whichever broker a client would choose.
func (b *broker) knowsTopics(partitions map[string]int) error {
	req := kmsg.NewPtrMetadataRequest()
	req.Topics = []kmsg.MetadataRequestTopic{}
	for name := range partitions {
		topic := kmsg.NewMetadataRequestTopic()
		topic.Topic = &name
		req.Topics = append(req.Topics, topic)
	}
	resp, err := b.ask(context.Background(), req)
	if err != nil {
		return err
	}
	for _, topic := range resp.(*kmsg.MetadataResponse).Topics {
		led := 0
		for _, p := range topic.Partitions {
			if p.ErrorCode == 0 && p.Leader >= 0 {
				led++
			}
		}
		if want := partitions[*topic.Topic]; led != want {
			return fmt.Errorf("broker %d knows leaders of %d of %d partitions of %s", b.id, led, want, *topic.Topic)
		}
	}
	return nil
}

// LogSize adds up the segments of a replica on the disk of a broker (from 1).
func (c *Cluster) LogSize(broker int, topic string, partition int) int64 {
	c.t.Helper()
	folder := filepath.Join(c.brokers[broker-1].dir, "data", fmt.Sprintf("%s-%d", topic, partition))
	segments, err := filepath.Glob(filepath.Join(folder, "*.log"))
	if err != nil || len(segments) == 0 {
		c.t.Fatalf("size of %s-%d: no segments in %s", topic, partition, folder)
	}
	sum := int64(0)
	for _, segment := range segments {
		info, err := os.Stat(segment)
		if errors.Is(err, os.ErrNotExist) {
			continue // deleted since
		}
		if err != nil {
			c.t.Fatalf("size of %s-%d: %v", topic, partition, err)
		}
		sum += info.Size()
	}
	return sum
}
