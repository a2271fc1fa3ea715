package web

import (
	"maps"
	"slices"

	"github.com/mskfit/mskfit/analyzer/drift"
)

// alertRows lists the rules that are not ok, by name.
func alertRows(state drift.State) []alertJSON {
	out := []alertJSON{}
	for _, rule := range slices.Sorted(maps.Keys(state.Rules)) {
		s := state.Rules[rule]
		if level := s.Shown(); level != drift.LevelOK {
			out = append(out, alertJSON{rule, level, s.Since, s.Reason})
		}
	}
	return out
}
