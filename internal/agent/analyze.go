package agent

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/mskfit/mskfit/analyzer"
	"github.com/mskfit/mskfit/analyzer/drift"
	"github.com/mskfit/mskfit/analyzer/review"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// analyze decides on the long window, follows the drift on the short one, and keeps both.
func (a *Agent) analyze(ctx context.Context, c *watched) error {
	leave, err := a.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	now := a.deps.Now().UTC()
	verdict, err := a.decide(ctx, c, a.cfg.Window, now)
	if err != nil {
		return err
	}
	recent, err := a.input(ctx, c, a.cfg.DriftWindow+c.late(), now)
	if err != nil {
		return err
	}
	before, unsent, err := a.drift(ctx, c)
	if err != nil { // without knowing which alerts were sent, none can be: the verdict is kept all the same
		c.noteDecided(verdict, nil, unsent)
		a.deps.Observer.Decided(verdict, drift.State{})
		return errors.Join(err, wrap("save verdict", a.deps.Ledger.SaveVerdict(ctx, verdict)))
	}
	before = before.Noted(verdict, c.Requirements)
	present := analyzer.Present(recent, verdict, before, a.policy(c), now)
	seen := c.seen()
	seen.Rules = drift.LastSeen(recent.Workload, present)
	state, events := drift.Advance(before, present, seen, a.cfg.Drift, now)
	events = append(unsent, events...)
	saved := wrap("save verdict", a.deps.Ledger.SaveVerdict(ctx, verdict))
	notified := wrap("save alert state", a.deps.Notifier.Notify(ctx, present, state, events))
	if notified == nil {
		events = nil
	}
	verdict.Review = a.review(ctx, c) // last, and not in the ledger: alerts do not wait for it, and its months are kept once
	c.noteDecided(verdict, &state, events)
	a.deps.Observer.Decided(verdict, state)
	return errors.Join(saved, notified)
}

// enter waits for a place among the decisions that are made at the same time: a thousand clusters are due together, and each reads
// days of history. leave gives the place back.
func (a *Agent) enter(ctx context.Context) (leave func(), err error) {
	select {
	case a.deciding <- struct{}{}:
		return func() { <-a.deciding }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// preview shows a verdict on what is there while the past is still to be read back. No message is sent, and nothing of it is
// kept: the choice may be another one in a minute.
func (a *Agent) preview(ctx context.Context, c *watched) error {
	leave, err := a.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	verdict, err := a.decide(ctx, c, a.cfg.Window, a.deps.Now().UTC())
	if err != nil {
		return err
	}
	c.noteDecided(verdict, nil, nil)
	a.deps.Observer.Decided(verdict, drift.State{})
	return nil
}

// undecided reports whether there is something to decide on and no verdict yet.
func (s *state) undecided() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.verdict == nil && s.enough
}

// seen says when the cluster was last observed, and since when it is.
func (c *watched) seen() drift.Seen {
	late := c.late()
	c.mu.Lock()
	defer c.mu.Unlock()
	return drift.Seen{Since: c.firstEnd, Newest: c.newest, Late: late}
}

// fellSilent reports whether no sample has come for so long that figures count as missing, and nothing was decided since. It does
// so once for each silence.
func (c *watched) fellSilent(after time.Duration, now time.Time) bool {
	late := c.late()
	c.mu.Lock()
	defer c.mu.Unlock()
	if after <= 0 || c.newest.IsZero() || c.newest.Equal(c.silent) || c.drift == nil || now.Sub(c.newest) < late+after {
		return false
	}
	c.silent = c.newest
	return true
}

// late is how old the newest figures of the cluster may be: those of the source that is the first to know.
func (c *watched) late() time.Duration {
	var first *time.Duration
	for _, s := range c.Sources {
		late := time.Duration(0)
		if s.Late != nil {
			late = s.Late()
		}
		if first == nil || late < *first {
			first = &late
		}
	}
	if first == nil {
		return 0
	}
	return *first
}

// drift returns the state of the cluster's rules, and what could not be sent so far: a ledger that cannot be written loses no
// alert as long as the process lives. The ledger is asked once.
func (a *Agent) drift(ctx context.Context, c *watched) (drift.State, []drift.Event, error) {
	c.mu.Lock()
	known, unsent := c.drift, c.unsent
	c.mu.Unlock()
	if known != nil {
		return *known, unsent, nil
	}
	s, err := a.deps.Ledger.DriftState(ctx, c.Name)
	return s, unsent, wrap("read alert state", err)
}

func wrap(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}

func (a *Agent) decide(ctx context.Context, c *watched, span time.Duration, now time.Time) (verdict.Verdict, error) {
	in, err := a.input(ctx, c, span, now)
	if err != nil {
		return verdict.Verdict{}, err
	}
	c.mu.Lock()
	c.input = &in
	c.mu.Unlock()
	return analyzer.Analyze(in, now), nil
}

// reviewed is decide with the comparison of a migrated cluster.
func (a *Agent) reviewed(ctx context.Context, c *watched, span time.Duration, now time.Time) (verdict.Verdict, error) {
	v, err := a.decide(ctx, c, span, now)
	if err == nil {
		v.Review = a.review(ctx, c)
	}
	return v, err
}

// review compares a migrated cluster with the verdict that it was migrated on; nil for any other. One that cannot be made costs no
// verdict: it says why.
func (a *Agent) review(ctx context.Context, c *watched) *verdict.Review {
	if c.Review == nil {
		return nil
	}
	c.mu.Lock()
	in := *c.input
	c.mu.Unlock()
	r, err := c.Review(ctx, in)
	if err != nil {
		a.deps.Log.Error().Err(err).Str("cluster", c.Name).Msg("prediction not compared")
		return review.Without("", "it could not be compared: "+err.Error())
	}
	return r
}

// input is what a verdict on the last span of the cluster's history depends on.
func (a *Agent) input(ctx context.Context, c *watched, span time.Duration, now time.Time) (analyzer.Input, error) {
	w, err := a.deps.History.Workload(ctx, c.Name, workload.Window{Start: now.Add(-span), End: now})
	if err != nil {
		return analyzer.Input{}, fmt.Errorf("read history of %s: %w", span, err)
	}
	w.Cluster = c.Name
	if w.Region == "" {
		w.Region = c.Region
	}
	return analyzer.Input{Workload: w, Requirements: c.Requirements, Catalog: a.deps.Catalog, Options: a.cfg.Sizing}, nil
}

// policy is that of the alerts on the cluster.
func (a *Agent) policy(c *watched) drift.Policy {
	p := a.cfg.Drift
	p.Limits = c.Limits
	return p
}

// Present gives the limits of the named cluster as its alerts see them now, without a message. Of a verdict that was sent
// before it knows nothing: the cluster of today, or the choice of now, is watched.
func (a *Agent) Present(ctx context.Context, cluster string) (verdict.Verdict, error) {
	c := a.find(cluster)
	if c == nil {
		return verdict.Verdict{}, fmt.Errorf("no cluster %q", cluster)
	}
	now := a.deps.Now().UTC()
	v, err := a.decide(ctx, c, a.cfg.Window, now)
	if err != nil {
		return v, err
	}
	recent, err := a.input(ctx, c, a.cfg.DriftWindow+c.late(), now)
	if err != nil {
		return v, err
	}
	return analyzer.Present(recent, v, drift.State{}.Noted(v, c.Requirements), a.policy(c), now), nil
}

// Input is what the cluster's last decision was made from; false before the first one. It is shared: change a copy.
func (a *Agent) Input(cluster string) (analyzer.Input, bool) {
	c := a.find(cluster)
	if c == nil {
		return analyzer.Input{}, false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.input == nil {
		return analyzer.Input{}, false
	}
	return *c.input, true
}

// Decide gives a verdict on the history of the named cluster now, without keeping it or telling anyone.
func (a *Agent) Decide(ctx context.Context, cluster string) (verdict.Verdict, error) {
	c := a.find(cluster)
	if c == nil {
		return verdict.Verdict{}, fmt.Errorf("no cluster %q", cluster)
	}
	return a.decide(ctx, c, a.cfg.Window, a.deps.Now().UTC())
}

// DecideOn is Decide for a window of the past.
func (a *Agent) DecideOn(ctx context.Context, cluster string, w workload.Window) (verdict.Verdict, error) {
	c := a.find(cluster)
	if c == nil {
		return verdict.Verdict{}, fmt.Errorf("no cluster %q", cluster)
	}
	return a.reviewed(ctx, c, w.Duration(), w.End)
}

// InputOn is what DecideOn decides on.
func (a *Agent) InputOn(ctx context.Context, cluster string, w workload.Window) (analyzer.Input, error) {
	c := a.find(cluster)
	if c == nil {
		return analyzer.Input{}, fmt.Errorf("no cluster %q", cluster)
	}
	return a.input(ctx, c, w.Duration(), w.End)
}

// restore shows the verdicts of before the start until there are new ones, and looks when the clusters were last seen. What cannot
// be read is no reason not to start.
func (a *Agent) restore(ctx context.Context) {
	for _, c := range a.here() {
		c.mu.Lock()
		known := c.verdict != nil || !c.firstEnd.IsZero()
		c.mu.Unlock()
		if known {
			continue
		}
		a.lastSeen(ctx, c)
		v, found, err := a.deps.Ledger.LatestVerdict(ctx, c.Name)
		state, stateErr := a.deps.Ledger.DriftState(ctx, c.Name)
		if err := errors.Join(err, stateErr); err != nil {
			a.deps.Log.Error().Err(err).Str("cluster", c.Name).Msg("last verdict not readable")
			continue
		}
		if found {
			c.noteDecided(v, &state, nil)
			a.deps.Observer.Decided(v, state)
		}
	}
}

// lastSeen asks the history when an earlier process last saw the cluster.
func (a *Agent) lastSeen(ctx context.Context, c *watched) {
	for _, source := range c.Sources {
		at, err := a.deps.History.LastSeen(ctx, c.Name, source.Name)
		if err != nil {
			a.deps.Log.Error().Err(err).Str("cluster",
				c.Name).Msg("the time of the last sample is unknown: a pause is not read back")
			continue
		}
		c.mu.Lock()
		c.lastSeen[source.Name] = at
		c.mu.Unlock()
	}
}

// report decides on every cluster as of now and writes the verdicts.
func (a *Agent) report(ctx context.Context) error {
	now := a.deps.Now().UTC()
	var verdicts []verdict.Verdict
	var errs []error
	for _, c := range a.clusters {
		v, err := a.reviewed(ctx, c, a.cfg.Window, now)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", c.Name, err))
			continue
		}
		verdicts = append(verdicts, v)
	}
	if len(verdicts) > 0 {
		errs = append(errs, a.deps.Reporter.Report(ctx, verdicts, now))
	}
	return errors.Join(errs...)
}
