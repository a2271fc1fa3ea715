package daemon

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/mskfit/mskfit/analyzer/drift"
	"github.com/mskfit/mskfit/internal/alert"
	"github.com/mskfit/mskfit/internal/testbed/mskfake"
	"github.com/mskfit/mskfit/verdict"
)

// No verdict ends the alerts of a cluster that left: the daemon does, and notifies who got them. Without a list of the
// clusters it does not know who left.
func TestAlertsOfDepartedClustersEnd(t *testing.T) {
	server := &mskfake.Server{Clusters: []*mskfake.Cluster{mskfake.Provisioned("orders", "kafka.m5.large", 3),
		mskfake.Provisioned("payments", "kafka.m5.large", 3)}}
	d := startOnce(t, mskfake.File(t, mskfake.Config(t, server)+mskfake.Once+"msk: [{"+quietly+
		"}]\nalerts: {targets: {own: {webhook: {url: 'http://127.0.0.1:1/'}}}}\n"))
	now, self := time.Now().UTC(), ownName(d.replica)
	for cluster, key := range map[string]string{"orders": "standard.ingress", "payments": "standard.ingress",
		"removed": "missing/standard.ingress", self: "daemon/ledger"} {
		state := drift.State{Rules: map[string]drift.RuleState{key: {Level: drift.LevelWarning, Since: now, WarnedAt: now}}}
		raised := drift.Event{Cluster: cluster, Key: key, Kind: drift.EventRaised, Level: drift.LevelWarning, At: now, Since: now,
			Rule: &verdict.Rule{ID: key, Title: "ingress"}, Reason: "high"}
		if err := d.current.Load().notify.Notify(t.Context(), verdict.Verdict{Cluster: cluster}, state,
			[]drift.Event{raised}); err != nil {
			t.Fatal(err)
		}
	}
	sentTitles(t, d)
	end := func(titles []string, open ...string) {
		t.Helper()
		g, err := d.generationOf(d.planned(), nil)
		if err != nil {
			t.Fatal(err)
		}
		d.current.Store(g)
		if err := d.endDeparted(t.Context(), g.notify); err != nil {
			t.Fatal(err)
		}
		if got := sentTitles(t, d); !slices.Equal(got, titles) {
			t.Errorf("sent %q, want %q", got, titles)
		}
		yes, left := true, map[string]bool{}
		list, _, err := d.ledger.Alerts(t.Context(), alert.Query{Open: &yes, Limit: 100})
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range list {
			left[a.Cluster] = true
		}
		slices.Sort(open)
		if got := slices.Sorted(maps.Keys(left)); !slices.Equal(got, open) {
			t.Errorf("open alerts of %q, want %q", got, open)
		}
	}
	end(nil, "orders", "payments", "removed", self) // the line was not listed yet
	if err := scans(t, d); err != nil {
		t.Fatal(err)
	}
	end([]string{"removed: resolved: no figure for ingress"}, "orders", "payments", self)
	server.Clusters[0].Set("state", "DELETING")
	if err := scans(t, d); err != nil {
		t.Fatal(err)
	}
	end([]string{"orders: resolved: ingress"}, "payments", self)
	list, _, err := d.ledger.Alerts(t.Context(), alert.Query{Cluster: "orders", Limit: 100})
	if err != nil || len(list) != 1 || list[0].Ended != "the cluster is no longer watched: it is being deleted" ||
		list[0].ResolvedAt.IsZero() {
		t.Errorf("record %+v, error %v", list, err)
	}
	if state, err := d.ledger.DriftState(t.Context(), "orders"); err != nil || len(state.Rules) > 0 {
		t.Errorf("the rules of orders are %+v, error %v", state.Rules, err)
	}
	end(nil, "payments", self)
}

// sentTitles are the titles of the messages that wait, sorted; they count as sent.
func sentTitles(t *testing.T, d *Daemon) []string {
	t.Helper()
	waiting, err := d.ledger.Undelivered(t.Context(), false, 100)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, w := range waiting {
		var e alert.Envelope
		if err := json.Unmarshal(w.Payload, &e); err != nil {
			t.Fatal(err)
		}
		out = append(out, e.Message.Title)
		if err := d.ledger.Sent(t.Context(), w.Row, time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	slices.Sort(out)
	return out
}
