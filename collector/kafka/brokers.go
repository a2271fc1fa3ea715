package kafka

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
	"golang.org/x/sync/errgroup"
)

// brokersAtOnce bounds how many brokers are read at the same time: each answer of a large cluster takes tens of MB.
const brokersAtOnce = 12

// The timestamps with which ListOffsets asks for the two ends of a log.
const (
	atEnd   = -1
	atStart = -2
)

// Effects of what a broker does not answer.
const (
	effectNoOffsets = "the rates of the partitions it leads are unknown, and totals have no upper bound"
	effectNoSizes   = "bytes are records × bytes per record, with wider bounds; stored bytes are unknown"
	effectNoStarts  = "bytes are records × bytes per record, with wider bounds"
)

// readBrokers reads start offsets, log sizes and end offsets from every broker. The three are asked one after the other, as the
// broker would serve them anyway, so that the instant of each is known; sizes lie between the offsets, which show what happened
// around them. A broker that does not answer is a gap. It is an error when none does.
func (s *Source) readBrokers(ctx context.Context, g *gaps) error {
	requests := s.listRequests()
	var mu sync.Mutex
	var failures []connectError
	var all errgroup.Group
	all.SetLimit(brokersAtOnce)
	for _, b := range s.world.brokers {
		all.Go(func() error {
			if failure, failed := s.readBroker(ctx, b, requests[b.id], g); failed {
				mu.Lock()
				defer mu.Unlock()
				failures = append(failures, failure)
			}
			return nil
		})
	}
	_ = all.Wait() // always nil: failures are gathered
	if errors.Is(ctx.Err(), context.Canceled) {
		return ctx.Err()
	}
	if len(failures) > 0 && len(failures) == len(s.world.brokers) {
		return fmt.Errorf("the bootstrap broker answers, but no broker answers at its advertised address: %w", together(failures))
	}
	return ctx.Err()
}

// readBroker reports whether, and why, a broker could not be reached at all.
func (s *Source) readBroker(ctx context.Context, b broker, req *kmsg.ListOffsetsRequest, g *gaps) (failure connectError,
	failed bool) {
	address := fmt.Sprintf("%s:%d", b.host, b.port)
	if req == nil { // it leads nothing that is seen here: only topics without Describe can show up
		_ = s.readSizes(ctx, b.id, g)
		return connectError{}, false
	}
	if err := s.readOffsets(ctx, b.id, req, atStart, g); err != nil {
		if refusal(err) == "" && !isProtocolError(err) {
			failure := explain(address, s.cfg, err)
			g.count("broker", s.brokerAt(b.id), failure.why, effectNoOffsets)
			return failure, true
		}
		g.count("start offsets of broker", s.brokerAt(b.id), why(s.cfg, err), effectNoStarts)
	}
	if err := s.readSizes(ctx, b.id, g); err != nil {
		g.count("log sizes of broker", s.brokerAt(b.id), why(s.cfg, err), effectNoSizes, opensIngress, opensStored)
	}
	if err := s.readOffsets(ctx, b.id, req, atEnd, g); err != nil {
		g.count("end offsets of broker", s.brokerAt(b.id), why(s.cfg, err), effectNoOffsets)
	}
	return connectError{}, false
}

func isProtocolError(err error) bool {
	_, ok := errors.AsType[*kerr.Error](err)
	return ok
}

// listRequests makes one ListOffsets request a broker, with all partitions that it leads.
func (s *Source) listRequests() map[int32]*kmsg.ListOffsetsRequest {
	requests := map[int32]*kmsg.ListOffsetsRequest{}
	for _, name := range s.world.names {
		t := s.world.topics[name]
		for p := range t.parts {
			leader := t.parts[p].leader
			if leader < 0 {
				continue
			}
			req := requests[leader]
			if req == nil {
				req = kmsg.NewPtrListOffsetsRequest()
				requests[leader] = req
			}
			if n := len(req.Topics); n == 0 || req.Topics[n-1].Topic != name {
				req.Topics = append(req.Topics, kmsg.ListOffsetsRequestTopic{Topic: name})
			}
			rt := &req.Topics[len(req.Topics)-1]
			rp := kmsg.NewListOffsetsRequestTopicPartition()
			rp.Partition = int32(p)
			rt.Partitions = append(rt.Partitions, rp)
		}
	}
	return requests
}

// readOffsets reads one end of every log that the broker leads.
func (s *Source) readOffsets(ctx context.Context, id int32, req *kmsg.ListOffsetsRequest, timestamp int64, g *gaps) error {
	for i := range req.Topics {
		for j := range req.Topics[i].Partitions {
			req.Topics[i].Partitions[j].Timestamp = timestamp
		}
	}
	answer, at, err := s.ask(ctx, id, req)
	if err != nil {
		return err
	}
	if timestamp == atEnd {
		s.clock.note(id, func(t *brokerTimes) { t.ends = at })
	}
	for _, rt := range answer.(*kmsg.ListOffsetsResponse).Topics {
		t := s.world.topics[rt.Topic]
		for i := range rt.Partitions {
			rp := &rt.Partitions[i]
			p := t.at(rp.Partition)
			if p == nil || p.leader != id {
				continue
			}
			if err := kerr.ErrorForCode(rp.ErrorCode); err != nil {
				s.offsetError(t, rp.Partition, timestamp, err, g)
				continue
			}
			offset := rp.Offset
			if len(rp.OldStyleOffsets) > 0 {
				offset = rp.OldStyleOffsets[0]
			}
			if timestamp == atEnd {
				p.fresh.end = offset
			} else {
				p.fresh.start = offset
			}
		}
	}
	return nil
}

// offsetError notes a partition whose offsets could not be read, once for both ends.
func (s *Source) offsetError(t *topic, partition int32, timestamp int64, err error, g *gaps) {
	if timestamp == atEnd {
		g.count("offsets of partition", fmt.Sprintf("%s-%d", t.name, partition), why(s.cfg, err), "its rates are unknown")
	}
}

// readSizes reads the log sizes of the replicas that the broker leads; followers' copies and replicas that are being moved
// in are left out.
func (s *Source) readSizes(ctx context.Context, id int32, g *gaps) error {
	if reason := s.versions[id].lacks(keyDescribeLogDirs); reason != nil {
		return reason
	}
	req := kmsg.NewPtrDescribeLogDirsRequest()
	req.Topics = nil // all
	answer, at, err := s.ask(ctx, id, req)
	if err != nil {
		return err
	}
	resp := answer.(*kmsg.DescribeLogDirsResponse)
	if err := kerr.ErrorForCode(resp.ErrorCode); err != nil {
		return err
	}
	if len(resp.Dirs) == 0 { // before Kafka 3.2 a refusal is an empty answer
		return kerr.ClusterAuthorizationFailed
	}
	s.asked.listed.Add(1)
	s.clock.note(id, func(t *brokerTimes) { t.sizes = at })
	for i := range resp.Dirs {
		dir := &resp.Dirs[i]
		if err := kerr.ErrorForCode(dir.ErrorCode); err != nil {
			g.add(fmt.Sprintf("log directory %s of %s", dir.Dir, s.brokerName(id)), why(s.cfg, err), effectNoSizes)
			continue
		}
		for j := range dir.Topics {
			s.takeSizes(id, &dir.Topics[j])
		}
	}
	return nil
}

func (s *Source) takeSizes(id int32, dt *kmsg.DescribeLogDirsResponseDirTopic) {
	t := s.world.topics[dt.Topic]
	if t == nil {
		s.noteUndescribable(dt.Topic)
		return
	}
	for i := range dt.Partitions {
		dp := &dt.Partitions[i]
		if p := t.at(dp.Partition); p != nil && p.leader == id && !dp.IsFuture {
			p.fresh.size = dp.Size
		}
	}
}
