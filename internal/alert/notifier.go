package alert

import (
	"context"
	"fmt"
	"time"

	"github.com/mskfit/mskfit/analyzer"
)

// Store is what the notifier keeps in the ledger.
type Store interface {
	// Book returns what has been told of the cluster; the zero Book when nothing has.
	Book(ctx context.Context, cluster string) (Book, error)
	// VerdictBefore returns the last verdict on the cluster made at or before the time; false when there is none.
	VerdictBefore(ctx context.Context, cluster string, at time.Time) (analyzer.Verdict, bool, error)
	// Maintenances returns the ad hoc spans that are not over.
	Maintenances(ctx context.Context, now time.Time) ([]Maintenance, error)
	// Commit keeps the drift state, the book and the messages in one transaction: all of it or nothing.
	Commit(ctx context.Context, cluster string, state analyzer.DriftState, book Book, messages []Envelope, now time.Time) error
}

// Notifier turns the drift of one run into messages in the outbox.
type Notifier struct {
	cfg     Config
	targets []string
	store   Store
	wake    func()
	now     func() time.Time
}

// NewNotifier returns a notifier for the named targets; wake is called once there are new messages.
func NewNotifier(cfg Config, targets []string, store Store, wake func(), now func() time.Time) *Notifier {
	return &Notifier{cfg: cfg, targets: targets, store: store, wake: wake, now: now}
}

// Notify plans what to tell and commits it together with the state. When it fails nothing has changed: the next run sees the
// same events again.
func (n *Notifier) Notify(ctx context.Context, v analyzer.Verdict, state analyzer.DriftState, events []analyzer.Event) error {
	now := n.now().UTC()
	book, err := n.store.Book(ctx, v.Cluster)
	if err != nil {
		return fmt.Errorf("read open alerts: %w", err)
	}
	in := Input{Config: n.cfg, Targets: n.targets, Verdict: v, Events: events}
	if in.AdHoc, err = n.store.Maintenances(ctx, now); err != nil {
		return fmt.Errorf("read maintenance: %w", err)
	}
	if len(events) > 0 {
		if weekAgo, found, err := n.store.VerdictBefore(ctx, v.Cluster, now.AddDate(0, 0, -7)); err != nil {
			return fmt.Errorf("read verdict of a week ago: %w", err)
		} else if found {
			in.WeekAgo = &weekAgo
		}
	}
	book, messages := Plan(book, in, now)
	if err := n.store.Commit(ctx, v.Cluster, state, book, messages, now); err != nil {
		return err
	}
	if len(messages) > 0 {
		n.wake()
	}
	return nil
}
