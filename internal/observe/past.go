package observe

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
)

// Past reads back what flowed through the cluster before it was observed. kafka.Source is one.
type Past interface {
	// ReadBack hands over samples of the span, the newest first, each adjoining the one before, and ends with nil where nothing
	// older is known. An error of emit ends it, and it returns promptly once ctx is done.
	ReadBack(ctx context.Context, span workload.Window, emit func(workload.Sample) error) error
}

// ReadBack is what an observation has read back of the time before it.
type ReadBack struct {
	// Asked ends where the observation begins.
	Asked workload.Window
	// Samples adjoin each other and the observation, newest first.
	Samples []workload.Sample
	// Cut: the observation was over before reading back was. Err is why it ended early otherwise.
	Cut bool
	Err error
}

// reached is how far back the samples cover the whole cluster.
func (b *ReadBack) reached() time.Duration {
	known := b.known()
	if len(known) == 0 {
		return 0
	}
	return b.Asked.End.Sub(known[len(known)-1].Window.Start)
}

// readingBack is a reading back that runs beside the sweeps.
type readingBack struct {
	stop context.CancelFunc
	done chan struct{}

	mu  sync.Mutex
	got ReadBack
}

// startReadBack begins to read back what was before end; nil when that is not wanted.
func startReadBack(ctx context.Context, p Plan, end time.Time) *readingBack {
	if p.Past == nil || p.Backfill <= 0 {
		return nil
	}
	ctx, stop := context.WithCancel(ctx)
	b := &readingBack{stop: stop, done: make(chan struct{})}
	b.got.Asked = workload.Window{Start: end.Add(-p.Backfill).UTC(), End: end.UTC()}
	go func() {
		defer close(b.done)
		err := p.Past.ReadBack(ctx, b.got.Asked, b.take)
		b.mu.Lock()
		defer b.mu.Unlock()
		if b.got.Cut = err != nil && ctx.Err() != nil; !b.got.Cut {
			b.got.Err = err
		}
	}()
	return b
}

func (b *readingBack) take(s workload.Sample) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.got.Samples = append(b.got.Samples, s)
	return nil
}

// reached is how far back it has come.
func (b *readingBack) reached() time.Duration {
	if b == nil {
		return 0
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.got.reached()
}

// end stops reading and returns what was read. One that does not stop within the grace is left behind.
func (b *readingBack) end() *ReadBack {
	if b == nil {
		return nil
	}
	b.stop()
	select {
	case <-b.done:
	case <-time.After(grace):
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	out := b.got
	out.Samples = out.Samples[:len(out.Samples):len(out.Samples)]
	select {
	case <-b.done:
	default:
		out.Cut = true
	}
	return &out
}

// known returns the samples back to the oldest in which there is a figure of the whole cluster: what is older says nothing of
// it, because the logs of other topics do not reach back so far.
func (b *ReadBack) known() []workload.Sample {
	if b == nil {
		return nil
	}
	n := 0
	for i := range b.Samples {
		if t := &b.Samples[i].Totals; t.IngressBytesPerSec != nil || t.MessagesPerSec != nil {
			n = i + 1
		}
	}
	return b.Samples[:n]
}

// gaps says what is not seen of the time before the observation. seen is how far back it is known.
func (b *ReadBack) gaps(seen time.Duration, egress string) []workload.Gap {
	if b == nil {
		return nil
	}
	var out []workload.Gap
	note := func(what, why, effect string) {
		out = append(out, workload.Gap{Source: "kafka", What: what, Why: why, Effect: effect, Inherent: true})
	}
	rests := "the verdict uses this observation only"
	if seen > 0 {
		rests = fmt.Sprintf("ingress covers %s", days(seen))
		note("minutes before the observation",
			fmt.Sprintf("%s were read back from the log, as means of 5 minutes to an hour", days(seen)),
			"shorter peaks are not visible and may be higher")
		note("egress before the observation", "the log does not record who read it", egress)
	}
	before := "the time before the observation"
	if seen > 0 {
		before = fmt.Sprintf("the time before the last %s", days(seen))
	}
	switch {
	case b.Err != nil && !errors.Is(b.Err, context.Canceled):
		out = append(out, workload.Gap{Source: "kafka", What: before, Why: b.Err.Error(), Effect: rests})
	case b.Cut:
		note(before, "reading back had not finished when the observation ended", rests+"; a longer --for reads back further")
	case seen == 0 && len(b.Samples) > 0:
		note(before, "more than 10 % of the ingress of that time is no longer in the logs or cannot be counted", rests)
	}
	return out
}

// days writes a long span: "13.9 days", "7.5 hours", "40 min".
func days(d time.Duration) string {
	switch {
	case d >= 48*time.Hour:
		return workload.FormatNumber(d.Hours()/24) + " days"
	case d >= 2*time.Hour:
		return workload.FormatNumber(d.Hours()) + " hours"
	}
	return span(d)
}
