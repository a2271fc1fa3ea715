package msk

import (
	"slices"
	"strings"

	"github.com/mskfit/mskfit/internal/workload"
)

// properties reads the text of a Java properties file, as MSK keeps configurations: one key=value (or key: value) a line, with
// comments after # or !, and lines that end in a backslash going on in the next.
func properties(text string) map[string]string {
	out := map[string]string{}
	joined := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
	joined = strings.ReplaceAll(joined, "\\\n", "")
	for line := range strings.SplitSeq(joined, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' || line[0] == '!' {
			continue
		}
		at := strings.IndexAny(line, "=:")
		if at < 0 {
			out[line] = ""
			continue
		}
		out[strings.TrimSpace(line[:at])] = strings.TrimSpace(line[at+1:])
	}
	return out
}

// kafkaDefaults are Apache Kafka's own, of the properties that an MSK configuration often states as they are anyway.
var kafkaDefaults = map[string]string{
	"auto.create.topics.enable": "true", "compression.type": "producer", "default.replication.factor": "1",
	"delete.topic.enable":          "true",
	"group.max.session.timeout.ms": "1800000", "group.min.session.timeout.ms": "6000", "log.cleanup.policy": "delete",
	"log.retention.bytes": "-1",
	"log.retention.hours": "168", "log.segment.bytes": "1073741824", "log.message.timestamp.type": "CreateTime",
	"message.max.bytes":                         "1048588",
	"max.incremental.fetch.session.cache.slots": "1000", "min.insync.replicas": "1", "num.partitions": "1",
	"unclean.leader.election.enable": "false",
}

// inner are the beginnings of properties of an MSK configuration that say how brokers run, not what they do for clients: every
// kind of cluster has its own.
var inner = []string{
	"connections.", "leader.imbalance.", "log.cleaner.", "log.flush.", "num.io.", "num.network.", "num.recovery.", "num.replica.",
	"offsets.",
	"replica.", "request.", "socket.", "transaction.state.", "zookeeper.", "group.initial.rebalance.",
}

// ofConsequence keeps the custom properties that differ from Kafka's default and that a move would have to keep. It is not nil:
// the configuration was read.
func ofConsequence(custom map[string]string) map[string]workload.ConfigValue {
	out := map[string]workload.ConfigValue{}
	for name, value := range custom {
		standard, known := kafkaDefaults[name]
		if known && standard == value || slices.ContainsFunc(inner, func(p string) bool { return strings.HasPrefix(name, p) }) {
			continue
		}
		out[name] = workload.ConfigValue{Value: value, Source: "static-broker"}
	}
	return out
}
