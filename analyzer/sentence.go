package analyzer

import (
	"fmt"
	"math"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// sentence compares a figure with its limit: "ingress p99 41.2 MB/s is 82 % of the 50 MB/s quota". resolve says what to do where
// the outcome is unknown.
func (c check) sentence(what, limit, resolve string) string {
	if !c.observed.ok {
		return fmt.Sprintf("%s: unknown (%s): %s", what, limit, resolve)
	}
	f := c.observed
	if f.ranged {
		return c.unknownRange(what, limit, resolve)
	}
	subject, verb := c.subject(what)
	switch {
	case c.outcome == verdict.Pass:
		return subject + verb + percent(f.Value, c.limit) + " of the " + limit + c.documented()
	case c.outcome == verdict.Fail && c.amount(f.Value) == c.limitText():
		return subject + verb + c.amount(f.Value-c.limit) + " above the " + limit + c.documented()
	case c.outcome == verdict.Fail:
		return subject + verb + times(f.Value, c.limit) + " the " + limit + c.documented()
	case !f.Bounded():
		return what + ": at least " + c.amount(f.Low) + ", upper bound unknown (" + limit + "): " + resolve
	}
	return subject + " may exceed the " + limit + ": " + resolve
}

// subject names the quantity with its value, and the verb that follows.
func (c check) subject(what string) (subject, verb string) {
	f := c.observed
	value := c.amount(f.Value)
	if !f.Exact() {
		value += " (" + c.span(f) + ")"
	}
	subject, verb = what+" "+value, " is "
	switch {
	case c.counts():
		subject, verb = what+": "+value, ", "
	case f.stat != "" && f.stat != workload.Mean:
		subject = what + " " + string(f.stat) + " " + value
	}
	if c.peak.ok && c.peak.Value > f.Value {
		subject += ", peak " + c.amount(c.peak.Value) + ","
	}
	return subject, verb
}

// unknownRange is the sentence on a figure with only known bounds.
func (c check) unknownRange(what, limit, resolve string) string {
	text := what + ": at least " + c.amount(c.observed.Low) + ", upper bound unknown"
	if c.observed.Bounded() {
		text = what + ": " + c.amount(c.observed.Low) + " to " + c.amount(c.observed.High)
	}
	switch c.outcome {
	case verdict.Unknown:
		return text + " (" + limit + "): " + resolve
	case verdict.Fail:
		return text + ", above the " + limit
	case verdict.Pass, verdict.NotApplicable:
	}
	return text + ", within the " + limit
}

// documented adds what AWS recommends and where it throttles, where that is not the limit itself.
func (c check) documented() string {
	switch {
	case c.recommended > 0 && c.throttles > 0:
		return "; AWS recommends up to " + c.amount(c.recommended) + " sustained and throttles at " + c.amount(c.throttles)
	case c.throttles > 0 && c.throttles != c.limit:
		return "; AWS throttles at " + c.amount(c.throttles)
	}
	return ""
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
	return workload.FormatPercent(v / limit)
}

// times says how far beyond a limit a value is: "22.5 times", "4 % above".
func times(v, limit float64) string {
	if limit <= 0 {
		return "beyond"
	}
	k := v / limit
	if k < 1.5 {
		return workload.FormatPercent(k-1) + " above"
	}
	return workload.FormatNumber(k) + " times"
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
