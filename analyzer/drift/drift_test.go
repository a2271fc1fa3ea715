package drift

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/mskfit/mskfit/verdict"
)

var driftStart = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)

const ingressRule = "serverless.ingress_per_cluster"

// utilized is a verdict for a workload on Serverless whose ingress is at u of the quota; a negative u has no figure.
func utilized(u float64) verdict.Verdict {
	rule := verdict.Rule{ID: ingressRule, Title: "ingress per cluster",
		Evidence: fmt.Sprintf("ingress is %.0f %% of the quota", u*100)}
	if u >= 0 {
		rule.Utilization = &u
	} else {
		rule.Outcome, rule.Evidence = verdict.Unknown, "no figure"
	}
	return verdict.Verdict{Cluster: "orders", Choice: &verdict.Choice{Kind: verdict.Serverless, Clusters: 1},
		Options: []verdict.Option{{Kind: verdict.Serverless, Clusters: 1, Rules: []verdict.Rule{rule}}}}
}

// play steps the state once a minute with the utilization that at gives, and returns the events as lines.
func play(p Policy, from, minutes int, state State, at func(minute int) verdict.Verdict) (State, []string) {
	var lines []string
	for m := from; m < from+minutes; m++ {
		now := driftStart.Add(time.Duration(m) * time.Minute)
		var events []Event
		state, events = Advance(state, at(m), Seen{}, p, now)
		for _, e := range events {
			lines = append(lines, fmt.Sprintf("%s %s %s %s", now.Format("02 15:04"), e.Key, e.Kind, e.Level))
		}
	}
	return state, lines
}

func TestDriftStories(t *testing.T) {
	constant := func(u float64) func(int) verdict.Verdict { return func(int) verdict.Verdict { return utilized(u) } }
	for _, tc := range []struct {
		name    string
		minutes int
		at      func(int) verdict.Verdict
		want    []string
	}{
		{"below the mark nothing is said", 600, constant(0.79), nil},
		{"a spike shorter than the hold time is not reported", 600, func(m int) verdict.Verdict {
			if m >= 60 && m < 69 {
				return utilized(1.5)
			}
			return utilized(0.5)
		}, nil},
		{"a warning is raised once it has held", 600, func(m int) verdict.Verdict {
			if m >= 60 {
				return utilized(0.82)
			}
			return utilized(0.5)
		}, []string{"02 01:10 " + ingressRule + " raised warning"}},
		{"between clear and raise an alert stays", 24 * 60, func(m int) verdict.Verdict {
			if m < 60 {
				return utilized(0.82)
			}
			return utilized(0.72)
		}, []string{"02 00:10 " + ingressRule + " raised warning"}},
		{"it is resolved once it has been clear for the hold time", 600, func(m int) verdict.Verdict {
			if m < 60 {
				return utilized(0.82)
			}
			return utilized(0.69)
		}, []string{"02 00:10 " + ingressRule + " raised warning", "02 02:00 " + ingressRule + " resolved ok"}},
		{"critical comes at once after its own hold, and falls back in steps", 600, func(m int) verdict.Verdict {
			switch {
			case m < 60:
				return utilized(1.05)
			case m < 180:
				return utilized(0.85)
			}
			return utilized(0.5)
		}, []string{"02 00:10 " + ingressRule + " raised critical", "02 02:00 " + ingressRule + " lowered warning",
			"02 04:00 " + ingressRule + " resolved ok"}},
		{"a swing between the levels raises the lower one only", 120, func(m int) verdict.Verdict {
			return utilized(0.85 + 0.3*float64(m%2))
		}, []string{"02 00:10 " + ingressRule + " raised warning"}},
		{"a second warning within the quiet time waits for its end", 30 * 60, func(m int) verdict.Verdict {
			if m < 60 || m >= 300 {
				return utilized(0.82)
			}
			return utilized(0.5)
		}, []string{"02 00:10 " + ingressRule + " raised warning", "02 02:00 " + ingressRule + " resolved ok",
			"03 00:10 " + ingressRule + " raised warning"}},
		{"a critical level passes within the quiet time of a warning", 600, func(m int) verdict.Verdict {
			switch {
			case m < 60:
				return utilized(0.82)
			case m < 300:
				return utilized(0.5)
			}
			return utilized(1.2)
		}, []string{"02 00:10 " + ingressRule + " raised warning", "02 02:00 " + ingressRule + " resolved ok",
			"02 05:10 " + ingressRule + " raised critical"}},
		{"a figure that is lost is reported, and neither raises nor resolves", 600, func(m int) verdict.Verdict {
			switch {
			case m < 60:
				return utilized(0.82)
			case m < 300:
				return utilized(-1)
			}
			return utilized(0.82)
		}, []string{"02 00:10 " + ingressRule + " raised warning", "02 01:15 missing/" + ingressRule + " raised warning",
			"02 05:00 missing/" + ingressRule + " resolved ok"}},
		{"a rule that never had a figure is not missed", 600, constant(-1), nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, got := play(DefaultPolicy(), 0, tc.minutes, State{}, tc.at)
			if !slices.Equal(got, tc.want) {
				t.Errorf("got  %q\nwant %q", got, tc.want)
			}
		})
	}
}

// A load that swings around one level is reported once and closed once in a day, however it swings.
func TestDriftFlappingGivesAtMostOnePairADay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		period := rapid.IntRange(2, 600).Draw(t, "period")
		on := rapid.IntRange(1, period).Draw(t, "on")
		high := rapid.OneOf(rapid.Float64Range(0.8, 0.99), rapid.Float64Range(1, 3)).Draw(t, "high")
		_, got := play(DefaultPolicy(), 0, 24*60, State{}, func(m int) verdict.Verdict {
			if m%period < on {
				return utilized(high)
			}
			return utilized(0.3)
		})
		if raised(got) > 1 || len(got) > 2 {
			t.Fatalf("a day of flapping said %q", got)
		}
	})
}

func raised(lines []string) (n int) {
	for _, line := range lines {
		if strings.Contains(line, " raised ") {
			n++
		}
	}
	return n
}

// Whatever the input does, a day brings at most one warning and one critical alert of a rule, and no more closings. (That
// critical fell back to warning is an event, and no message to people.)
func TestDriftSaysLittleWhateverHappens(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		levels := rapid.SliceOfN(rapid.Float64Range(0, 1.5), 1, 200).Draw(t, "levels")
		each := rapid.IntRange(1, 90).Draw(t, "each")
		_, got := play(DefaultPolicy(), 0, 24*60, State{},
			func(m int) verdict.Verdict { return utilized(levels[m/each%len(levels)]) })
		got = slices.DeleteFunc(got, func(line string) bool { return strings.Contains(line, " lowered ") })
		if n := raised(got); n > 2 || len(got) > 2*n {
			t.Fatalf("a day said %q", got)
		}
	})
}

func TestDriftALoadThatIsHighEveryNoonIsOneAlert(t *testing.T) {
	_, got := play(DefaultPolicy(), 0, 14*24*60, State{}, func(m int) verdict.Verdict {
		if hour := m / 60 % 24; hour >= 11 && hour < 14 && m < 10*24*60 {
			return utilized(0.85)
		}
		return utilized(0.4)
	})
	want := []string{
		"02 11:10 " + ingressRule + " raised warning", "02 15:00 " + ingressRule + " resolved ok", // one noon is one noon
		"03 11:10 " + ingressRule + " raised warning", "12 14:00 " + ingressRule + " resolved ok", // and then it is a habit
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestDriftPendingIsShownAndNotTold(t *testing.T) {
	state, lines := play(DefaultPolicy(), 0, 5, State{}, func(int) verdict.Verdict { return utilized(0.9) })
	if len(lines) != 0 {
		t.Errorf("reported %q", lines)
	}
	if got := state.Rules[ingressRule].Shown(); got != LevelPending {
		t.Errorf("shown = %s, want pending", got)
	}
}

func TestDriftChoiceChange(t *testing.T) {
	express := verdict.Choice{Kind: verdict.Express, Size: "express.m7g.large", Brokers: 3, Clusters: 1}
	_, got := play(DefaultPolicy(), 0, 60*60, State{}, func(m int) verdict.Verdict {
		v := utilized(0.95)
		if m >= 60 && m != 90 { // one verdict in between goes back and starts the hold again
			v.Choice, v.Reasons = &express, []string{"ingress is beyond the quota"}
			if m >= 25*60+31 { // Present follows the choice that is held
				v.Options = []verdict.Option{{Kind: verdict.Express, Size: express.Size, Brokers: 3}}
			}
		}
		return v
	})
	want := []string{"02 00:10 " + ingressRule + " raised warning", "03 01:31 choice choice_changed warning",
		"03 01:31 " + ingressRule + " resolved ok"}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestDriftChoiceThatGrowsWhileItIsHeld(t *testing.T) {
	_, got := play(DefaultPolicy(), 0, 48*60, State{}, func(m int) verdict.Verdict {
		v := utilized(0.5)
		if m >= 60 {
			v.Choice = &verdict.Choice{Kind: verdict.Express, Size: "express.m7g.large", Brokers: 3 + m/300, Clusters: 1}
		}
		return v
	})
	if len(got) < 1 || got[0] != "03 01:00 choice choice_changed warning" {
		t.Errorf("a choice that needs one more broker every five hours said %q", got)
	}
}

func TestDriftUndecidedTimeDoesNotCount(t *testing.T) {
	_, got := play(DefaultPolicy(), 0, 48*60, State{}, func(m int) verdict.Verdict {
		v := utilized(0.5)
		switch {
		case m >= 120 && m < 720:
			v.Choice = nil
		case m >= 60:
			v.Choice = &verdict.Choice{Kind: verdict.Express, Size: "express.m7g.large", Brokers: 3, Clusters: 1}
		}
		return v
	})
	if want := []string{"03 11:00 choice choice_changed warning"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q: ten hours without a decision come on top", got, want)
	}
}

func TestDriftARestartMissesNothingAndClaimsNothing(t *testing.T) {
	state, _ := play(DefaultPolicy(), 0, 60, State{}, func(int) verdict.Verdict { return utilized(0.5) })
	data, err := json.Marshal(state)
	if err != nil {
		t.Fatal(err)
	}
	var back State
	if err := json.Unmarshal(data, &back); err != nil {
		t.Fatal(err)
	}
	_, got := play(DefaultPolicy(), 60+8*60, 60, back, func(m int) verdict.Verdict {
		if m < 60+8*60+5 {
			return utilized(-1) // a rate needs two readings
		}
		return utilized(0.5)
	})
	if len(got) != 0 {
		t.Errorf("eight hours of standstill said %q", got)
	}
}

func TestDriftARuleThatNoLongerAppliesIsClosed(t *testing.T) {
	_, got := play(DefaultPolicy(), 0, 300, State{}, func(m int) verdict.Verdict {
		v := utilized(0.9)
		if m >= 60 {
			v.Options[0].Rules[0].Utilization, v.Options[0].Rules[0].Outcome = nil, verdict.NotApplicable
		}
		return v
	})
	if want := []string{"02 00:10 " + ingressRule + " raised warning",
		"02 02:00 " + ingressRule + " resolved ok"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// A verdict without the option (the catalog could not be read, say) must not make the quiet time forgotten.
func TestDriftAVerdictWithoutRulesForgetsNothing(t *testing.T) {
	_, got := play(DefaultPolicy(), 0, 12*60, State{}, func(m int) verdict.Verdict {
		v := utilized(0.3)
		switch {
		case m < 30:
			v = utilized(0.9)
		case m == 200:
			v.Options = nil
		case m > 300:
			v = utilized(0.9)
		}
		return v
	})
	if want := []string{"02 00:10 " + ingressRule + " raised warning",
		"02 01:30 " + ingressRule + " resolved ok"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestDriftForecastWithinTheHorizon(t *testing.T) {
	at := func(daysAhead int) func(int) verdict.Verdict {
		return func(int) verdict.Verdict {
			v := utilized(0.6)
			when := driftStart.AddDate(0, 0, daysAhead)
			v.Forecast = []verdict.Forecast{{Rule: ingressRule, Expected: &when}}
			return v
		}
	}
	if _, got := play(DefaultPolicy(), 0, 60, State{}, at(30)); got != nil {
		t.Errorf("30 days ahead: %q", got)
	}
	_, got := play(DefaultPolicy(), 0, 60, State{}, at(9))
	if want := []string{"02 00:10 forecast/" + ingressRule + " raised warning"}; !slices.Equal(got, want) {
		t.Errorf("9 days ahead: %q, want %q", got, want)
	}
}

func TestDriftAndAClockThatIsSetBack(t *testing.T) {
	state, _ := play(DefaultPolicy(), 0, 120, State{}, func(m int) verdict.Verdict { return utilized(0.9) })
	little := state.At.Add(-30 * time.Minute)
	after, events := Advance(state, utilized(0.1), Seen{}, DefaultPolicy(), little)
	if len(events) != 0 || !after.At.Equal(state.At) {
		t.Errorf("half an hour back said %v and moved the state to %s", events, after.At)
	}
	yearBack := func(m int) verdict.Verdict { return utilized(0.9) }
	_, lines := play(DefaultPolicy(), -365*24*60, 120, state, yearBack)
	if len(lines) != 0 {
		t.Errorf("a year back, with the alert still open, said %q", lines)
	}
	_, lines = play(DefaultPolicy(), -365*24*60, 120, state, func(int) verdict.Verdict { return utilized(0.1) })
	if want := []string{"02 01:00 " + ingressRule + " resolved ok"}; !slices.Equal(lines, want) {
		t.Errorf("a year back and clear: %q, want %q", lines, want)
	}
}

func TestDriftDoesNotChangeItsInput(t *testing.T) {
	state, _ := play(DefaultPolicy(), 0, 5, State{}, func(int) verdict.Verdict { return utilized(0.9) })
	before := state.Rules[ingressRule]
	Advance(state, utilized(0.1), Seen{}, DefaultPolicy(), driftStart.Add(time.Hour))
	if got := state.Rules[ingressRule]; got != before {
		t.Errorf("the state that went in is now %+v, was %+v", got, before)
	}
}

func TestDriftForecastThatMovesAcrossTheHorizon(t *testing.T) {
	_, got := play(DefaultPolicy(), 0, 10*24*60, State{}, func(m int) verdict.Verdict {
		v := utilized(0.6)
		when := driftStart.Add(time.Duration(m)*time.Minute).AddDate(0, 0, 13+2*(m/1440%2)) // 13 days ahead, then 15, then 13
		v.Forecast = []verdict.Forecast{{Rule: ingressRule, Expected: &when}}
		return v
	})
	if want := []string{"02 00:10 forecast/" + ingressRule + " raised warning"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestDriftForecastThatComesTrue(t *testing.T) {
	_, got := play(DefaultPolicy(), 0, 300, State{}, func(m int) verdict.Verdict {
		v := utilized(0.7)
		if m >= 120 {
			v = utilized(0.85)
		}
		when := driftStart.AddDate(0, 0, 3)
		v.Forecast = []verdict.Forecast{{Rule: ingressRule, Expected: &when}}
		return v
	})
	want := []string{"02 00:10 forecast/" + ingressRule + " raised warning", "02 02:10 forecast/" + ingressRule + " resolved ok",
		"02 02:10 " + ingressRule + " raised warning"}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestDriftForecastOfAnotherClusterIsNotTold(t *testing.T) {
	_, got := play(DefaultPolicy(), 0, 60, State{}, func(int) verdict.Verdict {
		v := utilized(0.6)
		when := driftStart.AddDate(0, 0, 3)
		v.Forecast = []verdict.Forecast{{Rule: "express.ingress", Expected: &when}}
		return v
	})
	if len(got) != 0 {
		t.Errorf("got %q", got)
	}
}

func TestMarksDependOnTheRule(t *testing.T) {
	for _, tc := range []struct {
		id   string
		u    float64
		want Level
	}{
		{"serverless.ingress_per_cluster", 0.82, LevelWarning}, {"serverless.ingress_per_cluster", 1, LevelCritical},
		{"serverless.message_size", 0.99, LevelOK}, {"serverless.message_size", 1, LevelOK},
		{"serverless.message_size", 1.1, LevelCritical},
		{"express.ingress", 0.97, LevelOK}, {"express.ingress", 1.4, LevelWarning}, {"express.ingress_max", 0.9, LevelWarning},
		{"standard.partitions", 0.95, LevelOK}, {"standard.partitions_max", 1.1, LevelCritical},
		{"standard.ingress", 0.99, LevelOK}, {"standard.ingress", 1.01, LevelWarning}, {"express.egress", 2.5, LevelWarning},
	} {
		m, followed := MarksOf(verdict.Rule{ID: tc.id}, DefaultPolicy())
		if got := m.Want(tc.u, LevelOK); !followed || got != tc.want {
			t.Errorf("%s at %g: %s (followed: %t), want %s", tc.id, tc.u, got, followed, tc.want)
		}
	}
	for _, id := range []string{"serverless.headroom", "serverless.clusters_per_account", "express.brokers"} {
		if _, followed := MarksOf(verdict.Rule{ID: id}, DefaultPolicy()); followed {
			t.Errorf("%s is followed", id)
		}
	}
}

// The age of prices is in the report and in a metric. What an earlier version raised on it is closed.
func TestDriftTellsNothingOfTheAgeOfPrices(t *testing.T) {
	v := utilized(0.1)
	v.Catalog = verdict.CatalogUsed{Quotas: "2015-11-17", Prices: "2014-04-04"}
	old := State{Rules: map[string]RuleState{"catalog/prices": {Level: LevelWarning}, "catalog/quotas": {Level: LevelOK}}}
	state, got := play(DefaultPolicy(), 0, 60, old, func(int) verdict.Verdict { return v })
	if want := []string{"02 00:00 catalog/prices resolved ok"}; !slices.Equal(got, want) || len(state.Rules) != 1 {
		t.Errorf("got %q, want %q; left: %v", got, want, state.Rules)
	}
}

func TestDriftPolicyValidate(t *testing.T) {
	if err := DefaultPolicy().Validate(); err != nil {
		t.Errorf("the default: %v", err)
	}
	p := DefaultPolicy()
	p.WarnClear, p.CriticalClear, p.HoldUp = 0.9, 0.5, -time.Minute
	err := p.Validate()
	for _, want := range []string{"warn_clear: 0.9 must be above 0 and below warn_at (0.8)",
		"critical_clear: 0.5 must be above warn_clear (0.9) and below critical_at (1)", "hold_up: -1m0s is negative"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not say %q:\n%v", want, err)
		}
	}
}
