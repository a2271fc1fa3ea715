package main

import (
	"crypto/tls"
	"net"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/mskfit/mskfit/internal/testbed"
)

// TestObserveScripts runs testdata/observe. Its scripts find brokers of every kind in the environment: PLAIN (no
// authentication), SECURED (TLS; its authority is in ca.pem), BOTH (TLS and SCRAM-SHA-512), LOGIN (SASL, user mskfit with
// password s3cret, and without Describe on the topic salaries), CLOSED (nothing listens), SILENT (accepts and never answers)
// and CURT (hangs up at the first bytes, as Kafka does when they are no request of its own; kfake waits for more).
func TestObserveScripts(t *testing.T) {
	certificate := testbed.SelfSigned(t, "tests")
	plain := broker(t)
	secured := broker(t, kfake.TLS(&tls.Config{Certificates: []tls.Certificate{certificate.Pair}}))
	both := broker(t, kfake.TLS(&tls.Config{Certificates: []tls.Certificate{certificate.Pair}}), kfake.EnableSASL(),
		kfake.Superuser("SCRAM-SHA-512", "mskfit", "s3cret"))
	login := broker(t, kfake.EnableSASL(), kfake.EnableACLs(), kfake.Superuser("PLAIN", "admin", "admin"),
		kfake.SeedTopics(2, "orders", "salaries"), kfake.User("SCRAM-SHA-256", "mskfit", "s3cret", allowed()...))
	testscript.Run(t, testscript.Params{
		Dir:           filepath.Join("testdata", "observe"),
		UpdateScripts: *update,
		Setup: func(env *testscript.Env) error {
			env.Setenv("PLAIN", plain)
			env.Setenv("SECURED", secured)
			env.Setenv("BOTH", both)
			env.Setenv("LOGIN", login)
			env.Setenv("CLOSED", closedPort)
			env.Setenv("SILENT", silentPort(t))
			env.Setenv("CURT", curtPort(t))
			return os.WriteFile(filepath.Join(env.WorkDir, "ca.pem"), certificate.CertPEM, 0o600)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"exits": cmdExits, "field": cmdField},
	})
}

// allowed is what an observer needs, short of one topic.
func allowed() []kfake.ACL {
	may := func(r kmsg.ACLResourceType, name string, op kmsg.ACLOperation) kfake.ACL {
		return kfake.ACL{Resource: r, Name: name, Pattern: kmsg.ACLResourcePatternTypeLiteral, Operation: op, Allow: true}
	}
	return []kfake.ACL{
		may(kmsg.ACLResourceTypeCluster, "kafka-cluster", kmsg.ACLOperationDescribe),
		may(kmsg.ACLResourceTypeCluster, "kafka-cluster", kmsg.ACLOperationDescribeConfigs),
		may(kmsg.ACLResourceTypeTopic, "orders", kmsg.ACLOperationDescribe),
		may(kmsg.ACLResourceTypeTopic, "orders", kmsg.ACLOperationDescribeConfigs),
		may(kmsg.ACLResourceTypeGroup, "*", kmsg.ACLOperationDescribe),
	}
}

// closedPort is an address at which nothing listens. A port that a test had and gave back would not do: the system may give it to
// the next that asks, a broker of another test among them.
const closedPort = "127.0.0.1:1"

// broker starts a cluster of one and returns its address.
func broker(t *testing.T, opts ...kfake.Opt) string {
	t.Helper()
	c, err := kfake.NewCluster(append([]kfake.Opt{kfake.NumBrokers(1), kfake.ClusterID("tests"), kfake.SeedTopics(3, "orders")},
		opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c.ListenAddrs()[0]
}

// silentPort returns an address that takes connections and says nothing.
func silentPort(t *testing.T) string {
	t.Helper()
	l := listen(t)
	t.Cleanup(func() { l.Close() })
	return l.Addr().String()
}

// curtPort returns an address that closes each connection at its first bytes.
func curtPort(t *testing.T) string {
	t.Helper()
	l := listen(t)
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			if _, err := conn.Read(make([]byte, 4)); err == nil {
				conn.Close()
			}
		}
	}()
	return l.Addr().String()
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}
