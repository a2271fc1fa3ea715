package kafka

import (
	"context"
	"errors"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// countACLs counts ACLs over all resources. Without an authorizer there are none.
func (s *Source) countACLs(ctx context.Context) (int, error) {
	acls, err := s.ACLs(ctx)
	return len(acls), err
}

// countScramUsers counts users with SCRAM credentials.
func (s *Source) countScramUsers(ctx context.Context) (int, error) {
	if err := s.unsupported(keyDescribeScram); err != nil {
		return 0, err
	}
	answer, err := s.askAny(ctx, func() kmsg.Request {
		req := kmsg.NewPtrDescribeUserSCRAMCredentialsRequest()
		// An empty list asks for all, as null does; but null makes Kafka 4.3 forget to answer a user who may not ask.
		req.Users = []kmsg.DescribeUserSCRAMCredentialsRequestUser{}
		return req
	})
	if err != nil {
		return 0, err
	}
	resp := answer.(*kmsg.DescribeUserSCRAMCredentialsResponse)
	if err := kerr.ErrorForCode(resp.ErrorCode); err != nil && !errors.Is(err, kerr.ResourceNotFound) {
		return 0, err
	}
	return len(resp.Results), nil
}

// countQuotas counts the entities that have a client quota.
func (s *Source) countQuotas(ctx context.Context) (int, error) {
	if err := s.unsupported(keyDescribeQuotas); err != nil {
		return 0, err
	}
	answer, err := s.askAny(ctx, func() kmsg.Request { return kmsg.NewPtrDescribeClientQuotasRequest() }) // no components: all
	if err != nil {
		return 0, err
	}
	resp := answer.(*kmsg.DescribeClientQuotasResponse)
	if err := kerr.ErrorForCode(resp.ErrorCode); err != nil {
		return 0, err
	}
	return len(resp.Entries), nil
}

// unsupported returns an error when some broker is known not to understand a request.
func (s *Source) unsupported(key int16) error {
	for _, b := range s.world.brokers {
		if err := s.versions[b.id].lacks(key); err != nil {
			return err
		}
	}
	return nil
}

// producersAsked bounds how many partitions of one broker are asked for their producers.
const producersAsked = 50

// countTransactional asks a sample of partitions for their producers: the busiest of each broker. A producer whose
// transactions have been marked carries the epoch of its coordinator; one in its first transaction carries that one's start.
func (s *Source) countTransactional(ctx context.Context) (int, error) {
	if err := s.unsupported(keyDescribeProducers); err != nil {
		return 0, err
	}
	n, answered := 0, false
	var last error
	asks := s.producersToAsk()
	for _, id := range sortedKeys(asks) {
		answer, _, err := s.ask(ctx, id, asks[id])
		if err != nil {
			last = err
			continue
		}
		for _, t := range answer.(*kmsg.DescribeProducersResponse).Topics {
			for i := range t.Partitions {
				if err := kerr.ErrorForCode(t.Partitions[i].ErrorCode); err != nil {
					last = err
					continue
				}
				answered = true
				if transactional(t.Partitions[i].ActiveProducers) {
					n++
				}
			}
		}
	}
	if !answered && last != nil {
		return 0, last
	}
	return n, nil
}

func transactional(producers []kmsg.DescribeProducersResponseTopicPartitionActiveProducer) bool {
	for _, p := range producers {
		if p.CoordinatorEpoch >= 0 || p.CurrentTxnStartOffset >= 0 {
			return true
		}
	}
	return false
}

// producersToAsk picks partitions of user topics that hold records, one a topic before a second.
func (s *Source) producersToAsk() map[int32]*kmsg.DescribeProducersRequest {
	asks, asked := map[int32]*kmsg.DescribeProducersRequest{}, map[int32]int{}
	for _, name := range s.world.names {
		t := s.world.topics[name]
		if t.internal {
			continue
		}
		for i := range t.parts {
			p := &t.parts[i]
			if p.leader < 0 || p.fresh.end <= p.fresh.start || asked[p.leader] >= producersAsked {
				continue
			}
			req := asks[p.leader]
			if req == nil {
				req = kmsg.NewPtrDescribeProducersRequest()
				asks[p.leader] = req
			}
			asked[p.leader]++
			req.Topics = append(req.Topics, kmsg.DescribeProducersRequestTopic{Topic: name, Partitions: []int32{int32(i)}})
			break
		}
	}
	return asks
}
