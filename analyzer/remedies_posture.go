package analyzer

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// setRetentionBytes sets retention.bytes on the topics that the default would trim.
func (d *decision) setRetentionBytes(r remedy) (remedy, bool) {
	over := d.trimmed
	if len(over) == 0 {
		return r, false
	}
	r.actions = []verdict.Action{{Target: "topic " + joined(over),
		Action: "set retention.bytes to -1 when creating it on Serverless",
		Why: fmt.Sprintf("the default of %s GiB a partition would delete data that is kept today",
			count(d.in.Catalog.Serverless.DefaultRetentionBytes/workload.GiB))}}
	if len(over) > 1 {
		r.actions[0].Target = "topics " + joined(over)
		r.actions[0].Action = "set retention.bytes to -1 when creating them on Serverless"
	}
	r.premise = "retention.bytes is set to -1 on " + joined(over)
	r.apply = func(in *Input) {
		in.Workload.TopicList = changedTopics(in.Workload.TopicList, over, func(config map[string]workload.ConfigValue) {
			config["retention.bytes"] = workload.ConfigValue{Value: "-1", Source: "topic"}
		})
	}
	return r, true
}

// changedTopics returns the list with the configuration of the named topics changed in a copy.
func changedTopics(topics []workload.TopicWorkload, names []string,
	change func(map[string]workload.ConfigValue)) []workload.TopicWorkload {
	topics = slices.Clone(topics)
	for i := range topics {
		if !slices.Contains(names, topics[i].Name) {
			continue
		}
		config := maps.Clone(topics[i].Config)
		if config == nil {
			config = map[string]workload.ConfigValue{}
		}
		change(config)
		topics[i].Config = config
	}
	return topics
}

// moveClients moves clients to a method that the kind supports, where the owner has not said that they cannot be.
func (d *decision) moveClients(o *option, r remedy) (remedy, bool) {
	if len(d.methods) == 0 {
		return r, false
	}
	_, declared := methodsInUse(d.in)
	r.refused = isFalse(d.in.Requirements.AuthenticationChange)
	r.near = r.refused || declared && !isTrue(d.in.Requirements.AuthenticationChange)
	supported, to := d.in.Catalog.Serverless.Authentication, "IAM"
	switch o.kind {
	case verdict.Express:
		supported, to = d.in.Catalog.Express.Authentication, "SASL/SCRAM, mTLS or IAM"
	case verdict.Standard:
		supported, to = d.in.Catalog.Standard.Authentication, "SASL/SCRAM, mTLS or IAM"
	case verdict.Serverless, verdict.ServerlessSplit:
	}
	var foreign, kept []string
	for _, m := range d.methods {
		if slices.Contains(supported, m) {
			kept = append(kept, m)
		} else {
			foreign = append(foreign, m)
		}
	}
	if len(foreign) == 0 {
		return r, false
	}
	r.actions = []verdict.Action{{Target: "clients",
		Action: fmt.Sprintf("move from %s to %s", joined(workload.AuthenticationNames(foreign)), to),
		Why:    kindName(o.kind) + " supports " + strings.Join(workload.AuthenticationNames(supported), ", ")}}
	r.changes = []verdict.Change{{Field: "requirements.authentication", From: yamlList(d.methods),
		To: yamlList(append(slices.Clone(kept), "iam"))}}
	r.question = fmt.Sprintf("Can clients move from %s to %s?", joined(workload.AuthenticationNames(foreign)), to)
	r.premise = fmt.Sprintf("clients move from %s to %s", joined(workload.AuthenticationNames(foreign)), to)
	r.apply = func(in *Input) {
		in.Requirements.Authentication = append(slices.Clone(kept), "iam")
		yes := true
		in.Requirements.AuthenticationChange = &yes
	}
	return r, true
}

// replaceACLs replaces Kafka ACLs by IAM policies, unless the owner needs them.
func (d *decision) replaceACLs(r remedy) (remedy, bool) {
	p := d.in.Workload.Posture
	if isTrue(d.in.Requirements.ACLs) || p == nil || p.ACLs == nil || *p.ACLs == 0 {
		return r, false
	}
	r.actions = []verdict.Action{{Target: "Kafka ACLs",
		Action: fmt.Sprintf("replace the %d that are in use by IAM policies", *p.ACLs), Why: "Serverless authorizes only by IAM"}}
	r.premise = "IAM policies replace the Kafka ACLs"
	r.apply = func(in *Input) {
		no := false
		in.Requirements.ACLs = &no
	}
	return r, true
}

// onTopic says how a broker property is had without a broker configuration.
var onTopic = map[string]string{
	"log.retention.hours": "retention.ms on the topics", "log.retention.minutes": "retention.ms on the topics",
	"log.retention.ms":    "retention.ms on the topics",
	"log.retention.bytes": "retention.bytes on the topics", "log.cleanup.policy": "cleanup.policy on the topics",
	"message.max.bytes": "max.message.bytes on the topics", "compression.type": "compression.type on the topics",
	"log.message.timestamp.type":     "message.timestamp.type on the topics",
	"auto.create.topics.enable":      "topics created before they are used",
	"num.partitions":                 "the number of partitions given when topics are created",
	"default.replication.factor":     "not needed, the service keeps its own copies",
	"min.insync.replicas":            "not needed, the service keeps its own copies",
	"delete.topic.enable":            "not needed, topics can be deleted",
	"num.io.threads":                 "not needed, the service tunes its brokers",
	"num.network.threads":            "not needed, the service tunes its brokers",
	"num.replica.fetchers":           "not needed, the service tunes its brokers",
	"socket.send.buffer.bytes":       "not needed, the service tunes its brokers",
	"socket.receive.buffer.bytes":    "not needed, the service tunes its brokers",
	"unclean.leader.election.enable": "not needed, the service elects clean leaders",
}

// perTopicInstead replaces broker properties by what can be set on Serverless, where each of them has such a way.
func (d *decision) perTopicInstead(o *option, r remedy) (remedy, bool) {
	needed, set, _ := brokerConfiguration(d.in)
	names := append(needed, set...)
	if o.kind != verdict.Serverless || len(names) == 0 {
		return r, false
	}
	var ways []string
	for _, name := range names {
		way, ok := onTopic[name]
		if !ok {
			return r, false
		}
		ways = append(ways, name+": "+way)
	}
	r.actions = []verdict.Action{{Target: "broker configuration", Action: "do without it: " + strings.Join(ways, "; "),
		Why: "Serverless has no broker configuration"}}
	r.near = d.in.Requirements.BrokerConfigurationDeclared || len(d.in.Requirements.BrokerConfiguration) > 0
	r.changes = []verdict.Change{{Field: "requirements.broker_configuration", From: yamlList(names), To: "[]"}}
	r.question = fmt.Sprintf("Can you do without a broker configuration (%s)?", strings.Join(ways, "; "))
	r.premise = fmt.Sprintf("you do without a broker configuration (%s)", strings.Join(ways, "; "))
	r.apply = func(in *Input) {
		in.Requirements.BrokerConfiguration, in.Requirements.BrokerConfigurationDeclared = nil, true
	}
	return r, true
}

// dropTopicConfiguration removes what a kind does not take from the topics that set it.
func (d *decision) dropTopicConfiguration(o *option, r remedy) (remedy, bool) {
	drop := map[string][]string{}
	for _, t := range d.overrides {
		refused := serverlessTakes(d.in, t) == verdict.Fail
		if o.kind == verdict.Express {
			refused = !slices.Contains(d.in.Catalog.Express.TopicConfigs, t.name) && t.name != "min.insync.replicas" &&
				loses(t.name, t.value)
		}
		if refused {
			drop[t.name] = append(drop[t.name], t.topic)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(drop)) {
		r.actions = append(r.actions, verdict.Action{Target: "topic " + joined(drop[name]), Action: "drop " + name,
			Why: kindName(o.kind) + " does not let it be set"})
	}
	r.premise = "the topics drop " + joined(slices.Sorted(maps.Keys(drop)))
	r.apply = func(in *Input) {
		for name, topics := range drop {
			in.Workload.TopicList = changedTopics(in.Workload.TopicList, topics,
				func(config map[string]workload.ConfigValue) { delete(config, name) })
		}
	}
	return r, len(r.actions) > 0
}

// leaveZooKeeper moves tools from ZooKeeper to the brokers.
func (d *decision) leaveZooKeeper(r remedy) (remedy, bool) {
	if !d.zookeeper {
		return r, false
	}
	r.actions = []verdict.Action{{Target: "tools that talk to ZooKeeper",
		Action: "move them to the brokers (--bootstrap-server instead of --zookeeper)",
		Why:    "Serverless gives no access to ZooKeeper"}}
	r.near = true // access was declared
	r.changes = []verdict.Change{{Field: "requirements.zookeeper_access", From: "true", To: "false"}}
	r.question = "Can the tools that talk to ZooKeeper use the brokers instead?"
	r.premise = "tools use the brokers instead of ZooKeeper"
	r.apply = func(in *Input) {
		no := false
		in.Requirements.ZooKeeperAccess = &no
	}
	return r, true
}

// fewerCopies lowers replication factors and min.insync.replicas that a kind does not have.
func (d *decision) fewerCopies(o *option, r remedy) (remedy, bool) {
	const copies = 3
	if r.rule == "replication_factor" {
		most := max(d.in.Workload.MaxReplicationFactor, d.in.Workload.ReplicationFactor)
		r.actions = []verdict.Action{{Target: "topics with more than 3 copies",
			Action: fmt.Sprintf("create them with replication factor %d instead of %d", copies, most),
			Why:    "MSK spans at most 3 zones"}}
		r.near = d.in.Workload.Declared
		r.changes = []verdict.Change{{Field: "workload.replication_factor", From: plainNumber(float64(most)),
			To: plainNumber(copies)}}
		r.question = "Is replication factor 3 enough?"
		r.premise = fmt.Sprintf("replication factor %d is enough instead of %d", copies, most)
		r.apply = func(in *Input) {
			w := &in.Workload
			w.ReplicationFactor, w.MaxReplicationFactor = min(w.ReplicationFactor, copies), min(w.MaxReplicationFactor, copies)
		}
		return r, most > copies
	}
	fixed := d.in.Catalog.Express.MinInsyncReplicas
	var names []string
	for _, t := range d.overrides {
		if t.name == "min.insync.replicas" && loses(t.name, t.value) {
			names = append(names, t.topic)
		}
	}
	r.actions = []verdict.Action{{Target: "topic " + joined(names), Action: fmt.Sprintf("lower min.insync.replicas to %d", fixed),
		Why: kindName(o.kind) + " fixes it"}}
	r.question = fmt.Sprintf("%s fixes min.insync.replicas at %d: is that enough?", kindName(o.kind), fixed)
	r.premise = fmt.Sprintf("min.insync.replicas=%d, which %s fixes, is enough", fixed, kindName(o.kind))
	r.apply = func(in *Input) {
		in.Workload.TopicList = changedTopics(in.Workload.TopicList, names, func(config map[string]workload.ConfigValue) {
			config["min.insync.replicas"] = workload.ConfigValue{Value: fmt.Sprint(fixed), Source: "topic"}
		})
	}
	return r, len(names) > 0
}
