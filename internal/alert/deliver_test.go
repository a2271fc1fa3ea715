package alert

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/internal/faults"
)

// memoryOutbox is an outbox in memory with the ledger's behaviour.
type memoryOutbox struct {
	mu   sync.Mutex
	rows []memoryRow
	// broken makes that many notes fail.
	broken int
}

type memoryRow struct {
	Pending
	next  time.Time
	state string
	why   string
}

func (o *memoryOutbox) add(target, id string, now time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.rows = append(o.rows, memoryRow{Pending: Pending{Row: int64(len(o.rows)), CreatedAt: now,
		Envelope: Envelope{Target: target, Message: Message{ID: id, Cluster: "orders"}}}, next: now})
}

func (o *memoryOutbox) Due(_ context.Context, target string, now time.Time) (Pending, bool, time.Time, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	var next time.Time
	waiting := map[string]bool{} // clusters with an earlier message
	for _, r := range o.rows {
		head := !waiting[r.Message.Cluster]
		if r.Target == target && r.state == "" {
			waiting[r.Message.Cluster] = true
		}
		switch {
		case r.Target != target || r.state != "" || !head:
		case !r.next.After(now):
			return r.Pending, true, time.Time{}, nil
		case next.IsZero() || r.next.Before(next):
			next = r.next
		}
	}
	return Pending{}, false, next, nil
}

func (o *memoryOutbox) note(row int64, change func(*memoryRow)) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.broken > 0 {
		o.broken--
		return errors.New("disk full")
	}
	change(&o.rows[row])
	return nil
}

func (o *memoryOutbox) Sent(_ context.Context, row int64, _ time.Time) error {
	return o.note(row, func(r *memoryRow) { r.state = "sent" })
}

func (o *memoryOutbox) Retry(_ context.Context, row int64, at time.Time, why string) error {
	return o.note(row, func(r *memoryRow) { r.next, r.why, r.Attempts = at, why, r.Attempts+1 })
}

func (o *memoryOutbox) Bury(_ context.Context, row int64, _ time.Time, why string) error {
	return o.note(row, func(r *memoryRow) { r.state, r.why = "dead", why })
}

// recording is a target that notes what it gets and answers with answer.
type recording struct {
	mu     sync.Mutex
	got    []string
	at     []time.Time
	answer func(n int) error
}

func (r *recording) Send(ctx context.Context, m Message) error {
	r.mu.Lock()
	r.got, r.at = append(r.got, m.ID), append(r.at, time.Now())
	n := len(r.got)
	r.mu.Unlock()
	if r.answer == nil {
		return nil
	}
	return r.answer(n)
}

func deliverFor(t *testing.T, d time.Duration, o *memoryOutbox, targets map[string]Target) map[string]int {
	t.Helper()
	outcomes := map[string]int{}
	var mu sync.Mutex
	deliverer := NewDeliverer(targets, o, func(_, _, outcome string) {
		mu.Lock()
		defer mu.Unlock()
		outcomes[outcome]++
	}, time.Now, zerolog.Nop())
	ctx, cancel := context.WithTimeout(t.Context(), d)
	defer cancel()
	if err := deliverer.Run(ctx); err != nil {
		t.Errorf("run: %v", err)
	}
	return outcomes
}

func TestDeliversInOrderAndOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, target := &memoryOutbox{}, &recording{}
		for _, id := range []string{"a", "b", "c"} {
			o.add("slack", id, time.Now())
		}
		deliverFor(t, time.Hour, o, map[string]Target{"slack": target})
		if want := []string{"a", "b", "c"}; !slices.Equal(target.got, want) {
			t.Errorf("sent %v, want %v", target.got, want)
		}
	})
}

func TestRetriesWithGrowingPausesUntilAccepted(t *testing.T) {
	r := faults.Begin(t, "an alert target answers 500", "retried from the outbox with growing pauses until it is accepted, once")
	synctest.Test(t, func(t *testing.T) {
		o := &memoryOutbox{}
		target := &recording{answer: func(n int) error {
			if n < 5 {
				return errors.New("500 internal server error")
			}
			return nil
		}}
		o.add("slack", "a", time.Now())
		outcomes := deliverFor(t, time.Hour, o, map[string]Target{"slack": target})
		if outcomes[OutcomeRetried] != 4 || outcomes[OutcomeSent] != 1 {
			t.Errorf("outcomes %v", outcomes)
		}
		span := target.at[len(target.at)-1].Sub(target.at[0])
		r.Observed("sent once, after %d attempts over %s", len(target.at), span.Round(time.Second))
		for i := 1; i < len(target.at); i++ {
			pause, least := target.at[i].Sub(target.at[i-1]), firstRetry<<(i-1)
			if pause < least || pause > least*5/4 {
				t.Errorf("pause %d is %s, want %s to %s", i, pause, least, least*5/4)
			}
		}
	})
}

func TestHonoursRetryAfter(t *testing.T) {
	r := faults.Begin(t, "an alert target limits requests (429, Retry-After)", "waits as long as it is asked to")
	synctest.Test(t, func(t *testing.T) {
		o := &memoryOutbox{}
		target := &recording{answer: func(n int) error {
			if n == 1 {
				return &Refusal{After: 10 * time.Minute, Err: errors.New("429 too many requests")}
			}
			return nil
		}}
		o.add("slack", "a", time.Now())
		deliverFor(t, time.Hour, o, map[string]Target{"slack": target})
		if len(target.at) != 2 || target.at[1].Sub(target.at[0]) < 10*time.Minute {
			t.Fatalf("attempts at %v", target.at)
		}
		r.Observed("asked to wait 10m, sent after %s", target.at[1].Sub(target.at[0]).Round(time.Second))
	})
}

func TestAPermanentRefusalIsKeptAsDead(t *testing.T) {
	r := faults.Begin(t, "an alert target refuses for good (404)", "not retried for ever; the message is kept and shown as undelivered")
	synctest.Test(t, func(t *testing.T) {
		o := &memoryOutbox{}
		target := &recording{answer: func(int) error { return &Refusal{Permanent: true, Err: errors.New("404 no such webhook")} }}
		o.add("slack", "a", time.Now())
		deliverFor(t, 48*time.Hour, o, map[string]Target{"slack": target})
		if len(target.got) != 1 || o.rows[0].state != "dead" || o.rows[0].why != "404 no such webhook" {
			t.Errorf("%d attempts, row %+v", len(target.got), o.rows[0])
		}
		r.Observed("%d attempt, kept as undelivered with %q", len(target.got), o.rows[0].why)
	})
}

func TestGivesUpAfterThreeDays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := &memoryOutbox{}
		target := &recording{answer: func(int) error { return errors.New("connection refused") }}
		o.add("slack", "a", time.Now())
		deliverFor(t, 7*24*time.Hour, o, map[string]Target{"slack": target})
		if o.rows[0].state != "dead" {
			t.Errorf("after a week the message is %q", o.rows[0].state)
		}
		if span := target.at[len(target.at)-1].Sub(target.at[0]); span < 72*time.Hour || span > 73*time.Hour {
			t.Errorf("tried for %s", span)
		}
	})
}

// A closing message must not overtake the alert that it closes, or Alertmanager would fire for ever.
func TestMessagesOfOneClusterKeepTheirOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := &memoryOutbox{}
		target := &recording{answer: func(n int) error {
			if n <= 2 {
				return errors.New("503 service unavailable")
			}
			return nil
		}}
		o.add("slack", "raised", time.Now())
		o.add("slack", "resolved", time.Now())
		deliverFor(t, time.Hour, o, map[string]Target{"slack": target})
		if want := []string{"raised", "raised", "raised", "resolved"}; !slices.Equal(target.got, want) {
			t.Errorf("sent %v, want %v", target.got, want)
		}
	})
}

// While the ledger cannot be written the message that was sent is not sent again.
func TestAnOutcomeThatCannotBeNotedRepeatsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, target := &memoryOutbox{broken: 50}, &recording{}
		o.add("slack", "a", time.Now())
		o.add("slack", "b", time.Now())
		deliverFor(t, 2*time.Hour, o, map[string]Target{"slack": target})
		if want := []string{"a", "b"}; !slices.Equal(target.got, want) {
			t.Errorf("sent %v, want %v", target.got, want)
		}
	})
}

func TestASlowTargetDelaysNobody(t *testing.T) {
	r := faults.Begin(t, "an alert target hangs", "other targets get their messages at once")
	synctest.Test(t, func(t *testing.T) {
		o, quick := &memoryOutbox{}, &recording{}
		slow := slowTarget{}
		for _, id := range []string{"a", "b", "c"} {
			o.add("slow", id, time.Now())
			o.add("quick", id, time.Now())
		}
		start := time.Now()
		deliverFor(t, 10*time.Minute, o, map[string]Target{"slow": slow, "quick": quick})
		if len(quick.at) != 3 || quick.at[2].Sub(start) > time.Second {
			t.Errorf("the quick target got its messages at %v", quick.at)
		}
		r.Observed("the other target got %d of 3 messages within a second", len(quick.at))
	})
}

// slowTarget hangs until its context ends.
type slowTarget struct{}

func (slowTarget) Send(ctx context.Context, _ Message) error {
	<-ctx.Done()
	return ctx.Err()
}

func TestATargetThatPanicsLosesOneMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := &memoryOutbox{}
		target := &recording{answer: func(n int) error {
			if n == 1 {
				panic("nil map")
			}
			return nil
		}}
		o.add("slack", "a", time.Now())
		o.add("slack", "b", time.Now())
		deliverFor(t, time.Hour, o, map[string]Target{"slack": target})
		if o.rows[0].state != "dead" || o.rows[1].state != "sent" {
			t.Errorf("rows %+v", o.rows)
		}
	})
}
