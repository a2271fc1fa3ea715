package migrated

import (
	"context"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/analyzer"
	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/history"
	"github.com/mskfit/mskfit/internal/ledger"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// company is a daemon's history and ledger with a clock that the test sets.
type company struct {
	t       *testing.T
	now     time.Time
	history *history.Store
	ledger  *ledger.Ledger
	catalog *catalog.Catalog
	*Reviewer
}

func newCompany(t *testing.T, now time.Time) *company {
	t.Helper()
	c := &company{t: t, now: now}
	clock := func() time.Time { return c.now }
	dir := t.TempDir()
	past := history.DefaultConfig()
	past.Dir, past.FlushInterval = filepath.Join(dir, "history"), time.Hour
	book := ledger.DefaultConfig()
	book.File = filepath.Join(dir, "ledger.db")
	var err error
	if c.history, err = history.Open(past, history.Options{Log: zerolog.Nop(), Now: clock}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.history.Close() })
	if c.ledger, err = ledger.Open(t.Context(), book, ledger.Options{Log: zerolog.Nop(), Now: clock}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.ledger.Close() })
	if c.catalog, err = catalog.Embedded(); err != nil {
		t.Fatal(err)
	}
	c.Reviewer = &Reviewer{History: c.history, Ledger: c.ledger, Keep: true, Now: clock}
	return c
}

// step is the length of one window.
const step = 4 * time.Hour

// live lets a cluster run until the time: topics take MB/s each, and everything is read readers times.
func (c *company) live(cluster string, until time.Time, readers float64, topics func(at time.Time) map[string]float64,
	there *workload.MSKCluster) {
	c.t.Helper()
	figure := func(v float64) *workload.Figure {
		return workload.Exactly(v, workload.Measured, "broker counters").Ptr()
	}
	for at := c.now; at.Before(until); at = at.Add(step) {
		s := workload.Sample{Source: "kafka", Cluster: cluster, Window: workload.Window{Start: at, End: at.Add(step)}, MSK: there}
		total, partitions := 0.0, 0
		no := workload.ConfigValue{Value: "delete", Source: "topic"}
		flow := topics(at)
		for name, mbps := range flow {
			total += mbps * workload.MB
			partitions += 12
			s.Topics = append(s.Topics, workload.Topic{Name: name, Partitions: 12, ReplicationFactor: 3,
				IngressBytesPerSec: figure(mbps * workload.MB),
				EgressBytesPerSec:  figure(mbps * workload.MB * readers), StoredBytes: figure(mbps * workload.MB * 86400),
				Groups: []string{"billing"},
				Config: map[string]workload.ConfigValue{"cleanup.policy": no,
					"retention.ms": {Value: "86400000", Source: "topic"}}})
		}
		slices.SortFunc(s.Topics, func(a, b workload.Topic) int { return strings.Compare(a.Name, b.Name) })
		s.Groups = []workload.Group{{Name: "billing", Type: "classic", EgressBytesPerSec: figure(total * readers)}}
		s.Totals = workload.Totals{IngressBytesPerSec: figure(total), EgressBytesPerSec: figure(total * readers),
			MessagesPerSec: figure(total / 1000),
			StoredBytes:    figure(total * 86400), Topics: figure(float64(len(flow))), Partitions: figure(float64(partitions)),
			CompactedPartitions: figure(0), ConsumerGroups: figure(1)}
		c.now = s.Window.End
		if err := c.history.Append(c.t.Context(), s); err != nil {
			c.t.Fatal(err)
		}
	}
}

func (c *company) input(cluster string) analyzer.Input {
	none := 0.0
	return analyzer.Input{Workload: workload.Workload{Cluster: cluster, Region: "us-east-1"}, Catalog: c.catalog,
		Options:      analyzer.DefaultOptions(),
		Requirements: workload.Requirements{ExtraReaders: &none, Authentication: []string{"iam"}, Prefer: "serverless"}}
}

// decide keeps a verdict on the last two weeks.
func (c *company) decide(cluster string) verdict.Verdict {
	c.t.Helper()
	in := c.input(cluster)
	w, err := c.history.Workload(c.t.Context(), cluster, workload.Window{Start: c.now.AddDate(0, 0, -14), End: c.now})
	if err != nil {
		c.t.Fatal(err)
	}
	w.Region = in.Workload.Region
	in.Workload = w
	v := analyzer.Analyze(in, c.now)
	if err := c.ledger.SaveVerdict(c.t.Context(), v); err != nil {
		c.t.Fatal(err)
	}
	return v
}

func (c *company) review(cluster, from string) *verdict.Review {
	c.t.Helper()
	f, err := Parse(from)
	if err != nil {
		c.t.Fatal(err)
	}
	return c.reviewed(cluster, Migration{From: f})
}

func (c *company) reviewed(cluster string, m Migration) *verdict.Review {
	c.t.Helper()
	in := c.input(cluster)
	w, err := c.history.Workload(c.t.Context(), cluster, workload.Window{Start: c.now.AddDate(0, 0, -1), End: c.now})
	if err != nil {
		c.t.Fatal(err)
	}
	in.Workload.MSK = w.MSK
	r, err := c.Review(context.WithoutCancel(c.t.Context()), cluster, m, in)
	if err != nil {
		c.t.Fatal(err)
	}
	return r
}

func at(month time.Month, day int) time.Time {
	return time.Date(2026, month, day, 0, 0, 0, 0, time.UTC)
}

// before is what flowed before the migration, and after what flowed since: clicks grow by 1 MB/s a month, and audit is new in
// August.
func before(time.Time) map[string]float64 { return map[string]float64{"orders": 8, "clicks": 2} }

func after(t time.Time) map[string]float64 {
	flow := map[string]float64{"orders": 8, "clicks": 2 + float64(t.Month()-time.June)}
	if t.Month() >= time.August {
		flow["audit"] = 1
	}
	return flow
}

// A verdict, a migration and a quarter with a growing topic: the review says month by month where the prediction was off, and why.
func TestASimulatedQuarter(t *testing.T) {
	c := newCompany(t, at(6, 1))
	c.live("orders-old", at(6, 15), 1.5, before, nil)
	predicted := c.decide("orders-old")
	if predicted.Choice == nil || predicted.Choice.Kind != verdict.Serverless {
		t.Fatalf("the verdict is %+v", predicted.Choice)
	}
	serverless := &workload.MSKCluster{Kind: "serverless", Name: "orders", Region: "us-east-1"}
	for _, end := range []time.Time{at(7, 1), at(8, 1), at(9, 1)} {
		c.live("orders", end, 1.5, after, serverless)
		c.live("orders", end.Add(8*time.Hour), 1.5, after, serverless) // the month is closed once it is final
		c.review("orders", "orders-old")
	}
	c.live("orders", at(9, 20), 2, after, serverless)
	r := c.review("orders", "orders-old")
	if r.Problem != "" || !r.PredictedAt.Equal(at(6, 15)) || len(r.Months) != 4 || r.ClusterAssumed {
		t.Fatalf("review %+v", r)
	}
	for i, want := range []struct {
		whole           bool
		ingress, egress float64 // MB/s
		why             string
	}{
		{false, 10, 15, ""},
		{true, 11, 16.5, "topic clicks grew from 2 MB/s to 3 MB/s, 100 % of the increase"},
		{true, 13, 19.5, "topic clicks grew from 2 MB/s to 4 MB/s, 67 % of the increase; topic audit is new: 1 MB/s, 33 % of the increase"},
		{false, 14, 28, "topic clicks grew from 2 MB/s to 5 MB/s, 75 % of the increase; topic audit is new: 1 MB/s, 25 % of the increase"},
	} {
		m := r.Months[i]
		in, out := m.Row("ingress_bytes_per_second"), m.Row("egress_bytes_per_second")
		if m.Whole != want.whole || in.Observed == nil || !near(in.Observed.Value, want.ingress*workload.MB) ||
			!near(*in.Difference, want.ingress/10-1) {
			t.Errorf("%s: whole %v, ingress %+v, want %g MB/s", m.Window.Start.Format("2006-01"), m.Whole, in.Observed,
				want.ingress)
		}
		if out.Observed == nil || out.Observed.Value < 0.98*want.egress*workload.MB ||
			out.Observed.Value > 1.02*want.egress*workload.MB {
			t.Errorf("%s: egress %+v, want %g MB/s", m.Window.Start.Format("2006-01"), out.Observed, want.egress)
		}
		if got := strings.Join(in.Why, "; "); got != want.why {
			t.Errorf("%s: why %q, want %q", m.Window.Start.Format("2006-01"), got, want.why)
		}
	}
	august := r.Judged()
	if august.Window.Start.Month() != time.August {
		t.Fatalf("judged is %s", august.Window.Start)
	}
	if got := august.Row("partitions"); !near(*got.Difference, 0.5) || len(got.Why) != 1 ||
		got.Why[0] != "topic audit is new: 12 partitions, 100 % of the increase (counted on 1 September)" {
		t.Errorf("partitions in August: %+v", got)
	}
	price := august.Row("monthly_usd")
	if price.Difference == nil || *price.Difference < 0.1 || len(price.Why) == 0 {
		t.Errorf("price in August: %+v", price)
	}
	if !strings.HasPrefix(r.Summary[0], "August 2026: $") || !strings.Contains(r.Summary[0], "above the predicted $") {
		t.Errorf("summary %q", r.Summary)
	}

	// The ledger forgets the verdict and the history the months; the review keeps them. The ledger never forgets the latest
	// verdict on a cluster: there is a later one.
	c.decide("orders-old")
	c.now = at(9, 20).AddDate(2, 0, 0)
	if err := c.ledger.Prune(t.Context()); err != nil {
		t.Fatal(err)
	}
	c.now = at(9, 20)
	if v, found, err := c.ledger.DecidedBy(t.Context(), "orders-old", at(7, 1)); err != nil || found {
		t.Fatalf("the ledger still has the verdict of %s (error %v)", v.At, err)
	}
	empty := newCompany(t, at(9, 20))
	fresh := &Reviewer{History: empty.history, Ledger: c.ledger, Now: c.Now}
	from, _ := Parse("orders-old")
	again, err := fresh.Review(t.Context(), "orders", Migration{From: from}, c.input("orders"))
	if err != nil || again.Problem != "" || !again.PredictedAt.Equal(at(6, 15)) || len(again.Months) != 4 {
		t.Fatalf("after a restart: %v, %+v", err, again)
	}
	for i := range 3 {
		if !reflect.DeepEqual(again.Months[i].Row("partitions"), r.Months[i].Row("partitions")) ||
			*again.Months[i].Row("ingress_bytes_per_second").Difference != *r.Months[i].Row("ingress_bytes_per_second").Difference {
			t.Errorf("month %d after a restart: %+v, was %+v", i, again.Months[i], r.Months[i])
		}
	}
	if now := again.Months[3].Row("ingress_bytes_per_second"); now.Observed != nil ||
		now.Missing != "the history has no data of this month" {
		t.Errorf("the month that is not over comes from an empty history: %+v", now)
	}
}

func near(got, want float64) bool {
	return got > want-0.002*max(1, want) && got < want+0.002*max(1, want)
}

func TestWhatCannotBeComparedSaysWhyAndWhatToDo(t *testing.T) {
	c := newCompany(t, at(6, 1))
	problem := func(cluster, from, want string) {
		t.Helper()
		if got := c.review(cluster, from); got.Problem != want || len(got.Months) != 0 {
			t.Errorf("%s from %s: %q\nwant %q", cluster, from, got.Problem, want)
		}
	}
	problem("orders", "orders-old", "there is no data of orders yet")
	c.live("orders", at(6, 2), 1, before, nil)
	problem("orders", "orders-old", `migrated_from: the ledger has no verdict on a cluster "orders-old": it has no verdicts at all`)
	c.live("orders-old", at(6, 16), 1, before, nil)
	undecided := analyzer.Analyze(c.input("orders-old"), c.now)
	if err := c.ledger.SaveVerdict(t.Context(), undecided); err != nil {
		t.Fatal(err)
	}
	problem("orders", "orders-old", "migrated_from: no verdict on orders-old names a choice yet: they are undecided")
	c.now = c.now.Add(time.Hour)
	c.decide("orders-old")
	problem("orders", "orders-odl", `migrated_from: the ledger has no verdict on a cluster "orders-odl": did you mean "orders-old"?`)
	problem("orders", "orders-old", "migrated_from: no verdict on orders-old is from before 2026-06-01 00:00 UTC, when orders was first seen; the first one is of 2026-06-16 01:00 UTC: write migrated_from: orders-old@2026-06-16")
	problem("orders", "orders-old@2026-06-03",
		"migrated_from: the ledger has no verdict on orders-old from 2026-06-03 23:59 UTC or before; the first one is of 2026-06-16 01:00 UTC")
	c.now = c.now.Add(2 * time.Hour)
	if r := c.review("orders", "orders-old@2026-06-16"); r.Problem != "" || len(r.Months) != 1 ||
		r.Months[0].Window.Start.Before(r.PredictedAt) {
		t.Errorf("a verdict that is named: %+v", r)
	}
}

func TestParse(t *testing.T) {
	for text, want := range map[string]string{
		"orders-old":                           "orders-old",
		"orders-old@2026-06-01":                "orders-old@2026-06-01T23:59:59.999Z",
		"orders-old@2026-06-01T08:00:00+02:00": "orders-old@2026-06-01T06:00:00Z",
	} {
		from, err := Parse(text)
		if err != nil || from.String() != want {
			t.Errorf("%s is %s, %v, want %s", text, from, err, want)
		}
		if again, err := Parse(from.String()); err != nil || again != from {
			t.Errorf("%s does not read its own text: %v, %v", text, again, err)
		}
	}
	for text, want := range map[string]string{
		"two words":       `"two words" does not name a cluster`,
		"@2026-06-01":     "does not name a cluster",
		"orders@last-may": `"last-may" is not a time of a verdict: write a day (orders@2026-06-01)`,
	} {
		if _, err := Parse(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}
