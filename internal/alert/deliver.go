package alert

import (
	"context"
	"fmt"
	"hash/fnv"
	"time"

	"github.com/rs/zerolog"
	"golang.org/x/sync/errgroup"
)

// Pending is a message in the outbox that waits to be sent.
type Pending struct {
	// Row identifies it in the outbox.
	Row int64
	Envelope
	// CreatedAt is when the message was made, in UTC.
	CreatedAt time.Time
	// Attempts is how often it has been tried.
	Attempts int
}

// Outbox keeps messages until they are delivered. It belongs to the ledger, which puts messages in together with the
// state that they follow from.
type Outbox interface {
	// Due returns the oldest message for the target that may be tried now; false when there is none. Messages on one cluster
	// keep their order: a later one waits until the earlier one is done, or a closing could overtake its alert. next is
	// when the earliest of those that wait may be tried; zero when none waits.
	Due(ctx context.Context, target string, now time.Time) (p Pending, found bool, next time.Time, err error)
	// Sent notes that the message was accepted, Retry that it has to be tried again, Bury that it never will be.
	Sent(ctx context.Context, row int64, now time.Time) error
	Retry(ctx context.Context, row int64, at time.Time, why string) error
	Bury(ctx context.Context, row int64, now time.Time, why string) error
}

// Outcomes of an attempt, for the metrics.
const (
	OutcomeSent    = "sent"
	OutcomeRetried = "retried"
	OutcomeDead    = "dead"
)

// Deliverer takes messages from the outbox to the targets, each target on its own.
type Deliverer struct {
	targets map[string]Target
	outbox  Outbox
	count   func(cluster, target, outcome string)
	now     func() time.Time
	log     zerolog.Logger
	wake    map[string]chan struct{}
}

// Delivery's bounds.
const (
	sendTimeout = 30 * time.Second
	firstRetry  = 5 * time.Second
	lastRetry   = 15 * time.Minute
	// giveUpAfter is how long a message is tried, a weekend and a day; then it is kept as dead and shown.
	giveUpAfter = 72 * time.Hour
	// noteTimeout bounds writing an outcome down.
	noteTimeout = 5 * time.Second
	// idle is how long a target sleeps when nothing waits; a new message wakes it at once.
	idle = time.Minute
)

// NewDeliverer returns a deliverer; count gets every attempt and must not block.
func NewDeliverer(targets map[string]Target, outbox Outbox, count func(cluster, target, outcome string), now func() time.Time,
	log zerolog.Logger) *Deliverer {
	d := &Deliverer{targets: targets, outbox: outbox, count: count, now: now, log: log, wake: map[string]chan struct{}{}}
	for name := range targets {
		d.wake[name] = make(chan struct{}, 1)
	}
	return d
}

// Wake signals the targets that there are new messages. It never blocks.
func (d *Deliverer) Wake() {
	for _, ch := range d.wake {
		select {
		case ch <- struct{}{}:
		default:
		}
	}
}

// Run delivers until ctx is done. One slow target never delays another. A message that was being sent when ctx ended is sent
// again at the next start, with the same ID.
func (d *Deliverer) Run(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	for name, target := range d.targets {
		group.Go(func() error {
			d.serve(ctx, name, target)
			return nil
		})
	}
	return group.Wait()
}

func (d *Deliverer) serve(ctx context.Context, name string, target Target) {
	failures := 0
	for ctx.Err() == nil {
		p, found, next, err := d.outbox.Due(ctx, name, d.now())
		switch {
		case err != nil && ctx.Err() == nil:
			d.log.Error().Err(err).Str("target", name).Msg("outbox cannot be read")
			d.sleep(ctx, name, min(firstRetry<<min(failures, 8), idle))
			failures++
			continue
		case found:
			d.attempt(ctx, name, target, p)
		default:
			wait := idle
			if !next.IsZero() {
				wait = min(wait, max(next.Sub(d.now()), 10*time.Millisecond))
			}
			d.sleep(ctx, name, wait)
		}
		failures = 0
	}
}

// attempt sends one message and notes the outcome. The outcome is noted even while the process stops.
func (d *Deliverer) attempt(ctx context.Context, name string, target Target, p Pending) {
	sending, cancel := context.WithTimeout(ctx, sendTimeout)
	err := Send(sending, target, p.Message)
	cancel()
	if ctx.Err() != nil && err != nil {
		return // stopped while sending: the next start tries again
	}
	log := d.log.With().Str("target", name).Str("cluster", p.Message.Cluster).Str("message", p.Message.ID).Int("attempt",
		p.Attempts+1).Logger()
	now := d.now()
	refusal := refusalOf(err)
	switch {
	case err == nil:
		d.count(p.Message.Cluster, name, OutcomeSent)
		log.Info().Msg("message sent")
		d.note(ctx, log, func(ctx context.Context) error { return d.outbox.Sent(ctx, p.Row, now) })
	case refusal.Permanent, now.Sub(p.CreatedAt) >= giveUpAfter:
		d.count(p.Message.Cluster, name, OutcomeDead)
		log.Error().Err(err).Msg("message dropped after its last attempt")
		d.note(ctx, log, func(ctx context.Context) error { return d.outbox.Bury(ctx, p.Row, now, err.Error()) })
	default:
		at := now.Add(max(backoff(p.Message.ID, p.Attempts), refusal.After))
		d.count(p.Message.Cluster, name, OutcomeRetried)
		log.Warn().Err(err).Time("again_at", at).Msg("message not accepted, trying again")
		d.note(ctx, log, func(ctx context.Context) error { return d.outbox.Retry(ctx, p.Row, at, err.Error()) })
	}
}

// note writes the outcome of an attempt down, however long that takes: going on without it would send the same message again and
// again for as long as the disk is full. When stopped, it tries once more; the next start may then repeat this one message.
func (d *Deliverer) note(ctx context.Context, log zerolog.Logger, write func(context.Context) error) {
	for failures := 0; ; failures++ {
		noting, cancel := context.WithTimeout(context.WithoutCancel(ctx), noteTimeout)
		err := write(noting)
		cancel()
		if err == nil {
			return
		}
		log.Error().Err(err).Msg("outcome of a message not saved; nothing more is sent to its target until it is")
		if ctx.Err() != nil {
			return
		}
		pause(ctx, min(firstRetry<<min(failures, 8), idle))
	}
}

// pause waits, and returns early once ctx is done.
func pause(ctx context.Context, wait time.Duration) {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// Send sends one message at once, without an outbox; a target's panic is that message's error.
func Send(ctx context.Context, t Target, m Message) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &Refusal{Permanent: true, Err: fmt.Errorf("internal error, please report it: %v", p)}
		}
	}()
	return t.Send(ctx, m)
}

// backoff doubles from 5 s to 15 min and adds up to a quarter, drawn from the message's ID so that messages which
// failed together do not come back together.
func backoff(id string, attempts int) time.Duration {
	wait := min(firstRetry<<min(attempts, 16), lastRetry)
	h := fnv.New32a()
	_, _ = fmt.Fprintf(h, "%s %d", id, attempts) // a hash never fails
	return wait + wait/4*time.Duration(h.Sum32()%1000)/1000
}

func (d *Deliverer) sleep(ctx context.Context, name string, wait time.Duration) {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-d.wake[name]:
	case <-timer.C:
	}
}
