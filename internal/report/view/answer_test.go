package view

import (
	"strings"
	"testing"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
	"time"
)

// The first screen leaves out answers that change nothing, and keeps the effect where there is no other answer.
func TestOtherAnswersAreThoseThatChangeSomething(t *testing.T) {
	choice := &verdict.Choice{Kind: verdict.Express, Size: "express.m7g.large", Brokers: 3, Clusters: 1, MonthlyUSD: 1234.5}
	const same, more = "none: 3 × express.m7g.large, $1,235 a month", "1: 6 × express.m7g.large, $2,000 a month"
	for _, tt := range []struct{ effect, want string }{
		{same + "; " + more, more},
		{same, same},
		{"", ""},
	} {
		if got := otherAnswers(tt.effect, choice); got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.effect, got, tt.want)
		}
	}
}

// Nothing fits: the first screen says it once, and names what nearly fits.
func TestNothingFitsNamesTheNearest(t *testing.T) {
	v := verdict.Verdict{Options: []verdict.Option{{Feasible: verdict.No}},
		NearMisses: []verdict.NearMiss{{
			Sentence: "3 × express.m7g.large would fit for $2,441.79 a month with zones 3 instead of 2"}}}
	a := noAnswer(Answer{}, v)
	if want := "Nearest: " + v.NearMisses[0].Sentence; !strings.HasPrefix(a.Notice, want) || strings.Contains(a.Label, "fits") {
		t.Errorf("label %q, notice %q, want %q", a.Label, a.Notice, want)
	}
}

// A cluster that is on MSK has the cost of today on the first screen.
func TestTheAnswerNamesTheClusterOfToday(t *testing.T) {
	v := verdict.Verdict{Current: &verdict.Current{Sentence: "today's 3 × kafka.m5.large costs about $4,544 a month; the choice costs $15,613 more"}}
	const want = "Today's 3 × kafka.m5.large costs about $4,544 a month; the choice costs $15,613 more."
	if got := AnswerOf(v).Today; got != want {
		t.Errorf("today is %q, want %q", got, want)
	}
}

// A window without any data is not called observed.
func TestAWindowWithoutDataIsNotObserved(t *testing.T) {
	end := time.Date(2026, 11, 30, 19, 43, 0, 0, time.UTC)
	v := verdict.Verdict{Region: "us-east-1", At: end, Window: workload.Window{Start: end.AddDate(0, 0, -14), End: end},
		Confidence: verdict.Confidence{Level: "low", Why: "there is no data yet"}}
	if got, want := about(v, time.UTC), "us-east-1 · nothing observed yet"; got != want {
		t.Errorf("about is %q, want %q", got, want)
	}
}
