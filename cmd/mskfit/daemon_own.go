package main

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/mskfit/mskfit/analyzer"
	"github.com/mskfit/mskfit/internal/agent"
	"github.com/mskfit/mskfit/internal/web"
	"github.com/mskfit/mskfit/verdict"
)

const (
	// ownEvery is how often the daemon looks at itself.
	ownEvery = 30 * time.Second
	// ownHold is how long a part must have been in trouble before somebody is told, as in the Prometheus rules.
	ownHold = 5 * time.Minute
)

// ownParts are those that are told of: without history and ledger the daemon forgets, and verdicts rest on the catalog.
var ownParts = []struct {
	name, title, over string
	level             analyzer.Level
}{
	{"history", "the history cannot be written", "the history is written again", analyzer.LevelCritical},
	{"ledger", "the ledger cannot be written", "the ledger is written again", analyzer.LevelCritical},
	{"catalog", "a newer catalog is not in force", "the newer catalog is in force", analyzer.LevelWarning},
}

// ownName stands in messages where a cluster's name does. No cluster can have it.
func ownName(shard agent.Shard) string {
	if shard.Count > 0 {
		return "mskfit, shard " + shard.String()
	}
	return "mskfit itself"
}

// tellOwn tells the alert targets when the daemon cannot keep what it sees, and when it can again, until ctx is done. It is the ledger
// that is in trouble, perhaps: then it works in memory, and so do messages.
func (d *daemon) tellOwn(ctx context.Context, n agent.Notifier) {
	tick := time.NewTicker(ownEvery)
	defer tick.Stop()
	for {
		if err := d.tellOwnOnce(ctx, n); err != nil && ctx.Err() == nil {
			d.log.Warn().Err(err).Msg("own trouble not told; tried again")
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func (d *daemon) tellOwnOnce(ctx context.Context, n agent.Notifier) error {
	name, now := ownName(d.shard), d.now().UTC()
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
	return n.Notify(ctx, verdict.Verdict{Cluster: name}, state, events)
}

// ownEvents says what to tell of the parts in trouble.
func ownEvents(before analyzer.DriftState, problems []web.Problem, now time.Time) (after analyzer.DriftState, events []analyzer.Event) {
	after = analyzer.DriftState{Rules: map[string]analyzer.RuleState{}, At: now}
	maps.Copy(after.Rules, before.Rules)
	for _, part := range ownParts {
		key := "daemon/" + part.name
		_, told := before.Rules[key]
		i := slices.IndexFunc(problems, func(p web.Problem) bool { return p.Part == part.name && p.Since != nil })
		e := analyzer.Event{Key: key, Level: part.level, At: now, Since: now, Rule: &verdict.Rule{ID: key, Title: part.title}}
		switch {
		case i >= 0 && !told && now.Sub(*problems[i].Since) >= ownHold:
			e.Kind, e.Since, e.Reason = analyzer.EventRaised, *problems[i].Since, problems[i].Why
			after.Rules[key] = analyzer.RuleState{Level: part.level, Since: e.Since, Reason: e.Reason}
			events = append(events, e)
		case i < 0 && told:
			e.Kind, e.Level, e.Reason = analyzer.EventResolved, analyzer.LevelOK, part.over
			delete(after.Rules, key)
			events = append(events, e)
		}
	}
	return after, events
}
