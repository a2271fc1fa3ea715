package analyzer

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
)

func TestValidate(t *testing.T) {
	yes, no := true, false
	number := func(v float64) *float64 { return &v }
	hours := func(n int) *time.Duration {
		d := time.Duration(n) * time.Hour
		return &d
	}
	for _, c := range []struct {
		name   string
		change func(*Input)
		want   string // empty: valid
	}{
		{"as it is", func(*Input) {}, ""},
		{"unknown profile", func(in *Input) { in.Options.Profile = "x" },
			`options.profile: "x" is not a sizing profile: write one of aws-guide, aws-script, mskfit`},
		{"unknown statistic", func(in *Input) { in.Options.Statistic = "p75" },
			`options.statistic: "p75" is not a statistic: write mean, p50, p95, p99 or peak`},
		{"headroom", func(in *Input) { in.Options.Headroom = 1 }, "options.headroom: 1 must be a share from 0 to 0.9"},
		{"headroom that is no number", func(in *Input) { in.Options.Headroom = math.NaN() },
			"options.headroom: NaN must be a share from 0 to 0.9"},
		{"horizon", func(in *Input) { in.Options.GrowthHorizon = -time.Hour },
			"options.growth_horizon: -1h0m0s must be between 0 and 26280h0m0s"},
		{"negative ingress", func(in *Input) { in.Workload.IngressBytesPerSec = exact(-1) }, "workload.ingress: -1 is negative"},
		{"ingress that is no number", func(in *Input) { in.Workload.IngressBytesPerSec = exact(math.NaN()) },
			"workload.ingress: not a number"},
		{"absurd ingress", func(in *Input) { in.Workload.IngressBytesPerSec = exact(1e22) },
			"workload.ingress: 1e+22 is more than can be sized (1e+21)"},
		{"peak below the mean", func(in *Input) { in.Workload.IngressBytesPerSec.Peak = number(1) },
			"workload.peak_ingress: 1 is below the mean (1,000,000)"},
		{"no partitions", func(in *Input) { in.Workload.Partitions = figureOf(0) },
			"workload.partitions: 0 partitions cannot take 1 MB/s of ingress: give their number"},
		{"more compacted than there are", func(in *Input) { in.Workload.CompactedPartitions = figureOf(20) },
			"workload.compacted_partitions: 20 is more than partitions (10)"},
		{"hottest above the whole", func(in *Input) { in.Workload.HottestIngress = exact(2e6) },
			"workload.hottest_partition_ingress: 2,000,000 is more than ingress (1,000,000)"},
		{"average above the largest", func(in *Input) {
			in.Workload.AverageMessageBytes, in.Workload.MaxMessageBytes = figureOf(2000), figureOf(1000)
		}, "workload.average_message_size: 2,000 is more than max_message_size (1,000)"},
		{"primary beyond retention", func(in *Input) { in.Workload.PrimaryRetention = hours(48) },
			"workload.primary_retention: 48h0m0s is longer than retention (24h0m0s)"},
		{"unknown authentication", func(in *Input) { in.Requirements.Authentication = []string{"ldap"} },
			`requirements.authentication[0]: "ldap" is not a method: write one of plaintext, tls, mtls, sasl_plain, sasl_scram, oauthbearer, kerberos, iam`},
		{"sale event below one", func(in *Input) { in.Requirements.SaleEventFactor = number(0.5) },
			"requirements.sale_event_factor: 0.5 must be from 1 (no sale event) to 1,000"},
		{"four zones", func(in *Input) { in.Requirements.Zones = 4 },
			"requirements.zones: 4: MSK clusters span 2 or 3 availability zones"},
		{"no version", func(in *Input) { in.Requirements.KafkaVersion = "latest" },
			`requirements.kafka_version: "latest" is not a version: write it like 3.9`},
		{"unknown quota", func(in *Input) { in.Requirements.RaisedQuotas = map[string]float64{"x": 1} },
			"requirements.raised_quotas.x: no quota has this id: mskfit catalog lists them"},
		{"lowered quota", func(in *Input) { in.Requirements.RaisedQuotas = map[string]float64{"consumer_groups": 100} },
			"requirements.raised_quotas.consumer_groups: 100 is below AWS's own 500 groups: state the raised limit"},
		{"unknown kind", func(in *Input) { in.Requirements.Prefer = "kinesis" },
			`requirements.prefer: "kinesis" is not a kind of cluster: write serverless, serverless_split, standard or express`},
		{"Serverless with ZooKeeper", func(in *Input) {
			in.Requirements.Prefer, in.Requirements.ZooKeeperAccess = "serverless",
				&yes
		}, "requirements.prefer: serverless contradicts zookeeper_access: true: Serverless gives no access to ZooKeeper"},
		{"Serverless with configuration", func(in *Input) {
			in.Requirements.Prefer, in.Requirements.BrokerConfiguration = "serverless", []string{"num.partitions"}
		}, "requirements.prefer: serverless contradicts broker_configuration: Serverless accepts none"},
		{"split that may not be", func(in *Input) { in.Requirements.Prefer, in.Requirements.Splittable = "serverless_split", &no },
			"requirements.prefer: serverless_split contradicts splittable: false"},
		{"Express in two zones", func(in *Input) { in.Requirements.Prefer, in.Requirements.Zones = "express", 2 },
			"requirements.prefer: express contradicts zones: 2: Express brokers are in 3 zones"},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := plain(t, 1, 1, 10)
			c.change(&in)
			got := ""
			if err := Validate(in); err != nil {
				got = err.Error()
			}
			if got != c.want {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
			v := Analyze(in, propertyNow) // and it copes all the same
			if strings.Contains(strings.Join(v.Reasons, " "), "NaN") {
				t.Errorf("reasons %v", v.Reasons)
			}
		})
	}
}

// Every contradiction is reported at once.
func TestValidateReportsAll(t *testing.T) {
	in := plain(t, 1, 1, 10)
	in.Workload.Partitions = figureOf(-1)
	in.Requirements.Zones = 7
	in.Options.Statistic = "x"
	err := Validate(in)
	if err == nil {
		t.Fatal("no error")
	}
	for _, field := range []string{"options.statistic", "workload.partitions", "requirements.zones"} {
		if !strings.Contains(err.Error(), field) {
			t.Errorf("%s is not reported in %v", field, err)
		}
	}
}

// Figures that are none count as missing, and a gap says so.
func TestSanitized(t *testing.T) {
	w := sanitized(workload.Workload{IngressBytesPerSec: exact(math.Inf(1)), Partitions: figureOf(math.NaN()),
		StoredBytes: figureOf(5)})
	if w.IngressBytesPerSec != nil || w.Partitions != nil || w.StoredBytes == nil || len(w.Gaps) != 2 {
		t.Errorf("got %+v", w)
	}
}
