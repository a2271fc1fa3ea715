package alert

import (
	"time"

	"github.com/mskfit/mskfit/analyzer"
)

// Schema names the form of a message's JSON, which webhooks receive as it is.
const Schema = "mskfit/alert/v1"

// Kind says what a message is about.
type Kind string

// The kinds.
const (
	KindDrift  Kind = "drift"  // rules that were raised, lowered or resolved, or a changed choice
	KindReport Kind = "report" // the scheduled summary
	KindTest   Kind = "test"   // mskfit check --send-test
)

// Message is one thing told to one target.
type Message struct {
	Schema string `json:"schema"`
	// ID is the same on every attempt to deliver the message and different for every other message.
	ID      string `json:"id"`
	Kind    Kind   `json:"kind"`
	Cluster string `json:"cluster,omitempty"`
	Region  string `json:"region,omitempty"`
	// Severity is the highest level among the items; ok when all of them are resolved.
	Severity analyzer.Level `json:"severity"`
	// Title is one line without the details.
	Title string    `json:"title"`
	At    time.Time `json:"at"`
	Items []Item    `json:"items"`
	// Omitted is how many further items there are: a message lists MaxItems at most, the most severe first.
	Omitted int `json:"omitted,omitempty"`
	// Choice is what the cluster needs at present; nil while undecided and in fleet reports.
	Choice *analyzer.Choice `json:"choice,omitempty"`
	// Link leads to the dashboard page; empty when no external URL is configured.
	Link string `json:"link,omitempty"`
	// Thread groups the messages of one cluster for targets that can update a conversation.
	Thread string `json:"thread,omitempty"`
	// Report is the scheduled summary; nil otherwise.
	Report *Report `json:"report,omitempty"`
}

// MaxItems is how many rules one message lists.
const MaxItems = 10

// ItemState says what happened to a rule.
type ItemState string

// The states. A reminder repeats an alert that is still open after the repeat interval.
const (
	Raised        ItemState = "raised"
	Lowered       ItemState = "lowered"
	Resolved      ItemState = "resolved"
	Reminder      ItemState = "reminder"
	ChoiceChanged ItemState = "choice_changed"
)

// Item is one rule, forecast or choice of a message.
type Item struct {
	// Key identifies the alert within its cluster: a rule's id, "forecast/…", "missing/…", "catalog/…", "choice".
	Key   string         `json:"key"`
	State ItemState      `json:"state"`
	Level analyzer.Level `json:"level"`
	// Was is the level that had been told before; empty for a new alert.
	Was analyzer.Level `json:"was,omitempty"`
	// Title names the rule for people.
	Title string `json:"title"`
	// Reason is a sentence with numbers and units.
	Reason string `json:"reason"`
	// Observed, Limit and Utilization are nil when there is no number.
	Observed    *float64  `json:"observed,omitempty"`
	Limit       *float64  `json:"limit,omitempty"`
	Unit        string    `json:"unit,omitempty"`
	Utilization *float64  `json:"utilization,omitempty"`
	Since       time.Time `json:"since"`
	// Movers are the topics that moved most since a week ago, largest share first; empty when there is no such comparison.
	Movers []analyzer.Mover `json:"movers,omitempty"`
	// Expected is when the limit will be passed, for forecasts.
	Expected *time.Time `json:"expected,omitempty"`
	// Action is what mends the rule, checked by deciding again; empty when none is known.
	Action string `json:"action,omitempty"`
	// Sure says by which method the figure was obtained and within which bounds.
	Sure string `json:"how_sure,omitempty"`
}

// Report is the scheduled summary of one or many clusters.
type Report struct {
	Clusters []ReportRow `json:"clusters"`
	// TotalUSD is the sum over the clusters that have a choice; Undecided counts those without.
	TotalUSD  float64 `json:"total_monthly_usd"`
	Undecided int     `json:"undecided"`
}

// ReportRow is one cluster of a report.
type ReportRow struct {
	Cluster string           `json:"cluster"`
	Choice  *analyzer.Choice `json:"choice"`
	// Before is the choice of the last report where it differs; nil otherwise.
	Before *analyzer.Choice `json:"before,omitempty"`
	// CurrentUSD is what the MSK cluster of today costs a month; nil when it does not run on MSK.
	CurrentUSD *float64         `json:"current_monthly_usd,omitempty"`
	Reason     string           `json:"reason"`
	Binding    string           `json:"binding,omitempty"`
	Movers     []analyzer.Mover `json:"movers,omitempty"`
}
