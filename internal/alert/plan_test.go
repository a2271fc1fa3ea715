package alert

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mskfit/mskfit/analyzer/drift"
	"github.com/mskfit/mskfit/verdict"
)

var start = time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)

func event(key string, kind drift.EventKind, level drift.Level, u float64) drift.Event {
	return drift.Event{Cluster: "orders", Key: key, Kind: kind, Level: level, At: start, Since: start,
		Rule: &verdict.Rule{ID: key, Title: key, Utilization: &u}, Reason: "because"}
}

// sent describes envelopes as "target: title".
func notified(envelopes []Envelope) []string {
	var out []string
	for _, e := range envelopes {
		out = append(out, e.Target+": "+e.Message.Title)
	}
	return out
}

func input(c Config, events ...drift.Event) Input {
	return Input{Config: c, Recipients: []Recipient{{Name: "slack"}, {Name: "sns"}}, Cluster: "orders",
		Verdict: verdict.Verdict{Cluster: "orders"},
		Events:  events}
}

func expect(t *testing.T, got []Envelope, want ...string) {
	t.Helper()
	if !slices.Equal(notified(got), want) {
		t.Errorf("sent  %q\nwant  %q", notified(got), want)
	}
}

func TestEventsOfOneRunMakeOneMessage(t *testing.T) {
	_, got := Plan(Log{}, input(DefaultConfig(),
		event("egress", drift.EventRaised, drift.LevelWarning, 0.85),
		event("ingress", drift.EventRaised, drift.LevelCritical, 1.1),
		event("groups", drift.EventRaised, drift.LevelWarning, 0.9)), start)
	expect(t, got, "slack: orders: critical: ingress at 110 % of the limit and 2 more",
		"sns: orders: critical: ingress at 110 % of the limit and 2 more")
	if keys := []string{got[0].Message.Items[0].Key, got[0].Message.Items[1].Key, got[0].Message.Items[2].Key}; !slices.Equal(keys,
		[]string{"ingress", "groups", "egress"}) {
		t.Errorf("items in the order %v", keys)
	}
	if got[0].Message.ID == got[1].Message.ID {
		t.Error("two targets got the same message ID")
	}
}

func TestRoutesBySeverityAndClosingMessagesFollow(t *testing.T) {
	c := DefaultConfig()
	c.Routes = []Route{{Targets: []string{"sns"}, Severities: []string{"critical"}},
		{Targets: []string{"slack"}, Clusters: []string{"ord*"}}}
	alertLog, got := Plan(Log{}, input(c, event("ingress", drift.EventRaised, drift.LevelWarning, 0.85)), start)
	expect(t, got, "slack: orders: warning: ingress at 85 % of the limit")
	alertLog, got = Plan(alertLog, input(c, event("ingress", drift.EventRaised, drift.LevelCritical, 1.2)), start.Add(time.Hour))
	expect(t, got, "slack: orders: critical: ingress at 120 % of the limit", "sns: orders: critical: ingress at 120 % of the limit")
	alertLog, got = Plan(alertLog, input(c, event("ingress", drift.EventResolved, drift.LevelOK, 0.3)), start.Add(2*time.Hour))
	expect(t, got, "slack: orders: resolved: ingress", "sns: orders: resolved: ingress")
	if len(alertLog.Open) != 0 {
		t.Errorf("still open: %v", alertLog.Open)
	}
}

func TestAnOpenAlertIsRepeatedAfterTheInterval(t *testing.T) {
	c := DefaultConfig()
	alertLog, _ := Plan(Log{}, input(c, event("ingress", drift.EventRaised, drift.LevelWarning, 0.85)), start)
	for hour := 1; hour < 7*24; hour++ {
		var got []Envelope
		if alertLog, got = Plan(alertLog, input(c), start.Add(time.Duration(hour)*time.Hour)); len(got) > 0 {
			t.Fatalf("hour %d sent %q", hour, notified(got))
		}
	}
	_, got := Plan(alertLog, input(c), start.Add(7*24*time.Hour))
	expect(t, got, "slack: orders: still warning: ingress at 85 % of the limit",
		"sns: orders: still warning: ingress at 85 % of the limit")
	c.RepeatInterval = 0
	if _, got = Plan(alertLog, input(c), start.Add(70*24*time.Hour)); len(got) > 0 {
		t.Errorf("with no interval sent %q", notified(got))
	}
}

// Alertmanager forgets what fires when it is restarted: what is open is sent to it again every hour, as it was sent, and to
// no one else.
func TestWhatIsOpenIsSentAgainToTargetsThatForget(t *testing.T) {
	c := DefaultConfig()
	in := input(c, event("ingress", drift.EventRaised, drift.LevelWarning, 0.85))
	in.Recipients = append(in.Recipients, Recipient{Name: "prom", Mirrors: true, Refresh: time.Hour},
		Recipient{Name: "pager", Mirrors: true})
	alertLog, _ := Plan(Log{}, in, start)
	in.Events = nil
	ids := map[string]bool{}
	for quarter := 1; quarter <= 12; quarter++ {
		var got []Envelope
		if alertLog, got = Plan(alertLog, in, start.Add(time.Duration(quarter)*15*time.Minute)); quarter%4 != 0 {
			expect(t, got)
			continue
		}
		expect(t, got, "prom: orders: still warning: ingress at 85 % of the limit")
		for _, e := range got {
			ids[e.Message.ID] = true
			if i := e.Message.Items[0]; i.State != Reminder || i.Reason != "because" || i.Was != i.Level {
				t.Errorf("sent again as %+v", i)
			}
		}
	}
	if len(ids) != 3 {
		t.Errorf("%d messages for 3 hours and 1 alert", len(ids))
	}
	in.Events = []drift.Event{event("ingress", drift.EventResolved, drift.LevelOK, 0.3)}
	if _, got := Plan(alertLog, in, start.Add(200*time.Minute)); len(got) != 4 {
		t.Errorf("closing: %q", notified(got))
	}
}

func TestMaintenanceHoldsBackAndTellsWhatIsStillOpen(t *testing.T) {
	c := DefaultConfig()
	c.Maintenance = []Maintenance{{Schedule: "0 10 * * 1", Duration: 2 * time.Hour, Clusters: []string{"orders"}}}
	alertLog, got := Plan(Log{}, input(c, event("ingress", drift.EventRaised, drift.LevelWarning, 0.85),
		event("egress", drift.EventRaised, drift.LevelWarning, 0.9)), start.Add(time.Minute))
	expect(t, got)
	alertLog, got = Plan(alertLog, input(c, event("egress", drift.EventResolved, drift.LevelOK, 0.2)), start.Add(time.Hour))
	expect(t, got)
	alertLog, got = Plan(alertLog, input(c), start.Add(2*time.Hour))
	expect(t, got, "slack: orders: warning: ingress at 85 % of the limit", "sns: orders: warning: ingress at 85 % of the limit")
	if _, got = Plan(alertLog, input(c), start.Add(3*time.Hour)); len(got) > 0 {
		t.Errorf("sent again: %q", notified(got))
	}
}

func TestAChangedChoiceIsToldOnceEvenAfterAMaintenance(t *testing.T) {
	change := drift.Event{Cluster: "orders", Key: "choice", Kind: drift.EventChoiceChanged, Level: drift.LevelWarning,
		To: &verdict.Choice{Kind: verdict.Express, Size: "express.m7g.large", Brokers: 3}}
	in := input(DefaultConfig(), change)
	in.AdHoc = []Maintenance{{Start: start, End: start.Add(time.Hour)}}
	alertLog, got := Plan(Log{}, in, start)
	expect(t, got)
	alertLog, got = Plan(alertLog, input(DefaultConfig()), start.Add(time.Hour))
	expect(t, got, "slack: orders: the choice changed to 3 × express.m7g.large",
		"sns: orders: the choice changed to 3 × express.m7g.large")
	if len(alertLog.Open) != 0 {
		t.Errorf("a changed choice stays open: %v", alertLog.Open)
	}
}

func TestClosingMessagesCanBeTurnedOffForPeople(t *testing.T) {
	c := DefaultConfig()
	c.Resolved = false
	in := func(events ...drift.Event) Input {
		in := input(c, events...)
		in.Recipients = []Recipient{{Name: "alertmanager", Mirrors: true}, {Name: "slack"}}
		return in
	}
	alertLog, _ := Plan(Log{}, in(event("ingress", drift.EventRaised, drift.LevelWarning, 0.85)), start)
	_, got := Plan(alertLog, in(event("ingress", drift.EventResolved, drift.LevelOK, 0.3)), start.Add(time.Hour))
	expect(t, got, "alertmanager: orders: resolved: ingress")
}

func TestAClosingWaitsForTheEndOfTheMaintenance(t *testing.T) {
	silent := func(events ...drift.Event) Input {
		in := input(DefaultConfig(), events...)
		in.AdHoc = []Maintenance{{Start: start, End: start.Add(24 * time.Hour)}}
		return in
	}
	before, _ := Plan(Log{}, input(DefaultConfig(), event("ingress", drift.EventRaised, drift.LevelWarning, 0.85)),
		start.Add(-time.Hour))
	resolved := event("ingress", drift.EventResolved, drift.LevelOK, 0.3)
	alertLog, got := Plan(before, silent(resolved), start)
	expect(t, got)
	after := start.Add(24 * time.Hour)
	_, got = Plan(alertLog, input(DefaultConfig()), after)
	expect(t, got, "slack: orders: resolved: ingress", "sns: orders: resolved: ingress")
	alertLog, _ = Plan(alertLog, silent(event("ingress", drift.EventRaised, drift.LevelWarning, 0.85)), start.Add(time.Hour))
	alertLog, got = Plan(alertLog, input(DefaultConfig()), after)
	expect(t, got) // as it was sent before the maintenance
	if len(alertLog.Open) != 1 || alertLog.Open["ingress"].Held {
		t.Errorf("the book is %+v", alertLog)
	}
	alertLog, _ = Plan(before, silent(event("ingress", drift.EventRaised, drift.LevelCritical, 1.2)), start)
	_, got = Plan(alertLog, input(DefaultConfig()), after)
	expect(t, got, "slack: orders: critical: ingress at 120 % of the limit", "sns: orders: critical: ingress at 120 % of the limit")
	if was := got[0].Message.Items[0].Was; was != drift.LevelWarning {
		t.Errorf("it was %q, want warning, which had been sent", was)
	}
}

// Events that could not be kept at once come together later: what opened and closed in between is not sent.
func TestOfSeveralEventsOnOneAlertTheLastCounts(t *testing.T) {
	raised, resolved := event("ingress", drift.EventRaised, drift.LevelWarning, 0.85),
		event("ingress", drift.EventResolved, drift.LevelOK, 0.3)
	alertLog, got := Plan(Log{}, input(DefaultConfig(), raised, resolved), start)
	expect(t, got)
	if len(alertLog.Open) != 0 {
		t.Errorf("still open: %v", alertLog.Open)
	}
	_, got = Plan(Log{}, input(DefaultConfig(), raised, event("ingress", drift.EventRaised, drift.LevelCritical, 1.1)), start)
	expect(t, got, "slack: orders: critical: ingress at 110 % of the limit", "sns: orders: critical: ingress at 110 % of the limit")
}

func TestLoweredGoesToMirrorsAlone(t *testing.T) {
	in := func(kind drift.EventKind, level drift.Level, u float64) Input {
		in := input(DefaultConfig(), event("ingress", kind, level, u))
		in.Recipients = []Recipient{{Name: "alertmanager", Mirrors: true}, {Name: "slack"}}
		return in
	}
	alertLog, _ := Plan(Log{}, in(drift.EventRaised, drift.LevelCritical, 1.1), start)
	alertLog, got := Plan(alertLog, in(drift.EventLowered, drift.LevelWarning, 0.85), start.Add(time.Hour))
	expect(t, got, "alertmanager: orders: warning: ingress at 85 % of the limit")
	if i := got[0].Message.Items[0]; i.State != Lowered || i.Was != drift.LevelCritical || got[0].Message.StillOpen != 1 {
		t.Errorf("item %+v, %d still open", i, got[0].Message.StillOpen)
	}
	_, got = Plan(alertLog, in(drift.EventResolved, drift.LevelOK, 0.2), start.Add(2*time.Hour))
	expect(t, got, "alertmanager: orders: resolved: ingress", "slack: orders: resolved: ingress")
}

func TestATargetThatIsGoneIsNotTold(t *testing.T) {
	alertLog, _ := Plan(Log{}, input(DefaultConfig(), event("ingress", drift.EventRaised, drift.LevelWarning, 0.85)), start)
	in := input(DefaultConfig(), event("ingress", drift.EventResolved, drift.LevelOK, 0.3))
	in.Recipients = []Recipient{{Name: "sns"}}
	_, got := Plan(alertLog, in, start.Add(time.Hour))
	expect(t, got, "sns: orders: resolved: ingress")
}

func TestFiguresThatAreMissingTogetherAreToldTogether(t *testing.T) {
	events := func(kind drift.EventKind, level drift.Level) (out []drift.Event) {
		for _, rule := range []string{"egress", "groups", "ingress"} {
			e := event("missing/"+rule, kind, level, 0)
			e.Rule = &verdict.Rule{ID: rule, Title: rule}
			out = append(out, e)
		}
		return out
	}
	in := input(DefaultConfig(), events(drift.EventRaised, drift.LevelWarning)...)
	in.Recipients = append(in.Recipients, Recipient{Name: "alertmanager", Mirrors: true})
	alertLog, got := Plan(Log{}, in, start)
	expect(t, got, "alertmanager: orders: warning: no figure for egress and 2 more",
		"slack: orders: warning: no figure for egress and 2 more", "sns: orders: warning: no figure for egress and 2 more")
	if people, mirror := got[1].Message.Items,
		got[0].Message.Items; len(people) != 1 || len(people[0].Also) != 2 || len(mirror) != 3 {
		t.Errorf("people get %+v, the mirror %d items", people, len(mirror))
	}
	_, got = Plan(alertLog, input(DefaultConfig(), events(drift.EventResolved, drift.LevelOK)...), start.Add(time.Hour))
	expect(t, got, "slack: orders: resolved: no figure for egress and 2 more",
		"sns: orders: resolved: no figure for egress and 2 more")
}

// A time that is not known is left out: 0001-01-01 is none.
func TestNoMessageHasAZeroTime(t *testing.T) {
	e := event("ingress", drift.EventRaised, drift.LevelWarning, 0.85)
	e.Since = time.Time{}
	_, got := Plan(Log{}, input(DefaultConfig(), e), start)
	posted := &reports{}
	if err := NewReportNotifier(DefaultConfig(), []Recipient{{Name: "x"}}, posted, nil).Report(t.Context(),
		[]verdict.Verdict{{Cluster: "orders"}}, start); err != nil {
		t.Fatal(err)
	}
	for _, m := range append(got, append(posted.posted, Envelope{Message: TestMessage("x", "", start)})...) {
		text, err := json.Marshal(m)
		if err != nil || strings.Contains(string(text), "0001-01-01") {
			t.Errorf("%v: %s", err, text)
		}
	}
}

func TestAClockThatIsSetBackDelaysNoReminderForEver(t *testing.T) {
	alertLog, _ := Plan(Log{}, input(DefaultConfig(), event("ingress", drift.EventRaised, drift.LevelWarning, 0.85)),
		start.AddDate(1, 0, 0))
	alertLog, _ = Plan(alertLog, input(DefaultConfig()), start)
	_, got := Plan(alertLog, input(DefaultConfig()), start.AddDate(0, 0, 7))
	expect(t, got, "slack: orders: still warning: ingress at 85 % of the limit",
		"sns: orders: still warning: ingress at 85 % of the limit")
}

func TestTenThousandRulesMakeOneReadableMessage(t *testing.T) {
	var events []drift.Event
	for i := range 10_000 {
		events = append(events, event(fmt.Sprintf("rule-%05d", i), drift.EventRaised, drift.LevelWarning, 0.8+float64(i)/100_000))
	}
	alertLog, got := Plan(Log{}, input(DefaultConfig(), events...), start)
	if len(got) != 2 || len(got[0].Message.Items) != MaxItems || got[0].Message.Omitted != 10_000-MaxItems ||
		len(alertLog.Open) != 10_000 {
		t.Fatalf("%d messages, %d items, %d omitted, %d open", len(got), len(got[0].Message.Items), got[0].Message.Omitted,
			len(alertLog.Open))
	}
	if got[0].Message.Items[0].Key != "rule-09999" {
		t.Errorf("the first item is %s, want the one nearest to its limit", got[0].Message.Items[0].Key)
	}
}

func TestMessageIDsAreStableAndDistinct(t *testing.T) {
	in := input(DefaultConfig(), event("ingress", drift.EventRaised, drift.LevelWarning, 0.85))
	_, first := Plan(Log{}, in, start)
	_, again := Plan(Log{}, in, start)
	_, later := Plan(Log{}, in, start.Add(time.Minute))
	if first[0].Message.ID != again[0].Message.ID {
		t.Error("the same message has two IDs")
	}
	if first[0].Message.ID == later[0].Message.ID {
		t.Error("two messages have the same ID")
	}
}

func TestConfigValidate(t *testing.T) {
	c := DefaultConfig()
	c.Routes = []Route{{Targets: []string{"pager"}, Severities: []string{"info"}, Clusters: []string{"["}}, {}}
	c.RepeatInterval, c.Watch = time.Second, []drift.Watch{drift.WatchServerless, "everything"}
	c.Maintenance = []Maintenance{{Schedule: "soon", Duration: time.Hour}, {Schedule: "0 2 * * 0"},
		{Start: start, Reason: strings.Repeat("é", MaxReason+1)}}
	err := c.Validate([]string{"slack"})
	for _, want := range []string{
		`routes[0].targets[0]: there is no target "pager": the targets are [slack]`,
		`routes[0].severities[0]: "info" is not one of [warning critical]`,
		`routes[0].clusters[0]: "[" is not a pattern`, "routes[1].targets: names no target", "repeat_interval: 1s is too short",
		`maintenance[0].schedule: "soon" is not a schedule`, "maintenance[1].duration: 0s must be above 0",
		"maintenance[2].end: a maintenance needs a start and a later end",
		"maintenance[2].reason: 501 characters are too many: at most 500",
		`watch[1]: "everything" cannot be watched: write current, recommended or serverless`,
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not say %q:\n%v", want, err)
		}
	}
	if err := DefaultConfig().Validate(nil); err != nil {
		t.Errorf("the default: %v", err)
	}
}
