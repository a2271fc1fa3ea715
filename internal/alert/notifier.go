package alert

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/analyzer/drift"
	"github.com/mskfit/mskfit/verdict"
)

// Store is what the notifier keeps in the ledger.
type Store interface {
	// AlertLog returns what has been sent about the cluster; the zero Log when nothing has.
	AlertLog(ctx context.Context, cluster string) (Log, error)
	// VerdictBefore returns the last verdict on the cluster made before the time; false when there is none.
	VerdictBefore(ctx context.Context, cluster string, at time.Time) (verdict.Verdict, bool, error)
	// Maintenances returns the ad hoc spans that are not over.
	Maintenances(ctx context.Context, now time.Time) ([]Maintenance, error)
	// Commit keeps the drift state, the alert log, the record of alerts and the messages in one transaction: all of it or
	// nothing. A message whose ID is there already is left out.
	Commit(ctx context.Context, cluster string, state drift.State, alertLog Log, record []Entry, messages []Envelope) error
}

// Deps are what a Notifier works with.
type Deps struct {
	// Recipients are the targets, see Recipients.
	Recipients []Recipient
	// Store holds what was sent, the outbox and the maintenance spans.
	Store Store
	// Past is where what moved is read from; nil: messages go without it.
	Past Past
	// Wake is called once there are new messages; nil: the deliverer finds them by itself.
	Wake func()
	// Now is the clock.
	Now func() time.Time
	Log zerolog.Logger
}

// Notifier turns the drift of one run into messages in the outbox.
type Notifier struct {
	cfg        Config
	recipients []Recipient
	store      Store
	past       Past
	wake       func()
	now        func() time.Time
	log        zerolog.Logger
}

// NewNotifier returns a notifier.
func NewNotifier(cfg Config, d Deps) *Notifier {
	if d.Wake == nil {
		d.Wake = func() {}
	}
	return &Notifier{cfg: cfg, recipients: d.Recipients, store: d.Store, past: d.Past, wake: d.Wake, now: d.Now, log: d.Log}
}

// Recipients are the targets as planning sees them, by name. A target with a method Mirrors that returns true is one; its method
// Refreshes, if it has one, says how often what is open is sent again.
func Recipients(targets map[string]Target) []Recipient {
	var out []Recipient
	for _, name := range slices.Sorted(maps.Keys(targets)) {
		m, ok := targets[name].(interface{ Mirrors() bool })
		to := Recipient{Name: name, Mirrors: ok && m.Mirrors()}
		if f, ok := targets[name].(interface{ Refreshes() time.Duration }); ok {
			to.Refresh = f.Refreshes()
		}
		out = append(out, to)
	}
	return out
}

// Notify plans what to send and commits it together with the state. When it fails nothing has changed: the next run sees the
// same events again. v is what analyzer.Present says.
func (n *Notifier) Notify(ctx context.Context, v verdict.Verdict, state drift.State, events []drift.Event) error {
	return n.notify(ctx, Input{Cluster: v.Cluster, Verdict: v, Events: events, State: state})
}

// NotifyWithoutVerdict is [Notifier.Notify] for what no verdict is made on: mskfit itself, or a cluster that is no longer watched.
func (n *Notifier) NotifyWithoutVerdict(ctx context.Context, name string, state drift.State, events []drift.Event) error {
	return n.notify(ctx, Input{Cluster: name, Events: events, State: state})
}

func (n *Notifier) notify(ctx context.Context, in Input) error {
	in.Config, in.Recipients = n.cfg, n.recipients
	now := n.now().UTC()
	alertLog, err := n.store.AlertLog(ctx, in.Cluster)
	if err != nil {
		return fmt.Errorf("read open alerts: %w", err)
	}
	if in.AdHoc, err = n.store.Maintenances(ctx, now); err != nil {
		return fmt.Errorf("read maintenance: %w", err)
	}
	reminds := slices.ContainsFunc(slices.Collect(maps.Values(alertLog.Open)), func(o OpenAlert) bool { return o.due(n.cfg, now) })
	if in.Verdict.Cluster != "" && len(n.recipients) > 0 && (len(in.Events) > 0 || reminds) {
		in.Earlier = n.earlier(ctx, in.Verdict, now)
	}
	alertLog, messages := Plan(alertLog, in, now)
	if err := n.store.Commit(ctx, in.Cluster, in.State, alertLog, entries(in), messages); err != nil {
		return err
	}
	if len(messages) > 0 {
		n.wake()
	}
	return nil
}
