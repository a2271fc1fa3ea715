package kafka

import (
	"cmp"
	"hash/fnv"
	"slices"
)

// candidate is one partition whose batches may be sampled.
type candidate struct {
	topic     *topic
	partition int32
	// from and to are the offsets of the window; to is past its end.
	from, to int64
	// urgency orders candidates: bytes per record that are not known and matter come first; 0 is a mere survey, neverSeen a
	// further one.
	urgency float64
}

// neverSeen is the urgency of a survey of a partition whose batches were never seen, where its topic has another survey.
const neverSeen = -1

// unseenAtOnce is how many partitions of one topic that were never sampled are surveyed in one sweep, beside the one that
// would be.
const unseenAtOnce = 16

// samplingCandidates lists the partitions worth sampling, by leader, the most urgent first; then one partition of each topic
// with traffic, to count its batches, those first whose last sample is oldest; then partitions whose batches were never
// seen.
func (s *Source) samplingCandidates() map[int32][]candidate {
	candidates := map[int32][]candidate{}
	for _, name := range s.world.names {
		if t := s.world.topics[name]; t.unreadable != s.slow.round {
			s.candidatesOf(t, candidates)
		}
	}
	for _, of := range candidates {
		slices.SortStableFunc(of, func(a, b candidate) int {
			return cmp.Or(cmp.Compare(b.urgency, a.urgency), cmp.Compare(a.topic.sampled, b.topic.sampled))
		})
	}
	return candidates
}

// candidatesOf adds a topic's candidates: its urgent ones, else one survey, and surveys of partitions that were never seen.
func (s *Source) candidatesOf(t *topic, candidates map[int32][]candidate) {
	add := func(w candidate) {
		leader := t.parts[w.partition].leader
		candidates[leader] = append(candidates[leader], w)
	}
	var survey candidate
	urgent, found := false, false
	for p := range t.parts {
		w, ok := s.candidate(t, int32(p))
		switch {
		case !ok:
		case w.urgency > 0:
			urgent = true
			add(w)
		case !found || s.samplingGain(w) > s.samplingGain(survey):
			survey, found = w, true
		}
	}
	if !found {
		return
	}
	if !urgent {
		add(survey)
	}
	for p, left := 0, unseenAtOnce; p < len(t.parts) && left > 0 && !t.internal; p++ {
		if t.parts[p].sample != nil || !urgent && int32(p) == survey.partition {
			continue
		}
		if w, ok := s.candidate(t, int32(p)); ok && w.urgency == 0 {
			w.urgency = neverSeen
			add(w)
			left--
		}
	}
}

// samplingGain is how much a sample would add to what is known of a topic's batches: its records, times the sweeps since
// the last sample, up to 16.
func (s *Source) samplingGain(w candidate) int64 {
	sampled := int32(0)
	if sample := w.topic.parts[w.partition].sample; sample != nil {
		sampled = sample.sampled
	}
	return (w.to - w.from) * int64(min(16, s.sweep-sampled))
}

// candidate says whether and how urgently a partition is worth sampling.
func (s *Source) candidate(t *topic, partition int32) (candidate, bool) {
	p := &t.parts[partition]
	if p.leader < 0 || p.fresh.end <= 0 || p.fresh.start < 0 || p.fresh.end <= p.fresh.start {
		return candidate{}, false
	}
	w := candidate{topic: t, partition: partition, from: p.fresh.start, to: p.fresh.end}
	sp := between(p.evaluated, p.fresh, t.policy)
	switch {
	case sp.fault != faultNone: // no window yet: sample near the head
		w.from = max(w.from, w.to-1000)
		if t.policy != policyDelete || p.fresh.size < 0 {
			w.urgency = 1
		}
		return w, true
	case sp.records == 0:
		return w, t.surveyed != s.slow.round
	}
	w.from = max(w.from, p.evaluated.end)
	if w.from >= w.to {
		return candidate{}, false
	}
	if !sp.sized {
		w.urgency = float64(sp.records)
		if d, ok := p.density(t); ok {
			w.urgency *= max(0.001, d.width())
		} else {
			w.urgency *= 1000
		}
	}
	return w, true
}

// start is where to begin: at the window's start when all of it may fit, else anywhere in it, the same place for the same sweep.
func (w candidate) start(sweep int32, room int64) int64 {
	d, known := w.topic.parts[w.partition].density(w.topic)
	n := w.to - w.from
	if known && float64(n)*d.high <= coverMargin*float64(room) || n <= 1 {
		return w.from
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte{byte(sweep), byte(sweep >> 8), byte(sweep >> 16), byte(w.partition), byte(w.partition >> 8),
		byte(w.partition >> 16)})
	_, _ = h.Write([]byte(w.topic.name))
	spread := n
	if known { // leave room for what has to be read
		spread = max(1, n-int64(float64(room)/d.mean))
	}
	return w.from + int64(h.Sum64()%uint64(spread))
}

// rooms says how many bytes to fetch for each candidate, in their order; 0 for those that there is no room for. As many
// of the most urgent as possible are sampled; the others become the most urgent of later sweeps. What is then left is shared:
// small ones first get all they want.
func rooms(candidates []candidate, total int) []int {
	out := make([]int, len(candidates))
	urgent := slices.IndexFunc(candidates, func(w candidate) bool {
		return w.urgency == neverSeen || w.urgency == 0 && w.topic.sampled > 0
	})
	if urgent < 0 {
		urgent = len(candidates)
	}
	left, partitions := share(candidates[:urgent], out[:urgent], total, fetchPartitions)
	share(candidates[urgent:], out[urgent:], min(left, countBytes), partitions)
	return out
}

// share shares out so many bytes and partitions, and returns what is left of them.
func share(candidates []candidate, out []int, left, partitions int) (bytesLeft, partitionsLeft int) {
	total := left
	var served []int
	for i, w := range candidates {
		if least := min(w.least(), total); least > 0 && least <= left && len(served) < partitions {
			out[i] = least
			left -= least
			served = append(served, i)
		}
	}
	slices.SortStableFunc(served, func(a, b int) int { return cmp.Compare(candidates[a].wants(), candidates[b].wants()) })
	for n, i := range served {
		more := min(max(0, candidates[i].wants()-out[i]), left/(len(served)-n))
		out[i] += more
		left -= more
	}
	return left, partitions - len(served)
}

// least is how many bytes a sample takes: the whole window if it is small, else one batch, where its size is known.
func (w candidate) least() int { return max(min(surveyBytes, w.wants()), w.topic.fetchBytes) }

// wants is how many bytes would do: the whole window, which makes it exact; where batches are only counted, not more than
// needBytes.
func (w candidate) wants() int {
	d, known := w.topic.parts[w.partition].density(w.topic)
	if !known {
		return max(needBytes, w.topic.fetchBytes)
	}
	whole := int(min(float64(w.to-w.from)*d.high/coverMargin, 1<<30)) + batchHead
	if w.urgency <= 0 {
		whole = min(whole, needBytes)
	}
	return max(whole, w.topic.fetchBytes)
}

type topicPartition struct {
	topic     string
	partition int32
}

// candidateRequest is a candidate and what was requested for it.
type candidateRequest struct {
	candidate
	at   int64
	room int
}
