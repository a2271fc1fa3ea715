package history

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
)

// gapsIn are the gaps that were open in the window, or still are, each with when: those that differ only in what is missing are
// one.
func (f *knownFacts) gapsIn(window workload.Window) []workload.Gap {
	present := map[gapKey]bool{}
	var all []*loggedGap
	for _, s := range f.Sources {
		for _, g := range s.Gaps {
			present[keyOf(g)] = true
			if !slices.ContainsFunc(f.Gaps, func(l *loggedGap) bool { return keyOf(l.Gap) == keyOf(g) }) {
				all = append(all, &loggedGap{Gap: g})
			}
		}
	}
	for _, l := range f.Gaps {
		one := *l
		one.Spans = nil
		for _, s := range l.Spans {
			if c := clipped(s, window); c.Duration() >= 0 {
				one.Spans = append(one.Spans, c)
			}
		}
		if holds := present[keyOf(l.Gap)]; holds || len(one.Spans) > 0 && (!one.Instant || one.lasted()) {
			all = append(all, &one)
		}
	}
	var out []workload.Gap
	for _, like := range alike(all) {
		out = append(out, summed(like, window, present, firstOf(all, like[0].Source)))
	}
	slices.SortFunc(out, func(a, b workload.Gap) int {
		return cmp.Or(cmp.Compare(a.Source, b.Source), cmp.Compare(a.What, b.What), cmp.Compare(a.Why, b.Why),
			cmp.Compare(a.Effect, b.Effect))
	})
	return out
}

func clipped(s, window workload.Window) workload.Window {
	if s.Start.Before(window.Start) {
		s.Start = window.Start
	}
	if s.End.After(window.End) {
		s.End = window.End
	}
	return s
}

// alike puts gaps together that have one reason and one effect.
func alike(all []*loggedGap) (out [][]*loggedGap) {
	at := map[gapKey]int{}
	for _, l := range all {
		key := gapKey{source: l.Source, why: l.Why, effect: l.Effect}
		i, known := at[key]
		if !known {
			i = len(out)
			at[key] = i
			out = append(out, nil)
		}
		out[i] = append(out[i], l)
	}
	return out
}

// firstOf is when the source is first known to have had a gap: about when it was first read, as none is without.
func firstOf(all []*loggedGap, source string) (first time.Time) {
	for _, l := range all {
		if l.Source == source && len(l.Spans) > 0 && (first.IsZero() || l.Spans[0].Start.Before(first)) {
			first = l.Spans[0].Start
		}
	}
	return first
}

// summed is one gap for those that are alike. From is left out where it is open for as long as the source was read, To where it
// still is. One that is over and was short beside the window does not make an answer partial.
func summed(like []*loggedGap, window workload.Window, present map[gapKey]bool, first time.Time) workload.Gap {
	g, union, holds := like[0].Gap, &loggedGap{}, false
	var names []string
	for _, l := range like {
		names = append(names, l.What)
		holds = holds || present[keyOf(l.Gap)]
		for _, s := range l.Spans {
			union.add(s, 0)
		}
	}
	slices.Sort(names)
	g.LeavesOpen, g.What = like[0].LeavesOpen, names[0]
	if more := len(names) - 1; more == 1 {
		g.What += "; " + names[1]
	} else if more > 1 {
		g.What += fmt.Sprintf("; and %s more like it", count(more))
	}
	if len(union.Spans) == 0 {
		return g
	}
	open := time.Duration(0)
	for _, s := range union.Spans {
		open += s.Duration()
	}
	if from := union.Spans[0].Start; from.Sub(first) > briefly {
		g.From = from
	}
	if !holds {
		g.From, g.To, g.Minutes = union.Spans[0].Start, union.last(), max(1, int(open.Round(time.Minute)/time.Minute))
		g.Inherent = g.Inherent || open.Seconds() <= (1-mostly)*window.Duration().Seconds()
	}
	return g
}
