package plan

import (
	"cmp"
	"slices"
	"strings"
)

// wave is what has to move together: topics that share a consumer group or an owner.
type wave struct {
	Topics, Groups, Applications []string
	// Ingress is bytes per second, mean; Unknown topics have no figure.
	Ingress float64
	Unknown int
}

// waves are the topics in the order in which they move: the least traffic first, what is unknown last. Topics that a group
// reads, or that one application owns, move together.
func (p *plan) waves() []wave {
	parent := map[string]string{}
	for _, t := range p.topics {
		parent[t.Name] = t.Name
	}
	root := func(name string) string {
		for parent[name] != name {
			name = parent[name]
		}
		return name
	}
	join := func(names []string) {
		first := ""
		for _, name := range names {
			if _, known := parent[name]; !known {
				continue
			}
			if at := root(name); first == "" {
				first = at
			} else {
				parent[at] = first
			}
		}
	}
	owned, readers := map[string][]string{}, p.readersOf()
	for _, t := range p.topics {
		if t.Application != "" {
			owned[t.Application] = append(owned[t.Application], t.Name)
		}
	}
	for _, ties := range []map[string][]string{owned, readers} {
		for _, names := range ties {
			join(names)
		}
	}
	byRoot := map[string]*wave{}
	for _, t := range p.topics {
		at := root(t.Name)
		if byRoot[at] == nil {
			byRoot[at] = &wave{}
		}
		byRoot[at].take(t)
	}
	for group, names := range readers {
		for _, name := range names {
			if w := byRoot[rootOr(parent, root, name)]; w != nil && !slices.Contains(w.Groups, group) {
				w.Groups = append(w.Groups, group)
			}
		}
	}
	var out []wave
	for _, w := range byRoot {
		slices.Sort(w.Groups)
		slices.Sort(w.Applications)
		w.Applications = slices.Compact(w.Applications)
		out = append(out, *w)
	}
	slices.SortFunc(out, func(a, b wave) int {
		return cmp.Or(cmp.Compare(min(a.Unknown, 1), min(b.Unknown, 1)), cmp.Compare(a.Ingress, b.Ingress),
			strings.Compare(a.Topics[0], b.Topics[0]))
	})
	return out
}

func rootOr(parent map[string]string, root func(string) string, name string) string {
	if _, known := parent[name]; !known {
		return ""
	}
	return root(name)
}

func (w *wave) take(t topic) {
	w.Topics = append(w.Topics, t.Name)
	if t.Application != "" {
		w.Applications = append(w.Applications, t.Application)
	}
	if q := t.source.IngressBytesPerSec; q != nil {
		w.Ingress += q.Value
	} else {
		w.Unknown++
	}
}

// readersOf are the topics of each group.
func (p *plan) readersOf() map[string][]string {
	out := map[string][]string{}
	for i := range p.Workload.GroupList {
		g := &p.Workload.GroupList[i]
		out[g.Name] = append(out[g.Name], g.Topics...)
	}
	for _, t := range p.topics {
		for _, g := range t.source.Groups {
			if !slices.Contains(out[g], t.Name) {
				out[g] = append(out[g], t.Name)
			}
		}
	}
	return out
}
