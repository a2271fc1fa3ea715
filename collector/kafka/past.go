package kafka

import (
	"context"
	"fmt"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
)

// fromPast is the source of figures that were read back, as people read it.
const fromPast = "kafka: offsets by timestamp"

// ReadBack reads back what flowed through the cluster in the span, from the log itself: the offset of the first record at
// each of a row of instants, which are five minutes apart in the last two hours, fifteen in the last day, and an hour before.
// It hands over one sample between any two, the newest first, each adjoining the one before, and ends with nil at the span's
// start, or at the oldest record that any log still holds. An error of emit ends it.
//
// It asks every broker once for each instant and once more for every 24 of them; at most 450 requests for 14 days. A request
// looks up at most Config.BackfillLookups partitions, and no more than that are looked up in a second.
//
// Records are counted by their timestamps, and bytes are records × the mean bytes per record of the log as it is kept. Where a log
// begins only after an instant, what was before is not known: see pastShare. Topics that are gone left nothing to read.
//
// Like Collect it is for one goroutine at a time. It makes a sweep first if there was none.
func (s *Source) ReadBack(ctx context.Context, span workload.Window, emit func(workload.Sample) error) error {
	if s.result.finished == 0 {
		if _, err := s.Collect(ctx, workload.Window{}); err != nil {
			return err
		}
	}
	p := newPast(s)
	if err := p.begin(ctx); err != nil {
		return fmt.Errorf("read back: %w", err)
	}
	marks := pastMarks(span, s.now())
	for i, mark := range marks {
		if i > 0 && (!mark.Before(marks[i-1]) || !marks[i-1].After(p.oldest())) {
			return nil
		}
		if i > 0 && i%pastRefresh == 0 {
			if err := p.refresh(ctx); err != nil {
				return fmt.Errorf("read back: %w", err)
			}
		}
		if err := p.ask(ctx, mark); err != nil {
			return fmt.Errorf("read back to %s: %w", mark.Format(time.RFC3339), err)
		}
		if i == 0 {
			continue
		}
		if err := emit(p.sample(workload.Window{Start: mark, End: marks[i-1]})); err != nil {
			return err
		}
	}
	return nil
}

// pastRefresh is after how many instants the begins of logs are read again: retention deletes in the meantime.
const pastRefresh = 24

// pastMarks are the instants from the end of the span back to its start.
func pastMarks(span workload.Window, now time.Time) []time.Time {
	marks := []time.Time{span.End.UTC()}
	for t := span.End.UTC(); t.After(span.Start); {
		step := time.Hour
		switch age := now.Sub(t); {
		case age < 2*time.Hour:
			step = 5 * time.Minute
		case age < 24*time.Hour:
			step = 15 * time.Minute
		}
		if t = t.Add(-1).Truncate(step); t.Before(span.Start) {
			t = span.Start.UTC()
		}
		marks = append(marks, t)
	}
	return marks
}

// past is one reading back.
type past struct {
	s      *Source
	topics []pastTopic // by name
	// began is when it began: what end offsets and sizes are of.
	began time.Time
}

// pastTopic is one topic with its logs by partition.
type pastTopic struct {
	topic *topic
	id    [16]byte
	logs  []pastLog
}

// newPast takes over the layout and the ends of logs from the last sweep.
func newPast(s *Source) *past {
	p := &past{s: s, began: s.now()}
	for _, name := range s.world.names {
		t := s.world.topics[name]
		pt := pastTopic{topic: t, id: t.id, logs: make([]pastLog, len(t.parts))}
		for i := range t.parts {
			part := &t.parts[i]
			l := &pt.logs[i]
			*l = pastLog{end: part.fresh.end, first: unknownOffset, newer: unknownOffset, older: unknownOffset,
				blurred: t.policy == policyCompact || t.policy == policyUnknown}
			if l.density, l.dense = logDensity(part.fresh, t.policy); !l.dense {
				if l.density, l.dense = part.density(t); l.dense {
					l.density = l.density.withMargin(logMargin)
				}
			}
			if t.policy == policyRewritten && l.dense {
				l.density.low, l.density.high = l.density.low/2, l.density.high*8
			}
		}
		p.topics = append(p.topics, pt)
	}
	return p
}

// oldest is the timestamp of the oldest record that any log holds; now when there is none.
func (p *past) oldest() time.Time {
	oldest := p.began.UnixMilli()
	for i := range p.topics {
		for j := range p.topics[i].logs {
			if l := &p.topics[i].logs[j]; l.readable() {
				oldest = min(oldest, l.since)
			}
		}
	}
	return time.UnixMilli(oldest)
}
