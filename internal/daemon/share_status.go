package daemon

import (
	"context"
	"encoding/json"
	"time"

	"github.com/mskfit/mskfit/analyzer"
	"github.com/mskfit/mskfit/internal/agent"
	"github.com/mskfit/mskfit/internal/workload"
)

// remoteStatus is what a replica reports to the others on one of its clusters. The verdict itself is in the ledger.
type remoteStatus struct {
	// Replica is the name of the one that reported it.
	Replica string `json:"-"`
	// body is the whole as it was reported.
	body      string
	Sources   []agent.SourceStatus `json:"sources"`
	KeptAt    time.Time            `json:"kept_at,omitzero"`
	DecidedAt time.Time            `json:"decided_at,omitzero"`
}

// mostGaps is how many gaps of a source are reported to the other replicas.
const mostGaps = 20

// report is what this replica reports to the others on the clusters that it works on.
func (d *Daemon) report() map[string][]byte {
	g := d.current.Load()
	if g == nil {
		return nil
	}
	out := map[string][]byte{}
	for _, c := range g.agent.Status() {
		if c.Remote {
			continue
		}
		r := remoteStatus{Sources: c.Sources, KeptAt: c.KeptAt}
		if c.Verdict != nil {
			r.DecidedAt = c.Verdict.At
		}
		for i := range r.Sources {
			r.Sources[i].Gaps = r.Sources[i].Gaps[:min(len(r.Sources[i].Gaps), mostGaps)]
		}
		if body, err := json.Marshal(r); err == nil { // it always is
			out[c.Name] = body
		}
	}
	return out
}

// followEvery is how often the reports of the other replicas are read.
const followEvery = 5 * time.Second

// followReplicas shows what the other replicas report on their clusters, until ctx is done.
func (d *Daemon) followReplicas(ctx context.Context, a *agent.Agent) {
	for d.leases != nil && ctx.Err() == nil {
		if err := a.Refresh(ctx, d.readReports()); err != nil && ctx.Err() == nil {
			d.log.Warn().Err(err).Msg("verdicts of other replicas not read")
		}
		_ = pause(ctx, followEvery) // the condition looks
	}
}

// readReports keeps what is reported on the clusters, and returns when the verdict on each was made.
func (d *Daemon) readReports() map[string]time.Time {
	m, _ := d.leases.Members()
	names := map[string]string{}
	for _, r := range m.Replicas {
		names[r.ID] = r.Name
	}
	var before map[string]remoteStatus
	if p := d.remotes.Load(); p != nil {
		before = *p
	}
	now, decided := map[string]remoteStatus{}, map[string]time.Time{}
	for _, l := range m.Leases {
		one := before[l.Name]
		if body := string(l.Status); one.body != body {
			one = remoteStatus{body: body}
			if body != "" && json.Unmarshal(l.Status, &one) != nil {
				continue // a newer version wrote it
			}
		}
		one.Replica = names[l.Replica]
		now[l.Name], decided[l.Name] = one, one.DecidedAt
	}
	d.remotes.Store(&now)
	return decided
}

// Status is that of the clusters of the generation in force, those of other replicas as they report them.
func (d *Daemon) Status() []agent.ClusterStatus {
	out := d.current.Load().agent.Status()
	reported := d.remotes.Load()
	if reported == nil {
		return out
	}
	for i := range out {
		one := (*reported)[out[i].Name]
		out[i].Replica = one.Replica
		if out[i].Remote {
			out[i].Sources, out[i].KeptAt = one.Sources, one.KeptAt
		}
	}
	return out
}

// recallFor is how long reading the input of another replica's cluster may take.
const recallFor = 20 * time.Second

// Input is what the last decision on a cluster was made from; false before the first one. For a cluster of another replica it is
// what the history has now.
func (d *Daemon) Input(cluster string) (analyzer.Input, bool) {
	a := d.current.Load().agent
	if in, ok := a.Input(cluster); ok || d.leases == nil {
		return in, ok
	}
	ctx, cancel := context.WithTimeout(context.Background(), recallFor)
	defer cancel()
	now := d.now().UTC()
	in, err := a.InputOn(ctx, cluster, workload.Window{Start: now.Add(-d.planned().cfg.Agent.Window), End: now})
	return in, err == nil
}
