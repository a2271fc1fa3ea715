package analyzer

import (
	"fmt"

	"github.com/mskfit/mskfit/verdict"
)

// ruling collects the rules of one option. Deciding again (for questions, flips and actions) needs outcomes alone: words
// then stays false, and nothing is formatted or kept.
type ruling struct {
	// kind starts the ids of the rules: a check carries the rest ("ingress").
	kind  verdict.Kind
	words bool
	// record keeps every outcome by name, to see what an action changes.
	record   bool
	recorded []namedOutcome
	rules    []verdict.Rule
	// failed is the name of the first rule that fails; tightest that of the passing rule nearest to its limit.
	// They carry the kind of a ruling that was joined, where it is another one.
	failed, tightest         string
	failedKind, tightestKind verdict.Kind
	tightestUse              float64
	fails, unknowns          int
	// blocked: a rule is unknown and its best estimate is beyond the limit.
	blocked bool
}

type namedOutcome struct {
	name    string
	outcome verdict.Outcome
}

// check is a rule before it is put into words. Observed and limit are in base units, unit is what per base units.
type check struct {
	name, title, source, needs string
	outcome                    verdict.Outcome
	observed                   fig
	peak                       fig // the highest minute, told beside a lower statistic
	limit                      float64
	limited                    bool
	unit                       string
	per                        float64
	ceiling                    float64 // of a plan, as a multiple of limit
	evidence                   string
}

// feasible is the answer over all rules so far.
func (r *ruling) feasible() verdict.Feasible {
	switch {
	case r.fails > 0:
		return verdict.No
	case r.unknowns > 0:
		return verdict.Maybe
	}
	return verdict.Yes
}

// open reports whether the option may be chosen: nothing fails, and where something is unknown the best estimate fits.
func (r *ruling) open() bool { return r.fails == 0 && !r.blocked }

// binding is the rule that decides: the first that fails, else the one nearest to its limit.
func (r *ruling) binding() string {
	switch {
	case r.failed != "" && r.failedKind != "":
		return string(r.failedKind) + "." + r.failed
	case r.failed != "":
		return r.id(r.failed)
	case r.tightest != "":
		return r.tightestID()
	}
	return ""
}

// tightestID is the rule nearest to its limit.
func (r *ruling) tightestID() string {
	if r.tightestKind != "" {
		return string(r.tightestKind) + "." + r.tightest
	}
	return r.id(r.tightest)
}

func (r *ruling) id(name string) string { return string(r.kind) + "." + name }

// add counts a rule and, with words, keeps it.
func (r *ruling) add(c check) {
	use := 0.0
	if c.observed.ok && c.limited && c.limit > 0 {
		use = c.observed.Value / c.limit
	}
	switch c.outcome {
	case verdict.Fail:
		r.fails++
		if r.failed == "" {
			r.failed = c.name
		}
	case verdict.Unknown:
		r.unknowns++
		r.blocked = r.blocked || use > 1
	case verdict.Pass:
		if use > r.tightestUse {
			r.tightest, r.tightestUse = c.name, use
		}
	case verdict.NotApplicable:
	}
	if r.record {
		r.recorded = append(r.recorded, namedOutcome{c.name, c.outcome})
	}
	if r.words {
		rule := c.rule()
		rule.ID = r.id(c.name)
		r.rules = append(r.rules, rule)
	}
}

// join appends the rules of another ruling on the same option.
func (r *ruling) join(o *ruling) {
	r.rules, r.recorded = append(r.rules, o.rules...), append(r.recorded, o.recorded...)
	r.fails, r.unknowns, r.blocked = r.fails+o.fails, r.unknowns+o.unknowns, r.blocked || o.blocked
	if r.failed == "" {
		r.failed, r.failedKind = o.failed, o.kind
	}
	if o.tightestUse > r.tightestUse {
		r.tightest, r.tightestUse, r.tightestKind = o.tightest, o.tightestUse, o.kind
	}
}

func (c check) rule() verdict.Rule {
	rule := verdict.Rule{Title: c.title, Outcome: c.outcome, Unit: c.unit, Evidence: c.evidence, Source: c.source, Ceiling: c.ceiling}
	if c.outcome == verdict.Unknown {
		rule.Needs = c.needs
	}
	per := c.per
	if per == 0 {
		per = 1
	}
	if !c.observed.ok && !c.limited {
		return rule
	}
	var numbers [3]float64 // escapes once for the three of them
	if c.observed.ok {
		numbers[0] = tidy(c.observed.Value / per)
		rule.Observed = &numbers[0]
	}
	if c.limited {
		numbers[1] = tidy(c.limit / per)
		rule.Limit = &numbers[1]
		if c.observed.ok && c.limit > 0 {
			numbers[2] = tidy(c.observed.Value / c.limit)
			rule.Utilization = &numbers[2]
		}
	}
	return rule
}

// within compares bounds with a limit: the whole inside passes, the whole beyond fails, the rest is unknown. A sum that is a rounding
// error above the limit is at the limit.
func within(f fig, limit float64) verdict.Outcome {
	limit *= 1 + 1e-12
	switch {
	case !f.ok:
		return verdict.Unknown
	case f.High <= limit:
		return verdict.Pass
	case f.Low > limit:
		return verdict.Fail
	}
	return verdict.Unknown
}

// measure holds a figure against a limit and says so in words. what names the quantity ("ingress"), limit the limit around
// its number ("the quota of %s"), settle what would tell where nobody knows.
func (r *ruling) measure(c check, what, limit, settle string) {
	c.limited = true
	c.outcome = within(c.observed, c.limit)
	if r.words {
		c.evidence = c.sentence(what, fmt.Sprintf(limit, c.limitText()), settle)
	}
	r.add(c)
}

// judge adds a rule that holds no figure against a limit. The words are formatted only where they are kept.
func (r *ruling) judge(name, title, source string, outcome verdict.Outcome, needs, format string, args ...any) {
	c := check{name: name, title: title, source: source, outcome: outcome, needs: needs}
	if r.words {
		c.evidence = fmt.Sprintf(format, args...)
	}
	r.add(c)
}
