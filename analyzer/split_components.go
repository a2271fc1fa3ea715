package analyzer

// component is what has to stay on one cluster: topics and the ties among them.
type component struct {
	topics []int // ascending
	ties   []int // ascending
	load   splitLoad
}

// components are the connected parts of all topics and groups; a group without topics is one of its own.
func (s *splitter) components() []component {
	all := component{topics: make([]int, len(s.parts)), ties: make([]int, len(s.ties))}
	for i := range all.topics {
		all.topics[i] = i
	}
	for i := range all.ties {
		all.ties[i] = i
	}
	return s.connected(all, nil)
}

// connected divides a component into what its ties hold together once some of them are removed.
func (s *splitter) connected(c component, removed map[int]bool) []component {
	root := s.root
	for i := range root {
		root[i] = -1 // not part of the component
	}
	for _, t := range c.topics {
		root[t] = t
	}
	for _, i := range c.ties {
		first := -1
		for _, t := range s.ties[i].topics {
			if root[t] < 0 || removed[i] {
				continue
			}
			at := rootOf(root, t)
			if first < 0 {
				first = at
			}
			// The smaller index is the root, so that it is the first topic.
			root[max(at, first)] = min(at, first)
			first = min(at, first)
		}
	}
	return s.gather(c, root, removed)
}

func rootOf(root []int, t int) int {
	for root[t] != t {
		root[t] = root[root[t]]
		t = root[t]
	}
	return t
}

// gather collects topics and ties by the root of their component, in the order of their first topic.
func (s *splitter) gather(c component, root []int, removed map[int]bool) []component {
	at := s.at
	var out []component
	for _, t := range c.topics {
		r := rootOf(root, t)
		if r == t {
			at[r] = len(out)
			out = append(out, component{})
		}
		part := &out[at[r]]
		part.topics = append(part.topics, t)
		part.load = part.load.plus(s.parts[t].load)
	}
	for _, i := range c.ties {
		if removed[i] {
			continue
		}
		part := (*component)(nil)
		for _, t := range s.ties[i].topics {
			if root[t] >= 0 {
				part = &out[at[rootOf(root, t)]]
				break
			}
		}
		if part == nil {
			out = append(out, component{})
			part = &out[len(out)-1]
		}
		part.ties = append(part.ties, i)
		if s.ties[i].kind == tieGroup {
			part.load[dimGroups]++
		}
	}
	return out
}
