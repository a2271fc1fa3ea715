package kafka

import "strings"

// noteUndescribable remembers a topic that a broker stores and the metadata does not show: the user lacks Describe on it, or
// it was made or deleted a moment ago.
func (s *Source) noteUndescribable(name string) {
	s.undescribableMu.Lock()
	defer s.undescribableMu.Unlock()
	h, ok := s.undescribable[name]
	if !ok {
		name = strings.Clone(name)
		h.first = s.sweep
	}
	h.last = s.sweep
	s.undescribable[name] = h
}

// undescribableTopic is the span of sweeps in which a topic was stored and not shown.
type undescribableTopic struct{ first, last int32 }

// addUndescribableGaps adds a gap for each topic that could not be described in two sweeps.
func (s *Source) addUndescribableGaps(g *gaps) {
	for name, h := range s.undescribable {
		switch {
		case h.last != s.sweep:
			delete(s.undescribable, name)
		case h.first != s.sweep:
			g.count("topic", name, "stored on the brokers, but hidden: the user lacks the Describe permission",
				"not counted anywhere, and totals have no upper bound")
		}
	}
}

// anyUndescribable reports whether topics are known to be left out.
func (s *Source) anyUndescribable() bool {
	for _, h := range s.undescribable {
		if h.last == s.sweep && h.first != s.sweep {
			return true
		}
	}
	return false
}
