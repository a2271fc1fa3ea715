package split

// Part is what has to stay on one cluster: topics and the ties among them; or what a cluster gets.
type Part struct {
	// Topics and Ties are indexes of the problem's, ascending.
	Topics, Ties []int
	Load         Load
}

// Parts returns the connected parts of all topics and ties; a tie without topics is one of its own.
func (p *Problem) Parts() []Part {
	all := Part{Topics: make([]int, len(p.Topics)), Ties: make([]int, len(p.Ties))}
	for i := range all.Topics {
		all.Topics[i] = i
	}
	for i := range all.Ties {
		all.Ties[i] = i
	}
	return p.connected(all, nil)
}

// connected divides a part into what its ties hold together once some of them are removed.
func (p *Problem) connected(c Part, removed map[int]bool) []Part {
	if len(p.root) != len(p.Topics) {
		p.root, p.at = make([]int, len(p.Topics)), make([]int, len(p.Topics))
	}
	root := p.root
	for i := range root {
		root[i] = -1 // not in this part
	}
	for _, t := range c.Topics {
		root[t] = t
	}
	for _, i := range c.Ties {
		first := -1
		for _, t := range p.Ties[i].Topics {
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
	return p.gather(c, root, removed)
}

func rootOf(root []int, t int) int {
	for root[t] != t {
		root[t] = root[root[t]]
		t = root[t]
	}
	return t
}

// gather collects topics and ties by the root of their part, in the order of their first topic.
func (p *Problem) gather(c Part, root []int, removed map[int]bool) []Part {
	at := p.at
	var out []Part
	for _, t := range c.Topics {
		r := rootOf(root, t)
		if r == t {
			at[r] = len(out)
			out = append(out, Part{})
		}
		part := &out[at[r]]
		part.Topics = append(part.Topics, t)
		part.Load = part.Load.Plus(p.Topics[t])
	}
	for _, i := range c.Ties {
		if removed[i] {
			continue
		}
		part := (*Part)(nil)
		for _, t := range p.Ties[i].Topics {
			if root[t] >= 0 {
				part = &out[at[rootOf(root, t)]]
				break
			}
		}
		if part == nil {
			out = append(out, Part{})
			part = &out[len(out)-1]
		}
		part.Ties = append(part.Ties, i)
		if p.Ties[i].Kind == Group {
			part.Load[Groups]++
		}
	}
	return out
}
