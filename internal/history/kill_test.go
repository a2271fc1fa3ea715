package history

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/internal/testbed/leak"
	"github.com/mskfit/mskfit/internal/workload"
)

// The child of TestKill is this test binary, which the environment tells what to do instead of testing.
const childDir = "MSKFIT_HISTORY_CHILD_DIR"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childDir); dir != "" {
		if err := appendForEver(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	code := leak.Run(m)
	if dir := os.Getenv(benchDirEnv); dir != "" {
		os.RemoveAll(dir)
	}
	os.Exit(code)
}

// killValue is the ingress of the minute, and of each of the child's topics.
func killValue(minute int64) float64 { return float64(minute%1000 + 1) }

const killTopics = 50

// appendForEver appends one minute after the other, compacting now and then, and writes to stdout which minute it has
// committed.
func appendForEver(dir string) error {
	start, err := strconv.ParseInt(os.Getenv("MSKFIT_HISTORY_CHILD_MINUTE"), 10, 64)
	if err != nil {
		return err
	}
	at := t0.Add(time.Duration(start) * time.Minute)
	c := newClock(at)
	s, err := Open(testConfig(dir), Options{Now: c.now, Log: zerolog.Nop()})
	if err != nil {
		return err
	}
	if st := s.Status(); st.Reason != "" {
		return fmt.Errorf("open: %s", st.Reason)
	}
	fmt.Println("open")
	for m := start; ; m++ {
		sample := ingressSample("prod", "kafka", t0.Add(time.Duration(m)*time.Minute), exactly(killValue(m)))
		for i := range killTopics {
			sample.Topics = append(sample.Topics,
				workload.Topic{Name: fmt.Sprintf("t%d", i), IngressBytesPerSec: exactly(killValue(m))})
		}
		c.set(sample.Window.End)
		if err := s.Append(context.Background(), sample); err != nil {
			return err
		}
		fmt.Println(m)
		if m%100 == 0 {
			if err := s.Maintain(context.Background()); err != nil {
				return err
			}
		}
	}
}

// TestKill kills a process that appends at random instants, twenty times (MSKFIT_KILLS for another number), and opens what it
// leaves: every minute that was appended is there with its value, and so are the topics' five minutes that were over.
func TestKill(t *testing.T) {
	kills := 20
	if n, err := strconv.Atoi(os.Getenv("MSKFIT_KILLS")); err == nil {
		kills = n
	}
	dir := t.TempDir()
	rng := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 1))
	next := int64(0)
	var starts []int64
	for i := range kills {
		starts = append(starts, next)
		last := runAndKill(t, dir, next, time.Duration(rng.IntN(400))*time.Millisecond)
		checkKilled(t, dir, last, starts)
		next = last + 2 // the minute in flight may be there: go on behind it
		if t.Failed() {
			t.Fatalf("kill %d: see above", i+1)
		}
	}
	t.Logf("%d kills, %d minutes appended", kills, next)
}

// runAndKill returns the last minute that the child reported.
func runAndKill(t *testing.T, dir string, start int64, after time.Duration) int64 {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childDir+"="+dir, fmt.Sprintf("MSKFIT_HISTORY_CHILD_MINUTE=%d", start))
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	last := start - 1
	lines := bufio.NewScanner(out)
	if !lines.Scan() {
		t.Fatalf("the child did not open the store: %v", cmd.Wait())
	}
	timer := time.AfterFunc(after, func() { cmd.Process.Kill() })
	defer timer.Stop()
	for lines.Scan() {
		if m, err := strconv.ParseInt(strings.TrimSpace(lines.Text()), 10, 64); err == nil {
			last = m
		}
	}
	if err := cmd.Wait(); err == nil || !strings.Contains(err.Error(), "killed") {
		t.Fatalf("the child ended by itself: %v", err)
	}
	return last
}

func checkKilled(t *testing.T, dir string, last int64, starts []int64) {
	t.Helper()
	c := newClock(t0.Add(time.Duration(last+2) * time.Minute))
	s, err := Open(testConfig(dir), Options{Now: c.now, Log: zerolog.Nop()})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if st := s.Status(); st.Reason != "" {
		t.Fatalf("open after kill: %s", st.Reason)
	}
	r, err := s.reader(t.Context(), "prod", workload.Window{Start: t0, End: c.now()})
	if err != nil {
		t.Fatal(err)
	}
	err = s.each(t.Context(), r.selection(ofCluster, Ingress), func(_ string, all []series) error {
		var b trackReader
		tr, err := b.read(r.span, all, []string{"kafka"})
		for m := range last + 1 {
			skipped := false
			for _, start := range starts[1:] {
				skipped = skipped || m == start-1
			}
			if got := tr.points[m]; !skipped && (got.rank == 0 || got.v != killValue(m)) {
				t.Errorf("minute %d of %d: %+v, want %v", m, last, got, killValue(m))
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	checkKilledTopic(t, s, last, starts)
}

// checkKilledTopic looks at the last five minutes of one topic that the last child finished.
func checkKilledTopic(t *testing.T, s *Store, last int64, starts []int64) {
	t.Helper()
	over := (last+1)/blockMinutes*blockMinutes - 1
	first := over - blockMinutes + 1
	if first < starts[len(starts)-1] {
		return // none was both begun and finished
	}
	w, err := s.Workload(t.Context(), "prod",
		workload.Window{Start: t0.Add(time.Duration(first) * time.Minute), End: t0.Add(time.Duration(over+1) * time.Minute)})
	if err != nil {
		t.Fatal(err)
	}
	gone := map[string]bool{} // the facts may not have been saved yet; the values are there then, too
	for _, g := range w.Gaps {
		gone[strings.SplitN(g.What, " ", 2)[0]] = true
	}
	if len(w.TopicList) == 0 && gone["topics"] {
		return
	}
	if len(w.TopicList) != killTopics || w.TopicList[7].IngressBytesPerSec == nil ||
		w.TopicList[7].IngressBytesPerSec.Samples != blockMinutes {
		t.Errorf("minutes %d to %d: %d topics, gaps %v", first, over, len(w.TopicList), w.Gaps)
	}
}

// benchDirEnv is set by the benchmarks for TestMain to tidy up.
const benchDirEnv = "MSKFIT_HISTORY_BENCH_DIR"
