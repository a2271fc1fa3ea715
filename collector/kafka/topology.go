package kafka

import (
	"net"
	"strconv"
	"strings"

	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/mskfit/mskfit/internal/workload"
)

// policy says what may make a topic's log smaller while records come in.
type policy uint8

const (
	policyUnknown   policy = iota // the configuration was not read
	policyDelete                  // whole segments are deleted, and the start offset moves with them
	policyCompact                 // the cleaner rewrites segments at any time
	policyTiered                  // segments move to remote storage while the start offset stays
	policyRewritten               // the broker recompresses what producers send: the log is not what came in
)

// topic is a topic with what is remembered of its partitions. Partitions are indexed by their number.
type topic struct {
	name        string
	id          [16]byte
	internal    bool
	replication int
	parts       []partition
	// config is nil until it was read.
	config map[string]workload.ConfigValue
	policy policy
	// listed is the last sweep whose metadata held the topic, first the one in which it came up.
	listed, first int32
	batches       *topicBatches
	pool          pool
	// unreadable and surveyed are the last slow sweeps in which its batches were refused, or read; sampled is the last sweep in
	// which they were.
	unreadable, surveyed int
	sampled              int32
	// fetchBytes is how much to fetch of a partition whose batches are larger than usual; 0: the usual.
	fetchBytes int
	// fetched counts the bytes of its batches that were fetched: the brokers count them as read, like any consumer's.
	fetched int64
}

// partition is one partition: its place, the last two readings, and the estimates from earlier ones. A million of them are
// kept at once, so it is small, and what few need is behind a pointer.
type partition struct {
	leader int32 // -1: none
	// evaluated is the last reading that was evaluated, fresh the one of this sweep.
	evaluated, fresh reading
	// fault is why the last window of the partition does not count; faultNone: it counts.
	fault fault
	// window is what it took in since the last reading, total since the first.
	window          flow
	total           windowTotals
	densityEstimate densityEstimate
	growth          growth
	sample          *batches
}

// reading is what one sweep saw of a partition. Offsets and size are -1 when they were not read.
type reading struct {
	start, end, size int64
	// leader is the broker that answered, sweep the number of the sweep, from 1; 0: there is no reading.
	leader, sweep int32
}

func unread(leader, sweep int32) reading {
	return reading{start: -1, end: -1, size: -1, leader: leader, sweep: sweep}
}

// broker is one broker as metadata shows it.
type broker struct {
	id         int32
	host       string
	port       int32
	rack       string
	controller bool
	leaders    int
}

func (b broker) address() string { return net.JoinHostPort(b.host, strconv.Itoa(int(b.port))) }

// topology is the cluster's layout as of the last metadata.
type topology struct {
	clusterID string
	brokers   []broker // by id
	topics    map[string]*topic
	byID      map[[16]byte]*topic
	// names are the topics of the last metadata, sorted.
	names []string
}

func newTopology() *topology {
	return &topology{topics: map[string]*topic{}, byID: map[[16]byte]*topic{}}
}

// topicOf returns the topic of an answer, by name or, where it has none, by id; nil when it is not in the metadata.
func (w *topology) topicOf(name string, id [16]byte) *topic {
	if name != "" {
		return w.topics[name]
	}
	return w.byID[id]
}

// at returns the partition, or nil when the metadata does not hold it.
func (t *topic) at(p int32) *partition {
	if t == nil || p < 0 || int(p) >= len(t.parts) {
		return nil
	}
	return &t.parts[p]
}

// update takes over new metadata of the topic; previous is the sweep before, 0 in the first. A topic that was deleted and made
// again (another id) starts again. Partitions only ever grow in number. The fresh readings of all partitions are emptied.
func (t *topic) update(m *kmsg.MetadataResponseTopic, sweep, previous int32) (recreated bool) {
	none := [16]byte{}
	if m.TopicID != t.id {
		recreated = t.id != none && m.TopicID != none
		t.id = m.TopicID
	}
	size := 0
	for i := range m.Partitions {
		size = max(size, int(m.Partitions[i].Partition)+1)
	}
	if recreated || size < len(t.parts) {
		var heirs []partition
		if recreated && size >= len(t.parts) {
			heirs = heirsOf(t.parts, previous)
		}
		t.parts, t.batches, t.pool, recreated = heirs, nil, pool{}, true
	}
	if size > len(t.parts) {
		grown := make([]partition, size)
		copy(grown, t.parts)
		t.parts = grown
	}
	for i := range t.parts {
		t.parts[i].leader = -1
	}
	t.replication = 0
	for i := range m.Partitions {
		mp := &m.Partitions[i]
		if mp.Partition < 0 {
			continue
		}
		p := &t.parts[mp.Partition]
		if p.leader = mp.Leader; recreated {
			p.evaluated.leader = mp.Leader
		}
		t.replication = max(t.replication, len(mp.Replicas))
	}
	for i := range t.parts {
		t.parts[i].fresh = unread(t.parts[i].leader, sweep)
	}
	t.internal = m.IsInternal || internalName(t.name)
	return recreated
}

// heirsOf are the partitions of a topic that was made again after the sweep before: they keep the totals, and their logs were
// empty then, so that all they hold came in since.
func heirsOf(parts []partition, previous int32) []partition {
	heirs := make([]partition, len(parts))
	for i := range parts {
		if parts[i].evaluated.sweep == previous {
			heirs[i] = partition{total: parts[i].total, evaluated: reading{sweep: previous}}
		}
	}
	return heirs
}

// unread empties the fresh readings and keeps everything else: the metadata had an error for the topic.
func (t *topic) unread(sweep int32) {
	t.listed = sweep
	for i := range t.parts {
		t.parts[i].leader = -1
		t.parts[i].fresh = unread(-1, sweep)
	}
}

// internalName knows Kafka's own topics, which old metadata versions do not mark and some brokers mark only in part.
func internalName(name string) bool {
	switch name {
	case "__consumer_offsets", "__transaction_state", "__share_group_state", "__cluster_metadata", "__remote_log_metadata":
		return true
	}
	return strings.HasPrefix(name, "__amazon_msk_")
}
