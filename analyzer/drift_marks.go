package analyzer

import (
	"math"
	"strings"

	"github.com/mskfit/mskfit/verdict"
)

// marks are the utilizations at which a rule's level is raised and cleared; +Inf: never.
type marks struct{ warn, warnClear, critical, criticalClear float64 }

// want is the level that a utilization asks for, given the present one: a level is kept until its clear mark is undercut.
func (m marks) want(u float64, present Level) Level {
	switch {
	case u >= m.critical, present == LevelCritical && u >= m.criticalClear:
		return LevelCritical
	case u >= m.warn, present.rank() >= LevelWarning.rank() && u >= m.warnClear:
		return LevelWarning
	}
	return LevelOK
}

// unfollowed are the rules that repeat another one in their own measure (headroom), or hold what the owner declared or the
// sizing made against a limit: they change with the configuration and not with what flows.
var unfollowed = map[string]bool{"headroom": true, "client_vpcs": true, "clusters_per_account": true, "brokers": true}

// sizes are the rules on a single message: one is within the limit or refused, and 95 % of it is no warning.
var sizes = map[string]bool{"message_size": true, "request_size": true}

// planned rules hold the load against what brokers are sized to carry, which is about half of what they can. A cluster that was
// sized well is near it at every noon: only beyond it is a warning, and the quotas' own rules say what is critical.
var plannedRules = map[string]bool{"ingress": true, "egress": true, "partitions": true, "storage": true}

// marksOf are the marks of a rule; false for a rule that is not followed.
func marksOf(r verdict.Rule, p DriftPolicy) (marks, bool) {
	kind, name, _ := strings.Cut(r.ID, ".")
	never := math.Inf(1)
	provisioned := verdict.Kind(kind) == verdict.Standard || verdict.Kind(kind) == verdict.Express
	switch {
	case unfollowed[name]:
		return marks{}, false
	case sizes[name]:
		const beyond = 1 + 1e-9
		return marks{never, never, beyond, beyond}, true
	case provisioned && plannedRules[name]:
		return marks{p.CriticalAt, p.CriticalClear, never, never}, true
	}
	return marks{p.WarnAt, p.WarnClear, p.CriticalAt, p.CriticalClear}, true
}
