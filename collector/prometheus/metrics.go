package prometheus

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/mskfit/mskfit/internal/yamlfile"
)

// Metrics says how the figures are called. Each is a selector as in PromQL, name{label="value"}, by default the preset's. A
// broker's total has the same name as the counters of its topics but no topic label; the two are never added.
type Metrics struct {
	// Preset is jmx_exporter, strimzi, msk_open_monitoring, kminion or plain (the names of rules that keep Kafka's own), or auto
	// (default): the first that matches.
	Preset string `yaml:"preset"`
	// Ingress and Egress count bytes from and to clients, Messages records from producers.
	Ingress  string `yaml:"ingress"`
	Egress   string `yaml:"egress"`
	Messages string `yaml:"messages"`
	// Connections are open ones (a gauge); ConnectionsCreated counts new ones. Without a matcher on their listener they are
	// ceilings: brokers connect to each other, too.
	Connections        string `yaml:"connections"`
	ConnectionsCreated string `yaml:"connections_created"`
	// Requests counts requests, each once.
	Requests string `yaml:"requests"`
	// TopicLabel is the label that names the topic (default topic).
	TopicLabel string `yaml:"topic_label"`
	// BrokerLabel is the label that distinguishes brokers at a server (default instance).
	BrokerLabel string `yaml:"broker_label"`
}

// Auto is the preset that finds out.
const Auto = "auto"

// clientRequests leaves out what brokers send each other, and the sum that Kafka counts beside its parts: a fetch counts
// as Fetch and once more as FetchConsumer or FetchFollower.
const clientRequests = `request!~"Fetch|FetchFollower|FetchSnapshot|LeaderAndIsr|StopReplica|UpdateMetadata|ControlledShutdown|` +
	`AlterPartition|AlterIsr|AlterReplicaState|AssignReplicasToDirs|BrokerHeartbeat|BrokerRegistration|ControllerRegistration|` +
	`UnregisterController|Vote|BeginQuorumEpoch|EndQuorumEpoch|WriteTxnMarkers|AllocateProducerIds|Envelope|` +
	`OffsetsForLeaderEpoch|OffsetForLeaderEpoch|ReadShareGroupState.*|WriteShareGroupState|InitializeShareGroupState|DeleteShareGroupState"`

// presets are the names that common exporters give. JMX exporter's are those of its example for Kafka 2.0 and later, which
// Strimzi's and Bitnami's charts use as well; MSK's exporter has no rules, so that its names are made of the beans'.
var presets = []Metrics{
	{
		Preset:  "jmx_exporter",
		Ingress: "kafka_server_brokertopicmetrics_bytesin_total", Egress: "kafka_server_brokertopicmetrics_bytesout_total",
		Messages:           "kafka_server_brokertopicmetrics_messagesin_total",
		Connections:        "kafka_server_socket_server_metrics_connection_count",
		ConnectionsCreated: "kafka_server_socket_server_metrics_connection_creation_total",
		Requests:           "kafka_network_requestmetrics_requests_total{" + clientRequests + "}",
		TopicLabel:         "topic", BrokerLabel: "instance",
	},
	{
		Preset:             "msk_open_monitoring",
		Ingress:            `kafka_server_BrokerTopicMetrics_Count{name="BytesInPerSec"}`,
		Egress:             `kafka_server_BrokerTopicMetrics_Count{name="BytesOutPerSec"}`,
		Messages:           `kafka_server_BrokerTopicMetrics_Count{name="MessagesInPerSec"}`,
		Connections:        `kafka_server_socket_server_metrics_connection_count{listener!~"(?i)REPLICATION.*|CONTROLLER.*"}`,
		ConnectionsCreated: `kafka_server_socket_server_metrics_connection_creation_total{listener!~"(?i)REPLICATION.*|CONTROLLER.*"}`,
		Requests:           `kafka_network_RequestMetrics_Count{name="RequestsPerSec",` + clientRequests + `}`,
		TopicLabel:         "topic", BrokerLabel: "instance",
	},
	{
		Preset:     "plain",
		Ingress:    "kafka_server_BrokerTopicMetrics_BytesInPerSec_total",
		Egress:     "kafka_server_BrokerTopicMetrics_BytesOutPerSec_total",
		Messages:   "kafka_server_BrokerTopicMetrics_MessagesInPerSec_total",
		Requests:   "kafka_network_requests_total{" + clientRequests + "}",
		TopicLabel: "topic", BrokerLabel: "instance",
	},
	{
		// It asks Kafka's admin API and has no bytes; high water marks grow with each record, and with transaction markers.
		Preset:     "kminion",
		Messages:   "kminion_kafka_topic_high_water_mark_sum",
		TopicLabel: "topic_name", BrokerLabel: "instance",
	},
	{
		// Last, since auto cannot distinguish it from jmx_exporter: Strimzi sets a label that keeps over restarts of a pod.
		Preset:  "strimzi",
		Ingress: "kafka_server_brokertopicmetrics_bytesin_total", Egress: "kafka_server_brokertopicmetrics_bytesout_total",
		Messages:           "kafka_server_brokertopicmetrics_messagesin_total",
		Connections:        `kafka_server_socket_server_metrics_connection_count{listener!~"(?i)REPLICATION.*|CONTROL.*"}`,
		ConnectionsCreated: `kafka_server_socket_server_metrics_connection_creation_total{listener!~"(?i)REPLICATION.*|CONTROL.*"}`,
		Requests:           "kafka_network_requestmetrics_requests_total{" + clientRequests + "}",
		TopicLabel:         "topic", BrokerLabel: "kubernetes_pod_name",
	},
}

func presetNames() []string {
	names := []string{Auto}
	for _, p := range presets {
		names = append(names, p.Preset)
	}
	slices.Sort(names)
	return names
}

// Validate returns every problem as a field error of the key.
func (m Metrics) Validate() error {
	var errs []error
	if !slices.Contains(presetNames(), m.Preset) {
		errs = append(errs, yamlfile.Invalid("preset", "%q is not supported: use one of %s", m.Preset,
			strings.Join(presetNames(), ", ")))
	}
	for field, text := range map[string]string{"ingress": m.Ingress, "egress": m.Egress, "messages": m.Messages,
		"connections":         m.Connections,
		"connections_created": m.ConnectionsCreated, "requests": m.Requests} {
		if _, err := parseSelector(text); err != nil {
			errs = append(errs, yamlfile.Invalid(field, "%v", err))
		}
	}
	return errors.Join(errs...)
}

// candidates are the names to try, first things first.
func (m Metrics) candidates() []Metrics {
	var out []Metrics
	for _, p := range presets {
		if m.Preset == p.Preset || m.Preset == Auto && p.Preset != "strimzi" {
			out = append(out, Metrics{
				Preset: p.Preset, Ingress: cmp.Or(m.Ingress, p.Ingress), Egress: cmp.Or(m.Egress, p.Egress),
				Messages:           cmp.Or(m.Messages, p.Messages),
				Connections:        cmp.Or(m.Connections, p.Connections),
				ConnectionsCreated: cmp.Or(m.ConnectionsCreated, p.ConnectionsCreated),
				Requests:           cmp.Or(m.Requests, p.Requests), TopicLabel: cmp.Or(m.TopicLabel, p.TopicLabel),
				BrokerLabel: cmp.Or(m.BrokerLabel, p.BrokerLabel),
			})
		}
	}
	return out
}

// quantity is what a selector counts.
type quantity int

const (
	ingress quantity = iota
	egress
	messages
	connections
	attempts
	requests
	quantities int = iota
)

// quantityNames are those of the verdict.
var quantityNames = [quantities]string{"ingress_bytes_per_second", "egress_bytes_per_second", "messages_per_second",
	"client_connections",
	"connection_attempts_per_second", "requests_per_second"}

// names are the selectors of one exporter.
type names struct {
	Metrics
	of [quantities]*selector
	// whole is true when each page speaks of the whole cluster, so that two of them say the same twice.
	whole bool
}

// compile reads selectors that Validate has accepted.
func (m Metrics) compile() (names, error) {
	n := names{Metrics: m, whole: m.Preset == "kminion"}
	for q, text := range []string{m.Ingress, m.Egress, m.Messages, m.Connections, m.ConnectionsCreated, m.Requests} {
		s, err := parseSelector(text)
		if err != nil {
			return n, err
		}
		n.of[q] = s
	}
	return n, nil
}

// byTopic reports whether the quantity has parts for each topic.
func (q quantity) byTopic() bool { return q <= messages }

// gauge reports whether the quantity is a level and not a counter.
func (q quantity) gauge() bool { return q == connections }

// first is the quantity by which brokers and the names themselves are recognized: it is there from a broker's start.
func (n *names) first() quantity {
	if n.of[ingress] != nil {
		return ingress
	}
	return messages
}
