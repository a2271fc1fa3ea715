package drift

import (
	"slices"
	"testing"
	"time"

	"github.com/mskfit/mskfit/verdict"
)

// missing_after counts from the last sample: neither from when the window of the alerts has emptied, nor from the step that
// notices.
func TestWhatIsMissingCountsFromTheLastSample(t *testing.T) {
	const died, step = 61, 15 // minutes
	p := DefaultPolicy()
	state, reported := State{}, time.Time{}
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
		state, events = Advance(state, v, Seen{Since: driftStart, Newest: newest, Rules: map[string]time.Time{ingressRule: newest}},
			p, now)
		for _, e := range events {
			if e.Key == "missing/"+ingressRule && reported.IsZero() {
				reported = now
				if want := driftStart.Add(died * time.Minute); !e.Since.Equal(want) {
					t.Errorf("missing since %s, want %s: the last sample", e.Since, want)
				}
			}
		}
	}
	if want := driftStart.Add(died*time.Minute + p.MissingAfter); !reported.Equal(want) {
		t.Errorf("reported at %s, want %s", reported, want)
	}
}

// Time in which the program did not run does not count against any source, and a source that is late by nature is waited for.
func TestWhatIsNotMissing(t *testing.T) {
	seen := driftStart.Add(time.Hour)
	before := State{At: seen, Rules: map[string]RuleState{ingressRule: {Level: LevelOK, SeenAt: seen}}}
	for name, tc := range map[string]struct {
		seen Seen
		at   time.Duration
		u    float64
		want bool
	}{
		"five minutes after a restart":  {Seen{Since: seen.Add(8 * time.Hour)}, 8*time.Hour + 5*time.Minute, -1, false},
		"a quarter of an hour after it": {Seen{Since: seen.Add(8 * time.Hour)}, 8*time.Hour + 15*time.Minute, -1, true},
		"CloudWatch, as late as it is": {Seen{Since: seen, Late: 10 * time.Minute,
			Rules: map[string]time.Time{ingressRule: seen}}, 20 * time.Minute, 0.5, false},
		"CloudWatch, later than that": {Seen{Since: seen, Late: 10 * time.Minute,
			Rules: map[string]time.Time{ingressRule: seen}}, 25 * time.Minute, 0.5, true},
		"a minute that is not over": {Seen{Since: seen, Newest: seen,
			Rules: map[string]time.Time{ingressRule: seen.Add(time.Minute)}}, 15 * time.Minute, 0.5, true},
		"a figure without a stored time": {Seen{Since: seen}, 8 * time.Hour, 0.5, false},
	} {
		_, events := Advance(before, utilized(tc.u), tc.seen, DefaultPolicy(), seen.Add(tc.at))
		if got := slices.ContainsFunc(events, func(e Event) bool { return e.Key == "missing/"+ingressRule }); got != tc.want {
			t.Errorf("%s: reported %t, want %t", name, got, tc.want)
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
		s    State
		list []Watch
		want []verdict.Choice
	}{
		"nothing is decided": {},
		"the choice":         {v: verdict.Verdict{Choice: &express}, want: []verdict.Choice{express}},
		"the choice that was reported, not the newest": {v: verdict.Verdict{Choice: &larger}, s: State{Held: &express},
			want: []verdict.Choice{express}},
		"it once fitted Serverless": {v: verdict.Verdict{Choice: &express}, s: State{Fitted: true},
			want: []verdict.Choice{express, serverless}},
		"on brokers, and could be on Serverless": {v: verdict.Verdict{Choice: &serverless, Current: on(standard)},
			want: []verdict.Choice{standard, serverless}},
		"on brokers, and should be": {v: verdict.Verdict{Choice: &express, Current: on(standard)},
			s: State{Fitted: true}, want: []verdict.Choice{standard}},
		"on Serverless, and too much for it": {v: verdict.Verdict{Choice: &express, Current: on(serverless)},
			want: []verdict.Choice{serverless}},
		"several Serverless clusters": {v: verdict.Verdict{Choice: &split}, s: State{Fitted: true},
			want: []verdict.Choice{split}},
		"Serverless is asked for": {v: verdict.Verdict{Choice: &express}, list: []Watch{WatchServerless},
			want: []verdict.Choice{serverless}},
		"all is asked for": {v: verdict.Verdict{Choice: &express, Current: on(standard)},
			list: []Watch{WatchServerless, WatchRecommended, WatchCurrent},
			want: []verdict.Choice{standard, express, serverless}},
		"two of one kind: that of today": {v: verdict.Verdict{Choice: &larger, Current: on(express)}, list: Watches(),
			want: []verdict.Choice{express, serverless}},
	} {
		if got := WatchedChoices(tc.v, tc.s, tc.list); !slices.Equal(got, tc.want) {
			t.Errorf("%s: %v, want %v", name, got, tc.want)
		}
	}
}

// People run this to be warned of the quotas of Serverless: a workload that fitted them is, when the verdict is Express by then.
// A cluster that is no longer watched closes its own alerts and no others.
func TestAWatchThatEndsClosesItsOwnAlerts(t *testing.T) {
	both := func(int) verdict.Verdict {
		v, u := utilized(0.9), 1.2
		v.Options = append(v.Options, verdict.Option{Kind: verdict.Express, Size: "express.m7g.large", Brokers: 3,
			Rules: []verdict.Rule{{ID: "express.ingress_max", Utilization: &u}}})
		return v
	}
	state, got := play(DefaultPolicy(), 0, 30, State{}, both)
	want := []string{"02 00:10 express.ingress_max raised critical", "02 00:10 " + ingressRule + " raised warning"}
	if !slices.Equal(got, want) {
		t.Errorf("both: %q, want %q", got, want)
	}
	_, got = play(DefaultPolicy(), 30, 30, state, func(int) verdict.Verdict { return utilized(0.9) })
	if want := []string{"02 00:30 express.ingress_max resolved ok"}; !slices.Equal(got, want) {
		t.Errorf("then Serverless alone: %q, want %q", got, want)
	}
}

// A choice that rests on less than a day of data may be another one tomorrow: that is no message.
func TestAChoiceOnLittleDataChangesInSilence(t *testing.T) {
	_, got := play(DefaultPolicy(), 0, 4*24*60, State{}, func(m int) verdict.Verdict {
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
