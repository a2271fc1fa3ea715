package prometheus

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/mskfit/mskfit/internal/workload"
)

// sourceName is the source that gaps and samples of a server name.
const sourceName = "prometheus"

// gaps gathers what could not be seen: things that are missing for one reason are told once, with the first few names.
type gaps map[gapKey][]string

type gapKey struct{ noun, why, effect, leavesOpen string }

// gapNames is how many names a gap tells before it only counts.
const gapNames = 3

// add notes that something is missing; name may be empty. leavesOpen lists the quantities that it leaves open.
func (g gaps) add(noun, name, why, effect string, leavesOpen ...string) {
	key := gapKey{noun, why, effect, strings.Join(leavesOpen, ",")}
	if name == "" {
		g[key] = nil
	} else if !slices.Contains(g[key], name) {
		g[key] = append(g[key], name)
	}
}

// list returns the gaps, sorted.
func (g gaps) list(source string) []workload.Gap {
	var out []workload.Gap
	for key, names := range g {
		out = append(out, workload.Gap{Source: source, What: what(key.noun, names), Why: key.why, Effect: key.effect, LeavesOpen: key.leavesOpen})
	}
	slices.SortFunc(out, func(a, b workload.Gap) int {
		return cmp.Or(cmp.Compare(a.What, b.What), cmp.Compare(a.Why, b.Why), cmp.Compare(a.Effect, b.Effect))
	})
	return out
}

func what(noun string, names []string) string {
	slices.Sort(names)
	shown := names
	switch n := len(names); {
	case n == 0:
		return noun
	case n == 1:
		return noun + " " + names[0]
	case n > gapNames:
		shown = append(slices.Clone(names[:gapNames]), "…")
	}
	at := strings.LastIndexByte(noun, ' ') + 1
	return fmt.Sprintf("%s%d %ss (%s)", noun[:at], len(names), noun[at:], strings.Join(shown, ", "))
}
