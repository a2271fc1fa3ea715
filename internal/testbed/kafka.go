package testbed

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Cluster is a running Kafka. Its methods end the test when something goes wrong, unless they return an error.
type Cluster struct {
	// Options are those that the cluster was started with, defaults filled in.
	Options Options
	// TLS is the certificate material of the listeners; nil without a TLS listener.
	TLS *TLS
	// KDC and OAuth are there with the mechanisms GSSAPI and OAUTHBEARER; they know Options.Users.
	KDC   *KDC
	OAuth *OAuth

	t         testing.TB
	release   release
	classPath string
	agentJar  string
	dir       string
	id        string
	zookeeper string // host:port; empty with KRaft
	brokers   []*broker
}

// broker is one member of a cluster; it keeps ports and data over restarts.
type broker struct {
	id         int
	dir        string
	ports      map[string]int // by listener name, CONTROLLER and METRICS too
	properties string         // file
	process    *process
	proxies    map[Listener]*Proxy
}

// Kafka starts a cluster and returns once every broker knows all the others. It ends with the test; its logs are shown when the
// test fails. Three brokers take about ten seconds on two cores and 1.2 GB of memory. Test binaries that run side by side take
// turns.
func Kafka(t testing.TB, o Options) *Cluster {
	t.Helper()
	c := prepare(t, o)
	if c.release.zookeeper(c.Options) {
		c.startZooKeeper()
	}
	for _, b := range c.brokers {
		c.configure(b)
	}
	c.formatStorage()
	for _, b := range c.brokers {
		c.launch(b)
	}
	t.Cleanup(func() { // before the first broker is ended, which the others would complain of
		for _, b := range c.brokers {
			b.process.showIfFailed(t)
		}
	})
	c.awaitBrokers()
	c.createUsers()
	return c
}

// prepare fetches the jars and reserves the ports.
func prepare(t testing.TB, o Options) *Cluster {
	t.Helper()
	o = o.withDefaults()
	c := &Cluster{Options: o, t: t, dir: dataDir(t), id: "bXNrZml0LXRlc3RiZWQtMQ"}
	c.release = releaseOf(t, o.Version)
	Program(t, "java")
	if o.Alone && !strings.HasPrefix(t.Name(), "TestMeasured") {
		t.Fatalf("a test that needs the machine for itself must be named TestMeasured…, so that make slow runs it by itself")
	}
	takeTurn(t, o.Alone)
	c.classPath = c.release.classPath(t)
	if o.TieredStorage {
		c.classPath += ":" + tieredStorageJar(t, o.Version)
	}
	if !o.NoCounters {
		c.agentJar = agentJar(t)
	}
	for _, l := range o.Listeners {
		if l.tls() && c.TLS == nil {
			c.TLS = newTLS(t, filepath.Join(c.dir, "tls"), c.release)
		}
	}
	if slices.Contains(o.Mechanisms, "GSSAPI") {
		c.KDC = StartKDC(t, o.Users)
	}
	if slices.Contains(o.Mechanisms, "OAUTHBEARER") {
		if c.release.tokenHandler == "" {
			t.Fatalf("Kafka %s has no OAUTHBEARER with a key set", o.Version)
		}
		c.OAuth = StartOAuth(t, o.Users)
	}
	names := append([]string{internal, controller, metrics}, listenerNames(o.Listeners)...)
	ports := freePorts(t, o.Brokers*len(names))
	for i := range o.Brokers {
		b := &broker{id: i + 1, dir: filepath.Join(c.dir, fmt.Sprint("broker", i+1)), ports: map[string]int{}}
		for j, name := range names {
			b.ports[name] = ports[i*len(names)+j]
		}
		c.startProxies(b)
		c.brokers = append(c.brokers, b)
	}
	return c
}

// dataDir is a folder that goes with the test. The test's own carries its name, and Kafka takes a comma in it for a list.
func dataDir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "testbed-")
	if err != nil {
		t.Fatalf("make a data folder: %v", err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// launch starts the broker's process; it does not wait for it.
func (c *Cluster) launch(b *broker) {
	c.t.Helper()
	args := []string{fmt.Sprintf("-Xmx%dm", c.Options.HeapMB)}
	if c.agentJar != "" {
		args = append(args, fmt.Sprintf("-javaagent:%s=127.0.0.1:%d:%s", c.agentJar, b.ports[metrics], c.agentRules()))
	}
	if c.KDC != nil {
		args = append(args, "-Djava.security.krb5.conf="+c.KDC.ConfigFile,
			"--add-opens=java.security.jgss/sun.security.krb5=ALL-UNNAMED") // where old Kafka looks up the realm
	}
	if c.OAuth != nil {
		args = append(args, "-Dorg.apache.kafka.sasl.oauthbearer.allowed.urls="+c.OAuth.keysURL)
	}
	b.process = c.java(fmt.Sprintf("broker %d (Kafka %s)", b.id, c.Options.Version), b.dir, args, "kafka.Kafka", b.properties)
}

// java starts a class of the release's jars; its output goes to log in dir.
func (c *Cluster) java(name, dir string, jvmArgs []string, class string, args ...string) *process {
	c.t.Helper()
	all := append([]string{"-cp", c.classPath}, jvmFlags...)
	all = append(append(append(all, jvmArgs...), class), args...)
	return start(c.t, command{name: name, log: filepath.Join(dir, "log"), dir: dir, path: Program(c.t, "java"), args: all})
}

// jvmFlags keep a JVM small and quick to start: the brokers of a test live for a minute on two cores that they share.
var jvmFlags = []string{
	"-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-Djava.awt.headless=true",
	"-Dorg.slf4j.simpleLogger.showDateTime=true", "-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS",
	"-Dorg.slf4j.simpleLogger.showThreadName=false",
	// At their start brokers log their whole configuration, several times: it would hide what went wrong.
	"-Dorg.slf4j.simpleLogger.log.kafka.server.KafkaConfig=warn",
	"-Dorg.slf4j.simpleLogger.log.org.apache.kafka.common.config=warn",
	"-Dorg.slf4j.simpleLogger.log.org.apache.kafka.server.config=warn",
	"-Dorg.slf4j.simpleLogger.log.org.apache.zookeeper=warn",
}

// quiet keeps the configuration out of what Kafka's commands print, so that their error is seen.
const quiet = "-Dorg.slf4j.simpleLogger.defaultLogLevel=error"

// Stop ends broker i (from 1) in order: it hands its leaders over first.
func (c *Cluster) Stop(i int) {
	c.t.Helper()
	c.brokers[i-1].process.stop(30 * time.Second)
}

// Kill ends broker i (from 1) at once, as a crash would.
func (c *Cluster) Kill(i int) {
	c.t.Helper()
	c.brokers[i-1].process.kill()
}

// Pause stops broker i (from 1) where it is, as a machine that hangs: its connections stay open and nothing answers.
func (c *Cluster) Pause(i int) {
	c.t.Helper()
	c.brokers[i-1].process.signal(syscall.SIGSTOP)
}

// Resume has a paused broker go on, and returns once every broker knows all the others.
func (c *Cluster) Resume(i int) {
	c.t.Helper()
	c.brokers[i-1].process.signal(syscall.SIGCONT)
	c.awaitBrokers()
}

// Restart starts broker i (from 1) again, after ending it in order when it still runs, and returns once every broker knows all
// the others. Its counters start from zero.
func (c *Cluster) Restart(i int) {
	c.t.Helper()
	c.Stop(i)
	c.launch(c.brokers[i-1])
	c.awaitBrokers()
}
