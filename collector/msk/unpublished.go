package msk

import (
	"cmp"

	"github.com/mskfit/mskfit/internal/workload"
)

// notPublished lists what CloudWatch does not tell of this kind of cluster at all (S-SMON for Serverless, S-MET and S-METX for
// Provisioned), and what tells it instead.
func notPublished(c *Cluster) []workload.Gap {
	g := newGaps(sourceName)
	if c.Kind == serverlessKind {
		const none = "MSK Serverless publishes no such metric"
		g.add("bytes of single partitions", none, "the busiest partition of a topic is known by its largest datapoint, and not which one it is")
		g.add("client connections and connection attempts", none, "they cannot be seen from outside: declare client_connections and connection_attempts_per_second",
			"client_connections", "connection_attempts_per_second")
		g.add("consumer group count", none, "groups with lag metrics are a floor; a Kafka source counts them", "consumer_groups")
		g.add("partition count", none, "partitions that publish datapoints are a floor; a Kafka source counts them, compacted ones apart", "partitions", "compacted_partitions")
		g.add("request rate", none, "it cannot be seen from outside: declare requests_per_second", "requests_per_second")
		g.add("stored bytes", none, "they are estimated from ingress × retention", "stored_bytes")
		g.add("throttling by quotas", none, "only the clients' own metrics tell whether they are slowed down")
		return g.list()
	}
	const none = "CloudWatch has no such metric"
	g.add("bytes of single partitions", none, "the hottest partition is not known; a Kafka source sees log sizes grow", hottestIngress, hottestEgress)
	g.add("request rate", none, "requests per second are not known; a JMX source counts them", "requests_per_second")
	if c.MonitoringLevel == "DEFAULT" || c.MonitoringLevel == "" {
		g.add("new connections per second", "monitoring level DEFAULT does not publish ConnectionCreationRate", "their rate is not known; level PER_BROKER tells it, charged as custom metrics",
			"connection_attempts_per_second")
	}
	if c.MonitoringLevel != "PER_TOPIC_PER_BROKER" && c.MonitoringLevel != "PER_TOPIC_PER_PARTITION" {
		g.add("messages per second of topics", "monitoring level "+cmp.Or(c.MonitoringLevel, "DEFAULT")+" does not publish them",
			"record sizes are those of the cluster; level PER_TOPIC_PER_BROKER tells them, charged as custom metrics")
	}
	return g.list()
}
