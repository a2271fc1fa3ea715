package agent

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mskfit/mskfit/analyzer/drift"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// pastFunc is a past in one function.
type pastFunc func(ctx context.Context, b Backfill, emit func(workload.Sample, Progress) error) error

func (p pastFunc) ReadBack(ctx context.Context, b Backfill, emit func(workload.Sample, Progress) error) error {
	return p(ctx, b, emit)
}

// hoursBack hands over an hour after the other, newest first, each taking a second.
func hoursBack(ctx context.Context, b Backfill, emit func(workload.Sample, Progress) error) error {
	for end := b.Reached; end.After(b.Span.Start); end = end.Add(-time.Hour) {
		if err := sleep(ctx, time.Second); err != nil {
			return err
		}
		start := end.Add(-time.Hour)
		if start.Before(b.Span.Start) {
			start = b.Span.Start
		}
		if err := emit(workload.Sample{Source: "kafka", Window: workload.Window{Start: start, End: end}},
			Progress{Reached: start}); err != nil {
			return err
		}
	}
	return nil
}

func withPast(a *Agent, p Past, reach time.Duration) *Agent {
	for _, c := range a.clusters {
		c.Sources[0].Past, c.Sources[0].Reach = p, reach
	}
	return a
}

func TestTheFirstTurnComesAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := DefaultConfig()
		cfg.Collect, cfg.Analyze = "30 * * * *", "30 12 * * *"
		a, f := newTestAgent(t, cfg, map[string]sourceFunc{"orders": quick, "clicks": quick})
		runFor(t, a, 10*time.Second)
		if len(f.samples) != 2 {
			t.Errorf("%d samples after 10 s of hourly turns, want one a cluster", len(f.samples))
		}
		if len(f.verdicts) != 2 {
			t.Errorf("%d verdicts, want one a cluster as soon as there is a minute", len(f.verdicts))
		}
	})
}

func TestReadingBackGoesOnWhereItWasStopped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, f := newTestAgent(t, DefaultConfig(), map[string]sourceFunc{"orders": quick})
		began := time.Now().UTC().Truncate(time.Minute)
		runFor(t, withPast(a, pastFunc(hoursBack), 100*time.Hour), 30500*time.Millisecond) // and then the process ends
		b := f.past["orders/kafka"]
		if b.Done || !b.Reached.Equal(began.Add(-30*time.Hour)) || b.Span.Duration() != 100*time.Hour {
			t.Fatalf("stopped after 30 hours: %+v", b)
		}
		if r := a.Status()[0].Sources[0].Backfill.Ratio(); r < 0.299 || r > 0.301 {
			t.Errorf("ratio %g, want 0.3", r)
		}
		// A span that was begun stays as it is.
		next, err := New(DefaultConfig(), []Cluster{{Name: "orders",
			Sources: []NamedSource{{Name: "kafka", Source: sourceFunc(quick), Past: pastFunc(hoursBack), Reach: 200 * time.Hour}}}},
			a.deps)
		if err != nil {
			t.Fatal(err)
		}
		runFor(t, next, 5*time.Minute)
		if b := f.past["orders/kafka"]; !b.Done || !b.Reached.Equal(began.Add(-100*time.Hour)) || b.Ratio() != 1 {
			t.Errorf("after the second run: %+v", b)
		}
		hours := map[time.Time]int{}
		for _, s := range f.samples {
			if s.Window.Duration() == time.Hour {
				hours[s.Window.Start]++
			}
		}
		for i := range 100 {
			if n := hours[began.Add(time.Duration(-i-1)*time.Hour)]; n != 1 {
				t.Errorf("hour %d back was kept %d times", i+1, n)
			}
		}
	})
}

func TestReadingBackIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		attempts := 0
		a, f := newTestAgent(t, DefaultConfig(), map[string]sourceFunc{"orders": quick})
		runFor(t, withPast(a, pastFunc(func(context.Context, Backfill, func(workload.Sample, Progress) error) error {
			if attempts++; attempts < 3 {
				return errors.New("no route")
			}
			return nil
		}), time.Hour), 10*time.Minute)
		if attempts != 3 || !f.past["orders/kafka"].Done {
			t.Errorf("%d attempts, then %+v", attempts, f.past["orders/kafka"])
		}
		n := 0
		for _, r := range f.runs {
			if r.Job == JobBackfill && r.Err != nil && strings.Contains(r.Err.Error(), "backfill orders: kafka: no route") {
				n++
			}
		}
		if n != 2 {
			t.Errorf("%d failures were recorded, want 2", n)
		}
	})
}

// What was missed while no process ran is read back at the next start, once.
func TestAPauseIsReadBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, f := newTestAgent(t, DefaultConfig(), map[string]sourceFunc{"orders": quick})
		runFor(t, withPast(a, pastFunc(hoursBack), 24*time.Hour), 2*time.Hour)
		stopped := time.Now().UTC()
		before := len(f.samples)
		time.Sleep(5 * time.Hour)
		again := func() {
			next, err := New(DefaultConfig(),
				[]Cluster{{Name: "orders", Sources: []NamedSource{{Name: "kafka", Source: sourceFunc(quick),
					Past: pastFunc(hoursBack), Reach: 24 * time.Hour}}}}, a.deps)
			if err != nil {
				t.Fatal(err)
			}
			runFor(t, next, 3*time.Minute)
		}
		started := time.Now().UTC()
		again()
		again()
		var back time.Duration
		for _, s := range f.samples[before:] {
			if s.Window.Duration() > time.Minute {
				back += s.Window.Duration()
				if s.Window.Start.Before(stopped.Add(-2*time.Minute)) || s.Window.End.After(started.Add(time.Minute)) {
					t.Errorf("%v was read back, the pause is from %s to %s", s.Window, stopped, started)
				}
			}
		}
		if back < 5*time.Hour-2*time.Minute || back > 5*time.Hour+2*time.Minute {
			t.Errorf("%s were read back of a pause of 5h", back)
		}
	})
}

func TestAVerdictSurvivesARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, f := newTestAgent(t, DefaultConfig(), map[string]sourceFunc{"orders": quick})
		f.verdicts = []verdict.Verdict{{Cluster: "orders", Status: verdict.Undecided, At: time.Now().UTC()}}
		f.states["orders"] = drift.State{Rules: map[string]drift.RuleState{
			"serverless.ingress_per_cluster": {Level: drift.LevelWarning}}}
		runFor(t, a, time.Millisecond)
		s := a.Status()[0]
		if s.Verdict == nil || s.Drift == nil || s.Drift.Rules["serverless.ingress_per_cluster"].Level != drift.LevelWarning {
			t.Errorf("after a restart the status is %+v", s)
		}
	})
}

// A ledger that cannot be written loses no alert: what could not be sent is sent once the ledger works again.
func TestEventsThatCouldNotBeToldAreToldLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, f := newTestAgent(t, DefaultConfig(), map[string]sourceFunc{"orders": quick})
		c := a.clusters[0]
		event := drift.Event{Cluster: "orders", Key: "serverless.ingress_per_cluster", Kind: drift.EventRaised}
		c.noteDecided(verdict.Verdict{}, &drift.State{}, []drift.Event{event})
		f.notifyFn = func([]drift.Event) error { return errors.New("disk full") }
		if err := a.analyze(t.Context(), c); err == nil || !strings.Contains(err.Error(), "save alert state: disk full") {
			t.Errorf("the error says %v", err)
		}
		if len(c.unsent) != 1 {
			t.Fatalf("%d events wait, want 1", len(c.unsent))
		}
		f.notifyFn = nil
		if err := a.analyze(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		if len(f.notified) != 1 || f.notified[0].Key != event.Key || len(c.unsent) != 0 {
			t.Errorf("told %+v, waiting %+v", f.notified, c.unsent)
		}
	})
}

func TestAReloadedAgentKnowsWhatTheOldOneKnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, _ := newTestAgent(t, DefaultConfig(), map[string]sourceFunc{"orders": quick, "clicks": quick})
		runFor(t, a, 10*time.Minute)
		deps := a.deps
		deps.Previous = a
		next, err := New(DefaultConfig(), []Cluster{
			{Name: "orders", Sources: []NamedSource{{Name: "prometheus", Source: sourceFunc(quick)},
				{Name: "kafka", Source: sourceFunc(quick)}}},
			{Name: "new", Sources: []NamedSource{{Name: "kafka", Source: sourceFunc(quick)}}},
		}, deps)
		if err != nil {
			t.Fatal(err)
		}
		orders, fresh := next.Status()[0], next.Status()[1]
		if orders.Verdict == nil || orders.KeptAt.IsZero() || orders.Sources[1].CollectedAt.IsZero() {
			t.Errorf("the known cluster is %+v", orders)
		}
		if !orders.Sources[0].TriedAt.IsZero() || fresh.Verdict != nil || !fresh.Sources[0].TriedAt.IsZero() {
			t.Errorf("what is new is known already: %+v %+v", orders, fresh)
		}
	})
}

func TestFailuresAreCounted(t *testing.T) {
	var f failures
	bad, good, missed := Run{Job: JobCollect, Cluster: "a", Err: errors.New("x")}, Run{Job: JobCollect, Cluster: "a"},
		Run{Job: JobCollect, Cluster: "a", Missed: true}
	for i, step := range []struct {
		run      Run
		n, ended int
	}{{bad, 1, 0}, {bad, 2, 0}, {missed, 1, 0}, {Run{Job: JobCollect, Cluster: "b", Err: errors.New("x")}, 1, 0}, {good, 0, 2},
		{good, 0, 0}, {missed, 1, 0}, {bad, 1, 0}} {
		if n, ended := f.count(step.run); n != step.n || ended != step.ended {
			t.Errorf("step %d: %d in a row, %d ended, want %d and %d", i, n, ended, step.n, step.ended)
		}
	}
}
