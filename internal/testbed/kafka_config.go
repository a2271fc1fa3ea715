package testbed

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Names of the brokers' own ports.
const (
	internal   = "INTERNAL"   // listener between brokers
	controller = "CONTROLLER" // listener of the KRaft quorum
	metrics    = "METRICS"    // the metrics agent's HTTP server
)

// configure writes the broker's properties file.
func (c *Cluster) configure(b *broker) {
	c.t.Helper()
	props := c.common()
	maps.Copy(props, c.listenerProperties(b))
	if c.release.zookeeper(c.Options) {
		props["broker.id"] = fmt.Sprint(b.id)
		props["zookeeper.connect"] = c.zookeeper
	} else {
		maps.Copy(props, c.quorum(b))
	}
	props["log.dirs"] = filepath.Join(b.dir, "data")
	if c.Options.Racks {
		props["broker.rack"] = fmt.Sprintf("rack-%d", b.id)
		props["replica.selector.class"] = "org.apache.kafka.common.replica.RackAwareReplicaSelector"
	}
	maps.Copy(props, c.Options.Properties)

	var text strings.Builder
	for _, key := range slices.Sorted(maps.Keys(props)) {
		fmt.Fprintf(&text, "%s=%s\n", key, props[key])
	}
	b.properties = filepath.Join(b.dir, "broker.properties")
	if err := os.MkdirAll(b.dir, 0o755); err != nil {
		c.t.Fatalf("configure broker %d: %v", b.id, err)
	}
	if err := os.WriteFile(b.properties, []byte(text.String()), 0o600); err != nil {
		c.t.Fatalf("configure broker %d: %v", b.id, err)
	}
}

// common is what all brokers share. Kafka's defaults stay, except where they are made for big machines or slow tests.
func (c *Cluster) common() map[string]string {
	replicas := fmt.Sprint(c.Options.Brokers)
	isr := fmt.Sprint(min(2, c.Options.Brokers))
	props := map[string]string{
		"default.replication.factor":               replicas,
		"offsets.topic.replication.factor":         replicas,
		"offsets.topic.num.partitions":             "12",
		"transaction.state.log.replication.factor": replicas,
		"transaction.state.log.min.isr":            isr,
		"transaction.state.log.num.partitions":     "12",
		"group.initial.rebalance.delay.ms":         "0",
		"auto.create.topics.enable":                "false",
		"log.retention.check.interval.ms":          "2000",     // default 300000
		"log.cleaner.backoff.ms":                   "2000",     // default 15000
		"log.cleaner.dedupe.buffer.size":           "16777216", // default 128 MiB, a quarter of the heap
	}
	if c.release.kraftAlways {
		props["share.coordinator.state.topic.replication.factor"] = replicas
		props["share.coordinator.state.topic.min.isr"] = isr
		props["share.coordinator.state.topic.num.partitions"] = "12"
	}
	if c.Options.TieredStorage {
		maps.Copy(props, c.tieredStorage())
	}
	if c.Options.ACLs {
		props["authorizer.class.name"] = "org.apache.kafka.metadata.authorizer.StandardAuthorizer"
		if c.release.zookeeper(c.Options) {
			props["authorizer.class.name"] = c.release.authorizer
		}
		props["super.users"] = "User:admin;User:ANONYMOUS"
	}
	return props
}

// tieredStorage has the storage manager of Kafka's own tests keep what is moved in a folder.
func (c *Cluster) tieredStorage() map[string]string {
	return map[string]string{
		"remote.log.storage.system.enable":                                 "true",
		"remote.log.storage.manager.class.name":                            "org.apache.kafka.server.log.remote.storage.LocalTieredStorage",
		"rsm.config.dir":                                                   filepath.Join(c.dir, "tiered"),
		"remote.log.manager.task.interval.ms":                              "1000", // default 30000
		"remote.log.metadata.manager.listener.name":                        internal,
		"rlmm.config.remote.log.metadata.topic.num.partitions":             "1",
		"rlmm.config.remote.log.metadata.topic.replication.factor":         fmt.Sprint(c.Options.Brokers),
		"rlmm.config.remote.log.metadata.initialization.retry.interval.ms": "500",
	}
}

// quorum is the KRaft part: every broker is a controller too.
func (c *Cluster) quorum(b *broker) map[string]string {
	var voters []string
	for _, v := range c.brokers {
		voters = append(voters, fmt.Sprintf("%d@127.0.0.1:%d", v.id, v.ports[controller]))
	}
	return map[string]string{
		"process.roles":             "broker,controller",
		"node.id":                   fmt.Sprint(b.id),
		"controller.quorum.voters":  strings.Join(voters, ","),
		"controller.listener.names": controller,
	}
}

// listenerProperties are the broker's listeners with their security.
func (c *Cluster) listenerProperties(b *broker) map[string]string {
	listeners := []string{fmt.Sprintf("%s://127.0.0.1:%d", internal, b.ports[internal])}
	advertised := slices.Clone(listeners)
	protocols := []string{internal + ":PLAINTEXT"}
	if !c.release.zookeeper(c.Options) {
		listeners = append(listeners, fmt.Sprintf("%s://127.0.0.1:%d", controller, b.ports[controller]))
		protocols = append(protocols, controller+":PLAINTEXT")
	}
	props := map[string]string{}
	for _, l := range c.Options.Listeners {
		listeners = append(listeners, fmt.Sprintf("%s://127.0.0.1:%d", l, b.ports[string(l)]))
		advertised = append(advertised, fmt.Sprintf("%s://%s", l, c.advertised(b, l)))
		protocols = append(protocols, fmt.Sprintf("%s:%s", l, l.protocol()))
		prefix := "listener.name." + strings.ToLower(string(l)) + "."
		if l.tls() {
			for key, value := range c.TLS.broker {
				props[prefix+key] = value
			}
		}
		if l == MutualTLS {
			props[prefix+"ssl.client.auth"] = "required"
		}
		if l.sasl() {
			maps.Copy(props, c.saslProperties(prefix))
		}
	}
	props["listeners"] = strings.Join(listeners, ",")
	props["advertised.listeners"] = strings.Join(advertised, ",")
	props["listener.security.protocol.map"] = strings.Join(protocols, ",")
	props["inter.broker.listener.name"] = internal
	return props
}

// saslProperties enables the mechanisms on the listener whose keys start with prefix.
func (c *Cluster) saslProperties(prefix string) map[string]string {
	props := map[string]string{prefix + "sasl.enabled.mechanisms": strings.Join(c.Options.Mechanisms, ",")}
	for _, m := range c.Options.Mechanisms {
		key := prefix + strings.ToLower(m) + ".sasl.jaas.config"
		switch {
		case m == "PLAIN":
			login := "org.apache.kafka.common.security.plain.PlainLoginModule required"
			for _, user := range slices.Sorted(maps.Keys(c.Options.Users)) {
				login += fmt.Sprintf(" user_%s=%q", user, c.Options.Users[user])
			}
			props[key] = login + ";"
		case strings.HasPrefix(m, "SCRAM-"):
			props[key] = "org.apache.kafka.common.security.scram.ScramLoginModule required;"
		case m == "GSSAPI":
			props[key] = c.KDC.jaas()
			props[prefix+"sasl.kerberos.service.name"] = c.KDC.Service
		case m == "OAUTHBEARER":
			for name, value := range c.OAuth.properties(c.release.tokenHandler) {
				props[prefix+name] = value
			}
		}
	}
	return props
}
