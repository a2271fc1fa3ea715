package agent

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/analyzer/drift"
	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/faults"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// fakes are an agent's surroundings in memory: they note what they are asked.
type fakes struct {
	mu       sync.Mutex
	samples  []workload.Sample
	verdicts []verdict.Verdict
	states   map[string]drift.State
	reports  [][]verdict.Verdict
	runs     []Run
	past     map[string]Backfill
	unread   map[string][]workload.Gap
	appendFn func(workload.Sample) error
	notifyFn func([]drift.Event) error
	notified []drift.Event
}

func (f *fakes) Append(_ context.Context, s workload.Sample) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.appendFn != nil {
		if err := f.appendFn(s); err != nil {
			return err
		}
	}
	f.samples = append(f.samples, s)
	return nil
}

func (f *fakes) Workload(_ context.Context, cluster string, w workload.Window) (workload.Workload, error) {
	return workload.Workload{Cluster: cluster, Window: w}, nil
}

func (f *fakes) NoteGaps(_ context.Context, cluster string, at time.Time, gaps []workload.Gap) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.unread == nil {
		f.unread = map[string][]workload.Gap{}
	}
	f.unread[cluster] = append(f.unread[cluster], gaps...)
	return nil
}

func (f *fakes) LastSeen(_ context.Context, cluster, source string) (at time.Time, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, s := range f.samples {
		if s.Cluster == cluster && s.Source == source && s.Window.End.After(at) {
			at = s.Window.End
		}
	}
	return at, nil
}

func (f *fakes) SaveVerdict(_ context.Context, v verdict.Verdict) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.verdicts = append(f.verdicts, v)
	return nil
}

func (f *fakes) DriftState(_ context.Context, cluster string) (drift.State, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.states[cluster], nil
}

func (f *fakes) LatestVerdict(_ context.Context, cluster string) (verdict.Verdict, bool, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, v := range slices.Backward(f.verdicts) {
		if v.Cluster == cluster {
			return v, true, nil
		}
	}
	return verdict.Verdict{}, false, nil
}

func (f *fakes) Backfilled(_ context.Context, cluster, source string) (Backfill, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.past[cluster+"/"+source], nil
}

func (f *fakes) SaveBackfill(_ context.Context, cluster, source string, b Backfill) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.past[cluster+"/"+source] = b
	return nil
}

func (f *fakes) Notify(_ context.Context, v verdict.Verdict, state drift.State, events []drift.Event) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.notifyFn != nil {
		if err := f.notifyFn(events); err != nil {
			return err
		}
	}
	f.states[v.Cluster] = state
	f.notified = append(f.notified, events...)
	return nil
}

func (f *fakes) Report(_ context.Context, verdicts []verdict.Verdict, _ time.Time) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.reports = append(f.reports, verdicts)
	return nil
}

// observer notes the runs.
type observer struct{ *fakes }

func (o observer) RunDone(r Run) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.runs = append(o.runs, r)
}

func (observer) Collected(string, string, workload.Sample, time.Duration, error) {}
func (observer) Backfilled(string, string, Backfill)                             {}
func (observer) Decided(verdict.Verdict, drift.State)                            {}

// sourceFunc is a source in one function.
type sourceFunc func(context.Context, workload.Window) (workload.Sample, error)

func (s sourceFunc) Collect(ctx context.Context, w workload.Window) (workload.Sample, error) {
	return s(ctx, w)
}

func quick(_ context.Context, w workload.Window) (workload.Sample, error) {
	return workload.Sample{Source: "kafka", Window: w}, nil
}

func newTestAgent(t *testing.T, cfg Config, sources map[string]sourceFunc) (*Agent, *fakes) {
	t.Helper()
	cat, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	f := &fakes{states: map[string]drift.State{}, past: map[string]Backfill{}}
	var clusters []Cluster
	for name, s := range sources {
		clusters = append(clusters, Cluster{Name: name, Region: "us-east-1", Sources: []NamedSource{{Name: "kafka", Source: s}}})
	}
	slices.SortFunc(clusters, func(a, b Cluster) int { return strings.Compare(a.Name, b.Name) })
	a, err := New(cfg, clusters, Deps{Catalog: cat, History: f, Ledger: f, Notifier: f, Reporter: f, Observer: observer{f},
		Log: zerolog.Nop(), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	return a, f
}

// runFor runs the agent on schedule for d of the bubble's time.
func runFor(t *testing.T, a *Agent, d time.Duration) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	defer cancel()
	if err := a.Run(ctx); err != nil {
		t.Errorf("run: %v", err)
	}
}

func TestRunKeepsTheSchedule(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, f := newTestAgent(t, DefaultConfig(), map[string]sourceFunc{"orders": quick, "clicks": quick})
		runFor(t, a, 7*24*time.Hour)
		if got, want := len(f.samples), 2*7*24*60; got < want || got > want+2 { // and the first turn at once
			t.Errorf("a week of two clusters gave %d samples, want about %d", got, want)
		}
		if got, want := len(f.verdicts), 2*7*24*4; got < want || got > want+2 {
			t.Errorf("a week of two clusters gave %d verdicts, want about %d", got, want)
		}
		if len(f.reports) != 1 || len(f.reports[0]) != 2 {
			t.Errorf("a week gave %d reports", len(f.reports))
		}
	})
}

// slowHistory takes a second to read, and notes how many read at the same time.
type slowHistory struct {
	*fakes
	reading, most int
}

func (h *slowHistory) Workload(ctx context.Context, cluster string, w workload.Window) (workload.Workload, error) {
	h.mu.Lock()
	h.reading++
	h.most = max(h.most, h.reading)
	h.mu.Unlock()
	time.Sleep(time.Second)
	h.mu.Lock()
	h.reading--
	h.mu.Unlock()
	return h.fakes.Workload(ctx, cluster, w)
}

// Of 300 clusters that are due in the same half minute no more are decided at a time than the configuration says.
func TestDecisionsAtTheSameTimeAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sources := map[string]sourceFunc{}
		for i := range 300 {
			sources[fmt.Sprintf("c%03d", i)] = quick
		}
		cfg := DefaultConfig()
		cfg.Parallel = 5
		a, f := newTestAgent(t, cfg, sources)
		h := &slowHistory{fakes: f}
		a.deps.History = h
		runFor(t, a, 17*time.Minute)
		if h.most != 5 {
			t.Errorf("%d decisions read the history at the same time, want 5", h.most)
		}
		if len(f.verdicts) < 600 {
			t.Errorf("%d verdicts on 300 clusters in 17 minutes, want two of each", len(f.verdicts))
		}
	})
}

func TestWindowsAdjoinAndPausesAreDiscarded(t *testing.T) {
	r := faults.Begin(t, "the machine sleeps for three hours", "the window is discarded, not averaged")
	synctest.Test(t, func(t *testing.T) {
		a, f := newTestAgent(t, DefaultConfig(), map[string]sourceFunc{"orders": quick})
		runFor(t, a, 10*time.Minute)
		time.Sleep(3 * time.Hour) // the machine sleeps
		runFor(t, a, 10*time.Minute)
		var longest time.Duration
		for i := 1; i < len(f.samples); i++ {
			w := f.samples[i].Window
			longest = max(longest, w.Duration())
			if before := f.samples[i-1].Window.End; w.Start.Before(before) {
				t.Errorf("window %d starts at %s, before the end of the last one, %s", i, w.Start, before)
			}
		}
		if longest > 2*time.Minute {
			t.Errorf("a window of %s was averaged over the pause", longest)
		}
		r.Observed("the longest window that was kept is %s", longest)
	})
}

// A cluster that went silent is looked at once its figures count as missing, and not a quarter of an hour later.
func TestASilentClusterIsLookedAtWhenItIsDue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		died := began.Add(67 * time.Minute)
		var last time.Time
		a, f := newTestAgent(t, DefaultConfig(),
			map[string]sourceFunc{"orders": func(_ context.Context, w workload.Window) (workload.Sample, error) {
				if w.End.After(died) {
					return workload.Sample{}, errors.New("no route to the host")
				}
				last = w.End
				return workload.Sample{Source: "kafka", Window: w}, nil
			}})
		runFor(t, a, 90*time.Minute)
		due, found := last.Add(DefaultConfig().Drift.MissingAfter), 0
		for _, v := range f.verdicts {
			if !v.At.Before(due) && v.At.Before(due.Add(90*time.Second)) {
				found++
			}
		}
		if found != 1 {
			t.Errorf("%d verdicts within a minute and a half after %s, want one", found, due)
		}
	})
}

// Time that ran out says how much of it there was.
func TestACollectionThatTakesTooLongSaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, _ := newTestAgent(t, DefaultConfig(),
			map[string]sourceFunc{"orders": func(ctx context.Context, _ workload.Window) (workload.Sample, error) {
				<-ctx.Done()
				return workload.Sample{}, ctx.Err()
			}})
		runFor(t, a, 5*time.Minute)
		if got := a.Status()[0].Sources[0].Error; !strings.HasPrefix(got, "no complete answer within 4") ||
			!strings.HasSuffix(got, "s, the time limit of one collection") {
			t.Errorf("the source says %q", got)
		}
	})
}

func TestAClusterFailsAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, f := newTestAgent(t, DefaultConfig(), map[string]sourceFunc{
			"fine": quick,
			"broken": func(context.Context, workload.Window) (workload.Sample, error) {
				return workload.Sample{}, errors.New("no route")
			},
			"panics": func(context.Context, workload.Window) (workload.Sample, error) { panic("index out of range") },
			"hangs": func(ctx context.Context, _ workload.Window) (workload.Sample, error) {
				<-ctx.Done()
				return workload.Sample{}, ctx.Err()
			},
		})
		runFor(t, a, 10*time.Minute)
		for _, s := range f.samples {
			if s.Cluster != "fine" {
				t.Errorf("a sample of %s was kept", s.Cluster)
			}
		}
		if len(f.samples) < 9 {
			t.Errorf("the cluster that works gave %d samples in 10 minutes", len(f.samples))
		}
		errs := map[string]string{}
		for _, r := range f.runs {
			if r.Err != nil {
				errs[r.Cluster] = r.Err.Error()
			}
		}
		for cluster, want := range map[string]string{"broken": "collect broken: kafka: no route",
			"panics": "internal error, please report it: index out of range", "hangs": "stopped after its deadline of 48s"} {
			if !strings.Contains(errs[cluster], want) {
				t.Errorf("%s: recorded %q, want %q in it", cluster, errs[cluster], want)
			}
		}
	})
}

func TestATurnIsMissedWhileTheLastOneRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := DefaultConfig()
		cfg.Analyze, cfg.Report = "", ""
		release := make(chan struct{})
		a, f := newTestAgent(t, cfg, map[string]sourceFunc{"stuck": func(context.Context, workload.Window) (workload.Sample,
			error) {
			<-release // deaf to its context
			return workload.Sample{}, nil
		}})
		time.AfterFunc(5*time.Minute, func() { close(release) })
		runFor(t, a, 5*time.Minute+time.Second)
		missed := 0
		for _, r := range f.runs {
			if r.Missed {
				missed++
			}
		}
		if missed < 4 || missed > 5 {
			t.Errorf("%d turns were counted as missed in 5 minutes of one-minute turns, want 4 or 5", missed)
		}
	})
}

func TestStopIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		defer close(release)
		a, _ := newTestAgent(t, DefaultConfig(),
			map[string]sourceFunc{"deaf": func(context.Context, workload.Window) (workload.Sample, error) {
				<-release
				return workload.Sample{}, nil
			}})
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
		defer cancel()
		start := time.Now()
		err := a.Run(ctx)
		if err == nil || !strings.Contains(err.Error(), "did not stop within 5s") {
			t.Errorf("run ended with %v", err)
		}
		if took := time.Since(start); took > 3*time.Minute+StopTimeout {
			t.Errorf("stopping took %s", took-3*time.Minute)
		}
	})
}

func TestRunOnceDoesEverything(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, f := newTestAgent(t, DefaultConfig(), map[string]sourceFunc{"orders": quick})
		if err := a.RunOnce(t.Context()); err != nil {
			t.Fatal(err)
		}
		if len(f.samples) != 2 || len(f.verdicts) != 1 || len(f.reports) != 1 {
			t.Errorf("one run kept %d samples, %d verdicts, %d reports", len(f.samples), len(f.verdicts), len(f.reports))
		}
		if got := f.samples[1].Window.Duration(); got != DefaultConfig().OnceInterval {
			t.Errorf("the second window is %s long", got)
		}
	})
}

func TestHistoryThatCannotBeWrittenStopsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, f := newTestAgent(t, DefaultConfig(), map[string]sourceFunc{"orders": quick})
		f.appendFn = func(workload.Sample) error { return errors.New("no space left on device") }
		err := a.RunOnce(t.Context())
		if err == nil || !strings.Contains(err.Error(), "no space left on device") {
			t.Errorf("the error says %v", err)
		}
		if len(f.verdicts) != 1 {
			t.Errorf("%d verdicts were kept", len(f.verdicts))
		}
	})
}

func TestSpreadIsStableAndWithinTheInterval(t *testing.T) {
	now := time.Date(2026, 3, 2, 10, 0, 30, 0, time.UTC)
	minutely, err := parseSchedule("* * * * *")
	if err != nil {
		t.Fatal(err)
	}
	offsets := map[time.Duration]bool{}
	for i := range 100 {
		name := fmt.Sprintf("cluster-%d", i)
		first, again := spreadOver(minutely, name, now), spreadOver(minutely, name, now)
		next := first.Next(now)
		if !next.After(now) || next.Sub(now) > time.Minute {
			t.Errorf("%s: the next turn after %s is %s", name, now, next)
		}
		if !again.Next(now).Equal(next) {
			t.Errorf("%s: two starts give %s and %s", name, next, again.Next(now))
		}
		if following := first.Next(next); following.Sub(next) != time.Minute {
			t.Errorf("%s: turns are %s apart", name, following.Sub(next))
		}
		offsets[next.Sub(next.Truncate(time.Minute))] = true
	}
	if len(offsets) < 80 {
		t.Errorf("100 clusters start at only %d different instants", len(offsets))
	}
}

func TestConfigValidate(t *testing.T) {
	if err := DefaultConfig().Validate(); err != nil {
		t.Errorf("the default: %v", err)
	}
	cfg := DefaultConfig()
	cfg.Collect, cfg.Window, cfg.Parallel, cfg.Drift.WarnAt = "every minute", time.Second, 0, -1
	err := cfg.Validate()
	for _, want := range []string{`collect: "every minute" is not a schedule`, "window: 1s is too short: at least 1m0s",
		"drift_window: 15m0s is longer than window (1s)", "parallel: 0 must be from 1 to 256",
		"drift.warn_at: -1 must be above 0"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not say %q:\n%v", want, err)
		}
	}
	cfg = DefaultConfig()
	cfg.Collect, cfg.Report = "@every 30s", "CRON_TZ=Europe/Berlin 0 6 * * 1"
	if err := cfg.Validate(); err != nil {
		t.Errorf("a time zone: %v", err)
	}
}
