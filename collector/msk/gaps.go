package msk

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/mskfit/mskfit/internal/workload"
)

// The sources that gaps of this package name.
const (
	controlPlane = "msk"
	sourceName   = "cloudwatch"
)

// gaps gathers what could not be seen. Things that are missing for one reason are told once, with the first few names. It is
// not safe for concurrent use.
type gaps struct {
	source string
	all    map[gapKey][]string
}

type gapKey struct{ noun, why, effect, leavesOpen string }

// gapNames is how many names a gap tells before it only counts.
const gapNames = 3

func newGaps(source string) *gaps { return &gaps{source: source, all: map[gapKey][]string{}} }

// add notes one thing that is missing, and which quantities of the cluster that leaves open.
func (g *gaps) add(what, why, effect string, leavesOpen ...string) {
	g.all[gapKey{what, why, effect, strings.Join(leavesOpen, ",")}] = nil
}

// count notes one of several things of a kind: count("lag of group", "billing", …) twice makes "lag of 2 groups (audit, billing)".
func (g *gaps) count(noun, name, why, effect string, leavesOpen ...string) {
	key := gapKey{noun, why, effect, strings.Join(leavesOpen, ",")}
	if !slices.Contains(g.all[key], name) {
		g.all[key] = append(g.all[key], name)
	}
}

// list returns the gaps, sorted.
func (g *gaps) list() []workload.Gap {
	out := make([]workload.Gap, 0, len(g.all))
	for key, names := range g.all {
		out = append(out, workload.Gap{Source: g.source, What: what(key.noun, names), Why: key.why, Effect: key.effect, LeavesOpen: key.leavesOpen})
	}
	slices.SortFunc(out, func(a, b workload.Gap) int {
		return cmp.Or(cmp.Compare(a.What, b.What), cmp.Compare(a.Why, b.Why), cmp.Compare(a.Effect, b.Effect))
	})
	return out
}

func what(noun string, names []string) string {
	slices.Sort(names)
	switch n := len(names); {
	case n == 0:
		return noun
	case n == 1:
		return noun + " " + names[0]
	case n > gapNames:
		names = append(slices.Clone(names[:gapNames]), "…")
		return fmt.Sprintf("%s (%s)", plural(noun, n), strings.Join(names, ", "))
	}
	return fmt.Sprintf("%s (%s)", plural(noun, len(names)), strings.Join(names, ", "))
}

// plural puts the number before the noun's last word: "lag of group" and 2 make "lag of 2 groups".
func plural(noun string, n int) string {
	at := strings.LastIndexByte(noun, ' ') + 1
	return fmt.Sprintf("%s%d %ss", noun[:at], n, noun[at:])
}
