package analyzer

import (
	"slices"
	"testing"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// missing_after counts from the last sample: neither from when the window of the alerts has emptied, nor from the step that notices.
func TestWhatIsMissingCountsFromTheLastSample(t *testing.T) {
	const died, step = 61, 15 // minutes
	p := DefaultDriftPolicy()
	state, told := DriftState{}, time.Time{}
	for m := 0; m <= 120; m++ {
		if m%step != 0 && m < died {
			continue // the schedule; once the cluster is silent there is a step each minute
		}
		now := driftStart.Add(time.Duration(m) * time.Minute)
		newest := driftStart.Add(time.Duration(min(m, died)) * time.Minute)
		v := utilized(0.5) // the window still has samples
		if m > died+step {
			v = utilized(-1)
		}
		var events []Event
		state, events = Drift(state, v, Seen{Since: driftStart, Newest: newest, Rules: map[string]time.Time{ingressRule: newest}}, p, now)
		for _, e := range events {
			if e.Key == "missing/"+ingressRule && told.IsZero() {
				told = now
				if want := driftStart.Add(died * time.Minute); !e.Since.Equal(want) {
					t.Errorf("missing since %s, want %s: the last sample", e.Since, want)
				}
			}
		}
	}
	if want := driftStart.Add(died*time.Minute + p.MissingAfter); !told.Equal(want) {
		t.Errorf("told at %s, want %s", told, want)
	}
}

// Time in which the program did not run is held against nobody, and a source that is late by nature is waited for.
func TestWhatIsNotMissing(t *testing.T) {
	seen := driftStart.Add(time.Hour)
	before := DriftState{At: seen, Rules: map[string]RuleState{ingressRule: {Level: LevelOK, SeenAt: seen}}}
	for name, tc := range map[string]struct {
		seen Seen
		at   time.Duration
		u    float64
		want bool
	}{
		"five minutes after a restart":      {Seen{Since: seen.Add(8 * time.Hour)}, 8*time.Hour + 5*time.Minute, -1, false},
		"a quarter of an hour after it":     {Seen{Since: seen.Add(8 * time.Hour)}, 8*time.Hour + 15*time.Minute, -1, true},
		"CloudWatch, as late as it is":      {Seen{Since: seen, Late: 10 * time.Minute, Rules: map[string]time.Time{ingressRule: seen}}, 20 * time.Minute, 0.5, false},
		"CloudWatch, later than that":       {Seen{Since: seen, Late: 10 * time.Minute, Rules: map[string]time.Time{ingressRule: seen}}, 25 * time.Minute, 0.5, true},
		"a minute that is not over":         {Seen{Since: seen, Newest: seen, Rules: map[string]time.Time{ingressRule: seen.Add(time.Minute)}}, 15 * time.Minute, 0.5, true},
		"a figure of which no time is kept": {Seen{Since: seen}, 8 * time.Hour, 0.5, false},
	} {
		_, events := Drift(before, utilized(tc.u), tc.seen, DefaultDriftPolicy(), seen.Add(tc.at))
		if got := slices.ContainsFunc(events, func(e Event) bool { return e.Key == "missing/"+ingressRule }); got != tc.want {
			t.Errorf("%s: told %t, want %t", name, got, tc.want)
		}
	}
}

func TestWhatIsWatched(t *testing.T) {
	serverless := verdict.Choice{Kind: verdict.Serverless, Clusters: 1}
	split := verdict.Choice{Kind: verdict.ServerlessSplit, Clusters: 2}
	express := verdict.Choice{Kind: verdict.Express, Size: "express.m7g.large", Brokers: 3, Clusters: 1}
	larger := verdict.Choice{Kind: verdict.Express, Size: "express.m7g.xlarge", Brokers: 3, Clusters: 1}
	standard := verdict.Choice{Kind: verdict.Standard, Size: "kafka.m7g.large", Brokers: 3, Clusters: 1}
	on := func(c verdict.Choice) *verdict.Current { return &verdict.Current{Choice: c} }
	for name, tc := range map[string]struct {
		v    verdict.Verdict
		s    DriftState
		list []Watch
		want []verdict.Choice
	}{
		"nothing is decided": {},
		"the choice":         {v: verdict.Verdict{Choice: &express}, want: []verdict.Choice{express}},
		"the choice that was reported, not the newest": {v: verdict.Verdict{Choice: &larger}, s: DriftState{Held: &express}, want: []verdict.Choice{express}},
		"it once fitted Serverless":                    {v: verdict.Verdict{Choice: &express}, s: DriftState{Fitted: true}, want: []verdict.Choice{express, serverless}},
		"on brokers, and could be on Serverless":       {v: verdict.Verdict{Choice: &serverless, Current: on(standard)}, want: []verdict.Choice{standard, serverless}},
		"on brokers, and should be":                    {v: verdict.Verdict{Choice: &express, Current: on(standard)}, s: DriftState{Fitted: true}, want: []verdict.Choice{standard}},
		"on Serverless, and too much for it":           {v: verdict.Verdict{Choice: &express, Current: on(serverless)}, want: []verdict.Choice{serverless}},
		"several Serverless clusters":                  {v: verdict.Verdict{Choice: &split}, s: DriftState{Fitted: true}, want: []verdict.Choice{split}},
		"Serverless is asked for":                      {v: verdict.Verdict{Choice: &express}, list: []Watch{WatchServerless}, want: []verdict.Choice{serverless}},
		"all is asked for": {v: verdict.Verdict{Choice: &express, Current: on(standard)}, list: []Watch{WatchServerless, WatchRecommended, WatchCurrent},
			want: []verdict.Choice{standard, express, serverless}},
		"two of one kind: that of today": {v: verdict.Verdict{Choice: &larger, Current: on(express)}, list: Watches(), want: []verdict.Choice{express, serverless}},
	} {
		if got := WatchedChoices(tc.v, tc.s, tc.list); !slices.Equal(got, tc.want) {
			t.Errorf("%s: %v, want %v", name, got, tc.want)
		}
	}
}

// People run this to be warned of the quotas of Serverless: a workload that fitted them is, when the verdict is Express by then.
func TestServerlessQuotasRaiseWhenTheChoiceIsExpress(t *testing.T) {
	p := DefaultDriftPolicy()
	decided := func(mbps float64) verdict.Verdict {
		in := presentInput(t, mbps)
		in.Options.MinWindow = time.Minute
		return Analyze(in, driftStart)
	}
	state := DriftState{}.Noted(decided(100), workload.Requirements{})
	if !state.Fitted {
		t.Fatal("100 MB/s do not fit Serverless")
	}
	if outgrown := (DriftState{}).Noted(decided(230), workload.Requirements{}); outgrown.Fitted {
		t.Error("230 MB/s fit Serverless")
	}
	if meant := (DriftState{}).Noted(decided(230), workload.Requirements{Prefer: "serverless"}); !meant.Fitted {
		t.Error("a workload that prefers Serverless is not watched for it")
	}
	raised := map[string]Level{}
	v := decided(230)
	for m := range 30 {
		now := driftStart.Add(time.Duration(m) * time.Minute)
		state = state.Noted(v, workload.Requirements{})
		var events []Event
		state, events = Drift(state, Present(presentInput(t, 230), v, state, p, now), Seen{}, p, now)
		for _, e := range events {
			raised[e.Key] = e.Level
		}
	}
	if v.Choice == nil || v.Choice.Kind == verdict.Serverless || raised[ingressRule] != LevelCritical {
		t.Errorf("the choice is %v; raised %v, want %s critical", v.Choice, raised, ingressRule)
	}
	if len(state.Watching) != 2 {
		t.Errorf("watching %v, want the choice and Serverless", state.Watching)
	}
}

// A cluster that is no longer watched closes its own alerts and no others.
func TestAWatchThatEndsClosesItsOwnAlerts(t *testing.T) {
	both := func(int) verdict.Verdict {
		v, u := utilized(0.9), 1.2
		v.Options = append(v.Options, verdict.Option{Kind: verdict.Express, Size: "express.m7g.large", Brokers: 3,
			Rules: []verdict.Rule{{ID: "express.ingress_max", Utilization: &u}}})
		return v
	}
	state, got := play(DefaultDriftPolicy(), 0, 30, DriftState{}, both)
	want := []string{"02 00:10 express.ingress_max raised critical", "02 00:10 " + ingressRule + " raised warning"}
	if !slices.Equal(got, want) {
		t.Errorf("both: %q, want %q", got, want)
	}
	_, got = play(DefaultDriftPolicy(), 30, 30, state, func(int) verdict.Verdict { return utilized(0.9) })
	if want := []string{"02 00:30 express.ingress_max resolved ok"}; !slices.Equal(got, want) {
		t.Errorf("then Serverless alone: %q, want %q", got, want)
	}
}

// A choice that rests on less than a day of data may be another one tomorrow: that is no message.
func TestAChoiceOnLittleDataChangesInSilence(t *testing.T) {
	_, got := play(DefaultDriftPolicy(), 0, 4*24*60, DriftState{}, func(m int) verdict.Verdict {
		v := utilized(0.5)
		switch v.Confidence.Level = "low"; {
		case m >= 3*24*60:
			v.Choice, v.Confidence.Level = &verdict.Choice{Kind: verdict.Standard, Size: "kafka.m7g.large", Brokers: 3}, "high"
		case m >= 24*60:
			v.Choice, v.Confidence.Level = &verdict.Choice{Kind: verdict.Express, Size: "express.m7g.large", Brokers: 3}, "medium"
		}
		v.Options = nil
		return v
	})
	if len(got) != 0 {
		t.Errorf("a choice that settled, and one that has not held for a day: %q", got)
	}
}

// Standard brokers have no quota of throughput and storage: critical is 80 % of what they can carry, which is not the plan.
func TestStandardBrokersBecomeCriticalAtWhatTheyCanCarry(t *testing.T) {
	for profile, want := range map[string]map[string]float64{
		"mskfit":    {"standard.ingress": 2, "standard.egress": 2, "standard.storage": 2}, // utilization 0.5, storage_headroom 2.0
		"aws-guide": {"standard.ingress": 1.5, "standard.egress": 1.875, "standard.storage": 1.2},
	} {
		in := presentInput(t, 10)
		in.Options.Profile = profile
		three := DriftState{Held: &verdict.Choice{Kind: verdict.Standard, Size: "kafka.m5.large", Brokers: 3, Clusters: 1}}
		v := Present(in, verdict.Verdict{}, three, DefaultDriftPolicy(), driftStart)
		for id, ceiling := range want {
			r := ruleOf(t, v, id)
			m, _ := marksOf(r, DefaultDriftPolicy())
			if r.Ceiling != ceiling || m.want(0.99*0.8*ceiling, LevelOK) == LevelCritical || m.want(max(1, 0.8*ceiling), LevelOK) != LevelCritical {
				t.Errorf("%s: %s: %g times the plan, marks %+v, want %g", profile, id, r.Ceiling, m, ceiling)
			}
		}
	}
}
