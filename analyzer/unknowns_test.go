package analyzer

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

func unknownFor(v verdict.Verdict, rule string) *verdict.UnknownLimit {
	for i := range v.Unknowns {
		if slices.Contains(v.Unknowns[i].Rules, rule) {
			return &v.Unknowns[i]
		}
	}
	return nil
}

// Each thing that is unknown is listed once, with what an answer could change.
func TestUnknownsByWhatTheyChange(t *testing.T) {
	in := plain(t, 2, 2, 50)
	no := false
	in.Requirements = workload.Requirements{OperationsTeam: &no, Authentication: []string{"iam"}}
	in.Workload.EgressBytesPerSec.High = math.Inf(1) // readers that do not commit are invisible
	in.Workload.EgressBytesPerSec.Method = workload.Estimated
	v := Analyze(in, propertyNow)
	if v.Choice == nil || v.Choice.Kind != verdict.Serverless {
		t.Fatalf("choice %+v", v.Choice)
	}
	for rule, want := range map[string]string{
		"serverless.client_connections":   "choice", // above 3,000 another cluster is needed
		"serverless.zookeeper_access":     "choice",
		"serverless.broker_configuration": "choice",
		"serverless.egress_per_cluster":   "price", // ten more readers still fit, and are billed
	} {
		if u := unknownFor(v, rule); u == nil || u.Changes != want || u.Action == "" || u.What == "" {
			t.Errorf("%s: got %+v, want %s", rule, u, want)
		}
	}
	if u := unknownFor(v, "serverless.client_connections"); u != nil &&
		u.Effect[:len("above the limit: 3 × ")] != "above the limit: 3 × " {
		t.Errorf("effect %q", u.Effect)
	}
}

// Every unknown rule of the choice is in exactly one entry, and those that could change the choice come first.
func TestUnknownsAreCompleteAndRanked(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		in := drawn(rt)
		in.Catalog = embedded(t)
		v := Analyze(in, propertyNow)
		if v.Choice == nil {
			return
		}
		seen, last := map[string]int{}, 0
		for _, u := range v.Unknowns {
			rank := slices.Index([]string{"choice", "price", "nothing"}, u.Changes)
			if rank < last {
				rt.Fatalf("%+v comes after one that changes less", u)
			}
			last = rank
			for _, id := range u.Rules {
				seen[id]++
			}
		}
		for _, o := range v.Options {
			if o.Kind != v.Choice.Kind || o.Size != v.Choice.Size || o.TieredStorage != v.Choice.TieredStorage {
				continue
			}
			for _, r := range o.Rules {
				if (r.Outcome == verdict.Unknown) != (seen[r.ID] == 1) {
					rt.Fatalf("%s is %s and listed %d times", r.ID, r.Outcome, seen[r.ID])
				}
				if _, named := missingThings[r.Needs]; r.Needs != "" && !named {
					rt.Fatalf("%s waits for %s, which missingThings does not name", r.ID, r.Needs)
				}
			}
		}
	})
}
