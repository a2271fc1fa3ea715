package alert

import (
	"time"

	"github.com/mskfit/mskfit/analyzer/drift"
	"github.com/mskfit/mskfit/verdict"
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

// Message is one notification to one target.
type Message struct {
	// Schema is always [Schema].
	Schema string `json:"schema"`
	// ID is the same on every attempt to deliver the message and different for every other message.
	ID string `json:"id"`
	// Kind is drift, report or test.
	Kind Kind `json:"kind"`
	// Cluster is empty in a report.
	Cluster string `json:"cluster,omitempty"`
	// Region is empty in a report, and where the cluster's is not declared.
	Region string `json:"region,omitempty"`
	// Severity is the highest level among the items; ok when all of them are resolved.
	Severity drift.Level `json:"severity"`
	// Title is one line without the details.
	Title string `json:"title"`
	// At is when the message was made, in UTC.
	At time.Time `json:"at"`
	// Items are empty in a report.
	Items []Item `json:"items"`
	// Omitted is how many further items there are: a message lists MaxItems at most, the most severe first.
	Omitted int `json:"omitted,omitempty"`
	// StillOpen is how many alerts of the cluster stay open after this message, counting those that the target received and those
	// of the message itself.
	StillOpen int `json:"still_open"`
	// Choice is what the cluster needs now; nil while undecided and in reports.
	Choice *verdict.Choice `json:"choice,omitempty"`
	// Link leads to the dashboard page; empty when no external URL is configured.
	Link string `json:"link,omitempty"`
	// Thread groups the messages of one cluster for targets that can update a conversation.
	Thread string `json:"thread,omitempty"`
	// Report is the scheduled summary; nil otherwise.
	Report *Report `json:"report,omitempty"`
}

// MaxItems is how many rules one message lists. Targets that mirror the list of open alerts get all of them.
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
	// Key identifies the alert within its cluster: a rule's id, "forecast/…", "missing/…", "daemon/…", "choice".
	Key string `json:"key"`
	// Also are the keys of further alerts that this item stands for: figures that are missing together share one alert.
	Also []string `json:"also,omitempty"`
	// State is what happened to the alert.
	State ItemState `json:"state"`
	// Level is the present one; ok for a resolved alert.
	Level drift.Level `json:"level"`
	// Was is the level that was sent before; empty for a new alert.
	Was drift.Level `json:"was,omitempty"`
	// Title names the rule for people.
	Title string `json:"title"`
	// Reason is a sentence with numbers and units.
	Reason string `json:"reason"`
	// Observed, Limit and Utilization are nil when there is no number.
	Observed *float64 `json:"observed,omitempty"`
	// Limit is what Observed is compared with, in Unit.
	Limit *float64 `json:"limit,omitempty"`
	// Unit is that of Observed, Limit and DailyPeaks; empty without a number.
	Unit string `json:"unit,omitempty"`
	// Utilization is observed ÷ limit, above 1 when the limit is exceeded.
	Utilization *float64 `json:"utilization,omitempty"`
	// Since is when the level was first exceeded (or undercut); zero: unknown.
	Since time.Time `json:"since,omitzero"`
	// TopContributors are the topics or groups that moved most since MovedSince, a week before (a day, while there is no
	// week), largest share first; empty when there is no such comparison.
	TopContributors []verdict.Contributor `json:"movers,omitempty"`
	// MovedSince is zero without TopContributors.
	MovedSince time.Time `json:"moved_since,omitzero"`
	// Expected is when the limit is expected to be passed; nil when no date can be given. When says it in words, bounds included,
	// or why there is no date; empty where Reason says it.
	Expected *time.Time `json:"expected,omitempty"`
	// When is for people: "between 2026-12-01 and 2026-12-20".
	When string `json:"when,omitempty"`
	// Action is what fixes the rule, checked by deciding again; empty when none is known.
	Action string `json:"action,omitempty"`
	// Sure says by which method the figure was obtained and within which bounds.
	Sure string `json:"how_sure,omitempty"`
	// DailyPeaks are the highest minute of each of the last days in Unit, oldest first; empty where none are kept.
	DailyPeaks []DayPeak `json:"daily_peaks,omitempty"`
}

// DayPeak is the highest minute of one day, in UTC.
type DayPeak struct {
	// Day is midnight UTC.
	Day time.Time `json:"day"`
	// Value is in the Unit of the item.
	Value float64 `json:"value"`
	// Floor is true for a day that has gaps or is not over: its peak may have been higher.
	Floor bool `json:"floor,omitempty"`
}

// Report is the scheduled summary of one or many clusters.
type Report struct {
	// Since is when the last report was made, with which this one compares; zero for the first.
	Since time.Time `json:"since,omitzero"`
	// Clusters are those of the target's routes, those that changed first.
	Clusters []ReportRow `json:"clusters"`
	// Omitted is how many further clusters there are: a message lists MaxRows, those that changed first.
	Omitted int `json:"omitted,omitempty"`
	// TotalUSD is the sum over the clusters that have a choice, those omitted included; Undecided counts those without.
	TotalUSD float64 `json:"total_monthly_usd"`
	// Undecided counts the clusters without a choice, those omitted included.
	Undecided int `json:"undecided"`
	// CurrentUSD is what the clusters that run on MSK cost today; nil when none does.
	CurrentUSD *float64 `json:"current_monthly_usd,omitempty"`
}

// MaxRows is how many clusters one report lists.
const MaxRows = 20

// ReportRow is one cluster of a report.
type ReportRow struct {
	// Cluster is the name in the configuration.
	Cluster string `json:"cluster"`
	// Choice is nil while undecided.
	Choice *verdict.Choice `json:"choice"`
	// Before is the choice of the last report where it differs; nil otherwise.
	Before *verdict.Choice `json:"before,omitempty"`
	// CurrentUSD is what the MSK cluster of today costs a month; nil when it does not run on MSK.
	CurrentUSD *float64 `json:"current_monthly_usd,omitempty"`
	// Reason is the verdict's first; empty without one.
	Reason string `json:"reason"`
	// Binding is the title of the rule that decided size or feasibility; empty without a choice.
	Binding string `json:"binding,omitempty"`
	// Utilization is that of the binding rule; nil when it has no number.
	Utilization *float64 `json:"utilization,omitempty"`
	// Changes say what changed since the last report, in words.
	Changes []string `json:"changes,omitempty"`
	// TopContributors are the topics that moved most since the last report.
	TopContributors []verdict.Contributor `json:"movers,omitempty"`
	// Expected is the nearest date at which a limit is expected to be passed; nil when none is.
	Expected *time.Time `json:"expected,omitempty"`
	// Actions is how many actions the verdict proposes, and Action the first of them.
	Actions int `json:"actions"`
	// Action is the first one as "target: action"; empty where the verdict proposes none.
	Action string `json:"action,omitempty"`
	// Link leads to the dashboard page; empty when no external URL is configured.
	Link string `json:"link,omitempty"`
}
