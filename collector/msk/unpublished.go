package msk

import (
	"cmp"

	"github.com/mskfit/mskfit/collector"
	"github.com/mskfit/mskfit/internal/workload"
)

// notPublished lists what CloudWatch does not publish for this kind of cluster (S-SMON for Serverless, S-MET and S-METX for
// Provisioned), and what shows it instead.
func notPublished(c *Cluster) []workload.Gap {
	g := &collector.Gaps{}
	if c.Kind == serverlessKind {
		const none = "MSK Serverless publishes no such metric"
		g.Add("bytes of single partitions", none, "the largest value per topic is known, but not which partition it is")
		g.Add("client connections and connection attempts", none,
			"no source can see them: declare client_connections and connection_attempts_per_second",
			"client_connections", "connection_attempts_per_second")
		g.Add("consumer group count", none, "groups with lag metrics are a floor; add a Kafka source to count them",
			"consumer_groups")
		g.Add("partition count", none, "partitions that publish datapoints are a floor; add a Kafka source to count them, compacted ones separately", "partitions", "compacted_partitions")
		g.Add("request rate", none, "no source can see it: declare requests_per_second", "requests_per_second")
		g.Add("stored bytes", none, "they are estimated from ingress × retention", "stored_bytes")
		g.Add("throttling by quotas", none, "only the clients' own metrics show whether they are throttled")
		return g.List(sourceName)
	}
	const none = "CloudWatch has no such metric"
	g.Add("bytes of single partitions", none, "the hottest partition is unknown; add a Kafka source to see log sizes grow",
		hottestIngress, hottestEgress)
	g.Add("request rate", none, "requests per second are unknown; add a JMX source to count them", "requests_per_second")
	if c.MonitoringLevel == "DEFAULT" || c.MonitoringLevel == "" {
		g.Add("new connections per second", "monitoring level DEFAULT does not publish ConnectionCreationRate",
			"their rate is unknown; level PER_BROKER publishes it, billed as custom metrics",
			"connection_attempts_per_second")
		g.Add("throttling of clients", "monitoring level DEFAULT does not publish ProduceThrottleTime and FetchThrottleTime",
			"where brokers throttle, ingress and egress are less than the demand; level PER_BROKER publishes it, billed as custom metrics")
	}
	if c.MonitoringLevel != "PER_TOPIC_PER_BROKER" && c.MonitoringLevel != "PER_TOPIC_PER_PARTITION" {
		g.Add("messages per second of topics", "monitoring level "+cmp.Or(c.MonitoringLevel, "DEFAULT")+" does not publish them",
			"record sizes are known for the whole cluster only; level PER_TOPIC_PER_BROKER publishes them, billed as custom metrics")
	}
	return g.List(sourceName)
}
