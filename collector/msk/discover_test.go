package msk

import (
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/mskfit/mskfit/internal/awsconf"
	"github.com/mskfit/mskfit/internal/testbed/mskfake"
	"github.com/mskfit/mskfit/internal/workload"
)

func discover(t *testing.T, server *mskfake.Server, f Filter) Inventory {
	t.Helper()
	inv, err := Discover(t.Context(), clientsOf(t, server), f, noon)
	if err != nil {
		t.Fatal(err)
	}
	return inv
}

func names(inv Inventory) (out []string) {
	for _, c := range inv.Clusters {
		out = append(out, c.Name)
	}
	return out
}

func TestDiscoversTwoHundredAndFiftyClustersOverPages(t *testing.T) {
	server := &mskfake.Server{Now: at(noon)}
	var want []string
	for i := range 250 {
		name := fmt.Sprintf("team-%03d", i)
		want = append(want, name)
		c := mskfake.Provisioned(name, []string{"kafka.m5.large", "express.m7g.large"}[i%2], 3)
		if i%5 == 0 {
			c = mskfake.Serverless(name)
		}
		server.Clusters = append(server.Clusters, c)
	}
	inv := discover(t, server, Filter{})
	if got := names(inv); !slices.Equal(got, want) {
		t.Errorf("found %d clusters, want the 250 in order: %v", len(got), got)
	}
	if len(inv.Gaps) > 0 {
		t.Errorf("gaps: %v", inv.Gaps)
	}
	kinds := map[string]int{}
	for _, c := range inv.Clusters {
		kinds[c.Kind]++
		if c.Kind != "serverless" && len(c.Nodes) != 3 {
			t.Errorf("%s: %d nodes, want 3", c.Name, len(c.Nodes))
		}
	}
	if want := map[string]int{"serverless": 50, "standard": 100, "express": 100}; !maps.Equal(kinds, want) {
		t.Errorf("kinds %v, want %v", kinds, want)
	}
	if got := server.Calls("ListClustersV2"); got != 3 {
		t.Errorf("%d calls of ListClustersV2, want 3 pages of 100", got)
	}
}

func TestFilter(t *testing.T) {
	server := &mskfake.Server{Now: at(noon), Clusters: []*mskfake.Cluster{
		mskfake.Provisioned("orders-eu", "kafka.m5.large", 3).Set("tags", map[string]string{"team": "orders", "stage": "prod"}),
		mskfake.Provisioned("orders-test", "kafka.m5.large", 3).Set("tags", map[string]string{"team": "orders", "stage": "test"}),
		mskfake.Provisioned("payments", "express.m7g.large", 3).Set("tags",
			map[string]string{"team": "payments", "path": "eu/prod/1"}),
		mskfake.Serverless("clicks"),
	}}
	for name, c := range map[string]struct {
		filter Filter
		want   []string
	}{
		"all":              {Filter{}, []string{"clicks", "orders-eu", "orders-test", "payments"}},
		"prefix":           {Filter{Names: []string{"orders-*"}}, []string{"orders-eu", "orders-test"}},
		"two patterns":     {Filter{Names: []string{"orders-?u", "pay*"}}, []string{"orders-eu", "payments"}},
		"suffix":           {Filter{Names: []string{"*-test"}}, []string{"orders-test"}},
		"exact":            {Filter{Names: []string{"orders"}}, nil},
		"exclude":          {Filter{Names: []string{"orders-*"}, Exclude: []string{"*-test"}}, []string{"orders-eu"}},
		"tag":              {Filter{Tags: map[string]string{"team": "orders", "stage": "pro*"}}, []string{"orders-eu"}},
		"tag any value":    {Filter{Tags: map[string]string{"stage": "*"}}, []string{"orders-eu", "orders-test"}},
		"tag with a slash": {Filter{Tags: map[string]string{"path": "eu/*"}}, []string{"payments"}},
		"kind":             {Filter{Kinds: []string{"serverless"}}, []string{"clicks"}},
		"two kinds":        {Filter{Kinds: []string{"serverless", "express"}}, []string{"clicks", "payments"}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := names(discover(t, server, c.filter)); !slices.Equal(got, c.want) {
				t.Errorf("found %v, want %v", got, c.want)
			}
		})
	}
}

func TestFilterPrefixIsAskedOfAWS(t *testing.T) {
	for _, c := range []struct {
		names []string
		want  string
	}{{nil, ""}, {[]string{"orders-*"}, "orders-"}, {[]string{"orders-eu", "orders-us*"}, "orders-"}, {[]string{"a*", "b*"}, ""},
		{[]string{"*"}, ""}, {[]string{"ord[ae]r"}, "ord"}} {
		if got := (Filter{Names: c.names}).prefix(); got != c.want {
			t.Errorf("%v: prefix %q, want %q", c.names, got, c.want)
		}
	}
}

func TestClustersThatCannotBeWatched(t *testing.T) {
	gone := mskfake.Provisioned("vanishing", "kafka.m5.large", 3)
	gone.Gone = true
	server := &mskfake.Server{Now: at(noon), Clusters: []*mskfake.Cluster{
		mskfake.Serverless("alive").Set("state", "UPDATING"),
		mskfake.Serverless("new").Set("state", "CREATING"), mskfake.Serverless("old").Set("state", "DELETING"),
		mskfake.Serverless("broken").Set("state", "FAILED"), gone,
	}}
	inv := discover(t, server, Filter{})
	if got := names(inv); !slices.Equal(got, []string{"alive"}) {
		t.Errorf("watched %v, want only the one that is there", got)
	}
	var got []string
	for _, g := range inv.Gaps {
		got = append(got, g.What+": "+g.Why)
	}
	want := []string{"cluster broken: AWS could not create it (state FAILED): delete it, or ask AWS support",
		"cluster new: it is being created: it will be watched once it is ACTIVE", "cluster old: it is being deleted",
		"cluster vanishing: it was deleted after the list was read"}
	if !slices.Equal(got, want) {
		t.Errorf("gaps\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestHalfAListIsAnError(t *testing.T) {
	server := &mskfake.Server{Now: at(noon), PageSize: 1,
		Clusters: []*mskfake.Cluster{mskfake.Serverless("a"), mskfake.Serverless("b")},
		Fault: func(op string, n int, _ *http.Request) *mskfake.Fault {
			if op == "ListClustersV2" && n == 2 {
				return mskfake.Throttled
			}
			return nil
		}}
	inv, err := Discover(t.Context(), clientsOf(t, server), Filter{}, noon)
	if awsconf.KindOf(err) != awsconf.Throttled || len(inv.Clusters) > 0 {
		t.Errorf("got %v and %v, want no cluster and the throttling", names(inv), err)
	}
}

func TestDescribesStandard(t *testing.T) {
	const configuration = "arn:aws:kafka:us-east-1:123456789012:configuration/orders/aaaa-1"
	cluster := mskfake.Provisioned("orders", "kafka.m5.2xlarge", 6).
		Set("provisioned.brokerNodeGroupInfo.storageInfo.ebsStorageInfo",
			map[string]any{"volumeSize": 2000, "provisionedThroughput": map[string]any{"enabled": true, "volumeThroughput": 250}}).
		Set("provisioned.storageMode", "TIERED").Set("provisioned.enhancedMonitoring", "PER_TOPIC_PER_BROKER").
		Set("provisioned.currentBrokerSoftwareInfo",
			map[string]any{"kafkaVersion": "2.8.2.tiered", "configurationArn": configuration, "configurationRevision": 3}).
		Set("provisioned.zookeeperConnectString", "z-1:2181").
		Set("provisioned.clientAuthentication",
			map[string]any{"sasl": map[string]any{"scram": map[string]any{"enabled": true}, "iam": map[string]any{"enabled": true}},
				"tls": map[string]any{"enabled": true}, "unauthenticated": map[string]any{"enabled": true}}).
		Set("provisioned.encryptionInfo.encryptionInTransit.clientBroker", "TLS_PLAINTEXT").Set("tags",
		map[string]string{"team": "orders"})
	cluster.Secrets = 23
	server := &mskfake.Server{Now: at(noon), Clusters: []*mskfake.Cluster{cluster}, PageSize: 4, Configurations: map[string]string{
		configuration + "/3": "# ours\nauto.create.topics.enable = true\nlog.retention.hours=72\r\nmessage.max.bytes: 4194304\nnum.io.threads=16\n\nmin.insync.replicas=\\\n2\n",
	}}
	c := discover(t, server, Filter{}).Clusters[0]
	want := workload.MSKCluster{
		ARN: cluster.ARN(), Name: "orders", Region: "us-east-1", Kind: "standard", Size: "kafka.m5.2xlarge", Brokers: 6,
		State: "ACTIVE", KafkaVersion: "2.8.2.tiered",
		Zones: 3, StorageGiBPerBroker: 2000, ProvisionedThroughputMiB: 250, Tiered: true, MonitoringLevel: "PER_TOPIC_PER_BROKER",
		Authentication: []string{"iam", "mtls", "plaintext", "sasl_scram", "tls"},
		Configuration: map[string]string{"auto.create.topics.enable": "true", "log.retention.hours": "72",
			"message.max.bytes": "4194304", "num.io.threads": "16", "min.insync.replicas": "2"},
		Tags: map[string]string{"team": "orders"},
	}
	if !reflect.DeepEqual(c.MSKCluster, want) {
		t.Errorf("got  %+v\nwant %+v", c.MSKCluster, want)
	}
	users := 23
	posture := workload.Posture{ReadAt: noon, KafkaVersion: "2.8.2", Mode: "zookeeper", Authentication: want.Authentication,
		SCRAMUsers: &users,
		BrokerConfig: map[string]workload.ConfigValue{
			"log.retention.hours": {Value: "72", Source: "static-broker"},
			"message.max.bytes":   {Value: "4194304", Source: "static-broker"},
			"min.insync.replicas": {Value: "2", Source: "static-broker"},
		}}
	if !reflect.DeepEqual(c.Posture, posture) {
		t.Errorf("got  %+v\nwant %+v", c.Posture, posture)
	}
	if c.Account != "123456789012" || len(c.Nodes) != 6 ||
		c.Nodes[5] != (Node{6, "b-6.orders.kafka.us-east-1.amazonaws.com", "subnet-c"}) {
		t.Errorf("account %q, nodes %+v", c.Account, c.Nodes)
	}
	if len(c.Gaps) > 0 {
		t.Errorf("gaps: %v", c.Gaps)
	}
	first := Bootstrap{"iam", "private", []string{"b-1.orders.kafka.us-east-1.amazonaws.com:9098"}}
	if !reflect.DeepEqual(c.Bootstrap[0], first) {
		t.Errorf("bootstrap %+v, want %+v first", c.Bootstrap, first)
	}
}

func TestDescribesServerless(t *testing.T) {
	c := discover(t, &mskfake.Server{Now: at(noon), Clusters: []*mskfake.Cluster{mskfake.Serverless("clicks")}},
		Filter{}).Clusters[0]
	want := workload.MSKCluster{ARN: c.ARN, Name: "clicks", Region: "us-east-1", Kind: "serverless", State: "ACTIVE", Zones: 3,
		Authentication: []string{"iam"}, Tags: map[string]string{}}
	if !reflect.DeepEqual(c.MSKCluster, want) {
		t.Errorf("got  %+v\nwant %+v", c.MSKCluster, want)
	}
	if len(c.Nodes) > 0 || c.Posture.BrokerConfig != nil || c.Posture.SCRAMUsers != nil {
		t.Errorf("a Serverless cluster has no brokers to tell of: %+v", c)
	}
}

func TestWhatIsDeniedIsNamed(t *testing.T) {
	for _, c := range []struct{ operation, what string }{
		{"DescribeClusterV2", "description of the cluster"}, {"ListNodes", "list of nodes"},
		{"GetBootstrapBrokers", "bootstrap brokers"},
		{"DescribeConfigurationRevision", "custom configuration"}, {"ListScramSecrets", "SCRAM users"},
	} {
		t.Run(c.operation, func(t *testing.T) {
			const configuration = "arn:aws:kafka:us-east-1:123456789012:configuration/orders/aaaa-1"
			cluster := mskfake.Provisioned("orders", "kafka.m5.large", 3).
				Set("provisioned.currentBrokerSoftwareInfo",
					map[string]any{"kafkaVersion": "3.8.x", "configurationArn": configuration, "configurationRevision": 1}).
				Set("provisioned.clientAuthentication.sasl.scram.enabled", true)
			server := &mskfake.Server{Now: at(noon), Clusters: []*mskfake.Cluster{cluster},
				Configurations: map[string]string{configuration + "/1": ""},
				Fault:          denying(c.operation, "kafka:"+c.operation)}
			inv := discover(t, server, Filter{})
			if len(inv.Clusters) != 1 || inv.Clusters[0].Kind != "standard" || inv.Clusters[0].Brokers != 3 {
				t.Fatalf("the cluster is lost with one permission: %+v", inv.Clusters)
			}
			gaps := inv.Clusters[0].Gaps
			if len(gaps) != 1 || gaps[0].What != c.what || gaps[0].Source != "msk" {
				t.Fatalf("gaps %+v, want one of %q", gaps, c.what)
			}
			for _, want := range []string{"access denied for arn:aws:sts::123456789012:assumed-role/mskfit/i-0abc",
				`{"Effect":"Allow","Action":["kafka:` + c.operation + `"],"Resource":["`} {
				if !strings.Contains(gaps[0].Why, want) {
					t.Errorf("gap says %q, want %q in it", gaps[0].Why, want)
				}
			}
		})
	}
	_, err := Discover(t.Context(), clientsOf(t,
		&mskfake.Server{Now: at(noon), Fault: denying("ListClustersV2", "kafka:ListClustersV2")}), Filter{}, noon)
	if awsconf.KindOf(err) != awsconf.Denied {
		t.Errorf("got %v, want the denial", err)
	}
}

func TestAuthenticationOfOldClusters(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*mskfake.Cluster)
		want   []string
	}{
		"nothing turned on": {func(c *mskfake.Cluster) { delete(c.Info["provisioned"].(map[string]any), "clientAuthentication") },
			[]string{"tls"}},
		"plaintext only": {func(c *mskfake.Cluster) {
			delete(c.Set("provisioned.encryptionInfo.encryptionInTransit.clientBroker",
				"PLAINTEXT").Info["provisioned"].(map[string]any), "clientAuthentication")
		}, []string{"plaintext"}},
		"offered all the same": {func(c *mskfake.Cluster) { c.Bootstrap["bootstrapBrokerString"] = "b-1:9092" },
			[]string{"iam", "plaintext"}},
	} {
		t.Run(name, func(t *testing.T) {
			cluster := mskfake.Provisioned("old", "kafka.m5.large", 3)
			c.change(cluster)
			got := discover(t, &mskfake.Server{Now: at(noon), Clusters: []*mskfake.Cluster{cluster}}, Filter{}).Clusters[0]
			if !slices.Equal(got.Authentication, c.want) || !slices.Equal(got.Posture.Authentication, c.want) {
				t.Errorf("authentication %v, posture %v, want %v", got.Authentication, got.Posture.Authentication, c.want)
			}
		})
	}
}

func TestModeAndRelease(t *testing.T) {
	for version, want := range map[string][2]string{"3.8.x": {"3.8", ""}, "3.9.x.kraft": {"3.9", "kraft"},
		"2.8.2.tiered": {"2.8.2", ""}, "4.0.x.kraft": {"4.0", "kraft"}, "1.1.1": {"1.1.1", ""}, "": {"", ""}} {
		c := mskfake.Provisioned("v", "kafka.m7g.large", 3).Set("provisioned.currentBrokerSoftwareInfo.kafkaVersion", version)
		got := discover(t, &mskfake.Server{Now: at(noon), Clusters: []*mskfake.Cluster{c}}, Filter{}).Clusters[0].Posture
		if got.KafkaVersion != want[0] || got.Mode != want[1] {
			t.Errorf("%q: release %q and mode %q, want %q", version, got.KafkaVersion, got.Mode, want)
		}
	}
}
