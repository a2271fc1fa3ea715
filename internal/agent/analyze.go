package agent

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/mskfit/mskfit/analyzer"
	"github.com/mskfit/mskfit/internal/workload"
)

// verdictStatus is the latest verdict of a cluster and where its rules stand.
type verdictStatus struct {
	verdict analyzer.Verdict
	drift   analyzer.DriftState
}

// analyze decides on the long window, follows the drift on the short one, and keeps both.
func (a *Agent) analyze(ctx context.Context, c *watched) error {
	now := a.deps.Now().UTC()
	verdict, err := a.decide(ctx, c, a.cfg.Window, now)
	if err != nil {
		return err
	}
	recent, err := a.decide(ctx, c, a.cfg.DriftWindow, now)
	if err != nil {
		return err
	}
	state, err := a.deps.Ledger.DriftState(ctx, c.Name)
	if err != nil {
		return fmt.Errorf("read alert state: %w", err)
	}
	state, events := analyzer.Drift(state, analyzer.Recent(verdict, recent), a.cfg.Drift, now)
	c.mu.Lock()
	c.verdict = &verdictStatus{verdict: verdict, drift: state}
	c.mu.Unlock()
	a.deps.Observer.Decided(verdict, state)
	return errors.Join(
		wrap("keep verdict", a.deps.Ledger.SaveVerdict(ctx, verdict)),
		wrap("keep alert state", a.deps.Notifier.Notify(ctx, verdict, state, events)))
}

func wrap(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}

func (a *Agent) decide(ctx context.Context, c *watched, span time.Duration, now time.Time) (analyzer.Verdict, error) {
	w, err := a.deps.History.Workload(ctx, c.Name, workload.Window{Start: now.Add(-span), End: now})
	if err != nil {
		return analyzer.Verdict{}, fmt.Errorf("read history of %s: %w", span, err)
	}
	w.Cluster = c.Name
	if w.Region == "" {
		w.Region = c.Region
	}
	return analyzer.Analyze(analyzer.Input{Workload: w, Requirements: c.Requirements, Catalog: a.deps.Catalog, Options: a.cfg.Sizing}, now), nil
}

// Decide gives a verdict on the history of the named cluster now, without keeping it or telling anyone.
func (a *Agent) Decide(ctx context.Context, cluster string) (analyzer.Verdict, error) {
	for _, c := range a.clusters {
		if c.Name == cluster {
			return a.decide(ctx, c, a.cfg.Window, a.deps.Now().UTC())
		}
	}
	return analyzer.Verdict{}, fmt.Errorf("no cluster %q", cluster)
}

// report writes the latest verdict of every cluster; a cluster without one is decided first.
func (a *Agent) report(ctx context.Context) error {
	now := a.deps.Now().UTC()
	var verdicts []analyzer.Verdict
	var errs []error
	for _, c := range a.clusters {
		v, err := a.decide(ctx, c, a.cfg.Window, now)
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
