package alert

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mskfit/mskfit/analyzer"
)

var start = time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)

func event(key string, kind analyzer.EventKind, level analyzer.Level, u float64) analyzer.Event {
	return analyzer.Event{Cluster: "orders", Key: key, Kind: kind, Level: level, At: start, Since: start,
		Rule: &analyzer.Rule{ID: key, Title: key, Utilization: &u}, Reason: "because"}
}

// told describes envelopes as "target: title".
func told(envelopes []Envelope) []string {
	var out []string
	for _, e := range envelopes {
		out = append(out, e.Target+": "+e.Message.Title)
	}
	return out
}

func input(c Config, events ...analyzer.Event) Input {
	return Input{Config: c, Targets: []string{"slack", "sns"}, Verdict: analyzer.Verdict{Cluster: "orders"}, Events: events}
}

func expect(t *testing.T, got []Envelope, want ...string) {
	t.Helper()
	if !slices.Equal(told(got), want) {
		t.Errorf("told  %q\nwant  %q", told(got), want)
	}
}

func TestEventsOfOneRunMakeOneMessage(t *testing.T) {
	_, got := Plan(Book{}, input(DefaultConfig(),
		event("egress", analyzer.EventRaised, analyzer.LevelWarning, 0.85),
		event("ingress", analyzer.EventRaised, analyzer.LevelCritical, 1.1),
		event("groups", analyzer.EventRaised, analyzer.LevelWarning, 0.9)), start)
	expect(t, got, "slack: orders: critical: ingress at 110 % of the limit and 2 more", "sns: orders: critical: ingress at 110 % of the limit and 2 more")
	if keys := []string{got[0].Message.Items[0].Key, got[0].Message.Items[1].Key, got[0].Message.Items[2].Key}; !slices.Equal(keys, []string{"ingress", "groups", "egress"}) {
		t.Errorf("items in the order %v", keys)
	}
	if got[0].Message.ID == got[1].Message.ID {
		t.Error("two targets got the same message ID")
	}
}

func TestRoutesBySeverityAndClosingMessagesFollow(t *testing.T) {
	c := DefaultConfig()
	c.Routes = []Route{{Targets: []string{"sns"}, Severities: []string{"critical"}}, {Targets: []string{"slack"}, Clusters: []string{"ord*"}}}
	book, got := Plan(Book{}, input(c, event("ingress", analyzer.EventRaised, analyzer.LevelWarning, 0.85)), start)
	expect(t, got, "slack: orders: warning: ingress at 85 % of the limit")
	book, got = Plan(book, input(c, event("ingress", analyzer.EventRaised, analyzer.LevelCritical, 1.2)), start.Add(time.Hour))
	expect(t, got, "slack: orders: critical: ingress at 120 % of the limit", "sns: orders: critical: ingress at 120 % of the limit")
	book, got = Plan(book, input(c, event("ingress", analyzer.EventResolved, analyzer.LevelOK, 0.3)), start.Add(2*time.Hour))
	expect(t, got, "slack: orders: resolved: ingress", "sns: orders: resolved: ingress")
	if len(book.Open) != 0 {
		t.Errorf("still open: %v", book.Open)
	}
}

func TestAnOpenAlertIsRepeatedAfterTheInterval(t *testing.T) {
	c := DefaultConfig()
	book, _ := Plan(Book{}, input(c, event("ingress", analyzer.EventRaised, analyzer.LevelWarning, 0.85)), start)
	for hour := 1; hour < 7*24; hour++ {
		var got []Envelope
		if book, got = Plan(book, input(c), start.Add(time.Duration(hour)*time.Hour)); len(got) > 0 {
			t.Fatalf("hour %d told %q", hour, told(got))
		}
	}
	_, got := Plan(book, input(c), start.Add(7*24*time.Hour))
	expect(t, got, "slack: orders: still warning: ingress at 85 % of the limit", "sns: orders: still warning: ingress at 85 % of the limit")
	c.RepeatInterval = 0
	if _, got = Plan(book, input(c), start.Add(70*24*time.Hour)); len(got) > 0 {
		t.Errorf("with no interval told %q", told(got))
	}
}

func TestMaintenanceHoldsBackAndTellsWhatIsStillOpen(t *testing.T) {
	c := DefaultConfig()
	c.Maintenance = []Maintenance{{Schedule: "0 10 * * 1", Duration: 2 * time.Hour, Clusters: []string{"orders"}}}
	book, got := Plan(Book{}, input(c, event("ingress", analyzer.EventRaised, analyzer.LevelWarning, 0.85),
		event("egress", analyzer.EventRaised, analyzer.LevelWarning, 0.9)), start.Add(time.Minute))
	expect(t, got)
	book, got = Plan(book, input(c, event("egress", analyzer.EventResolved, analyzer.LevelOK, 0.2)), start.Add(time.Hour))
	expect(t, got)
	book, got = Plan(book, input(c), start.Add(2*time.Hour))
	expect(t, got, "slack: orders: warning: ingress at 85 % of the limit", "sns: orders: warning: ingress at 85 % of the limit")
	if _, got = Plan(book, input(c), start.Add(3*time.Hour)); len(got) > 0 {
		t.Errorf("told again: %q", told(got))
	}
}

func TestAChangedChoiceIsToldOnceEvenAfterAMaintenance(t *testing.T) {
	change := analyzer.Event{Cluster: "orders", Key: "choice", Kind: analyzer.EventChoiceChanged, Level: analyzer.LevelWarning,
		To: &analyzer.Choice{Kind: analyzer.Express, Size: "express.m7g.large", Brokers: 3}}
	in := input(DefaultConfig(), change)
	in.AdHoc = []Maintenance{{Start: start, End: start.Add(time.Hour)}}
	book, got := Plan(Book{}, in, start)
	expect(t, got)
	book, got = Plan(book, input(DefaultConfig()), start.Add(time.Hour))
	expect(t, got, "slack: orders: the choice changed to 3 × express.m7g.large", "sns: orders: the choice changed to 3 × express.m7g.large")
	if len(book.Open) != 0 {
		t.Errorf("a changed choice stays open: %v", book.Open)
	}
}

func TestClosingMessagesCanBeTurnedOff(t *testing.T) {
	c := DefaultConfig()
	c.Resolved = false
	book, _ := Plan(Book{}, input(c, event("ingress", analyzer.EventRaised, analyzer.LevelWarning, 0.85)), start)
	_, got := Plan(book, input(c, event("ingress", analyzer.EventResolved, analyzer.LevelOK, 0.3)), start.Add(time.Hour))
	expect(t, got)
}

func TestTenThousandRulesMakeOneReadableMessage(t *testing.T) {
	var events []analyzer.Event
	for i := range 10_000 {
		events = append(events, event(fmt.Sprintf("rule-%05d", i), analyzer.EventRaised, analyzer.LevelWarning, 0.8+float64(i)/100_000))
	}
	book, got := Plan(Book{}, input(DefaultConfig(), events...), start)
	if len(got) != 2 || len(got[0].Message.Items) != MaxItems || got[0].Message.Omitted != 10_000-MaxItems || len(book.Open) != 10_000 {
		t.Fatalf("%d messages, %d items, %d omitted, %d open", len(got), len(got[0].Message.Items), got[0].Message.Omitted, len(book.Open))
	}
	if got[0].Message.Items[0].Key != "rule-09999" {
		t.Errorf("the first item is %s, want the one nearest to its limit", got[0].Message.Items[0].Key)
	}
}

func TestMessageIDsAreStableAndDistinct(t *testing.T) {
	in := input(DefaultConfig(), event("ingress", analyzer.EventRaised, analyzer.LevelWarning, 0.85))
	_, first := Plan(Book{}, in, start)
	_, again := Plan(Book{}, in, start)
	_, later := Plan(Book{}, in, start.Add(time.Minute))
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
	c.RepeatInterval = time.Second
	c.Maintenance = []Maintenance{{Schedule: "soon", Duration: time.Hour}, {Schedule: "0 2 * * 0"}, {Start: start}}
	err := c.Validate([]string{"slack"})
	for _, want := range []string{
		`routes[0].targets[0]: there is no target "pager": configured are [slack]`, `routes[0].severities[0]: "info" is not one of [warning critical]`,
		`routes[0].clusters[0]: "[" is not a pattern`, "routes[1].targets: names no target", "repeat_interval: 1s is too short",
		`maintenance[0].schedule: "soon" is not a schedule`, "maintenance[1].duration: 0s must be above 0", "maintenance[2].end: a span needs a start and a later end",
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not say %q:\n%v", want, err)
		}
	}
	if err := DefaultConfig().Validate(nil); err != nil {
		t.Errorf("the default: %v", err)
	}
}
