package analyzer

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// A near miss really fits once its changes are applied, at the price that it states, and no kind that fits has one.
func TestNearMissesFit(t *testing.T) {
	tried := 0
	rapid.Check(t, func(rt *rapid.T) {
		in := prepared(t, drawn(rt))
		d := decide(&in, forVerdict)
		byKind := d.remediesByKind()
		for _, m := range d.nearMisses(byKind) {
			tried++
			if strings.Contains(m.Sentence, " if ,") || strings.HasSuffix(m.Sentence, " ") ||
				strings.Contains(m.Sentence, " and  ") {
				rt.Fatalf("a change without its condition: %q", m.Sentence)
			}
			if d.fits(m.Kind) {
				rt.Fatalf("%s fits already, and a near miss says %q", m.Kind, m.Sentence)
			}
			changed := in
			for _, f := range byKind {
				if f.kind != m.Kind {
					continue
				}
				for _, r := range d.needed(f) {
					r.apply(&changed)
				}
			}
			after := decide(&changed, forVerdict)
			i := slices.IndexFunc(after.options, func(o option) bool { return o.is(m.Choice) })
			if i < 0 || !after.options[i].eligible() || cents(after.options[i].cost) != m.MonthlyUSD {
				rt.Fatalf("%q does not hold: %+v", m.Sentence, after.outcome())
			}
		}
	})
	if tried == 0 {
		t.Error("no near miss was tried")
	}
}

// What the owner declared is asked about, and no action asks to change it.
func TestNoActionContradictsWhatWasDeclared(t *testing.T) {
	yes := true
	set := map[string]struct {
		change func(*Input)
		field  string
		ask    string
	}{
		"messages of 20 MB": {func(in *Input) {
			in.Workload.MaxMessageBytes = workload.Exactly(20e6, workload.Declared,
				"test").Ptr()
		},
			"workload.max_message_size", "Can every message be kept to 8 MiB?"},
		"authentication": {func(in *Input) { in.Requirements.Authentication = []string{"sasl_scram"} },
			"requirements.authentication", "Can clients move from SASL/SCRAM to IAM?"},
		"ACLs": {func(in *Input) { in.Requirements.ACLs = &yes }, "requirements.acls",
			"Can IAM policies replace the Kafka ACLs?"},
		"ZooKeeper": {func(in *Input) { in.Requirements.ZooKeeperAccess = &yes }, "requirements.zookeeper_access",
			"Can the tools that talk to ZooKeeper use the brokers instead?"},
		"configuration": {func(in *Input) { in.Requirements.BrokerConfiguration = []string{"log.retention.hours"} },
			"requirements.broker_configuration", "log.retention.hours"},
	}
	for name, tt := range set {
		t.Run(name, func(t *testing.T) {
			in := atQuota(t)
			in.Workload = heavier(in.Workload, 0.1)
			tt.change(&in)
			v := Analyze(in, propertyNow)
			for _, a := range v.Actions {
				if strings.HasPrefix(a.Fixes, "serverless.") {
					t.Errorf("an action contradicts it: %+v", a)
				}
			}
			i := slices.IndexFunc(v.NearMisses, func(m verdict.NearMiss) bool { return m.Kind == verdict.Serverless })
			if i < 0 {
				t.Fatalf("no near miss for Serverless: %+v", v.NearMisses)
			}
			if strings.Contains(v.NearMisses[i].Sentence, "_") {
				t.Errorf("keys of the file in %q", v.NearMisses[i].Sentence)
			}
			if m := v.NearMisses[i]; len(m.Changes) != 1 || m.Changes[0].Field != tt.field ||
				!strings.Contains(m.Question, tt.ask) {
				t.Errorf("got %+v, want one change of %s and the question %q", m, tt.field, tt.ask)
			}
		})
	}
}

// Two property names out of reach do not hide Express.
func TestNearMissOfFixedProperties(t *testing.T) {
	in := longRetention(t)
	no, months := false, 60*24*time.Hour
	in.Workload.Retention, in.Requirements.TieredStorage = &months, &no
	in.Requirements.BrokerConfiguration = []string{"min.insync.replicas", "num.io.threads", "log.retention.hours"}
	v := Analyze(in, propertyNow)
	i := slices.IndexFunc(v.NearMisses, func(m verdict.NearMiss) bool { return m.Kind == verdict.Express })
	if v.Choice == nil || v.Choice.Kind != verdict.Standard || i < 0 {
		t.Fatalf("chose %+v with near misses %+v", v.Choice, v.NearMisses)
	}
	m := v.NearMisses[i]
	const want = "Express fixes min.insync.replicas=2: is that enough? Can you do without setting num.io.threads?"
	if m.Question != want {
		t.Errorf("got %q, want %q", m.Question, want)
	}
	if want := (verdict.Change{Field: "requirements.broker_configuration",
		From: "[log.retention.hours, min.insync.replicas, num.io.threads]",
		To:   "[log.retention.hours]", Rule: "express.broker_configuration"}); !slices.Equal(m.Changes, []verdict.Change{want}) {
		t.Errorf("got %+v, want %+v", m.Changes, want)
	}
	if m.MonthlyUSD >= v.Choice.MonthlyUSD/2 {
		t.Errorf("%s at %.2f against %.2f of the choice", m.Name(), m.MonthlyUSD, v.Choice.MonthlyUSD)
	}
}

// Where nothing fits, what the owner refused is asked about once more; where something fits, it is left alone.
func TestRefusalsCountWhileSomethingFits(t *testing.T) {
	in := atQuota(t)
	in.Workload = heavier(in.Workload, 0.1)
	no := false
	in.Requirements.Authentication, in.Requirements.AuthenticationChange = []string{"sasl_scram"}, &no
	if v := Analyze(in, propertyNow); v.Choice == nil || len(v.NearMisses) > 0 {
		t.Errorf("chose %+v with near misses %+v", v.Choice, v.NearMisses)
	}
	in.Requirements.Authentication = []string{"kerberos"}
	v := Analyze(in, propertyNow)
	if v.Choice != nil || len(v.NearMisses) < 3 {
		t.Errorf("chose %+v with near misses %+v, want one for each kind", v.Choice, v.NearMisses)
	}
}
