package drift

import "strings"

// SubjectKind is what kind of thing an alert is about.
type SubjectKind string

// The kinds, by what their keys begin with.
const (
	// OfRule is a rule at its limit; the key is the rule's id.
	OfRule SubjectKind = ""
	// OfForecast is a rule whose limit is expected to be passed.
	OfForecast SubjectKind = "forecast/"
	// OfMissing is a rule whose figure is missing.
	OfMissing SubjectKind = "missing/"
	// OfChoice is a changed choice; the key is [ChoiceKey].
	OfChoice SubjectKind = ChoiceKey
	// OfDaemon is a part of mskfit itself.
	OfDaemon SubjectKind = "daemon/"
	// OfTest is what mskfit alert test sends: it never closes an alert.
	OfTest SubjectKind = "test/"
)

// Subject is what an alert is about. Its key names it in states, events, messages and the ledger.
type Subject struct {
	Kind SubjectKind
	// Name is the id of a rule, or the part of the daemon; empty for a changed choice.
	Name string
}

// Key is the subject as text. [SubjectOf] reads it.
func (s Subject) Key() string { return string(s.Kind) + s.Name }

// SubjectOf reads a key; one that begins with no known kind is a rule's.
func SubjectOf(key string) Subject {
	if key == ChoiceKey {
		return Subject{Kind: OfChoice}
	}
	for _, kind := range []SubjectKind{OfForecast, OfMissing, OfDaemon, OfTest} {
		if name, ok := strings.CutPrefix(key, string(kind)); ok {
			return Subject{Kind: kind, Name: name}
		}
	}
	return Subject{Kind: OfRule, Name: key}
}
