package kafka

import "strings"

// noteHidden remembers a topic that a broker stores and the metadata does not show: the user lacks Describe on it, or
// it was made or deleted a moment ago.
func (s *Source) noteHidden(name string) {
	s.hiddenMu.Lock()
	defer s.hiddenMu.Unlock()
	h, ok := s.hidden[name]
	if !ok {
		name = strings.Clone(name)
		h.first = s.sweep
	}
	h.last = s.sweep
	s.hidden[name] = h
}

// hiddenTopic is the span of sweeps in which a topic was stored and not shown.
type hiddenTopic struct{ first, last int32 }

// noteHiddenGaps tells of topics that stayed hidden for two sweeps.
func (s *Source) noteHiddenGaps(g *gaps) {
	for name, h := range s.hidden {
		switch {
		case h.last != s.sweep:
			delete(s.hidden, name)
		case h.first != s.sweep:
			g.count("topic", name, "stored on the brokers, but hidden: the user lacks the Describe permission",
				"not counted anywhere, and totals have no upper bound")
		}
	}
}

// anyHidden reports whether topics are known to be left out.
func (s *Source) anyHidden() bool {
	for _, h := range s.hidden {
		if h.last == s.sweep && h.first != s.sweep {
			return true
		}
	}
	return false
}
