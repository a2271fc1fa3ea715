package kafka

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/mskfit/mskfit/collector/kafka/auth"
	"github.com/mskfit/mskfit/internal/secret"
	"github.com/mskfit/mskfit/internal/testbed"
	"github.com/mskfit/mskfit/internal/workload"
)

// TestLeastPermissions gives one user exactly the permissions that are said to be the least, and each of the others all but one:
// the first sees everything, and each of the others learns what it lacks.
func TestLeastPermissions(t *testing.T) {
	all := Permissions(DefaultConfig())
	users := map[string]string{"full": "secret"}
	for _, p := range all {
		users[without(p)] = "secret"
	}
	c := testbed.Kafka(t, testbed.Options{ACLs: true, Listeners: []testbed.Listener{testbed.Plaintext, testbed.SASLPlaintext},
		Users: users, NoCounters: true})
	c.CreateTopic("orders", 3, nil)
	c.CreateTopic("profiles", 2, map[string]string{"cleanup.policy": "compact"})
	client := testbed.NewClient(t, c.ClientOpts(testbed.Plaintext, "", "")...)
	admin := kadm.NewClient(client)
	for user := range users {
		var granted []Permission
		for _, p := range all {
			impliesIt := p.Operation == "Read" && user == without(Permission{Resource: OnTopic, Operation: "Describe"})
			if user != without(p) && !impliesIt {
				granted = append(granted, p)
			}
		}
		allow(t, admin, user, granted)
	}
	offsets := kadm.Offsets{}
	offsets.Add(kadm.Offset{Topic: "orders", Partition: 0, At: 1, LeaderEpoch: -1})
	if err := admin.CommitAllOffsets(t.Context(), "billing", offsets); err != nil {
		t.Fatal(err)
	}
	produce := func() {
		t.Helper()
		for _, topic := range []string{"orders", "profiles"} {
			for i := range 100 {
				if err := client.ProduceSync(t.Context(),
					&kgo.Record{Topic: topic, Key: []byte{byte(i)}, Value: make([]byte, 100)}).FirstErr(); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	gapsOf := func(user string) []workload.Gap {
		s := newSource(t, c, func(cfg *Config) {
			cfg.Bootstrap, cfg.SASL = c.Addresses(testbed.SASLPlaintext),
				auth.SASL{Mechanism: "PLAIN", Username: user, Password: secret.New("secret")}
		})
		collect(t, s)
		produce()
		return collect(t, s).Gaps
	}
	// The brokers take a moment to know the ACLs, which were all made before those of the last user.
	deadline := time.Now().Add(20 * time.Second)
	gaps := gapsOf("full")
	for len(MissingPermissions(DefaultConfig(), gaps)) > 0 && time.Now().Before(deadline) {
		gaps = gapsOf("full")
	}
	if len(gaps) > 0 {
		t.Errorf("with exactly the least permissions there are gaps: %s", gapText(workload.Sample{Gaps: gaps}))
	}
	for _, p := range all {
		gaps := gapsOf(without(p))
		missing := MissingPermissions(DefaultConfig(), gaps)
		if len(missing[p]) == 0 || len(missing) != 1 {
			t.Errorf("without %s on %s the gaps say %v:%s", p.Operation, p.Resource, missing, gapText(workload.Sample{Gaps: gaps}))
		}
		t.Logf("without %s on %s:%s", p.Operation, p.Resource, gapText(workload.Sample{Gaps: gaps}))
	}
}

// without is a user who has everything but p.
func without(p Permission) string {
	return strings.ToLower("no-" + p.Operation + "-" + string(p.Resource))
}

func allow(t *testing.T, admin *kadm.Client, user string, granted []Permission) {
	t.Helper()
	words := map[string]kadm.ACLOperation{"Describe": kadm.OpDescribe, "DescribeConfigs": kadm.OpDescribeConfigs,
		"Read": kadm.OpRead}
	for _, p := range granted {
		b := kadm.NewACLs().Allow("User:" + user).AllowHosts("*").Operations(words[p.Operation]).
			ResourcePatternType(kadm.ACLPatternLiteral)
		switch p.Resource {
		case OnCluster:
			b.Clusters()
		case OnTopic:
			b.Topics("*")
		case OnGroup:
			b.Groups("*")
		}
		made, err := admin.CreateACLs(t.Context(), b)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range made {
			if m.Err != nil {
				t.Fatal(m.Err)
			}
		}
	}
}

func TestPermissionsAreFoundInGaps(t *testing.T) {
	all := Permissions(DefaultConfig())
	for _, tt := range []struct {
		why  string
		want string
	}{
		{"the user lacks the Describe permission on the cluster", "Describe cluster"},
		{"the user lacks the DescribeConfigs permission on the cluster", "DescribeConfigs cluster"},
		{"the user lacks the DescribeConfigs permission on the topic", "DescribeConfigs topic"},
		{"the user lacks the Describe permission on all of them", "Describe topic"},
		{"it is stored on the brokers, but the user lacks the Describe permission on it", "Describe topic"},
		{"the user lacks the permission on the topic", "Describe topic"},
		{"stored on the brokers, but hidden: the user lacks the Describe permission", "Describe topic"},
		{"log sizes do not show them, and the user lacks the Read permission on the topic", "Read topic"},
		{"the user lacks the Read permission on topics", "Read topic"},
		{"the user lacks the Describe permission on the group", "Describe group"},
		{"the broker does not support this request", ""},
	} {
		i := slices.IndexFunc(all, func(p Permission) bool { return p.Explains(workload.Gap{Source: sourceName, Why: tt.why}) })
		got := ""
		if i >= 0 {
			got = all[i].Operation + " " + string(all[i].Resource)
		}
		if got != tt.want {
			t.Errorf("%s: %q, want %q", tt.why, got, tt.want)
		}
	}
	cfg := DefaultConfig()
	cfg.SampleBatches = false
	for _, p := range Permissions(cfg) {
		if p.Operation == "Read" {
			t.Error("without sampling there is no need to read")
		}
	}
}

func TestPrincipal(t *testing.T) {
	for _, tt := range []struct {
		change func(*Config)
		want   string
		known  bool
	}{
		{func(*Config) {}, "User:ANONYMOUS", true},
		{func(c *Config) { c.SASL.Mechanism, c.SASL.Username = "SCRAM-SHA-512", "fit" }, "User:fit", true},
		{func(c *Config) { c.SASL.Mechanism, c.SASL.Kerberos.Principal = "GSSAPI", "fit/host@EXAMPLE.COM" }, "User:fit", true},
		{func(c *Config) { c.SASL.Mechanism = "OAUTHBEARER" }, "", false},
		{func(c *Config) { c.SASL.Mechanism = "AWS_MSK_IAM" }, "", false},
		{func(c *Config) { c.TLS = auth.TLS{Enabled: true, CertFile: "none.pem", KeyFile: "none.key"} }, "", false},
	} {
		cfg := DefaultConfig()
		tt.change(&cfg)
		if got, known := cfg.Principal(); got != tt.want || known != tt.known {
			t.Errorf("%+v: %q %v, want %q %v", cfg.SASL, got, known, tt.want, tt.known)
		}
	}
}
