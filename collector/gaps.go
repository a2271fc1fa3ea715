package collector

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/mskfit/mskfit/internal/workload"
)

// Gaps gathers what could not be seen. Things that are missing for one reason are listed once, with the first few names. Its zero
// value is empty; it is not safe for concurrent use.
type Gaps struct {
	all map[gapKey][]string
}

type gapKey struct{ noun, why, effect, leavesOpen string }

// gapNames is how many names a gap lists before it only counts.
const gapNames = 3

// Add notes one thing that is missing, and which quantities of the cluster that leaves open.
func (g *Gaps) Add(what, why, effect string, leavesOpen ...string) {
	g.note(gapKey{what, why, effect, strings.Join(leavesOpen, ",")}, nil)
}

// Count notes one of several things of a kind: Count("lag of group", "billing", …) and the same of "audit" make
// "lag of 2 groups (audit, billing)". A name that comes again counts once, and
// one that is empty is the thing itself, as in Add.
func (g *Gaps) Count(noun, name, why, effect string, leavesOpen ...string) {
	if name == "" {
		g.Add(noun, why, effect, leavesOpen...)
		return
	}
	g.note(gapKey{noun, why, effect, strings.Join(leavesOpen, ",")}, []string{name})
}

// Join takes over the gaps of o.
func (g *Gaps) Join(o *Gaps) {
	for key, names := range o.all {
		g.note(key, names)
	}
}

func (g *Gaps) note(key gapKey, names []string) {
	if g.all == nil {
		g.all = map[gapKey][]string{}
	}
	all := g.all[key]
	for _, name := range names {
		if !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	g.all[key] = all
}

// List returns the gaps as those of a source, sorted; nil when there are none.
func (g *Gaps) List(source string) []workload.Gap {
	var out []workload.Gap
	for key, names := range g.all {
		out = append(out, workload.Gap{Source: source, What: gapText(key.noun, names), Why: key.why, Effect: key.effect,
			LeavesOpen: key.leavesOpen})
	}
	slices.SortFunc(out, func(a, b workload.Gap) int {
		return cmp.Or(cmp.Compare(a.What, b.What), cmp.Compare(a.Why, b.Why), cmp.Compare(a.Effect, b.Effect))
	})
	return out
}

// gapText puts the number before the noun's last word: "lag of group" and two names make "lag of 2 groups (audit, billing)".
func gapText(noun string, names []string) string {
	switch len(names) {
	case 0:
		return noun
	case 1:
		return noun + " " + names[0]
	}
	shown := slices.Sorted(slices.Values(names))
	if len(shown) > gapNames {
		shown = append(shown[:gapNames], "…")
	}
	at := strings.LastIndexByte(noun, ' ') + 1
	return fmt.Sprintf("%s%d %ss (%s)", noun[:at], len(names), noun[at:], strings.Join(shown, ", "))
}
