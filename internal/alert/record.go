package alert

import (
	"time"

	"github.com/mskfit/mskfit/analyzer/drift"
	"github.com/mskfit/mskfit/verdict"
)

// Entry is one event in the words of a message, for the record of alerts. It is kept whether or not somebody is told of it.
type Entry struct {
	Key, Title string
	Kind       drift.EventKind
	Level      drift.Level
	// Utilization is nil without a number.
	Utilization *float64
	Reason      string
	At          time.Time
	// RaisedAt is when an alert that ends was raised; zero where the state does not say so any more.
	RaisedAt time.Time
}

// entries are the events of one run; state is where the rules are after them.
func entries(v verdict.Verdict, state drift.State, events []drift.Event) []Entry {
	p := planner{in: Input{Verdict: v}}
	var out []Entry
	for _, e := range events {
		i := p.item(e)
		rule := state.Rules[e.Key]
		entry := Entry{Key: e.Key, Title: i.Title, Kind: e.Kind, Level: e.Level, Utilization: i.Utilization, Reason: i.Reason, At: e.At, RaisedAt: rule.WarnedAt}
		if entry.RaisedAt.IsZero() {
			entry.RaisedAt = rule.CriticalAt
		}
		out = append(out, entry)
	}
	return out
}
