package ledger

import (
	"reflect"
	"testing"
	"time"

	"github.com/mskfit/mskfit/analyzer/drift"
	"github.com/mskfit/mskfit/internal/alert"
)

// An alert is one row from its raise to its end, with its highest level and use; the same key later is another alert.
func testAlerts(t *testing.T, open func() *Ledger, c *clock) {
	l, ctx := open(), t.Context()
	at := func(minutes int) time.Time { return t0.Add(time.Duration(minutes) * time.Minute) }
	use := func(v float64) *float64 { return &v }
	commit := func(cluster string, events ...alert.Entry) {
		t.Helper()
		must(t, l.Commit(ctx, Commitment{Cluster: cluster, Events: events}))
	}
	const key = "serverless.ingress_per_cluster"
	event := func(kind drift.EventKind, level drift.Level, minute int, u *float64, reason string) alert.Entry {
		return alert.Entry{Key: key, Title: "ingress", Kind: kind, Level: level, Utilization: u, Reason: reason, At: at(minute)}
	}
	commit("prod", event(drift.EventRaised, drift.LevelWarning, 0, use(0.82), "164 of 200"))
	commit("prod", event(drift.EventRaised, drift.LevelCritical, 5, use(1.1), "220 of 200"))
	commit("prod", event(drift.EventLowered, drift.LevelWarning, 50, use(0.85), "170 of 200"))
	commit("prod", event(drift.EventRaised, drift.LevelWarning, 55, nil, "170 of 200"))
	commit("prod", event(drift.EventResolved, drift.LevelOK, 90, use(0.5), "100 of 200"))
	commit("prod", event(drift.EventRaised, drift.LevelWarning, 200, use(0.9), "180 of 200"))
	commit("test", alert.Entry{Key: "choice", Title: "the choice changed", Kind: drift.EventChoiceChanged,
		Level: drift.LevelWarning, Reason: "cheaper", At: at(100)})
	// One that was raised before there was a record, and one without a known time.
	before, unknown := event(drift.EventResolved, drift.LevelOK, 110, nil, "over"),
		event(drift.EventResolved, drift.LevelOK, 111, nil, "over")
	before.RaisedAt = at(-60)
	commit("test", before)
	commit("test", unknown)

	first := alert.Record{Cluster: "prod", Key: key, Title: "ingress", Level: drift.LevelCritical, Utilization: use(1.1),
		Reason: "170 of 200", Ended: "100 of 200", RaisedAt: at(0), ResolvedAt: at(90)}
	second := alert.Record{Cluster: "prod", Key: key, Title: "ingress", Level: drift.LevelWarning, Utilization: use(0.9),
		Reason: "180 of 200", RaisedAt: at(200)}
	choice := alert.Record{Cluster: "test", Key: "choice", Title: "the choice changed", Level: drift.LevelWarning,
		Reason: "cheaper", RaisedAt: at(100), ResolvedAt: at(100)}
	old := alert.Record{Cluster: "test", Key: key, Title: "ingress", Level: drift.LevelWarning, Reason: "over", Ended: "over",
		RaisedAt: at(-60), ResolvedAt: at(110)}
	l = open()
	check := func(name string, q alert.Query, offset, limit, total int, want ...alert.Record) {
		t.Helper()
		q.Offset, q.Limit = offset, limit
		got, n, err := l.Alerts(ctx, q)
		if err != nil || n != total || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %d, %v\n got %+v\nwant %+v", name, n, err, got, want)
		}
	}
	isOpen, over := true, false
	check("all", alert.Query{}, 0, 10, 4, second, choice, first, old)
	check("a page", alert.Query{}, 1, 2, 4, choice, first)
	check("one cluster", alert.Query{Cluster: "prod"}, 0, 10, 2, second, first)
	check("open", alert.Query{Open: &isOpen}, 0, 10, 1, second)
	check("resolved since", alert.Query{Open: &over, Since: at(95)}, 0, 10, 2, choice, old)
	check("since: what was open then", alert.Query{Cluster: "prod", Since: at(89)}, 0, 10, 2, second, first)

	c.at = t0.Add(396*day + 100*time.Minute)
	must(t, l.Prune(ctx))
	check("after 13 months", alert.Query{}, 0, 10, 3, second, choice, old)
	c.at = t0.Add(800 * day)
	must(t, l.Prune(ctx))
	check("open for two years", alert.Query{}, 0, 10, 1, second)
}
