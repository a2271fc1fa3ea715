package workload

import (
	"fmt"
	"slices"
	"time"
)

// Window is a span of time, in UTC: from Start up to but not including End.
type Window struct {
	// Start is included.
	Start time.Time `json:"start"`
	// End is not included.
	End time.Time `json:"end"`
}

// Duration returns the length of the window; zero or negative windows carry no data.
func (w Window) Duration() time.Duration { return w.End.Sub(w.Start) }

// Gap is something that could not be read, why, and its effect on the decision.
type Gap struct {
	// Source is the collector that met the gap: "kafka", "cloudwatch", "prometheus", "msk", "history".
	Source string `json:"source"`
	// What is missing: "log sizes of broker 2", "configuration of 3 topics".
	What string `json:"what"`
	// Why it is missing: the broker's answer in words.
	Why string `json:"why"`
	// Effect is what cannot be said, or is said with wider bounds, because of it.
	Effect string `json:"effect"`
	// LeavesOpen lists the cluster's quantities that are missing or wider because of it, by the verdict's names with commas
	// between them; empty: unknown. Where another source knows all of them, the gap is no loss.
	LeavesOpen string `json:"-"`
	// Inherent is true when the source can never see it: such a gap does not make an answer partial.
	Inherent bool `json:"inherent,omitempty"`
	// From is when it began, if that was within what was observed; To is when it ended, and Minutes how long it was open until
	// then, in one stretch or several. All are zero where it was open all the time, or where the source does not say.
	From time.Time `json:"from,omitzero"`
	// To is zero while the gap is open, and where its end is not known.
	To time.Time `json:"to,omitzero"`
	// Minutes is how long it was open between From and To; 0 where To is zero.
	Minutes int `json:"minutes,omitempty"`
}

// When says when the gap was open, in UTC: "since 2026-11-29 10:00", "65 minutes between 2026-11-29 10:00 and 2026-11-29 11:05";
// empty: all the time.
func (g Gap) When() string {
	const clock = "2006-01-02 15:04"
	switch {
	case !g.To.IsZero() && g.Minutes == 1:
		return "1 minute at " + g.From.UTC().Format(clock)
	case !g.To.IsZero():
		return fmt.Sprintf("%s minutes between %s and %s", FormatNumber(float64(g.Minutes)), g.From.UTC().Format(clock),
			g.To.UTC().Format(clock))
	case !g.From.IsZero():
		return "since " + g.From.UTC().Format(clock)
	}
	return ""
}

// Partial reports whether any gap is more than a limit of the way of looking.
func Partial(gaps []Gap) bool {
	return slices.ContainsFunc(gaps, func(g Gap) bool { return !g.Inherent })
}

// Sample is what one source saw of one cluster in one window. Every figure is a mean over the window unless its
// comment says otherwise; absent figures are nil. Topics, Groups and Brokers are sorted by name or id.
type Sample struct {
	// Source is the collector's name: "kafka", "cloudwatch", "prometheus".
	Source string
	// Cluster is the name under which the owner knows the cluster.
	Cluster string
	// Window has no duration in a source's first reading: such a sample carries no rates.
	Window Window
	// Totals are the cluster's figures, measured as a whole or summed up from topics.
	Totals Totals
	// Topics is empty where the source gives no figures by topic.
	Topics []Topic
	// Groups is empty where the source does not see consumer groups.
	Groups []Group
	// Brokers is empty where the source does not see brokers.
	Brokers []Broker
	// Posture is nil when this window did not look at it (it changes slowly and is read hourly).
	Posture *Posture
	// MSK is what the cluster is, when it runs on Amazon MSK and the control plane was asked.
	MSK *MSKCluster
	// Gaps are what could not be read; empty: nothing is missing.
	Gaps []Gap
	// Comparisons are there in samples that were merged of several sources: the cluster's, then by topic.
	Comparisons []Comparison `json:",omitempty"`
}

// Totals are figures of the whole cluster. Bytes are what clients send and receive on the wire to and from leaders
// (compressed record batches), internal topics included; replication is not part of them.
type Totals struct {
	IngressBytesPerSec  *Figure  // bytes/s from producers
	EgressBytesPerSec   *Figure  // bytes/s to consumers; without an upper bound where only commits are seen
	MessagesPerSec      *Figure  // records/s from producers
	StoredBytes         *Figure  // one copy: leader replicas only
	HottestIngress      *Hottest // busiest partition by bytes in
	HottestEgress       *Hottest // busiest partition by bytes out
	ClientConnections   *Figure  // open at once, at the window's end
	ConnectionsPerSec   *Figure  // new connections per second
	RequestsPerSec      *Figure  // requests/s from clients
	BatchesPerSec       *Figure  // see Topic.BatchesPerSec; user topics
	Topics              *Figure  // user topics, internal ones not counted
	Partitions          *Figure  // leader partitions of user topics
	CompactedPartitions *Figure  // leader partitions of compacted user topics
	ConsumerGroups      *Figure  // groups that the cluster knows, idle ones included
}

// Hottest is the busiest partition of a topic or a cluster, in bytes per second.
type Hottest struct {
	// Topic is the name of the partition's topic.
	Topic string
	// Partition is SomePartition where the source knows how busy it is and not which one.
	Partition int32
	// Rate is bytes per second.
	Rate Figure
}

// SomePartition stands for a partition of a topic that cannot be distinguished from the others.
const SomePartition int32 = -1

// PartitionName writes "orders-3", as Kafka names the folder of a partition, and "one of orders" for SomePartition.
func PartitionName(topic string, partition int32) string {
	if partition == SomePartition {
		return "one of " + topic
	}
	return fmt.Sprintf("%s-%d", topic, partition)
}

// Topic is one topic in one window.
type Topic struct {
	Name              string // as in Kafka
	Internal          bool   // Kafka's or MSK's own, such as __consumer_offsets
	Partitions        int    // leader partitions
	ReplicationFactor int    // copies of each partition, the leader's included
	// Config holds the topic's configuration where it is not the broker's default. Nil: it was not read.
	Config map[string]ConfigValue

	IngressBytesPerSec  *Figure // bytes/s from producers, compressed, without replication
	EgressBytesPerSec   *Figure // bytes/s to consumers, without replication
	MessagesPerSec      *Figure // records/s from producers
	AverageMessageBytes *Figure // on the wire: compressed batch bytes ÷ records
	// BatchesPerSec is how many record batches the brokers took in from producers. Each is carried by one accepted produce
	// request, and a request carries one batch of each partition that it writes to, so there are no more accepted produce
	// requests than batches. Requests that were refused and duplicate retries leave no batch.
	BatchesPerSec *Figure
	// Compression lists the codecs of the batches that were seen, sorted: gzip, lz4, none, snappy, zstd. Empty: none was seen.
	Compression       []string
	LargestBatchBytes *Figure  // largest record batch seen: a floor for max_message_bytes in use
	StoredBytes       *Figure  // one copy
	HottestIngress    *Hottest // the topic's busiest partition by bytes in
	HottestEgress     *Hottest // the topic's busiest partition by bytes out
	// Groups are the consumer groups with committed offsets on the topic, sorted.
	Groups []string
}

// ConfigValue is the value of one topic or broker configuration and who set it.
type ConfigValue struct {
	// Value is written as Kafka writes it: "604800000", "compact,delete".
	Value string
	// Source is Kafka's: "topic", "dynamic-broker", "dynamic-default-broker", "static-broker", "default".
	Source string
}

// Overridden reports whether somebody set the value: it does not come from Kafka's own default.
func (c ConfigValue) Overridden() bool { return c.Source != "" && c.Source != "default" }

// Compacted reports whether the topic's cleanup.policy includes compaction, and whether that is known.
func (t Topic) Compacted() (compacted, known bool) {
	if t.Config == nil {
		return false, false
	}
	return hasPolicy(t.Config["cleanup.policy"].Value, "compact"), true
}

func hasPolicy(list, want string) bool {
	for start, i := 0, 0; i <= len(list); i++ {
		if i == len(list) || list[i] == ',' || list[i] == ' ' {
			if list[start:i] == want {
				return true
			}
			start = i + 1
		}
	}
	return false
}

// Group is one consumer group in one window.
type Group struct {
	// Name is the group id in Kafka.
	Name string
	// Type is "classic", "consumer" (KIP-848) or "share" (KIP-932).
	Type string
	// State is Kafka's word: "Stable", "Empty", "PreparingRebalance", …
	State string
	// Members is how many are connected at the window's end; nil: unknown.
	Members *int
	// Topics are those with committed offsets or assigned members, sorted.
	Topics []string
	// EgressBytesPerSec is what the group's commits say that it read, without an upper bound where only commits are seen: what is
	// read again does not show. A nil figure: it does not commit, or the window was discarded.
	EgressBytesPerSec *Figure
	MessagesPerSec    *Figure // records/s that the commits moved on by, bounded as the bytes
	LagMessages       *Figure // at the window's end
	// EgressByTopic splits EgressBytesPerSec; keys are topic names.
	EgressByTopic map[string]Figure
}

// Broker is one broker in one window.
type Broker struct {
	ID         int32  // node id
	Host       string // as advertised to clients
	Port       int32  // as advertised to clients
	Rack       string // availability zone id on MSK; empty: not set
	Controller bool   // the active controller
	// Leaders is the number of partitions the broker leads.
	Leaders            int
	IngressBytesPerSec *Figure // bytes/s from clients
	EgressBytesPerSec  *Figure // bytes/s to clients
	ClientConnections  *Figure // open at once
	CPUBusyRatio       *Figure // 0–1
	StorageUsedRatio   *Figure // 0–1
}

// Posture is how the cluster is set up: what a move to another kind of cluster would have to keep or give up.
type Posture struct {
	// ReadAt is when it was read: posture is older than the window that carries it.
	ReadAt time.Time
	// KafkaVersion is the release or range inferred from the broker's API versions: "4.3", "2.8", "1.1". Empty: unknown.
	KafkaVersion string
	// Mode is "kraft", "zookeeper" or empty when unknown.
	Mode string
	// Listeners are those that brokers were seen to have; empty: unknown.
	Listeners []Listener
	// Authentication holds the methods that the listeners offer, in the words of the workload file, sorted: plaintext,
	// tls, mtls, sasl_plain, sasl_scram, oauthbearer, kerberos, iam. Nil: unknown.
	Authentication []string
	// ACLs, SCRAMUsers and ClientQuotas are counts; nil: not readable.
	ACLs *int
	// SCRAMUsers counts users with SCRAM credentials; nil: not readable.
	SCRAMUsers *int
	// ClientQuotas counts entities with a quota; nil: not readable.
	ClientQuotas *int
	// BrokerConfig holds broker configuration that differs from Kafka's default and matters for a move. Nil: not read.
	BrokerConfig map[string]ConfigValue
	// Features are the finalized feature levels (metadata.version, group.version, share.version, …).
	Features map[string]int
	// Transactional is the number of partitions with active transactional producers seen by sampling; nil: not sampled.
	Transactional *int
}

// Listener is one broker listener as clients see it.
type Listener struct {
	// Name is that of listeners= in the broker's configuration.
	Name string
	// Protocol is PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL.
	Protocol string
	// Mechanisms are the enabled SASL mechanisms, sorted; empty without SASL.
	Mechanisms []string
}

// MSKCluster is what Amazon MSK says that the cluster is.
type MSKCluster struct {
	// ARN names account and region, too.
	ARN string
	// Name is the cluster's in MSK; the configuration may know it by another.
	Name string
	// Region is the AWS region code.
	Region string
	// Kind is "serverless", "standard" or "express".
	Kind string
	// Size is the broker size ("kafka.m5.large", "express.m7g.large"); empty on Serverless.
	Size string
	// Brokers is the number over all zones; 0 on Serverless.
	Brokers int
	// State is AWS's word: "ACTIVE", "UPDATING", …
	State string
	// KafkaVersion is AWS's name of it ("3.9.x"); empty on Serverless.
	KafkaVersion string
	// Zones is how many availability zones its brokers are in; 0: unknown.
	Zones int
	// StorageGiBPerBroker is the provisioned volume; 0 on Serverless and Express.
	StorageGiBPerBroker int
	// ProvisionedThroughputMiB is MiB/s of each volume; 0: the default of the volume.
	ProvisionedThroughputMiB int
	// Tiered: tiered storage is on.
	Tiered bool
	// MonitoringLevel is DEFAULT, PER_BROKER, PER_TOPIC_PER_BROKER or PER_TOPIC_PER_PARTITION.
	MonitoringLevel string
	// Authentication holds the methods that are on, in the words of the workload file.
	Authentication []string
	// Configuration holds the custom server properties in force; nil: none or not readable.
	Configuration map[string]string
	// Tags are AWS's resource tags; nil: none or not readable.
	Tags map[string]string
}
