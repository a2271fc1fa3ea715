package msk

import "github.com/mskfit/mskfit/internal/workload"

// notPublished lists what CloudWatch does not tell of this kind of cluster at all (S-SMON for Serverless, S-MET and S-METX for
// Provisioned), and what tells it instead.
func notPublished(c *Cluster) []workload.Gap {
	var out []workload.Gap
	add := func(what, why, effect string) {
		out = append(out, workload.Gap{Source: sourceName, What: what, Why: why, Effect: effect})
	}
	const noMetric = "CloudWatch has no such metric"
	if c.Kind == serverlessKind {
		const none = "MSK Serverless publishes no such metric"
		add("bytes of single partitions", none, "the hottest partition is not known: a Kafka source sees end offsets move, else it is topic rate ÷ partitions × skew")
		add("client connections and connection attempts", none, "they cannot be seen from outside: declare client_connections and connection_attempts_per_second")
		add("consumer group count", none, "groups with lag metrics are a floor; a Kafka source counts them")
		add("partition count", none, "a Kafka source counts partitions, compacted ones apart")
		add("request rate", none, "it cannot be seen from outside: declare requests_per_second")
		add("stored bytes", none, "they are estimated from ingress × retention")
		add("throttling by quotas", none, "only the clients' own metrics tell whether they are slowed down")
		return out
	}
	add("bytes of single partitions", noMetric, "the hottest partition is not known; a Kafka source sees log sizes grow")
	add("request rate", noMetric, "requests per second are not known; a JMX source counts them")
	if c.MonitoringLevel == "DEFAULT" || c.MonitoringLevel == "" {
		add("new connections per second", "monitoring level DEFAULT does not publish ConnectionCreationRate", "their rate is not known; level PER_BROKER tells it, charged as custom metrics")
	}
	if c.MonitoringLevel != "PER_TOPIC_PER_BROKER" && c.MonitoringLevel != "PER_TOPIC_PER_PARTITION" {
		add("messages per second of topics", "monitoring level "+c.MonitoringLevel+" does not publish them", "record sizes are those of the cluster; level PER_TOPIC_PER_BROKER tells them, charged as custom metrics")
	}
	return out
}
