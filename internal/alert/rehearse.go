package alert

import (
	"time"

	"github.com/mskfit/mskfit/analyzer/drift"
	"github.com/mskfit/mskfit/verdict"
)

// Rehearse returns the messages of a test alert on a rule and of its end, as they would be planned outside of a maintenance.
// Its key is its own, so that no open alert is touched.
func Rehearse(cfg Config, recipients []Recipient, v verdict.Verdict, rule *verdict.Rule, level drift.Level,
	now time.Time) []Envelope {
	cfg.Maintenance = nil
	tested := *rule
	tested.Title = "TEST: " + rule.Title
	e := drift.Event{Cluster: v.Cluster, Key: drift.Subject{Kind: drift.OfTest, Name: rule.ID}.Key(), Kind: drift.EventRaised,
		Level: level, At: now, Since: now,
		Rule: &tested, Reason: "this is a test sent by mskfit alert test; " + rule.Evidence}
	in := Input{Config: cfg, Recipients: recipients, Cluster: v.Cluster, Verdict: v, Events: []drift.Event{e}}
	alertLog, raised := Plan(Log{}, in, now.UTC())
	e.Kind, e.Level, e.Reason = drift.EventResolved, drift.LevelOK, "this was a test"
	in.Events = []drift.Event{e}
	_, resolved := Plan(alertLog, in, now.UTC().Add(time.Second))
	return append(raised, resolved...)
}
