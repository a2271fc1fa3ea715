package analyzer

import (
	"strings"
	"testing"
	"time"

	"github.com/mskfit/mskfit/analyzer/drift"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

func TestServerlessQuotasRaiseWhenTheChoiceIsExpress(t *testing.T) {
	p := drift.DefaultPolicy()
	decided := func(mbps float64) verdict.Verdict {
		in := presentInput(t, mbps)
		in.Options.MinWindow = time.Minute
		return Analyze(in, presentStart)
	}
	state := drift.State{}.Noted(decided(100), workload.Requirements{})
	if !state.Fitted {
		t.Fatal("100 MB/s do not fit Serverless")
	}
	if outgrown := (drift.State{}).Noted(decided(230), workload.Requirements{}); outgrown.Fitted {
		t.Error("230 MB/s fit Serverless")
	}
	if meant := (drift.State{}).Noted(decided(230), workload.Requirements{Prefer: "serverless"}); !meant.Fitted {
		t.Error("a workload that prefers Serverless is not watched for it")
	}
	raised := map[string]drift.Level{}
	v := decided(230)
	for m := range 30 {
		now := presentStart.Add(time.Duration(m) * time.Minute)
		state = state.Noted(v, workload.Requirements{})
		var events []drift.Event
		state, events = drift.Advance(state, Present(presentInput(t, 230), v, state, p, now), drift.Seen{}, p, now)
		for _, e := range events {
			raised[e.Key] = e.Level
		}
	}
	if v.Choice == nil || v.Choice.Kind == verdict.Serverless || raised[ingressRuleID] != drift.LevelCritical {
		t.Errorf("the choice is %v; raised %v, want %s critical", v.Choice, raised, ingressRuleID)
	}
	if len(state.Watching) != 2 {
		t.Errorf("watching %v, want the choice and Serverless", state.Watching)
	}
}

func TestStandardBrokersBecomeCriticalAtWhatTheyCanCarry(t *testing.T) {
	for profile, want := range map[string]map[string]float64{
		"mskfit":    {"standard.ingress": 2, "standard.egress": 2, "standard.storage": 2}, // utilization 0.5, storage_headroom 2.0
		"aws-guide": {"standard.ingress": 1.5, "standard.egress": 1.875, "standard.storage": 1.2},
	} {
		in := presentInput(t, 10)
		in.Options.Profile = profile
		three := drift.State{Held: &verdict.Choice{Kind: verdict.Standard, Size: "kafka.m5.large", Brokers: 3, Clusters: 1}}
		v := Present(in, verdict.Verdict{}, three, drift.DefaultPolicy(), presentStart)
		for id, ceiling := range want {
			r := ruleOf(t, v, id)
			m, _ := drift.MarksOf(r, drift.DefaultPolicy())
			if r.Ceiling != ceiling || m.Want(0.99*0.8*ceiling, drift.LevelOK) == drift.LevelCritical ||
				m.Want(max(1, 0.8*ceiling), drift.LevelOK) != drift.LevelCritical {
				t.Errorf("%s: %s: %g times the plan, marks %+v, want %g", profile, id, r.Ceiling, m, ceiling)
			}
		}
	}
}

// A lowered quota rehearses an alert: it raises one that says that the limit is not AWS's, and changes no verdict.
func TestALimitOfTheAlertsRehearsesOne(t *testing.T) {
	p := drift.DefaultPolicy()
	p.Limits = map[string]float64{"ingress_per_cluster": 50e6}
	in := presentInput(t, 45)
	serverless := drift.State{Held: &verdict.Choice{Kind: verdict.Serverless, Clusters: 1}}
	soon := presentStart.AddDate(0, 0, 3)
	v := verdict.Verdict{Forecast: []verdict.Forecast{{Rule: "serverless.ingress_per_cluster", Expected: &soon},
		{Rule: "serverless.consumer_groups", Expected: &soon}}}
	got := Present(in, v, serverless, p, presentStart)
	r := ruleOf(t, got, "serverless.ingress_per_cluster")
	if *r.Utilization != 0.9 || *r.Limit != 50 ||
		!strings.Contains(r.Evidence, "is your own (limits in the configuration), not AWS's") {
		t.Errorf("45 MB/s of a limit of 50: %+v", r)
	}
	if other := ruleOf(t, got, "serverless.consumer_groups"); strings.Contains(other.Evidence, "your own") {
		t.Errorf("a quota without a limit of the alerts: %+v", other)
	}
	if len(got.Forecast) != 1 || len(v.Forecast) != 2 {
		t.Errorf("a forecast of AWS's limit is reported for another one: %+v", got.Forecast)
	}
	p.Limits = map[string]float64{"ingress_per_cluster": 400e6}
	if r := ruleOf(t, Present(in, v, serverless, p, presentStart), "serverless.ingress_per_cluster"); *r.Utilization != 45.0/400 {
		t.Errorf("45 MB/s of a limit of 400: %+v", r)
	}
	if in.Requirements.RaisedQuotas != nil {
		t.Error("the input was changed")
	}
}
