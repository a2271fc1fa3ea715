package daemon

import (
	"context"
	"errors"
	"math"
	"slices"

	"github.com/mskfit/mskfit/analyzer/drift"
	"github.com/mskfit/mskfit/internal/alert"
	"github.com/mskfit/mskfit/internal/web"
)

// departed is why the alerts of a cluster end that is no longer watched.
const departed = "the cluster is no longer watched"

// endDeparted ends the open alerts of clusters that left the configuration or were not found any more, here or while no daemon
// ran: no verdict will end them. Who was notified of them gets the end. It does nothing while it is unknown which clusters
// there are.
func (d *Daemon) endDeparted(ctx context.Context, n notifier) error {
	if !d.discovery.Listed(ctx, d.planned().written) {
		return nil
	}
	watched := map[string]bool{}
	for _, c := range d.Status() {
		watched[c.Name] = true
	}
	leased := d.leased()
	open := true
	list, _, err := d.ledger.Alerts(ctx, alert.Query{Open: &open, Limit: math.MaxInt32})
	if err != nil {
		return err
	}
	ends, now := map[string][]drift.Event{}, d.now().UTC()
	for _, a := range list {
		switch {
		case a.Own() && d.replicaGone(a.Cluster):
			ends[a.Cluster] = append(ends[a.Cluster], a.Ending("this replica is gone", now))
		case !a.Own() && !watched[a.Cluster] && !leased[a.Cluster]:
			ends[a.Cluster] = append(ends[a.Cluster], a.Ending(d.whyDeparted(a.Cluster), now))
		}
	}
	var errs []error
	for cluster, events := range ends {
		errs = append(errs, d.endAll(ctx, n, cluster, events))
	}
	return errors.Join(errs...)
}

// endAll ends alerts, and forgets the state of the cluster's rules: should it come back, they begin again.
func (d *Daemon) endAll(ctx context.Context, n notifier, cluster string, events []drift.Event) error {
	state, err := d.ledger.DriftState(ctx, cluster)
	if err != nil {
		return err
	}
	state.Rules = map[string]drift.RuleState{}
	if err := n.NotifyWithoutVerdict(ctx, cluster, state, events); err != nil {
		return err
	}
	d.log.Info().Str("cluster", cluster).Int("alerts", len(events)).Msg("open alerts ended: " + departed)
	return nil
}

func (d *Daemon) whyDeparted(cluster string) string {
	left := d.discovery.Left()
	if i := slices.IndexFunc(left, func(l web.Left) bool { return l.Cluster == cluster }); i >= 0 {
		return departed + ": " + left[i].Why
	}
	return departed
}
