package alert

import (
	"testing"
	"time"

	"github.com/mskfit/mskfit/analyzer/drift"
	"github.com/mskfit/mskfit/verdict"
)

// The record has the words of the messages, and when an alert that ends was raised.
func TestRecordHasTheWordsOfMessages(t *testing.T) {
	raised := start.Add(-time.Hour)
	state := drift.State{Rules: map[string]drift.RuleState{"serverless.ingress": {WarnedAt: raised},
		"serverless.egress": {CriticalAt: raised}}}
	got := entries(Input{Cluster: "orders", State: state, Events: []drift.Event{
		event("serverless.ingress", drift.EventResolved, drift.LevelOK, 0.5),
		event("missing/serverless.egress", drift.EventRaised, drift.LevelWarning, 0.9),
		event("serverless.egress", drift.EventResolved, drift.LevelOK, 0.4),
		{Key: "choice", Kind: drift.EventChoiceChanged, Level: drift.LevelWarning,
			To: &verdict.Choice{Kind: verdict.Serverless, Clusters: 1}, At: start},
	}})
	for i, want := range []struct {
		title  string
		kind   drift.EventKind
		raised time.Time
	}{{"serverless.ingress", drift.EventResolved, raised},
		{"no figure for missing/serverless.egress", drift.EventRaised, time.Time{}},
		{"serverless.egress", drift.EventResolved, raised},
		{"the choice changed to MSK Serverless", drift.EventChoiceChanged, time.Time{}}} {
		if e := got[i]; e.Title != want.title || e.Kind != want.kind || !e.RaisedAt.Equal(want.raised) || !e.At.Equal(start) {
			t.Errorf("entry %d is %+v, want %+v", i, e, want)
		}
	}
	if u := got[0].Utilization; u == nil || *u != 0.5 {
		t.Errorf("use %v, want 0.5", u)
	}
}
