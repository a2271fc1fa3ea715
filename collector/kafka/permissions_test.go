package kafka

import (
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/mskfit/mskfit/collector/kafka/auth"
	"github.com/mskfit/mskfit/internal/secret"
	"github.com/mskfit/mskfit/internal/testbed"
)

func TestPermissions(t *testing.T) {
	c := testbed.Kafka(t, testbed.Options{ACLs: true, Listeners: []testbed.Listener{testbed.Plaintext, testbed.SASLPlaintext},
		Users: map[string]string{"reader": "r", "half": "h", "nobody": "n"}, NoCounters: true})
	c.CreateTopic("orders", 3, nil)
	c.CreateTopic("payroll", 2, nil)
	c.CreateTopic("profiles", 2, map[string]string{"cleanup.policy": "compact"})
	client, err := kgo.NewClient(c.ClientOpts(testbed.Plaintext, "", "")...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	admin := kadm.NewClient(client)
	allow := func(acl *kadm.ACLBuilder) {
		t.Helper()
		results, err := admin.CreateACLs(t.Context(), acl.AllowHosts("*").ResourcePatternType(kadm.ACLPatternLiteral))
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range results {
			if r.Err != nil {
				t.Fatal(r.Err)
			}
		}
	}
	// reader has all that the sweep wants, on all topics; half may not know of payroll and may read no records.
	allow(kadm.NewACLs().Allow("User:reader").Topics("*").Operations(kadm.OpDescribe, kadm.OpDescribeConfigs, kadm.OpRead))
	allow(kadm.NewACLs().Allow("User:half").Topics("orders", "profiles").Operations(kadm.OpDescribe))
	allow(kadm.NewACLs().Allow("User:reader", "User:half").Clusters().Operations(kadm.OpDescribe))
	allow(kadm.NewACLs().Allow("User:reader").Clusters().Operations(kadm.OpDescribeConfigs))
	allow(kadm.NewACLs().Allow("User:reader").Groups("*").Operations(kadm.OpDescribe))

	as := func(user, password string) *Source {
		return newSource(t, c, func(cfg *Config) {
			cfg.Bootstrap, cfg.SASL = c.Addresses(testbed.SASLPlaintext),
				auth.SASL{Mechanism: "PLAIN", Username: user, Password: secret.New(password)}
		})
	}
	produce := func() {
		t.Helper()
		for _, topic := range []string{"orders", "payroll", "profiles"} {
			for i := range 300 {
				if err := client.ProduceSync(t.Context(),
					&kgo.Record{Topic: topic, Key: []byte{byte(i)}, Value: make([]byte, 100)}).FirstErr(); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	offsets := kadm.Offsets{}
	offsets.Add(kadm.Offset{Topic: "orders", Partition: 0, At: 1, LeaderEpoch: -1})
	if err := admin.CommitAllOffsets(t.Context(), "billing", offsets); err != nil {
		t.Fatal(err)
	}

	reader, half, nobody := as("reader", "r"), as("half", "h"), as("nobody", "n")
	for _, s := range []*Source{reader, half, nobody} {
		eventuallyAllowed(t, s)
	}
	produce()

	sample := collect(t, reader)
	if len(sample.Gaps) > 0 {
		t.Errorf("a user with all permissions meets gaps: %s", gapText(sample))
	}
	if in := sample.Totals.IngressBytesPerSec; in == nil || !in.Bounded() || in.Value <= 0 {
		t.Errorf("bytes in are %+v, want bounds", in)
	}
	t.Logf("reader: %v", sample.Totals.IngressBytesPerSec)

	sample = collect(t, half)
	t.Logf("half: %v %s", sample.Totals.IngressBytesPerSec, gapText(sample))
	wantGap(t, sample, "topics (__consumer_offsets, payroll)", "lacks the Describe permission")
	wantGap(t, sample, "configuration of 2 topics (orders, profiles)", "lacks the DescribeConfigs permission")
	wantGap(t, sample, "configuration of broker 1", "lacks the DescribeConfigs permission on the cluster")
	if in := sample.Totals.IngressBytesPerSec; in != nil && in.Bounded() {
		t.Errorf("bytes in are %+v, want no upper bound: a topic is hidden", in)
	}
	if topics := sample.Totals.Topics; topics == nil || topics.Bounded() || topics.Value != 2 {
		t.Errorf("topics are %+v, want at least 2", topics)
	}

	sample = collect(t, nobody)
	t.Logf("nobody: %s", gapText(sample))
	if len(sample.Topics) != 0 {
		t.Errorf("a user without permissions sees topics: %+v", sample.Topics)
	}
	wantGap(t, sample, "topics", "lacks the Describe permission on all of them")
	wantGap(t, sample, "SCRAM users", "lacks the Describe permission on the cluster")
}

// eventuallyAllowed sweeps until the brokers know the ACLs: they take a moment.
func eventuallyAllowed(t *testing.T, s *Source) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); ; {
		sample := collect(t, s)
		if s.cfg.SASL.Username == "nobody" || len(sample.Topics) > 1 && len(sample.Groups) == 1 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("after 10 s %s sees %d topics and %d groups", s.cfg.SASL.Username, len(sample.Topics), len(sample.Groups))
		}
	}
}
