package kafka

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
	"golang.org/x/sync/errgroup"
)

// pastPartition names one log.
type pastPartition struct{ topic, partition int }

// found is the first record at or after an instant; offset is unknownOffset when there is none.
type found struct {
	at        pastPartition
	offset    int64
	timestamp int64
	err       error
}

// begin looks where every log begins, and which of them hold timestamps of the future: those do not show when records came in.
func (p *past) begin(ctx context.Context) error {
	if err := p.refresh(ctx); err != nil {
		return err
	}
	future := p.began.Add(time.Minute).UnixMilli()
	return p.listOffsets(ctx, future, func(l *pastLog) bool { return l.readable() }, func(l *pastLog, f found) {
		if f.offset != unknownOffset && float64(l.end-f.offset) > skewedShare*float64(l.end-l.first) {
			l.skewed = true
		}
	})
}

// skewedShare is which part of a log may carry timestamps of the future.
const skewedShare = 0.01

// refresh looks where the logs begin.
func (p *past) refresh(ctx context.Context) error {
	return p.listOffsets(ctx, 0, func(l *pastLog) bool { return l.end > 0 && !l.skewed }, func(l *pastLog, f found) {
		l.first, l.since = f.offset, f.timestamp
		l.skewed = l.skewed || f.err != nil && isFormat(f.err)
	})
}

func isFormat(err error) bool { return errors.Is(err, kerr.UnsupportedForMessageFormat) } // a format without timestamps

// ask looks up the offset at an instant in every log that reaches back to it.
func (p *past) ask(ctx context.Context, mark time.Time) error {
	at := mark.UnixMilli()
	p.each(func(l *pastLog) {
		switch {
		case !l.readable():
			l.note(unknownOffset)
		case l.since >= at:
			l.note(l.first)
		}
	})
	return p.listOffsets(ctx, at, func(l *pastLog) bool { return l.readable() && l.since < at }, func(l *pastLog, f found) {
		switch {
		case f.err != nil:
			l.note(unknownOffset)
		case f.offset == unknownOffset: // all its records are older
			l.note(l.end)
		default:
			l.note(f.offset)
		}
	})
}

func (p *past) each(do func(*pastLog)) {
	for i := range p.topics {
		for j := range p.topics[i].logs {
			do(&p.topics[i].logs[j])
		}
	}
}

// listOffsets looks up the first record at or after a timestamp in the wanted logs, and calls take for each. Logs whose leader has
// moved are asked for once more. It is an error when a broker does not answer: who asks again later goes on from here.
func (p *past) listOffsets(ctx context.Context, timestamp int64, wanted func(*pastLog) bool, take func(*pastLog, found)) error {
	var todo []pastPartition
	for i := range p.topics {
		for j := range p.topics[i].logs {
			if wanted(&p.topics[i].logs[j]) {
				todo = append(todo, pastPartition{i, j})
			}
		}
	}
	for attempt := 0; len(todo) > 0; attempt++ {
		answers, err := p.lookups(ctx, timestamp, todo)
		if err != nil {
			return err
		}
		todo = todo[:0]
		for _, f := range answers {
			if f.err != nil && attempt == 0 && kerr.IsRetriable(f.err) {
				todo = append(todo, f.at)
				continue
			}
			take(&p.topics[f.at.topic].logs[f.at.partition], f)
		}
		if len(todo) > 0 {
			if err := p.s.readMetadata(ctx, newGaps()); err != nil {
				return p.s.metadataError(ctx, err)
			}
		}
	}
	return nil
}

// lookups sends the requests of one lookup, to all brokers at the same time and no faster than Config.BackfillLookups a second
// each.
func (p *past) lookups(ctx context.Context, timestamp int64, todo []pastPartition) ([]found, error) {
	byLeader, out := map[int32][]pastPartition{}, []found(nil)
	for _, at := range todo {
		if leader, ok := p.leader(at); ok {
			byLeader[leader] = append(byLeader[leader], at)
			continue
		}
		out = append(out, found{at: at, offset: unknownOffset, err: kerr.LeaderNotAvailable})
	}
	ids := sortedKeys(byLeader)
	answers := make([][]found, len(ids))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(brokersAtOnce)
	for i, id := range ids {
		group.Go(func() (err error) {
			answers[i], err = p.ofBroker(ctx, id, timestamp, byLeader[id])
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	for _, a := range answers {
		out = append(out, a...)
	}
	return out, nil
}

// leader returns who leads a log at present; false when no one does, or the topic was deleted or made again since.
func (p *past) leader(at pastPartition) (int32, bool) {
	pt := &p.topics[at.topic]
	t := p.s.world.topics[pt.topic.name]
	part := t.at(int32(at.partition))
	if part == nil || t.id != pt.id || part.leader < 0 {
		return 0, false
	}
	return part.leader, true
}

// ofBroker looks up the logs that one broker leads, a request after the other.
func (p *past) ofBroker(ctx context.Context, id int32, timestamp int64, logs []pastPartition) ([]found, error) {
	most := p.s.cfg.BackfillLookups
	var out []found
	for len(logs) > 0 {
		part := logs[:min(most, len(logs))]
		logs = logs[len(part):]
		due := time.NewTimer(time.Duration(float64(len(part)) / float64(most) * float64(time.Second)))
		answers, err := p.request(ctx, id, timestamp, part)
		if err != nil {
			due.Stop()
			return nil, err
		}
		out = append(out, answers...)
		select {
		case <-ctx.Done():
			due.Stop()
			return nil, ctx.Err()
		case <-due.C:
		}
	}
	return out, nil
}

// request asks one broker for some of its logs, which are sorted by topic.
func (p *past) request(ctx context.Context, id int32, timestamp int64, logs []pastPartition) ([]found, error) {
	req := kmsg.NewPtrListOffsetsRequest()
	for _, at := range logs {
		name := p.topics[at.topic].topic.name
		if n := len(req.Topics); n == 0 || req.Topics[n-1].Topic != name {
			req.Topics = append(req.Topics, kmsg.ListOffsetsRequestTopic{Topic: name})
		}
		rp := kmsg.NewListOffsetsRequestTopicPartition()
		rp.Partition, rp.Timestamp = int32(at.partition), timestamp
		rt := &req.Topics[len(req.Topics)-1]
		rt.Partitions = append(rt.Partitions, rp)
	}
	answer, _, err := p.s.ask(ctx, id, req)
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, fmt.Errorf("offsets by timestamp of %s: %s", p.s.brokerName(id), why(p.s.cfg, err))
	}
	answered := map[topicPartition]*kmsg.ListOffsetsResponseTopicPartition{}
	for i := range answer.(*kmsg.ListOffsetsResponse).Topics {
		rt := &answer.(*kmsg.ListOffsetsResponse).Topics[i]
		for j := range rt.Partitions {
			answered[topicPartition{rt.Topic, rt.Partitions[j].Partition}] = &rt.Partitions[j]
		}
	}
	out := make([]found, 0, len(logs))
	for _, at := range logs {
		f := found{at: at, offset: unknownOffset, err: kerr.UnknownTopicOrPartition}
		if rp := answered[topicPartition{p.topics[at.topic].topic.name, int32(at.partition)}]; rp != nil {
			f.offset, f.timestamp, f.err = rp.Offset, rp.Timestamp, kerr.ErrorForCode(rp.ErrorCode)
		}
		out = append(out, f)
	}
	return out, nil
}
