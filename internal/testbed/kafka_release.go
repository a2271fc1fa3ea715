package testbed

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Versions are the Kafka versions that the testbed runs, the newest first. 1.1.1 is the oldest that Amazon MSK offered.
var Versions = []string{"4.3.1", "3.9.1", "2.8.2", "2.2.1", "1.1.1"}

// release is what differs when starting the Kafka versions.
type release struct {
	version string
	scala   string // the Scala version that is part of the jar's name
	// kraft: it can run without ZooKeeper. always: it cannot run with it.
	kraft, kraftAlways bool
	// pem: TLS listeners read PEM files, as they do since KIP-651 (2.7), without a password, as they do since 3.0.
	pem bool
	// scramAPI: SCRAM users are made over the Kafka protocol (KIP-554, 2.7); older ones keep them only in ZooKeeper.
	scramAPI   bool
	authorizer string // class, with ZooKeeper
	// tokenHandler is the class that checks OAUTHBEARER tokens against a key set (KIP-768, 3.1); empty: there is none.
	tokenHandler string
}

var releases = []release{
	{version: "4.3.1", scala: "2.13", kraft: true, kraftAlways: true, pem: true, scramAPI: true,
		tokenHandler: "org.apache.kafka.common.security.oauthbearer.OAuthBearerValidatorCallbackHandler"},
	{version: "3.9.1", scala: "2.13", kraft: true, pem: true, scramAPI: true, authorizer: "kafka.security.authorizer.AclAuthorizer",
		tokenHandler: "org.apache.kafka.common.security.oauthbearer.OAuthBearerValidatorCallbackHandler"},
	{version: "2.8.2", scala: "2.12", scramAPI: true, authorizer: "kafka.security.authorizer.AclAuthorizer"},
	{version: "2.2.1", scala: "2.12", authorizer: "kafka.security.auth.SimpleAclAuthorizer"},
	{version: "1.1.1", scala: "2.12", authorizer: "kafka.security.auth.SimpleAclAuthorizer"},
}

func releaseOf(t testing.TB, version string) release {
	t.Helper()
	i := slices.IndexFunc(releases, func(r release) bool { return r.version == version })
	if i < 0 {
		t.Fatalf("Kafka %s is not one of the testbed's versions %v", version, Versions)
	}
	return releases[i]
}

// zookeeper reports whether a cluster of this release and these options runs with ZooKeeper.
func (r release) zookeeper(o Options) bool {
	return !r.kraft || (o.ZooKeeper && !r.kraftAlways)
}

// classPath returns the Java class path of the release.
func (r release) classPath(t testing.TB) string {
	t.Helper()
	artifacts := []string{"org.apache.kafka:kafka_" + r.scala + ":" + r.version, "org.slf4j:slf4j-simple:1.7.36"}
	if r.kraft {
		artifacts = append(artifacts, "org.apache.kafka:kafka-tools:"+r.version)
	}
	var path []string
	if r.version == "2.2.1" {
		// Its ZooKeeper client, 3.4.13, cannot read Java 17's form of an unresolved address; 3.5.9 can and goes in front.
		path = jars(t, "zookeeper-3.5.9", "org.apache.zookeeper:zookeeper:3.5.9")
	}
	for _, jar := range jars(t, r.version, artifacts...) {
		if !strings.HasPrefix(filepath.Base(jar), "slf4j-reload4j") { // slf4j-simple writes the log, to standard error
			path = append(path, jar)
		}
	}
	return strings.Join(path, ":")
}

// agentJar is the Prometheus JMX exporter as a Java agent.
func agentJar(t testing.TB) string {
	t.Helper()
	return jars(t, "jmx-agent-1.0.1", "io.prometheus.jmx:jmx_prometheus_javaagent:1.0.1")[0]
}

// tieredStorageJar has a manager of remote storage that keeps segments in a folder; Kafka's own tests use it.
func tieredStorageJar(t testing.TB, version string) string {
	t.Helper()
	for _, jar := range jars(t, "tiered-"+version, "org.apache.kafka:kafka-storage:"+version+":test") {
		if strings.HasSuffix(jar, "-test.jar") {
			return jar
		}
	}
	t.Fatalf("the jars of tiered storage %s lack the tests' own", version)
	return ""
}
