package view

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// Answer is what a manager reads: what to choose, what it costs a month, why, how sure, and what would change it.
type Answer struct {
	// Tone is "certain" only where every limit was checked and holds on good data; else "open", "undecided" or "none" (nothing
	// fits).
	Tone string
	// Label is the tone in words.
	Label string
	// Choice is what to take: "MSK Serverless", "3 × express.m7g.large"; "Undecided" and "Nothing fits" where there is none.
	Choice string
	// Kind is the kind where Choice names a broker size: "Provisioned Express". Empty otherwise.
	Kind string
	// Monthly is the price, rounded to three digits: "about $1,500 a month". Empty without a choice or a price.
	Monthly string
	// Premium says what the choice costs above the cheapest that fits; empty where it is the cheapest.
	Premium string
	// Today says what the MSK cluster of today costs and how the choice compares; empty for a cluster that is not on MSK.
	Today string
	// Notice says what a partial or an undecided verdict means; empty otherwise.
	Notice string
	// Why are the reasons, the decisive one first.
	Why []string
	// Sure says how sure we are: the data, and how much of the limits could be checked.
	Sure string
	// Changes are the open points that could change the choice or its price; More counts those beyond the first few.
	Changes []Open
	// More counts the open points that Changes leaves out; empty: none.
	More string
	// Prices says which price list was used: "Prices of 2025-04-04 for us-east-1."
	Prices string
}

func about(v verdict.Verdict, zone *time.Location) string {
	parts := []string{cmp.Or(v.Region, "no region"), "described workload"}
	if v.Confidence.Level != "declared" {
		parts[1] = "observed, window unknown"
		switch d := v.Window.Duration(); {
		case d <= 0:
		case v.Confidence.Level != "" && v.Confidence.Coverage == 0 && v.Workload == verdict.Figures{}:
			parts[1] = "nothing observed yet"
		default:
			parts[1] = seen(d, v.Confidence.Coverage) + " observed to " + Timestamp(v.Window.End, zone)
		}
	}
	if v.At.Sub(v.Window.End) >= time.Hour {
		parts = append(parts, "decided "+Timestamp(v.At, zone))
	}
	return strings.Join(parts, " · ")
}

// mostly is the share of a window from which on it counts as seen.
const mostly = 0.95

// seen is how much of a window there is data of: "14 days", or "3 h of 14 days".
func seen(window time.Duration, coverage float64) string {
	if coverage <= 0 || coverage >= mostly {
		return length(window)
	}
	return length(time.Duration(coverage*float64(window)).Round(time.Second)) + " of " + length(window)
}

// mostReasons is how many reasons the first screen of a page has.
const mostReasons = 3

// mostChanges is how many open points the first screen names.
const mostChanges = 3

func answer(v verdict.Verdict, open []Open) Answer {
	a := Answer{Why: why(v), Sure: sure(v), Prices: priceList(v)}
	var changes []Open
	for _, o := range open {
		if o.Matters != "nothing" {
			o.Effect = otherAnswers(o.Effect, v.Choice)
			changes = append(changes, o)
		}
	}
	a.Changes = together(changes)
	if n := len(a.Changes) - mostChanges; n > 0 {
		a.Changes, a.More = a.Changes[:mostChanges], counted(n, "more open question")
	}
	if v.Current != nil {
		a.Today = capital(strings.TrimSuffix(v.Current.Sentence, ".")) + "."
	}
	if v.Partial {
		a.Notice = "Partial: the observation was cut short or a source was missing; see Gaps."
	}
	if v.Status != verdict.Decided || v.Choice == nil {
		return noAnswer(a, v)
	}
	a.Choice, a.Monthly = v.Choice.Name(), "about "+aboutUSD(v.Choice.MonthlyUSD)+" a month"
	if v.Choice.Size != "" {
		a.Kind = kindName(v.Choice.Kind)
	}
	if v.Choice.MonthlyUSD == 0 {
		a.Monthly = "price unknown"
	}
	a.Premium = premium(v)
	a.Tone, a.Label = tone(v, open)
	return a
}

// together joins open points that lead to the same: several figures above their limits, or several numbers of which one answer each
// changes the verdict. The first screen says it once.
func together(open []Open) []Open {
	var out []Open
	for _, o := range open {
		i := slices.IndexFunc(out, func(p Open) bool { return joinable(p, o) })
		switch {
		case i < 0:
			out = append(out, withOneAnswer(o))
		case strings.HasPrefix(o.Effect, "above the limit"):
			out[i].What += ", " + lower(o.What)
		default:
			out[i].What += ", " + lower(withOneAnswer(o).What)
		}
	}
	return out
}

// joinable says whether o, not yet in the list, can be joined to p, which is.
func joinable(p, o Open) bool {
	effect := withOneAnswer(o).Effect
	return p.Matters == o.Matters && p.Effect == effect && (effect != o.Effect || strings.HasPrefix(effect, "above the limit"))
}

// withOneAnswer moves the answer in front of a single outcome into the name: "Client VPCs" and "6 or more: …" become
// "Client VPCs 6 or more" and "…". A question keeps its answers.
func withOneAnswer(o Open) Open {
	answer, outcome, ok := strings.Cut(o.Effect, ": ")
	if !ok || strings.HasSuffix(o.What, "?") || !strings.HasSuffix(answer, " or more") || strings.Contains(outcome, "; ") {
		return o
	}
	o.What, o.Effect = o.What+" "+answer, outcome
	return o
}

// otherAnswers leaves out the answers of an effect that keep the choice and its price, where there are others: the first screen
// says what would change.
func otherAnswers(effect string, choice *verdict.Choice) string {
	if choice == nil {
		return effect
	}
	same := ": " + choice.Name() + ", " + workload.FormatDollars(choice.MonthlyUSD) + " a month"
	var other []string
	for _, answer := range strings.Split(effect, "; ") {
		if !strings.HasSuffix(answer, same) {
			other = append(other, answer)
		}
	}
	if len(other) == 0 {
		return effect
	}
	return strings.Join(other, "; ")
}

// why are the reasons as sentences, without the one that the premium says already.
func why(v verdict.Verdict) []string {
	said := ""
	if v.Premium != nil {
		said, _, _ = strings.Cut(v.Premium.Sentence, ". ")
	}
	var out []string
	for _, r := range v.Reasons {
		if said == "" || !strings.HasPrefix(strings.ToLower(r), strings.ToLower(said)) {
			out = append(out, capital(r))
		}
	}
	return out
}

func noAnswer(a Answer, v verdict.Verdict) Answer {
	a.Tone, a.Label, a.Choice = "undecided", "Not enough data", "Undecided"
	notice := "No cluster is recommended yet: the reasons say what is missing. "
	if nothingFits(v.Options) {
		a.Tone, a.Label, a.Choice = "none", "Every option breaks a limit", "Nothing fits"
		notice = "The reasons say which limits, and the actions what would help. "
		if len(v.NearMisses) > 0 {
			notice = "Nearest: " + strings.TrimSuffix(v.NearMisses[0].Sentence, ".") + ". "
		}
	}
	a.Notice = strings.TrimSpace(notice + a.Notice)
	return a
}

// tone is green only for a choice whose every limit was checked, on data that is not thin.
func tone(v verdict.Verdict, open []Open) (tone, label string) {
	o, known := optionOf(v, *v.Choice)
	switch {
	case v.Partial:
		return "open", "Partial data"
	case !known || o.Feasible != verdict.Yes:
		return "open", "Fits what could be checked"
	case v.Confidence.Level == "low":
		return "open", "Fits, on little data"
	case slices.ContainsFunc(open, func(o Open) bool { return o.Matters == "choice" }):
		return "open", "Fits, with open questions"
	}
	return "certain", "Fits every limit"
}

// premium compares the choice with the cheapest option that fits, by the verdict's own words where it has them.
func premium(v verdict.Verdict) string {
	switch p := v.Premium; {
	case p != nil && p.Sentence != "":
		return capital(p.Sentence)
	case p != nil && p.Ratio > 1:
		return fmt.Sprintf("%s times the price of %s (%s).", workload.FormatNumber(p.Ratio), p.Against.Name(),
			aboutUSD(p.Against.MonthlyUSD))
	}
	cheapest, ok := cheapestFit(v)
	if !ok || v.Choice.MonthlyUSD <= 1.05*cheapest.MonthlyUSD || cheapest.MonthlyUSD <= 0 {
		return ""
	}
	return fmt.Sprintf("%s times the price of %s (%s).", workload.FormatNumber(v.Choice.MonthlyUSD/cheapest.MonthlyUSD),
		cheapest.Name(),
		aboutUSD(cheapest.MonthlyUSD))
}

// cheapestFit is the cheapest option that breaks no limit, if that is not the choice.
func cheapestFit(v verdict.Verdict) (verdict.Choice, bool) {
	var best *verdict.Option
	for i, o := range v.Options {
		if o.Feasible != verdict.No && o.MonthlyUSD != nil && (best == nil || *o.MonthlyUSD < *best.MonthlyUSD) {
			best = &v.Options[i]
		}
	}
	if best == nil || isChoice(*best, v.Choice) {
		return verdict.Choice{}, false
	}
	return best.Choice(), true
}

func nothingFits(options []verdict.Option) bool {
	for _, o := range options {
		if o.Feasible != verdict.No {
			return false
		}
	}
	return len(options) > 0
}

// FirstWhy are the reasons of the first screen, and OtherWhy the rest.
func (a Answer) FirstWhy() []string { return a.Why[:min(len(a.Why), mostReasons)] }

// OtherWhy is empty where FirstWhy has all.
func (a Answer) OtherWhy() []string { return a.Why[min(len(a.Why), mostReasons):] }

// sure says on what the answer rests, and how many limits of the choice were checked.
func sure(v verdict.Verdict) string {
	out := confidence(v.Confidence)
	if v.Choice == nil {
		return out
	}
	o, ok := optionOf(v, *v.Choice)
	if !ok || len(o.Rules) == 0 {
		return out
	}
	n := 0
	for _, r := range o.Rules {
		if r.Outcome == verdict.Unknown {
			n++
		}
	}
	switch {
	case n == 0:
		return out + " Every limit was checked and holds."
	}
	return out + " " + counted(n, "limit") + " could not be checked."
}

func confidence(c verdict.Confidence) string {
	if c.Level == "" {
		return "Unknown."
	}
	if c.Why == "" {
		return capital(c.Level) + "."
	}
	return capital(c.Level) + ": " + strings.TrimSuffix(c.Why, ".") + "."
}

// ruleWords reads a rule's id aloud, for ids without a rule: "express.ingress" is "ingress".
func ruleWords(id string) string {
	if _, last, found := strings.Cut(id, "."); found {
		id = last
	}
	return strings.ReplaceAll(id, "_", " ")
}
