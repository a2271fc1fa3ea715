package kafka

import (
	"context"
	"errors"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
	"golang.org/x/sync/errgroup"
)

const (
	// needBytes is what is fetched of a partition whose bytes per record are wanted, surveyBytes of one that is only sampled.
	needBytes   = 64 << 10
	surveyBytes = 16 << 10
	// countBytes is how much a broker is asked for in one sweep only to count batches.
	countBytes = 256 << 10
	// coverMargin is how full a fetch may be expected to be when it is to hold a whole window.
	coverMargin = 0.9
	// fetchPartitions bounds the partitions of one request.
	fetchPartitions = 128
)

// topicBatches is what batches of a topic have shown, apart from their density.
type topicBatches struct {
	largest int64 // bytes of the largest batch
	most    int64 // records of the one with the most
	// records are those of batches that were seen, control the transaction markers among them.
	records, control int64
	controlBytes     int64
	bytes            int64
	transactional    bool
	// codecs has a bit for each compression that producers' batches had.
	codecs uint8
}

// readBatches fetches the headers of a few batches from the brokers: first where bytes cannot be distinguished from log sizes,
// then one partition of each topic with traffic, to count its batches. It asks as many brokers as the budget of
// requests leaves room for.
func (s *Source) readBatches(ctx context.Context, g *gaps) {
	if !s.cfg.SampleBatches || ctx.Err() != nil {
		return
	}
	candidates := s.samplingCandidates()
	var all errgroup.Group
	all.SetLimit(brokersAtOnce)
	ids := sortedKeys(candidates)
	room := s.roomForFetches()
	s.route.turn++
	for i := range min(room, len(ids)) {
		id := ids[(s.route.turn*room+i)%len(ids)]
		all.Go(func() error {
			s.fetchBatches(ctx, id, candidates[id], g)
			return nil
		})
	}
	_ = all.Wait() // always nil: failures are gaps
}

// roomForFetches is what is left of four requests a broker, three a coordinator and three.
func (s *Source) roomForFetches() int {
	return max(0, 4*len(s.world.brokers)+3*s.asked.coordinators+3-int(s.asked.spent.Load()))
}

func (s *Source) fetchBatches(ctx context.Context, id int32, candidates []candidate, g *gaps) {
	req := kmsg.NewPtrFetchRequest()
	req.MaxWaitMillis, req.MinBytes, req.MaxBytes = 0, 0, int32(s.cfg.SampleBytes)
	req.SessionEpoch = -1
	asked := map[topicPartition]candidateRequest{}
	room := rooms(candidates, s.cfg.SampleBytes)
	for i, w := range candidates {
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
		asked[topicPartition{w.topic.name, w.partition}] = candidateRequest{w, at, room}
	}
	if len(asked) == 0 {
		return
	}
	answer, _, err := s.ask(ctx, id, req)
	if err == nil {
		err = kerr.ErrorForCode(answer.(*kmsg.FetchResponse).ErrorCode)
	}
	if err != nil {
		g.count("record batches of broker", s.brokerAt(id), why(s.cfg, err), "bytes per record of some topics have wider bounds",
			opensIngress)
		return
	}
	for i := range answer.(*kmsg.FetchResponse).Topics {
		rt := &answer.(*kmsg.FetchResponse).Topics[i]
		for j := range rt.Partitions {
			rp := &rt.Partitions[j]
			if a, ok := asked[topicPartition{rt.Topic, rp.Partition}]; ok {
				s.takeBatches(a, rp)
			}
		}
	}
}

// takeBatches takes what one partition's batches show. Partitions of one topic may be led by several brokers, so what the
// topic keeps is guarded.
func (s *Source) takeBatches(a candidateRequest, rp *kmsg.FetchResponseTopicPartition) {
	s.batches.Lock()
	defer s.batches.Unlock()
	t := a.topic
	if err := kerr.ErrorForCode(rp.ErrorCode); err != nil {
		if errors.Is(err, kerr.TopicAuthorizationFailed) {
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
	t.sampled = s.sweep
	t.fetched += int64(len(rp.RecordBatches))
	for _, h := range found {
		t.batches.note(h)
	}
	p := &t.parts[a.partition]
	if p.sample == nil {
		p.sample = &batches{}
	}
	p.sample.forget()
	p.sample.sampled = s.sweep
	p.sample.take(found, len(rp.RecordBatches), a, s.sweep)
	if int64(a.room) < t.batches.largest {
		t.fetchBytes = min(int(2*t.batches.largest), s.cfg.SampleBytes)
	}
}

func (b *topicBatches) note(h header) {
	b.largest = max(b.largest, h.bytes)
	b.transactional = b.transactional || h.transactional
	b.most = max(b.most, h.records)
	if !h.control {
		b.codecs |= 1 << h.compression
	}
	if h.records > 0 {
		b.records += h.records
		b.bytes += h.bytes
		if h.control {
			b.control += h.records
			b.controlBytes += h.bytes
		}
	}
}

// take adds a run of batches of one window; so many of its bytes were fetched. Where reading began within a batch, that
// batch was picked the more likely the more records it has; it is left out when others follow. So was the last, where the fetch
// ends within it. Batches are counted where they begin, and records only between the two places: the rest of the first, and of the
// last as much as was fetched. When the run holds the whole window, its bytes and batches are known.
func (b *batches) take(found []header, fetched int, a candidateRequest, sweep int32) {
	expected, whole, bytes, sent := a.from, a.at == a.from, int64(0), int64(0)
	passed := int64(0)
	b.fetches++
	for i, h := range found {
		if h.first >= a.to {
			break
		}
		if h.first != expected || !h.intact() {
			whole = false
		}
		expected = h.last + 1
		bytes += h.bytes
		sent += h.sent()
		switch picked := i == 0 && a.at > a.from; {
		case !h.intact():
		case picked && len(found) > 1:
			b.sent.add(0, float64(h.last-a.at+1))
		case picked:
			b.addPicked(h)
		default:
			inside := min(1, float64(int64(fetched)-passed)/float64(h.bytes))
			b.bytes.add(float64(h.bytes), float64(h.records))
			b.sent.add(float64(h.sent()), float64(h.records)*inside)
		}
		passed += h.bytes
	}
	if whole && expected >= a.to {
		b.covered, b.coveredSent, b.sweep = bytes, sent, sweep
	}
}
