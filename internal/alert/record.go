package alert

import (
	"strings"
	"time"

	"github.com/mskfit/mskfit/analyzer/drift"
	"github.com/mskfit/mskfit/verdict"
)

// Entry is one event in the words of a message, for the record of alerts. It is kept whether or not a message is sent.
type Entry struct {
	// Key is [Item.Key]; Title names the rule for people.
	Key, Title string
	// Kind is what happened.
	Kind drift.EventKind
	// Level is the one that was entered.
	Level drift.Level
	// Utilization is nil without a number.
	Utilization *float64
	// Reason is a sentence with numbers and units.
	Reason string
	// At is the time of the event, in UTC.
	At time.Time
	// RaisedAt is when an alert that ends was raised; zero where the state does not say so any more.
	RaisedAt time.Time
}

// Record is one alert from its raise to its end.
type Record struct {
	// Cluster is the name in the configuration; Key is [Item.Key]; Title names the rule for people.
	Cluster, Key, Title string
	// Level and Utilization are the highest that were reported; Utilization is nil without a number.
	Level drift.Level
	// Utilization is observed ÷ limit.
	Utilization *float64
	// Reason is that of the last raise, Ended why it ended.
	Reason, Ended string
	// RaisedAt is when the level was first reported, in UTC.
	RaisedAt time.Time
	// ResolvedAt is zero while the alert is open. A changed choice is over as it is raised.
	ResolvedAt time.Time
}

// Choice reports whether it is a changed choice, which is over as it is raised.
func (r Record) Choice() bool { return r.Key == drift.ChoiceKey }

// Own reports whether it is on the daemon itself and on no cluster.
func (r Record) Own() bool { return drift.SubjectOf(r.Key).Kind == drift.OfDaemon }

// Ending is the event that ends an open alert of which no verdict will say any more, and why.
func (r Record) Ending(why string, now time.Time) drift.Event {
	rule := verdict.Rule{ID: r.Key, Title: r.Title}
	if drift.SubjectOf(r.Key).Kind == drift.OfMissing {
		rule.Title = strings.TrimPrefix(r.Title, missingTitle) // a message puts it before
	}
	return drift.Event{Cluster: r.Cluster, Key: r.Key, Kind: drift.EventResolved, Level: drift.LevelOK, At: now, Since: now,
		Rule: &rule, Reason: why}
}

// Query selects records.
type Query struct {
	// Cluster is a name; empty: all.
	Cluster string
	// Open selects those that are open, or are not; nil: both.
	Open *bool
	// Since leaves out what ended before; zero: nothing.
	Since time.Time
	// Limit is how many are listed at most, after the first Offset ones.
	Offset, Limit int
}

// entries are the events of one run; state is where the rules are after them.
func entries(in Input) []Entry {
	p := planner{in: Input{Verdict: in.Verdict}}
	var out []Entry
	for _, e := range in.Events {
		i := p.item(e)
		rule := in.State.Rules[e.Key]
		entry := Entry{Key: e.Key, Title: i.Title, Kind: e.Kind, Level: e.Level, Utilization: i.Utilization, Reason: i.Reason,
			At: e.At, RaisedAt: rule.WarnedAt}
		if entry.RaisedAt.IsZero() {
			entry.RaisedAt = rule.CriticalAt
		}
		out = append(out, entry)
	}
	return out
}
