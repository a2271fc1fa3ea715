package kafka

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/twmb/franz-go/pkg/kmsg"
)

// Ping reports whether the cluster can be reached: nil as soon as one bootstrap broker answers, else one error that
// says what is wrong and how to fix it, with the addresses that share a cause named together.
func (s *Source) Ping(ctx context.Context) error {
	var failures []connectError
	for i, b := range s.client.SeedBrokers() {
		address, err := seed(s.cfg.Bootstrap[i])
		if err != nil {
			return err
		}
		req := kmsg.NewPtrMetadataRequest()
		req.Topics = []kmsg.MetadataRequestTopic{}
		attempt, cancel := context.WithTimeout(ctx, s.cfg.Timeout)
		_, err = b.Request(attempt, &timed{Request: req, now: s.now})
		cancel()
		if err == nil {
			s.route.favorite, s.route.hasFavorite = seedID(i), true
			return nil
		}
		if errors.Is(ctx.Err(), context.Canceled) {
			return ctx.Err()
		}
		failures = append(failures, explain(address, s.cfg, err))
	}
	return together(failures)
}

// metadataError explains why no broker gave the metadata. Time that ran out says no more than that: the brokers did not answer.
func (s *Source) metadataError(ctx context.Context, err error) error {
	if errors.Is(ctx.Err(), context.Canceled) {
		return ctx.Err()
	}
	return explain(strings.Join(s.cfg.Bootstrap, ", "), s.cfg, err)
}

// ask sends one request to one broker. It returns the answer together with the instants that enclose the broker's work on it.
func (s *Source) ask(ctx context.Context, broker int32, req kmsg.Request) (kmsg.Response, stamp, error) {
	ctx, cancel := context.WithTimeout(ctx, s.cfg.Timeout)
	defer cancel()
	s.asked.spent.Add(1)
	t := &timed{Request: req, now: s.now}
	sent := s.now()
	answer, err := s.client.Broker(int(broker)).RetriableRequest(ctx, t)
	if err != nil {
		return nil, stamp{}, err
	}
	return answer.(*timedResponse).Response, stamp{sent, t.received}, nil
}

// askAny sends one request to whichever broker answers, the one that did last time first: one that hangs costs one
// timeout, and not the sweep. Each attempt has a request of its own, since the client may still be busy with one that timed out.
func (s *Source) askAny(ctx context.Context, build func() kmsg.Request) (kmsg.Response, error) {
	var last error
	for _, b := range s.candidates() {
		answer, _, err := s.ask(ctx, b, build())
		if err == nil {
			s.route.favorite, s.route.hasFavorite = b, true
			return answer, nil
		}
		if last = err; ctx.Err() != nil || refusal(err) != "" {
			return nil, err
		}
	}
	return nil, last
}

// candidates are the brokers to ask when any will do, each address once: one that hangs must not be asked again under the id
// that its bootstrap address has.
func (s *Source) candidates() []int32 {
	type candidate struct {
		id      int32
		address string
	}
	var all []candidate
	for _, b := range s.world.brokers {
		all = append(all, candidate{b.id, b.address()})
	}
	for i := range s.client.SeedBrokers() {
		address, _ := seed(s.cfg.Bootstrap[i]) // it was valid when the client was made
		all = append(all, candidate{seedID(i), address})
	}
	if i := slices.IndexFunc(all, func(c candidate) bool { return s.route.hasFavorite && c.id == s.route.favorite }); i > 0 {
		all[0], all[i] = all[i], all[0]
	}
	var ids []int32
	asked := map[string]bool{}
	for _, c := range all {
		if !asked[c.address] {
			asked[c.address] = true
			ids = append(ids, c.id)
		}
	}
	return ids
}

// seedID is the id under which the client keeps the i-th bootstrap address.
func seedID(i int) int32 { return math.MinInt32 + int32(i) }

// brokerName names a broker for people: "broker 1 at 10.0.0.7:9092".
func (s *Source) brokerName(id int32) string { return "broker " + s.brokerAt(id) }

// brokerAt is the name of a broker beside the noun: "1 at 10.0.0.7:9092".
func (s *Source) brokerAt(id int32) string {
	for _, b := range s.world.brokers {
		if b.id == id {
			return fmt.Sprintf("%d at %s", id, b.address())
		}
	}
	return fmt.Sprint(id)
}
