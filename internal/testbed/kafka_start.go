package testbed

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/twmb/franz-go/pkg/kmsg"
	"golang.org/x/sync/errgroup"
)

// startZooKeeper runs one ZooKeeper server from the jars of Kafka 3.9.1: the older ones' own do not run on today's Java.
func (c *Cluster) startZooKeeper() {
	c.t.Helper()
	dir := filepath.Join(c.dir, "zookeeper")
	port := freePorts(c.t, 1)[0]
	config := filepath.Join(dir, "zoo.cfg")
	text := fmt.Sprintf("tickTime=2000\ndataDir=%s\nclientPort=%d\nclientPortAddress=127.0.0.1\nadmin.enableServer=false\nmaxClientCnxns=0\n",
		filepath.Join(dir, "data"), port)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		c.t.Fatalf("start ZooKeeper: %v", err)
	}
	if err := os.WriteFile(config, []byte(text), 0o644); err != nil {
		c.t.Fatalf("start ZooKeeper: %v", err)
	}
	server := &Cluster{t: c.t, classPath: releaseOf(c.t, "3.9.1").classPath(c.t)}
	p := server.java("ZooKeeper", dir, []string{"-Xmx128m"}, "org.apache.zookeeper.server.quorum.QuorumPeerMain", config)
	c.zookeeper = fmt.Sprintf("127.0.0.1:%d", port)
	p.awaitPort(c.t, port)
}

// formatStorage writes the cluster's id into each broker's data folder, which KRaft asks for.
func (c *Cluster) formatStorage() {
	c.t.Helper()
	if c.release.zookeeper(c.Options) {
		return
	}
	var all errgroup.Group
	for _, b := range c.brokers {
		all.Go(func() error {
			if err := c.javaCommand("kafka.tools.StorageTool", "format", "-t", c.id, "-c", b.properties); err != nil {
				return fmt.Errorf("format the storage of broker %d: %w", b.id, err)
			}
			return nil
		})
	}
	if err := all.Wait(); err != nil {
		c.t.Fatal(err)
	}
}

// javaCommand runs a class of the release's jars to its end.
func (c *Cluster) javaCommand(class string, args ...string) error {
	all := append(append([]string{"-cp", c.classPath}, jvmFlags...), quiet, class)
	cmd := exec.Command("java", append(all, args...)...)
	cmd.Dir = c.dir // the jar of tiered storage brings a logger that writes where it is
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("%w\n%s", err, bytes.TrimSpace(out))
	}
	return nil
}

// awaitBrokers returns once every broker answers on its own listener and knows all the running ones.
func (c *Cluster) awaitBrokers() {
	c.t.Helper()
	var running []*broker
	whole := true
	for _, b := range c.brokers {
		if !b.process.ended() {
			running = append(running, b)
		} else {
			whole = false
			c.t.Errorf("%s ended as it started", b.process.name)
		}
	}
	for _, b := range running {
		b.process.waitUntil(c.t, 2*time.Minute, func() error {
			for _, other := range running {
				if other.process.ended() {
					c.t.Fatalf("%s ended as it started", other.process.name)
				}
			}
			return b.knows(len(running))
		})
	}
	if !whole {
		c.t.FailNow()
	}
}

// knows asks the broker how many brokers there are.
func (b *broker) knows(want int) error {
	req := kmsg.NewPtrMetadataRequest()
	req.Topics = []kmsg.MetadataRequestTopic{} // none: only the brokers
	resp, err := b.ask(context.Background(), req)
	if err != nil {
		return err
	}
	got := resp.(*kmsg.MetadataResponse)
	if len(got.Brokers) != want {
		return fmt.Errorf("broker %d knows %d of %d brokers", b.id, len(got.Brokers), want)
	}
	if got.ControllerID < 0 {
		return errors.New("there is no controller yet")
	}
	return nil
}
