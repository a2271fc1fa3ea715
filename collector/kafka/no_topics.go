package kafka

// NoTopics is what the gap of a cluster without topics is called.
const NoTopics = "topics"

// noteNoTopics says why no topic is seen. A list without topics looks the same to a user who may see none; brokers that list
// their log directories, which takes a permission only on the cluster, distinguish the two.
func (s *Source) noteNoTopics(g *gaps) {
	if len(s.world.names) > 0 {
		return
	}
	why := "the cluster has none, or the user lacks the Describe permission on all of them"
	if s.everyLogListed() && !s.storesAny() {
		why = "the cluster has none"
	}
	g.add(NoTopics, why, "there is nothing to measure")
}

// everyLogListed reports whether each broker has listed in this sweep what it stores.
func (s *Source) everyLogListed() bool {
	return len(s.world.brokers) > 0 && int(s.asked.listed.Load()) == len(s.world.brokers)
}

// storesAny reports whether a broker stores a topic that the metadata does not show.
func (s *Source) storesAny() bool {
	s.undescribableMu.Lock()
	defer s.undescribableMu.Unlock()
	for _, h := range s.undescribable {
		if h.last == s.sweep {
			return true
		}
	}
	return false
}
