package report

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/mskfit/mskfit/verdict"
)

// headline is what somebody who reads one line reads.
type headline struct {
	// Tone is "decided", "partial" or "undecided".
	Tone string
	// Verdict is the kind of cluster in words, or that there is none yet.
	Verdict string
	Size    string
	Monthly string
	Binding string
	// Notice says what a partial or an undecided verdict means; empty otherwise.
	Notice     string
	Confidence string
}

func about(v verdict.Verdict) string {
	parts := []string{cmp.Or(v.Region, "no region"), "described workload"}
	if v.Confidence.Level != "declared" {
		parts[1] = "observed, window unknown"
		if d := v.Window.Duration(); d > 0 {
			parts[1] = seen(d, v.Confidence.Coverage) + " observed to " + timestamp(v.Window.End)
		}
	}
	if v.At.Sub(v.Window.End) >= time.Hour {
		parts = append(parts, "decided "+timestamp(v.At))
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

func newHeadline(v verdict.Verdict) headline {
	h := headline{Tone: "decided", Confidence: confidence(v.Confidence)}
	if v.Partial {
		h.Tone = "partial"
		h.Notice = "Partial: the observation was cut short or sources were missing (see Gaps)."
	}
	if v.Status != verdict.Decided || v.Choice == nil {
		h.Tone = "undecided"
		h.Verdict = "Undecided"
		notice := "No cluster is recommended yet; the reasons say what is missing. "
		if nothingFits(v.Options) {
			h.Verdict = "Nothing fits"
			notice = "Every option breaks a limit; the reasons say which, and the actions what would help. "
		}
		h.Notice = strings.TrimSpace(notice + h.Notice)
		return h
	}
	h.Verdict = kindName(v.Choice.Kind)
	h.Size = sizeOf(v.Choice.Size, v.Choice.Brokers, v.Choice.Clusters)
	h.Monthly = usd(v.Choice.MonthlyUSD) + " a month"
	if o, ok := optionOf(v, *v.Choice); ok && o.Binding != "" {
		h.Binding = binding(o)
	}
	return h
}

func nothingFits(options []verdict.Option) bool {
	for _, o := range options {
		if o.Feasible != verdict.No {
			return false
		}
	}
	return len(options) > 0
}

// provided names what the choice rests on: the rules of the chosen option that nobody can confirm.
func provided(v verdict.Verdict) string {
	if v.Choice == nil || len(v.Conditions) == 0 {
		return ""
	}
	o, _ := optionOf(v, *v.Choice)
	var names []string
	for _, r := range o.Rules {
		if r.Outcome == verdict.Unknown {
			names = append(names, r.Title)
		}
	}
	switch n := len(names); {
	case n == 0:
		return ""
	case n == 1:
		return names[0] + " holds, which nobody has confirmed"
	default:
		return fmt.Sprintf("%d rules hold that nobody has confirmed: %s", n, nameList(names))
	}
}

func confidence(c verdict.Confidence) string {
	switch {
	case c.Level == "":
		return unknown
	case c.Why == "":
		return c.Level
	}
	return c.Level + ": " + c.Why
}

// near is the utilization from which on a limit is worth calling near.
const near = 0.5

// binding names the rule that decided an option's size or feasibility, with its utilization.
func binding(o verdict.Option) string {
	for _, r := range o.Rules {
		if r.ID != o.Binding {
			continue
		}
		if r.Utilization == nil {
			return r.Title
		}
		words := fmt.Sprintf("%s, %s of the limit of %s", r.Title, percent(*r.Utilization), amount(r.Limit, r.Unit))
		if *r.Utilization < near {
			words = "no limit is near; the tightest: " + words
		}
		return words
	}
	return ruleWords(o.Binding)
}

// ruleWords reads a rule's id aloud, for ids without a rule: "express.ingress" is "ingress".
func ruleWords(id string) string {
	if _, last, found := strings.Cut(id, "."); found {
		id = last
	}
	return strings.ReplaceAll(id, "_", " ")
}
