package drift

import (
	"math"
	"strings"

	"github.com/mskfit/mskfit/verdict"
)

// Marks are the utilizations at which a rule's level is raised and cleared; +Inf: never.
type Marks struct{ Warn, WarnClear, Critical, CriticalClear float64 }

// Want is the level that a utilization asks for, given the present one: a level is kept until its clear mark is undercut.
func (m Marks) Want(u float64, present Level) Level {
	switch {
	case u >= m.Critical, present == LevelCritical && u >= m.CriticalClear:
		return LevelCritical
	case u >= m.Warn, present.rank() >= LevelWarning.rank() && u >= m.WarnClear:
		return LevelWarning
	}
	return LevelOK
}

// unfollowed are the rules that repeat another one in their own measure (headroom), or hold what the owner declared or the
// sizing made against a limit: they change with the configuration and not with what flows.
var unfollowed = map[string]bool{"headroom": true, "client_vpcs": true, "clusters_per_account": true, "brokers": true}

// sizes are the rules on a single message: one is within the limit or refused, and 95 % of it is no warning.
var sizes = map[string]bool{"message_size": true, "request_size": true}

// plannedRules hold the load against what brokers are sized to carry, which is half of what they can, at most. A cluster that was
// sized well comes near it every noon, so the plan is not a quota: beyond it is a warning. Critical is what breaks: on Express
// and for partitions that is a quota with a rule of its own (ingress_max, egress_max, partitions_max). Standard brokers have no
// quota of throughput and storage: critical is warn_at of what they can carry at all.
var plannedRules = map[string]bool{"ingress": true, "egress": true, "partitions": true, "storage": true}

// MarksOf are the marks of a rule; false for a rule that is not followed.
func MarksOf(r verdict.Rule, p Policy) (Marks, bool) {
	kind, name, _ := strings.Cut(r.ID, ".")
	never := math.Inf(1)
	switch {
	case unfollowed[name]:
		return Marks{}, false
	case sizes[name]:
		const beyond = 1 + 1e-9
		return Marks{never, never, beyond, beyond}, true
	case plannedRules[name] && (verdict.Kind(kind) == verdict.Standard || verdict.Kind(kind) == verdict.Express):
		m := Marks{p.CriticalAt, p.CriticalClear, never, never}
		if r.Ceiling > 0 {
			m.Critical, m.CriticalClear = math.Max(r.Ceiling*p.WarnAt, p.CriticalAt),
				math.Max(r.Ceiling*p.WarnClear, p.CriticalClear)
		}
		return m, true
	}
	return Marks{p.WarnAt, p.WarnClear, p.CriticalAt, p.CriticalClear}, true
}
