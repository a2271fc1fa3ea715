package history

import (
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/internal/workload"
)

// fold moves what is old enough out of the log.
func fold(t *testing.T, s *Store, c *clock) {
	t.Helper()
	c.set(c.now().Add(foldEvery))
	if err := s.Maintain(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// rowsIn counts the rows of a table of the store.
func rowsIn(t *testing.T, s *Store, table string) (n int) {
	t.Helper()
	if err := s.backend.(*sqlite).db.QueryRow("SELECT count(*) FROM " + table).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// With a thousand clusters the log holds a thousand times the rows of one: a read goes to those of its cluster by the index, in a
// file of an earlier program too.
func TestReadsOfOneClusterUseTheIndex(t *testing.T) {
	cfg, c := testConfig(t.TempDir()), newClock(t0)
	s := openTest(t, cfg, c)
	if _, err := s.backend.(*sqlite).db.Exec("DROP INDEX log_by_cluster"); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = openTest(t, cfg, c)
	var id, parent, unused int
	var plan string
	err := s.backend.(*sqlite).db.QueryRow("EXPLAIN QUERY PLAN "+logOf, "orders", 2, 1).Scan(&id, &parent, &unused, &plan)
	if err != nil || plan != "SEARCH log USING INDEX log_by_cluster (cluster=?)" {
		t.Errorf("the log is read by %q (error %v), want a search by cluster", plan, err)
	}
}

// Decisions on a thousand clusters keep every connection for reading busy. Samples are written all the same.
func TestWritesDoNotWaitForReads(t *testing.T) {
	c := newClock(t0)
	s := openTest(t, testConfig(t.TempDir()), c)
	db := s.backend.(*sqlite).db
	for range db.Stats().MaxOpenConnections {
		tx, err := db.Begin()
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = tx.Rollback() }()
	}
	ctx, stop := context.WithTimeout(t.Context(), 5*time.Second)
	defer stop()
	if err := s.Append(ctx, mixedSample(rand.New(rand.NewPCG(1, 2)), "kafka", minuteWindow(t0))); err != nil {
		t.Error(err)
	}
}

// The answer is the same before and after the log was moved into days, in part and again.
func TestFoldingChangesNoAnswer(t *testing.T) {
	c := newClock(t0.Add(2 * day))
	s := openTest(t, testConfig(t.TempDir()), c)
	rng := rand.New(rand.NewPCG(5, 6))
	for m := range 600 {
		at := t0.Add(2*day + time.Duration(m)*time.Minute)
		appendAll(t, s, c, mixedSample(rng, "kafka", minuteWindow(at)))
		if m%3 == 0 {
			appendAll(t, s, c, mixedSample(rng, "cloudwatch", minuteWindow(at)))
		}
	}
	for h := range 47 {
		at := t0.Add(time.Duration(h) * time.Hour)
		appendAll(t, s, c, mixedSample(rng, "kafka", workload.Window{Start: at, End: at.Add(time.Hour)}))
	}
	window := workload.Window{Start: t0, End: c.now()}
	before := workloadOf(t, s, mixedCluster, window)
	if logged := rowsIn(t, s, "log"); logged < 800 {
		t.Fatalf("%d rows in the log, want all of them", logged)
	}
	fold(t, s, c)
	if logged := rowsIn(t, s, "log"); logged == 0 || logged > 100 {
		t.Errorf("%d rows in the log, want those of the last half hour", logged)
	}
	if after := workloadOf(t, s, mixedCluster, window); !reflect.DeepEqual(after, before) {
		t.Errorf("after folding: %s", firstUnequal(t, after, before))
	}
	at := c.now() // an hour without data, and two minutes that let the rest be folded
	appendAll(t, s, c, mixedSample(rng, "kafka", minuteWindow(at)))
	fold(t, s, c)
	if after := workloadOf(t, s, mixedCluster, window); !reflect.DeepEqual(after, before) {
		t.Errorf("after folding again: %s", firstUnequal(t, after, before))
	}
}

// A minute that was a guess is replaced by what is known later, whether it is still in the log or not; the mean of an hour
// replaces no minute.
func TestMinutesAreReplaced(t *testing.T) {
	for _, folded := range []bool{false, true} {
		c := newClock(t0)
		s := openTest(t, testConfig(t.TempDir()), c)
		both := func(at time.Time, d time.Duration, f *workload.Figure) {
			sample := workload.Sample{Cluster: "prod", Source: "cloudwatch", Window: workload.Window{Start: at, End: at.Add(d)},
				Totals: workload.Totals{IngressBytesPerSec: f}, Topics: []workload.Topic{{Name: "orders", IngressBytesPerSec: f}}}
			appendAll(t, s, c, sample)
		}
		for m := range 120 {
			both(t0.Add(time.Duration(m)*time.Minute), time.Minute, figure(500, 0, 1000, workload.Estimated))
		}
		if folded {
			fold(t, s, c)
		}
		for m := range 120 { // later, one by one
			both(t0.Add(time.Duration(m)*time.Minute), time.Minute, exactly(100))
		}
		both(t0, time.Hour, exactly(9000))
		for range 2 {
			w := workloadOf(t, s, "prod", workload.Window{Start: t0, End: t0.Add(2 * time.Hour)})
			for what, q := range map[string]*workload.Quantity{"cluster": w.IngressBytesPerSec,
				"orders": w.TopicList[0].IngressBytesPerSec} {
				if q == nil || q.Value != 100 || *q.Peak != 100 || q.Method != workload.Measured || q.High != 100 ||
					q.Samples != 120 {
					t.Errorf("folded %v: %s: %+v, want 120 measured minutes of 100", folded, what, q)
				}
			}
			fold(t, s, c)
		}
	}
}

// fourDays appends a minute an hour for four days.
func fourDays(t *testing.T, s *Store, c *clock) {
	t.Helper()
	for h := range 4 * 24 {
		sample := ingressSample("prod", "kafka", t0.Add(time.Duration(h)*time.Hour), exactly(float64(h)))
		sample.Topics = []workload.Topic{{Name: "old", IngressBytesPerSec: exactly(1)}}
		if h >= 24 {
			sample.Topics[0].Name = "orders"
		}
		appendAll(t, s, c, sample)
	}
	appendAll(t, s, c, ingressSample("prod", "kafka", c.now().Add(time.Hour), exactly(1)))
	fold(t, s, c)
}

// What is past the retention is forgotten, with the series that nothing is left of; the rest stays.
func TestRetention(t *testing.T) {
	c, cfg := newClock(t0), testConfig(t.TempDir())
	cfg.Retention = workload.Span(3 * day)
	s := openTest(t, cfg, c)
	fourDays(t, s, c)
	points := seriesOf(t, s, SeriesQuery{Cluster: "prod", Quantity: Ingress, Window: workload.Window{Start: t0, End: c.now()},
		Step: day}).Points
	if len(points) != 4 || !points[0].At.Equal(t0.Add(day)) || points[0].Minutes != 24 {
		t.Errorf("days %+v, want the last three and today", points)
	}
	if n := rowsIn(t, s, "series WHERE name = 'old'"); n != 0 {
		t.Errorf("%d series of a topic that is forgotten are left", n)
	}
	appendAll(t, s, c, ingressSample("prod", "kafka", c.now().Add(time.Hour), exactly(1)))
	if st := s.Status(); st.Waiting != 0 || st.Reason != "" {
		t.Errorf("status %+v after series were forgotten", st)
	}
}

// The store is not larger than it may be: the oldest days go first.
func TestMaxSize(t *testing.T) {
	c, cfg := newClock(t0), testConfig(t.TempDir())
	cfg.MaxSize = 350_000
	s := openTest(t, cfg, c)
	for d := range 8 {
		for h := range 12 {
			sample := ingressSample("prod", "kafka", t0.Add(time.Duration(d)*day+time.Duration(h)*time.Hour), exactly(float64(h)))
			for i := range 400 {
				sample.Topics = append(sample.Topics,
					workload.Topic{Name: names(i), IngressBytesPerSec: exactly(float64(h*i) * 1.01)})
			}
			appendAll(t, s, c, sample)
		}
		fold(t, s, c)
	}
	points := seriesOf(t, s, SeriesQuery{Cluster: "prod", Quantity: Ingress, Window: workload.Window{Start: t0, End: c.now()},
		Step: day}).Points
	if len(points) < 2 || len(points) > 6 || !points[len(points)-1].At.Equal(t0.Add(7*day)) {
		t.Errorf("days %+v, want the newest alone", points)
	}
}

// A damaged file is refused with words that say what to do, and is left as it is.
func TestDamagedFile(t *testing.T) {
	c, cfg := newClock(t0), testConfig(t.TempDir())
	s := openTest(t, cfg, c)
	fourDays(t, s, c)
	if _, err := s.backend.(*sqlite).db.Exec("UPDATE days SET points = zeroblob(50) WHERE day = $1",
		t0.Unix()/86400+1); err != nil {
		t.Fatal(err)
	}
	_, err := s.Workload(t.Context(), "prod", workload.Window{Start: t0, End: c.now()})
	if err == nil || !strings.Contains(err.Error(), "history.db is damaged") || !strings.Contains(err.Error(), "2026-03-03") {
		t.Errorf("a damaged day: %v", err)
	}
	if w := workloadOf(t, s, "prod", workload.Window{Start: t0.Add(2 * day), End: c.now()}); w.IngressBytesPerSec == nil {
		t.Error("the days behind the damaged one are gone")
	}
	other := testConfig(t.TempDir())
	file, text := filepath.Join(other.Dir, fileName), []byte(strings.Repeat("this is no database ", 1000))
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(other, Options{Now: c.now, Log: zerolog.Nop()}); err == nil ||
		!strings.Contains(err.Error(), "is damaged: restore it") {
		t.Errorf("a file that is no database: %v", err)
	}
	if kept, err := os.ReadFile(file); err != nil || !reflect.DeepEqual(kept, text) {
		t.Errorf("the damaged file was changed: %v", err)
	}
}
