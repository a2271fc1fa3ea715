package agent

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mskfit/mskfit/collector"
	"github.com/mskfit/mskfit/internal/workload"
)

// everyFive learns of five minutes at once, every five minutes.
type everyFive struct{ next time.Time }

var _ collector.Batch = (*everyFive)(nil)

func (s *everyFive) CollectAll(context.Context) (out []workload.Sample, err error) {
	now := time.Now().UTC().Truncate(5 * time.Minute)
	for ; s.next.Before(now); s.next = s.next.Add(time.Minute) {
		out = append(out, workload.Sample{Window: workload.Window{Start: s.next, End: s.next.Add(time.Minute)}})
	}
	return out, nil
}

func (s *everyFive) Collect(context.Context, workload.Window) (workload.Sample, error) {
	return workload.Sample{Window: workload.Window{Start: s.next, End: s.next},
		Gaps: []workload.Gap{{Source: "cloudwatch", What: "nothing new"}}}, nil
}

// A source of many windows has every one of them kept once, in turn, also while history cannot be written.
func TestEveryWindowOfABatchIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, f := newTestAgent(t, DefaultConfig(), map[string]sourceFunc{"orders": quick})
		source := &everyFive{next: time.Now().UTC()}
		a.clusters[0].Sources[0].Source = source
		tried := 0
		f.appendFn = func(one workload.Sample) error {
			if one.Window.Duration() == 0 {
				return nil
			}
			tried++
			if tried%3 == 0 {
				return errors.New("the values wait in memory")
			}
			return nil
		}
		runFor(t, a, 62*time.Minute)
		if tried != 60 {
			t.Errorf("history was given %d minutes of an hour, want each of the 60 once", tried)
		}
		if gaps := a.Status()[0].Sources[0].Gaps; len(f.samples) == 0 || len(gaps) > 1 {
			t.Errorf("status %+v", gaps)
		}
	})
}

// What is shown of a batch is all that its samples say of the newest instant.
func TestTheNewestOfABatch(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 0, 0, time.UTC)
	rate, partitions := workload.Exactly(5, workload.Measured, "x"), workload.Exactly(300, workload.Measured, "x")
	of := func(minutes int, totals workload.Totals) workload.Sample {
		end := at.Add(time.Duration(minutes) * time.Minute)
		return workload.Sample{Source: "cloudwatch", Window: workload.Window{Start: end.Add(-time.Minute), End: end},
			Totals: totals}
	}
	got := latest([]workload.Sample{of(1, workload.Totals{StoredBytes: &rate}), of(2, workload.Totals{Partitions: &partitions}),
		of(2, workload.Totals{IngressBytesPerSec: &rate})})
	if got.Totals.IngressBytesPerSec == nil || got.Totals.Partitions == nil || got.Totals.StoredBytes != nil ||
		!got.Window.End.Equal(at.Add(2*time.Minute)) {
		t.Errorf("got %+v", got)
	}
	if got := latest(nil); got.Source != "" {
		t.Errorf("of nothing %+v", got)
	}
}

// A source that knows an hour at once, and reads back for long, has its cluster decided at once.
func TestAVerdictIsShownWhileThePastIsRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := DefaultConfig()
		cfg.Analyze = "0 6 * * 1" // far away
		a, f := newTestAgent(t, cfg, map[string]sourceFunc{"orders": quick})
		withPast(a, pastFunc(func(ctx context.Context, _ Backfill, _ func(workload.Sample, Progress) error) error {
			<-ctx.Done()
			return ctx.Err()
		}), 63*24*time.Hour)
		a.clusters[0].Sources[0].Source = &everyFive{next: time.Now().UTC().Add(-time.Hour)}
		runFor(t, a, 30*time.Second)
		if a.Status()[0].Verdict == nil {
			t.Error("no verdict while the past is read")
		}
		if len(f.verdicts) > 0 || len(f.states) > 0 {
			t.Errorf("%d verdicts and %d states were kept of a first look", len(f.verdicts), len(f.states))
		}
	})
}

// The first verdict of brokers, which need two readings for a rate, is there after two minutes, and does not wait for a long past.
func TestAFirstVerdictDoesNotWaitForThePast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := DefaultConfig()
		cfg.Analyze = "0 6 * * 1" // far away
		began, first := time.Now(), true
		a, f := newTestAgent(t, cfg, map[string]sourceFunc{"orders": func(_ context.Context, w workload.Window) (workload.Sample,
			error) {
			if first { // no rate yet
				first = false
				w.Start = w.End
			}
			return workload.Sample{Source: "kafka", Window: w}, nil
		}})
		withPast(a, pastFunc(func(ctx context.Context, _ Backfill, _ func(workload.Sample, Progress) error) error {
			return sleep(ctx, time.Hour)
		}), 14*24*time.Hour)
		runFor(t, a, 3*time.Minute)
		if v := a.Status()[0].Verdict; v == nil || v.At.Sub(began) > 150*time.Second {
			t.Errorf("after three minutes the verdict is %+v", v)
		}
		if len(f.verdicts) > 0 {
			t.Errorf("%d verdicts were kept while the past is read", len(f.verdicts))
		}
	})
}

func TestAlertsLookAsFarBackAsTheFirstSourceIsLate(t *testing.T) {
	hours := func(n int) func() time.Duration { return func() time.Duration { return time.Duration(n) * time.Hour } }
	for _, c := range []struct {
		late []func() time.Duration
		want time.Duration
	}{{nil, 0}, {[]func() time.Duration{nil}, 0}, {[]func() time.Duration{hours(3), hours(2)}, 2 * time.Hour},
		{[]func() time.Duration{hours(3), nil}, 0}} {
		w := &watched{}
		for _, late := range c.late {
			w.Sources = append(w.Sources, NamedSource{Late: late})
		}
		if got := w.late(); got != c.want {
			t.Errorf("%d sources: %s, want %s", len(c.late), got, c.want)
		}
	}
}
