package workloadfile

import (
	"maps"

	"github.com/mskfit/mskfit/internal/yamlfile"
)

// Headroom is one share for all limits or shares by limit; at most one of the two is set.
type Headroom struct {
	All    *float64
	Limits map[string]float64
}

// allLimits is the key of a mapping that stands for the limits it does not name.
const allLimits = "all"

// Choose reads a number into All and keys into Limits.
func (h *Headroom) Choose(form yamlfile.Form) (into any, expected string) {
	const want = "a share like 0.2, or limits with a share each"
	switch form {
	case yamlfile.Single:
		return &h.All, want
	case yamlfile.Mapping:
		return &h.Limits, want
	case yamlfile.List:
	}
	return nil, want
}

// shares returns the share for all limits, nil where none is declared, and those of single limits.
func (h Headroom) shares() (all *float64, limits map[string]float64) {
	all, limits = h.All, maps.Clone(h.Limits)
	if v, ok := limits[allLimits]; ok {
		all = &v
		delete(limits, allLimits)
	}
	return all, limits
}
