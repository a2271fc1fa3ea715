package catalog

import (
	"maps"
	"slices"

	"github.com/mskfit/mskfit/internal/yamlfile"
)

// authentication are the ways in which clients prove who they are, as workloads declare them.
var authentication = []string{"plaintext", "tls", "mtls", "sasl_plain", "sasl_scram", "oauthbearer", "kerberos", "iam"}

func (l *loader) serverless(doc *yamlfile.Document, s *Serverless) error {
	var c checks
	l.quotas(&c, doc, s.Quotas)
	l.topicConfigs(&c, s.TopicConfigs)
	c.methods(s.Authentication)
	c.names("regions", s.Regions)
	c.names("unsupported_apis", s.UnsupportedAPIs)
	c.positive("port", float64(s.Port))
	c.positive("default_retention_bytes", s.DefaultRetentionBytes)
	l.cite(&c, "source", s.Source, false)
	l.notes(&c, "notes", s.Notes)
	return c.err()
}

func (l *loader) topicConfigs(c *checks, configs []TopicConfigBound) {
	seen := map[string]bool{}
	for i, t := range configs {
		at := indexed("topic_configs", i)
		c.text(at+".name", t.Name, "name the configuration")
		c.once(at+".name", t.Name, seen)
		c.text(at+".default", t.Default, "write the default")
		l.cite(c, at+".source", t.Source, false)
		if t.Max == nil {
			continue
		}
		c.positive(at+".max", *t.Max)
		c.oneOf(at+".unit", t.Unit, "bytes", "ms")
	}
}

func (c *checks) methods(methods []string) {
	c.names("authentication", methods)
	for i, m := range methods {
		c.oneOf(indexed("authentication", i), m, authentication...)
	}
}

func (l *loader) standard(doc *yamlfile.Document, s *Standard) error {
	var c checks
	l.standardSizes(&c, s.Sizes)
	l.sizeSources(&c, s.SizeSources)
	l.quotas(&c, doc, s.Quotas)
	c.names("broker_configs", s.BrokerConfigs)
	for i, b := range s.BrokerConfigBounds {
		at := indexed("broker_config_bounds", i)
		c.oneOf(at+".name", b.Name, s.BrokerConfigs...)
		c.text(at+".bound", b.Bound, "write the range")
		l.cite(&c, at+".source", b.Source, false)
	}
	c.methods(s.Authentication)
	for i, p := range s.Ports {
		at := indexed("ports", i)
		c.oneOf(at+".mode", p.Mode, authentication...)
		c.positive(at+".port", float64(p.Port))
		l.cite(&c, at+".source", p.Source, false)
	}
	l.versions(&c, s.Versions)
	c.positive("default_throughput_mib_s", s.DefaultThroughputMiB)
	c.positive("default_volume.min_mib_s", s.DefaultVolume.MinMiB)
	c.positive("default_volume.per_gib_mib_s", s.DefaultVolume.PerGiB)
	c.ordered("default_volume.min_mib_s", s.DefaultVolume.MinMiB, s.DefaultVolume.MaxMiB, "max_mib_s")
	l.cite(&c, "default_volume.source", s.DefaultVolume.Source, false)
	c.positive("provisioned_throughput_min_mib_s", s.ProvisionedMinMiB)
	c.positive("provisioned_throughput_volume_min_gib", s.ProvisionedVolumeMinGiB)
	l.notes(&c, "notes", s.Notes)
	return c.err()
}

func (l *loader) express(doc *yamlfile.Document, e *Express) error {
	var c checks
	l.expressSizes(&c, e.Sizes)
	l.sizeSources(&c, e.SizeSources)
	l.quotas(&c, doc, e.Quotas)
	c.names("broker_configs", e.BrokerConfigs)
	c.names("read_only_broker_configs", e.ReadOnlyConfigs)
	c.names("topic_configs", e.TopicConfigs)
	c.methods(e.Authentication)
	l.versions(&c, e.Versions)
	c.positive("replication_factor", float64(e.ReplicationFactor))
	c.positive("min_insync_replicas", float64(e.MinInsyncReplicas))
	c.ordered("min_insync_replicas", float64(e.MinInsyncReplicas), float64(e.ReplicationFactor), "replication_factor")
	c.positive("per_partition_mb_s", e.PerPartitionMBps)
	l.cite(&c, "per_partition_source", e.PerPartitionSource, false)
	l.notes(&c, "notes", e.Notes)
	return c.err()
}

func (l *loader) versions(c *checks, versions []KafkaVersion) {
	if len(versions) == 0 {
		c.add("kafka_versions", "missing: list at least one")
	}
	seen := map[string]bool{}
	for i, v := range versions {
		at := indexed("kafka_versions", i)
		c.text(at+".version", v.Version, "name the version")
		c.once(at+".version", v.Version, seen)
		c.names(at+".modes", v.Modes)
		for j, m := range v.Modes {
			c.oneOf(indexed(at+".modes", j), m, "zookeeper", "kraft")
		}
		for field, day := range map[string]string{".released": v.Released, ".end_of_support": v.EndOfSupport} {
			if day != "" {
				c.day(at+field, day, false)
			}
		}
		l.cite(c, at+".source", v.Source, false)
	}
}

func (l *loader) sizeSources(c *checks, sources map[string]string) {
	for _, column := range slices.Sorted(maps.Keys(sources)) {
		l.cite(c, "size_sources."+column, sources[column], false)
	}
}
