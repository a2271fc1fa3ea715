package analyzer

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var driftStart = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)

const ingressRule = "serverless.ingress_per_cluster"

// utilized is a verdict for a workload on Serverless whose ingress is at u of the quota; a negative u has no figure.
func utilized(u float64) Verdict {
	rule := Rule{ID: ingressRule, Title: "ingress per cluster", Evidence: fmt.Sprintf("ingress is %.0f %% of the quota", u*100)}
	if u >= 0 {
		rule.Utilization = &u
	} else {
		rule.Outcome, rule.Evidence = Unknown, "no figure"
	}
	return Verdict{Cluster: "orders", Choice: &Choice{Kind: Serverless, Clusters: 1},
		Options: []Option{{Kind: Serverless, Clusters: 1, Rules: []Rule{rule}}}}
}

// play steps the state once a minute with the utilization that at gives, and returns the events as lines.
func play(p DriftPolicy, from, minutes int, state DriftState, at func(minute int) Verdict) (DriftState, []string) {
	var lines []string
	for m := from; m < from+minutes; m++ {
		now := driftStart.Add(time.Duration(m) * time.Minute)
		var events []Event
		state, events = Drift(state, at(m), p, now)
		for _, e := range events {
			lines = append(lines, fmt.Sprintf("%s %s %s %s", now.Format("02 15:04"), e.Key, e.Kind, e.Level))
		}
	}
	return state, lines
}

func TestDriftStories(t *testing.T) {
	constant := func(u float64) func(int) Verdict { return func(int) Verdict { return utilized(u) } }
	for _, tc := range []struct {
		name    string
		minutes int
		at      func(int) Verdict
		want    []string
	}{
		{"below the mark nothing is said", 600, constant(0.79), nil},
		{"a spike shorter than the hold time is not told", 600, func(m int) Verdict {
			if m >= 60 && m < 69 {
				return utilized(1.5)
			}
			return utilized(0.5)
		}, nil},
		{"a warning is raised once it has held", 600, func(m int) Verdict {
			if m >= 60 {
				return utilized(0.82)
			}
			return utilized(0.5)
		}, []string{"02 01:10 " + ingressRule + " raised warning"}},
		{"between clear and raise an alert stays", 24 * 60, func(m int) Verdict {
			if m < 60 {
				return utilized(0.82)
			}
			return utilized(0.72)
		}, []string{"02 00:10 " + ingressRule + " raised warning"}},
		{"it is resolved once it has been clear for the hold time", 600, func(m int) Verdict {
			if m < 60 {
				return utilized(0.82)
			}
			return utilized(0.69)
		}, []string{"02 00:10 " + ingressRule + " raised warning", "02 02:00 " + ingressRule + " resolved ok"}},
		{"critical comes at once after its own hold, and falls back in steps", 600, func(m int) Verdict {
			switch {
			case m < 60:
				return utilized(1.05)
			case m < 180:
				return utilized(0.85)
			}
			return utilized(0.5)
		}, []string{"02 00:10 " + ingressRule + " raised critical", "02 02:00 " + ingressRule + " lowered warning",
			"02 04:00 " + ingressRule + " resolved ok"}},
		{"a swing between the levels raises the lower one only", 120, func(m int) Verdict {
			return utilized(0.85 + 0.3*float64(m%2))
		}, []string{"02 00:10 " + ingressRule + " raised warning"}},
		{"a second warning within the quiet time waits for its end", 30 * 60, func(m int) Verdict {
			if m < 60 || m >= 300 {
				return utilized(0.82)
			}
			return utilized(0.5)
		}, []string{"02 00:10 " + ingressRule + " raised warning", "02 02:00 " + ingressRule + " resolved ok",
			"03 00:10 " + ingressRule + " raised warning"}},
		{"a critical level passes within the quiet time of a warning", 600, func(m int) Verdict {
			switch {
			case m < 60:
				return utilized(0.82)
			case m < 300:
				return utilized(0.5)
			}
			return utilized(1.2)
		}, []string{"02 00:10 " + ingressRule + " raised warning", "02 02:00 " + ingressRule + " resolved ok",
			"02 05:10 " + ingressRule + " raised critical"}},
		{"a figure that is lost is told, and neither raises nor resolves", 600, func(m int) Verdict {
			switch {
			case m < 60:
				return utilized(0.82)
			case m < 300:
				return utilized(-1)
			}
			return utilized(0.82)
		}, []string{"02 00:10 " + ingressRule + " raised warning", "02 01:14 missing/" + ingressRule + " raised warning",
			"02 05:00 missing/" + ingressRule + " resolved ok"}},
		{"a rule that never had a figure is not missed", 600, constant(-1), nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, got := play(DefaultDriftPolicy(), 0, tc.minutes, DriftState{}, tc.at)
			if !slices.Equal(got, tc.want) {
				t.Errorf("got  %q\nwant %q", got, tc.want)
			}
		})
	}
}

func TestDriftFlappingGivesAtMostOnePairADay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		period := rapid.IntRange(2, 600).Draw(t, "period")
		on := rapid.IntRange(1, period).Draw(t, "on")
		high := rapid.Float64Range(0.8, 0.99).Draw(t, "high")
		_, got := play(DefaultDriftPolicy(), 0, 24*60, DriftState{}, func(m int) Verdict {
			if m%period < on {
				return utilized(high)
			}
			return utilized(0.3)
		})
		raised := 0
		for _, line := range got {
			if strings.Contains(line, " raised ") {
				raised++
			}
		}
		if raised > 1 || len(got) > 2 {
			t.Fatalf("a day of flapping said %q", got)
		}
	})
}

func TestDriftPendingIsShownAndNotTold(t *testing.T) {
	state, lines := play(DefaultDriftPolicy(), 0, 5, DriftState{}, func(int) Verdict { return utilized(0.9) })
	if len(lines) != 0 {
		t.Errorf("told %q", lines)
	}
	if got := state.Rules[ingressRule].Shown(); got != LevelPending {
		t.Errorf("shown = %s, want pending", got)
	}
}

func TestDriftChoiceChange(t *testing.T) {
	express := Choice{Kind: Express, Size: "express.m7g.large", Brokers: 3, Clusters: 1}
	_, got := play(DefaultDriftPolicy(), 0, 60*60, DriftState{}, func(m int) Verdict {
		v := utilized(0.95)
		if m >= 60 && m != 90 { // one verdict in between goes back and starts the hold anew
			v.Choice, v.Reasons = &express, []string{"ingress is beyond the quota"}
			v.Options = append(v.Options, Option{Kind: Express, Size: express.Size, Brokers: 3})
		}
		return v
	})
	want := []string{"02 00:10 " + ingressRule + " raised warning", "03 01:31 choice choice_changed warning",
		"03 01:31 " + ingressRule + " resolved ok"}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestDriftForecastWithinTheHorizon(t *testing.T) {
	at := func(daysAhead int) func(int) Verdict {
		return func(int) Verdict {
			v := utilized(0.6)
			when := driftStart.AddDate(0, 0, daysAhead)
			v.Forecast = []Forecast{{Rule: ingressRule, Expected: &when}}
			return v
		}
	}
	if _, got := play(DefaultDriftPolicy(), 0, 60, DriftState{}, at(30)); got != nil {
		t.Errorf("30 days ahead: %q", got)
	}
	_, got := play(DefaultDriftPolicy(), 0, 60, DriftState{}, at(9))
	if want := []string{"02 00:10 forecast/" + ingressRule + " raised warning"}; !slices.Equal(got, want) {
		t.Errorf("9 days ahead: %q, want %q", got, want)
	}
}

func TestDriftIgnoresAClockThatWentBack(t *testing.T) {
	state, _ := play(DefaultDriftPolicy(), 100, 20, DriftState{}, func(int) Verdict { return utilized(0.9) })
	after, events := Drift(state, utilized(0.1), DefaultDriftPolicy(), driftStart)
	if len(events) != 0 || !after.At.Equal(state.At) {
		t.Errorf("a verdict of the past said %v and moved the state to %s", events, after.At)
	}
}

func TestDriftDoesNotChangeItsInput(t *testing.T) {
	state, _ := play(DefaultDriftPolicy(), 0, 5, DriftState{}, func(int) Verdict { return utilized(0.9) })
	before := state.Rules[ingressRule]
	Drift(state, utilized(0.1), DefaultDriftPolicy(), driftStart.Add(time.Hour))
	if got := state.Rules[ingressRule]; got != before {
		t.Errorf("the state that went in is now %+v, was %+v", got, before)
	}
}

func TestDriftOldCatalog(t *testing.T) {
	v := utilized(0.1)
	v.Catalog = CatalogUsed{Quotas: "2025-11-17", Prices: "2024-04-04"}
	_, got := play(DefaultDriftPolicy(), 0, 60, DriftState{}, func(int) Verdict { return v })
	if want := []string{"02 00:10 catalog/prices raised warning"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestDriftPolicyValidate(t *testing.T) {
	if err := DefaultDriftPolicy().Validate(); err != nil {
		t.Errorf("the default: %v", err)
	}
	p := DefaultDriftPolicy()
	p.WarnClear, p.CriticalClear, p.HoldUp = 0.9, 0.5, -time.Minute
	err := p.Validate()
	for _, want := range []string{"warn_clear: 0.9 must be above 0 and below warn_at (0.8)",
		"critical_clear: 0.5 must be above warn_clear (0.9) and below critical_at (1)", "hold_up: -1m0s is negative"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not say %q:\n%v", want, err)
		}
	}
}
