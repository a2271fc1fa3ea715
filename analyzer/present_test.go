package analyzer

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/mskfit/mskfit/analyzer/drift"
	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

var presentStart = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)

const ingressRuleID = "serverless.ingress_per_cluster"

// flowing is an observed workload of two topics, a quarter of an hour of it.
func flowing(ingressMBps float64) workload.Workload {
	at := func(v float64) *workload.Quantity {
		return workload.Constantly(workload.Exactly(v, workload.Measured, "test"))
	}
	n := func(v float64) *workload.Figure { return workload.Exactly(v, workload.Measured, "test").Ptr() }
	in := ingressMBps * workload.MB
	notCompacted := false
	topic := func(name string, share float64) workload.TopicWorkload {
		return workload.TopicWorkload{Name: name, Partitions: 60, ReplicationFactor: 3, Compacted: &notCompacted,
			IngressBytesPerSec: at(in * share), EgressBytesPerSec: at(in * share),
			HottestIngress: at(in * share / 60), HottestEgress: at(in * share / 60)}
	}
	return workload.Workload{
		Cluster: "shop", Region: "us-east-1", Window: workload.Window{Start: presentStart, End: presentStart.Add(15 * time.Minute)},
		Coverage:           1,
		IngressBytesPerSec: at(in), EgressBytesPerSec: at(in), MessagesPerSec: at(1000), HottestIngress: at(in * 0.7 / 60),
		HottestEgress: at(in * 0.7 / 60),
		Partitions:    n(120), CompactedPartitions: n(0), Topics: n(2), ConsumerGroups: n(3), MaxMessageBytes: n(1e6),
		StoredBytes: n(1e12), AverageMessageBytes: n(1000),
		ReplicationFactor: 3, TopicList: []workload.TopicWorkload{topic("orders", 0.7), topic("clicks", 0.3)},
		Posture: &workload.Posture{ReadAt: presentStart, KafkaVersion: "3.9", Mode: "kraft", Authentication: []string{"iam"},
			BrokerConfig: map[string]workload.ConfigValue{}},
	}
}

func presentInput(t *testing.T, ingressMBps float64) Input {
	t.Helper()
	c, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	no := 0.0
	return Input{Workload: flowing(ingressMBps), Catalog: c, Options: DefaultOptions(),
		Requirements: workload.Requirements{ExtraReaders: &no}}
}

func ruleOf(t *testing.T, v verdict.Verdict, id string) verdict.Rule {
	t.Helper()
	if len(v.Options) != 1 {
		t.Fatalf("%d options, want the watched one", len(v.Options))
	}
	r := v.Options[0].Rule(id)
	if r == nil || r.Utilization == nil {
		t.Fatalf("no %s with a utilization among the rules", id)
	}
	return *r
}

// The brokers that are there are watched, not those that a quiet quarter of an hour would need.
func TestPresentHoldsTheLoadAgainstTheBrokersThatAreThere(t *testing.T) {
	six := &verdict.Choice{Kind: verdict.Express, Size: "express.m7g.large", Brokers: 6, Clusters: 1}
	low := ruleOf(t, Present(presentInput(t, 10), verdict.Verdict{}, drift.State{Held: six}, drift.DefaultPolicy(), presentStart),
		"express.ingress_max")
	high := ruleOf(t, Present(presentInput(t, 40), verdict.Verdict{}, drift.State{Held: six}, drift.DefaultPolicy(), presentStart),
		"express.ingress_max")
	if ratio := *high.Utilization / *low.Utilization; ratio < 3.99 || ratio > 4.01 {
		t.Errorf("four times the load is %.2f times the utilization (%g, %g)", ratio, *low.Utilization, *high.Utilization)
	}
	three := *six
	three.Brokers = 3
	half := ruleOf(t, Present(presentInput(t, 10), verdict.Verdict{}, drift.State{Held: &three}, drift.DefaultPolicy(),
		presentStart), "express.ingress_max")
	if ratio := *half.Utilization / *low.Utilization; ratio < 1.99 || ratio > 2.01 {
		t.Errorf("half the brokers are %.2f times the utilization", ratio)
	}
}

func TestPresentIsWithoutSaleAndGrowth(t *testing.T) {
	in := presentInput(t, 100)
	factor := 3.0
	in.Requirements.SaleEventFactor = &factor
	got := ruleOf(t, Present(in, verdict.Verdict{Choice: &verdict.Choice{Kind: verdict.Serverless, Clusters: 1}}, drift.State{},
		drift.DefaultPolicy(), presentStart), ingressRuleID)
	if *got.Utilization != 0.5 {
		t.Errorf("100 MB/s of 200 MB/s are %g with a sale factor of 3 declared, want 0.5", *got.Utilization)
	}
}

func TestPresentWatchesWhatCarriesTheLoadToday(t *testing.T) {
	v := verdict.Verdict{Choice: &verdict.Choice{Kind: verdict.Serverless, Clusters: 1},
		Current: &verdict.Current{Choice: verdict.Choice{Kind: verdict.Standard, Size: "kafka.m7g.large", Brokers: 3, Clusters: 1}}}
	got := Present(presentInput(t, 10), v, drift.State{Held: v.Choice}, drift.DefaultPolicy(), presentStart)
	if o := got.Options[0]; o.Kind != verdict.Standard || o.Size != "kafka.m7g.large" || o.Brokers != 3 {
		t.Errorf("watched is %d × %s %s", o.Brokers, o.Kind, o.Size)
	}
	if v := Present(presentInput(t, 10), verdict.Verdict{}, drift.State{}, drift.DefaultPolicy(),
		presentStart); len(v.Options) != 0 {
		t.Errorf("with nothing chosen %d options are watched", len(v.Options))
	}
	lost := &verdict.Choice{Kind: verdict.Express, Size: "express.m5.large", Brokers: 3}
	if v := Present(presentInput(t, 10), verdict.Verdict{}, drift.State{Held: lost}, drift.DefaultPolicy(),
		presentStart); len(v.Options) != 0 {
		t.Errorf("a size that the catalog does not have gave %d options", len(v.Options))
	}
}

func TestPresentSaysWhatFixes(t *testing.T) {
	serverless := &verdict.Choice{Kind: verdict.Serverless, Clusters: 1}
	for _, tc := range []struct {
		name   string
		held   *verdict.Choice
		change func(*Input)
		mbps   float64
		rule   string
		want   string
	}{
		{"nothing near a mark", serverless, nil, 20, "", ""},
		{"ingress of the cluster, not splittable", serverless, nil, 170, ingressRuleID, "cluster: plan the move to "},
		{"ingress of the cluster, splittable", serverless, func(in *Input) {
			yes := true
			in.Requirements.Splittable = &yes
		}, 170, ingressRuleID, "cluster: spread it over 2 Serverless clusters: orders to one of their own"},
		{"the hottest partition", serverless, func(in *Input) {
			hot := workload.Constantly(workload.Exactly(4.5e6, workload.Measured, "test"))
			in.Workload.HottestIngress, in.Workload.TopicList[0].HottestIngress = hot, hot
		}, 20, "serverless.ingress_per_partition", "topic orders: raise its partitions from 60 to 68"},
		{"partitions, a quota that can be raised", serverless, func(in *Input) {
			in.Workload.Partitions = workload.Exactly(2200, workload.Measured, "test").Ptr()
		}, 20, "serverless.partitions_non_compacted", "quota partitions_non_compacted: ask AWS to raise it from 2,400 to 2,800"},
		{"brokers beyond what they are planned for",
			&verdict.Choice{Kind: verdict.Express, Size: "express.m7g.large", Brokers: 3, Clusters: 1}, nil, 41, "express.ingress",
			"cluster: raise the brokers from 3 to 6"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			in := presentInput(t, tc.mbps)
			if tc.change != nil {
				tc.change(&in)
			}
			before, err := json.Marshal(in.Workload)
			if err != nil {
				t.Fatal(err)
			}
			v := Present(in, verdict.Verdict{}, drift.State{Held: tc.held}, drift.DefaultPolicy(), presentStart)
			if after, _ := json.Marshal(in.Workload); string(after) != string(before) {
				t.Error("the input was changed")
			}
			got := ""
			for _, a := range v.Actions {
				if a.Fixes == tc.rule {
					got = a.Target + ": " + a.Action
				}
			}
			if tc.rule == "" && len(v.Actions) > 0 || !strings.HasPrefix(got, tc.want) {
				t.Errorf("proposed %q (all: %+v), want %q", got, v.Actions, tc.want)
			}
		})
	}
}

func TestPresentProposesForWhatIsExpected(t *testing.T) {
	soon := presentStart.AddDate(0, 0, 9)
	v := verdict.Verdict{Choice: &verdict.Choice{Kind: verdict.Serverless, Clusters: 1},
		Forecast: []verdict.Forecast{{Rule: ingressRuleID, Expected: &soon}}}
	got := Present(presentInput(t, 100), v, drift.State{}, drift.DefaultPolicy(), presentStart)
	if len(got.Actions) != 1 || got.Actions[0].Fixes != ingressRuleID {
		t.Errorf("proposed %+v", got.Actions)
	}
}
