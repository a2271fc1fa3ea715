package testbed

import "maps"

// Options says which Kafka to start. The zero value is one broker of the newest version with a plaintext listener.
type Options struct {
	// Version is one of Versions (default: the newest).
	Version string
	// Brokers is 1 (default) or more. With more than one, topics are replicated to all of them, internal ones too. Broker ids
	// start at 1.
	Brokers int
	// ZooKeeper runs 3.9.1 with ZooKeeper instead of KRaft. Older versions always have it, newer ones never.
	ZooKeeper bool
	// Listeners are the ways in for clients (default: Plaintext alone). The brokers have one more of their own.
	Listeners []Listener
	// Mechanisms are those of the SASL listeners (default: PLAIN, SCRAM-SHA-256, SCRAM-SHA-512). GSSAPI (Kerberos) brings a KDC
	// along, OAUTHBEARER (from 3.9.1 on) a token server.
	Mechanisms []string
	// Users are SASL users with their passwords, good for every mechanism; User "admin" with password "admin-secret" is always
	// there.
	Users map[string]string
	// Proxied are those of the listeners whose clients go through a [Proxy], one in front of each broker.
	Proxied []Listener
	// ACLs turns the authorizer on: who is not allowed by an ACL is refused. Super users are "admin" and ANONYMOUS, so that a
	// client on the plaintext listener may do everything.
	ACLs bool
	// Properties are added to each broker's configuration and win over what is set there.
	Properties map[string]string
	// HeapMB is each broker's heap (default 512).
	HeapMB int
	// Alone keeps the clusters of other test binaries away while this one lives: for what is measured over time. The test's
	// name must begin with TestMeasured: `make slow` runs such tests when nothing else runs.
	Alone bool
	// NoCounters leaves the metrics agent out; Counters is not available then.
	NoCounters bool
	// Racks puts each broker into a rack of its own, "rack-" and its id, and lets consumers read from the replica in theirs.
	Racks bool
	// TieredStorage lets topics move closed segments to a folder that all brokers share (from 3.9.1 on).
	TieredStorage bool
}

func (o Options) withDefaults() Options {
	if o.Version == "" {
		o.Version = Versions[0]
	}
	if o.Brokers == 0 {
		o.Brokers = 1
	}
	if o.HeapMB == 0 {
		o.HeapMB = 512
	}
	if len(o.Listeners) == 0 {
		o.Listeners = []Listener{Plaintext}
	}
	if len(o.Mechanisms) == 0 {
		o.Mechanisms = []string{"PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"}
	}
	users := map[string]string{"admin": "admin-secret"}
	maps.Copy(users, o.Users)
	o.Users = users
	return o
}
