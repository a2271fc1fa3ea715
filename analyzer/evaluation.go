package analyzer

import (
	"fmt"

	"github.com/mskfit/mskfit/verdict"
)

// evaluation collects the rules of one option. Deciding again (for questions, tipping points and actions) needs only
// outcomes: words then stays false, and nothing is formatted or kept.
type evaluation struct {
	// kind starts the ids of the rules: a check carries the rest ("ingress").
	kind  verdict.Kind
	words bool
	// record keeps every outcome by name, to see what an action changes.
	record   bool
	recorded []namedOutcome
	rules    []verdict.Rule
	// failed is the name of the first rule that fails; tightest that of the rule nearest to its limit, among those that pass or
	// whose best estimate would.
	// They carry the kind of an evaluation that was joined, where it is another one.
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
	peak                       fig // the highest minute, given beside a lower statistic
	limit                      float64
	limited                    bool
	// recommended is what AWS recommends and throttles where it throttles, for the whole option; 0: AWS states none.
	recommended, throttles float64
	unit                   string
	per                    float64
	ceiling                float64 // of a plan, as a multiple of limit
	evidence               string
}

// feasible is the answer over all rules so far.
func (r *evaluation) feasible() verdict.Feasible {
	switch {
	case r.fails > 0:
		return verdict.No
	case r.unknowns > 0:
		return verdict.Maybe
	}
	return verdict.Yes
}

// open reports whether the option may be chosen: nothing fails, and where something is unknown the best estimate fits.
func (r *evaluation) open() bool { return r.fails == 0 && !r.blocked }

// binding is the rule that decides: the first that fails, else the one nearest to its limit.
func (r *evaluation) binding() string {
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
func (r *evaluation) tightestID() string {
	if r.tightestKind != "" {
		return string(r.tightestKind) + "." + r.tightest
	}
	return r.id(r.tightest)
}

func (r *evaluation) id(name string) string { return string(r.kind) + "." + name }

// add counts a rule and, with words, keeps it.
func (r *evaluation) add(c check) {
	use := c.use()
	switch c.outcome {
	case verdict.Fail:
		r.fails++
		if r.failed == "" {
			r.failed = c.name
		}
	case verdict.Unknown:
		r.unknowns++
		r.blocked = r.blocked || use > 1
		r.nearest(c.name, use)
	case verdict.Pass:
		r.nearest(c.name, use)
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

// join appends the rules of another evaluation on the same option.
func (r *evaluation) join(o *evaluation) {
	r.rules, r.recorded = append(r.rules, o.rules...), append(r.recorded, o.recorded...)
	r.fails, r.unknowns, r.blocked = r.fails+o.fails, r.unknowns+o.unknowns, r.blocked || o.blocked
	if r.failed == "" {
		r.failed, r.failedKind = o.failed, o.kind
	}
	if o.tightestUse > r.tightestUse*(1+hair) {
		r.tightest, r.tightestUse, r.tightestKind = o.tightest, o.tightestUse, o.kind
	}
}

// nearest keeps the rule that is nearest to its limit. Of two that are equally near the first is kept, however the last bits of
// the quotients fell.
func (r *evaluation) nearest(name string, use float64) {
	if use <= 1 && use > r.tightestUse*(1+hair) {
		r.tightest, r.tightestUse, r.tightestKind = name, use, ""
	}
}

// use is observed ÷ limit; 0 where either is unknown.
func (c check) use() float64 {
	if !c.observed.ok || c.observed.ranged || !c.limited || c.limit <= 0 {
		return 0
	}
	return c.observed.Value / c.limit
}

func (c check) rule() verdict.Rule {
	rule := verdict.Rule{Title: c.title, Outcome: c.outcome, Unit: c.unit, Evidence: c.evidence, Source: c.source,
		Ceiling: c.ceiling}
	if c.outcome == verdict.Unknown {
		rule.Needs = c.needs
	}
	per := c.per
	if per == 0 {
		per = 1
	}
	estimated := c.observed.ok && !c.observed.ranged // a range is no estimate: neither 0 nor 0 %
	if !estimated && !c.limited {
		return rule
	}
	var numbers [5]float64 // escapes once for all of them
	set := func(i int, p **float64, v float64) {
		numbers[i] = tidy(v)
		*p = &numbers[i]
	}
	if estimated {
		set(0, &rule.Observed, c.observed.Value/per)
	}
	if c.limited {
		set(1, &rule.Limit, c.limit/per)
		if estimated && c.limit > 0 {
			set(2, &rule.Utilization, c.observed.Value/c.limit)
		}
	}
	if c.recommended > 0 {
		set(3, &rule.Recommended, c.recommended/per)
	}
	if c.throttles > 0 {
		set(4, &rule.Throttles, c.throttles/per)
	}
	return rule
}

// within compares bounds with a limit: the whole inside passes, the whole beyond fails, the rest is unknown. A sum that is a
// rounding error above the limit is at the limit.
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

// measure compares a figure with a limit and says so in words. what names the quantity ("ingress"), limit names the limit
// around its number ("%s quota"), resolve says what to do where the outcome is unknown.
func (r *evaluation) measure(c check, what, limit, resolve string) {
	c.limited = true
	c.outcome = within(c.observed, c.limit)
	if r.words {
		c.evidence = c.sentence(what, fmt.Sprintf(limit, c.limitText()), resolve)
	}
	r.add(c)
}

// judge adds a rule that compares no figure with a limit. The words are formatted only where they are kept.
func (r *evaluation) judge(name, title, source string, outcome verdict.Outcome, needs, format string, args ...any) {
	c := check{name: name, title: title, source: source, outcome: outcome, needs: needs}
	if r.words {
		c.evidence = fmt.Sprintf(format, args...)
	}
	r.add(c)
}
