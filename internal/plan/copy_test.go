package plan

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/mskfit/mskfit/analyzer"
	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// Between MSK clusters the developer guide asks for IAM and three brokers at the source; what it does not say is marked.
func TestReplicatorBetweenMSKClusters(t *testing.T) {
	for _, tt := range []struct {
		name   string
		source workload.MSKCluster
		can    bool
		want   string
	}{
		{"two brokers", workload.MSKCluster{Kind: "standard", Brokers: 2, Authentication: []string{"iam"}}, false,
			"at least three brokers at the source, which has 2"},
		{"IAM is on", workload.MSKCluster{Kind: "standard", Brokers: 3, Authentication: []string{"iam", "sasl_scram"}}, true,
			"IAM access control on the source, which has it."},
		{"IAM is off", workload.MSKCluster{Kind: "standard", Brokers: 3, Authentication: []string{"sasl_scram"}}, true,
			"turn it on there first, the source has sasl_scram."},
		{"unknown", workload.MSKCluster{Kind: "express", Brokers: 3}, true, "whether the source has it is unknown."},
		{"Serverless", workload.MSKCluster{Kind: "serverless"}, true, "which has it."},
	} {
		can, why := betweenMSK(&tt.source)
		if can != tt.can || !strings.Contains(why, tt.want) || can && !strings.Contains(why, "were not checked") {
			t.Errorf("%s: %v, %q, want %v, %q", tt.name, can, why, tt.can, tt.want)
		}
	}
}

// What a topic keeps follows Kafka's own order: its setting, then the brokers'; compaction keeps by key and not by time.
func TestWhatATopicKeeps(t *testing.T) {
	config := func(pairs ...string) map[string]workload.ConfigValue {
		out := map[string]workload.ConfigValue{}
		for i := 0; i < len(pairs); i += 2 {
			out[pairs[i]] = workload.ConfigValue{Value: pairs[i+1]}
		}
		return out
	}
	day, week, yes := 24*time.Hour, 7*24*time.Hour, true
	brokers := config("log.retention.hours", "24")
	for _, tt := range []struct {
		name    string
		topic   workload.TopicWorkload
		brokers map[string]workload.ConfigValue
		stored  float64 // of 1 MB/s; 0: unknown
		expires time.Duration
	}{
		{"declared", workload.TopicWorkload{Retention: &day, Config: config("retention.ms", "1000")}, brokers, 86400e6, day},
		{"its own", workload.TopicWorkload{Config: config("retention.ms", "604800000")}, brokers, 7 * 86400e6, week},
		{"the brokers'", workload.TopicWorkload{Config: config()}, brokers, 86400e6, day},
		{"capped by bytes", workload.TopicWorkload{Partitions: 4,
			Config: config("retention.ms", "604800000", "retention.bytes", "21600000000")}, brokers, 86400e6, day},
		{"by bytes alone", workload.TopicWorkload{Partitions: 4,
			Config: config("retention.ms", "-1", "retention.bytes", "21600000000")}, brokers, 86400e6, day},
		{"compacted", workload.TopicWorkload{Compacted: &yes,
			Config: config("cleanup.policy", "compact", "retention.ms", "604800000")}, brokers, 0, 0},
		{"compacted and deleted", workload.TopicWorkload{Compacted: &yes,
			Config: config("cleanup.policy", "compact,delete", "retention.ms", "86400000")}, brokers, 0, day},
		{"for good", workload.TopicWorkload{Config: config("retention.ms", "-1")}, brokers, 0, workload.RetentionUnlimited},
		{"not read", workload.TopicWorkload{}, nil, 0, 0},
	} {
		p := &plan{}
		p.Workload.Posture, p.Workload.Retention = &workload.Posture{BrokerConfig: tt.brokers}, &week
		tt.topic.IngressBytesPerSec = workload.Constantly(workload.Exactly(1e6, workload.Measured, "test"))
		if stored, ok := p.storedOf(&tt.topic); stored != tt.stored || ok != (tt.stored > 0) {
			t.Errorf("%s: stored %v, %v, want %v", tt.name, stored, ok, tt.stored)
		}
		if keep, ok := p.expires(&tt.topic); keep != tt.expires || ok != (tt.expires > 0) {
			t.Errorf("%s: expires after %v, %v, want %v", tt.name, keep, ok, tt.expires)
		}
	}
}

// The runbook prices data in the unit of the verdict's bill, and takes the quota of one cluster as the verdict does.
func TestCopyCountsAsTheVerdict(t *testing.T) {
	c, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	units := map[string]bool{}
	for name, profile := range c.Profiles {
		p := &plan{}
		p.Catalog, p.Verdict.Profile = c, name
		size, unit := profile.BytesOfData()
		units[unit] = true
		if got, want := p.dataCost("data in", 1e12, 0.1),
			fmt.Sprintf("data in: 1 TB × $0.1/%s = %s", unit, workload.FormatUSD(1e11/size)); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if len(units) != 2 {
		t.Errorf("the profiles count in %v only", units)
	}
	for _, raised := range []float64{0, 100e6, math.Inf(1), -1} {
		p := &plan{clusters: make([]cluster, 3)}
		p.Catalog, p.Option.Kind, p.Requirements.RaisedQuotas = c, verdict.ServerlessSplit,
			map[string]float64{"ingress_per_cluster": raised}
		want, ok := analyzer.QuotaLimit(&p.Input.Input, "ingress_per_cluster")
		if got := p.ingressLimit(); !ok || got == nil || *got != want || math.IsInf(*got, 0) || *got <= 0 {
			t.Errorf("raised to %v: %v, want %v for each cluster", raised, got, want)
		}
	}
}
