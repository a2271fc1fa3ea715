package daemon

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/mskfit/mskfit/analyzer/drift"
	"github.com/mskfit/mskfit/internal/agent"
	"github.com/mskfit/mskfit/internal/web"
	"github.com/mskfit/mskfit/verdict"
)

const (
	// ownEvery is how often the daemon looks at itself.
	ownEvery = 30 * time.Second
	// ownHold is how long a part must have been in trouble before a message is sent, as in the Prometheus rules.
	ownHold = 5 * time.Minute
)

// ownParts are those that are reported: without history and ledger the daemon forgets, and verdicts rest on the catalog.
var ownParts = []struct {
	name, title, over string
	level             drift.Level
}{
	{"history", "the history cannot be written", "the history is writable again", drift.LevelCritical},
	{"ledger", "the ledger cannot be written", "the ledger is writable again", drift.LevelCritical},
	{"catalog", "a newer catalog is not in use", "the newer catalog is in use", drift.LevelWarning},
}

// ownName is what messages have instead of a cluster's name. No cluster can have it. replica is empty where there is only one.
func ownName(replica string) string {
	if replica == "" {
		return "mskfit itself"
	}
	return "mskfit on " + replica
}

// notifier sends what happened: to a cluster with its verdict, and to what has no verdict.
type notifier interface {
	agent.Notifier
	NotifyWithoutVerdict(ctx context.Context, name string, state drift.State, events []drift.Event) error
}

// notifyOwn sends a message when the daemon cannot keep what it sees, and when it can again, and ends alerts that no
// verdict will end, until ctx is done. It is the ledger that is in trouble, perhaps: then it works in memory, and so do messages.
func (d *Daemon) notifyOwn(ctx context.Context, n notifier) {
	tick := time.NewTicker(ownEvery)
	defer tick.Stop()
	for {
		if err := d.notifyOwnOnce(ctx, n); err != nil && ctx.Err() == nil {
			d.log.Warn().Err(err).Msg("message about mskfit's own state not sent; will retry")
		}
		if err := d.endDepartedOnce(ctx, n); err != nil && ctx.Err() == nil {
			d.log.Warn().Err(err).Msg("alerts of clusters that are no longer watched are still open; will retry")
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// endDepartedOnce ends the alerts of departed clusters, in one replica of several.
func (d *Daemon) endDepartedOnce(ctx context.Context, n notifier) error {
	if !d.planned().duties {
		return nil
	}
	return d.endDeparted(ctx, n)
}

func (d *Daemon) notifyOwnOnce(ctx context.Context, n notifier) error {
	name, now := ownName(d.replica), d.now().UTC()
	before, err := d.ledger.DriftState(ctx, name)
	if err != nil {
		return err
	}
	state, events := ownEvents(before, d.Daemon().Problems, now)
	if len(events) == 0 && len(state.Rules) == 0 {
		return nil
	}
	for i := range events {
		events[i].Cluster = name
	}
	return n.NotifyWithoutVerdict(ctx, name, state, events)
}

// ownEvents says what to report about the parts in trouble.
func ownEvents(before drift.State, problems []web.Problem, now time.Time) (after drift.State, events []drift.Event) {
	after = drift.State{Rules: map[string]drift.RuleState{}, At: now}
	maps.Copy(after.Rules, before.Rules)
	for _, part := range ownParts {
		key := drift.Subject{Kind: drift.OfDaemon, Name: part.name}.Key()
		_, known := before.Rules[key]
		i := slices.IndexFunc(problems, func(p web.Problem) bool { return p.Part == part.name && p.Since != nil })
		e := drift.Event{Key: key, Level: part.level, At: now, Since: now, Rule: &verdict.Rule{ID: key, Title: part.title}}
		switch {
		case i >= 0 && !known && now.Sub(*problems[i].Since) >= ownHold:
			e.Kind, e.Since, e.Reason = drift.EventRaised, *problems[i].Since, problems[i].Why
			after.Rules[key] = drift.RuleState{Level: part.level, Since: e.Since, Reason: e.Reason}
			events = append(events, e)
		case i < 0 && known:
			e.Kind, e.Level, e.Reason = drift.EventResolved, drift.LevelOK, part.over
			delete(after.Rules, key)
			events = append(events, e)
		}
	}
	return after, events
}
