package view

import (
	"testing"

	"github.com/mskfit/mskfit/verdict"
)

// What an unknown rule of the choice waits for is not asked a second time as a question, although the rule holds for another
// option.
func TestOpenPointsAreNamedOnce(t *testing.T) {
	rule := func(outcome verdict.Outcome, needs string) []verdict.Rule {
		return []verdict.Rule{{ID: "standard.tiered_storage", Outcome: outcome, Needs: needs}}
	}
	v := verdict.Verdict{
		Options: []verdict.Option{{Rules: rule(verdict.Pass, "")}, {Rules: rule(verdict.Unknown, "tiered_storage")}},
		Unknowns: []verdict.UnknownLimit{{Rules: []string{"standard.tiered_storage"},
			What:    "whether older data may move to the low-cost tier",
			Changes: "choice", Effect: "no: 18 × kafka.m7g.large, $32,349 a month"}},
		Questions: []verdict.Question{{Field: "tiered_storage", Question: "may older data move to the low-cost tier?"}},
	}
	points, _ := open(v)
	if len(points) != 1 {
		t.Fatalf("%d open points, want 1: %+v", len(points), points)
	}
	const want = "Whether older data may move to the low-cost tier; if not: 18 × kafka.m7g.large, $32,349 a month"
	if got := points[0].Sentence(); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
