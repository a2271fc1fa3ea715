package kafka

import (
	"cmp"
	"context"
	"hash/fnv"
	"slices"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
	"golang.org/x/sync/errgroup"
)

const (
	// needBytes is what is fetched of a partition whose bytes per record are wanted, surveyBytes of one that is only looked at.
	needBytes   = 64 << 10
	surveyBytes = 16 << 10
	// coverMargin is how full a fetch may be expected to be when it is to hold a whole window.
	coverMargin = 0.9
	// fetchPartitions bounds the partitions of one request.
	fetchPartitions = 128
)

// topicBatches is what batches of a topic have shown, apart from their density.
type topicBatches struct {
	largest int64 // bytes of the largest batch
	// records are those of batches that were seen, control the transaction markers among them.
	records, control int64
	controlBytes     int64
	bytes            int64
	transactional    bool
}

// wish is one partition to look at.
type wish struct {
	topic     *topic
	partition int32
	// from and to are the offsets of the window; to is past its end.
	from, to int64
	// urgency orders wishes: bytes per record that are not known and matter come first; 0 is a mere survey.
	urgency float64
}

// readBatches fetches the headers of a few batches from the brokers: first where bytes cannot be told from log sizes,
// then one partition of each topic that was not looked at since the last slow sweep. It asks as many brokers as the budget of
// requests leaves room for.
func (s *Source) readBatches(ctx context.Context, g *gaps) {
	if !s.cfg.SampleBatches || ctx.Err() != nil {
		return
	}
	wishes := s.wishes()
	var all errgroup.Group
	all.SetLimit(brokersAtOnce)
	ids := sortedKeys(wishes)
	room := s.roomForFetches()
	s.turn++
	for i := range min(room, len(ids)) {
		id := ids[(s.turn*room+i)%len(ids)]
		all.Go(func() error {
			s.fetchBatches(ctx, id, wishes[id], g)
			return nil
		})
	}
	_ = all.Wait() // always nil: failures are gaps
}

// roomForFetches is what is left of four requests a broker, three a coordinator and three.
func (s *Source) roomForFetches() int {
	return max(0, 4*len(s.world.brokers)+3*s.coordinators+3-int(s.spent.Load()))
}

// wishes gathers what is worth looking at, by leader, the most urgent first.
func (s *Source) wishes() map[int32][]wish {
	wishes := map[int32][]wish{}
	for _, name := range s.world.names {
		t := s.world.topics[name]
		if t.unreadable == s.slow.round {
			continue
		}
		var survey *wish
		for p := range t.parts {
			w, ok := s.wish(t, int32(p))
			switch leader := t.parts[p].leader; {
			case !ok:
			case w.urgency > 0:
				wishes[leader] = append(wishes[leader], w)
				survey = nil
			case t.surveyed != s.slow.round && (survey == nil || w.to-w.from > survey.to-survey.from):
				survey = &w
			}
		}
		if survey != nil {
			leader := t.parts[survey.partition].leader
			wishes[leader] = append(wishes[leader], *survey)
		}
	}
	for _, of := range wishes {
		slices.SortStableFunc(of, func(a, b wish) int { return cmp.Compare(b.urgency, a.urgency) })
	}
	return wishes
}

// wish says whether and how urgently a partition is worth looking at.
func (s *Source) wish(t *topic, partition int32) (wish, bool) {
	p := &t.parts[partition]
	if p.leader < 0 || p.fresh.end <= 0 || p.fresh.start < 0 || p.fresh.end <= p.fresh.start {
		return wish{}, false
	}
	w := wish{topic: t, partition: partition, from: p.fresh.start, to: p.fresh.end}
	sp := between(p.settled, p.fresh, t.policy)
	switch {
	case sp.fault != faultNone: // no window yet: look near the head
		w.from = max(w.from, w.to-1000)
		if t.policy != policyDelete || p.fresh.size < 0 {
			w.urgency = 1
		}
		return w, true
	case sp.records == 0:
		return w, t.surveyed != s.slow.round
	}
	w.from = max(w.from, p.settled.end)
	if w.from >= w.to {
		return wish{}, false
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
func (w wish) start(sweep int32, room int64) int64 {
	d, known := w.topic.parts[w.partition].density(w.topic)
	n := w.to - w.from
	if known && float64(n)*d.high <= coverMargin*float64(room) || n <= 1 {
		return w.from
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte{byte(sweep), byte(sweep >> 8), byte(sweep >> 16), byte(w.partition), byte(w.partition >> 8), byte(w.partition >> 16)})
	_, _ = h.Write([]byte(w.topic.name))
	spread := n
	if known { // leave room for what is to be read
		spread = max(1, n-int64(float64(room)/d.mean))
	}
	return w.from + int64(h.Sum64()%uint64(spread))
}

// rooms says how many bytes to fetch for each wish, in the order of the wishes; 0 for those that there is no room for.
// Small wishes have all they want, and the large ones share what is left.
func rooms(wishes []wish, total int) []int {
	wanted := make([]int, len(wishes))
	order := make([]int, len(wishes))
	for i, w := range wishes {
		wanted[i], order[i] = w.wants(), i
	}
	order = order[:min(len(order), fetchPartitions)] // the most urgent
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(wanted[a], wanted[b]) })
	out := make([]int, len(wishes))
	for n, i := range order {
		room := min(wanted[i], total/(len(order)-n))
		if room < min(wanted[i], surveyBytes) {
			break
		}
		out[i] = room
		total -= room
	}
	return out
}

// wants is how many bytes would do: the whole window, which makes it exact, or a look at a topic.
func (w wish) wants() int {
	if w.urgency == 0 {
		return max(surveyBytes, w.topic.fetchBytes)
	}
	d, known := w.topic.parts[w.partition].density(w.topic)
	if !known {
		return max(needBytes, w.topic.fetchBytes)
	}
	return max(int(min(float64(w.to-w.from)*d.high/coverMargin, 1<<30))+batchHead, w.topic.fetchBytes)
}

func (s *Source) fetchBatches(ctx context.Context, id int32, wishes []wish, g *gaps) {
	req := kmsg.NewPtrFetchRequest()
	req.MaxWaitMillis, req.MinBytes, req.MaxBytes = 0, 0, int32(s.cfg.SampleBytes)
	req.SessionEpoch = -1
	asked := map[topicPartition]wishAsked{}
	room := rooms(wishes, s.cfg.SampleBytes)
	for i, w := range wishes {
		room := room[i]
		if room == 0 {
			continue
		}
		at := w.start(s.sweep, int64(room))
		fp := kmsg.NewFetchRequestTopicPartition()
		fp.Partition, fp.FetchOffset, fp.PartitionMaxBytes = w.partition, at, int32(room)
		if n := len(req.Topics); n == 0 || req.Topics[n-1].Topic != w.topic.name {
			ft := kmsg.NewFetchRequestTopic()
			ft.Topic = w.topic.name
			req.Topics = append(req.Topics, ft)
		}
		ft := &req.Topics[len(req.Topics)-1]
		ft.Partitions = append(ft.Partitions, fp)
		asked[topicPartition{w.topic.name, w.partition}] = wishAsked{w, at, room}
	}
	if len(asked) == 0 {
		return
	}
	answer, _, err := s.ask(ctx, id, req)
	if err == nil {
		err = kerr.ErrorForCode(answer.(*kmsg.FetchResponse).ErrorCode)
	}
	if err != nil {
		g.add("record batches of "+s.brokerName(id), why(s.cfg, err), "bytes per record of some topics have wider bounds")
		return
	}
	for i := range answer.(*kmsg.FetchResponse).Topics {
		rt := &answer.(*kmsg.FetchResponse).Topics[i]
		for j := range rt.Partitions {
			rp := &rt.Partitions[j]
			if a, ok := asked[topicPartition{rt.Topic, rp.Partition}]; ok {
				s.takeBatches(a, rp, g)
			}
		}
	}
}

type topicPartition struct {
	topic     string
	partition int32
}

// wishAsked is a wish and what was asked for it.
type wishAsked struct {
	wish
	at   int64
	room int
}

// takeBatches learns from one partition's batches. Partitions of one topic may be led by several brokers, so what the
// topic keeps is guarded.
func (s *Source) takeBatches(a wishAsked, rp *kmsg.FetchResponseTopicPartition, g *gaps) {
	s.batchMu.Lock()
	defer s.batchMu.Unlock()
	t := a.topic
	if err := kerr.ErrorForCode(rp.ErrorCode); err != nil {
		if err == kerr.TopicAuthorizationFailed {
			t.unreadable = s.slow.round
		}
		return
	}
	found := headers(rp.RecordBatches)
	if len(found) == 0 { // a batch larger than what was asked for
		t.fetchBytes = min(4*a.room, s.cfg.SampleBytes)
		return
	}
	if t.batches == nil {
		t.batches = &topicBatches{}
	}
	t.surveyed = s.slow.round
	t.fetched += int64(len(rp.RecordBatches))
	for _, h := range found {
		t.batches.note(h)
	}
	p := &t.parts[a.partition]
	if p.sample == nil {
		p.sample = &batches{}
	}
	p.sample.forget()
	p.sample.take(found, a, s.sweep)
	if int64(a.room) < t.batches.largest {
		t.fetchBytes = min(int(2*t.batches.largest), s.cfg.SampleBytes)
	}
}

func (b *topicBatches) note(h header) {
	b.largest = max(b.largest, h.bytes)
	b.transactional = b.transactional || h.transactional
	if h.records > 0 {
		b.records += h.records
		b.bytes += h.bytes
		if h.control {
			b.control += h.records
			b.controlBytes += h.bytes
		}
	}
}

// take adds a run of batches of one window. Where reading began in the middle of a batch, that batch was picked the more
// likely the more records it has; it is left out when others follow, and else counts as one record of its kind. When the run holds
// the whole window, its bytes are known.
func (b *batches) take(found []header, a wishAsked, sweep int32) {
	expected, whole, bytes := a.from, a.at == a.from, int64(0)
	for i, h := range found {
		if h.first >= a.to {
			break
		}
		if h.first != expected || !h.intact() {
			whole = false
		}
		expected = h.last + 1
		bytes += h.bytes
		switch picked := i == 0 && a.at > a.from; {
		case !h.intact(), picked && len(found) > 1:
		case picked:
			b.add(float64(h.bytes)/float64(h.records), 1)
		default:
			b.add(float64(h.bytes), float64(h.records))
		}
	}
	if whole && expected >= a.to {
		b.covered, b.sweep = bytes, sweep
	}
}
