package kafka

import (
	"reflect"
	"strings"
	"testing"

	"github.com/mskfit/mskfit/internal/workload"
)

func settings(pairs ...string) map[string]brokerSetting {
	out := map[string]brokerSetting{}
	for i := 0; i < len(pairs); i += 2 {
		out[pairs[i]] = brokerSetting{value: workload.ConfigValue{Value: pairs[i+1], Source: "static-broker"}}
	}
	return out
}

func TestListenersAndAuthentication(t *testing.T) {
	for _, tt := range []struct {
		name   string
		config map[string]brokerSetting
		names  string
		auth   string
	}{
		{"one for all", settings("listeners", "PLAINTEXT://:9092"), "PLAINTEXT", "plaintext"},
		{"names with a map", settings("listeners", "IN://:9091,OUT://:9092,CTL://:9093", "listener.security.protocol.map",
			"IN:PLAINTEXT,OUT:SSL,CTL:PLAINTEXT",
			"inter.broker.listener.name", "IN", "controller.listener.names", "CTL"), "OUT", "tls"},
		{"mutual TLS for one listener", settings("listeners", "A://:1,B://:2", "listener.security.protocol.map", "A:SSL,B:SSL",
			"listener.name.b.ssl.client.auth", "required"), "A B", "mtls tls"},
		{"mechanisms of the broker and of a listener",
			settings("listeners", "A://:1,B://:2", "listener.security.protocol.map", "A:SASL_SSL,B:SASL_PLAINTEXT",
				"sasl.enabled.mechanisms", "SCRAM-SHA-512, GSSAPI", "listener.name.b.sasl.enabled.mechanisms", "PLAIN"), "A B",
			"kerberos sasl_plain sasl_scram"},
		{"Amazon MSK", settings("listeners", "CLIENT_IAM://:9098,CLIENT_SECURE://:9094,REPLICATION_SECURE://:9095",
			"listener.security.protocol.map",
			"CLIENT_IAM:SASL_SSL,CLIENT_SECURE:SSL,REPLICATION_SECURE:SSL", "inter.broker.listener.name", "REPLICATION_SECURE",
			"listener.name.client_iam.sasl.enabled.mechanisms", "AWS_MSK_IAM", "listener.name.client_secure.ssl.client.auth",
			"requested"),
			"CLIENT_IAM CLIENT_SECURE", "iam mtls tls"},
		{"nothing is configured", nil, "", ""},
	} {
		listeners := listenersOf(tt.config)
		var names []string
		for _, l := range listeners {
			names = append(names, l.Name)
		}
		if got := strings.Join(names, " "); got != tt.names {
			t.Errorf("%s: listeners %q, want %q", tt.name, got, tt.names)
		}
		if got := strings.Join(authenticationOf(listeners, tt.config), " "); got != tt.auth {
			t.Errorf("%s: authentication %q, want %q", tt.name, got, tt.auth)
		}
	}
}

func TestOnlyWhatAMoveWouldLoseIsKept(t *testing.T) {
	config := settings("log.retention.hours", "24", "num.io.threads", "16", "zookeeper.connect", "z:2181", "message.max.bytes",
		"8388608")
	config["min.insync.replicas"] = brokerSetting{value: workload.ConfigValue{Value: "1", Source: "static-broker"}, standard: "1",
		answered: true}
	config["num.partitions"] = brokerSetting{value: workload.ConfigValue{Value: "1", Source: "default"}}
	config["custom.password"] = brokerSetting{value: workload.ConfigValue{Source: "static-broker"}, secret: true}
	want := map[string]workload.ConfigValue{"log.retention.hours": {Value: "24", Source: "static-broker"},
		"message.max.bytes": {Value: "8388608", Source: "static-broker"}}
	if got := ofConsequence(config); !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestGapsCountAndNameTheFirst(t *testing.T) {
	g := newGaps()
	g.add("ACLs", "refused", "unknown")
	for _, name := range []string{"d-0", "b-0", "c-0", "a-0"} {
		g.count("window of partition", name, "it is new", "left out")
	}
	g.count("topic", "x", "hidden", "left out")
	var got []string
	for _, gap := range g.list() {
		got = append(got, gap.What)
	}
	want := []string{"ACLs", "topic x", "window of 4 partitions (a-0, b-0, c-0, …)"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestGrowthTakesWhatWindowsAgreeOn(t *testing.T) {
	window := func(records, floor int64) span { return span{records: records, floor: floor, ceiling: -1} }
	var g growth
	g.add(window(5, 5000)) // too few
	g.add(window(100, 0))  // cleaned
	if _, ok := g.density(); ok {
		t.Error("windows that teach nothing taught something")
	}
	g.add(window(100, 60_000)) // cleaned in part, as will be seen
	if d, _ := g.density(); d.mean != 600 || d.high < 1e300 {
		t.Errorf("after one window: %+v, want 600 without upper bound", d)
	}
	g.add(window(100, 100_000))
	g.add(window(100, 101_000))
	g.add(window(100, 20_000)) // cleaned
	g.add(window(100, 99_000))
	if d, _ := g.density(); d.mean < 990 || d.mean > 1010 || d.low > 1000 || d.high < 1000 {
		t.Errorf("after windows that agree: %+v, want about 1000", d)
	}
}
