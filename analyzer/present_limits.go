package analyzer

import (
	"maps"
	"slices"
	"strings"

	"github.com/mskfit/mskfit/verdict"
)

// withLimits are the raised quotas with the limits of the alerts in their place.
func withLimits(raised, limits map[string]float64) map[string]float64 {
	if len(limits) == 0 {
		return raised
	}
	out := maps.Clone(limits)
	for id, limit := range raised {
		if _, own := limits[id]; !own {
			out[id] = limit
		}
	}
	return out
}

// limited reports whether a rule is about a quota that has a limit of the alerts.
func limited(rule string, limits map[string]float64) bool {
	_, id, _ := strings.Cut(rule, ".")
	_, own := limits[id]
	return own
}

// ownLimits says of every rule with a limit of the alerts that it is not AWS's.
func ownLimits(o verdict.Option, limits map[string]float64) verdict.Option {
	if len(limits) == 0 {
		return o
	}
	o.Rules = slices.Clone(o.Rules)
	for i := range o.Rules {
		if r := &o.Rules[i]; limited(r.ID, limits) {
			r.Evidence += "; this limit is your own (limits in the configuration), not AWS's"
			r.Source = "limits in the configuration"
		}
	}
	return o
}
