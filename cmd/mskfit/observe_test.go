package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// TestObserveScripts runs testdata/observe. Its scripts find brokers of every kind in the environment: PLAIN (no
// authentication), SECURED (TLS; its authority is in ca.pem), BOTH (TLS and SCRAM-SHA-512), LOGIN (SASL, user mskfit with
// password s3cret, and without Describe on the topic salaries), CLOSED (nobody listens), SILENT (accepts and never answers)
// and CURT (hangs up at the first bytes, as Kafka does when they are no request of its own; kfake waits for more).
func TestObserveScripts(t *testing.T) {
	certificate, authority := selfSigned(t)
	plain := broker(t)
	secured := broker(t, kfake.TLS(&tls.Config{Certificates: []tls.Certificate{certificate}}))
	both := broker(t, kfake.TLS(&tls.Config{Certificates: []tls.Certificate{certificate}}), kfake.EnableSASL(),
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
			return os.WriteFile(filepath.Join(env.WorkDir, "ca.pem"), authority, 0o600)
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

// closedPort is an address at which nobody listens. A port that a test had and gave back would not do: the system may give it to
// the next that asks, a broker of another test among them.
const closedPort = "127.0.0.1:1"

// broker starts a cluster of one and returns its address.
func broker(t *testing.T, opts ...kfake.Opt) string {
	t.Helper()
	c, err := kfake.NewCluster(append([]kfake.Opt{kfake.NumBrokers(1), kfake.ClusterID("tests"), kfake.SeedTopics(3, "orders")}, opts...)...)
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

// selfSigned makes a certificate for 127.0.0.1 that is its own authority, and that authority as PEM.
func selfSigned(t *testing.T) (tls.Certificate, []byte) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "tests"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}
