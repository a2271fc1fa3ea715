package workload

import (
	"math"
	"strconv"
	"time"
)

// Kafka's own defaults, for clusters whose broker configuration was read and does not set them.
const (
	defaultRetention       = 7 * 24 * time.Hour // log.retention.hours = 168
	defaultMessageMaxBytes = 1_048_588          // message.max.bytes: 1 MiB and the 12 bytes of log overhead
	usesBrokerDefault      = -2                 // local.retention.ms = -2 stands for retention.ms
)

// fromTopics fills in what follows from the topics' figures and configuration together with the brokers'. Only user
// topics count: internal ones are the service's own affair on every kind of cluster.
func fromTopics(w *Workload) {
	var brokers map[string]ConfigValue // nil: not read
	if w.Posture != nil {
		brokers = w.Posture.BrokerConfig
	}
	var users []*TopicWorkload
	for i := range w.TopicList {
		t := &w.TopicList[i]
		t.MaxMessageBytes = largestMessage(t, brokers)
		if !t.Internal {
			users = append(users, t)
		}
	}
	w.AverageMessageBytes = averageMessage(w, users)
	w.MaxMessageBytes = largestOf(users, func(t *TopicWorkload) (*Figure, bool) { return t.MaxMessageBytes, true })
	w.LargestCompactedPartitionBytes = largestOf(users, largestCompactedPartition)
	if w.Topics != nil && !w.Topics.Bounded() { // there are topics that we may not see, and theirs may be larger
		w.MaxMessageBytes, w.LargestCompactedPartitionBytes = withoutLimit(w.MaxMessageBytes),
			withoutLimit(w.LargestCompactedPartitionBytes)
	}
	replication(w, users)
	w.Retention, w.PrimaryRetention = retention(users, brokers)
}

// averageMessage divides the bytes by the records of the user topics for which both are known; without topics, of the
// cluster.
func averageMessage(w *Workload, users []*TopicWorkload) *Figure {
	var bytes, records []*Figure
	for _, t := range users {
		if t.IngressBytesPerSec != nil && t.MessagesPerSec != nil {
			bytes, records = append(bytes, &t.IngressBytesPerSec.Figure), append(records, &t.MessagesPerSec.Figure)
		}
	}
	in, ok := Sum(bytes...)
	n, _ := Sum(records...)
	if !ok && w.IngressBytesPerSec != nil && w.MessagesPerSec != nil {
		in, n, ok = w.IngressBytesPerSec.Figure, w.MessagesPerSec.Figure, true
	}
	if !ok {
		return nil
	}
	return in.Over(n, "bytes ÷ records")
}

// largestMessage bounds the largest message that a topic is sent: not below the largest batch that was seen, nor, when
// none was, below the average record; not above the limit in force, which the broker holds against whole batches as
// well. What is really in use lies in between and no one counts it, so the value is the floor where batches were seen
// and the limit where none was.
func largestMessage(t *TopicWorkload, brokers map[string]ConfigValue) *Figure {
	limit, known := messageLimit(t, brokers)
	switch seen := t.MaxMessageBytes; {
	case seen != nil && known:
		return Between(seen.Value, seen.Low, limit, Estimated, "largest batch seen, limit max.message.bytes").Ptr()
	case seen != nil:
		return AtLeast(seen.Value, Estimated, "largest batch seen").Ptr()
	case !known:
		return nil
	}
	floor := 0.0
	if t.AverageMessageBytes != nil {
		floor = t.AverageMessageBytes.Low
	}
	return Between(limit, floor, limit, Estimated, "limit max.message.bytes").Ptr()
}

func messageLimit(t *TopicWorkload, brokers map[string]ConfigValue) (float64, bool) {
	if v, ok := number(t.Config, "max.message.bytes"); ok {
		return float64(v), true
	}
	if v, ok := number(brokers, "message.max.bytes"); ok {
		return float64(v), true
	}
	return defaultMessageMaxBytes, t.Config != nil && brokers != nil
}

// largestOf returns the figure with the highest value, with bounds that hold the largest of all: it is at least every
// low and at most the highest high. Topics for which get reports false have no part in it; one that has, and no
// figure, leaves the largest unbounded. Nil when no topic has a figure.
func largestOf(topics []*TopicWorkload, get func(*TopicWorkload) (*Figure, bool)) *Figure {
	var out *Figure
	unbounded := false
	for _, t := range topics {
		f, counts := get(t)
		switch {
		case f == nil:
			unbounded = unbounded || counts
		case out == nil:
			out = f.Ptr()
		default:
			low, high := math.Max(out.Low, f.Low), math.Max(out.High, f.High)
			if f.Value > out.Value {
				out = f.Ptr()
			}
			out = Between(math.Max(out.Value, low), low, high, out.Method, out.Source).Ptr()
		}
	}
	if unbounded {
		return withoutLimit(out)
	}
	return out
}

func withoutLimit(f *Figure) *Figure {
	if f == nil {
		return nil
	}
	return Between(f.Value, f.Low, math.Inf(1), f.Method, f.Source).Ptr()
}

// largestCompactedPartition bounds the fullest partition of a compacted topic by its even share and by the whole.
func largestCompactedPartition(t *TopicWorkload) (*Figure, bool) {
	switch {
	case t.Compacted == nil: // it may be one
		return nil, true
	case !*t.Compacted:
		return nil, false
	case t.StoredBytes == nil || t.Partitions == 0:
		return nil, true
	}
	share := 1 / float64(t.Partitions)
	return Between(t.StoredBytes.Value*share, t.StoredBytes.Low*share, t.StoredBytes.High, Estimated,
		"stored bytes of the topic ÷ partitions").Ptr(), true
}

// replication finds the least, the most and the prevailing replication factor; the last by partitions, the higher of two
// that prevail alike.
func replication(w *Workload, users []*TopicWorkload) {
	partitions := map[int]int{}
	for _, t := range users {
		if t.ReplicationFactor > 0 {
			partitions[t.ReplicationFactor] += t.Partitions
		}
	}
	for rf, n := range partitions {
		if best := partitions[w.ReplicationFactor]; w.ReplicationFactor == 0 || n > best || n == best && rf > w.ReplicationFactor {
			w.ReplicationFactor = rf
		}
		if w.MinReplicationFactor == 0 || rf < w.MinReplicationFactor {
			w.MinReplicationFactor = rf
		}
		w.MaxReplicationFactor = max(w.MaxReplicationFactor, rf)
	}
}

// retention returns the longest retention in use, and the longest on broker storage where any topic is tiered (nil
// otherwise). Topics that are only compacted keep no time; a topic whose configuration was not read does not count.
func retention(users []*TopicWorkload, brokers map[string]ConfigValue) (longest, primary *time.Duration) {
	tiered := false
	var local *time.Duration
	for _, t := range users {
		if t.Config == nil || !deletes(t.Config) {
			continue
		}
		keep, ok := topicRetention(t.Config, brokers)
		if !ok {
			continue
		}
		onBroker := keep
		if t.Config["remote.storage.enable"].Value == "true" {
			tiered = true
			if ms, set := number(t.Config, "local.retention.ms"); set && ms != usesBrokerDefault {
				onBroker = millis(ms)
			}
		}
		longest, local = longer(longest, keep), longer(local, onBroker)
	}
	if !tiered {
		local = nil
	}
	return longest, local
}

// Keeps returns for how long the topic keeps its data, as its own configuration says or else that of the brokers (nil: not read):
// RetentionUnlimited for good, and for topics that are only compacted. limit is retention.bytes over all partitions, one copy; +Inf
// where there is none. ok is false where the topic's configuration is unknown, or neither it nor the brokers' gives a retention.
func (t *TopicWorkload) Keeps(brokers map[string]ConfigValue) (retention time.Duration, limit float64, ok bool) {
	limit = math.Inf(1)
	if t.Config == nil {
		return 0, limit, false
	}
	if !deletes(t.Config) {
		return RetentionUnlimited, limit, true
	}
	bytes, set := number(t.Config, "retention.bytes")
	if !set {
		bytes, set = number(brokers, "log.retention.bytes")
	}
	if set && bytes >= 0 {
		limit = float64(bytes) * float64(t.Partitions)
	}
	retention, ok = topicRetention(t.Config, brokers)
	return retention, limit, ok
}

func deletes(config map[string]ConfigValue) bool {
	policy := config["cleanup.policy"].Value
	return policy == "" || hasPolicy(policy, "delete")
}

// topicRetention follows Kafka's order: the topic's own setting, then the brokers' in milliseconds, minutes, hours,
// then seven days.
func topicRetention(config, brokers map[string]ConfigValue) (time.Duration, bool) {
	if ms, ok := number(config, "retention.ms"); ok {
		return millis(ms), true
	}
	for _, c := range []struct {
		name string
		unit int64
	}{{"log.retention.ms", 1}, {"log.retention.minutes", 60_000}, {"log.retention.hours", 3_600_000}} {
		if n, ok := number(brokers, c.name); ok {
			if n > math.MaxInt64/c.unit {
				return RetentionUnlimited, true
			}
			return millis(n * c.unit), true
		}
	}
	return defaultRetention, brokers != nil
}

// millis turns Kafka's milliseconds into a duration: -1 is unlimited, as is what a duration cannot hold.
func millis(ms int64) time.Duration {
	if ms < 0 || ms > int64(RetentionUnlimited/time.Millisecond) {
		return RetentionUnlimited
	}
	return time.Duration(ms) * time.Millisecond
}

func longer(a *time.Duration, b time.Duration) *time.Duration {
	if a != nil && *a >= b {
		return a
	}
	return &b
}

func number(config map[string]ConfigValue, name string) (int64, bool) {
	v, ok := config[name]
	if !ok {
		return 0, false
	}
	n, err := strconv.ParseInt(v.Value, 10, 64)
	return n, err == nil
}
