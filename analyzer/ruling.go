package analyzer

import (
	"fmt"
	"math"
	"strings"

	"github.com/mskfit/mskfit/internal/workload"
)

// ruling collects the rules of one option. Deciding again (for questions, flips and actions) needs outcomes alone: words
// then stays false, and nothing is formatted or kept.
type ruling struct {
	// kind starts the ids of the rules: a check carries the rest ("ingress").
	kind  Kind
	words bool
	// record keeps every outcome by name, to see what an action changes.
	record   bool
	recorded []namedOutcome
	rules    []Rule
	// failed is the name of the first rule that fails; tightest that of the passing rule nearest to its limit.
	// They carry the kind of a ruling that was joined, where it is another one.
	failed, tightest         string
	failedKind, tightestKind Kind
	tightestUse              float64
	fails, unknowns          int
	// blocked: a rule is unknown and its best estimate is beyond the limit.
	blocked bool
}

type namedOutcome struct {
	name    string
	outcome Outcome
}

// check is a rule before it is put into words. Observed and limit are in base units, unit is what per base units.
type check struct {
	name, title, source, needs string
	outcome                    Outcome
	observed                   fig
	limit                      float64
	limited                    bool
	unit                       string
	per                        float64
	evidence                   string
}

// feasible is the answer over all rules so far.
func (r *ruling) feasible() Feasible {
	switch {
	case r.fails > 0:
		return No
	case r.unknowns > 0:
		return Maybe
	}
	return Yes
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
	case Fail:
		r.fails++
		if r.failed == "" {
			r.failed = c.name
		}
	case Unknown:
		r.unknowns++
		r.blocked = r.blocked || use > 1
	case Pass:
		if use > r.tightestUse {
			r.tightest, r.tightestUse = c.name, use
		}
	case NotApplicable:
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

func (c check) rule() Rule {
	rule := Rule{Title: c.title, Outcome: c.outcome, Unit: c.unit, Evidence: c.evidence, Source: c.source}
	if c.outcome == Unknown {
		rule.Needs = c.needs
	}
	per := c.per
	if per == 0 {
		per = 1
	}
	if c.observed.ok {
		v := tidy(c.observed.Value / per)
		rule.Observed = &v
	}
	if c.limited {
		v := tidy(c.limit / per)
		rule.Limit = &v
		if c.observed.ok && c.limit > 0 {
			u := tidy(c.observed.Value / c.limit)
			rule.Utilization = &u
		}
	}
	return rule
}

// tidy rounds to 12 significant digits, so that 0.1 + 0.2 reads 0.3.
func tidy(v float64) float64 {
	if v == 0 || math.IsInf(v, 0) || math.IsNaN(v) {
		return v
	}
	scale := math.Pow(10, 11-math.Floor(math.Log10(math.Abs(v))))
	if math.IsInf(scale, 0) || scale == 0 {
		return v
	}
	return math.Round(v*scale) / scale
}

// within compares bounds with a limit: the whole inside passes, the whole beyond fails, the rest is unknown.
func within(f fig, limit float64) Outcome {
	switch {
	case !f.ok:
		return Unknown
	case f.High <= limit:
		return Pass
	case f.Low > limit:
		return Fail
	}
	return Unknown
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

// sentence says how a figure stands to its limit: "ingress p99 41.2 MB/s is 82 % of the quota of 50 MB/s".
func (c check) sentence(what, limit, settle string) string {
	if !c.observed.ok {
		return fmt.Sprintf("%s: not known, against %s; %s", what, limit, settle)
	}
	f := c.observed
	value := c.amount(f.Value)
	if !f.Exact() {
		value += " (" + c.span(f) + ")"
	}
	subject, verb := what+" "+value, " is "
	switch {
	case c.counts():
		subject, verb = what+": "+value, ", "
	case f.stat != "" && f.stat != workload.Mean:
		subject = what + " " + string(f.stat) + " " + value
	}
	switch c.outcome {
	case Pass:
		return subject + verb + percent(f.Value, c.limit) + " of " + limit
	case Fail:
		return subject + verb + times(f.Value, c.limit) + " " + limit
	}
	return subject + verb + "within " + limit + " or beyond it; " + settle
}

// limitText writes the limit with the unit that it is stated in, where that is binary.
func (c check) limitText() string {
	switch c.unit {
	case "MiB", "GiB":
		return workload.FormatNumber(c.limit/c.per) + " " + c.unit
	}
	return c.amount(c.limit)
}

// counts reports whether the unit is things, which are named after their number.
func (c check) counts() bool {
	switch c.unit {
	case "partitions", "connections", "groups", "VPCs", "clusters", "brokers", "users", "topics", "replicas":
		return true
	}
	return false
}

// span writes the bounds of a figure: "38–45 MB/s", "at least 38 MB/s".
func (c check) span(f fig) string {
	if !f.Bounded() {
		return "at least " + c.amount(f.Low)
	}
	return c.amount(f.Low) + " – " + c.amount(f.High)
}

// amount writes a value of the check's unit for people.
func (c check) amount(v float64) string {
	switch c.unit {
	case "MBps", "MiBps", "GBps", "bytes/s":
		return workload.FormatByteRate(v)
	case "GB", "MB", "MiB", "GiB", "bytes":
		return workload.FormatBytes(v)
	case "hours":
		return workload.FormatNumber(v/c.per) + " h"
	case "per_second":
		return workload.FormatNumber(v) + " per second"
	case "partitions_per_5_minutes":
		return workload.FormatNumber(v) + " partitions in 5 minutes"
	}
	return workload.FormatNumber(v)
}

// percent writes a share of a limit: "82 %".
func percent(v, limit float64) string {
	if limit <= 0 {
		return "all"
	}
	p := 100 * v / limit
	if p > 0 && p < 1 {
		return "under 1 %"
	}
	return fmt.Sprintf("%.0f %%", math.Floor(p+1e-9))
}

// times says how far beyond a limit a value is: "22.5 times", "4 % above".
func times(v, limit float64) string {
	if limit <= 0 {
		return "beyond"
	}
	k := v / limit
	if k < 1.5 {
		return strings.Replace(fmt.Sprintf("%.1f %% above", 100*(k-1)), ".0 %", " %", 1)
	}
	return workload.FormatNumber(k) + " times"
}

// judge adds a rule that holds no figure against a limit. The words are formatted only where they are kept.
func (r *ruling) judge(name, title, source string, outcome Outcome, needs, format string, args ...any) {
	c := check{name: name, title: title, source: source, outcome: outcome, needs: needs}
	if r.words {
		c.evidence = fmt.Sprintf(format, args...)
	}
	r.add(c)
}
