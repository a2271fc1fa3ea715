package drift

import (
	"errors"
	"time"

	"github.com/mskfit/mskfit/internal/yamlfile"
	"github.com/mskfit/mskfit/verdict"
)

// Policy says when a change of a workload is worth a message.
type Policy struct {
	// WarnAt and WarnClear are the utilizations at which a warning is raised and cleared (default 0.80 and 0.70);
	// CriticalAt and CriticalClear those of a critical alert (default 1.00 and 0.90).
	WarnAt        float64 `yaml:"warn_at"`
	WarnClear     float64 `yaml:"warn_clear"`
	CriticalAt    float64 `yaml:"critical_at"`
	CriticalClear float64 `yaml:"critical_clear"`
	// HoldUp is how long a level must be exceeded before it is raised (default 10m), HoldDown how long it must be
	// undercut before it is cleared (default 1h).
	HoldUp   time.Duration `yaml:"hold_up"`
	HoldDown time.Duration `yaml:"hold_down"`
	// Quiet is how long after a raise the same level of the same rule is not raised again (default 24h): a flapping
	// input gives one pair of messages in that time. A higher level always passes. What comes back within twice that time
	// after it was cleared stays open until it has been clear for all of it: a load that is high every noon is one alert,
	// not one a day.
	Quiet time.Duration `yaml:"quiet"`
	// ForecastHorizon: a limit expected to be passed within it is a warning of its own (default 336h, 14 days). It clears
	// once the date has moved half as far again away.
	ForecastHorizon time.Duration `yaml:"forecast_horizon"`
	// ChoiceHold is how long another choice must hold before it is reported, and how long a forecast must be clear before
	// its warning is (default 24h).
	ChoiceHold time.Duration `yaml:"choice_hold"`
	// MissingAfter is how long after its last sample a figure is reported as missing (default 15m; 0s: never).
	MissingAfter time.Duration `yaml:"missing_after"`
	// CatalogMaxAge is the age from which mskfit check warns that the quotas or prices in use are old (default 8760h, a year;
	// 0s: never). It raises no alert.
	CatalogMaxAge time.Duration `yaml:"catalog_max_age"`
	// Limits replace quotas, by id and in base units. It is limits of a cluster in the configuration.
	Limits map[string]float64 `yaml:"-"`
	// Watch names the clusters whose limits are followed, see [Watch]. It is alerts.watch of the configuration.
	Watch []Watch `yaml:"-"`
}

// DefaultPolicy returns the policy with every default.
func DefaultPolicy() Policy {
	return Policy{
		WarnAt: 0.80, WarnClear: 0.70, CriticalAt: 1.00, CriticalClear: 0.90,
		HoldUp: 10 * time.Minute, HoldDown: time.Hour, Quiet: 24 * time.Hour,
		ForecastHorizon: 14 * 24 * time.Hour, ChoiceHold: 24 * time.Hour,
		MissingAfter: 15 * time.Minute, CatalogMaxAge: 365 * 24 * time.Hour,
	}
}

// Validate reports every value that cannot work.
func (p Policy) Validate() error {
	var errs []error
	bad := func(field, format string, args ...any) { errs = append(errs, yamlfile.Invalid(field, format, args...)) }
	if p.WarnAt <= 0 || p.WarnAt > p.CriticalAt {
		bad("warn_at", "%g must be above 0 and not above critical_at (%g)", p.WarnAt, p.CriticalAt)
	}
	if p.WarnClear <= 0 || p.WarnClear >= p.WarnAt {
		bad("warn_clear", "%g must be above 0 and below warn_at (%g)", p.WarnClear, p.WarnAt)
	}
	if p.CriticalClear <= p.WarnClear || p.CriticalClear >= p.CriticalAt {
		bad("critical_clear", "%g must be above warn_clear (%g) and below critical_at (%g)", p.CriticalClear, p.WarnClear,
			p.CriticalAt)
	}
	for _, d := range []struct {
		field string
		value time.Duration
	}{{"hold_up", p.HoldUp}, {"hold_down", p.HoldDown}, {"quiet", p.Quiet}, {"forecast_horizon", p.ForecastHorizon},
		{"choice_hold", p.ChoiceHold}, {"missing_after", p.MissingAfter}, {"catalog_max_age", p.CatalogMaxAge}} {
		if d.value < 0 {
			bad(d.field, "%s is negative: write 0s for none", d.value)
		}
	}
	return errors.Join(errs...)
}

// Level is how far a rule has drifted. Levels are ordered: ok < pending < warning < critical.
type Level string

// Pending means that a level is exceeded but has not held long enough to be raised; no message is sent for it.
const (
	LevelOK       Level = "ok"
	LevelPending  Level = "pending"
	LevelWarning  Level = "warning"
	LevelCritical Level = "critical"
)

func (l Level) rank() int {
	switch l {
	case LevelPending:
		return 1
	case LevelWarning:
		return 2
	case LevelCritical:
		return 3
	}
	return 0
}

// State is what must be remembered of one cluster between two verdicts. The zero value is a cluster never seen.
type State struct {
	// Rules by key: a rule's id, "forecast/" + id, or "missing/" + id.
	Rules map[string]RuleState `json:"rules"`
	// Held is the choice that has been reported; nil before the first decided verdict.
	Held *verdict.Choice `json:"held,omitempty"`
	// Candidate is another choice and since when it holds.
	Candidate *verdict.Choice `json:"candidate,omitempty"`
	// CandidateSince is zero without a Candidate.
	CandidateSince time.Time `json:"candidate_since,omitzero"`
	// Settled is true once a choice was made with more than low confidence. Until then the choice changes without a message.
	Settled bool `json:"settled,omitempty"`
	// Fitted is true once Serverless could carry the workload, see [DriftState.Noted].
	Fitted bool `json:"fitted,omitempty"`
	// Watching are the clusters whose rules are followed, of different kinds; nil before the first step.
	Watching []verdict.Choice `json:"watching,omitempty"`
	// At is the time of the verdict that was stepped last.
	At time.Time `json:"at"`
}

// RuleState is the state of one rule. A zero time means: not so at present.
type RuleState struct {
	// Level is the one in force: an input must hold for a time before it changes.
	Level Level `json:"level"`
	// Since is when the level was entered.
	Since time.Time `json:"since"`
	// AboveWarning and AboveCritical are since when the input has asked for at least that level without a break.
	AboveWarning time.Time `json:"above_warning,omitzero"`
	// AboveCritical is zero while the input is below critical.
	AboveCritical time.Time `json:"above_critical,omitzero"`
	// BelowCritical and BelowWarning are since when it has asked for less, without a break.
	BelowCritical time.Time `json:"below_critical,omitzero"`
	// BelowWarning is zero while the input is at warning or above.
	BelowWarning time.Time `json:"below_warning,omitzero"`
	// WarnedAt and CriticalAt are when each level was last raised, for the quiet time.
	WarnedAt time.Time `json:"warned_at,omitzero"`
	// CriticalAt is when critical was last raised; zero: never.
	CriticalAt time.Time `json:"critical_at,omitzero"`
	// Recurring is true when the level came back soon after it was cleared: it then stays until a whole quiet time is clear.
	Recurring bool `json:"recurring,omitempty"`
	// Utilization is that of the last step; nil without a figure.
	Utilization *float64 `json:"utilization,omitempty"`
	// SeenAt is when the rule last had a figure.
	SeenAt time.Time `json:"seen_at,omitzero"`
	// Reason is the evidence of the last step.
	Reason string `json:"reason,omitempty"`
}

// paused moves what is counted by the time for which nothing was known: hold times count what was seen.
func (s RuleState) paused(by time.Duration) RuleState {
	for _, at := range []*time.Time{&s.AboveWarning, &s.AboveCritical, &s.BelowCritical, &s.BelowWarning} {
		if !at.IsZero() {
			*at = at.Add(by)
		}
	}
	return s
}

// rewound takes a state into the present of a clock that was set back: nothing in it lies in the future.
func (s State) rewound(now time.Time) State {
	clamp := func(ats ...*time.Time) {
		for _, at := range ats {
			if at.After(now) {
				*at = now
			}
		}
	}
	rules := make(map[string]RuleState, len(s.Rules))
	for key, r := range s.Rules {
		clamp(&r.Since, &r.AboveWarning, &r.AboveCritical, &r.BelowCritical, &r.BelowWarning, &r.WarnedAt, &r.CriticalAt, &r.SeenAt)
		rules[key] = r
	}
	s.Rules = rules
	clamp(&s.CandidateSince)
	return s
}

// Clearing reports whether the alert is raised and on its way down: its hold time is not over yet.
func (s RuleState) Clearing() bool {
	return s.Level.rank() >= LevelWarning.rank() && !s.BelowWarning.IsZero()
}

// Shown is the level for people: pending where a raise has not held yet, or waits for the end of the quiet time.
func (s RuleState) Shown() Level {
	if s.Level.rank() == 0 && !s.AboveWarning.IsZero() {
		return LevelPending
	}
	return s.Level
}

// ChoiceKey is the key of a changed choice.
const ChoiceKey = "choice"

// EventKind says what happened.
type EventKind string

// The kinds of events.
const (
	EventRaised        EventKind = "raised"         // a level was reached and has held
	EventLowered       EventKind = "lowered"        // critical fell back to warning
	EventResolved      EventKind = "resolved"       // back to ok
	EventChoiceChanged EventKind = "choice_changed" // another choice has held
)

// Event is one thing worth a message, at most once.
type Event struct {
	// Cluster is the name in the configuration.
	Cluster string `json:"cluster"`
	// Key is a rule's id, "forecast/" + id, "missing/" + id, or "choice".
	Key string `json:"key"`
	// Kind is what happened.
	Kind EventKind `json:"kind"`
	// Level is the one that was entered.
	Level Level `json:"level"`
	// At is the time of the verdict that gave the event.
	At time.Time `json:"at"`
	// Since is when the level was first exceeded (or undercut).
	Since time.Time `json:"since"`
	// Rule is the rule behind the event; nil for a changed choice.
	Rule *verdict.Rule `json:"rule,omitempty"`
	// Forecast is set for a limit that will be passed.
	Forecast *verdict.Forecast `json:"forecast,omitempty"`
	// From and To are set when the choice changed.
	From *verdict.Choice `json:"from,omitempty"`
	To   *verdict.Choice `json:"to,omitempty"`
	// Reason is a sentence with numbers and units.
	Reason string `json:"reason"`
}
