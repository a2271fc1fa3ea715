//go:build linux

package main

import (
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"

	"github.com/mskfit/mskfit/internal/faults"
	"github.com/mskfit/mskfit/internal/testbed"
)

// named is a listener that is known by a name.
type named struct {
	net.Listener
	address string
}

func (n named) Addr() net.Addr { return n }

// Network is that of the address.
func (named) Network() string { return "tcp" }

// String is the address that the broker advertises.
func (n named) String() string { return n.address }

// Brokers whose names lead to another address from one moment to the next, as after a failover or a replaced machine, are found
// there without a restart.
func TestDaemonFollowsDNS(t *testing.T) {
	if os.Getuid() != 0 {
		testbed.Missing(t, "only root gives a process a hosts file of its own")
	}
	r := faults.Begin(t, "the brokers' name leads to another address",
		"the error names the broker; the name is looked up again at each "+
			"connection, so that the next sweep finds the new address")
	port := testbed.FreePort(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.SeedTopics(1, "orders"),
		kfake.ListenFn(func(string, string) (net.Listener, error) {
			return named{listener, "kafka.test:" + port}, nil
		})); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	before := testbed.NewProxy(t, "127.0.0.1:"+port, listener.Addr().String())
	dir := t.TempDir()
	hosts := filepath.Join(dir, "hosts")
	writeFile(t, hosts, "127.0.0.1 localhost kafka.test\n")
	file := daemonFile(t, dir, everySecond+"clusters:\n"+clusterAt("orders", "kafka.test:"+port))
	d := &daemonProcess{testbed.StartDaemon(t, "mskfit", file, testbed.DaemonOptions{
		Prefix: []string{"unshare", "--mount", "sh", "-ec", `mount --bind "$0" /etc/hosts; exec "$@"`, hosts}}), t}
	d.collected("orders", time.Time{})

	before.Close()
	d.await("the old address does not answer", func() bool { return d.clusters()["orders"].Sources[0].Error != "" })
	r.Observed("error: %s", d.clusters()["orders"].Sources[0].Error)
	testbed.NewProxy(t, "127.0.0.2:"+port, listener.Addr().String())
	writeFile(t, hosts, "127.0.0.1 localhost\n127.0.0.2 kafka.test\n")
	moved := time.Now()
	d.collected("orders", moved)
	r.Recovered(moved)
	d.stop()
}
