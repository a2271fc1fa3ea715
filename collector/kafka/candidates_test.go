package kafka

import "testing"

// Where many partitions are due, the most urgent are sampled, and none goes without a sample for ever.
func TestRoomsServeTheMostUrgent(t *testing.T) {
	const total = 1 << 20
	tp := &topic{name: "orders", parts: make([]partition, 300)}
	candidates := make([]candidate, len(tp.parts))
	for i := range candidates {
		candidates[i] = candidate{topic: tp, partition: int32(i), to: 1e6, urgency: float64(len(candidates) - i)}
	}
	for n, want := range map[int]int{1: 1, 16: 16, 64: 64, 65: 64, 300: 64} {
		served, spent := 0, 0
		for i, room := range rooms(candidates[:n], total) {
			spent += room
			if room == 0 {
				continue
			}
			served++
			if room < surveyBytes || i >= want {
				t.Errorf("of %d wishes, number %d has %d bytes; a look needs %d, and %d can have one", n, i, room, surveyBytes,
					want)
			}
		}
		if served != want || spent > total {
			t.Errorf("of %d wishes %d are served with %d bytes, want %d and at most %d", n, served, spent, want, total)
		}
	}
	if len(rooms(nil, total)) > 0 {
		t.Error("no wishes, and room")
	}
}

// A batch that did not fit into a first sample gets its room, also where many others want some.
func TestRoomsFitLargeBatches(t *testing.T) {
	const total = 1 << 20
	large, many := &topic{name: "images", parts: make([]partition, 1), fetchBytes: 256 << 10},
		&topic{name: "orders", parts: make([]partition, 100)}
	candidates := []candidate{{topic: large, to: 1e6, urgency: 1}}
	for i := range many.parts {
		candidates = append(candidates, candidate{topic: many, partition: int32(i), to: 1e6, urgency: 1})
	}
	got := rooms(candidates, total)
	if got[0] != large.fetchBytes || got[1] < surveyBytes {
		t.Errorf("the large batch has %d bytes of room, the next %d", got[0], got[1])
	}
	large.fetchBytes = 10 * total
	if got := rooms(candidates, total); got[0] != total || got[1] != 0 {
		t.Errorf("a batch larger than all room has %d bytes, the next %d", got[0], got[1])
	}
}

// Looks that only count batches of topics that are known already take no more than their share, and those that were not looked at
// for longest come first.
func TestRoomsLimitSurveysThatOnlyCount(t *testing.T) {
	var candidates []candidate
	for i := range 40 {
		candidates = append(candidates, candidate{to: 1e6,
			topic: &topic{name: "orders", parts: make([]partition, 1), sampled: int32(i + 1)}})
	}
	spent := 0
	for i, room := range rooms(candidates, 1<<20) {
		spent += room
		if want := i < countBytes/surveyBytes; (room > 0) != want {
			t.Errorf("wish %d has %d bytes of room", i, room)
		}
	}
	if spent > countBytes {
		t.Errorf("%d bytes to count batches, want %d at most", spent, countBytes)
	}
	never := []candidate{{topic: &topic{name: "new", parts: make([]partition, 1)}, to: 1e6}}
	if got := rooms(append(never, candidates...), 1<<20); got[0] < surveyBytes {
		t.Errorf("a topic that was never looked at has %d bytes of room", got[0])
	}
}

// A topic with an urgent partition has no other survey than of partitions that were never seen, wherever the urgent one is.
func TestCandidatesDoNotDependOnTheOrderOfPartitions(t *testing.T) {
	seen := func(urgent bool) partition {
		p := partition{leader: 1, sample: &batches{sampled: 1}, evaluated: reading{end: 100, size: 1000, leader: 1, sweep: 1},
			fresh: reading{end: 200, size: 2000, leader: 1, sweep: 2}}
		if urgent {
			p.evaluated.size, p.fresh.size = -1, -1
		}
		return p
	}
	for name, urgent := range map[string][]bool{"first": {true, false, false}, "last": {false, false, true},
		"between": {false, true, false}} {
		orders := &topic{name: "orders", policy: policyDelete}
		for _, u := range urgent {
			orders.parts = append(orders.parts, seen(u))
		}
		s := &Source{sweep: 2, memory: memory{world: &topology{names: []string{"orders"},
			topics: map[string]*topic{"orders": orders}}}}
		s.slow.round = 1
		if got := s.samplingCandidates()[1]; len(got) != 1 || got[0].urgency <= 0 || !urgent[got[0].partition] {
			t.Errorf("urgent %s: got %+v, want the urgent partition alone", name, got)
		}
	}
}

// Partitions that were never seen have samples of their own, after the survey of each topic: nothing bounds their batches but
// records.
func TestPartitionsNeverSeenAreSurveyed(t *testing.T) {
	s := &Source{sweep: 2, memory: memory{world: &topology{topics: map[string]*topic{}}}}
	s.slow.round = 1
	for _, name := range []string{"many", "one"} {
		of := &topic{name: name, policy: policyDelete, sampled: 1}
		for range map[string]int{"many": 40, "one": 1}[name] {
			of.parts = append(of.parts, partition{leader: 1, evaluated: reading{end: 100, size: 1000, leader: 1, sweep: 1},
				fresh: reading{end: 200, size: 2000, leader: 1, sweep: 2}})
		}
		s.world.names, s.world.topics[name] = append(s.world.names, name), of
	}
	got := s.samplingCandidates()[1]
	if len(got) != 2+unseenAtOnce || got[0].topic == got[1].topic || got[1].urgency != 0 || got[2].urgency != neverSeen {
		t.Errorf("got %d wishes, %+v; want a survey of each topic, then %d more", len(got), got[:min(3, len(got))], unseenAtOnce)
	}
	spent := 0
	for _, room := range rooms(got, 1<<20) {
		spent += room
	}
	if spent > countBytes {
		t.Errorf("%d bytes to count batches, want %d at most", spent, countBytes)
	}
	many := s.world.topics["many"]
	for i := range many.parts {
		many.parts[i].sample = &batches{sampled: 1}
	}
	if got := s.samplingCandidates()[1]; len(got) != 2 {
		t.Errorf("%d wishes once all were seen, want one a topic", len(got))
	}
}
