package agent

import (
	"context"
	"errors"
	"time"
)

// Refresh reads what the ledger has on clusters that other replicas work on, where there is a newer verdict than the one known
// here. decided is when each cluster's last verdict was made, by name.
func (a *Agent) Refresh(ctx context.Context, decided map[string]time.Time) error {
	var errs []error
	for _, c := range a.clusters {
		if at, ok := decided[c.Name]; c.Remote && ok && c.decidedBefore(at) {
			errs = append(errs, a.refresh(ctx, c))
		}
	}
	return errors.Join(errs...)
}

func (s *state) decidedBefore(at time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.verdict == nil || s.verdict.At.Before(at)
}

func (a *Agent) refresh(ctx context.Context, c *watched) error {
	v, found, err := a.deps.Ledger.LatestVerdict(ctx, c.Name)
	state, stateErr := a.deps.Ledger.DriftState(ctx, c.Name)
	if err := errors.Join(err, stateErr); err != nil || !found {
		return err
	}
	c.noteDecided(v, &state, nil)
	return nil
}
